"""Precisions of which a part is diagonal: those coefficients of many series that never meet in one."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class Arrowhead:
    r"""A factor of a precision whose rows `diagonal_index` meet one another nowhere; the `dense_index` may meet all.

    .. math:: P = \begin{pmatrix} D & B \\ B' & E \end{pmatrix}, \qquad R R' = E - B' D^{-1} B

    Attributes
    ----------
    diagonal_index, dense_index
        Which rows are which.
    diagonal
        :math:`D`; shape (point, alone).
    gain
        :math:`D^{-1} B`; shape (point, alone, rest).
    inverse_factor
        :math:`R^{-1}`; shape (point, rest, rest).
    log_determinant
        Of the whole; shape (point,).

    Examples
    --------
    >>> precision = np.array([[[2.0, 0, 1], [0, 4, 1], [1, 1, 5]]])
    >>> found = Arrowhead.of(precision, np.array([0, 1]))
    >>> bool(np.allclose(found.covariance() @ precision, np.eye(3)))
    True
    """

    diagonal_index: np.ndarray
    dense_index: np.ndarray
    diagonal: np.ndarray
    gain: np.ndarray
    inverse_factor: np.ndarray
    log_determinant: np.ndarray

    @classmethod
    def of(cls, precision: np.ndarray, diagonal_index: np.ndarray) -> Arrowhead:
        """Factorise precisions; shape (point, row, row)."""
        dense_index = np.setdiff1d(np.arange(precision.shape[1]), diagonal_index)
        diagonal = precision[:, diagonal_index, diagonal_index]
        off_diagonal = precision[:, diagonal_index[:, None], dense_index]
        gain = off_diagonal / diagonal[..., None]
        lower = np.linalg.cholesky(
            precision[:, dense_index[:, None], dense_index] - np.swapaxes(off_diagonal, 1, 2) @ gain
        )
        log_determinant = np.log(diagonal).sum(axis=1) + 2.0 * np.log(np.diagonal(lower, axis1=1, axis2=2)).sum(axis=1)
        return cls(diagonal_index, dense_index, diagonal, gain, np.linalg.inv(lower), log_determinant)

    def at(self, points: np.ndarray) -> Arrowhead:
        """Choose points, perhaps more than once."""
        chosen = (part[points] for part in (self.diagonal, self.gain, self.inverse_factor, self.log_determinant))
        return Arrowhead(self.diagonal_index, self.dense_index, *chosen)

    def solve(self, right: np.ndarray) -> np.ndarray:
        """Solve for one right-hand side; shape (point, row)."""
        left = right[:, self.dense_index] - _times(np.swapaxes(self.gain, 1, 2), right[:, self.diagonal_index])
        dense_index = _times(np.swapaxes(self.inverse_factor, 1, 2), _times(self.inverse_factor, left))
        return self._whole(right[:, self.diagonal_index] / self.diagonal - _times(self.gain, dense_index), dense_index)

    def sample(self, standard: np.ndarray) -> np.ndarray:
        """Turn standard normal numbers into draws with this precision; shape (point, row)."""
        dense_index = _times(np.swapaxes(self.inverse_factor, 1, 2), standard[:, self.dense_index])
        return self._whole(
            standard[:, self.diagonal_index] / np.sqrt(self.diagonal) - _times(self.gain, dense_index), dense_index
        )

    def covariance(self) -> np.ndarray:
        """Give the inverse; shape (point, row, row)."""
        dense_index = np.swapaxes(self.inverse_factor, 1, 2) @ self.inverse_factor
        mixed = -self.gain @ dense_index
        diagonal_index = -mixed @ np.swapaxes(self.gain, 1, 2)
        each = np.arange(len(self.diagonal_index))
        diagonal_index[:, each, each] += 1.0 / self.diagonal
        found = np.empty(
            (
                len(dense_index),
                len(self.diagonal_index) + len(self.dense_index),
                len(self.diagonal_index) + len(self.dense_index),
            )
        )
        found[:, self.diagonal_index[:, None], self.diagonal_index] = diagonal_index
        found[:, self.diagonal_index[:, None], self.dense_index] = mixed
        found[:, self.dense_index[:, None], self.diagonal_index] = np.swapaxes(mixed, 1, 2)
        found[:, self.dense_index[:, None], self.dense_index] = dense_index
        return found

    def _whole(self, diagonal_index: np.ndarray, dense_index: np.ndarray) -> np.ndarray:
        found = np.empty((len(diagonal_index), len(self.diagonal_index) + len(self.dense_index)))
        found[:, self.diagonal_index], found[:, self.dense_index] = diagonal_index, dense_index
        return found


def _times(matrix: np.ndarray, vector: np.ndarray) -> np.ndarray:
    return (matrix @ vector[..., None])[..., 0]
