"""The log likelihood of observed counts, exact or known within bounds, in each draw of a model."""

from __future__ import annotations

import numpy as np
import xarray as xr
from scipy import special

from equitymodel.inference.likelihood.count_kernel import many_log_probabilities

WIDE = 16
"""Intervals wider than this take two distribution functions rather than a sum over their counts."""
TRUSTED = 1e-250
"""Below this, a difference of distribution functions has lost digits to underflow."""


def log_likelihood(
    fitted: xr.DataArray, draws: xr.Dataset, low: xr.DataArray, high: xr.DataArray | None = None
) -> xr.DataArray:
    """Compute the log likelihood of each observed count, or interval of counts, in each draw.

    Parameters
    ----------
    fitted
        From `draw_fitted`.
    draws
        Draws that hold ``extra_variation`` by procedure, if the model has it.
    low, high
        What the counts may be; missing where nothing is known. Without `high`, counts are `low`.

    Returns
    -------
    xarray.DataArray
        Log probabilities, dims of `fitted`; missing where the count is.

    Examples
    --------
    >>> mean = xr.DataArray([[[2.0]]], dims=("chain", "draw", "procedure"))
    >>> log_likelihood(mean, xr.Dataset(), xr.DataArray([2.0], dims="procedure")).round(3).item()
    -1.307
    """
    high = low if high is None else high
    bottom, top = ((fitted * 0 + bound).transpose(*fitted.dims).values for bound in (low, high))
    variation = (fitted * 0 + draws.get("extra_variation", 0.0)).transpose(*fitted.dims).values
    return fitted.copy(data=log_between(fitted.values, variation**2, bottom, top)).rename("log_likelihood")


def log_between(mean: np.ndarray, squared: np.ndarray, low: np.ndarray, high: np.ndarray) -> np.ndarray:
    """Compute the log probability that a count lies between two bounds, both included; missing where they are.

    Examples
    --------
    >>> mean, low, high = np.array([2.0, 2.0]), np.array([0.0, 1.0]), np.array([0.0, 40.0])
    >>> np.exp(log_between(mean, np.zeros(2), low, high)).round(4)
    array([0.1353, 0.8647])
    """
    wide, done = high - low > WIDE, None
    if wide.any():
        chance = _between(mean[wide], squared[wide], low[wide], high[wide])
        done = wide.copy()
        done[wide] = chance > TRUSTED
        low = np.where(done, np.nan, low)
    with np.errstate(divide="ignore", invalid="ignore"):
        each = (values.ravel() for values in (low, high, np.log(mean), squared))
    result: np.ndarray = many_log_probabilities(*each).reshape(mean.shape)
    if done is not None:
        result[done] = np.log(chance[chance > TRUSTED])
    return result


def _between(mean: np.ndarray, squared: np.ndarray, low: np.ndarray, high: np.ndarray) -> np.ndarray:
    """Difference of distribution functions, in the tail in which both are small."""
    upper = _at_least(low, mean, squared) - _at_least(high + 1, mean, squared)
    lower = _at_most(high, mean, squared) - _at_most(low - 1, mean, squared)
    return np.where(low > mean, upper, lower)


def _at_least(count: np.ndarray, mean: np.ndarray, squared: np.ndarray) -> np.ndarray:
    k = np.maximum(count, 1.0)
    with np.errstate(divide="ignore"):
        spread = special.betainc(k, 1.0 / squared, squared * mean / (1.0 + squared * mean))
    return np.where(count > 0, np.where(squared > 0, spread, special.gammainc(k, mean)), 1.0)


def _at_most(count: np.ndarray, mean: np.ndarray, squared: np.ndarray) -> np.ndarray:
    k = np.maximum(count, 0.0) + 1.0
    with np.errstate(divide="ignore"):
        spread = special.betainc(1.0 / squared, k, 1.0 / (1.0 + squared * mean))
    return np.where(count >= 0, np.where(squared > 0, spread, special.gammaincc(k, mean)), 0.0)
