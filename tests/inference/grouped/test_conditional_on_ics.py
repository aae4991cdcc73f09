"""A count given its neighbours: the Gaussian approximation against a sum over a fine grid."""

import numpy as np
import pytest
import xarray as xr
from scipy import stats
from scipy.special import logsumexp

from equitymodel.data.cells.informative import likelihood_cells
from equitymodel.inference.grouped.conditional_on_ics import (
    DrawnCells,
    _approximate,
    _IcsCounts,
    _prior_of,
    _variance,
    log_given_ics,
)
from equitymodel.inference.grouped.effect_parts import all_parts
from equitymodel.inference.grouped.grouped_layout import lay_out_cells
from equitymodel.inference.grouped.lay_out_latent import lay_out_latent
from equitymodel.inference.grouped.predict import draw_expected, draw_fitted, draw_ratios
from equitymodel.inference.grouped.prior_check import draw_prior
from equitymodel.simulate.simulated_cells import simulate_cells
from equitymodel.spec.effect import Effect
from equitymodel.spec.kinds.contrast import contrast_basis
from equitymodel.spec.model_spec import ModelSpec
from equitymodel.spec.prior import Prior
from equitymodel.vocabulary import cell_dims
from tests.inference.laplace.worlds import HEAVY, MODELS, densely, flatten, make_world, over_years

pytestmark = pytest.mark.unit
SPREAD = Prior("half_normal", sd=0.3)
EFFECTS = (
    Effect("i", ("ics",), "level", "as it says", spread=SPREAD),
    Effect("i_contrast", ("ics",), "contrast", "as it says", spread=SPREAD),
)
SPEC = ModelSpec("small", "A question?", "negative_binomial", EFFECTS, Prior("half_normal", sd=0.15))
LEVEL, CONTRAST, VARIATION = 0.1, -0.15, 0.12
SDS = {"i_sd": 0.25, "i_contrast_sd": 0.2}


def posterior_of(cells):
    """One draw, the same in every ICS."""
    basis = contrast_basis(cells.sizes["deprivation"])[:, 0]
    coords = {dim: cells[dim].values for dim in ("ics", "deprivation", "procedure")}
    drawn = {
        "i_effect": xr.DataArray([LEVEL] * cells.sizes["ics"], dims="ics"),
        "i_contrast_effect": xr.DataArray(np.tile(CONTRAST * basis, (cells.sizes["ics"], 1)), dims=("ics", "deprivation")),
        "extra_variation": xr.DataArray([VARIATION] * cells.sizes["procedure"], dims="procedure"),
        **{name: xr.DataArray(value) for name, value in SDS.items()},
    }  # fmt: skip
    return xr.Dataset(drawn).assign_coords(coords).expand_dims(chain=1, draw=1)


@pytest.mark.parametrize(
    ("expected", "procedures", "hidden"),
    [(8.0, 1, False), (8.0, 2, False), (300.0, 1, False), (300.0, 2, False), (8.0, 2, True), (300.0, 1, True)],
)
def test_it_is_the_sum_over_all_values_of_the_effects(expected, procedures, hidden):
    """Hidden counts, too: the middle of their bounds would be off by a tenth or more."""
    cells, _ = simulate_cells(areas=3, groups=2, procedures=procedures, expected=expected, seed=3)
    posterior = posterior_of(cells)
    mean = cells["expected_admissions"].isel(adjustment=0, drop=True)
    basis = xr.DataArray(contrast_basis(cells.sizes["deprivation"])[:, 0], dims="deprivation")
    fitted = (mean * np.exp(LEVEL + CONTRAST * basis)).expand_dims(chain=1, draw=1)
    fitted = fitted.transpose("chain", "draw", "ics", "deprivation", "procedure")
    label = {"ics": cells["ics"].values[1], "deprivation": 2, "procedure": cells["procedure"].values[0]}
    bounds = xr.Dataset({"low": cells["admissions"], "high": cells["admissions"]})
    if hidden:
        bounds = xr.Dataset({"low": (cells["admissions"] - 6).clip(min=0), "high": cells["admissions"] + 4})
    found = log_given_ics(DrawnCells(SPEC, cells, posterior, fitted, bounds), [label])
    assert found.dims == ("chain", "draw", "cell")
    by_hand = _over_a_grid(mean.isel(ics=1).values, bounds.isel(ics=1), basis.values)
    assert float(found.squeeze()) == pytest.approx(by_hand, abs=0.01)
    if hidden:
        middle = np.round((bounds["low"] + bounds["high"]) / 2)
        at_its_middle = bounds.assign(low=middle, high=middle)
        at_middle = log_given_ics(DrawnCells(SPEC, cells, posterior, fitted, at_its_middle), [label])
        assert abs(float(at_middle.squeeze()) - by_hand) > 0.1


def _over_a_grid(mean, bounds, basis):
    level, contrast = np.meshgrid(np.linspace(-1.5, 1.5, 401), np.linspace(-1.5, 1.5, 401), indexing="ij")
    prior = stats.norm.logpdf(level, 0, SDS["i_sd"]) + stats.norm.logpdf(contrast, 0, SDS["i_contrast_sd"])
    size = VARIATION**-2
    log = {}
    for group in range(2):
        for procedure in range(bounds.sizes["procedure"]):
            at = mean[group, procedure] * np.exp(level + contrast * basis[group])
            law = stats.nbinom(size, size / (size + at))
            low, high = (int(bounds[end].isel(deprivation=group, procedure=procedure)) for end in ("low", "high"))
            log[group, procedure] = logsumexp([law.logpmf(count) for count in range(low, high + 1)], axis=0)
    both = prior + sum(log.values())
    return logsumexp(both) - logsumexp(both - log[1, 0])


@pytest.fixture(params=[(name, years) for name in ("need_adjusted", "shares", "what_fades", "contrasts_of_pairs") for years in (1, 3)],
                ids=lambda param: f"{param[0]}, {param[1]}")  # fmt: skip
def drawn(request):
    """One draw from the prior of a model, in a world with holes."""
    name, years = request.param
    cells = make_world(areas=3, groups=4, procedures=2, expected=30.0)
    cells = over_years(cells) if years > 1 else cells
    spec = MODELS[name].for_sizes(cells.sizes)
    posterior = draw_prior(spec, cells, seed=2, draws=1)
    known = likelihood_cells(cells)
    bounds = xr.Dataset({"low": cells["admissions"], "high": cells["admissions"]}).where(known)
    fitted = draw_fitted(draw_ratios(spec, posterior, cells, this_year=True), draw_expected(cells, posterior))
    return DrawnCells(spec, cells, posterior, fitted, bounds)


def covariance_of(prior):
    """Prior covariance of all cells of the ICS, procedure by procedure."""
    procedures, size = prior.pair.shape[1:3]
    whole = np.kron(np.ones((procedures, procedures)), prior.common[0])
    for p in range(procedures):
        own = slice(p * size, (p + 1) * size)
        whole[own, own] += prior.pair[0, p]
    return whole


def test_the_prior_of_an_ics_is_that_of_its_values_in_the_latent_field(drawn):
    """Values that act on its cells alone; the sums that are zero are set aside."""
    spec, cells, place = drawn.spec, drawn.cells, {"ics": drawn.cells["ics"].values[0]}
    field = lay_out_latent(spec, cells)
    names = lay_out_cells(spec, cells).hyperparameters
    hyper = names.hyper({name: drawn.posterior[name].values[0] for name in names.dims()})
    order = (*(dim for dim in cell_dims(cells.dims) if dim not in field.axes), *field.axes)
    dense = densely(field).cells.reshape(*(cells.sizes[dim] for dim in order), -1)
    dense = np.moveaxis(dense, [order.index(dim) for dim in ("ics", "procedure")], [0, 1])
    dense = dense.reshape(cells.sizes["ics"], -1, dense.shape[-1])
    own = (np.abs(dense[1:]).max(axis=(0, 1)) == 0) & (np.abs(dense[0]).max(axis=0) > 0)
    variance = 1.0 / flatten(field.precision(hyper))[0, 0]
    expected = dense[0][:, own] * variance[own] @ dense[0][:, own].T
    np.testing.assert_allclose(covariance_of(_prior_of(drawn, place)), expected, rtol=1e-9, atol=1e-12)


def test_blocks_give_what_all_cells_of_the_ics_at_once_would(drawn):
    """Mode, variances and what is left of them without a count, by matrices over all cells."""
    prior = _prior_of(drawn, {"ics": drawn.cells["ics"].values[0]})
    rng = np.random.default_rng(3)
    shape = prior.pair.shape[1:3]
    base, known = rng.normal(3.0, 0.3, (1, *shape)), rng.random(shape) < 0.9
    count = rng.poisson(np.exp(base[0])).astype(float)
    counts = _IcsCounts(count, count, known, np.full((1, *shape), 0.1**2))
    found = _approximate(prior, base, np.zeros_like(base), counts)
    covariance, own = covariance_of(prior), np.zeros(count.size)
    for _ in range(30):
        _, score, weight = counts.terms(base + own.reshape(base.shape)).reshape(3, -1)
        posterior = np.linalg.solve(np.eye(len(own)) + covariance * weight, covariance)
        own = posterior @ (score + weight * own)
    np.testing.assert_allclose(found.mean.ravel(), own, atol=1e-4)
    np.testing.assert_allclose(found.variance.ravel(), np.diag(posterior), rtol=1e-3, atol=1e-9)


def test_counts_of_one_ics_come_together_or_one_by_one(drawn):
    labels = [
        {dim: drawn.cells[dim].values[at] for dim, at in zip(cell_dims(drawn.cells.dims), place, strict=False)}
        for place in np.argwhere(drawn.bounds["high"].notnull().values)[:3]
    ]
    labels = [label for label in labels if label["ics"] == labels[0]["ics"]]
    together = log_given_ics(drawn, labels)
    for i, label in enumerate(labels):
        np.testing.assert_allclose(together.values[..., i], log_given_ics(drawn, [label]).values[..., 0], rtol=1e-10)
    assert np.isfinite(together.values).all()


def test_heavy_tails_are_normal_given_a_variance_of_their_own():
    cells = simulate_cells(areas=3, groups=4, procedures=2, seed=1)[0]
    spec = HEAVY["heavy_tails"].for_sizes(cells.sizes)
    posterior = draw_prior(spec, cells, seed=2, draws=4000)
    part = next(part for part in all_parts(spec) if part.effect.heavy_tails)
    variance = _variance(part, posterior, {"ics": cells["ics"].values[0]}, np.random.default_rng(1))
    own = variance / (posterior["ip_gradient_sd"] ** 2).values[..., None]
    law = stats.kstest((1.0 / own).ravel(), stats.gamma(1.0).cdf)
    assert law.pvalue > 0.001
