"""The log probability of one count, exact or known within bounds, and its derivatives, compiled.

Given the interval that a count lies in, its score and weight are straight lines in the count. All derivatives of the
log probability of an interval then follow from moments of the count within it, which are summed from the likeliest
count outwards, each probability from the one before by a ratio, until what is left cannot matter.
"""

from __future__ import annotations

import math
from typing import NamedTuple

import numba
import numpy as np

NEARLY_POISSON = 1e7
"""Beyond this size of the negative binomial, its first-order expansion is exact to rounding."""
SERIES_FROM = 16.0
"""From this size on, differences of log gamma functions are taken term by term of Stirling's series."""
NEARLY_LINEAR = 0.01
"""Below this, what a logarithm departs from its tangent is a series."""
NEGLIGIBLE = 1e-20
"""Relative to the likeliest count of an interval; moments of the rest are smaller than this."""


class IntervalTerms(NamedTuple):
    """The log probability of an interval of counts, and its derivatives.

    Attributes
    ----------
    value
        Log probability.
    score, weight, third
        Its first derivative in the log mean, minus the second, and minus the third.
    in_value, in_score, in_weight
        Derivatives of value, score and weight in the log overdispersion.
    """

    value: float
    score: float
    weight: float
    third: float
    in_value: float
    in_score: float
    in_weight: float


@numba.njit(cache=True, nogil=True, error_model="numpy")
def digamma(x: float) -> float:
    """Compute the derivative of the log gamma function, for x > 0."""
    result = 0.0
    while x < 8.0:
        result -= 1.0 / x
        x += 1.0
    square = 1.0 / (x * x)
    series = square * (1 / 12 - square * (1 / 120 - square * (1 / 252 - square * (1 / 240 - square / 132))))
    return result + math.log(x) - 0.5 / x - series


@numba.njit(cache=True, nogil=True, error_model="numpy")
def cell_likelihood(count: float, log_mean: float, log_overdispersion: float) -> tuple[float, float, float]:
    """Log probability of a count, without log y!, and its derivatives in log mean and log overdispersion."""
    mean = math.exp(log_mean)
    if log_overdispersion == -np.inf:
        return count * log_mean - mean, count - mean, 0.0
    size = math.exp(-2.0 * log_overdispersion)
    if size > NEARLY_POISSON:
        excess = 0.5 * ((count - mean) ** 2 - count) / size
        return count * log_mean - mean + excess, count - mean - (count - mean) * mean / size, 2.0 * excess
    total = size + mean
    log_share = math.log(size / total)
    value = math.lgamma(count + size) - math.lgamma(size) + size * log_share + count * (log_mean - math.log(total))
    in_size = digamma(count + size) - digamma(size) + log_share + (mean - count) / total
    return value, (count - mean) * size / total, -2.0 * size * in_size


@numba.njit(cache=True, nogil=True, error_model="numpy")
def _stirling(x: float) -> float:
    """Compute what the log gamma function has beyond (x - 1/2) log x - x + log(2 pi) / 2, for large x."""
    square = 1.0 / (x * x)
    return (1 / 12 - square * (1 / 360 - square * (1 / 1260 - square / 1680))) / x


@numba.njit(cache=True, nogil=True, error_model="numpy")
def _log_probability(count: float, log_mean: float, squared: float) -> float:
    """Log probability of a count, with log y!; precise for any overdispersion, of which this is the square."""
    value = count * log_mean - math.lgamma(count + 1.0)
    if squared == 0.0:
        return value - math.exp(log_mean)
    size = 1.0 / squared
    if size < SERIES_FROM:
        rising = math.lgamma(count + size) - math.lgamma(size) - count * math.log(size)
    else:
        rising = (count + size - 0.5) * math.log1p(count * squared) - count + _stirling(count + size) - _stirling(size)
    return value + rising - (count + size) * math.log1p(squared * math.exp(log_mean))


@numba.njit(cache=True, nogil=True, error_model="numpy")
def _log_less_linear(x: float) -> float:
    """Compute log(1 + x) - x."""
    if abs(x) > NEARLY_LINEAR:
        return math.log1p(x) - x
    return -x * x * (1 / 2 - x * (1 / 3 - x * (1 / 4 - x * (1 / 5 - x * (1 / 6 - x * (1 / 7 - x / 8))))))


@numba.njit(cache=True, nogil=True, error_model="numpy")
def _in_log_overdispersion(count: float, mean: float, squared: float) -> float:
    """Differentiate the log probability of a count in the log overdispersion."""
    if squared == 0.0:
        return 0.0
    size = 1.0 / squared
    inside = _log_less_linear((count - mean) / (size + mean))
    if size < SERIES_FROM:
        inside += digamma(count + size) - digamma(size) - math.log1p(count / size)
    else:
        above, own = 1.0 / (count + size) ** 2, squared * squared
        inside += 0.5 * count * squared / (count + size) - (above - own) / 12 + (above**2 - own**2) / 120
        inside -= (above**3 - own**3) / 252
    return -2.0 * size * inside


@numba.njit(cache=True, nogil=True, error_model="numpy")
def _moments(start: float, low: float, high: float, mean: float, squared: float) -> tuple[float, ...]:
    """Sum the probabilities of an interval relative to that of one count, outwards until what is left cannot matter.

    Gives their sum; their means times the distance from that count, its square and its cube; and times the
    difference in the derivative in the log overdispersion, that and the distance, that and its square.
    """
    share = 1.0 / (1.0 + squared * mean)
    total, first, second, third, moved, moved_first, moved_second = 1.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0
    for end in (high, low):
        step = 1.0 if end > start else -1.0
        weight, away, slope = 1.0, 0.0, 0.0
        while start + away != end:
            lower = start + away if step > 0 else start + away - 1.0
            grown = 1.0 + squared * lower
            ratio = mean * share * grown / (lower + 1.0) if step > 0 else (lower + 1.0) / (mean * share * grown)
            slope += step * 2.0 * squared * share * (lower - mean) / grown
            weight *= ratio
            away += step
            once, twice = weight * away, weight * away * away
            total += weight
            first += once
            second += twice
            third += twice * away
            moved += weight * slope
            moved_first += once * slope
            moved_second += twice * slope
            if weight < NEGLIGIBLE:
                rest = 1.0 - max(ratio, squared * mean * share if step > 0 else 0.0)
                if rest > 0.0 and weight * (abs(away) + 1.0 / rest) ** 5 < NEGLIGIBLE:
                    break
    scale = 1.0 / total
    return (total, first * scale, second * scale, third * scale,
            moved * scale, moved_first * scale, moved_second * scale)  # fmt: skip


@numba.njit(cache=True, nogil=True, error_model="numpy")
def interval_terms(low: float, high: float, log_mean: float, squared: float) -> IntervalTerms:
    """Compute the log probability that a count lies between two bounds, both included, and its derivatives.

    Not a number where the bounds or the mean are not; `squared` is the overdispersion squared, 0 for Poisson counts.
    """
    mean = math.exp(log_mean)
    if not (mean < np.inf and low <= high):
        return IntervalTerms(np.nan, np.nan, np.nan, np.nan, np.nan, np.nan, np.nan)
    start = min(max(math.floor(mean * (1.0 - squared)), low), high)
    total, away, square, cube, slope, along, across = _moments(start, low, high, mean, squared)
    variance, skew = square - away**2, cube - 3.0 * away * square + 2.0 * away**3
    covariance = along - away * slope
    joint = across - 2.0 * away * along + away**2 * slope - variance * slope
    share = 1.0 / (1.0 + squared * mean)
    count, curvature = start + away, mean * share**2 * squared
    own = mean * share**2 * (1.0 + squared * count)
    in_own = 2.0 * curvature * (count - 2.0 * mean * share * (1.0 + squared * count))
    return IntervalTerms(
        _log_probability(start, log_mean, squared) + math.log(total),
        share * (count - mean),
        max(own - share**2 * variance, 0.0),
        own * (2.0 * share - 1.0) + 3.0 * curvature * share * variance - share**3 * skew,
        _in_log_overdispersion(start, mean, squared) + slope,
        share * covariance - 2.0 * curvature * (count - mean),
        in_own + curvature * covariance + 4.0 * curvature * share * variance - share**2 * joint,
    )


@numba.njit(cache=True, nogil=True, error_model="numpy")
def many_interval_terms(low: np.ndarray, high: np.ndarray, log_mean: np.ndarray, squared: np.ndarray) -> np.ndarray:
    """Compute `interval_terms` of many intervals, each at several means; shape (7, interval, mean)."""
    out = np.empty((7, *log_mean.shape))
    for i in range(log_mean.shape[0]):
        for j in range(log_mean.shape[1]):
            terms = interval_terms(low[i], high[i], log_mean[i, j], squared[i, j])
            for k in range(7):
                out[k, i, j] = terms[k]
    return out


@numba.njit(cache=True, nogil=True, error_model="numpy")
def many_log_probabilities(low: np.ndarray, high: np.ndarray, log_mean: np.ndarray, squared: np.ndarray) -> np.ndarray:
    """Give the first of `interval_terms` alone, of one interval and mean after another; exact counts are quicker."""
    out = np.empty(low.shape)
    for i in range(low.size):
        if low[i] == high[i] and math.exp(log_mean[i]) < np.inf:
            out[i] = _log_probability(low[i], log_mean[i], squared[i])
        else:
            out[i] = interval_terms(low[i], high[i], log_mean[i], squared[i]).value
    return out
