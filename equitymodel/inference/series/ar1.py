"""Noise that lasts: a stationary autoregression of order one over true gaps in time, and its linear algebra.

Arrays have points (sets of hyperparameters) first, then series, and time last. The precision of an
autoregression is tridiagonal, so that everything costs one pass over time.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from equitymodel.inference.series import ar1_kernel as ar1_kernel


@dataclass(frozen=True)
class Ar1Precision:
    """The precision matrix of an autoregression; shape (point, time).

    Attributes
    ----------
    diagonal
        The diagonal.
    off_diagonal
        The entries beside it, one fewer.
    log_determinant
        Log determinant of the precision; shape (point,).
    """

    diagonal: np.ndarray
    off_diagonal: np.ndarray
    log_determinant: np.ndarray

    def product(self, values: np.ndarray) -> np.ndarray:
        """Multiply by the precision; shape (point, series, time)."""
        found = self.diagonal[:, None] * values
        found[..., 1:] += self.off_diagonal[:, None] * values[..., :-1]
        found[..., :-1] += self.off_diagonal[:, None] * values[..., 1:]
        return found


@dataclass(frozen=True)
class Ar1Factor:
    """A factor L D L' of the precision of noise with weights added to its diagonal.

    Attributes
    ----------
    weight
        The weights; shape (point, series, time).
    pivot
        D; shape (point, series, time).
    ratio
        The entries of L below the diagonal, one fewer.
    """

    weight: np.ndarray
    pivot: np.ndarray
    ratio: np.ndarray

    @property
    def log_determinant(self) -> np.ndarray:
        """Log determinant; shape (point, series)."""
        return np.log(self.pivot).sum(axis=-1)

    def at(self, points: np.ndarray) -> Ar1Factor:
        """Choose points, perhaps more than once."""
        return Ar1Factor(self.weight[points], self.pivot[points], self.ratio[points])

    def solve(self, right: np.ndarray) -> np.ndarray:
        """Solve for a right-hand side; shape (point, series, time)."""
        found = np.array(right, order="C")
        ar1_kernel.solve_each(self.pivot, self.ratio, found)
        return found

    def sample(self, standard: np.ndarray) -> np.ndarray:
        """Turn standard normal numbers into draws with this precision; shape (point, series, time)."""
        found = np.array(standard, order="C")
        ar1_kernel.sample(self.pivot, self.ratio, found)
        return found

    def variance(
        self, features: np.ndarray, covariance: np.ndarray, mixed: np.ndarray, common: np.ndarray
    ) -> np.ndarray:
        """Give the variance of each log mean; shape (point, series, time).

        Parameters
        ----------
        features
            Shape (series, time, feature).
        covariance
            Of the coefficients of each series; shape (point, series, feature, feature).
        mixed
            Covariance of these and shared noise; shape (point, series, feature, time), no time where
            there is none.
        common
            Covariance of shared noise; shape (point, time, time).
        """
        found = np.empty_like(self.pivot)
        ar1_kernel.variance(self.pivot, self.ratio, self.weight, features, covariance, mixed, common, found)
        return found


def ar1_precision(gap: np.ndarray, sd: np.ndarray, rho: np.ndarray) -> Ar1Precision:
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
    >>> found = ar1_precision(np.array([2.0]), np.array([1.0]), np.array([0.5]))
    >>> (found.diagonal[0, 0] / found.off_diagonal[0, 0]).round(6)
    np.float64(-4.0)
    """
    link = rho[:, None] ** np.round(gap)
    innovation = 1.0 / (sd[:, None] ** 2 * (1.0 - link**2))
    diagonal = np.empty((len(sd), len(gap) + 1))
    diagonal[:, 0] = 1.0 / sd**2
    diagonal[:, 1:] = innovation
    diagonal[:, :-1] += link**2 * innovation
    return Ar1Precision(diagonal, -link * innovation, np.log(innovation).sum(axis=1) - 2.0 * np.log(sd))


def factorise(matrix: Ar1Precision, weight: np.ndarray) -> Ar1Factor:
    """Factorise a precision with weights added to its diagonal; weights have shape (point, series, time)."""
    pivot = np.array(weight, order="C")
    ratio = np.empty((*pivot.shape[:2], pivot.shape[2] - 1))
    ar1_kernel.factorise(matrix.diagonal, matrix.off_diagonal, pivot, ratio)
    return Ar1Factor(np.ascontiguousarray(weight), pivot, ratio)
