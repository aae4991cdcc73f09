"""Tables of the report on a waiting list: the gap and the total side by side, and waits and treatments by group."""

from __future__ import annotations

import numpy as np
import pandas as pd

from equitymodel.report.content.published_waiting import PublishedRules
from equitymodel.report.document.blocks import DataTable
from equitymodel.report.document.columns import NOT_APPLICABLE, Column, estimate
from equitymodel.vocabulary import ALL_GROUPS, ALL_ICS, DEPRIVATION
from equitymodel.waiting.rule_rows import CHANGE, CLOSED, GAP, INTERVAL_OF

NUMBERS = ["estimate", "lower", "upper"]
TOTALS = {"treated": "treated", "removed": "left untreated", "weeks_waited_in_all": "weeks waited in all"}
INTERVALS = f"Means with 95 % equal-tailed credible intervals, of {INTERVAL_OF}."


def gap_table_of(published: PublishedRules, code: str = ALL_ICS) -> DataTable:
    """Lay out the gap in waits under each rule, and when it closes."""
    rows = published.rules[["rule"]]
    rows = _with(rows, published.rows(f"{GAP}mean_wait", ics=code), "gap_")
    rows = _with(rows, published.rows(f"{CHANGE}{GAP}mean_wait", ics=code), "change_")
    closes = published.rows(CLOSED, ics=code).set_index("rule").reindex(rows["rule"])
    rows = rows.assign(closes=[_weeks(week) for week in closes["estimate"]], closed=closes["probability"].to_numpy())
    columns = (
        Column("rule", ("rule",)), estimate("gap in mean wait, weeks", of="gap_", decimals=1),
        estimate("change of the gap, weeks", of="change_", decimals=1), Column("closed from week", ("closes",)),
        Column("probability that it closes", ("closed",), "probability"),
    )  # fmt: skip
    first, last = published.groups[0], published.groups[-1]
    note = (f"The mean wait on the list at the end in group {first} less that in group {last}; it is closed where it "
            f"is half a week or less either way, and stays so. Changes are against '{published.names[0]}'. "
            f"{INTERVALS}")  # fmt: skip
    return DataTable("gap", "The gap", columns, rows, note)


def total_table(published: PublishedRules, code: str = ALL_ICS) -> DataTable:
    """Lay out what each rule does to the total: those treated, those who leave, and weeks waited in all."""
    rows = published.rules[["rule"]]
    for name in TOTALS:
        rows = _with(rows, published.rows(f"{CHANGE}{name}", ics=code, deprivation=ALL_GROUPS), f"{name}_")
    columns = tuple(estimate(heading, of=f"{name}_", decimals=0) for name, heading in TOTALS.items())
    note = f"Changes against '{published.names[0]}', over all weeks and all groups. {INTERVALS}"
    return DataTable("total", "The total", (Column("rule", ("rule",)), *columns), rows, note)


def waits_by_group(published: PublishedRules, code: str = ALL_ICS) -> DataTable:
    """Lay out waits on the list at the end, by rule and group."""
    rows = published.rows("mean_wait", ics=code)[["rule", DEPRIVATION, *NUMBERS]]
    for name in ("centile_92", "share_over_18", "share_over_52", "share_over_65"):
        rows = _with(rows, published.rows(name, ics=code), f"{name}_", DEPRIVATION)
    columns = (
        Column("rule", ("rule",)), Column("group", (DEPRIVATION,)), estimate("mean wait, weeks", decimals=1),
        estimate("92nd centile, weeks", of="centile_92_", decimals=1),
        *(Column(f"over {mark} weeks", (f"share_over_{mark}_estimate",), "share", 1) for mark in (18, 52, 65)),
    )  # fmt: skip
    return DataTable("waits", "Waits by group", columns, rows, f"Of those on the list at the end. {INTERVALS}")


def longer_by_group(published: PublishedRules, code: str = ALL_ICS) -> DataTable:
    """Lay out who waits longer than under the first rule, and by how much."""
    changes = changes_of_waits(published, code)
    groups = list(dict.fromkeys(changes[DEPRIVATION]))
    rows = published.rules[["rule"]].iloc[1:]
    for label in groups:
        rows = _with(rows, changes[changes[DEPRIVATION] == label], f"{label}_")
    headings = {label: "all groups" if label == ALL_GROUPS else f"group {label}" for label in groups}
    columns = tuple(estimate(headings[label], of=f"{label}_", decimals=1) for label in groups)
    note = (
        f"Weeks of mean wait on the list at the end; below 0, less long than under '{published.names[0]}'. {INTERVALS}"
    )
    return DataTable(
        "longer", "Who waits longer, and by how much, in weeks", (Column("rule", ("rule",)), *columns), rows, note
    )


def treated_by_group(published: PublishedRules, code: str = ALL_ICS) -> DataTable:
    """Lay out who is treated and who leaves untreated over all weeks, by rule and group."""
    rows = published.rows("treated", ics=code)[["rule", DEPRIVATION, *NUMBERS]]
    parts = {"share_": "treated_share", "wait_": "wait_to_treatment", "removed_": "removed",
             "removed_share_": "removed_share"}  # fmt: skip
    for prefix, name in parts.items():
        rows = _with(rows, published.rows(name, ics=code), prefix, DEPRIVATION)
    columns = (
        Column("rule", ("rule",)), Column("group", (DEPRIVATION,)), estimate("treated", decimals=0),
        Column("share", ("share_estimate",), "share", 1),
        estimate("wait of those treated, weeks", of="wait_", decimals=1),
        estimate("left untreated", of="removed_", decimals=0),
        Column("share who left", ("removed_share_estimate",), "share", 1),
    )  # fmt: skip
    note = f"Over all weeks; shares are of those on the list at the start or added. {INTERVALS}"
    return DataTable("treated", "Who is treated, and who leaves untreated", columns, rows, note)


def rules_table(published: PublishedRules) -> DataTable:
    """Lay out what each rule says, and whether it is contested."""
    columns = (Column("rule", ("rule",)), Column("order and changes", ("says",)), Column("contested", ("contested",)),
               Column("beside the order", ("changes_more_than_the_order",)))  # fmt: skip
    return DataTable("rules", "The rules", columns, published.rules)


def changes_of_waits(published: PublishedRules, code: str = ALL_ICS) -> pd.DataFrame:
    """Give the change of the mean wait by rule and group, for a picture."""
    rows = published.rows(f"{CHANGE}mean_wait", ics=code)
    return rows[["rule", DEPRIVATION, *NUMBERS, "probability"]].reset_index(drop=True)


def _with(rows: pd.DataFrame, own: pd.DataFrame, prefix: str, *further: str) -> pd.DataFrame:
    """Put the numbers of a quantity beside rows, under names with a word before."""
    keys = ["rule", *further]
    named = own[[*keys, *NUMBERS]].rename(columns={name: f"{prefix}{name}" for name in NUMBERS})
    merged = rows.merge(named, on=keys, how="left")
    own_columns = [f"{prefix}{name}" for name in NUMBERS]
    filled = {
        column: merged[column].astype(object).where(merged[column].notna(), NOT_APPLICABLE) for column in own_columns
    }
    return merged.assign(**filled) if merged[own_columns].isna().any(axis=None) else merged


def _weeks(week: float) -> str:
    return "not in these weeks" if not np.isfinite(week) else f"{week:.0f}"
