"""Every gap of groups within groups as records: the rules behind the table of gaps within groups."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import xarray as xr

from equitymodel.data.cells.cell_facts import CellFacts
from equitymodel.data.tables.comparisons import LEAST_DEPRIVED
from equitymodel.data.tables.crossed_groups import MAIN, WITHIN, labels_apart
from equitymodel.estimands.crossed_gaps import (
    PART,
    PARTS,
    crossed_shortfall,
    gap_between,
    gap_within,
    standardised_margins,
    with_margins,
)
from equitymodel.estimands.fitted import Fitted, as_fit
from equitymodel.estimands.measures import Measure, measured, with_all
from equitymodel.estimands.reading import read_like
from equitymodel.vocabulary import ICS


def crossed_measures(fit: Fitted) -> Iterator[Measure]:
    """Give draws of every gap of groups within groups, by ICS and for all ICSs together; nothing for one grouping.

    Parameters
    ----------
    fit
        A fit.

    Returns
    -------
    iterator of Measure
        ``rate_ratio_within`` and ``rate_ratio_between`` by main group and deprivation;
        ``rate_ratio_by_main_group`` and ``rate_ratio_by_deprivation``, each at the mix of all ICSs together; and
        ``shortfall_within, shortfall_between, shortfall_total``, as means, with their sums.
    """
    group = CellFacts.of(as_fit(fit).cells).group
    if not group.crossed:
        return
    main = labels_apart(group.reference)[0]
    fitted, expected = with_all(fit.fitted), with_all(fit.expected)
    yield measured(gap_within(fitted, expected), "rate_ratio_within", variant="to_own_least", reference=LEAST_DEPRIVED)
    yield measured(gap_between(fitted, expected), "rate_ratio_between", variant="same_deprivation", reference=main)
    by_main, by_deprivation = standardised_margins(fitted, expected, standard=fit.expected.sum(ICS))
    gap = _against_last(by_main, MAIN)
    yield measured(gap, "rate_ratio_by_main_group", variant="same_mix", reference=main)
    gap = _against_last(by_deprivation, WITHIN)
    yield measured(gap, "rate_ratio_by_deprivation", variant="same_mix", reference=LEAST_DEPRIVED)
    short = crossed_shortfall(fit)
    whole = read_like(with_all(with_margins(short)), short)
    for part in PARTS:
        named = read_like(whole.sel({PART: part}, drop=True), short)
        yield replace(measured(named, f"shortfall_{part}", variant=part, reference=group.reference), centre="mean")


def _against_last(ratio: xr.DataArray, dim: str) -> xr.DataArray:
    """Compare every label with the last, which others are compared with."""
    last = ratio.isel({dim: -1}, drop=True)
    return read_like((ratio / last.where(last > 0)).isel({dim: slice(0, -1)}).transpose(*ratio.dims), ratio)
