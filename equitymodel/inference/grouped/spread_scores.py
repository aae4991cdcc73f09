"""Priors of standard deviations by standard normal scores: quantiles of scale one, their inverse and their slopes.

A prior is known by its shape (`Prior.shape`): infinite for a half-normal, degrees of freedom of a folded Student t, or
that of an exponential distribution. Whatever the shape, the score has a standard normal prior.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from scipy import special, stats

from equitymodel.spec.prior import EXPONENTIAL

MOST_SCORE = 8.0
"""Scores are kept within this, where a total is a millionth of a millionth of its prior scale."""
LOG_TWO = float(np.log(2.0))


def spread_quantile(score: np.ndarray, shape: np.ndarray) -> np.ndarray:
    """Give the quantiles, of scale one, that belong to standard normal scores.

    Parameters
    ----------
    score
        Standard normal scores; the last axis is that of `shape`.
    shape
        The shape of each prior.

    Returns
    -------
    numpy.ndarray
        Standard deviations in units of the scale of their prior.

    Examples
    --------
    >>> spread_quantile(np.zeros(3), np.array([np.inf, 3.0, EXPONENTIAL])).round(3)
    array([0.674, 0.765, 0.693])
    """
    return _by_shape(_quantile, np.clip(score, -MOST_SCORE, MOST_SCORE), shape)


def spread_score(quantile: np.ndarray, shape: np.ndarray) -> np.ndarray:
    """Give the standard normal scores of quantiles: the inverse of `spread_quantile`."""
    return _by_shape(_score, quantile, shape)


def log_spread_slope(score: np.ndarray, shape: np.ndarray) -> np.ndarray:
    """Differentiate the log of `spread_quantile` in the score."""
    return _by_shape(_slope, np.clip(score, -MOST_SCORE, MOST_SCORE), shape)


def _by_shape(each: Callable[[np.ndarray, float], np.ndarray], values: np.ndarray, shape: np.ndarray) -> np.ndarray:
    """Apply what differs by shape to the values of each."""
    found = np.empty(np.shape(values))
    for one in np.unique(shape):
        found[..., shape == one] = each(values[..., shape == one], float(one))
    return found


def _quantile(score: np.ndarray, shape: float) -> np.ndarray:
    """Give quantiles; near 0 those of a folded Student t by the beta distribution of its square."""
    if shape == EXPONENTIAL:
        return np.asarray(-special.log_ndtr(-score))
    if np.isinf(shape):
        return np.asarray(-special.ndtri(0.5 * special.ndtr(-score)))
    squared = special.betaincinv(0.5, 0.5 * shape, special.ndtr(np.minimum(score, 0.0)))
    below = np.sqrt(shape * squared / (1.0 - squared))
    return np.where(score < 0.0, below, -special.stdtrit(shape, 0.5 * special.ndtr(-np.maximum(score, 0.0))))


def _score(quantile: np.ndarray, shape: float) -> np.ndarray:
    if shape == EXPONENTIAL:
        return np.asarray(-special.ndtri_exp(-quantile))
    if np.isinf(shape):
        return np.asarray(-special.ndtri(2.0 * special.ndtr(-quantile)))
    below = special.betainc(0.5, 0.5 * shape, quantile**2 / (shape + quantile**2))
    return np.where(below < 0.5, special.ndtri(below), -special.ndtri(2.0 * special.stdtr(shape, -quantile)))


def _slope(score: np.ndarray, shape: float) -> np.ndarray:
    """Density of the score over that of the quantile, and over the quantile."""
    quantile = _quantile(score, shape)
    if np.isinf(shape):
        return np.asarray(0.5 * np.exp(0.5 * (quantile**2 - score**2)) / quantile)
    log_density = -quantile if shape == EXPONENTIAL else LOG_TWO + stats.t.logpdf(quantile, shape)
    return np.asarray(np.exp(stats.norm.logpdf(score) - log_density) / quantile)
