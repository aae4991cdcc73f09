"""What the answer would be if nothing of the differences of one year lasted, and if all of it did."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import xarray as xr

from equitymodel.data.cells.same_labels import on_same_labels
from equitymodel.data.tables.groups import Group
from equitymodel.estimands.gaps import gap_between
from equitymodel.estimands.measures import Measure, measured, with_all
from equitymodel.estimands.rates import Reference, ratio_where_expected, shortfall
from equitymodel.estimands.reading import read_like
from equitymodel.vocabulary import DEPRIVATION

LASTS, LASTS_SHORT = "rate_ratio_at_share_that_lasts", "shortfall_at_share_that_lasts"
ENDS = (0.0, 1.0)
"""Shares of the variance beyond level and gradient that last: nothing, and all of it."""


@on_same_labels
def lasting_share_measures(
    at_none: xr.DataArray, at_all: xr.DataArray, expected: xr.DataArray, group: Group | None = None
) -> Iterator[Measure]:
    """Give the headline gap and the shortfall of the group that is behind, if nothing lasted and if everything did.

    Parameters
    ----------
    at_none, at_all
        Draws of mean admissions with the share that lasts held at 0 and at 1; dims ``chain, draw`` and those of
        cells.
    expected
        Expected admissions of the same cells.
    group
        What the groups are; deprivation by default.

    Returns
    -------
    iterator of Measure
        For each end, which `assumption` says, by ICS and for all ICSs together: the rate ratio; and the signed
        shortfall of the most deprived against the least deprived of the same ICS, or, where groups have no order,
        of each group against the reference group.

    Notes
    -----
    With one year the data cannot tell what lasts from the noise of that year, so the share is assumed. These are
    the ends of what it could be, not an interval. A second year tells most of it.

    Examples
    --------
    >>> draws = xr.DataArray([[[[80.0, 100.0]], [[90.0, 100.0]]]], dims=("chain", "draw", "ics", "deprivation"))
    >>> draws = draws.assign_coords(ics=["a"])
    >>> need = xr.DataArray([[100.0, 100.0]], dims=("ics", "deprivation"), coords={"ics": ["a"]})
    >>> [(measure.key, measure.assumption) for measure in lasting_share_measures(draws, draws, need)][:2]
    [('rate_ratio_at_share_that_lasts', 0.0), ('shortfall_at_share_that_lasts', 0.0)]
    """
    kind = Group() if group is None else group
    reference: Reference = kind.comparison.own_reference
    for share, fitted in zip(ENDS, (at_none, at_all), strict=True):
        gap = gap_between(ratio_where_expected(with_all(fitted), with_all(expected)), kind)
        yield replace(measured(gap, LASTS), assumption=share)
        short = shortfall(fitted, expected, reference=reference)
        behind = short.isel({DEPRIVATION: 0}, drop=True) if kind.ordered else short
        together = measured(read_like(with_all(behind), short), LASTS_SHORT, reference=reference)
        yield replace(together, assumption=share, centre="mean")
