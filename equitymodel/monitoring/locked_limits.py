"""Limits that stay when a chart goes on: the days up to which points set them."""

from __future__ import annotations

from equitymodel.monitoring.memory_alarms import MemoryMonitored
from equitymodel.monitoring.memory_chart import FEWEST_TO_CHART
from equitymodel.monitoring.monitored import Monitored


def locked_days(found: Monitored | MemoryMonitored) -> tuple[str, ...]:
    """Give the days that lock limits when a chart goes on: those there were and, where its last phase has none, one.

    Parameters
    ----------
    found
        The last report.

    Returns
    -------
    tuple of str
        For ``limits_until`` of a `ChartPlan`: the new one is the last day that is charted. A phase that has too few
        points to lock it (12, as of trial limits; of a chart that remembers 14, half of which set what is usual) goes
        on without.

    Examples
    --------
    >>> import pandas as pd
    >>> from equitymodel.data.series.measured_series import read_measured
    >>> from equitymodel.monitoring.monitored import monitor
    >>> months = pd.date_range("2022-01-01", periods=24, freq="MS").strftime("%Y-%m")
    >>> locked_days(monitor(read_measured(pd.DataFrame({"period": months, "value": [1.0, 2.0] * 12}))))
    ('2023-12-01',)
    """
    if isinstance(found, MemoryMonitored):
        days, enough, charted = found.plan.plan.limits_until, FEWEST_TO_CHART, "residual"
    else:
        days, enough, charted = found.plan.limits_until, found.plan.rule_set.trial_below, "centre"
    held = [chart.points[chart.points[charted].notna()] for chart in found.charts.values()]
    held = [points for points in held if not points.empty]
    if not held:
        return tuple(days)
    latest = max(held, key=lambda points: points["start"].iloc[-1])
    last = latest[latest["phase"] == latest["phase"].iloc[-1]]
    if any((last["start"] <= day).sum() >= enough for day in days) or len(last) < enough:
        return tuple(days)
    return (*days, f"{last['start'].iloc[-1]:%Y-%m-%d}")
