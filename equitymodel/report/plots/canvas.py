"""What every picture shares: colours, an empty panel, and a scale for ratios.

Figures are plain Matplotlib figures without global state, so they can be saved from a script
or shown in a notebook.
"""

from __future__ import annotations

from typing import Literal

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

INK, SOFT, ACCENT, WARM = "#1d2b3a", "#8d99a6", "#005eb8", "#b8570a"
RATIO_TICKS = (0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1, 1.2, 1.5, 2, 3, 5)


def one_panel() -> tuple[Figure, Axes]:
    """Give a figure with one panel for a path over time."""
    figure = Figure(figsize=(7.2, 3.2), layout="constrained", dpi=110)
    axes = figure.subplots()
    axes.spines[["top", "right"]].set_visible(False)
    return figure, axes


def canvas(width: float, height: float) -> tuple[Figure, Axes]:
    """Give a figure of a size in inches with one plain panel."""
    figure = Figure(figsize=(width, height), layout="constrained", dpi=110)
    axes = figure.subplots()
    plain(axes)
    return figure, axes


def plain(axes: Axes) -> None:
    """Leave out what does not show data."""
    axes.spines[["top", "right"]].set_visible(False)
    axes.grid(axis="x", color="#e4e8ec", lw=0.6)
    axes.set_axisbelow(True)


def ratio_axis(axes: Axes, values: np.ndarray, along: Literal["x", "y"] = "x") -> None:
    """Scale ratios by their logs, with 1 in view; panels that share the scale follow, and missing ones are left out."""
    known = values[np.isfinite(values)]
    low, high = known.min(initial=0.95) * 0.97, known.max(initial=1.05) * 1.03
    ticks = [tick for tick in RATIO_TICKS if low < tick < high]
    axes.set(**{f"{along}scale": "log", f"{along}lim": (low, high)})
    axes.set(**{f"{along}ticks": ticks, f"{along}ticklabels": [f"{tick:g}" for tick in ticks]})
    axes.minorticks_off()
