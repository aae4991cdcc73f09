"""Precisions of which a part is diagonal: those coefficients of many series that never meet in one."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class Arrow:
    r"""A factor of a precision whose rows `alone` meet one another nowhere; the `rest` may meet all.

    .. math:: P = \begin{pmatrix} D & B \\ B' & E \end{pmatrix}, \qquad R R' = E - B' D^{-1} B

    Attributes
    ----------
    alone, rest
        Which rows are which.
    diagonal
        :math:`D`; shape (point, alone).
    answer
        :math:`D^{-1} B`; shape (point, alone, rest).
    root
        :math:`R^{-1}`; shape (point, rest, rest).
    log_determinant
        Of the whole; shape (point,).

    Examples
    --------
    >>> precision = np.array([[[2.0, 0, 1], [0, 4, 1], [1, 1, 5]]])
    >>> found = Arrow.of(precision, np.array([0, 1]))
    >>> bool(np.allclose(found.covariance() @ precision, np.eye(3)))
    True
    """

    alone: np.ndarray
    rest: np.ndarray
    diagonal: np.ndarray
    answer: np.ndarray
    root: np.ndarray
    log_determinant: np.ndarray

    @classmethod
    def of(cls, precision: np.ndarray, alone: np.ndarray) -> Arrow:
        """Factorise precisions; shape (point, row, row)."""
        rest = np.setdiff1d(np.arange(precision.shape[1]), alone)
        diagonal = precision[:, alone, alone]
        beside = precision[:, alone[:, None], rest]
        answer = beside / diagonal[..., None]
        lower = np.linalg.cholesky(precision[:, rest[:, None], rest] - np.swapaxes(beside, 1, 2) @ answer)
        log_determinant = np.log(diagonal).sum(axis=1) + 2.0 * np.log(np.diagonal(lower, axis1=1, axis2=2)).sum(axis=1)
        return cls(alone, rest, diagonal, answer, np.linalg.inv(lower), log_determinant)

    def at(self, points: np.ndarray) -> Arrow:
        """Choose points, perhaps more than once."""
        chosen = (part[points] for part in (self.diagonal, self.answer, self.root, self.log_determinant))
        return Arrow(self.alone, self.rest, *chosen)

    def solve(self, right: np.ndarray) -> np.ndarray:
        """Solve for one right-hand side; shape (point, row)."""
        left = right[:, self.rest] - _times(np.swapaxes(self.answer, 1, 2), right[:, self.alone])
        rest = _times(np.swapaxes(self.root, 1, 2), _times(self.root, left))
        return self._whole(right[:, self.alone] / self.diagonal - _times(self.answer, rest), rest)

    def scatter(self, standard: np.ndarray) -> np.ndarray:
        """Turn standard normal numbers into draws with this precision; shape (point, row)."""
        rest = _times(np.swapaxes(self.root, 1, 2), standard[:, self.rest])
        return self._whole(standard[:, self.alone] / np.sqrt(self.diagonal) - _times(self.answer, rest), rest)

    def covariance(self) -> np.ndarray:
        """Give the inverse; shape (point, row, row)."""
        rest = np.swapaxes(self.root, 1, 2) @ self.root
        mixed = -self.answer @ rest
        alone = -mixed @ np.swapaxes(self.answer, 1, 2)
        each = np.arange(len(self.alone))
        alone[:, each, each] += 1.0 / self.diagonal
        found = np.empty((len(rest), len(self.alone) + len(self.rest), len(self.alone) + len(self.rest)))
        found[:, self.alone[:, None], self.alone] = alone
        found[:, self.alone[:, None], self.rest] = mixed
        found[:, self.rest[:, None], self.alone] = np.swapaxes(mixed, 1, 2)
        found[:, self.rest[:, None], self.rest] = rest
        return found

    def _whole(self, alone: np.ndarray, rest: np.ndarray) -> np.ndarray:
        found = np.empty((len(alone), len(self.alone) + len(self.rest)))
        found[:, self.alone], found[:, self.rest] = alone, rest
        return found


def _times(matrix: np.ndarray, vector: np.ndarray) -> np.ndarray:
    return (matrix @ vector[..., None])[..., 0]
