"""Probabilities of interval-censored counts: of lying between two bounds."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from scipy import special

LARGE = 1e100
"""Sums of relative probabilities are scaled down by this before they overflow."""
WIDE = 16
"""Intervals wider than this take two distribution functions rather than a sum over their counts."""
TRUSTED = 1e-250
"""Below this, a difference of distribution functions has lost digits to underflow."""


def relative_chances(
    mean: np.ndarray, squared: np.ndarray | None, low: np.ndarray, high: np.ndarray
) -> Iterator[tuple[np.ndarray, np.ndarray]]:
    """Iterate over the counts from low to high: the relative probability of each, and their cumulative sum.

    Each follows from the one before by a ratio; beyond the highest count probabilities are 0. Both are
    rescaled together where numbers grow large.

    Parameters
    ----------
    mean
        Means, which broadcast with the others.
    squared
        Squared overdispersion; none for Poisson counts.
    low, high
        Bounds of the counts, both included.

    Yields
    ------
    tuple
        Relative probabilities of this count, and of all so far.

    Examples
    --------
    >>> mean = np.array([2.0])
    >>> [round(total.item(), 3) for _, total in relative_chances(mean, None, np.array([0.0]), np.array([2.0]))]
    [1.0, 3.0, 5.0]
    """
    weight = np.ones(np.broadcast_shapes(mean.shape, np.shape(low)))
    total = weight.copy()
    yield weight, total
    for step in range(int(np.nanmax(high - low, initial=0))):
        count = low + step
        more = mean / (count + 1.0)
        if squared is not None:
            more = more * (1.0 + squared * count) / (1.0 + squared * mean)
        weight = np.where(count < high, weight * more, 0.0)
        total = total + weight
        large = np.where(total > LARGE, 1.0 / LARGE, 1.0)
        weight, total = weight * large, total * large
        yield weight, total


def log_between(
    first: np.ndarray, mean: np.ndarray, squared: np.ndarray | None, low: np.ndarray, high: np.ndarray
) -> np.ndarray:
    """Compute the log probability that a count lies between two bounds, both included.

    Parameters
    ----------
    first
        Log probability of the lower bound.
    mean, squared, low, high
        As for `relative_chances`, all of one shape.

    Returns
    -------
    numpy.ndarray
        Log probabilities; `first` where the bounds are equal or not known.

    Examples
    --------
    >>> mean, low = np.array([2.0, 2.0]), np.array([0.0, 1.0])
    >>> first = np.array([-2.0, np.log(2.0) - 2.0])
    >>> np.exp(log_between(first, mean, None, low, np.array([0.0, 40.0]))).round(4)
    array([0.1353, 0.8647])
    """
    result = first.copy()
    summed, wide = (low < high), (high - low > WIDE)
    if wide.any():
        chance = _between(mean[wide], None if squared is None else squared[wide], low[wide], high[wide])
        trusted = chance > TRUSTED
        result[wide] = np.where(trusted, np.log(np.where(trusted, chance, 1.0)), result[wide])
        summed[wide] = ~trusted
    if summed.any():
        mean, low, high = mean[summed], low[summed], high[summed]
        result[summed] += _log_sum_of_ratios(mean, None if squared is None else squared[summed], low, high)
    return result


def _between(mean: np.ndarray, squared: np.ndarray | None, low: np.ndarray, high: np.ndarray) -> np.ndarray:
    """Difference of distribution functions, in the tail in which both are small."""
    upper = _at_least(low, mean, squared) - _at_least(high + 1, mean, squared)
    lower = _at_most(high, mean, squared) - _at_most(low - 1, mean, squared)
    return np.where(low > mean, upper, lower)


def _at_least(count: np.ndarray, mean: np.ndarray, squared: np.ndarray | None) -> np.ndarray:
    k = np.maximum(count, 1.0)
    if squared is None:
        return np.where(count > 0, special.gammainc(k, mean), 1.0)
    return np.where(count > 0, special.betainc(k, 1.0 / squared, squared * mean / (1.0 + squared * mean)), 1.0)


def _at_most(count: np.ndarray, mean: np.ndarray, squared: np.ndarray | None) -> np.ndarray:
    k = np.maximum(count, 0.0)
    if squared is None:
        return np.where(count >= 0, special.gammaincc(k + 1.0, mean), 0.0)
    return np.where(count >= 0, special.betainc(1.0 / squared, k + 1.0, 1.0 / (1.0 + squared * mean)), 0.0)


def _log_sum_of_ratios(mean: np.ndarray, squared: np.ndarray | None, low: np.ndarray, high: np.ndarray) -> np.ndarray:
    """Log probability of the interval relative to that of its lower bound."""
    scale, before = np.zeros(mean.shape), np.zeros(mean.shape)
    for _, total in relative_chances(mean, squared, low, high):
        scale += np.where(total < before, np.log(LARGE), 0.0)
        before = total
    return np.log(before) + scale
