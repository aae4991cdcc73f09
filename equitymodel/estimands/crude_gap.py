"""The gap as counted, beside the modelled one, and whether an ICS is unlike the rest."""

from __future__ import annotations

import numpy as np
import xarray as xr

from equitymodel.data.tables.groups import Group
from equitymodel.estimands.gaps import gap_between
from equitymodel.vocabulary import SAMPLE_DIMS

UNLIKE = 0.01
"""An ICS is called unlike the rest where a gap as far from theirs has a probability below this."""
CONTINUITY = 0.5
"""Added to counts and to expected admissions, so that a count of 0 has a ratio."""


def crude_gap(counts: xr.DataArray, expected: xr.DataArray, group: Group) -> xr.DataArray:
    """Compare groups by counts over expected admissions, with no model.

    Parameters
    ----------
    counts, expected
        In admissions; dims of cells, and draws where there are any.
    group
        What the groups are.

    Returns
    -------
    xarray.DataArray
        Rate ratio of each ICS and procedure; no unit. Half an admission is added to both.

    Examples
    --------
    >>> counts = xr.DataArray([[79.5], [99.5]], dims=("deprivation", "procedure"))
    >>> crude_gap(counts, counts * 0 + 99.5, Group()).item()
    0.8
    """
    return gap_between((counts + CONTINUITY) / (expected + CONTINUITY), group)


def probability_like_others(replicates: xr.DataArray, observed: xr.DataArray) -> xr.DataArray:
    """Give the probability that an ICS like the others would show a gap at least as far from theirs.

    Parameters
    ----------
    replicates
        Draws of the crude gap of an ICS like the others; dims ``chain, draw`` and others.
    observed
        The crude gap; missing where a count is not known.

    Returns
    -------
    xarray.DataArray
        Two-sided, between 0 and 1.

    Examples
    --------
    >>> replicates = xr.DataArray(np.linspace(0.5, 1.5, 100)[None], dims=("chain", "draw"))
    >>> probability_like_others(replicates, xr.DataArray([1.0, 2.0], dims="ics")).values
    array([1., 0.])
    """
    above = (replicates > observed).mean(SAMPLE_DIMS) + 0.5 * (replicates == observed).mean(SAMPLE_DIMS)
    return (2.0 * np.minimum(above, 1.0 - above)).where(observed.notnull())
