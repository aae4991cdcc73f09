"""AR(1) noise over true gaps against dense algebra."""

import numpy as np
import pytest

from equitymodel.inference.series.ar1 import ar1_precision, factorise
from tests.inference.series.dense_series import GAP, dense, two_points

pytestmark = pytest.mark.unit


@pytest.mark.parametrize("rho", [-0.15, 0.0, 0.6, 0.97])
def test_the_precision_over_true_gaps_is_the_inverse_of_the_covariance(rho):
    found = ar1_precision(GAP, np.array([0.2]), np.array([rho]))
    at = np.concatenate([[0], np.cumsum(GAP)])
    covariance = 0.04 * rho ** np.abs(at[:, None] - at)
    np.testing.assert_allclose(dense(found) @ covariance, np.eye(7), atol=1e-10)
    np.testing.assert_allclose(found.log_determinant[0], -np.linalg.slogdet(covariance)[1])


@pytest.fixture(scope="module")
def factor():
    """Two points, three series, seven periods."""
    weight = np.random.default_rng(1).uniform(0, 90, size=(2, 3, 7))
    return factorise(two_points(), weight)


def inverse(point, series, factor):
    return np.linalg.inv(dense(two_points(), point) + np.diag(factor.weight[point, series]))


def test_one_pass_over_time_solves_what_dense_algebra_solves(factor):
    right = np.random.default_rng(2).normal(size=(2, 3, 7))
    gain = factor.solve(right)
    for point, series in np.ndindex(2, 3):
        covariance = inverse(point, series, factor)
        np.testing.assert_allclose(gain[point, series], covariance @ right[point, series])
        np.testing.assert_allclose(factor.log_determinant[point, series], -np.linalg.slogdet(covariance)[1])


def test_draws_of_the_noise_have_its_covariance(factor):
    drawn = factor.select(np.zeros(40_000, dtype=int)).sample(np.random.default_rng(4).normal(size=(40_000, 3, 7)))
    np.testing.assert_allclose(np.cov(drawn[:, 0].T), inverse(0, 0, factor), atol=1e-3)


def test_the_product_with_the_precision_is_that_of_dense_algebra():
    prior, values = two_points(), np.random.default_rng(3).normal(size=(2, 3, 7))
    for point, series in np.ndindex(2, 3):
        np.testing.assert_allclose(prior.product(values)[point, series], dense(prior, point) @ values[point, series])
