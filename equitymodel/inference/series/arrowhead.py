"""Arrowhead matrices: a diagonal block bordered by a dense block, factorised through the Schur complement."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from equitymodel.inference.series import matrix_kernel


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
        return np.take(values, self.diagonal, axis=1), np.take(values, self.dense, axis=1)

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
    factor
        :math:`R`, lower triangular; shape (point, dense row, dense row).
    log_determinant
        :math:`\log|P|`; shape (point,).
    which
        The point of each vector that is solved for or drawn: every point once, unless others were chosen.

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
    factor: np.ndarray
    log_determinant: np.ndarray
    which: np.ndarray

    @classmethod
    def factorise(cls, precision: np.ndarray, diagonal_index: np.ndarray) -> Arrowhead:
        """Factorise precisions; rows in `diagonal_index` have no entry in common; shape (point, row, row)."""
        dense_index = np.delete(np.arange(precision.shape[1]), diagonal_index)
        diagonal = precision[:, diagonal_index, diagonal_index]
        border = precision[:, diagonal_index[:, None], dense_index]
        gain = np.ascontiguousarray(border / diagonal[..., None])
        complement = precision
        if len(diagonal_index):
            complement = precision[:, dense_index[:, None], dense_index] - np.swapaxes(border, 1, 2) @ gain
        factor = np.ascontiguousarray(np.linalg.cholesky(complement))
        log_determinant = np.log(diagonal).sum(axis=1) + 2.0 * np.log(np.diagonal(factor, axis1=1, axis2=2)).sum(axis=1)
        rows = ArrowheadRows(diagonal_index, dense_index)
        return cls(rows, diagonal, gain, factor, log_determinant, np.arange(len(precision)))

    def select(self, points: np.ndarray) -> Arrowhead:
        """Choose the point of each vector, perhaps one more than once; nothing is copied."""
        return replace(self, which=self.which[points])

    def solve(self, right: np.ndarray) -> np.ndarray:
        """Solve P x = b for one right-hand side b a point; shape (point, row)."""
        own, shared = self.rows.split(right)
        dense = shared - matrix_kernel.multiply_transposed(self.gain, self.which, own)
        matrix_kernel.solve_lower(self.factor, self.which, dense)
        return self._join(own / self.diagonal[self.which], dense)

    def sample(self, standard: np.ndarray) -> np.ndarray:
        """Turn standard normal numbers into draws with precision P; shape (point, row)."""
        own, shared = self.rows.split(standard)
        return self._join(own / np.sqrt(self.diagonal[self.which]), shared)

    def _join(self, own: np.ndarray, dense: np.ndarray) -> np.ndarray:
        """Solve for the dense block, and give the diagonal block given it."""
        matrix_kernel.solve_upper(self.factor, self.which, dense)
        return self.rows.join(own - matrix_kernel.multiply(self.gain, self.which, dense), dense)

    def covariance(self) -> np.ndarray:
        """Compute P^-1; shape (point, row, row)."""
        inverse_factor = np.linalg.inv(self.factor)
        dense = np.swapaxes(inverse_factor, 1, 2) @ inverse_factor
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
