"""What every picture shares: colours, sizes of letters, an empty panel, and a scale for ratios.

Figures are plain Matplotlib figures without global state, so they can be saved from a script
or shown in a notebook. They are as wide as a page of print, so that no letter shrinks when placed.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

INK, SOFT, ACCENT, WARM = "#1d2b3a", "#8d99a6", "#005eb8", "#b8570a"
PALE, GRID = "#b9c1c9", "#e4e8ec"
"""Of what is there to compare with, and of lines that are read past."""
WIDTH = 6.3
"""Inches: 16 cm, the text of an A4 page."""
SMALL, TEXT, TITLE = 7, 8, 10
"""Points: of labels, of axes, of titles; nothing printed is smaller."""
RATIO_TICKS = (0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1, 1.2, 1.5, 2, 3, 5)
NARROW_TICKS = (0.95, 1, 1.05)
"""Where all ratios are so near 1 that it would stand alone."""
MOST_RATIO_TICKS = 6


def one_panel() -> tuple[Figure, Axes]:
    """Give a figure with one panel for a path over time."""
    figure = Figure(figsize=(WIDTH, 3.2), layout="constrained", dpi=110)
    axes = figure.subplots()
    axes.spines[["top", "right"]].set_visible(False)
    axes.tick_params(labelsize=TEXT)
    return figure, axes


def canvas(height: float) -> tuple[Figure, Axes]:
    """Give a figure as wide as a page and so many inches high, with one plain panel."""
    figure = Figure(figsize=(WIDTH, height), layout="constrained", dpi=110)
    axes = figure.subplots()
    plain(axes)
    axes.tick_params(labelsize=SMALL)
    return figure, axes


def small_panels(
    count: int, *, across: int = 4, height: float = 1.5, share_y: bool = True
) -> tuple[Figure, list[Axes]]:
    """Give a figure with a small panel for each of some names, as wide as a page.

    Parameters
    ----------
    count
        How many.
    across
        How many stand beside one another at most; fewer where that fills the last row.
    height
        Of a panel, in inches.
    share_y
        Whether all are on one scale upwards; along, they always are.

    Returns
    -------
    matplotlib.figure.Figure, list of matplotlib.axes.Axes
        The panels that are used; others are left blank.

    Examples
    --------
    >>> len(small_panels(5)[1])
    5
    """
    down = -(-count // across)
    across = -(-count // down)
    figure = Figure(figsize=(WIDTH, height * down + 0.8), layout="constrained", dpi=110)
    panels = list(np.ravel(figure.subplots(down, across, sharex=True, sharey=share_y, squeeze=False)))
    for axes in panels[count:]:
        axes.set_axis_off()
    for axes in panels[max(count - across, 0) : count]:
        axes.tick_params(axis="x", labelbottom=True)
    for axes in panels[:count]:
        axes.tick_params(labelsize=SMALL, left=False, bottom=False)
        plain(axes, "y")
        fix_labels(axes)
    return figure, panels[:count]


def fix_labels(axes: Axes) -> None:
    """Leave labels of axes and the title where they are put; to look for room is half of the time of small panels."""
    axes.xaxis.set_label_coords(0.5, -0.3)
    axes.yaxis.set_label_coords(-0.3, 0.5)


def name_panel(axes: Axes, name: str, size: float = TEXT) -> None:
    """Print the name of a small panel above it."""
    axes.set_title(name, loc="left", fontsize=size, y=1.0)


def plain(axes: Axes, along: Literal["x", "y"] = "x") -> None:
    """Leave out what does not show data."""
    axes.spines[["top", "right"]].set_visible(False)
    axes.grid(axis=along, color=GRID, lw=0.6)
    axes.set_axisbelow(True)


def ratio_axis(axes: Axes, values: np.ndarray, along: Literal["x", "y"] = "x") -> None:
    """Scale ratios by their logs, with 1 in view; panels that share the scale follow, and missing ones are left out."""
    known = values[np.isfinite(values)]
    low, high = known.min(initial=0.95) * 0.97, known.max(initial=1.05) * 1.03
    ticks = _thinned([tick for tick in RATIO_TICKS if low < tick < high])
    ticks = ticks if len(ticks) > 1 else [tick for tick in NARROW_TICKS if low < tick < high]
    axes.set(**{f"{along}scale": "log", f"{along}lim": (low, high)})
    axes.set(**{f"{along}ticks": ticks, f"{along}ticklabels": [f"{tick:g}" for tick in ticks]})
    axes.minorticks_off()


def _thinned(ticks: Sequence[float]) -> list[float]:
    """Keep every second tick, that at 1 among them, where all would crowd a small panel."""
    if len(ticks) <= MOST_RATIO_TICKS:
        return list(ticks)
    return list(ticks[ticks.index(1) % 2 :: 2])


def head(figure: Figure, axes: Axes, title: str, columns: int = 4) -> None:
    """Print the title above all panels, and below it what marks mean, once each."""
    found = dict(zip(*axes.get_legend_handles_labels()[::-1], strict=True))
    legend = figure.legend(
        found.values(), found.keys(), title=title, loc="outside upper left", ncols=columns, alignment="left",
        fontsize=SMALL, title_fontsize=TITLE, frameon=False, borderpad=0, columnspacing=1.2, handletextpad=0.5,
    )  # fmt: skip
    legend.get_title().set_fontweight("bold")


def title_of(figure: Figure) -> str:
    """Give the title of a figure.

    Examples
    --------
    >>> figure, axes = canvas(2)
    >>> head(figure, axes, "The gap")
    >>> title_of(figure)
    'The gap'
    """
    return str(figure.legends[0].get_title().get_text())
