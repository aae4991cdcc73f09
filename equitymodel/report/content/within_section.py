"""Groups within groups: each deprivation group within each main group, their margins, and what shortfalls add up to."""

from __future__ import annotations

from functools import reduce

import pandas as pd

from equitymodel.report.content.named_numbers import named_numbers
from equitymodel.report.content.published import OF_BOTH, Published
from equitymodel.report.document.blocks import DataTable, Paragraph, Section
from equitymodel.report.document.columns import NOT_APPLICABLE, NOT_AVAILABLE, Column, estimate
from equitymodel.vocabulary import ALL_GROUPS, ALL_ICS, DEPRIVATION, PROCEDURE

READ = """Cells of few admissions are drawn to what both their groups say: read an interval, never an estimate alone.
    Ratios do not add up. Shortfalls do, from each cell to All groups: within is what it would take to bring each cell
    to the rate of the least deprived of its own group, between what it would then take to reach {reference}. First
    between and then within would give other parts of the same total. All is in within_groups.csv."""
SHORT = ("within", "between", "total")
MOST_NAMED = 4
COMPARED_WITH = "compared with"
"""In place of the ratio of a group to itself."""


def within_section(published: Published, code: str) -> list[Section]:
    """Show gaps by deprivation within each main group, between main groups of equal deprivation, and shortfalls.

    Returns
    -------
    list of Section
        One; none where groups are of one grouping.
    """
    if OF_BOTH[0] not in published.tables:
        return []
    group = published.facts.group
    said = " ".join(READ.format(reference=group.reference).split())
    title = f"Deprivation within {group.main.replace('_', ' ')}"
    return [Section(title, (_cells(published, code), *_margins(published, code), _short(published, code),
                            Paragraph(said)))]  # fmt: skip


def _cells(published: Published, code: str) -> DataTable:
    """Set the ratio to the own least deprived beside that to the reference group of the same deprivation."""
    rows, main = published.rows(OF_BOTH[0], code), published.facts.group.main
    labels = [PROCEDURE, main, DEPRIVATION]
    parts = {name: rows[rows["quantity"] == f"rate_ratio_{name}"] for name in ("within", "between")}
    both = reduce(lambda one, other: one.merge(other, on=labels, how="outer", sort=False),
                  (_named(part, labels, f"{name}_") for name, part in parts.items()))  # fmt: skip
    both = both.sort_values(labels, kind="stable")
    both = both.fillna({f"{name}_estimate": COMPARED_WITH for name in parts}).fillna(NOT_APPLICABLE)
    reference = parts["between"]["reference"].iloc[0]
    columns = (
        *(Column(label.replace("_", " "), (label,)) for label in labels),
        estimate("rate ratio to the least deprived of the same group", of="within_", decimals=2),
        estimate(f"rate ratio to {reference} of the same deprivation", of="between_", decimals=2),
    )
    title = f"Gaps of one grouping within the other, {published.title_of(code)}"
    note = (
        f"Brackets hold 95 % credible intervals; {published.facts.basis}. Below 1: fewer admissions. "
        f"{COMPARED_WITH[0].upper()}{COMPARED_WITH[1:]}: the group that others of the column are set against."
    )
    return DataTable("within_groups", title, columns, both.reset_index(drop=True), note)


def _named(rows: pd.DataFrame, labels: list[str], name: str) -> pd.DataFrame:
    """Give estimates under names of their own; what nothing is known of is not available, not without a meaning."""
    return named_numbers(rows, labels, name).astype(object).fillna(NOT_AVAILABLE)


def _margins(published: Published, code: str) -> tuple[DataTable, ...]:
    """Show each margin at the mix of all ICSs together."""
    rows, main = published.rows(OF_BOTH[0], code), published.facts.group.main
    of_main = rows[rows["quantity"] == "rate_ratio_by_main_group"]
    ends = rows[rows["quantity"] == "rate_ratio_by_deprivation"]
    by_main = (
        Column("procedure", (PROCEDURE,)), Column(main.replace("_", " "), (main,)),
        estimate(f"rate ratio to {of_main['reference'].iloc[0]}", decimals=2),
    )  # fmt: skip
    by_deprivation = (
        Column("procedure", (PROCEDURE,)),
        Column("deprivation", (DEPRIVATION,)),
        estimate("rate ratio to the least deprived", decimals=2),
    )
    note = "As if every group had the mix of the other grouping that all ICSs together have, by need."
    return (
        DataTable("by_main_group", f"At the same deprivation mix, {published.title_of(code)}", by_main, of_main, note),
        DataTable(
            "by_deprivation", f"At the same mix of groups, {published.title_of(code)}", by_deprivation, ends, note
        ),
    )


def _short(published: Published, code: str) -> DataTable:
    """Show what shortfalls add up to, by main group."""
    rows, main = published.rows(OF_BOTH[0], code), published.facts.group.main
    rows = rows[rows[DEPRIVATION] == ALL_GROUPS]
    labels = [PROCEDURE, main]
    parts = [named_numbers(rows[rows["quantity"] == f"shortfall_{part}"], labels, f"{part}_") for part in SHORT]
    whole = parts[0].merge(parts[1], on=labels, sort=False).merge(parts[2], on=labels, sort=False)
    columns = (
        Column("procedure", (PROCEDURE,)), Column(main.replace("_", " "), (main,)),
        *(estimate(f"{part}, admissions {published.counted}", of=f"{part}_") for part in SHORT),
    )  # fmt: skip
    title = f"Short of the rate of {published.facts.group.reference}, {published.title_of(code)}"
    note = f"Positive: fewer admissions than at that rate. Means, which add up.{_without(published, code)}"
    return DataTable("within_shortfalls", title, columns, whole, note)


def _without(published: Published, code: str) -> str:
    """Name the ICSs that all together leave out, so that nobody takes their sum for that of all."""
    rows = published.tables[OF_BOTH[0]]
    if code != ALL_ICS:
        return ""
    has = (
        rows[(rows["quantity"] == "shortfall_total") & rows["estimate"].notna()].groupby(PROCEDURE)["ics_name"].unique()
    )
    left = {name: [area for area in published.areas.values() if area not in set(has[name])] for name in has.index}
    said = [f"{name} without {_some(areas)}" for name, areas in left.items() if areas]
    if not said:
        return ""
    why = "where nobody is of a cell that others are compared with, or the procedure is not offered"
    return f" {'; '.join(said)}, {why}: so they can differ from the shortfall of all groups, which needs the last only."


def _some(areas: list[str]) -> str:
    return " and ".join(areas) if len(areas) <= MOST_NAMED else f"{len(areas)} ICSs"
