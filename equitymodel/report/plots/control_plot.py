"""A control chart as a picture: points whose shape says what they are, limits by phase, and two icons in words."""

from __future__ import annotations

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.dates import AutoDateLocator
from matplotlib.figure import Figure

from equitymodel.monitoring.chart_phases import APART, CHARTED, DOUBTFUL, HELD_BACK
from equitymodel.monitoring.charted_points import ChartedPoints
from equitymodel.monitoring.control_chart import TRIAL, ControlChart
from equitymodel.monitoring.metric_set import Metric
from equitymodel.report.plots.canvas import ACCENT, GRID, INK, PALE, SMALL, SOFT, TEXT, WARM, canvas, head

HEIGHT = 3.4
MARKS = {
    "": ("o", SOFT, SOFT, 12, "no signal"),
    "improvement": ("*", ACCENT, ACCENT, 64, "signal: improvement"),
    "concern": ("s", WARM, WARM, 28, "signal: concern"),
    "higher": ("^", INK, "white", 34, "signal: higher"),
    "lower": ("v", INK, "white", 34, "signal: lower"),
}
"""By what a signal means: shape, edge, filling, size and words; none rests on its colour."""
NOT_CHARTED = {
    HELD_BACK: ("o", SOFT, "white", 16, "held back"),
    DOUBTFUL: ("x", INK, INK, 18, "doubtful data"),
    APART: (".", SOFT, SOFT, 8, "in a declared break"),
}
VARIATION = {
    "": "usual variation", "improvement": "★ signal: improvement", "concern": "■ signal: concern",
    "higher": "▲ signal: higher", "lower": "▼ signal: lower",
}  # fmt: skip
ASSURANCE = {"met": "✔ target met", "not met": "✘ target not met", "hit and miss": "~ target hit and miss"}


def plot_control_chart(chart: ControlChart, metric: Metric) -> Figure:
    """Draw a chart.

    Parameters
    ----------
    chart
        From `control_chart`.
    metric
        What is charted: its title and unit.

    Returns
    -------
    matplotlib.figure.Figure
        The centre is solid and limits are dashed, trial limits dotted. What the last point and the target come to
        stands in two boxes above, in words.

    Examples
    --------
    >>> from equitymodel.data.series.measured_series import read_measured
    >>> from equitymodel.monitoring.control_chart import control_chart
    >>> from equitymodel.monitoring.metric_set import PLAIN
    >>> months = pd.date_range("2022-01-01", periods=12, freq="MS").strftime("%Y-%m")
    >>> chart = control_chart(read_measured(pd.DataFrame({"period": months, "value": range(12)})))
    >>> len(plot_control_chart(chart, PLAIN).axes)
    1
    """
    figure, axes = canvas(HEIGHT)
    draw_chart(axes, chart)
    axes.set_ylabel(metric.unit or metric.title, fontsize=SMALL)
    if chart.plan.target is not None:
        axes.axhline(chart.plan.target, color=ACCENT, lw=1.0, ls=(0, (7, 2, 1, 2)), label="target")
    axes.tick_params(labelsize=TEXT)
    _icons(axes, chart)
    head(figure, axes, f"{chart.ics_name}: {metric.title}")
    return figure


def draw_chart(axes: Axes, chart: ControlChart, *, scale: float = 1.0) -> None:
    """Draw points and limits into a panel; of a small one, marks are as many times smaller."""
    points = chart.points
    known = points[points["value"].notna()]
    axes.plot(known["start"], known["value"], color=GRID, lw=0.9 * scale, zorder=1)
    if "value_low" in known:
        axes.vlines(known["start"], known["value_low"], known["value_high"], color=PALE, lw=0.8 * scale, zorder=1,
                    label="95 % credible interval of the period")  # fmt: skip
    if "value_null" in known:
        axes.plot(known["start"], known["value_null"], color=WARM, lw=0.9 * scale, ls=(0, (5, 1, 1, 1)), zorder=1,
                  label="what chance alone would show")  # fmt: skip
    for _, phase in points[points["centre"].notna()].groupby("phase"):
        _limits(axes, phase, scale)
    for reading, look in MARKS.items():
        own = known[(known["status"] == CHARTED) & (known["reading"] == reading)]
        _mark(axes, own, look, scale)
    for status, look in NOT_CHARTED.items():
        _mark(axes, known[known["status"] == status], look, scale)
    few_dates(axes, scale)


def few_dates(axes: Axes, scale: float) -> None:
    """Write no more dates along an axis than fit a panel of that scale."""
    least, most = (3, 8) if scale == 1 else (2, 5)
    axes.xaxis.set_major_locator(AutoDateLocator(minticks=least, maxticks=most))  # type: ignore[no-untyped-call]


def _limits(axes: Axes, phase: pd.DataFrame, scale: float) -> None:
    """Draw centre and limits of a phase; where denominators differ limits are steps."""
    trial = (phase["limits"] == TRIAL).to_numpy()[0]
    style = (0, (1, 2)) if trial else (0, (4, 2))
    words = "trial limits" if trial else "limits of usual variation"
    axes.step(phase["start"], phase["centre"], where="mid", color=INK, lw=1.0 * scale, label="centre", zorder=2)
    for name in ("lower", "upper"):
        axes.step(phase["start"], phase[name], where="mid", color=INK, lw=0.9 * scale, ls=style, label=words, zorder=2)


def _mark(axes: Axes, rows: pd.DataFrame, look: tuple[str, str, str, int, str], scale: float) -> None:
    if rows.empty:
        return
    shape, edge, fill, size, words = look
    drawn = axes.scatter(rows["start"], rows["value"], marker=shape, s=size * scale**2, lw=1.0, zorder=3, label=words)
    drawn.set(facecolor=edge if shape == "x" else fill, edgecolor=edge)


def _icons(axes: Axes, chart: ControlChart) -> None:
    """Write what the last point and the target come to, a round box and a square one."""
    said = [(last_icon(chart), "round")]
    said += [(ASSURANCE[chart.assurance], "square")] if chart.assurance else []
    for place, (words, shape) in zip(np.linspace(1.0, 0.66, 2), said, strict=False):
        draw_icon(axes, words, shape, place)


def draw_icon(axes: Axes, words: str, shape: str, place: float) -> None:
    """Write words above a chart in a box of a shape, ending at a share of its width."""
    box = {"boxstyle": f"{shape},pad=0.35", "facecolor": "white", "edgecolor": INK, "lw": 0.8}
    axes.annotate(words, (place, 1.0), (0, 9), xycoords="axes fraction", textcoords="offset points", fontsize=SMALL,
                  ha="right", va="bottom", bbox=box)  # fmt: skip


def last_icon(chart: ChartedPoints) -> str:
    """Say what the last point comes to, in a sign and words."""
    return "shown, not charted" if chart.last is None else VARIATION[str(chart.last["reading"])]
