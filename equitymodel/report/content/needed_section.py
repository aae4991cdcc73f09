"""Shortfall and admissions needed to level up, ICS by ICS: by region on a page, in one tidy table in a workbook."""

from __future__ import annotations

from functools import reduce

import pandas as pd

from equitymodel.report.content.named_numbers import CHANCE, named_numbers, told_from_chance
from equitymodel.report.content.published import Published
from equitymodel.report.document.blocks import DataTable, Paragraph, Section
from equitymodel.report.document.columns import NOT_APPLICABLE, Column, estimate
from equitymodel.report.plain_names import plain_name
from equitymodel.report.wording.group_words import words_of
from equitymodel.vocabulary import ALL_GROUPS, ALL_ICS, ICS, PROCEDURE

SHORT, UP = "total_shortfall", "total_change"
NOT_KNOWN = "not known"
"""The region of areas that no list of boards has."""
TITLES = {SHORT: "Short of (below 0: more than)", UP: "Level up, more admissions"}
OPENING = """First the signed shortfall of all groups against the rate of {last} of its own ICS, {counted}: below 0,
    groups had more on balance. Then what levelling up would take, which counts only what is missing; it is given only
    where it is above what no gap would show, in all but 2.5 % of draws. Large ICSs need more admissions for the same
    gap: compare gaps by the rate ratio, not by these. Other routes, and aims beyond the own ICS, are in targets.csv and
    target_totals.csv, each beside what no gap would show."""
NOTE = """95 % credible intervals in brackets. [z]: could be chance alone. [x]: nothing to aim at, as nobody of {last}
    lives there, or the procedure is not offered."""


def needed_section(published: Published) -> Section:
    """Lay out the shortfall and the admissions that levelling up takes, in every ICS and procedure.

    Returns
    -------
    Section
        For a page two tables a region, a line an ICS and a column a procedure; for a workbook one table in full.
    """
    rows = _rows(published)
    words = {"last": words_of(published.facts).page()["last"], "counted": published.counted}
    regions = [_of_region(published, str(name), part, words) for name, part in rows.groupby("region", sort=True)]
    blocks = regions[0].blocks if len(regions) == 1 else tuple(regions)
    opening = Paragraph(" ".join(OPENING.format(**words).split()))
    return Section(
        "Shortfall, and admissions needed to level up, by ICS", (opening, *blocks, _in_full(published, rows))
    )


def _rows(published: Published) -> pd.DataFrame:
    """Give the rows of both quantities, of each ICS against its own rate."""
    totals = published.tables["target_totals"]
    here = totals[(totals["scope"] == "ics") & (totals["route"] == "level_up") & (totals[ICS] != ALL_ICS)]
    label = published.facts.group.name
    here = here[here[label] == ALL_GROUPS] if label in here else here
    return told_from_chance(here[here["quantity"].isin([SHORT, UP])]).sort_values("ics_name", kind="stable")


def _of_region(published: Published, region: str, rows: pd.DataFrame, words: dict[str, str]) -> Section:
    named = "" if region == NOT_KNOWN else f", {region}"
    note = " ".join(NOTE.format(**words).split())
    short = {CHANCE: NOT_APPLICABLE}
    tables = [
        _across(
            published,
            rows[rows["quantity"] == quantity].replace(short),
            f"{quantity}_{plain_name(region.lower())}",
            f"{title}{named}",
            note,
        )
        for quantity, title in TITLES.items()
    ]
    return Section(region, tuple(tables))


def _across(published: Published, rows: pd.DataFrame, name: str, title: str, note: str) -> DataTable:
    """Set procedures side by side, an ICS a line."""
    procedures = list(dict.fromkeys(published.tables["target_totals"][PROCEDURE]))
    parts = [
        named_numbers(rows[rows[PROCEDURE] == procedure], ["ics_name"], f"p{number}_")
        for number, procedure in enumerate(procedures)
    ]
    wide = reduce(lambda one, other: one.merge(other, on="ics_name", how="outer"), parts)
    columns = (
        Column("ICS", ("ics_name",)),
        *(estimate(procedure, of=f"p{number}_") for number, procedure in enumerate(procedures)),
    )
    return DataTable(name, f"{title}, {published.counted}", columns, wide, note, place="page")


def _in_full(published: Published, rows: pd.DataFrame) -> DataTable:
    labels = ["region", "ics_name", PROCEDURE]
    short, up = (
        named_numbers(rows[rows["quantity"] == quantity], labels, f"{name}_")
        for quantity, name in ((SHORT, "short"), (UP, "up"))
    )
    columns = (
        *(Column(heading, (field,)) for heading, field in zip(("region", "ICS", "procedure"), labels, strict=True)),
        *(estimate(f"{title}, {published.counted}", of=f"{name}_")
          for title, name in zip(TITLES.values(), ("short", "up"), strict=True)),
    )  # fmt: skip
    whole = short.merge(up, on=labels, how="outer").sort_values(labels, kind="stable")
    title = "Shortfall, and admissions needed to level up, every ICS and procedure"
    return DataTable("needed", title, columns, whole, place="workbook")
