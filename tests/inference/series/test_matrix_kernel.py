"""Products and triangular solutions with the matrix of each vector, against dense algebra."""

import numpy as np
import pytest

from equitymodel.inference.series import matrix_kernel

pytestmark = pytest.mark.unit

WHICH = np.array([1, 0, 1, 1])


@pytest.fixture(scope="module")
def matrices():
    return np.random.default_rng(1).normal(size=(2, 3, 5))


@pytest.fixture(scope="module")
def factors():
    return np.linalg.cholesky(np.eye(4) + np.full((2, 4, 4), [[[0.5]], [[2.0]]]))


def test_each_vector_is_multiplied_by_its_own_matrix(matrices):
    rng = np.random.default_rng(2)
    right, left = rng.normal(size=(4, 5)), rng.normal(size=(4, 3))
    np.testing.assert_allclose(
        matrix_kernel.multiply(matrices, WHICH, right), np.einsum("vij,vj->vi", matrices[WHICH], right)
    )
    np.testing.assert_allclose(
        matrix_kernel.multiply_transposed(matrices, WHICH, left), np.einsum("vij,vi->vj", matrices[WHICH], left)
    )


def test_without_rows_a_transposed_product_is_zero():
    found = matrix_kernel.multiply_transposed(np.empty((2, 0, 5)), WHICH, np.empty((4, 0)))
    np.testing.assert_array_equal(found, np.zeros((4, 5)))


@pytest.mark.parametrize(("solve", "turned"), [(matrix_kernel.solve_lower, False), (matrix_kernel.solve_upper, True)])
def test_triangular_systems_are_solved_with_the_factor_of_each_vector(factors, solve, turned):
    right = np.random.default_rng(3).normal(size=(4, 4))
    found = right.copy()
    solve(factors, WHICH, found)
    chosen = np.swapaxes(factors[WHICH], 1, 2) if turned else factors[WHICH]
    np.testing.assert_allclose(found, np.linalg.solve(chosen, right[..., None])[..., 0])
