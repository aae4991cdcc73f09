from dataclasses import replace

import numpy as np
import pytest
import xarray as xr
from scipy import stats

from equitymodel.inference.grouped.effect_parts import all_parts
from equitymodel.inference.grouped.grouped_layout import lay_out_cells
from equitymodel.inference.grouped.predict import (
    complete_counts,
    draw_expected,
    draw_fitted,
    draw_predicted,
    draw_ratios,
)
from equitymodel.inference.grouped.prior_check import draw_prior
from equitymodel.inference.likelihood.log_likelihood import log_likelihood
from equitymodel.simulate.simulated_cells import simulate_cells
from equitymodel.spec.library import load_model

pytestmark = pytest.mark.unit


def test_ratios_are_those_the_density_uses():
    """The density at a point, priors aside, is the likelihood of the ratios drawn there."""
    cells, _ = simulate_cells(areas=4, procedures=2, seed=3)
    layout = lay_out_cells(load_model(), cells)
    difference = []
    for seed in (1, 2):
        theta = layout.start(seed)
        named = layout.named(theta)
        draws = xr.Dataset({name: (dims, named[name]) for name, dims in layout.dims().items()}).expand_dims(
            chain=1, draw=1
        )
        fitted = draw_fitted(draw_ratios(layout.spec, draws, cells, this_year=True), draw_expected(cells, draws))
        likelihood = float(log_likelihood(fitted, draws, cells["admissions"]).sum())
        prior = _prior_only(theta, layout)
        difference.append(layout.density(theta)[0] - prior - likelihood)
    assert difference[0] == pytest.approx(difference[1], abs=1e-6)


def _prior_only(theta, layout):
    """Everything but counts: the log density of the same layout without a cell."""
    none = {name: values[..., :0] for name, values in layout.cells._asdict().items()}
    return replace(layout, cells=layout.cells._replace(**none)).density(theta)[0]


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


# Counts known only within bounds


def over_draws(values, draws=1):
    """The same means, by procedure, in every draw."""
    coords = {"procedure": ["knee", "hip", "hand"][: len(values)]}
    return xr.DataArray(np.tile(values, (2, draws, 1)), dims=("chain", "draw", "procedure"), coords=coords)


def by_procedure(*values):
    return xr.DataArray(list(values), dims="procedure", coords={"procedure": ["knee", "hip", "hand"][: len(values)]})


VARIATIONS = {
    "Poisson": lambda _: xr.Dataset(),
    "each": lambda mean: xr.Dataset({"extra_variation": mean * 0 + by_procedure(0.4, 0.8, 0.2)}),
    "shared": lambda mean: xr.Dataset({"extra_variation": mean.isel(procedure=0, drop=True) * 0 + 0.5}),
}


def probabilities(counts, mean, draws, place):
    if "extra_variation" not in draws:
        return stats.poisson.pmf(counts, mean)
    variation = draws["extra_variation"].isel(chain=0, draw=0)
    size = float(variation[place] if variation.ndim else variation) ** -2
    return stats.nbinom.pmf(counts, size, size / (size + mean))


@pytest.mark.parametrize("kind", VARIATIONS)
def test_completed_counts_are_drawn_from_what_is_left_of_their_distribution(kind):
    mean = over_draws([2.0, 14.0, 6.0], draws=10_000)
    draws = VARIATIONS[kind](mean)
    low, high = by_procedure(1.0, 8.0, 5.0), by_procedure(7.0, 12.0, 5.0)
    complete = complete_counts(mean, draws, low, high, seed=1)
    assert complete.dims == mean.dims
    assert complete["procedure"].values.tolist() == mean["procedure"].values.tolist()
    for place in range(2):
        counts = np.arange(low[place], high[place] + 1)
        share = [float((complete[..., place] == count).mean()) for count in counts]
        chance = probabilities(counts, float(mean[0, 0, place]), draws, place)
        assert sum(share) == pytest.approx(1.0)
        np.testing.assert_allclose(share, chance / chance.sum(), atol=0.012)
    assert (complete[..., 2] == 5).all()


def test_completed_counts_are_drawn_anew_in_each_draw_and_alike_from_one_seed():
    mean = over_draws([2.0, 14.0], draws=50)
    bounds = by_procedure(1.0, 8.0), by_procedure(7.0, 12.0)
    first, same, other = (complete_counts(mean, xr.Dataset(), *bounds, seed=seed) for seed in (1, 1, 2))
    assert first.identical(same)
    assert not first.equals(other)
    assert (first.std("draw") > 0).all()


def test_counts_that_are_not_known_stay_so_and_those_known_stay_as_they_are():
    mean = over_draws([2.0, 14.0, 6.0], draws=5)
    exact = by_procedure(3.0, np.nan, 9.0)
    assert complete_counts(mean, xr.Dataset(), exact, exact, seed=1).identical(exact)
    within = complete_counts(mean, xr.Dataset(), exact, by_procedure(7.0, np.nan, 9.0), seed=1)
    assert within[..., 1].isnull().all()
    assert (within[..., 2] == 9).all()
    assert ((within[..., 0] >= 3) & (within[..., 0] <= 7)).all()


def test_counts_are_completed_in_whole_worlds(hide):
    cells = hide(simulate_cells(areas=4, procedures=2, expected=9.0, seed=3)[0].isel(ics=[2, 0, 3, 1]))
    ratio = xr.ones_like(cells["admissions"]).fillna(1.0).expand_dims(chain=2, draw=30)
    mean = draw_fitted(ratio, draw_expected(cells, xr.Dataset()))
    low, high = cells["admissions_low"], cells["admissions_high"]
    complete = complete_counts(mean, xr.Dataset(), low, high, seed=1)
    assert complete.dims == mean.dims
    for dim in low.dims:
        np.testing.assert_array_equal(complete[dim], cells[dim])
    assert ((complete >= low) & (complete <= high)).all()


def test_the_area_as_it_is_leaves_the_noise_of_a_year_out_and_keeps_what_lasts():
    cells, _ = simulate_cells(areas=3, groups=5, procedures=2, seed=1)
    spec = load_model()
    drawn = draw_prior(spec, cells, seed=2, draws=4)
    noise = [part for part in all_parts(spec.for_sizes(cells.sizes)) if part.this_year]
    assert [part.variable for part in noise] == ["ics_gradient_this_year_effect", "ics_deviation_this_year_effect"]
    quiet = drawn.assign({part.variable: drawn[part.variable] * 0.0 for part in noise})
    as_it_is = draw_ratios(spec, drawn, cells)
    xr.testing.assert_allclose(as_it_is, draw_ratios(spec, quiet, cells))
    xr.testing.assert_allclose(as_it_is, draw_ratios(spec, quiet, cells, this_year=True))
    gradient = drawn[noise[0].variable] * (cells["position"] - 0.5)
    away = np.log(draw_ratios(spec, drawn, cells, this_year=True) / as_it_is)
    expected = (gradient + drawn[noise[1].variable]).broadcast_like(away).transpose(*away.dims)
    np.testing.assert_allclose(away.values, expected.values, atol=1e-12)
