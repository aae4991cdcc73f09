"""Arrowhead matrices: a diagonal block bordered by a dense block, factorised through the Schur complement."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class ArrowheadRows:
    """Which rows of an arrowhead matrix belong to which block.

    Attributes
    ----------
    diagonal, dense
        Numbers of rows.
    """

    diagonal: np.ndarray
    dense: np.ndarray

    @property
    def total(self) -> int:
        """How many rows there are in all."""
        return len(self.diagonal) + len(self.dense)

    def split(self, values: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Give the values of each block; shape (point, row)."""
        return values[:, self.diagonal], values[:, self.dense]

    def join(self, diagonal: np.ndarray, dense: np.ndarray) -> np.ndarray:
        """Put the values of both blocks back in the order of rows."""
        result = np.empty((len(diagonal), self.total))
        result[:, self.diagonal], result[:, self.dense] = diagonal, dense
        return result


@dataclass(frozen=True)
class Arrowhead:
    r"""The block factor of an arrowhead precision matrix.

    .. math:: P = \begin{pmatrix} D & B \\ B' & E \end{pmatrix}, \qquad R R' = E - B' D^{-1} B

    Coefficients in the diagonal block are conditionally independent given those in the dense block.

    Attributes
    ----------
    rows
        Which rows of :math:`P` belong to which block.
    diagonal
        :math:`D`; shape (point, diagonal row).
    gain
        :math:`D^{-1} B`; shape (point, diagonal row, dense row).
    inverse_factor
        :math:`R^{-1}`; shape (point, dense row, dense row).
    log_determinant
        :math:`\log|P|`; shape (point,).

    Examples
    --------
    >>> precision = np.array([[[2.0, 0, 1], [0, 4, 1], [1, 1, 5]]])
    >>> arrowhead = Arrowhead.factorise(precision, np.array([0, 1]))
    >>> bool(np.allclose(arrowhead.covariance() @ precision, np.eye(3)))
    True
    """

    rows: ArrowheadRows
    diagonal: np.ndarray
    gain: np.ndarray
    inverse_factor: np.ndarray
    log_determinant: np.ndarray

    @classmethod
    def factorise(cls, precision: np.ndarray, diagonal_index: np.ndarray) -> Arrowhead:
        """Factorise precisions; rows in `diagonal_index` have no entry in common; shape (point, row, row)."""
        dense_index = np.setdiff1d(np.arange(precision.shape[1]), diagonal_index)
        diagonal = precision[:, diagonal_index, diagonal_index]
        border = precision[:, diagonal_index[:, None], dense_index]
        gain = border / diagonal[..., None]
        complement = precision[:, dense_index[:, None], dense_index] - np.swapaxes(border, 1, 2) @ gain
        factor = np.linalg.cholesky(complement)
        log_determinant = np.log(diagonal).sum(axis=1) + 2.0 * np.log(np.diagonal(factor, axis1=1, axis2=2)).sum(axis=1)
        rows = ArrowheadRows(diagonal_index, dense_index)
        return cls(rows, diagonal, gain, np.linalg.inv(factor), log_determinant)

    def select(self, points: np.ndarray) -> Arrowhead:
        """Choose points, perhaps more than once."""
        chosen = (part[points] for part in (self.diagonal, self.gain, self.inverse_factor, self.log_determinant))
        return Arrowhead(self.rows, *chosen)

    def solve(self, right: np.ndarray) -> np.ndarray:
        """Solve P x = b for one right-hand side b; shape (point, row)."""
        own, shared = self.rows.split(right)
        left = shared - _times(np.swapaxes(self.gain, 1, 2), own)
        dense = _times(np.swapaxes(self.inverse_factor, 1, 2), _times(self.inverse_factor, left))
        return self.rows.join(own / self.diagonal - _times(self.gain, dense), dense)

    def sample(self, standard: np.ndarray) -> np.ndarray:
        """Turn standard normal numbers into draws with precision P; shape (point, row)."""
        own, shared = self.rows.split(standard)
        dense = _times(np.swapaxes(self.inverse_factor, 1, 2), shared)
        return self.rows.join(own / np.sqrt(self.diagonal) - _times(self.gain, dense), dense)

    def covariance(self) -> np.ndarray:
        """Compute P^-1; shape (point, row, row)."""
        dense = np.swapaxes(self.inverse_factor, 1, 2) @ self.inverse_factor
        mixed = -self.gain @ dense
        block = -mixed @ np.swapaxes(self.gain, 1, 2)
        own, shared = self.rows.diagonal, self.rows.dense
        each, size = np.arange(len(own)), self.rows.total
        block[:, each, each] += 1.0 / self.diagonal
        result = np.empty((len(dense), size, size))
        result[:, own[:, None], own] = block
        result[:, own[:, None], shared] = mixed
        result[:, shared[:, None], own] = np.swapaxes(mixed, 1, 2)
        result[:, shared[:, None], shared] = dense
        return result


def _times(matrix: np.ndarray, vector: np.ndarray) -> np.ndarray:
    return (matrix @ vector[..., None])[..., 0]
