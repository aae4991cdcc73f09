"""The optimum of the hyperparameters, and the shape of their posterior around it."""

import numpy as np
import pytest
from equitymodel.inference.laplace.grouped_optimum import find_grouped_optimum

from equitymodel.inference.grouped.grouped_mode import find_modes
from equitymodel.inference.grouped.lay_out_latent import lay_out_latent
from equitymodel.inference.laplace.target import Target
from tests.inference.laplace.worlds import MODELS, make_world

pytestmark = pytest.mark.unit

WORLDS = {name: (spec, make_world()) for name, spec in MODELS.items()}
WORLDS["few_counts"] = (MODELS["need_adjusted"], make_world(expected=2.0))
WORLDS["many_counts"] = (MODELS["need_adjusted"], make_world(expected=3000.0))


@pytest.fixture(scope="module", params=WORLDS)
def explored(request):
    target = Target(lay_out_latent(*WORLDS[request.param]), 1)
    return target, find_grouped_optimum(target)


def densities(target, shape, hyper):
    return target.evaluate(hyper, shape.expansion.predict(hyper)).density


def test_it_settles(explored):
    _, shape = explored
    assert shape.converged
    assert np.isfinite(shape.density)
    assert np.isfinite(shape.root_covariance).all()


def test_the_optimum_beats_its_neighbours(explored):
    target, shape = explored
    for size in (0.3, 1.0):
        steps = size * np.concatenate([np.eye(len(shape.root_covariance)), -np.eye(len(shape.root_covariance))])
        assert (densities(target, shape, shape.place(steps)) < shape.density + 1e-6).all()


def test_the_slope_at_the_optimum_is_near_zero(explored):
    target, shape = explored
    slope = target.gradient(find_modes(target.field, shape.expansion.hyper, shape.expansion.latent))[0]
    assert np.abs(shape.root_covariance @ slope).max(initial=0.0) < 0.05


def test_the_density_it_gives_is_that_of_the_target(explored):
    target, shape = explored
    assert densities(target, shape, shape.expansion.hyper)[0] == pytest.approx(shape.density, abs=1e-3)


def test_the_mode_it_gives_is_the_mode_there(explored):
    target, shape = explored
    fresh = find_modes(target.field, shape.expansion.hyper, target.field.zeros()).latent
    for mine, other in zip(shape.expansion.latent, fresh, strict=True):
        np.testing.assert_allclose(mine, other, atol=1e-3)


def test_a_unit_step_along_any_axis_loses_about_a_half(explored):
    """As of a standard normal density, on average over both directions; less where a spread may be zero."""
    target, shape = explored
    size = 0.25
    axes = size * np.eye(len(shape.root_covariance))
    up, down = (shape.density - densities(target, shape, shape.place(step)) for step in (axes, -axes))
    lost = (up + down) / size**2
    assert (lost < 1.3).all()
    assert (lost > 0.0).all()


def test_modes_near_the_optimum_are_predicted_to_first_order(explored):
    target, shape = explored
    errors = []
    for size in (0.2, 0.1):
        hyper = shape.place(np.full((1, len(shape.root_covariance)), size))
        true = find_modes(target.field, hyper, shape.expansion.latent).latent
        errors.append(
            max(np.abs(a - b).max(initial=0.0) for a, b in zip(shape.expansion.predict(hyper), true, strict=True))
        )
    assert errors[1] < 0.4 * errors[0] + 1e-6  # a quarter, if the error is of second order


def test_exploring_again_gives_the_same(explored):
    target, shape = explored
    again = find_grouped_optimum(Target(target.field, 1))
    np.testing.assert_array_equal(again.expansion.hyper, shape.expansion.hyper)
    np.testing.assert_array_equal(again.root_covariance, shape.root_covariance)
