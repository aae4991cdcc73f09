"""Coordinates adapted to slopes: the chain rule, and that they take on the marginal density and what goes together."""

import numpy as np
import pytest

from equitymodel.inference.laplace.adapted_transform import adapt_transform
from equitymodel.inference.laplace.importance import sample_importance
from equitymodel.inference.laplace.normalising_transform import normalise_axes
from equitymodel.inference.laplace.optimum import Optimum
from equitymodel.inference.laplace.target import ModeExpansion, Target
from tests.inference.laplace.known_densities import OwnersField, SpreadsField, optimum_of

pytestmark = pytest.mark.unit
RIDGE = 0.25 * np.array([[1.0, 0.8, 0.0], [0.8, 1.0, 0.3], [0.0, 0.3, 1.0]])


def off_by(field, shift, widen):
    """An optimum that is off the mode and blind to correlations."""
    at = field.centre[None] + shift * field.sd
    root = widen * np.diag(np.sqrt(np.diag(field.inverse_curvature)))
    return Optimum(ModeExpansion(at, field.mode(at), None), root, float(field.log_density(at)[0]), True)


def adapted(field, optimum, own=None, times=1):
    target = Target(field, 1, together=1 if own else 99)
    transform, effective = normalise_axes(target, optimum), []
    for number in range(times + 1):
        sample = sample_importance(target, transform, points=128, seed=1 + number, gradient=True)
        effective.append(sample.effective)
        if number < times:
            transform = adapt_transform(transform, own, sample.standard, sample.gradient)
    return transform, effective


@pytest.fixture(scope="module")
def ridge():
    field = SpreadsField(RIDGE, [0.2])
    return (field, *adapted(field, off_by(field, 0.4, 0.8), times=2))


def test_more_points_count_each_time(ridge):
    _, _, effective = ridge
    assert effective[0] < 50
    assert effective[2] > 100


def test_a_gradient_is_pulled_back_by_the_chain_rule(ridge):
    field, transform, _ = ridge

    def density(standard):
        return field.log_density(transform.place(standard)) + transform.log_jacobian(standard)

    standard, step = np.random.default_rng(1).normal(size=(5, transform.axes)), 1e-5
    gradient = field.gradient(field.find_modes(transform.place(standard), None))
    moves = [(density(standard + e) - density(standard - e)) / (2 * step) for e in step * np.eye(transform.axes)]
    np.testing.assert_allclose(transform.pull_back(standard, gradient), np.array(moves).T, rtol=2e-3, atol=2e-3)


def test_the_jacobian_is_the_derivative_of_the_map_up_to_a_constant(ridge):
    _, transform, _ = ridge
    step, logs = 1e-5, []
    points = np.random.default_rng(2).normal(size=(4, transform.axes))
    for point in points:
        moves = [(transform.place((point + e)[None]) - transform.place((point - e)[None]))[0] / (2 * step)
                 for e in step * np.eye(transform.axes)]  # fmt: skip
        logs.append(np.linalg.slogdet(np.array(moves))[1])
    np.testing.assert_allclose(np.diff(transform.log_jacobian(points)), np.diff(logs), atol=1e-3)
    assert transform.log_jacobian(np.full((1, transform.axes), 30.0))[0] == -np.inf


def test_what_is_normal_already_is_left_as_it_is():
    field = SpreadsField(RIDGE)
    transform, effective = adapted(field, optimum_of(field))
    np.testing.assert_allclose(transform.mixing, np.eye(3), atol=0.02)
    assert min(effective) > 120


def test_by_owner_each_goes_with_its_companions_alone():
    field = OwnersField(12)
    own = field.own()
    transform, effective = adapted(field, off_by(field, 0.2, 1.0), own, times=2)
    assert effective[-1] > 2 * effective[0]
    assert effective[-1] > 60
    before = np.linalg.inv(transform.mixing @ transform.mixing)
    one, other = own.own[0, 0], own.own[1, 0]
    assert abs(before[one, other]) < 1e-8


def test_points_that_were_not_found_are_left_out():
    field = SpreadsField(RIDGE)
    target = Target(field, 1)
    transform = normalise_axes(target, optimum_of(field))
    sample = sample_importance(target, transform, points=64, seed=1, gradient=True)
    gradient = sample.gradient.copy()
    gradient[3] = np.nan
    made = adapt_transform(transform, None, sample.standard, gradient)
    assert np.isfinite(made.place(np.zeros((1, 3)))).all()


def test_a_step_is_no_longer_than_one_standard_deviation():
    """Slopes of a sample far from the target ask for more, which would leave the region that the maps know."""
    field = SpreadsField(np.eye(2))
    target = Target(field, 1)
    transform = normalise_axes(target, optimum_of(field))
    sample = sample_importance(target, transform, points=64, seed=1, gradient=True)
    made = adapt_transform(transform, None, sample.standard, sample.gradient - 50.0)
    moved = made.place(np.zeros((1, 2))) - transform.place(np.zeros((1, 2)))
    np.testing.assert_allclose(moved, -1.0, atol=0.05)
