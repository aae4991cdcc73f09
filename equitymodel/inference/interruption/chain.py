"""Noise that lasts: a stationary autoregression of order one over true gaps in time, and its linear algebra.

Arrays have points (sets of hyperparameters) first, then series, and time last. The precision of an
autoregression is tridiagonal, so that everything costs one pass over time.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from equitymodel.inference.interruption import chain_kernel


@dataclass(frozen=True)
class Chain:
    """The precision matrix of an autoregression; shape (point, time).

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
        """Multiply by the precision; shape (point, series, time)."""
        found = self.diagonal[:, None] * values
        found[..., 1:] += self.beside[:, None] * values[..., :-1]
        found[..., :-1] += self.beside[:, None] * values[..., 1:]
        return found


@dataclass(frozen=True)
class Left:
    """What is left of the features of each series, and of shared noise, once its own noise is eliminated.

    Attributes
    ----------
    table
        Precision of coefficients, then what ties them to shared noise, one column a period where there is
        any; shape (point, series, feature, feature + time).
    vector
        What coefficients are told; shape (point, series, feature).
    among
        Precision of shared noise, added up over series; shape (point, time, time).
    moments
        What shared noise is told; shape (point, time).
    """

    table: np.ndarray
    vector: np.ndarray
    among: np.ndarray
    moments: np.ndarray

    def eliminate_own(self, prior: np.ndarray) -> Own:
        """Eliminate the first features, which each series has to itself; what is left of the others changes in place.

        Parameters
        ----------
        prior
            Prior precisions of their coefficients; shape (own,).
        """
        points, series, size, width = self.table.shape
        own = len(prior)
        inverse, answer = np.empty((points, series, own, own)), np.zeros((points, series, own, width - own))
        chain_kernel.eliminate_own(self.table, self.vector, prior, inverse, answer)
        if size < width:
            tied = self.table[..., :own, size:].reshape(points, -1, width - size)
            answers = answer[..., size - own :].reshape(tied.shape)
            np.add(self.among, np.swapaxes(tied, 1, 2) @ answers, out=self.among)
            told = self.vector[..., :own].reshape(points, 1, -1)
            np.add(self.moments, (told @ answers)[:, 0], out=self.moments)
        return Own(inverse, answer)


@dataclass(frozen=True)
class Own:
    """Coefficients that each series has to itself, given those that series share.

    Attributes
    ----------
    inverse
        Their covariance; shape (point, series, own, own).
    answer
        How they answer to the other features and to shared noise; shape (point, series, own, other
        feature + time).
    """

    inverse: np.ndarray
    answer: np.ndarray

    def at(self, points: np.ndarray) -> Own:
        """Choose points, perhaps more than once."""
        return Own(self.inverse[points], self.answer[points])


@dataclass(frozen=True)
class Factor:
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

    def at(self, points: np.ndarray) -> Factor:
        """Choose points, perhaps more than once."""
        return Factor(self.weight[points], self.pivot[points], self.ratio[points])

    def solve(self, right: np.ndarray) -> np.ndarray:
        """Solve for a right-hand side; shape (point, series, time)."""
        found = np.array(right, order="C")
        chain_kernel.solve_each(self.pivot, self.ratio, found)
        return found

    def scatter(self, standard: np.ndarray) -> np.ndarray:
        """Turn standard normal numbers into draws with this precision; shape (point, series, time)."""
        found = np.array(standard, order="C")
        chain_kernel.scatter(self.pivot, self.ratio, found)
        return found

    def eliminate(self, right: np.ndarray, features: np.ndarray, *, common: bool) -> Left:
        """Eliminate the noise, given a right-hand side and features of shape (series, time, feature)."""
        points, series, periods = self.weight.shape
        size, extra = features.shape[2], periods if common else 0
        left = Left(
            np.zeros((points, series, size, size + extra)), np.zeros((points, series, size)),
            np.zeros((points, extra, extra)), np.zeros((points, extra)),
        )  # fmt: skip
        chain_kernel.eliminate(
            self.pivot, self.ratio, self.weight, right, features, left.table, left.vector, left.moments, left.among
        )
        return left

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
        chain_kernel.variance(self.pivot, self.ratio, self.weight, features, covariance, mixed, common, found)
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
    >>> (found.diagonal[0, 0] / found.beside[0, 0]).round(6)
    np.float64(-4.0)
    """
    link = rho[:, None] ** np.round(gap)
    fresh = 1.0 / (sd[:, None] ** 2 * (1.0 - link**2))
    diagonal = np.empty((len(sd), len(gap) + 1))
    diagonal[:, 0] = 1.0 / sd**2
    diagonal[:, 1:] = fresh
    diagonal[:, :-1] += link**2 * fresh
    return Chain(diagonal, -link * fresh, np.log(fresh).sum(axis=1) - 2.0 * np.log(sd))


def factorise(matrix: Chain, weight: np.ndarray) -> Factor:
    """Factorise a precision with weights added to its diagonal; weights have shape (point, series, time)."""
    pivot = np.array(weight, order="C")
    ratio = np.empty((*pivot.shape[:2], pivot.shape[2] - 1))
    chain_kernel.factorise(matrix.diagonal, matrix.beside, pivot, ratio)
    return Factor(np.ascontiguousarray(weight), pivot, ratio)
