"""Quantiles of draws, found by sorting: many times faster than one at a time, and the same to the last digit."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import xarray as xr

from equitymodel.vocabulary import SAMPLE_DIMS

AT_ONCE = 2**18
"""So many numbers are sorted together: they stay in the cache of a processor."""


def draw_quantiles(draws: xr.DataArray, at: Sequence[float]) -> list[xr.DataArray]:
    """Give quantiles over all draws of all chains.

    Parameters
    ----------
    draws
        Dims ``chain, draw`` and any others, in any unit.
    at
        Probabilities between 0 and 1.

    Returns
    -------
    list of xarray.DataArray
        One for each probability, in the unit of the draws, without ``chain`` and ``draw``; missing where any draw is.

    Examples
    --------
    >>> draws = xr.DataArray([[[1.0, 5.0], [2.0, 6.0], [3.0, 7.0]]], dims=("chain", "draw", "ics"))
    >>> [ends.values.tolist() for ends in draw_quantiles(draws, [0.25, 0.5])]
    [[1.5, 5.5], [2.0, 6.0]]
    """
    ordered = draws.transpose(*SAMPLE_DIMS, ...)
    label = ordered.isel(dict.fromkeys(SAMPLE_DIMS, 0), drop=True)
    values = ordered.values.reshape(-1, *ordered.shape[2:])
    return [label.copy(data=found) for found in quantiles_over_first(values, at)]


def quantiles_over_first(values: np.ndarray, at: Sequence[float]) -> np.ndarray:
    """Give quantiles over the first axis, as ``numpy.quantile`` does.

    Parameters
    ----------
    values
        Numbers, draws first.
    at
        Probabilities between 0 and 1.

    Returns
    -------
    numpy.ndarray
        The probabilities first, then all axes but the first; missing where any number is.

    References
    ----------
    Hyndman RJ, Fan Y (1996) Sample quantiles in statistical packages. American Statistician 50:361, definition 7.

    Examples
    --------
    >>> quantiles_over_first(np.array([4.0, 1.0, 2.0]), [0.5, 1.0]).tolist()
    [2.0, 4.0]
    """
    flat = values.reshape(len(values), -1)
    found, step = np.empty((len(at), flat.shape[1])), max(1, AT_ONCE // len(values))
    for first in range(0, flat.shape[1], step):
        ranked = np.array(flat[:, first : first + step].T, dtype=float, order="C")
        ranked.sort(axis=-1)
        found[:, first : first + step] = [_between(ranked, share) for share in at]
    return found.reshape(len(at), *values.shape[1:])


def _between(ranked: np.ndarray, share: float) -> np.ndarray:
    """Interpolate between the two ranks next to a share, from the nearer one; missing values come last."""
    last = ranked.shape[-1] - 1
    place = share * last
    below = int(place)
    weight, low, high = place - below, ranked[:, below], ranked[:, min(below + 1, last)]
    step = high - low
    found = high - step * (1 - weight) if weight >= 0.5 else low + step * weight
    return np.where(np.isnan(ranked[:, -1]), np.nan, found)
