"""What each route to equity would take, one line a procedure: more, fewer, or moved."""

from __future__ import annotations

from functools import reduce

import pandas as pd

from equitymodel.report.content.named_numbers import CHANCE, named_numbers, told_from_chance
from equitymodel.report.content.published import Published
from equitymodel.report.document.blocks import DataTable, Paragraph, Section
from equitymodel.report.document.columns import Column, estimate
from equitymodel.vocabulary import ALL_GROUPS, PROCEDURE, SCOPES

TAKEN = (
    ("total_change", "level_up", "up_", "level up: more admissions {counted}"),
    ("total_change", "level_down", "down_", "level down: change of admissions {counted}"),
    ("admissions_to_move", "zero_sum", "moved_", "same total: admissions moved {counted}"),
)
"""Quantity and route in the table of totals, and how a document names it."""
AIMS = {
    "ics": "the rate of {aim} of its own ICS",
    "region": "that of its region",
    "england": "that of all ICSs together",
}


def routes_section(published: Published, code: str) -> Section:
    """Say what levelling up, levelling down and moving would take, within the ICS and against all ICSs together.

    Returns
    -------
    Section
        A table for each aim that the totals have.
    """
    totals = published.rows("target_totals", code)
    label = next((name for name in ("deprivation", published.facts.group.name) if name in totals), None)
    if label is not None:
        totals = totals[totals[label] == ALL_GROUPS]
    scopes = [scope for scope in SCOPES if scope in set(totals["scope"])]
    opening = """A route is arithmetic on rates, not a plan: it says how many more, fewer or other admissions would
        bring groups to one rate for the same need. Which of them is right is not settled by these figures."""
    return Section(
        "What each route to equity would take",
        (Paragraph(" ".join(opening.split())), *(_table(published, totals, scope) for scope in scopes)),
    )


def _table(published: Published, totals: pd.DataFrame, scope: str) -> DataTable:
    here = totals[totals["scope"] == scope]
    rows = reduce(lambda one, other: one.merge(other, on=PROCEDURE, how="outer", sort=False),
                  (_taken(here, quantity, route, name) for quantity, route, name, _ in TAKEN))  # fmt: skip
    headings = [(name, heading.format(counted=published.counted)) for _, _, name, heading in TAKEN]
    columns = (Column("procedure", (PROCEDURE,)), *(estimate(heading, of=name) for name, heading in headings))
    aim = AIMS[scope].format(aim=published.facts.group.comparison.aim)
    note = (
        f"Against {aim}. Brackets hold 95 % credible intervals. {CHANCE[0].upper()}{CHANCE[1:]}: if there were no "
        "gap, noise alone would show as much."
    )
    return DataTable(f"routes_{scope}", f"Routes to equity {SCOPES[scope]}", columns, rows, note)


def _taken(here: pd.DataFrame, quantity: str, route: str, name: str) -> pd.DataFrame:
    """Give the rows of one route."""
    rows = here[(here["quantity"] == quantity) & (here["route"] == route)]
    return named_numbers(told_from_chance(rows), [PROCEDURE], name)
