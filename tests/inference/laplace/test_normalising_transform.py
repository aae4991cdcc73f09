"""Normalising transform: the map, its Jacobian and its gradient."""

import numpy as np
import pytest
from scipy.stats import norm

from equitymodel.inference.laplace.normalising_transform import NODES, TRUNCATION, normalise_axes, normalising_map
from tests.inference.laplace.known_densities import KNOWN

pytestmark = pytest.mark.unit
STANDARD = np.random.default_rng(1).normal(size=(5, 4))


@pytest.fixture(params=KNOWN)
def transform(request):
    known = KNOWN[request.param]
    return known, normalise_axes(known, known.shape)


def test_a_normal_profile_is_left_as_it_is():
    axis = normalising_map(-0.5 * NODES**2)
    places = np.linspace(-3, 3, 13)
    np.testing.assert_allclose(axis(places), places, atol=0.02)


def test_an_exponential_tail_gets_its_quantiles():
    """Log density that falls in a straight line on both sides: Laplace quantiles."""
    axis = normalising_map(-np.abs(NODES))
    places = np.array([-2.5, -1.5, 1.5, 2.5])
    exact = np.sign(places) * -np.log(2 * norm.sf(np.abs(places)))
    np.testing.assert_allclose(axis(places), exact, rtol=0.15)


def test_the_jacobian_is_the_derivative_of_the_map_up_to_a_constant(transform):
    _, made = transform
    standard, step = STANDARD[:, : made.axes], 1e-5
    logs = []
    for point in standard:
        moves = [(made.place((point + e)[None]) - made.place((point - e)[None]))[0] / (2 * step)
                 for e in step * np.eye(made.axes)]  # fmt: skip
        logs.append(np.linalg.slogdet(np.array(moves))[1])
    np.testing.assert_allclose(np.diff(made.log_jacobian(standard)), np.diff(logs), atol=1e-4)
    beyond = np.full((1, made.axes), TRUNCATION + 0.1)
    assert made.log_jacobian(beyond)[0] == -np.inf


def test_a_gradient_is_pulled_back_by_the_chain_rule(transform):
    known, made = transform

    def density(standard):
        return known.evaluate(made.place(standard), None).density + made.log_jacobian(standard)

    standard, step = 0.5 * STANDARD[:, : made.axes], 1e-5
    gradient = known.evaluate(made.place(standard), None, gradient=True).gradient
    found = made.pull_back(standard, gradient)
    moves = [(density(standard + e) - density(standard - e)) / (2 * step) for e in step * np.eye(made.axes)]
    np.testing.assert_allclose(found, np.array(moves).T, rtol=1e-3, atol=1e-3)
