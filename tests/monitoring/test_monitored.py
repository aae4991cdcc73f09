"""A metric monitored in many areas: charts, false alarms, the order of signals, and one table of points."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from equitymodel.data.series.measured_series import read_measured
from equitymodel.monitoring.chart_plan import ChartPlan
from equitymodel.monitoring.false_alarms import false_alarms
from equitymodel.monitoring.metric_set import PLAIN, metric_named
from equitymodel.monitoring.monitored import merged_plan, monitor
from equitymodel.monitoring.series_memory import SeriesMemory
from tests.monitoring.series import NO_BREAKS, monthly

pytestmark = pytest.mark.unit
CALM = np.tile([1.0, 2.0], 12)


def two_areas():
    months = pd.date_range("2022-01-01", periods=24, freq="MS").strftime("%Y-%m")
    stepped = np.where(np.arange(24) < 16, CALM, CALM + 5)
    rows = pd.concat([pd.DataFrame({"period": months, "ics": code, "value": values})
                      for code, values in (("A", CALM), ("B", stepped))])  # fmt: skip
    return read_measured(rows, areas="any", periods=NO_BREAKS)


def test_areas_that_signal_come_first():
    found = monitor(two_areas())
    assert found.by_signal == ["B", "A"]
    assert set(found.alarms) == {"A", "B"}


def test_points_begin_with_the_columns_that_were_promised():
    points = monitor(two_areas()).points
    assert points.columns[:9].tolist() == [
        "ics",
        "ics_name",
        "period",
        "value",
        "centre",
        "lower",
        "upper",
        "signal",
        "rule",
    ]
    assert len(points) == 48


def test_a_metric_says_which_way_is_better_unless_the_plan_does():
    assert monitor(monthly(CALM), metric_named("dna_ratio")).plan.better == "lower"
    assert monitor(monthly(CALM), metric_named("dna_ratio"), ChartPlan()).plan.better == "neither"
    assert merged_plan(ChartPlan(target=2.0), metric_named("dna_ratio"), kind=None, better="higher").better == "higher"


def test_a_series_that_is_not_charted_has_no_false_alarms():
    assert monitor(monthly(CALM[:3]), PLAIN).alarms == {}


@pytest.mark.parametrize(("rules", "setting"), [("mdc", 24), ("sustained", 20)])
def test_alarms_are_of_charts_whose_limits_rest_on_as_many_points_as_those_of_this_one(rules, setting):
    values = np.random.default_rng(1).normal(size=48)
    locked = monitor(monthly(values), PLAIN, ChartPlan(rules=rules, limits_until=("2023-03-01",)))
    chart = locked.charts["All ICSs"]
    assert chart.points["start"].iloc[23] == pd.Timestamp("2023-03-01")
    own = replace(chart.plan.rule_set, fix_after=setting)
    memory = SeriesMemory.of(chart, locked.facts.frequency)
    assert locked.alarms["All ICSs"].by_rule == false_alarms(memory, rules=own, seed=1).by_rule
