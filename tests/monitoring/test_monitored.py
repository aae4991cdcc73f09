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


@pytest.mark.parametrize(("name", "sign"), [("rate_ratio", 1.0), ("dna_ratio", -1.0)])
def test_a_gap_the_other_way_round_that_narrows_is_no_concern_and_that_widens_no_improvement(name, sign):
    steps = np.r_[CALM[:12] + 8.0, CALM[:12]] / 100
    far, near = monthly(1.0 + sign * (0.2 + steps)), monthly(1.0 - sign * (0.2 + steps))
    other_way = monitor(far, metric_named(name)).charts["All ICSs"].signals
    assert set(other_way["reading"]) == {"higher", "lower"}
    assert (other_way["reading"] == other_way["direction"]).all()
    usual = monitor(near, metric_named(name)).charts["All ICSs"].signals
    assert usual["reading"].tolist() == ["concern"] * 12 + ["improvement"] * 12


def test_a_way_that_was_asked_for_holds_on_both_sides_of_no_gap():
    plan = merged_plan(ChartPlan(), metric_named("rate_ratio"), kind=None, better="lower")
    found = monitor(monthly(np.r_[CALM[:12] + 8.0, CALM[:12]]), metric_named("rate_ratio"), plan)
    assert set(found.points["reading"]) == {"concern", "improvement"}


def test_a_fall_from_above_no_gap_to_below_it_is_a_concern():
    found = monitor(monthly(np.r_[np.tile([1.04, 1.06], 6), np.tile([0.90, 0.92], 6)]), metric_named("rate_ratio"))
    assert found.points["reading"].tolist() == ["improvement"] * 12 + ["concern"] * 12


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
