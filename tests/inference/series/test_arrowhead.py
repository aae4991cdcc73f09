"""A precision with a diagonal part, against dense algebra."""

import numpy as np
import pytest

from equitymodel.inference.series import shared_map
from equitymodel.inference.series.arrowhead import Arrowhead
from equitymodel.inference.series.shared_map import SharedMap

pytestmark = pytest.mark.unit


@pytest.fixture(params=[[], [1, 3, 4], [0, 1, 2, 3, 4, 5]], ids=["none alone", "three alone", "all alone"])
def pair(request):
    rng = np.random.default_rng(1)
    inverse_factor = rng.normal(size=(2, 6, 6))
    precision = inverse_factor @ np.swapaxes(inverse_factor, 1, 2) + 6 * np.eye(6)
    diagonal_index = np.array(request.param, dtype=int)
    for i in diagonal_index:
        for j in diagonal_index[diagonal_index != i]:
            precision[:, i, j] = 0.0
    return precision, Arrowhead.factorise(precision, diagonal_index)


def test_it_solves_what_dense_algebra_solves(pair):
    precision, arrow = pair
    right = np.random.default_rng(2).normal(size=(2, 6))
    np.testing.assert_allclose(arrow.solve(right), np.linalg.solve(precision, right[..., None])[..., 0])
    np.testing.assert_allclose(arrow.covariance(), np.linalg.inv(precision), atol=1e-12)
    np.testing.assert_allclose(arrow.log_determinant, np.linalg.slogdet(precision)[1])


def test_its_draws_have_its_covariance(pair):
    precision, arrow = pair
    many = arrow.select(np.zeros(40_000, dtype=int)).sample(np.random.default_rng(3).normal(size=(40_000, 6)))
    np.testing.assert_allclose(np.cov(many.T), np.linalg.inv(precision[0]), atol=0.005)


def test_coefficients_that_never_meet_in_a_series_are_found(monkeypatch):
    dense = np.zeros((2, 4, 5))
    dense[0, :, 0] = 1.0  # all series
    dense[0, :2, 1], dense[0, 2:, 2] = 1.0, 1.0  # one half each
    dense[1, :2, 3], dense[1, 2:, 4] = 1.0, 1.0  # another feature of the same halves
    assert SharedMap.from_dense(dense).independent.tolist() == []  # so few are not worth it
    monkeypatch.setattr(shared_map, "FEWEST_APART", 2)
    assert SharedMap.from_dense(dense).independent.tolist() == [3, 4]
