"""A funnel of areas as a picture: each against its size, with the limits within which areas like the others lie."""

from __future__ import annotations

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter, LogLocator

from equitymodel.monitoring.area_funnel import AreaFunnel
from equitymodel.monitoring.funnel_limits import limits_at
from equitymodel.report.plots.canvas import INK, PALE, SMALL, TEXT, canvas, head
from equitymodel.report.plots.control_plot import MARKS
from equitymodel.report.plots.panel_names import panel_name

HEIGHT, STEPS, MOST_NAMED, LETTERS = 4.2, 200, 6, 34
TALL, LINE = 190, 9
"""Points: about how tall the panel is, and a line of small letters."""
WITHIN = {"": "within the limits", "improvement": "beyond 99.8 %: improvement", "concern": "beyond 99.8 %: concern",
          "higher": "beyond 99.8 %: higher", "lower": "beyond 99.8 %: lower"}  # fmt: skip
BETWEEN = "beyond 95 %, within 99.8 %"
LIMITS = {0.95: ("95 % limits", (0, (4, 2))), 0.998: ("99.8 % limits", (0, (1, 1.5)))}


def plot_funnel(found: AreaFunnel) -> Figure:
    """Draw a funnel.

    Parameters
    ----------
    found
        From `area_funnel` or `fitted_funnel`.

    Returns
    -------
    matplotlib.figure.Figure
        Observed over expected by what is expected; the shape of a mark says whether an area lies beyond the limits,
        and those beyond the outer ones are named.

    Examples
    --------
    >>> from equitymodel.monitoring.funnel_limits import funnel
    >>> areas = list("abcdef")
    >>> observed, expected = pd.Series([100.0, 150, 180, 80, 120, 225], areas), pd.Series([108.0] * 6, areas)
    >>> found = AreaFunnel(funnel(observed, expected), dict(zip(areas, areas)), "2023/24")
    >>> len(plot_funnel(found).axes)
    1
    """
    figure, axes = canvas(HEIGHT)
    points = found.points
    axes.axhline(1, color=INK, lw=1.0)
    _limits(axes, found, points)
    inner = points["rule"].ne("") & ~points["signal"]
    _marks(axes, points[~inner & ~points["signal"]], "", WITHIN[""])
    if inner.any():
        axes.scatter(points.loc[inner, "expected"], points.loc[inner, "value"], marker="D", s=22, facecolor="white",
                     edgecolor=INK, lw=0.9, zorder=3, label=BETWEEN)  # fmt: skip
    for reading, own in points[points["signal"]].groupby("reading"):
        _marks(axes, own, str(reading), WITHIN[str(reading)])
    _names(axes, points[points["signal"]].head(MOST_NAMED))
    axes.set_xscale("log" if points["expected"].max() > 8 * points["expected"].min() else "linear")
    _plain_sizes(axes)
    axes.margins(y=0.1)
    against = "predicted" if found.funnel.form == "predictive" else "expected"
    axes.set_xlabel(f"{against}, {found.period}", fontsize=TEXT)
    axes.set_ylabel(f"observed over {against}", fontsize=TEXT)
    axes.tick_params(labelsize=TEXT)
    head(figure, axes, f"{len(points)} areas, {found.period}: {found.counted} against {against}", columns=3)
    return figure


def _plain_sizes(axes: Axes) -> None:
    """Write sizes as numbers with thousands, and only as many as fit."""
    if axes.get_xscale() == "log":
        axes.xaxis.set_major_locator(LogLocator(subs=(1.0, 2.0, 5.0)))
        axes.minorticks_off()
    axes.xaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:,.0f}"))


def _limits(axes: Axes, found: AreaFunnel, points: pd.DataFrame) -> None:
    """Draw limits as lines over sizes; those that a model predicts are of each area, and drawn at each."""
    made, sizes = found.funnel, points["expected"].to_numpy(float)
    if made.form == "predictive":
        axes.vlines(sizes, points["lower"], points["upper"], color=PALE, lw=0.8, label="99.8 % limits", zorder=1)
        axes.vlines(sizes, points["lower_95"], points["upper_95"], color=PALE, lw=2.4, label="95 % limits", zorder=1)
        return
    along = np.geomspace(sizes.min() * 0.97, sizes.max() * 1.03, STEPS)
    for level, ends in limits_at(made.form, along, made.between).items():
        words, style = LIMITS[level]
        for end in ends:
            axes.plot(along, end, color=INK, lw=0.9, ls=style, label=words, zorder=1)


def _marks(axes: Axes, rows: pd.DataFrame, reading: str, words: str) -> None:
    if len(rows):
        shape, edge, fill, size, _ = MARKS[reading]
        axes.scatter(rows["expected"], rows["value"], marker=shape, s=size, facecolor=fill, edgecolor=edge, lw=1.0,
                     zorder=3, label=words)  # fmt: skip


def _names(axes: Axes, rows: pd.DataFrame) -> None:
    """Name the areas furthest beyond the limits, on the side where there is room, a line above another's name."""
    middle = np.sqrt(np.prod(axes.dataLim.intervalx))
    bottom, top = axes.dataLim.intervaly
    below = {True: -LINE, False: -LINE}
    for row in rows.sort_values("value").to_dict("records"):
        right = row["expected"] < middle
        place = (row["value"] - bottom) / (top - bottom) * TALL
        below[right] = max(place, below[right] + LINE)
        axes.annotate(panel_name(str(row["ics_name"]), LETTERS, lines=1), (row["expected"], row["value"]),
                      (7 if right else -7, below[right] - place), textcoords="offset points", fontsize=SMALL,
                      va="center", ha="left" if right else "right")  # fmt: skip


def funnel_alt_text(found: AreaFunnel) -> str:
    """Say what a funnel shows to whoever cannot see it.

    Examples
    --------
    >>> from equitymodel.monitoring.funnel_limits import funnel
    >>> areas = list("abcdef")
    >>> observed, expected = pd.Series([100.0, 150, 180, 80, 120, 225], areas), pd.Series([108.0] * 6, areas)
    >>> funnel_alt_text(AreaFunnel(funnel(observed, expected, form="exact"), dict(zip(areas, "ABCDEF")), "2023/24"))
    'Of 6 areas in 2023/24, 3 lie beyond 99.8 % limits: F 2.08, C 1.67, B 1.39.'
    """
    points = found.points
    own = points[points["signal"]]
    named = ", ".join(f"{row['ics_name']} {row['value']:.2f}" for row in own.head(MOST_NAMED).to_dict("records"))
    more = f" and {len(own) - MOST_NAMED} more" if len(own) > MOST_NAMED else ""
    said = f": {named}{more}" if named else ""
    return f"Of {len(points)} areas in {found.period}, {len(own)} lie beyond 99.8 % limits{said}."
