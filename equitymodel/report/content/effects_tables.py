"""Tables of the report on strategies, of one area."""

from __future__ import annotations

import pandas as pd

from equitymodel.decision.effect_rows import AS_NOW
from equitymodel.report.content.published_effects import PublishedEffects
from equitymodel.report.document.blocks import DataTable, Place
from equitymodel.report.document.columns import Column, estimate
from equitymodel.report.plots.strategy_plot import LEAST, MOST
from equitymodel.vocabulary import ALL_ICS, DEPRIVATION, PROCEDURE

NUMBERS = ["estimate", "lower", "upper"]
KEYS = ["strategy", PROCEDURE]
MOST_ROWS = 40
INTERVALS = "Brackets hold 95 % credible intervals, in the period of the counts, under what was stated."
AT_BOUND = """At the bound all of a group pass, so that no more can be gained, and some of what the gap does is that."""
PARTS = {
    "programme_cost": "the strategy itself, pounds",
    "cost_of_admissions": "extra admissions, pounds",
    "cost": "both together, pounds",
    "capacity_needed": "capacity that extra admissions take",
    "capacity_beyond_spare": "capacity beyond what is spare",
    "admissions_given_up": "admissions given up elsewhere",
    "net_admissions": "extra admissions less those given up",
    "health_gain": "health gained by extra admissions",
    "extra_admissions_within_horizon": "extra admissions within the horizon",
}
"""What is said beside admissions, where it was stated."""


def added_data(published: PublishedEffects, code: str) -> pd.DataFrame:
    """Give extra admissions of the most and the least deprived, over all procedures.

    Returns
    -------
    pandas.DataFrame
        Columns ``strategy, deprivation, estimate, lower, upper``.
    """
    ends = {published.groups[0]: MOST, published.groups[-1]: LEAST}
    rows = published.rows("extra_admissions", code, deprivation=None)
    rows = rows[rows[DEPRIVATION].isin(list(ends))]
    return rows.assign(**{DEPRIVATION: rows[DEPRIVATION].map(ends)})[["strategy", DEPRIVATION, *NUMBERS]]


def added_table(published: PublishedEffects, code: str) -> DataTable:
    """Lay out what each adds: in all, and among the most and the least deprived."""
    whole = published.rows("extra_admissions", code)[["strategy", *NUMBERS, "probability"]]
    ends = added_data(published, code)
    for label, name in ((MOST, "most_"), (LEAST, "least_")):
        part = ends[ends[DEPRIVATION] == label].drop(columns=DEPRIVATION)
        whole = whole.merge(_named(part, name), on="strategy", how="left")
    columns = (Column("strategy", ("strategy",)), estimate("all groups"), estimate("most deprived", of="most_"),
               estimate("least deprived", of="least_"),
               Column("probability that admissions are added", ("probability",), "probability"))  # fmt: skip
    title = f"Admissions that each would add, all procedures, {published.areas.get(code, ALL_ICS)}"
    return DataTable("added", title, columns, whole, f"Means, so that they add up. {INTERVALS}")


def gap_table(published: PublishedEffects, code: str) -> DataTable:
    """Lay out the gap by procedure, as it is now and with each strategy."""
    with_one = published.rows("gap_ratio", code, procedure=None)
    now = with_one[with_one["strategy"] == AS_NOW][[PROCEDURE, *NUMBERS]]
    change = published.rows("gap_ratio_change", code, procedure=None)[[*KEYS, *NUMBERS, "probability"]]
    rows = change.merge(_named(now, "now_", PROCEDURE), on=PROCEDURE, how="left")
    rows = rows.merge(_named(with_one[[*KEYS, *NUMBERS]], "with_", *KEYS), on=KEYS, how="left")
    bound = published.rows("extra_admissions", code, procedure=None)[[*KEYS, "at_bound"]]
    rows = rows.merge(bound, on=KEYS, how="left")
    columns = (Column("strategy", ("strategy",)), Column("procedure", (PROCEDURE,)),
               estimate("rate ratio now", of="now_", decimals=2), estimate("with the strategy", of="with_", decimals=2),
               estimate("ratio of the two", decimals=3),
               Column("probability that the gap narrows", ("probability",), "probability"),
               Column("draws at the bound", ("at_bound",), "share"))  # fmt: skip
    note = f"Most against least deprived, admissions per person in need; 1 is no gap. {AT_BOUND} {INTERVALS}"
    return DataTable(
        "gap",
        "The gap, now and with each strategy",
        columns,
        rows,
        note,
        place=_place(rows),
    )


def together_table(published: PublishedEffects, code: str) -> DataTable:
    """Lay out, for sets of strategies, the joint effect beside the sum over singles."""
    joint = published.rows("extra_admissions", code, procedure=None)[[*KEYS, *NUMBERS]]
    singles, less = (published.rows(name, code, procedure=None)[[*KEYS, *NUMBERS]]
                     for name in ("sum_of_singles", "sum_less_joint"))  # fmt: skip
    rows = joint.merge(_named(singles, "singles_", *KEYS), on=KEYS).merge(_named(less, "less_", *KEYS), on=KEYS)
    columns = (Column("strategies", ("strategy",)), Column("procedure", (PROCEDURE,)), estimate("together"),
               estimate("sum over singles", of="singles_"), estimate("sum less joint", of="less_"))  # fmt: skip
    title = "Admissions that strategies would add together, beside the sum over single ones"
    return DataTable(
        "together", title, columns, rows, f"Below 0 in the last column, they help one another. {INTERVALS}"
    )


def gives_way_table(published: PublishedEffects, code: str) -> DataTable:
    """Lay out costs, capacity and health, as far as they were stated."""
    found = [published.rows(name, code).assign(part=words) for name, words in PARTS.items()]
    rows = pd.concat(found)[["strategy", "part", *NUMBERS, "unit"]]
    order = list(published.sets)
    rows = rows.sort_values("strategy", kind="stable", key=lambda names: names.map(order.index))
    columns = (
        Column("strategy", ("strategy",)),
        Column("what", ("part",)),
        estimate("mean"),
        Column("unit", ("unit",)),
    )
    return DataTable("gives_way", "Costs, gains, and what must give way", columns, rows.reset_index(drop=True),
                     f"{INTERVALS} What was not stated is not there.", place=_place(rows))  # fmt: skip


def inputs_table(stated: pd.DataFrame) -> DataTable:
    """Lay out what was stated, with its source."""
    columns = tuple(Column(heading, (name,)) for heading, name in (
        ("strategy", "strategy"), ("stage", "stage"), ("ratio, most deprived", "ratio_most"),
        ("ratio, least deprived", "ratio_least"), ("reach", "reach"), ("ICSs", "ics"), ("procedures", "procedures"),
        ("source", "source"),
    ))  # fmt: skip
    spread = (Column("log difference, mean", ("difference_mean",), "number", 3),
              Column("its standard deviation", ("difference_sd",), "number", 3))  # fmt: skip
    note = (
        "Ratios of the passage with and without, of those reached, with 95 % intervals; difference is most less least."
    )
    return DataTable("inputs", "What was stated of each strategy", (*columns[:4], *spread, *columns[4:]), stated, note)


def _named(rows: pd.DataFrame, of: str, *keys: str) -> pd.DataFrame:
    """Put a word before the names of an estimate and its ends."""
    kept = [*(keys or ("strategy",)), *NUMBERS]
    return rows[kept].rename(columns={name: f"{of}{name}" for name in NUMBERS})


def _place(rows: pd.DataFrame) -> Place:
    return "workbook" if len(rows) > MOST_ROWS else "everywhere"
