"""A metric monitored in one area or many: a chart each, and how often such a chart signals when nothing has changed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import pandas as pd
import xarray as xr

from equitymodel.argument_types import refuses_other_types
from equitymodel.data.series.series_facts import SeriesFacts
from equitymodel.monitoring.chart_plan import ChartPlan
from equitymodel.monitoring.chart_rules import ChartRules
from equitymodel.monitoring.charted_points import points_of_areas
from equitymodel.monitoring.control_chart import ControlChart, control_charts
from equitymodel.monitoring.false_alarms import REPETITIONS, FalseAlarms, false_alarms
from equitymodel.monitoring.metric_set import PLAIN, Metric
from equitymodel.monitoring.series_memory import SeriesMemory

FOR_MANY = 1000
"""Simulated series an area where there are several: a Monte Carlo error of 1.6 percentage points at most."""


@dataclass(frozen=True)
class Monitored:
    """A metric over time, in one area or in many, with a chart each.

    Attributes
    ----------
    charts
        By area.
    alarms
        By area; none where there is no chart.
    metric, plan, facts, seed
        What is charted, what was decided beforehand, what is known of the series, and the seed of simulations.
    """

    charts: Mapping[str, ControlChart]
    alarms: Mapping[str, FalseAlarms]
    metric: Metric
    plan: ChartPlan
    facts: SeriesFacts
    seed: int

    @property
    def points(self) -> pd.DataFrame:
        """Every point of every area, as one table."""
        return points_of_areas({code: (chart.ics_name, chart.points) for code, chart in self.charts.items()})

    @property
    def by_signal(self) -> list[str]:
        """Areas with a signal at their last point first, then those with the most signals."""

        def order(code: str) -> tuple[bool, int]:
            chart = self.charts[code]
            return chart.last is None or not chart.last["signal"], -len(chart.signals)

        return sorted(self.charts, key=order)


@refuses_other_types
def monitor(series: xr.Dataset, metric: Metric = PLAIN, plan: ChartPlan | None = None, *, seed: int = 1) -> Monitored:
    """Chart a metric in every area of a series.

    Parameters
    ----------
    series
        From `read_measured` or `metric_series`.
    metric
        From `metric_named`: which way is better, and its kind of chart, unless the plan says otherwise.
    plan
        What was decided beforehand; by default what the metric says.
    seed
        Of the simulation of false alarms.

    Returns
    -------
    Monitored
        Charts, and how often such charts signal when nothing has changed.

    Raises
    ------
    OptionError
        As for `control_chart`.

    Examples
    --------
    >>> from equitymodel.data.series.measured_series import read_measured
    >>> months = pd.date_range("2022-01-01", periods=24, freq="MS").strftime("%Y-%m")
    >>> found = monitor(read_measured(pd.DataFrame({"period": months, "value": [1.0, 2.0] * 12})))
    >>> found.points["signal"].any(), found.alarms["All ICSs"].repetitions
    (np.False_, 4000)
    """
    chosen = plan or merged_plan(ChartPlan(), metric, kind=None, better=None)
    facts = SeriesFacts.of(series)
    charts = control_charts(series, chosen)
    repetitions = REPETITIONS if len(charts) == 1 else FOR_MANY
    alarms = {}
    for number, (code, chart) in enumerate(charts.items()):
        memory = SeriesMemory.of(chart, facts.frequency)
        if memory.charted:
            alarms[code] = false_alarms(memory, rules=_as_locked(chart), seed=seed + number, repetitions=repetitions)
    return Monitored(charts, alarms, metric, chosen, facts, seed)


def _as_locked(chart: ControlChart) -> ChartRules:
    """Give the rules of a chart; where its limits are locked, they are fixed after as many points, if not before."""
    rules = chart.plan.rule_set
    for day in chart.plan.limits_until:
        by_then = chart.charted[chart.charted["start"] <= pd.Timestamp(day)]
        longest = int(by_then["phase"].value_counts().max()) if len(by_then) else 0
        if longest >= rules.trial_below:
            return replace(rules, fix_after=min(longest, rules.fix_after or longest))
    return rules


def merged_plan(plan: ChartPlan, metric: Metric, *, kind: str | None, better: str | None) -> ChartPlan:
    """Give a plan the kind and the better way that were asked for, and otherwise those of the metric.

    A way that was asked for holds on both sides of no gap.

    Examples
    --------
    >>> merged_plan(ChartPlan(), PLAIN, kind="p", better=None).kind
    'p'
    """
    chosen, no_gap = kind or metric.kind, None if better else metric.no_gap
    return replace(plan, kind=chosen, better=better or metric.better, no_gap=no_gap)
