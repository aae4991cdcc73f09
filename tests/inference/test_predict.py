import numpy as np
import pytest
import xarray as xr
from scipy import stats

from equitymodel.inference.layout import lay_out
from equitymodel.inference.predict import draw_expected, draw_fitted, draw_predicted, draw_ratios, log_likelihood
from equitymodel.simulate.counts import simulate_cells
from equitymodel.spec.library import load_model

pytestmark = pytest.mark.unit


def test_ratios_are_those_the_density_uses():
    """The density at a point, priors aside, is the likelihood of the ratios drawn there."""
    cells, _ = simulate_cells(areas=4, procedures=2, seed=3)
    layout = lay_out(load_model(), cells)
    difference = []
    for seed in (1, 2):
        theta = layout.start(seed)
        named = layout.named(theta)
        draws = xr.Dataset({name: (dims, named[name]) for name, dims in layout.dims().items()}).expand_dims(
            chain=1, draw=1
        )
        fitted = draw_fitted(draw_ratios(layout.spec, draws, cells), draw_expected(cells, draws))
        likelihood = float(log_likelihood(fitted, draws, cells["admissions"]).sum())
        flat = dict(layout.data, counts=np.zeros(0), log_expected=np.zeros(0), places=layout.data["places"][:, :0],
                    weights=layout.data["weights"][:, :0])  # fmt: skip
        prior = _prior_only(flat, theta, layout)
        difference.append(layout.density(theta)[0] - prior - likelihood)
    assert difference[0] == pytest.approx(difference[1], abs=1e-6)


def _prior_only(data, theta, layout):
    from equitymodel.inference import kernel

    gradient = np.zeros_like(theta)
    total = kernel.add_priors(theta, gradient, data["blocks"], data["centred"], data["priors"])
    for at in range(layout.variation_start, layout.parameters):
        total += kernel.add_half_normal(theta, gradient, at, data["variation_sd"])
    return total


def test_predicted_counts_have_the_spread_they_should():
    fitted = xr.DataArray(np.full((1, 20_000, 1), 60.0), dims=("chain", "draw", "procedure"))
    draws = xr.Dataset({"extra_variation": (("chain", "draw", "procedure"), np.full((1, 20_000, 1), 0.2))})
    predicted = draw_predicted(fitted, draws, seed=1)
    assert float(predicted.mean()) == pytest.approx(60, rel=0.01)
    assert float(predicted.var()) == pytest.approx(60 + 60**2 * 0.04, rel=0.05)


def test_extra_variation_for_all_acts_as_equal_ones_for_each_procedure():
    rng = np.random.default_rng(1)
    fitted = xr.DataArray(rng.gamma(9.0, 5.0, (1, 2000, 2)), dims=("chain", "draw", "procedure"))
    variation = xr.DataArray(rng.uniform(0.1, 0.4, (1, 2000)), dims=("chain", "draw"))
    shared = xr.Dataset({"extra_variation": variation})
    each = xr.Dataset({"extra_variation": variation.expand_dims(procedure=2, axis=-1)})
    observed = xr.DataArray([30.0, 60.0], dims="procedure")
    assert draw_predicted(fitted, shared, seed=1).equals(draw_predicted(fitted, each, seed=1))
    one, other = (log_likelihood(fitted, draws, observed) for draws in (shared, each))
    assert one.dims == other.dims == fitted.dims
    np.testing.assert_allclose(one, other)


def test_log_likelihood_is_that_of_scipy_and_missing_where_the_count_is():
    fitted = xr.DataArray([[[4.0, 9.0]]], dims=("chain", "draw", "procedure"))
    draws = xr.Dataset({"extra_variation": (("chain", "draw", "procedure"), [[[0.3, 0.3]]])})
    observed = xr.DataArray([5.0, np.nan], dims="procedure")
    value = log_likelihood(fitted, draws, observed)
    size = 0.3**-2
    assert float(value[0, 0, 0]) == pytest.approx(stats.nbinom.logpmf(5, size, size / (size + 4)))
    assert bool(value[0, 0, 1].isnull())
