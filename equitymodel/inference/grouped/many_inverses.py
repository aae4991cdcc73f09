"""Inverses and determinants of many small symmetric matrices at once."""

from __future__ import annotations

import numpy as np

SMALL = 6
"""Matrices of up to this size are inverted element by element, all together; larger ones by halves."""
MANY = 32
"""Fewer large matrices than this are inverted by LAPACK, one by one."""


def invert_small(matrix: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Invert many small symmetric matrices at once, with their log absolute determinants.

    Many of them without pivoting: none is needed for positive definite matrices, nor for those bordered by
    Lagrange multipliers, if the multipliers come last.

    Parameters
    ----------
    matrix
        Rows and columns last; shape (..., size, size).

    Returns
    -------
    tuple
        Inverses, same shape, and log determinants, the shape without its last two axes.

    Examples
    --------
    >>> inverse, log_determinant = invert_small(np.diag([2.0, 4.0])[None])
    >>> inverse[0].diagonal(), round(float(log_determinant[0]), 3)
    (array([0.5 , 0.25]), 2.079)
    """
    size = matrix.shape[-1]
    if size <= SMALL:
        return _invert_by_element(matrix)
    if np.prod(matrix.shape[:-2]) < MANY:
        return np.linalg.inv(matrix), np.linalg.slogdet(matrix)[1]
    first, last = slice(0, (size + 1) // 2), slice((size + 1) // 2, size)
    own, first_determinant = invert_small(matrix[..., first, first])
    gain = own @ matrix[..., first, last]
    rest, last_determinant = invert_small(matrix[..., last, last] - matrix[..., last, first] @ gain)
    across = gain @ rest
    inverse = np.empty_like(matrix)
    inverse[..., first, first] = own + across @ gain.swapaxes(-1, -2)
    inverse[..., first, last], inverse[..., last, first] = -across, -across.swapaxes(-1, -2)
    inverse[..., last, last] = rest
    return inverse, first_determinant + last_determinant


def _invert_by_element(matrix: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Invert by Gauss-Jordan elimination, each operation on an element of all matrices."""
    work = np.array(np.moveaxis(matrix, (-2, -1), (0, 1)), order="C")
    log_determinant = np.zeros(work.shape[2:])
    for k in range(len(work)):
        pivot = work[k, k].copy()
        log_determinant += np.log(np.abs(pivot))
        down, across = work[:, k] / pivot, work[k].copy()
        work -= down[:, None] * across
        work[k] = across / pivot
        work[:, k] = -down
        work[k, k] = 1.0 / pivot
    return np.ascontiguousarray(np.moveaxis(work, (0, 1), (-2, -1))), log_determinant
