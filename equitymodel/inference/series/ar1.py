"""First-order autoregressive noise over true gaps in time: its precision matrix, factorised and solved.

Arrays have points (sets of hyperparameters) first, then series, and time last. The precision of an
AR(1) process is tridiagonal, so that everything costs one pass over time.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from equitymodel.inference.series import ar1_kernel
from equitymodel.inference.series.ar1_kernel import CoefficientCovariance, TridiagonalFactor


@dataclass(frozen=True)
class Ar1Precision:
    """The precision matrix Q of a stationary AR(1) process; shape (point, time).

    Attributes
    ----------
    diagonal
        The diagonal.
    off_diagonal
        The entries beside it, one fewer.
    log_determinant
        log|Q|; shape (point,).
    """

    diagonal: np.ndarray
    off_diagonal: np.ndarray
    log_determinant: np.ndarray

    def product(self, values: np.ndarray) -> np.ndarray:
        """Multiply values by Q; shape (point, series, time)."""
        result = self.diagonal[:, None] * values
        result[..., 1:] += self.off_diagonal[:, None] * values[..., :-1]
        result[..., :-1] += self.off_diagonal[:, None] * values[..., 1:]
        return result


class Ar1Factor(TridiagonalFactor):
    """The factor L D L' of Q + W, the precision of AR(1) noise given everything else."""

    __slots__ = ()

    @property
    def log_determinant(self) -> np.ndarray:
        """log|Q + W|; shape (point, series)."""
        return np.log(self.pivot).sum(axis=-1)

    def select(self, points: np.ndarray) -> Ar1Factor:
        """Choose points, perhaps more than once."""
        return Ar1Factor(self.weight[points], self.pivot[points], self.ratio[points])

    def solve(self, right: np.ndarray) -> np.ndarray:
        """Solve (Q + W) x = b for one right-hand side b a series; shape (point, series, time)."""
        result = np.array(right, order="C")
        ar1_kernel.solve_each(self.pivot, self.ratio, result)
        return result

    def sample(self, standard: np.ndarray) -> np.ndarray:
        """Turn standard normal numbers into draws with precision Q + W; shape (point, series, time)."""
        result = np.array(standard, order="C")
        ar1_kernel.sample(self.pivot, self.ratio, result)
        return result

    def variance(self, features: np.ndarray, covariance: CoefficientCovariance) -> np.ndarray:
        """Compute the variance of each log mean; shape (point, series, time).

        Parameters
        ----------
        features
            Shape (series, time, feature).
        covariance
            Of the coefficients of each series, and of shared noise.
        """
        result = np.empty_like(self.pivot)
        ar1_kernel.variance(self, features, covariance, result)
        return result


def ar1_precision(gap: np.ndarray, sd: np.ndarray, rho: np.ndarray) -> Ar1Precision:
    r"""Compute the precision matrix of a stationary autoregression of order one.

    .. math:: \omega_t = \rho^{g_t} \omega_{t-1} + \sigma \sqrt{1 - \rho^{2 g_t}}\, \epsilon_t

    Parameters
    ----------
    gap
        Periods between neighbours: whole numbers, more than 1 where time is missing.
    sd, rho
        Standard deviation and autocorrelation one period apart, one a point.

    Returns
    -------
    Ar1Precision
        For one value more than there are gaps.

    Examples
    --------
    >>> precision = ar1_precision(np.array([2.0]), np.array([1.0]), np.array([0.5]))
    >>> (precision.diagonal[0, 0] / precision.off_diagonal[0, 0]).round(6)
    np.float64(-4.0)
    """
    autocorrelation = rho[:, None] ** np.round(gap)
    innovation = 1.0 / (sd[:, None] ** 2 * (1.0 - autocorrelation**2))
    diagonal = np.empty((len(sd), len(gap) + 1))
    diagonal[:, 0] = 1.0 / sd**2
    diagonal[:, 1:] = innovation
    diagonal[:, :-1] += autocorrelation**2 * innovation
    return Ar1Precision(diagonal, -autocorrelation * innovation, np.log(innovation).sum(axis=1) - 2.0 * np.log(sd))


def factorise(precision: Ar1Precision, weight: np.ndarray) -> Ar1Factor:
    """Factorise Q + W; weights W have shape (point, series, time)."""
    pivot = np.array(weight, order="C")
    ratio = np.empty((*pivot.shape[:2], pivot.shape[2] - 1))
    ar1_kernel.factorise(precision.diagonal, precision.off_diagonal, pivot, ratio)
    return Ar1Factor(np.ascontiguousarray(weight), pivot, ratio)


def draw_anew(
    noise: np.ndarray,
    begins: np.ndarray,
    gap: np.ndarray,
    scale: tuple[np.ndarray, np.ndarray],
    rng: np.random.Generator,
) -> np.ndarray:
    r"""Draw the noise of each series anew from a period on, given what it was before.

    Parameters
    ----------
    noise
        Draws of AR(1) noise; shape (draw, series, time).
    begins
        The first period drawn anew, of each series; one past the last for none.
    gap
        Periods between neighbours.
    scale
        Standard deviation and autocorrelation of each draw.
    rng
        Random numbers.

    Returns
    -------
    numpy.ndarray
        As `noise`; the same before `begins`.

    Examples
    --------
    >>> draws = draw_anew(np.ones((1, 1, 3)), np.array([2]), np.ones(2), (np.full(1, 1e-9), np.full(1, 0.5)),
    ...                   np.random.default_rng(1))
    >>> draws.round(3).ravel()
    array([1. , 1. , 0.5])
    """
    sd, rho = (each[:, None] for each in scale)
    found = noise.copy()
    for t in range(int(begins.min()), noise.shape[-1]):
        link = rho ** gap[t - 1] if t else np.zeros_like(rho)
        before = found[..., t - 1] if t else np.zeros_like(found[..., 0])
        new = link * before + sd * np.sqrt(1 - link**2) * rng.normal(size=found.shape[:2])
        found[..., t] = np.where(t >= begins, new, found[..., t])
    return found
