"""The page of the gap over years: every year, and the change between any two of them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd

from equitymodel.estimands.between_years import FROM, TO
from equitymodel.monitoring.any_two_years import GAP
from equitymodel.monitoring.compared_years import ComparedYears
from equitymodel.report.content.funnel_document import about_of
from equitymodel.report.document.blocks import Block, Bullets, DataTable, Document, Paragraph, Picture, Section
from equitymodel.report.document.columns import Column, estimate, probability_words
from equitymodel.report.document.interval_chart import interval_chart
from equitymodel.report.plots.any_two_years_plot import plot_any_two_years
from equitymodel.report.plots.year_plots import plot_gap_by_year, years_alt_text, years_data
from equitymodel.report.tables.named_year import first_and_last
from equitymodel.report.wording.monitor_words import NO_EVIDENCE
from equitymodel.vocabulary import ALL_PROCEDURES, ICS, PROCEDURE

CHANGE, NARROWING = f"{GAP}_change", f"{GAP}_narrowing"
LIMITS = (
    "Changes are worked out draw by draw: they are surer than two intervals laid side by side suggest.",
    "The years of one model are pulled together by it: with a straight trend, changes of neighbouring years are alike.",
    "A few years are shown and not charted: a control chart takes seven points at least.",
    "Of many pairs some look remarkable by chance: name the two years beforehand.",
)  # fmt: skip


def compared_years_document(found: ComparedYears, area: str, record: Mapping[str, Any]) -> Document:
    """Say how the gap of one area moved over years, and between any two of them.

    Parameters
    ----------
    found
        Every year, and every pair.
    area
        A code.
    record
        Where the fit comes from, as provenance has it.
    """
    rows = pair_rows(found, area)
    procedure = _first_procedure(rows)
    own = rows[rows[PROCEDURE] == procedure]
    title = f"Rate ratio of the later year over the earlier, {procedure}"
    chart = interval_chart(
        own.assign(label=own[FROM] + " to " + own[TO]), ["label"], "change of the rate ratio, as a factor"
    )
    data = years_data(found.years, ics=area)
    blocks: tuple[Block, ...] = (
        Paragraph(_answer(own), "answer"),
        Paragraph(NO_EVIDENCE, "warning"),
        Picture("gap_by_year", "The gap by year, with 95 % credible intervals", years_alt_text(data),
                plot_gap_by_year(found.years, ics=area)),
        Picture("any_two_years", f"{title}, with 95 % credible intervals", _answer(own), plot_any_two_years(own, title),
                chart=chart),
        Section("The change between any two years", (_table(rows),)),
        Section("What this cannot tell you", (Bullets(LIMITS),), limits=True),
    )  # fmt: skip
    return Document("The gap over years: monitoring", found.areas[area], blocks, about_of(record, "the fit"))


def years_words(found: ComparedYears, area: str) -> str:
    """Say how the gap of an area changed from the first year to the last, of all procedures or the first."""
    rows = pair_rows(found, area)
    return _answer(rows[rows[PROCEDURE] == _first_procedure(rows)])


def pair_rows(found: ComparedYears, area: str) -> pd.DataFrame:
    """Give a row a pair and procedure: the change of the rate ratio, and the probability that the gap narrowed."""
    own = found.pairs[found.pairs[ICS] == area]
    keys = [PROCEDURE, FROM, TO]
    narrowed = own[own["measure"] == NARROWING].set_index(keys)["probability"].rename("narrowed")
    rows = own[own["measure"] == CHANGE].drop(columns="probability", errors="ignore")
    return rows.merge(narrowed, left_on=keys, right_index=True, how="left").reset_index(drop=True)


def _first_procedure(rows: pd.DataFrame) -> str:
    names = list(dict.fromkeys(rows[PROCEDURE]))
    return ALL_PROCEDURES if ALL_PROCEDURES in names else names[0]


def _answer(own: pd.DataFrame) -> str:
    """Say what the first and the last year come to."""
    first, last = first_and_last(own)
    row = own[(own[FROM] == first) & (own[TO] == last)].iloc[0]
    return (
        f"From {row[FROM]} to {row[TO]} the rate ratio ({row[PROCEDURE]}) changed by a factor of {row['estimate']:.2f} "
        f"(95 % credible interval {row['lower']:.2f} to {row['upper']:.2f}); the probability that the gap narrowed is "
        f"{probability_words(row['narrowed'])}."
    )


def _table(rows: pd.DataFrame) -> DataTable:
    columns = (
        Column("procedure", (PROCEDURE,)), Column("from", (FROM,)), Column("to", (TO,)),
        estimate("change, as a factor", decimals=2),
        Column("probability that the gap narrowed", ("narrowed",), "probability"),
    )  # fmt: skip
    note = "Brackets hold 95 % credible intervals, for the area as it is. Above 1 the most deprived gained."
    return DataTable("any_two_years", "Every two years", columns, rows, note)
