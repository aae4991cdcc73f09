"""The measures that mean something for groups without an order."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial

import xarray as xr

from equitymodel.data.cells.cell_facts import CellFacts
from equitymodel.estimands.disparity import (
    AGAINST,
    index_of_disparity,
    rate_difference_to_reference,
    theil_index,
    theil_within,
)
from equitymodel.estimands.fitted import Fitted, people_of
from equitymodel.estimands.inequality import share_to_move
from equitymodel.estimands.measures import Measure, measured, with_all
from equitymodel.estimands.rates import adjusted_rate, per_100_000
from equitymodel.vocabulary import ALL_ICS, ICS, group_dim

Statistic = Callable[[xr.DataArray, xr.DataArray], xr.DataArray]


def group_measures(fit: Fitted) -> Iterator[Measure]:
    """Give draws of the measures for groups without an order, beyond rate ratios: no gradients, no ridits.

    Parameters
    ----------
    fit
        A fit to cells whose groups have no order.

    Returns
    -------
    iterator of Measure
        Differences from the reference group, one row a group; then, one row an ICS, the share to
        move, Theil's index and the index of disparity.
    """
    fitted, expected, people = (with_all(values) for values in (fit.fitted, fit.expected, people_of(fit)))
    reference = CellFacts.of(fit.cells).group.reference
    away = rate_difference_to_reference(per_100_000(adjusted_rate(fitted, expected, people)))
    others = away.isel({group_dim(away.dims): slice(0, -1)})
    yield measured(others, "rate_difference", variant="to_reference", reference=reference)
    for key, variant, statistic in whole_statistics():
        yield measured(statistic(fitted, expected), key, variant=variant, reference=named(variant, reference))
    within = theil_within(fit.fitted, fit.expected)
    yield measured(within.expand_dims({ICS: [ALL_ICS]}), "theil_within", variant="between_areas")


def whole_statistics() -> Iterator[tuple[str, str, Statistic]]:
    """Name every measure over all groups of an area: its key, its variant and its formula.

    Examples
    --------
    >>> [(key, variant) for key, variant, _ in whole_statistics()][:2]
    [('share_to_move', 'within_area'), ('theil_between', 'between_groups')]
    """
    yield "share_to_move", "within_area", share_to_move
    yield "theil_between", "between_groups", theil_index
    for against in AGAINST:
        yield "index_of_disparity", against, partial(index_of_disparity, against=against)


def named(variant: str, reference: str) -> str:
    """Give the reference group where a variant compares with it.

    Examples
    --------
    >>> named("reference", "White British"), named("mean", "White British")
    ('White British', '')
    """
    return reference if variant == "reference" else ""
