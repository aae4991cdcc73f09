"""True need and powers of need in the field: the density NUTS samples, its gradient, its covariances and its draws."""

from dataclasses import replace

import numpy as np
import pytest
import xarray as xr

from equitymodel.inference.grouped import grouped_mode
from equitymodel.inference.grouped.elasticity import LINE
from equitymodel.inference.grouped.grouped_layout import lay_out_cells
from equitymodel.inference.grouped.grouped_mode import count_model, find_modes, log_prior
from equitymodel.inference.grouped.grouped_system import GroupedSystem
from equitymodel.inference.grouped.lay_out_latent import lay_out_latent
from equitymodel.inference.grouped.need_error import NeedError
from equitymodel.inference.grouped.need_feedback import with_true_need
from equitymodel.inference.laplace.target import Target
from tests.inference.grouped.test_grouped_latent import noncentred
from tests.inference.laplace.worlds import (
    MODELS,
    POWERS,
    densely,
    flatten,
    from_named,
    need_world,
    some_hyper,
    unflatten,
)

pytestmark = pytest.mark.unit


@pytest.fixture(params=["classical", "berkson", "groups", "powers", "few_shapes"])
def made(request):
    cells, spec = need_world(), MODELS["need_adjusted"]
    if request.param == "powers":
        return replace(spec, effects=(*spec.effects, *POWERS)), cells
    if request.param == "few_shapes":
        spec = MODELS["only_pairs"]
        return replace(spec, effects=(*spec.effects, LINE)), cells
    error = NeedError("berkson" if request.param == "berkson" else "classical")
    return with_true_need(MODELS["group_by_procedure"] if request.param == "groups" else spec, error), cells


def test_the_posterior_is_the_density_that_nuts_samples(made):
    layout, field = lay_out_cells(*made), lay_out_latent(*made)
    system, apart = GroupedSystem(field), []
    for seed in range(4):
        theta = layout.start(seed) + 0.3 * np.random.default_rng(seed).standard_normal(layout.parameters)
        named = layout.named(theta)
        labelled = {name: xr.DataArray(named[name], dims=dims) for name, dims in layout.dims().items()}
        latent, hyper = from_named(field, labelled), layout.hyper(theta[None])
        model, coefficients = count_model(field, hyper), field.coefficients(latent)
        ours = model.log_probability(field.log_expected + field.at_cells(coefficients)) + model.shape_constant()
        if field.need is not None:
            ours = ours + field.need.log_probability(coefficients)
        ours = ours + log_prior(field, hyper, latent, field.precision(hyper)) + system.log_prior(hyper)
        apart.append(ours.item() - layout.density(theta)[0] + noncentred(layout, theta))
    assert np.ptp(apart) < 1e-6


def test_the_compiled_gradient_is_that_of_the_density(made):
    layout = lay_out_cells(*made)
    theta, step = layout.start(3), 1e-5
    gradient = layout.density(theta)[1]
    moves = step * np.eye(layout.parameters)
    slopes = [(layout.density(theta + move)[0] - layout.density(theta - move)[0]) / (2 * step) for move in moves]
    np.testing.assert_allclose(gradient, slopes, rtol=1e-4, atol=1e-3)


def test_free_parameters_come_back_from_named_values(made):
    layout = lay_out_cells(*made)
    theta = layout.start(1)
    named = layout.named(theta)
    draws = xr.Dataset(
        {name: (("chain", "draw", *dims), named[name][None, None]) for name, dims in layout.dims().items()}
    )
    np.testing.assert_allclose(layout.free(draws)[0], theta, rtol=1e-8, atol=1e-9)


def test_the_gradient_of_the_marginal_is_right(made, monkeypatch):
    monkeypatch.setattr(grouped_mode, "NEWTON_TOLERANCE", 1e-16)
    field, step = lay_out_latent(*made), 1e-4
    target, hyper = Target(GroupedSystem(field), 1), some_hyper(field, batches=1)
    gradient = target.evaluate(hyper, field.zeros(), gradient=True).gradient[0]
    moves = step * np.concatenate([np.eye(field.hyperparameters), -np.eye(field.hyperparameters)])
    up, down = np.split(target.evaluate(hyper + moves, field.zeros(batches=len(moves))).density, 2)
    np.testing.assert_allclose(gradient, (up - down) / (2 * step), rtol=1e-5, atol=1e-5)


@pytest.fixture
def settled(made):
    field = lay_out_latent(*made)
    modes = find_modes(field, some_hyper(field, batches=1), field.zeros())
    dense, told = densely(field), np.zeros_like(field.coefficients(field.zeros()))
    if field.need is not None:
        told[field.need.shapes] = field.need.precision
    precision = flatten(modes.precision)[0, 0]
    matrix = dense.curvature(modes.weight, precision)
    by_coefficient = dense.coefficients.reshape(-1, dense.coefficients.shape[-1])
    matrix = matrix + by_coefficient.T @ (told.reshape(-1, 1) * by_coefficient)
    return field, modes, dense, dense.covariance(matrix)


def test_variances_at_cells_are_those_of_the_dense_inverse(settled):
    field, modes, dense, covariance = settled
    found = field.variance_at_cells(modes.elimination.covariance()[1]).ravel()
    known = field.known.ravel() > 0
    exact = np.einsum("cx,xy,cy->c", dense.cells, covariance, dense.cells)
    np.testing.assert_allclose(found[known], exact[known], rtol=1e-6)


def test_draws_have_the_inverse_curvature_as_covariance_along_any_direction(settled):
    field, modes, dense, covariance = settled
    rng = np.random.default_rng(3)
    drawn = flatten(modes.gaussian.for_draws(np.zeros(4000, dtype=int)).sample(rng))[0]
    directions = dense.cells[np.nonzero(field.known.ravel())[0][::5]]
    exact = np.einsum("cx,xy,cy->c", directions, covariance, directions)
    found = (drawn @ directions.T).var(axis=0)
    np.testing.assert_allclose(found / exact, 1.0, atol=5 * np.sqrt(2 / 4000))


def test_to_shapes_is_the_transpose_of_at_cells(made):
    field = lay_out_latent(*made)
    cells = np.random.default_rng(1).standard_normal((len(field.known), 1, 1, *field.sizes))
    back = flatten(field.to_latent(field.to_shapes(cells)))[0, 0]
    np.testing.assert_allclose(back, densely(field).cells.T @ cells.ravel(), rtol=1e-9, atol=1e-9)
    assert flatten(unflatten(field, back[None, None]))[0, 0] == pytest.approx(back)
