"""The posterior of the change point, as bars. Exploratory."""

from __future__ import annotations

from matplotlib.figure import Figure

from equitymodel.report.plots.canvas import ACCENT, INK, SOFT, one_panel
from equitymodel.studies.change_point import ChangePoint


def plot_change_point(found: ChangePoint) -> Figure:
    """Draw how probable each start in the window is, had it not been declared. Exploratory.

    Parameters
    ----------
    found
        From `explore_change_point`.

    Returns
    -------
    matplotlib.figure.Figure
        One bar a period; the declared start is of another colour, and the line is what each would
        have if all were equally probable.

    Examples
    --------
    >>> from equitymodel.studies.explore_change_point import explore_change_point
    >>> from equitymodel.simulate.series_world import Change, Sizes, Usual
    >>> from equitymodel.simulate.simulated_series import simulate_series
    >>> sizes, usual = Sizes(periods=48, before=30), Usual(expected=500)
    >>> series, truth = simulate_series(sizes, change=Change(level=0.4), usual=usual, seed=1)
    >>> found = explore_change_point(series, truth.plan, window=("2018-05", "2018-09"))
    >>> len(plot_change_point(found).axes[0].patches)
    5
    """
    figure, axes = one_panel()
    table = found.table
    colours = [ACCENT if declared else SOFT for declared in table["declared"]]
    axes.bar(range(len(table)), table["probability"], color=colours, width=0.8)
    axes.axhline(1 / len(table), color=INK, lw=0.8, ls=":", label="all alike")
    axes.set_xticks(range(len(table)), table["start"], rotation=60, ha="right", fontsize=8)
    axes.set_ylabel("probability, given a start in the window", fontsize=8)
    axes.set_title(f"Exploratory, no part of the verdict; declared: {found.plan.first_start}", fontsize=9, loc="left")
    axes.legend(fontsize=8, frameon=False)
    return figure
