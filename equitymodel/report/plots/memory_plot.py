"""Charts that remember as pictures: cumulative sums on either side of nothing, or a moving average, with limits."""

from __future__ import annotations

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from equitymodel.monitoring.chart_phases import APART, DOUBTFUL, HELD_BACK
from equitymodel.monitoring.memory_chart import SETS, MemoryChart
from equitymodel.report.plots.canvas import ACCENT, GRID, INK, SMALL, SOFT, TEXT, WARM, canvas, head
from equitymodel.report.plots.control_plot import MARKS, draw_icon, few_dates, last_icon

HEIGHT = 3.4
TITLES = {"cusum": "cumulative sum of residuals", "ewma": "moving average of residuals"}
BESIDE = {HELD_BACK: "held back", DOUBTFUL: "doubtful data", APART: "in a declared break"}


def plot_memory_chart(chart: MemoryChart) -> Figure:
    """Draw a chart that remembers.

    Parameters
    ----------
    chart
        From `memory_chart`.

    Returns
    -------
    matplotlib.figure.Figure
        Sums of what came more than expected above 0, of what came less below; limits are dashed. The stretch that
        sets what is usual is shaded and named.

    Examples
    --------
    >>> from equitymodel.data.series.measured_series import read_measured
    >>> from equitymodel.monitoring.observed_expected import observed_expected
    >>> from equitymodel.monitoring.memory_chart import memory_chart
    >>> months = pd.date_range("2022-01-01", periods=24, freq="MS").strftime("%Y-%m")
    >>> rows = pd.DataFrame({"period": months, "numerator": [95, 105] * 12, "denominator": 100})
    >>> len(plot_memory_chart(memory_chart(observed_expected(read_measured(rows)))).axes)
    1
    """
    figure, axes = canvas(HEIGHT)
    draw_memory_chart(axes, chart)
    axes.set_ylabel("standard deviations", fontsize=SMALL)
    axes.tick_params(labelsize=TEXT)
    draw_icon(axes, last_icon(chart), "round", 1.0)
    head(figure, axes, f"{chart.ics_name}: {TITLES[chart.plan.chart]}", columns=3)
    return figure


def draw_memory_chart(axes: Axes, chart: MemoryChart, *, scale: float = 1.0) -> None:
    """Draw sums or averages and their limits into a panel; of a small one, marks are as many times smaller."""
    points = chart.points
    axes.axhline(0, color=INK, lw=0.8 * scale)
    for _, phase in points[points["value"].notna()].groupby("phase"):
        _phase(axes, phase, chart.plan.chart, scale)
    for reading, own in points[points["signal"]].groupby("reading"):
        shape, edge, fill, size, words = MARKS[str(reading)]
        axes.scatter(own["start"], own["value"], marker=shape, s=size * scale**2, facecolor=fill, edgecolor=edge,
                     lw=1.0 * scale, zorder=3, label=words)  # fmt: skip
    for _, sets in points[points["status"] == SETS].groupby("phase"):
        axes.axvspan(sets["start"].iloc[0], sets["start"].iloc[-1], color=GRID, lw=0, zorder=0, label=SETS)
    for status, words in BESIDE.items():
        apart = points[points["status"] == status]
        if len(apart):
            axes.plot(apart["start"], [0.0] * len(apart), "x", color=SOFT, ms=3 * scale, label=words)
    few_dates(axes, scale)


def _phase(axes: Axes, phase: pd.DataFrame, kind: str, scale: float) -> None:
    """Draw the sums or the average of one phase, with its limits."""
    if kind == "cusum":
        axes.plot(phase["start"], phase["sum_higher"], "o-", color=ACCENT, ms=2.5 * scale, lw=1.1 * scale,
                  label="more than expected")  # fmt: skip
        axes.plot(phase["start"], -phase["sum_lower"], "s-", color=WARM, ms=2.5 * scale, lw=1.1 * scale,
                  label="less than expected")  # fmt: skip
    else:
        axes.plot(phase["start"], phase["value"], "o-", color=ACCENT, ms=2.5 * scale, lw=1.1 * scale, label="average")
    for name in ("lower", "upper"):
        axes.step(phase["start"], phase[name], where="mid", color=INK, lw=0.9 * scale, ls=(0, (4, 2)), label="limits")
