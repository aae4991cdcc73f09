"""All procedures at a glance: the gap, how many admissions it comes to, and what levelling up would take."""

from __future__ import annotations

import pandas as pd

from equitymodel.report.content.named_numbers import CHANCE, named_numbers, told_from_chance
from equitymodel.report.content.published import Published
from equitymodel.report.document.blocks import DataTable
from equitymodel.report.document.columns import Column, estimate
from equitymodel.report.wording.group_words import words_of
from equitymodel.vocabulary import PROCEDURE, SCOPES

SHORT, UP = ("total_shortfall", "level_up"), ("total_change", "level_up")


def summary_table(published: Published, code: str) -> DataTable:
    """Lay out every procedure of an area in a line.

    Returns
    -------
    DataTable
        The headline gap with its interval, the probability that there are fewer, the signed shortfall, and the
        admissions that levelling up within ICSs takes, where they can be told from chance.
    """
    labels = published.labels
    rows = published.rows("gaps", code)
    rows = rows[rows["headline"]].merge(_needed(published, code, labels), on=labels, how="left", suffixes=("", "_of"))
    compared = words_of(published.facts).page()["compared"]
    rows, core20 = _with_core20(published, code, rows)
    columns = (
        *(Column(label, (label,)) for label in labels),
        estimate(f"rate ratio, {compared}", decimals=2),
        Column("probability of fewer", ("probability",), "probability"),
        estimate(f"short of (below 0: more), admissions {published.counted}", of="short_"),
        estimate(f"level up, more admissions {published.counted}", of="up_"),
        *core20,
    )
    title = f"The gap and what it comes to, {published.title_of(code)}"
    return DataTable("summary", title, columns, rows, _note(published))


def _with_core20(published: Published, code: str, rows: pd.DataFrame) -> tuple[pd.DataFrame, tuple[Column, ...]]:
    """Set the most deprived fifth against all others beside the gap, where it is known."""
    gaps = published.rows("gaps", code)
    fifth = gaps[(gaps["measure"] == "core20_ratio") & gaps["estimate"].notna()]
    if fifth.empty:
        return rows, ()
    rows = rows.merge(named_numbers(fifth, [PROCEDURE], "core20_"), on=PROCEDURE, how="left")
    return rows, (estimate("rate ratio, Core20 (most deprived fifth) against all others", of="core20_", decimals=2),)


def _needed(published: Published, code: str, labels: list[str]) -> pd.DataFrame:
    """Give the shortfall and the level-up of each procedure, within ICSs; what chance would show is not quoted."""
    totals = published.rows("target_totals", code)
    labels = [label for label in labels if label in totals]
    within = totals[totals["scope"] == "ics"]
    short, up = (
        within[(within["quantity"] == quantity) & (within["route"] == route)] for quantity, route in (SHORT, UP)
    )
    return named_numbers(short, labels, "short_").merge(
        named_numbers(told_from_chance(up), labels, "up_"), on=labels, how="outer"
    )


def _note(published: Published) -> str:
    return (
        f"Brackets hold 95 % credible intervals, for the area as it is; {published.facts.basis}. A rate ratio below 1 "
        f"means fewer admissions. Short of and level up are {SCOPES['ics']}, against the rate of "
        f"{published.facts.group.comparison.aim}. {CHANCE[0].upper()}{CHANCE[1:]}: no gap at all would show as much."
    )
