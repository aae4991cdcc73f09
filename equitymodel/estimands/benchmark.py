"""Comparing ICSs: how likely each is worse than a benchmark, and how sure its rank is."""

from __future__ import annotations

import xarray as xr
from scipy import stats

from equitymodel.data.cells.cell_facts import CellFacts
from equitymodel.data.cells.same_labels import on_same_labels
from equitymodel.errors import OptionError
from equitymodel.estimands.fitted import FitOrDraws, as_fit
from equitymodel.estimands.gaps import gap_between, gap_of, pooled_ratio
from equitymodel.estimands.reading import Reading, read_as
from equitymodel.vocabulary import ICS, SAMPLE_DIMS


@on_same_labels
def probability_worse(ratio: FitOrDraws, benchmark: xr.DataArray | float | None = None) -> xr.DataArray:
    """Give the probability that a rate ratio is below a benchmark, that is, that its gap is wider.

    Parameters
    ----------
    ratio
        A fit; or rate ratios, dims ``chain, draw`` and any others.
    benchmark
        A number, or ratios in the same draws; by default, for a fit, the ratio of all ICSs together.

    Returns
    -------
    xarray.DataArray
        Probabilities, without ``chain`` and ``draw``; missing where the ratio or the benchmark is.

    Raises
    ------
    OptionError
        When draws come without a benchmark.

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
    own, against = gap_of(ratio), _together(ratio) if benchmark is None else xr.DataArray(benchmark)
    known = own.notnull() & against.notnull()
    share = (own < against).where(known).mean(SAMPLE_DIMS)
    return read_as(share, Reading("probability"), "probability_worse")


def _together(given: FitOrDraws) -> xr.DataArray:
    """Give the gap of all ICSs of a fit together."""
    if isinstance(given, xr.DataArray):
        raise OptionError("give a benchmark, such as 1.0 or the ratio of all ICSs together; or give a fit alone")
    return gap_between(pooled_ratio(given), CellFacts.of(as_fit(given).cells).group)


def rank_of_ics(ratio: FitOrDraws) -> xr.DataArray:
    """Rank ICSs in each draw, 1 = the widest gap.

    Parameters
    ----------
    ratio
        A fit; or rate ratios, dims ``chain, draw, ics`` and any others.

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
    gap = gap_of(ratio)
    ranks = stats.rankdata(gap.values, axis=gap.get_axis_num(ICS), nan_policy="omit")
    return read_as(gap.copy(data=ranks).where(gap.notnull()), Reading("rank"), "rank")
