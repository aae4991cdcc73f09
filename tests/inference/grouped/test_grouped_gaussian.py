"""Gaussian draws of the latent field of cells: their covariance and sums, against dense algebra."""

import numpy as np
import pytest

from equitymodel.inference.grouped.grouped_gaussian import lower_factor
from equitymodel.inference.grouped.grouped_mode import find_modes
from equitymodel.inference.grouped.lay_out_latent import lay_out_latent
from tests.inference.laplace.worlds import MODELS, densely, flatten, make_world, some_hyper

pytestmark = pytest.mark.unit
DRAWS = 20_000


@pytest.fixture(params=MODELS)
def modes(request):
    field = lay_out_latent(MODELS[request.param], make_world(areas=4, groups=4, procedures=2))
    return find_modes(field, some_hyper(field), field.zeros())


def drawn_at(modes, batch, draws, seed):
    gaussian = modes.gaussian.for_draws(np.full(draws, batch))
    return flatten(gaussian.sample(np.random.default_rng(seed)))[0]


def exact_covariance(modes, batch):
    dense = densely(modes.field)
    return dense.covariance(dense.curvature(modes.weight[:, batch], flatten(modes.precision)[batch, 0]))


def test_draws_have_the_inverse_curvature_as_covariance(modes):
    """Elementwise, in standard errors of a sample covariance; 5.5 of them is one in ten million or so."""
    for batch in range(2):
        exact, drawn = exact_covariance(modes, batch), drawn_at(modes, batch, DRAWS, seed=batch)
        variance = np.diag(exact)
        error = np.sqrt((np.outer(variance, variance) + exact**2) / DRAWS)
        away = drawn.T @ drawn / DRAWS - exact  # departures have mean zero
        assert np.abs(away / np.where(error > 1e-14, error, 1.0)).max() < 5.5
        assert np.abs(drawn.mean(axis=0) / np.sqrt(variance.clip(1e-30) / DRAWS)).max() < 5.0


def test_sums_are_zero_in_every_draw(modes):
    drawn = drawn_at(modes, 0, 50, seed=1)
    assert np.abs(drawn @ densely(modes.field).sums.T).max(initial=0.0) < 1e-10


def test_variances_solutions_and_log_means_are_those_of_dense_algebra(modes):
    gaussian, cells = modes.gaussian, densely(modes.field).cells
    right = np.random.default_rng(1).standard_normal(modes.weight.shape)
    solved = gaussian.solve(right)
    for batch in range(2):
        exact = exact_covariance(modes, batch)
        at = exact @ cells.T @ right[:, batch].ravel()
        np.testing.assert_allclose(flatten(solved)[batch, 0], at, rtol=1e-6, atol=1e-9)
        np.testing.assert_allclose(gaussian.log_means(solved)[:, batch].ravel(), cells @ at, rtol=1e-6, atol=1e-9)
        variance = np.einsum("cx,xy,cy->c", cells, exact, cells)
        offered = modes.field.known.ravel() > 0
        np.testing.assert_allclose(gaussian.variance()[:, batch].ravel()[offered], variance[offered], rtol=1e-6)


def test_the_batch_of_each_draw_is_taken(modes):
    numbers = np.arange(6.0).reshape(3, 2)
    assert modes.gaussian.take(numbers, np.array([1, 1, 1])).tolist() == [[1.0], [3.0], [5.0]]


def test_a_lower_factor_is_that_of_cholesky_and_bears_a_matrix_without_full_rank():
    roots = np.random.default_rng(1).normal(size=(5, 3, 3))
    matrices = roots @ np.swapaxes(roots, 1, 2)
    found = np.moveaxis(lower_factor(np.moveaxis(matrices, 0, -1)), -1, 0)
    np.testing.assert_allclose(found, np.linalg.cholesky(matrices))
    flat = np.ones((2, 2, 1))
    np.testing.assert_allclose(lower_factor(flat)[..., 0], [[1.0, 0.0], [1.0, 0.0]])
