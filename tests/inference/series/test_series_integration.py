"""Integration over the hyperparameters of a series: importance sampling against a grid."""

import pytest

from equitymodel.inference.series import series_integration, series_optimum
from equitymodel.inference.series.series_integration import _grid, _importance
from equitymodel.inference.series.series_latent import SeriesLatent
from equitymodel.inference.series.series_layout import lay_out_series
from equitymodel.simulate.series_world import MonthlyNoise, Sizes, Usual
from equitymodel.simulate.simulated_series import simulate_series
from equitymodel.spec.library import load_series_model

pytestmark = pytest.mark.unit


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_noise_near_a_unit_root_gets_the_weight_that_a_grid_gives_it(seed):
    series, truth = simulate_series(
        Sizes(periods=48, before=30), usual=Usual(expected=300), noise=MonthlyNoise(autocorrelation=0.6), seed=seed
    )
    field = SeriesLatent(lay_out_series(series, truth.plan, load_series_model()))
    exact, drawn = _grid(field), _importance(field, 1, points=128)
    share = [points.weight[field.values(points.hyper)["rho"] > 0.8].sum() for points in (exact, drawn)]
    spread = [points.weight @ field.values(points.hyper)["sd"] for points in (exact, drawn)]
    assert share[1] == pytest.approx(share[0], abs=0.03)
    assert spread[1] == pytest.approx(spread[0], rel=0.1)


def test_very_many_series_take_fewer_points_and_enough_of_them_count(many_series, monkeypatch):
    monkeypatch.setattr(series_optimum, "SUBSET_SERIES", 15)
    monkeypatch.setattr(series_integration, "SUBSET_SERIES", 15)
    points = series_integration.integrate(many_series, seed=1)
    assert len(points.weight) == series_integration.FEWER_POINTS
    assert points.effective > 25
