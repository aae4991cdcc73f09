"""Shares of admissions and of spending against shares of need, by year and with their change, as records."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import xarray as xr

from equitymodel.estimands.add_up import add_up
from equitymodel.estimands.between_years import year_pairs
from equitymodel.estimands.fitted import Fitted
from equitymodel.estimands.measures import Measure, measured, with_all
from equitymodel.estimands.need_shares import cost_of_procedures, group_shares, share_change, share_less_need
from equitymodel.estimands.year_records import CHANGE
from equitymodel.estimands.yearly_admissions import YearlyAdmissions
from equitymodel.vocabulary import ALL_PROCEDURES, PERIOD, PROCEDURE


@dataclass(frozen=True)
class ReceivedAndNeeded:
    """What groups receive and what their need is, whose shares are compared.

    Attributes
    ----------
    received, needed, difference
        Names of the share received, of the share of need, and of the one less the other.
    """

    received: str
    needed: str
    difference: str


ADMISSION_SHARES = ReceivedAndNeeded("share_of_admissions", "share_of_need", "admissions_less_need")
SPENDING_SHARES = ReceivedAndNeeded("share_of_spending", "share_of_need_weighted_spending", "spending_less_need")


def share_measures(fit: Fitted, unit_costs: Mapping[str, float] | None = None) -> Iterator[Measure]:
    """Give the share that each group receives, its share of need and the difference, by year and with their change.

    Parameters
    ----------
    fit
        A fit to cells with a ``period``.
    unit_costs
        Cost of an admission by procedure: then spending over all procedures comes after admissions.

    Returns
    -------
    iterator of Measure
        Of all procedures together by ICS and for all ICSs together; of each procedure for all ICSs together.
        Shares of a year have the dim ``period``; changes ``period_from`` and ``period_to``. Admissions are those of
        the area as it is. Need that is taken as known has no interval.

    Raises
    ------
    OptionError
        When the cells have no years, or a procedure has no cost.
    """
    years = YearlyAdmissions.of(fit)
    for part in _places(years):
        yield from shares_over_years(part.fitted, part.expected, ADMISSION_SHARES)
    if unit_costs is not None:
        cost = cost_of_procedures(unit_costs, [str(name) for name in years.fitted[PROCEDURE].values])
        spent, needed = (
            with_all(add_up(values * cost, PROCEDURE, min_count=1).expand_dims({PROCEDURE: [ALL_PROCEDURES]}))
            for values in (years.fitted, years.expected)
        )
        yield from shares_over_years(spent, needed, SPENDING_SHARES)


def _places(years: YearlyAdmissions) -> Iterator[YearlyAdmissions]:
    """Give every ICS with all procedures together, then all ICSs together with each procedure."""
    if years.fitted.sizes[PROCEDURE] == 1:
        yield years.with_all_ics()
        return
    yield years.all_procedures().with_all_ics()
    yield years.all_ics()


def shares_over_years(received: xr.DataArray, needed: xr.DataArray, names: ReceivedAndNeeded) -> Iterator[Measure]:
    """Give shares of groups by year and their change between years.

    Parameters
    ----------
    received, needed
        Admissions and expected admissions a year, or spending and need-weighted spending; dims with ``period``.
    names
        What the shares are called.

    Returns
    -------
    iterator of Measure
        The share received, the share of need and their difference; then the change of each between each pair of
        `year_pairs`, that of the difference first.

    Examples
    --------
    >>> admissions = xr.DataArray([[20.0, 30.0], [80.0, 70.0]], dims=("deprivation", "period"))
    >>> admissions = admissions.assign_coords(period=["2019", "2020"])
    >>> found = list(shares_over_years(admissions, xr.full_like(admissions, 50.0), ADMISSION_SHARES))
    >>> found[3].key, found[3].draws.squeeze().values.round(6)
    ('admissions_less_need_change', array([ 0.1, -0.1]))
    """
    found = {
        names.received: group_shares(received),
        names.needed: group_shares(needed),
        names.difference: share_less_need(received, needed),
    }
    yield from (measured(draws, key) for key, draws in found.items())
    words = {names.difference: "share, less that of need,", names.received: "share", names.needed: "share of need"}
    for pair in year_pairs([str(label) for label in received[PERIOD].values]):
        for key, changed in words.items():
            yield measured(share_change(found[key], pair, changed), f"{key}{CHANGE}", quantity=key)
