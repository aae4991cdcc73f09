"""Sums over cells in which missing values count as nothing, quickly where none is missing."""

from __future__ import annotations

from collections.abc import Hashable, Iterable

import numpy as np
import xarray as xr


def add_up(values: xr.DataArray, dims: Hashable | Iterable[Hashable], *, min_count: int | None = None) -> xr.DataArray:
    """Add up, with missing values as nothing.

    Parameters
    ----------
    values, dims
        What to add up, in any unit, and over which dimensions.
    min_count
        A sum of fewer known values than this is missing; none for 0.

    Returns
    -------
    xarray.DataArray
        Sums in the same unit, without `dims`.

    Notes
    -----
    As ``xarray.DataArray.sum``, which looks at each value to see whether it is missing, and copies all. One sum of
    everything tells whether that is needed.

    Examples
    --------
    >>> values = xr.DataArray([[1.0, float("nan")], [2.0, float("nan")]], dims=("ics", "deprivation"))
    >>> add_up(values, "ics").values.tolist(), add_up(values, "ics", min_count=1).values.tolist()
    ([3.0, 0.0], [3.0, nan])
    """
    if (min_count or 0) <= 1 and nothing_missing(values):
        return values.sum(dims, skipna=False)
    return values.sum(dims, min_count=min_count)


def nothing_missing(values: xr.DataArray) -> bool:
    """Say whether all values are known and finite, by one sum of everything; False where there are none.

    Examples
    --------
    >>> nothing_missing(xr.DataArray([1.0, 2.0])), nothing_missing(xr.DataArray([1.0, float("nan")]))
    (True, False)
    """
    with np.errstate(invalid="ignore", over="ignore"):
        return values.size > 0 and bool(np.isfinite(values.values.sum()))
