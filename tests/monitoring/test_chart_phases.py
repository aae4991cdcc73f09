"""Which points are charted, and where phases begin."""

import pytest

from equitymodel.data.series.periods import Periods
from equitymodel.monitoring.chart_phases import APART, CHARTED, DOUBTFUL, HELD_BACK, phases_of_points, status_of_points
from equitymodel.monitoring.chart_plan import ChartPlan
from tests.monitoring.series import monthly

pytestmark = pytest.mark.unit
PANDEMIC = Periods(days="equal")


def one(values, start="2021-04-01", **columns):
    return monthly(values, start, **columns).isel(ics=0)


def test_the_pandemic_stands_apart_and_a_new_phase_begins_after_it():
    series = one(range(30), "2019-10-01", periods=PANDEMIC)
    status = status_of_points(series, ChartPlan())
    assert [status[4], status[5], status[17], status[18]] == [CHARTED, APART, APART, CHARTED]
    assert phases_of_points(series, status, ChartPlan()).tolist() == [1] * 18 + [2] * 12


def test_months_that_may_still_fill_up_are_held_back():
    series = one(range(12))
    held = ChartPlan(rules="sustained")
    assert status_of_points(series, held).tolist() == [CHARTED] * 11 + [HELD_BACK]
    later = ChartPlan(rules="sustained", as_of="2022-04-23")
    assert set(status_of_points(series, later)) == {CHARTED}
    assert set(status_of_points(series, ChartPlan())) == {CHARTED}


def test_doubtful_points_are_named():
    series = one([1.0, 2.0, 3.0], quality=["good", "doubtful", "good"])
    assert status_of_points(series, ChartPlan()).tolist() == [CHARTED, DOUBTFUL, CHARTED]


def test_limits_are_set_anew_from_a_day():
    series = one(range(6))
    plan = ChartPlan(rebase={"2021-07-15": "moved"})
    assert phases_of_points(series, status_of_points(series, plan), plan).tolist() == [1, 1, 1, 1, 2, 2]


def test_days_outside_the_series_begin_no_phase():
    series = one(range(6))
    plan = ChartPlan(rebase={"2019-01": "before", "2025-01": "after"})
    assert set(phases_of_points(series, status_of_points(series, plan), plan)) == {1}
