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
        The headline gap with its interval, and the probability that there are fewer; where a procedure has one gap,
        what it comes to beside it: see `comes_to_table`.
    """
    labels = published.labels
    rows = published.rows("gaps", code)
    rows = rows[rows["headline"]]
    one = len(labels) == 1
    if one:
        rows = rows.merge(_needed(published, code), on=labels, how="left", suffixes=("", "_of"))
    compared = words_of(published.facts).page()["compared"]
    rows, core20 = _with_core20(published, code, rows)
    columns = (
        *(Column(label.replace("_", " "), (label,)) for label in labels),
        estimate(f"rate ratio, {compared}", decimals=2),
        Column("probability of fewer", ("probability",), "probability"),
        *(_needed_columns(published) if one else ()),
        *core20,
    )
    title = f"The gap{' and what it comes to' if one else ''}, {published.title_of(code)}"
    note = f"{_of_gaps(published)} {_of_needed(published)}" if one else _of_gaps(published)
    return DataTable("summary", title, columns, rows, note)


def comes_to_table(published: Published, code: str) -> tuple[DataTable, ...]:
    """Lay out what all groups of a procedure come to together, where each has a gap of its own.

    Returns
    -------
    tuple of DataTable
        The signed shortfall, and the admissions that levelling up within ICSs takes, where they can be told from
        chance; none where a procedure has one gap, as they then stand beside it.
    """
    if len(published.labels) == 1:
        return ()
    title = f"What the gaps of all groups come to, {published.title_of(code)}"
    columns = (Column(PROCEDURE, (PROCEDURE,)), *_needed_columns(published))
    note = f"Brackets hold 95 % credible intervals. {_of_needed(published)}"
    return (DataTable("comes_to", title, columns, _needed(published, code), note),)


def _needed_columns(published: Published) -> tuple[Column, ...]:
    return (
        estimate(f"short of (below 0: more), admissions {published.counted}", of="short_"),
        estimate(f"level up, more admissions {published.counted}", of="up_"),
    )


def _with_core20(published: Published, code: str, rows: pd.DataFrame) -> tuple[pd.DataFrame, tuple[Column, ...]]:
    """Set the most deprived fifth against all others beside the gap, where it is known."""
    gaps = published.rows("gaps", code)
    fifth = gaps[(gaps["measure"] == "core20_ratio") & gaps["estimate"].notna()]
    if fifth.empty:
        return rows, ()
    rows = rows.merge(named_numbers(fifth, [PROCEDURE], "core20_"), on=PROCEDURE, how="left")
    return rows, (estimate("rate ratio, Core20 (most deprived fifth) against all others", of="core20_", decimals=2),)


def _needed(published: Published, code: str) -> pd.DataFrame:
    """Give the shortfall and the level-up of each procedure, within ICSs; what chance would show is not quoted."""
    totals = published.rows("target_totals", code)
    within = totals[totals["scope"] == "ics"]
    short, up = (
        within[(within["quantity"] == quantity) & (within["route"] == route)] for quantity, route in (SHORT, UP)
    )
    return named_numbers(short, [PROCEDURE], "short_").merge(
        named_numbers(told_from_chance(up), [PROCEDURE], "up_"), on=PROCEDURE, how="outer"
    )


def _of_gaps(published: Published) -> str:
    return (
        f"Brackets hold 95 % credible intervals, for the area as it is; {published.facts.basis}. A rate ratio below 1 "
        "means fewer admissions."
    )


def _of_needed(published: Published) -> str:
    return (
        f"Short of and level up are {SCOPES['ics']}, against the rate of {published.facts.group.comparison.aim}. "
        f"{CHANCE[0].upper()}{CHANCE[1:]}: no gap at all would show as much."
    )
