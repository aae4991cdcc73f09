"""Admissions missed since a day, added up over time: a line and band a group."""

from __future__ import annotations

import numpy as np
from matplotlib.figure import Figure

from equitymodel.report.plots.canvas import ACCENT, INK, SOFT, WARM, WIDTH
from equitymodel.studies.missed_admissions import ALL, Backlog

MOST_PANELS = 12


def plot_backlog(found: Backlog) -> Figure:
    """Draw admissions missed up to each period, a panel a group; the ends of the deprivation scale in colour.

    Parameters
    ----------
    found
        From `backlog`.

    Returns
    -------
    matplotlib.figure.Figure
        A panel for all and for each of up to 11 groups, on one scale but for all; bands are 95 % intervals.

    Examples
    --------
    >>> from equitymodel.simulate import Sizes, simulate_series
    >>> from equitymodel.studies.backlog import backlog
    >>> series, _ = simulate_series(Sizes(groups=2, periods=48, before=36), seed=1)
    >>> [axes.get_title(loc="left") for axes in plot_backlog(backlog(series, "2018-01", seed=1)).axes]
    ['all', 'deprivation 1', 'deprivation 2']
    """
    groups = list(dict.fromkeys(found.by_month["group"]))[:MOST_PANELS]
    across = min(3, len(groups))
    down = -(-len(groups) // across)
    figure = Figure(figsize=(WIDTH / 3 * across, 2.1 * down), layout="constrained", dpi=110)
    panels = figure.subplots(down, across, squeeze=False).ravel()
    colours = dict.fromkeys(groups, SOFT) | {ALL: INK}
    if found.by == "deprivation" and len(groups) > 1:
        colours |= {groups[1]: WARM, groups[-1]: ACCENT}
    for axes, group in zip(panels, groups, strict=False):
        rows = found.by_month[found.by_month["group"] == group]
        axes.fill_between(rows["period"], rows["lower"], rows["upper"], color=colours[group], alpha=0.18, lw=0)
        axes.plot(rows["period"], rows["estimate"], color=colours[group], lw=1.6)
        axes.axhline(0, color=SOFT, lw=0.8)
        axes.set_title(group if group == ALL else f"{found.by} {group}", fontsize=9, loc="left")
        axes.tick_params(labelsize=7, axis="both")
        axes.tick_params(axis="x", rotation=40)
        axes.spines[["top", "right"]].set_visible(False)
    _share(panels[1 : len(groups)])
    for axes in panels[len(groups) :]:
        axes.set_visible(False)
    figure.supylabel("admissions missed, added up", fontsize=8)
    return figure


def _share(panels: np.ndarray) -> None:
    """Give the panels of groups one scale."""
    if not len(panels):
        return
    ends = np.array([axes.get_ylim() for axes in panels])
    for axes in panels:
        axes.set_ylim(ends[:, 0].min(), ends[:, 1].max())
