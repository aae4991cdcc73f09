"""Fits of interrupted series: controls, interval-censored counts, seeds and shapes."""

from dataclasses import replace

import numpy as np
import pytest

from equitymodel.estimands.interrupted_series import average_rate_ratio, counted_periods
from equitymodel.inference.laplace.settings import Laplace
from equitymodel.inference.series.fit_interruption import MORE_POINTS, _integration_points, fit_interruption, in_places
from equitymodel.inference.series.series_layout import lay_out_series
from equitymodel.simulate.series_world import Change, MonthlyNoise, Shock, Sizes, Usual
from equitymodel.simulate.simulated_series import simulate_series
from equitymodel.spec.arms import add_up_arms
from equitymodel.spec.interruption import Interruption
from equitymodel.spec.library import load_series_model

pytestmark = pytest.mark.unit


def interval(series, plan, model):
    fit = fit_interruption(*add_up_arms(series, plan), model, seed=1, draws=800)
    assert fit.sound
    ratio = np.log(average_rate_ratio(fit.posterior, counted_periods(fit.series, fit.plan)))
    return np.quantile(ratio, [0.025, 0.975])


def test_a_shock_to_all_is_an_effect_without_controls_and_none_with_them(plain_controlled):
    sizes, usual = Sizes(areas=4, exposed_areas=2, periods=40, before=26), Usual(expected=1000, season=0.0)
    world = {"noise": MonthlyNoise(sd=0.02), "usual": usual, "shock": Shock(0.2), "seed": 4}
    series, truth = simulate_series(sizes, **world)
    lower, upper = interval(series, truth.plan, plain_controlled)
    assert lower < 0 < upper
    assert interval(series, replace(truth.plan, exposed=None), plain_controlled)[0] > 0.1
    moved, _ = simulate_series(sizes, change=Change(-0.2), **world)
    lower, upper = interval(moved, truth.plan, plain_controlled)
    assert lower < -0.2 < upper < 0


def test_interval_censored_counts_give_nearly_the_same_level():
    series, truth = simulate_series(Sizes(periods=40, before=28), usual=Usual(expected=12), seed=1)
    censored = series["admissions"] < 8
    low, high = series["admissions"].where(~censored, 1.0), series["admissions"].where(~censored, 7.0)
    bounded = series.assign(admissions=series["admissions"].where(~censored), admissions_low=low, admissions_high=high)
    assert censored.any()
    found = fit_interruption(bounded, truth.plan, load_series_model().leaving_out("slope"), seed=1, draws=400)
    exact = fit_interruption(series, truth.plan, load_series_model().leaving_out("slope"), seed=1, draws=400)
    assert found.sound
    assert abs(float(found.posterior["level"].mean() - exact.posterior["level"].mean())) < 0.15


def test_the_same_seed_gives_the_same_draws_and_a_pulse_has_no_slope():
    series, _ = simulate_series(seed=1)
    plan = Interruption("2018-01", "pulse", ramp_months=6)
    pair = [fit_interruption(series, plan, seed=4, draws=400).posterior for _ in range(2)]
    assert pair[0].equals(pair[1])
    assert "slope" not in pair[0]


@pytest.mark.parametrize(("groups", "periods", "points"), [(1, 60, MORE_POINTS), (5, 40, Laplace.points)])
def test_groups_have_the_usual_integration_points_however_short_they_are(groups, periods, points):
    series, truth = simulate_series(Sizes(groups=groups, periods=periods, before=28), seed=1)
    assert _integration_points(lay_out_series(series, truth.plan, load_series_model())) == points


@pytest.mark.parametrize("place", [[0, 1, 2], [2, 0, 1]])
def test_cells_move_to_their_places_in_the_same_memory(place):
    draws = np.arange(2.0 * 70 * 3).reshape(-1, 3)
    before, place = draws.copy(), np.array(place)
    found = in_places(draws, place, 3)
    assert np.shares_memory(found, draws)
    np.testing.assert_array_equal(found[:, place], before)


def test_a_cell_without_draws_is_missing():
    found = in_places(np.ones((5, 2, 4)), np.array([3, 0]), 4)
    np.testing.assert_array_equal(found[0, :, 0], [1.0, np.nan, np.nan, 1.0])


def test_draws_and_series_have_the_same_labels_where_cells_come_in_the_order_of_their_counts():
    series, truth = simulate_series(Sizes(areas=2, groups=3, periods=40, before=28), usual=Usual(gradient=-0.6), seed=1)
    fit = fit_interruption(series, truth.plan, seed=1, draws=200)
    seen = series["admissions"].mean("period")
    fitted = fit.fitted.mean(("chain", "draw", "period"))
    assert float(abs(np.log(fitted / seen)).max()) < 0.05
