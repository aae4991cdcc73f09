"""Limits of a chart that goes on: the days that lock them, and that earlier points stay as they were."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from equitymodel.data.series.measured_series import read_measured
from equitymodel.monitoring.chart_plan import ChartPlan
from equitymodel.monitoring.locked_limits import locked_days
from equitymodel.monitoring.memory_alarms import monitor_memory
from equitymodel.monitoring.memory_chart import MemoryPlan
from equitymodel.monitoring.metric_set import PLAIN
from equitymodel.monitoring.monitored import monitor
from equitymodel.monitoring.observed_expected import observed_expected
from tests.monitoring.series import monthly

pytestmark = pytest.mark.unit
MONTHS = pd.date_range("2018-01-01", periods=96, freq="MS").strftime("%Y-%m")
SEEN = np.random.default_rng(3).poisson(200, 96)
SHOWN = ["period", "residual", "value", "upper", "status"]


def counts(months):
    rows = pd.DataFrame({"period": MONTHS[:months], "numerator": SEEN[:months], "denominator": 200})
    return observed_expected(read_measured(rows))


@pytest.mark.parametrize("chart", ["cusum", "ewma"])
@pytest.mark.parametrize("baseline", [None, 0])
def test_points_of_every_phase_stay_as_they_were_when_months_are_added(chart, baseline):
    first = monitor_memory(counts(78), MemoryPlan(chart, baseline))
    assert first.points["phase"].nunique() == 2, "the pandemic parts the series"
    plan = replace(first.plan, plan=ChartPlan(limits_until=locked_days(first)))
    then = monitor_memory(counts(96), plan)
    pd.testing.assert_frame_equal(then.points.loc[:77, SHOWN], first.points[SHOWN])
    assert then.charts["All ICSs"].usual == first.charts["All ICSs"].usual
    assert locked_days(then) == plan.plan.limits_until
    anew = monitor_memory(counts(96), first.plan)
    assert not anew.points.loc[:77, "residual"].equals(first.points["residual"])


def test_a_phase_that_is_too_short_is_locked_later():
    days = ("2019-12-01",)
    short, long = (monitor_memory(counts(months), MemoryPlan(plan=ChartPlan(limits_until=days))) for months in (50, 70))
    assert locked_days(short) == days
    assert locked_days(long) == (*days, "2023-10-01")


def test_the_last_day_charted_locks_a_control_chart_of_twelve_points():
    values = np.tile([50.0, 52.0], 12)
    assert locked_days(monitor(monthly(values[:11]))) == ()
    assert locked_days(monitor(monthly(values[:12]))) == ("2022-03-01",)
    assert locked_days(monitor(monthly(values), PLAIN, ChartPlan(limits_until=("2022-06-01",)))) == ("2022-06-01",)
