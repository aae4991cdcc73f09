"""One reported quantity as draws, with what a reader needs to read it."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd
import xarray as xr

from equitymodel.vocabulary import ALL_ICS, ICS, SAMPLE_DIMS

PER = 100_000
RATE_UNIT = "admissions per 100,000 person-years"


@dataclass(frozen=True)
class Measure:
    """Draws of one reported quantity, with what a reader needs to read them.

    Attributes
    ----------
    name, variant, unit
        As they appear in the table.
    draws
        Dims ``chain, draw`` and the labels of the rows.
    means
        What the column ``probability`` is the probability of.
    probability
        One for each row, if there is one to state.
    """

    name: str
    variant: str
    unit: str
    draws: xr.DataArray
    means: str = ""
    probability: xr.DataArray | None = None


def with_all(values: xr.DataArray) -> xr.DataArray:
    """Add all ICSs together as one more row.

    Examples
    --------
    >>> with_all(xr.DataArray([1.0, 2.0], coords={"ics": ["a", "b"]})).values
    array([1., 2., 3.])
    """
    plain = values.drop_vars([name for name in values.coords if name not in values.dims])
    together = plain.sum(ICS, min_count=1).expand_dims({ICS: [ALL_ICS]})
    return xr.concat([plain.assign_coords({ICS: plain[ICS].astype(object)}), together], ICS).transpose(*plain.dims)


def share_of_draws(event: xr.DataArray, draws: xr.DataArray) -> xr.DataArray:
    """Give the share of draws in which something is so; missing where the draws are.

    Examples
    --------
    >>> draws = xr.DataArray([[1.0, 2.0, 3.0, 4.0]], dims=("chain", "draw"))
    >>> float(share_of_draws(draws > 1.5, draws))
    0.75
    """
    return event.mean(SAMPLE_DIMS).where(draws.notnull().all(SAMPLE_DIMS))


def adjusted_for(variant: pd.Series) -> pd.Series:
    """Read what a rate ratio is adjusted for from the column ``variant`` of a table of gaps.

    Examples
    --------
    >>> adjusted_for(pd.Series(["most against least deprived, adjusted for age and sex"])).tolist()
    ['age and sex']
    """
    words: pd.Series = variant.str.replace(r"^.*adjusted for ", "", regex=True)
    return words
