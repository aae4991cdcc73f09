"""Products and triangular solutions, each vector with the matrix of its own point, compiled: no matrix is copied.

Matrices have shape (matrix, row, column) and vectors (vector, column); `which` gives the matrix of each vector.
"""

from __future__ import annotations

import numba
import numpy as np


@numba.njit(cache=True, nogil=True, error_model="numpy")
def multiply(matrices: np.ndarray, which: np.ndarray, vectors: np.ndarray) -> np.ndarray:
    """Multiply each vector by its matrix."""
    found = np.empty((len(vectors), matrices.shape[1]))
    for v in range(len(vectors)):
        np.dot(matrices[which[v]], vectors[v], found[v])
    return found


@numba.njit(cache=True, nogil=True, error_model="numpy")
def multiply_transposed(matrices: np.ndarray, which: np.ndarray, vectors: np.ndarray) -> np.ndarray:
    """Multiply each vector by the transpose of its matrix; vectors have as many values as the matrix has rows."""
    found = np.empty((len(vectors), matrices.shape[2]))
    for v in range(len(vectors)):
        np.dot(vectors[v], matrices[which[v]], found[v])
    return found


@numba.njit(cache=True, nogil=True, error_model="numpy")
def solve_lower(factors: np.ndarray, which: np.ndarray, vectors: np.ndarray) -> None:
    """Solve L x = b with the lower triangular matrix L of each vector b, in place."""
    for v in range(len(vectors)):
        lower, values = factors[which[v]], vectors[v]
        for i in range(len(values)):
            values[i] = (values[i] - np.dot(lower[i, :i], values[:i])) / lower[i, i]


@numba.njit(cache=True, nogil=True, error_model="numpy")
def solve_upper(factors: np.ndarray, which: np.ndarray, vectors: np.ndarray) -> None:
    """Solve L'x = b with the lower triangular matrix L of each vector b, in place."""
    for v in range(len(vectors)):
        lower, values = factors[which[v]], vectors[v]
        for i in range(len(values) - 1, -1, -1):
            values[i] /= lower[i, i]
            found = values[i]
            for j in range(i):
                values[j] -= lower[i, j] * found
