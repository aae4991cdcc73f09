"""Comparing ICSs: how likely each is worse than a benchmark, and how sure its rank is."""

from __future__ import annotations

import xarray as xr
from scipy import stats

from equitymodel.vocabulary import ICS, SAMPLE_DIMS


def probability_worse(ratio: xr.DataArray, benchmark: xr.DataArray | float) -> xr.DataArray:
    """Give the probability that a rate ratio is below a benchmark, that is, that its gap is wider.

    Parameters
    ----------
    ratio
        Rate ratios, most against least deprived; dims ``chain, draw`` and any others.
    benchmark
        The ratio of all ICSs together in the same draws, or a number.

    Returns
    -------
    xarray.DataArray
        Probabilities, without ``chain`` and ``draw``; missing where the ratio or the benchmark is.

    Notes
    -----
    From 0.95 read "high confidence", from 0.80 "probable", otherwise "not clear". Never
    compare ICSs by whether intervals overlap.

    References
    ----------
    Richardson S et al (2004) Interpreting posterior relative risk estimates in disease-mapping
    studies. Environ Health Perspect 112:1016. doi:10.1289/ehp.6740

    Examples
    --------
    >>> draws = xr.DataArray([[0.8, 0.9, 1.1, 0.7]], dims=("chain", "draw"))
    >>> float(probability_worse(draws, 1.0))
    0.75
    """
    known = ratio.notnull() & xr.DataArray(benchmark).notnull()
    return (ratio < benchmark).where(known).mean(SAMPLE_DIMS).rename("probability_worse")


def rank_of_ics(ratio: xr.DataArray) -> xr.DataArray:
    """Rank ICSs in each draw, 1 = the widest gap.

    Parameters
    ----------
    ratio
        Rate ratios, most against least deprived; dims ``chain, draw, ics`` and any others.

    Returns
    -------
    xarray.DataArray
        Ranks from 1, same dims; summarise them to see how sure a rank is.

    Notes
    -----
    Ranks are far less sure than the ratios they come from: print their intervals.

    References
    ----------
    Goldstein H, Spiegelhalter DJ (1996) League tables and their limitations. JRSS A 159:385.
    doi:10.2307/2983325

    Examples
    --------
    >>> rank_of_ics(xr.DataArray([[[0.9, 0.7]]], dims=("chain", "draw", "ics"))).values
    array([[[2., 1.]]])
    """
    axis = ratio.get_axis_num(ICS)
    ranks = stats.rankdata(ratio.values, axis=axis, nan_policy="omit")
    return ratio.copy(data=ranks).where(ratio.notnull()).rename("rank")
