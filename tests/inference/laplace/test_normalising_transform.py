"""Normalising transform: the map, its Jacobian and its gradient."""

import numpy as np
import pytest
from scipy.stats import norm

from equitymodel.inference.laplace.normalising_transform import NODES, TRUNCATION, normalise_axes, normalising_map
from equitymodel.inference.laplace.target import Target
from tests.inference.laplace.known_densities import KNOWN, KnownField, optimum_of

pytestmark = pytest.mark.unit
STANDARD = np.random.default_rng(1).normal(size=(5, 4))


@pytest.fixture(params=KNOWN)
def transform(request):
    known = KNOWN[request.param]
    return known, normalise_axes(Target(known, 1), optimum_of(known))


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
        return known.log_density(made.place(standard)) + made.log_jacobian(standard)

    standard, step = 0.5 * STANDARD[:, : made.axes], 1e-5
    gradient = known.gradient(known.find_modes(made.place(standard), None))
    found = made.pull_back(standard, gradient)
    moves = [(density(standard + e) - density(standard - e)) / (2 * step) for e in step * np.eye(made.axes)]
    np.testing.assert_allclose(found, np.array(moves).T, rtol=1e-3, atol=1e-3)


class FunnelField(KnownField):
    """A hyperparameter that is narrow where the other one is at its optimum, and wide where that is small.

    As a correlation is, given the standard deviation of its noise: the first is N(0, 1), and given it the second is
    N(0, exp(-1.4 x first) / 100), up to a largest standard deviation of 1.
    """

    centre = np.zeros(2)
    inverse_curvature = np.diag([1.0, 0.01])

    def width(self, first):
        return np.minimum(0.1 * np.exp(-0.7 * first), 1.0)

    def log_density(self, hyper):
        first, second = hyper.T
        return -0.5 * first**2 - 0.5 * (second / self.width(first)) ** 2 - np.log(self.width(first) / 0.1)

    def quantile(self, share):
        """Of the second, by adding up over the first."""
        first = np.linspace(-6, 6, 2001)
        at = np.linspace(-8, 8, 4001)
        cumulative = norm.cdf(at[:, None] / self.width(first)) @ norm.pdf(first)
        return np.interp(share, cumulative / cumulative[-1], at)


@pytest.mark.parametrize("standard", [-2.0, 2.0])
def test_an_axis_that_is_weakly_identified_gets_the_quantiles_of_its_marginal(standard):
    """Integrated over the other one, it is several times nearer to them than given the optimum of the other one."""
    exact, away = FunnelField().quantile(norm.cdf(standard)), []
    for over in ({}, {1: 0}):
        field = FunnelField()
        field.integrated_over = over
        made = normalise_axes(Target(field, 1), optimum_of(field))
        away.append(abs(made.place(np.array([[0.0, standard]]))[0, 1] - exact))
    assert away[1] < 0.12 * abs(exact)
    assert away[1] < 0.3 * away[0]
