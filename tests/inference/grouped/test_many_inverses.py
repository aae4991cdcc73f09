"""Many inverses at once are those of linear algebra."""

import numpy as np
import pytest

from equitymodel.inference.grouped.many_inverses import MANY, SMALL, invert_small

pytestmark = pytest.mark.unit


@pytest.mark.parametrize("size", [1, SMALL, SMALL + 1, 4 * SMALL + 1])
@pytest.mark.parametrize("many", [3, MANY])
def test_inverses_and_determinants_are_those_of_linear_algebra_also_with_multipliers_last(size, many):
    root = np.random.default_rng(1).standard_normal((many, size, size + 2))
    matrices = root @ root.swapaxes(1, 2)
    sums = np.broadcast_to(np.ones((size, 1)), (many, size, 1))
    bordered = np.block([[matrices, sums], [sums.swapaxes(1, 2), np.zeros((many, 1, 1))]])
    for matrix in (matrices, bordered):
        inverse, log_determinant = invert_small(matrix)
        np.testing.assert_allclose(inverse @ matrix, np.broadcast_to(np.eye(len(matrix[0])), matrix.shape), atol=1e-9)
        np.testing.assert_allclose(log_determinant, np.linalg.slogdet(matrix)[1], rtol=1e-10, atol=1e-10)
