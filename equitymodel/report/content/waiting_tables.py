"""Tables of the report on a waiting list: the gap and the total side by side, and waits and treatments by group."""

from __future__ import annotations

import numpy as np
import pandas as pd

from equitymodel.report.content.published_waiting import PublishedRules
from equitymodel.report.document.blocks import DataTable
from equitymodel.report.document.columns import Column, estimate
from equitymodel.vocabulary import ALL_GROUPS, ALL_ICS, DEPRIVATION
from equitymodel.waiting.rule_rows import CHANGE, CLOSED, GAP, INTERVAL_OF

NUMBERS = ["estimate", "lower", "upper"]
INTERVALS = f"Means with 95 % equal-tailed credible intervals, of {INTERVAL_OF}."


def gap_and_total(published: PublishedRules, code: str = ALL_ICS) -> DataTable:
    """Lay out for each rule the gap in waits and, beside it, what the rule does to the total."""
    rows = published.rules[["rule"]]
    parts = {"gap_": f"{GAP}mean_wait", "gap_change_": f"{CHANGE}{GAP}mean_wait"}
    for prefix, quantity in parts.items():
        rows = _with(rows, published.rows(quantity, ics=code), prefix)
    for prefix in ("treated", "removed", "weeks_waited_in_all"):
        own = published.rows(f"{CHANGE}{prefix}", ics=code, deprivation=ALL_GROUPS)
        rows = _with(rows, own, f"{prefix}_")
    closes = published.rows(CLOSED, ics=code).set_index("rule").reindex(rows["rule"])
    rows = rows.assign(closes=[_weeks(week) for week in closes["estimate"]], closed=closes["probability"].to_numpy())
    columns = (
        Column("rule", ("rule",)), estimate("gap in mean wait, weeks", of="gap_"),
        estimate("change of the gap", of="gap_change_"), Column("weeks until it closes", ("closes",)),
        Column("probability that it closes", ("closed",), "probability"),
        estimate("change of those treated", of="treated_"), estimate("change of those who left untreated", of="removed_"),
        estimate("change of weeks waited in all", of="weeks_waited_in_all_"),
    )  # fmt: skip
    first, last = published.groups[0], published.groups[-1]
    note = (f"The gap is the mean wait on the list at the end in group {first} less that in group {last}; changes are "
            f"against '{published.names[0]}'. {INTERVALS}")  # fmt: skip
    return DataTable("gap_and_total", "The gap and the total, side by side", columns, rows, note)


def waits_by_group(published: PublishedRules, code: str = ALL_ICS) -> DataTable:
    """Lay out waits on the list at the end, by rule and group, and who waits longer."""
    rows = published.rows("mean_wait", ics=code)[["rule", DEPRIVATION, *NUMBERS]]
    for name in ("centile_92", "share_over_18", "share_over_52", "share_over_65"):
        rows = _with(rows, published.rows(name, ics=code), f"{name}_", DEPRIVATION)
    change = published.rows(f"{CHANGE}mean_wait", ics=code)
    rows = _with(rows, change, "longer_", DEPRIVATION)
    rows = rows.merge(change[["rule", DEPRIVATION, "probability"]], on=["rule", DEPRIVATION], how="left")
    columns = (
        Column("rule", ("rule",)), Column("group", (DEPRIVATION,)), estimate("mean wait, weeks"),
        estimate("92nd centile, weeks", of="centile_92_"),
        *(Column(f"over {mark} weeks", (f"share_over_{mark}_estimate",), "share", 1) for mark in (18, 52, 65)),
        estimate("waits longer by, weeks", of="longer_"),
        Column("probability that it waits longer", ("probability",), "probability"),
    )  # fmt: skip
    note = f"Of those on the list at the end; longer than under '{published.names[0]}'. {INTERVALS}"
    return DataTable("waits", "Waits by group", columns, rows, note)


def treated_by_group(published: PublishedRules, code: str = ALL_ICS) -> DataTable:
    """Lay out who is treated and who leaves untreated over all weeks, by rule and group."""
    rows = published.rows("treated", ics=code)[["rule", DEPRIVATION, *NUMBERS]]
    parts = {"share_": "treated_share", "wait_": "wait_to_treatment", "removed_": "removed",
             "removed_share_": "removed_share", "removed_change_": f"{CHANGE}removed"}  # fmt: skip
    for prefix, name in parts.items():
        rows = _with(rows, published.rows(name, ics=code), prefix, DEPRIVATION)
    columns = (
        Column("rule", ("rule",)), Column("group", (DEPRIVATION,)), estimate("treated"),
        Column("treated, of all who were on the list", ("share_estimate",), "share", 1),
        estimate("wait of those treated, weeks", of="wait_"), estimate("left untreated", of="removed_"),
        Column("left untreated, of all who were on the list", ("removed_share_estimate",), "share", 1),
        estimate("change of those who left", of="removed_change_"),
    )  # fmt: skip
    note = f"Over all weeks; on the list at the start or added. Change against '{published.names[0]}'. {INTERVALS}"
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
    return rows.merge(named, on=keys, how="left")


def _weeks(week: float) -> str:
    return "not in these weeks" if not np.isfinite(week) else f"{week:.0f}"
