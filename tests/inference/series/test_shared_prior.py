"""The prior precision of shared coefficients against dense algebra."""

import numpy as np
import pytest

from equitymodel.inference.series.shared_prior import SharedPrior
from tests.inference.series.dense_series import dense, two_points

pytestmark = pytest.mark.unit


def matrix(prior, point):
    size = prior.diagonal.shape[1]
    whole = np.zeros((size + 7, size + 7))
    whole[:size, :size], whole[size:, size:] = np.diag(prior.diagonal[point]), dense(prior.noise, point)
    return whole


@pytest.fixture
def prior():
    return SharedPrior(np.array([[1.0, 4.0], [9.0, 0.5]]), two_points())


def test_squares_and_determinant_are_those_of_the_dense_precision(prior):
    values = np.random.default_rng(1).normal(size=(2, 9))
    for point in range(2):
        exact = matrix(prior, point)
        assert prior.squares(values)[point] == pytest.approx(values[point] @ exact @ values[point])
        assert prior.log_determinant[point] == pytest.approx(np.linalg.slogdet(exact)[1])


def test_it_is_added_to_a_precision_in_place(prior):
    precision = np.zeros((2, 9, 9))
    prior.add_to(precision)
    np.testing.assert_allclose(precision, np.stack([matrix(prior, point) for point in range(2)]))


def test_without_shared_noise_it_is_diagonal():
    alone = SharedPrior(np.array([[1.0, 4.0]]), None)
    assert alone.log_determinant == pytest.approx(np.log(4.0))
    assert alone.squares(np.array([[1.0, 2.0]])) == pytest.approx(17.0)
