"""The change point, had it not been declared: found where it is clear, spread out where there is none."""

import datetime as dt
from dataclasses import replace

import pandas as pd
import pytest

from equitymodel.errors import SpecError
from equitymodel.simulate.series_world import Change, MonthlyNoise, Sizes, Usual
from equitymodel.simulate.simulated_series import simulate_series
from equitymodel.spec.library import load_series_model
from equitymodel.studies.explore_change_point import explore_change_point

pytestmark = pytest.mark.unit
LEVEL = load_series_model().leaving_out("slope", "trend").with_harmonics(0)
WINDOW = ("2018-04", "2018-09")


def world(change=Change()):
    return simulate_series(Sizes(periods=48, before=30), change=change, noise=MonthlyNoise(0.03),
                           usual=Usual(500, season=0), seed=3)  # fmt: skip


@pytest.fixture(scope="module")
def clear():
    series, truth = world(Change(0.4))
    return series, truth.plan, explore_change_point(series, truth.plan, window=WINDOW, model=LEVEL)


def test_a_clear_start_is_found(clear):
    _, plan, found = clear
    assert found.declared_probability > 0.95
    assert found.table["probability"].sum() == pytest.approx(1)
    assert found.table["log_evidence"].max() == 0
    assert found.plan == plan


def test_it_is_found_whatever_was_declared_and_however_dates_are_given(clear):
    series, plan, found = clear
    window = (dt.date(2018, 4, 1), pd.Timestamp("2018-09-01"))
    wrong = explore_change_point(series, replace(plan, date="2018-05", washout=1), window=window, model=LEVEL)
    assert wrong.declared_probability < 0.01
    assert wrong.table["probability"].tolist() == pytest.approx(found.table["probability"].tolist())
    assert wrong.table["declared"].tolist() == [start == "2018-05-01" for start in wrong.table["start"]]


def test_where_nothing_changed_no_start_stands_out():
    series, truth = world()
    assert explore_change_point(series, truth.plan, window=WINDOW, model=LEVEL).table["probability"].max() < 0.5


def test_a_window_needs_periods_with_data_on_both_sides(clear):
    series, plan, _ = clear
    assert explore_change_point(series, plan, window=("2010-01", "2016-08"), model=LEVEL).table["start"].tolist() == [
        "2016-07-01", "2016-08-01",
    ]  # fmt: skip
    with pytest.raises(SpecError, match="wider window"):
        explore_change_point(series, plan, window=("2019-09", "2020-06"), model=LEVEL)
