"""Draws of a panel as rows: each with its interval, what that is, and the unit."""

from __future__ import annotations

import numpy as np
import pandas as pd
import xarray as xr

from equitymodel.estimands.summary import Centre, summarise
from equitymodel.vocabulary import DEPRIVATION, SAMPLE_DIMS

SHOWN = ("estimate", "lower", "upper", "interval_probability", "interval_kind", "unit")


def summary_rows(draws: xr.DataArray, unit: str, *, centre: Centre = "median") -> pd.DataFrame:
    """Summarise draws; what is infinite or missing in any draw is left out.

    Parameters
    ----------
    draws
        Dims ``chain, draw`` and those that label the rows.
    unit
        What the numbers count.
    centre
        ``mean`` for what adds up.

    Returns
    -------
    pandas.DataFrame
        Labels, and `SHOWN`.

    Examples
    --------
    >>> draws = xr.DataArray([[[1.0, np.inf], [3.0, 2.0]]], {"option": ["a", "b"]}, ("chain", "draw", "option"))
    >>> summary_rows(draws, "admissions")[["option", "estimate"]].values.tolist()
    [['a', 2.0]]
    """
    table = summarise(draws.where(np.isfinite(draws).all(SAMPLE_DIMS)), unit=unit, centre=centre)
    return table.drop(columns=[name for name in table if str(name).startswith("probability")])


def gap_of_groups(admissions: xr.DataArray, expected: xr.DataArray) -> xr.DataArray:
    """Give the rate of the most over that of the least deprived group, draw by draw.

    Parameters
    ----------
    admissions, expected
        Admissions, and those that need gives; dims ``deprivation`` and any others.

    Returns
    -------
    xarray.DataArray
        Without the groups; 1 = no gap.

    Examples
    --------
    >>> admissions = xr.DataArray([80.0, 100.0], {"deprivation": [1, 5]}, "deprivation")
    >>> gap_of_groups(admissions, xr.full_like(admissions, 100.0)).item()
    0.8
    """
    rate = admissions / expected
    return rate.isel({DEPRIVATION: 0}, drop=True) / rate.isel({DEPRIVATION: -1}, drop=True)
