"""A laid-out field means what the specification says, and its posterior is the one NUTS samples."""

import numpy as np
import pytest
import xarray as xr

from equitymodel.inference.grouped import kernel
from equitymodel.inference.grouped.grouped_layout import lay_out_cells
from equitymodel.inference.grouped.grouped_mode import count_model, log_prior
from equitymodel.inference.grouped.grouped_system import GroupedSystem
from equitymodel.inference.grouped.lay_out_latent import lay_out_latent
from equitymodel.inference.grouped.predict import draw_ratios
from equitymodel.inference.grouped.prior_check import draw_prior
from equitymodel.inference.grouped.spread_scores import log_spread_slope
from equitymodel.inference.laplace.target import Target
from equitymodel.vocabulary import cell_dims
from tests.inference.laplace.worlds import (
    MODELS,
    densely,
    flatten,
    from_named,
    make_world,
    over_years,
    some_hyper,
    unflatten,
)

pytestmark = pytest.mark.unit
STRAIGHT = MODELS["straight_gradients"]


@pytest.fixture(params=MODELS)
def spec(request):
    return MODELS[request.param]


WORLDS = {"one year": make_world, "three years": lambda **sizes: over_years(make_world(**sizes))}


@pytest.fixture(params=WORLDS)
def world(request):
    return WORLDS[request.param]


def at_cells(field, latent, cells):
    """The linear predictor in the order of cells, without the expected admissions."""
    dims = cell_dims(cells.dims)
    order = (*(dim for dim in dims if dim not in field.axes), *field.axes)
    values = field.at_cells(field.coefficients(latent))[:, 0, 0].reshape([cells.sizes[dim] for dim in order])
    return xr.DataArray(values, dims=order).transpose(*dims).values


def test_the_linear_predictor_is_that_of_the_specification(spec, world):
    cells = world()
    field = lay_out_latent(spec, cells)
    drawn = draw_prior(spec, cells, seed=3, draws=1).isel(chain=0, draw=0)
    ratio = draw_ratios(spec, drawn.expand_dims(chain=1, draw=1), cells, this_year=True)[0, 0]
    ours = np.exp(at_cells(field, from_named(field, drawn), cells))
    offered = cells["offered"].broadcast_like(ratio).transpose(*ratio.dims).values
    np.testing.assert_allclose(ours[offered], ratio.values[offered], rtol=1e-10)


def test_to_shapes_and_to_latent_are_the_transpose_of_the_design(spec):
    field = lay_out_latent(spec, make_world())
    cells = np.random.default_rng(1).standard_normal((len(field.known), 1, 1, *field.sizes))
    back = flatten(field.to_latent(field.to_shapes(cells)))[0, 0]
    np.testing.assert_allclose(back, densely(field).cells.T @ cells.ravel(), rtol=1e-10, atol=1e-12)


def test_precision_and_prior_means_are_those_of_each_effect(spec):
    field = lay_out_latent(spec, make_world())
    hyper = some_hyper(field)
    precision, means = field.precision(hyper), field.zeros()
    for block, values, mean in zip(field.blocks, precision, means, strict=True):
        for k, effect in enumerate(component.part.effect for component in block):
            if not effect.pooled:
                np.testing.assert_allclose(values[k], effect.prior.sd**-2)
                np.testing.assert_allclose(mean[k], effect.prior.mean)
            else:
                each = int(np.prod([field.sizes[field.axes.index(dim)] for dim in effect.spread_over]))
                assert len(np.unique(values[k])) == 2 * each  # one a spread in each of two batches
                assert (mean[k] == 0).all()


def noncentred(layout, theta):
    """What free parameters lack: the log of how much the spread, and logs of totals in place of scores, stretch volumes."""
    scores = layout.hyper(theta[None])[0, : layout.scales.totals]
    total, log_sds = (
        -np.log(log_spread_slope(scores, layout.scales.prior_shape)).sum(),
        layout.scales.log_scales(layout.hyper(theta[None]))[0],
    )
    for block in layout.blocks:
        free = block.row[kernel.WIDTH] - block.row[kernel.ZERO_SUM]
        if block.effect.pooled:
            total += free * log_sds[block.scale[~block.centred]].sum()
    return total


@pytest.mark.parametrize("expected", [2.0, 500.0])
def test_the_posterior_is_the_density_that_nuts_samples(spec, world, expected):
    """At random places, both log densities differ by one constant.

    Values in units of their spread have another volume: the log spread counts once for each free value.
    """
    _compare(spec, world(expected=expected))


@pytest.mark.parametrize("expected", [2.0, 30.0])
def test_the_posterior_is_the_density_that_nuts_samples_with_hidden_counts(spec, expected, hide):
    cells = hide(make_world(expected=expected))
    assert (cells["admissions_low"] < cells["admissions_high"]).any()
    _compare(spec, cells)


def test_the_posterior_is_the_density_that_nuts_samples_with_every_family_of_spreads():
    spec = STRAIGHT.replace_prior("ics_gradient", family="exponential", mean=0.1)
    spec = spec.replace_prior("procedure_gradient", family="half_student_t", sd=0.2, degrees_of_freedom=3)
    _compare(spec.replace_prior("extra_variation", family="pc", upper=0.3, chance=0.05), make_world(expected=30.0))


def _compare(spec, cells):
    layout, field = lay_out_cells(spec, cells), lay_out_latent(spec, cells)
    target, apart = Target(GroupedSystem(field), 1), []
    rng = np.random.default_rng(4)
    for seed in range(6):
        theta = layout.start(seed) + 0.3 * rng.standard_normal(layout.parameters)
        named = layout.named(theta)
        labelled = {name: xr.DataArray(named[name], dims=dims) for name, dims in layout.dims().items()}
        latent, hyper = from_named(field, labelled), layout.hyper(theta[None])
        model = count_model(field, hyper)
        log_mean = field.log_expected + field.at_cells(field.coefficients(latent))
        likelihood = (model.log_probability(log_mean) + model.shape_constant()).item()
        prior = log_prior(field, hyper, latent, field.precision(hyper)).item() + target.field.log_prior(hyper).item()
        theirs = layout.density(theta)[0] - noncentred(layout, theta)
        apart.append(likelihood + prior - theirs)
    assert np.ptp(apart) < 1e-7 * abs(theirs) + 1e-7


def test_the_world_of_the_test_above_has_values_of_both_kinds():
    """Otherwise its account of volumes would be proved for one of them only."""
    centred = [
        np.concatenate([block.centred for block in lay_out_cells(STRAIGHT, make_world(expected=size)).blocks
                        if block.effect.pooled])
        for size in (2.0, 500.0)
    ]  # fmt: skip
    assert not centred[0].all()
    assert centred[1].any()


def test_flattening_is_undone(spec):
    field = lay_out_latent(spec, make_world())
    rows = np.random.default_rng(1).standard_normal((2, 3, flatten(field.zeros()).shape[-1]))
    np.testing.assert_array_equal(flatten(unflatten(field, rows)), rows)
