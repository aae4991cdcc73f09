"""Charts of many areas as small panels, those that signal first."""

from __future__ import annotations

from collections.abc import Callable

from matplotlib.figure import Figure

from equitymodel.monitoring.memory_alarms import MemoryMonitored
from equitymodel.monitoring.monitored import Monitored
from equitymodel.report.plots.canvas import SMALL, head, name_panel, small_panels
from equitymodel.report.plots.control_plot import VARIATION, draw_chart, last_icon
from equitymodel.report.plots.memory_plot import TITLES, draw_memory_chart
from equitymodel.report.plots.panel_names import panel_name

LETTERS = 30
A_PAGE = 21
"""Panels that fit a page of print."""


def plot_signal_panels(found: Monitored | MemoryMonitored, page: int = 0) -> Figure:
    """Draw a small chart an area, 21 to a picture.

    Parameters
    ----------
    found
        From `monitor` or `monitor_memory`.
    page
        Which 21, from 0.

    Returns
    -------
    matplotlib.figure.Figure
        Sorted by signal; scales are each panel's own, as areas are not compared here.

    Examples
    --------
    >>> import pandas as pd
    >>> from equitymodel.data.series.measured_series import read_measured
    >>> from equitymodel.monitoring.monitored import monitor
    >>> months = pd.date_range("2022-01-01", periods=8, freq="MS").strftime("%Y-%m")
    >>> rows = pd.DataFrame({"period": [*months] * 2, "ics": ["A"] * 8 + ["B"] * 8, "value": [1.0, 2.0] * 8})
    >>> len(plot_signal_panels(monitor(read_measured(rows, areas="any"))).axes)
    2
    """
    codes = found.by_signal[page * A_PAGE : (page + 1) * A_PAGE]
    figure, panels = small_panels(len(codes), across=3, height=1.25, share_y=False)
    for axes, code in zip(panels, codes, strict=True):
        name, said, draw = _panel(found, code)
        draw(axes, scale=0.6)
        name_panel(axes, f"{panel_name(name, LETTERS, lines=1)}\n{said}", SMALL)
    first = found.metric.title if isinstance(found, Monitored) else TITLES[found.plan.chart].capitalize()
    head(figure, panels[0], f"{first}: areas that signal first")
    return figure


def _panel(found: Monitored | MemoryMonitored, code: str) -> tuple[str, str, Callable[..., None]]:
    """Give the name of an area, what its last point comes to, and what draws it."""
    if isinstance(found, MemoryMonitored):
        own = found.charts[code]
        return own.ics_name, last_icon(own), lambda axes, scale: draw_memory_chart(axes, own, scale=scale)
    chart = found.charts[code]
    said = "not charted" if chart.last is None else VARIATION[chart.last["reading"]]
    return chart.ics_name, said, lambda axes, scale: draw_chart(axes, chart, scale=scale)
