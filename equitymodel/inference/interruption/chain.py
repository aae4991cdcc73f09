"""Noise that lasts: a stationary autoregression of order one over true gaps in time, and its linear algebra.

Arrays have time first, then points (sets of hyperparameters) and series: ``(time, point, series)``.
The precision of an autoregression is tridiagonal, so that everything costs one pass over time.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class Chain:
    """The precision matrix of an autoregression; shape (time, point).

    Attributes
    ----------
    diagonal
        The diagonal.
    beside
        The entries beside it, one fewer.
    log_determinant
        Log determinant of the precision; shape (point,).
    """

    diagonal: np.ndarray
    beside: np.ndarray
    log_determinant: np.ndarray

    def product(self, values: np.ndarray) -> np.ndarray:
        """Multiply by the precision; shape (time, point, series)."""
        found = self.diagonal[..., None] * values
        found[1:] += self.beside[..., None] * values[:-1]
        found[:-1] += self.beside[..., None] * values[1:]
        return found


@dataclass(frozen=True)
class Factor:
    """A factor L D L' of a tridiagonal matrix.

    Attributes
    ----------
    pivot
        D; shape (time, point, series).
    ratio
        The entries of L below the diagonal, one fewer.
    """

    pivot: np.ndarray
    ratio: np.ndarray

    @property
    def log_determinant(self) -> np.ndarray:
        """Log determinant; shape (point, series)."""
        return np.log(self.pivot).sum(axis=0)

    def solve(self, right: np.ndarray) -> np.ndarray:
        """Solve for columns; shape (time, point, series, column)."""
        found = right.copy()
        ratio, pivot = self.ratio[..., None], self.pivot[..., None]
        for t in range(1, len(found)):
            found[t] -= ratio[t - 1] * found[t - 1]
        found /= pivot
        return self._back(found)

    def scatter(self, standard: np.ndarray) -> np.ndarray:
        """Turn standard normal numbers into draws with this precision; shape (time, point, series, column)."""
        return self._back(standard / np.sqrt(self.pivot[..., None]))

    def variance(self) -> np.ndarray:
        """Give the diagonal of the inverse; shape (time, point, series)."""
        found = 1.0 / self.pivot
        for t in range(len(found) - 2, -1, -1):
            found[t] += self.ratio[t] ** 2 * found[t + 1]
        return found

    def inverse(self) -> np.ndarray:
        """Give the whole inverse; shape (time, point, series, time)."""
        size = len(self.pivot)
        unit = np.eye(size)[:, None, None, :]
        return self.solve(np.broadcast_to(unit, (*self.pivot.shape, size)))

    def _back(self, found: np.ndarray) -> np.ndarray:
        for t in range(len(found) - 2, -1, -1):
            found[t] -= self.ratio[t][..., None] * found[t + 1]
        return found


def chain(gap: np.ndarray, sd: np.ndarray, rho: np.ndarray) -> Chain:
    r"""Give the precision of a stationary autoregression of order one.

    .. math:: \omega_t = \rho^{g_t} \omega_{t-1} + \sigma \sqrt{1 - \rho^{2 g_t}}\, \epsilon_t

    Parameters
    ----------
    gap
        Periods between neighbours: whole numbers, more than 1 where time is missing.
    sd, rho
        Standard deviation and correlation one period apart, one a point.

    Returns
    -------
    Chain
        The precision of as many values as there are gaps, and one.

    Examples
    --------
    >>> found = chain(np.array([2.0]), np.array([1.0]), np.array([0.5]))
    >>> (found.diagonal[0] / found.beside[0]).round(6)
    array([-4.])
    """
    link = rho ** np.round(gap)[:, None]
    fresh = 1.0 / (sd**2 * (1.0 - link**2))
    diagonal = np.empty((len(gap) + 1, len(sd)))
    diagonal[0] = 1.0 / sd**2
    diagonal[1:] = fresh
    diagonal[:-1] += link**2 * fresh
    return Chain(diagonal, -link * fresh, np.log(fresh).sum(axis=0) - 2.0 * np.log(sd))


def factorise(matrix: Chain, weight: np.ndarray) -> Factor:
    """Factorise a precision with weights added to its diagonal; weights have shape (time, point, series)."""
    pivot = matrix.diagonal[..., None] + weight
    ratio = np.empty((len(pivot) - 1, *pivot.shape[1:]))
    for t in range(1, len(pivot)):
        ratio[t - 1] = matrix.beside[t - 1][:, None] / pivot[t - 1]
        pivot[t] -= ratio[t - 1] * matrix.beside[t - 1][:, None]
    return Factor(pivot, ratio)
