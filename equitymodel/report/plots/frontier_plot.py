"""The frontier of total admissions against equality, with bands; today and every option on it."""

from __future__ import annotations

import itertools

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from equitymodel.decision.decision_question import TODAY
from equitymodel.report.plots.canvas import ACCENT, SOFT, TEXT, WARM, canvas, head
from equitymodel.report.tables.rows import side_by_side

ACROSS, UP = "equality", "total"
SHAPES = "sD^ovP*X"
"""Of today and the options, in their order: colour never says it alone."""


def frontier_places(table: pd.DataFrame, kind: str) -> pd.DataFrame:
    """Give where each point of the frontier, or each plan, lies.

    Parameters
    ----------
    table
        From `frontier_table`, or ``frontier.csv``.
    kind
        ``frontier`` or ``plan``.

    Returns
    -------
    pandas.DataFrame
        A row a point, in the order of the table: ``equality_estimate, total_lower, ...``.

    Examples
    --------
    >>> rows = [["plan", "today", "equality", 0.7, 0.6, 0.8], ["plan", "today", "total", 90.0, 85.0, 95.0]]
    >>> table = pd.DataFrame(rows, columns=["kind", "at", "measure", "estimate", "lower", "upper"])
    >>> frontier_places(table, "plan")["total_estimate"].tolist()
    [90.0]
    """
    own = table[table["kind"] == kind]
    return side_by_side(own, "at", (ACROSS, UP))


def plot_frontier(table: pd.DataFrame, title: str, *, height: float = 3.0) -> Figure:
    """Draw the frontier with its band, and crosses of 95 % intervals for today and each option.

    Parameters
    ----------
    table
        From `frontier_table`, or ``frontier.csv``.
    title
        Of the picture.
    height
        In inches.

    Returns
    -------
    matplotlib.figure.Figure
        To the right = more equal, up = more admissions.

    Examples
    --------
    >>> rows = [[kind, at, name, x, x - 0.1, x + 0.1] for kind, at in (("frontier", "0.0"), ("plan", "today"))
    ...         for name, x in (("equality", 0.7), ("total", 90.0))]
    >>> table = pd.DataFrame(rows, columns=["kind", "at", "measure", "estimate", "lower", "upper"])
    >>> plot_frontier(table, "Devon").axes[0].get_ylabel()
    'admissions in all'
    """
    figure, axes = canvas(height)
    line = frontier_places(table, "frontier").sort_values(f"{ACROSS}_estimate")
    along = line[f"{ACROSS}_estimate"]
    axes.fill_between(along, line[f"{UP}_lower"], line[f"{UP}_upper"], color=ACCENT, alpha=0.15, lw=0)
    axes.plot(along, line[f"{UP}_estimate"], "-o", color=ACCENT, ms=3, lw=1.3, label="frontier (95 % interval)")
    _draw_plans(axes, frontier_places(table, "plan"))
    axes.set_xlabel("lowest over highest rate of the groups: 1 = equal", fontsize=TEXT)
    axes.set_ylabel("admissions in all", fontsize=TEXT)
    head(figure, axes, title, columns=6)
    return figure


def _draw_plans(axes: Axes, plans: pd.DataFrame) -> None:
    """Draw today and the options that differ from it; one that leaves all as it is would stand on the same place."""
    same = (plans == plans.iloc[0]).all(axis=1) & (np.arange(len(plans)) > 0)
    for (name, row), shape in zip(plans[~same].iterrows(), itertools.cycle(SHAPES), strict=False):
        colour = SOFT if name == TODAY else WARM
        across, up = (row[f"{part}_estimate"] for part in (ACROSS, UP))
        axes.hlines(up, row[f"{ACROSS}_lower"], row[f"{ACROSS}_upper"], color=colour, lw=1)
        axes.vlines(across, row[f"{UP}_lower"], row[f"{UP}_upper"], color=colour, lw=1)
        axes.plot(across, up, shape, ms=5, color=colour, label=str(name))


def frontier_alt_text(table: pd.DataFrame) -> str:
    """Say what `plot_frontier` shows: how far inside the frontier today lies.

    Examples
    --------
    >>> rows = [["plan", "today", "inside", 12.0, 5.0, 20.0]]
    >>> frontier_alt_text(pd.DataFrame(rows, columns=["kind", "at", "measure", "estimate", "lower", "upper"]))
    'Today lies 12 (95 % interval 5 to 20) admissions inside the frontier: so many more could be had under this capacity
    with rates as equal as they are.'
    """
    today = table[(table["at"] == TODAY) & (table["measure"] == "inside")].iloc[0]
    inside = f"{today['estimate']:,.0f} (95 % interval {today['lower']:,.0f} to {today['upper']:,.0f}) admissions"
    if today["upper"] < 0:
        return f"Today takes more than this capacity: it lies {inside} inside the frontier, which is outside."
    return (
        f"Today lies {inside} inside the frontier: so many more could be had under this capacity with rates as equal "
        "as they are."
    )
