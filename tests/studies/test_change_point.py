"""The start, had it not been declared: found where it is clear, spread out where there is none."""

from dataclasses import replace

import pytest

from equitymodel.errors import SpecError
from equitymodel.simulate.simulated_series import simulate_series
from equitymodel.spec.library import load_series_model
from equitymodel.studies.explore_change_point import explore_change_point

pytestmark = pytest.mark.unit
LEVEL = load_series_model().leaving_out("slope").with_harmonics(1)
WINDOW = ("2018-01", "2018-12")


def explored(plan=None, **known):
    series, truth = simulate_series(periods=48, before=30, expected=500, sd=0.03, seed=3, **known)
    return explore_change_point(series, plan(truth.plan) if plan else truth.plan, window=WINDOW, model=LEVEL)


def test_a_clear_start_is_found_whatever_was_declared():
    found = explored(effect=0.4)
    assert found.declared_probability > 0.95
    assert found.table["probability"].sum() == pytest.approx(1)
    wrong = explored(lambda plan: replace(plan, date="2018-03", washout=1), effect=0.4)
    assert wrong.declared_probability < 0.01
    assert wrong.table["probability"].tolist() == pytest.approx(found.table["probability"].tolist())
    assert "no part of the verdict" in str(wrong)


def test_where_nothing_changed_no_start_stands_out():
    assert explored().table["probability"].max() < 0.4


def test_a_window_needs_periods_with_data_on_both_sides():
    series, truth = simulate_series(periods=48, before=30, seed=3)
    assert len(explore_change_point(series, truth.plan, window=("2010-01", "2016-08"), model=LEVEL).table) == 2
    with pytest.raises(SpecError, match="wider window"):
        explore_change_point(series, truth.plan, window=("2019-09", "2020-06"), model=LEVEL)
