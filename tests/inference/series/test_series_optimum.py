"""The posterior mode of the hyperparameters of a series."""

import numpy as np
import pytest

from equitymodel.inference.series import series_optimum
from equitymodel.inference.series.densities import densities
from equitymodel.inference.series.series_latent import SeriesLatent
from equitymodel.inference.series.series_layout import lay_out_series
from equitymodel.inference.series.series_optimum import find_optimum
from equitymodel.simulate.series_world import MonthlyNoise, Sizes, Usual
from equitymodel.simulate.simulated_series import simulate_series
from equitymodel.spec.library import load_series_model

pytestmark = pytest.mark.unit


@pytest.mark.parametrize(("expected", "shared", "seed"), [(50, 0.0, 3), (3000, 0.9, 5)])
def test_the_optimum_is_flat_whatever_the_start_suggested(expected, shared, seed):
    series, truth = simulate_series(
        Sizes(groups=5, periods=54, before=36),
        usual=Usual(expected=expected),
        noise=MonthlyNoise(shared=shared),
        seed=seed,
    )
    field = SeriesLatent(lay_out_series(series, truth.plan, load_series_model("gap_interruption")))
    found = find_optimum(field)
    steps, size = 0.3 * np.concatenate([found.root_covariance, -found.root_covariance]), len(found.centre)
    around = densities(field, found.centre + steps, found.predictor).value
    assert np.abs(around[:size] - around[size:]).max() < 0.6 * 0.3, "no slope beyond a third of one sd"
    assert (around < found.log_density + 0.05).all()


def test_a_search_from_a_subset_of_series_ends_where_the_whole_search_does(many_series, monkeypatch):
    whole = find_optimum(many_series)
    monkeypatch.setattr(series_optimum, "SUBSET_SERIES", 15)
    some = find_optimum(many_series)
    away = np.linalg.solve(whole.root_covariance.T, some.centre - whole.centre)
    assert np.abs(away).max() < 0.5, "within half a standard deviation"
    assert some.log_density > whole.log_density - 0.2
    sizes = [np.sqrt((each.root_covariance**2).sum(axis=0)) for each in (some, whole)]
    np.testing.assert_allclose(*sizes, rtol=0.5)
