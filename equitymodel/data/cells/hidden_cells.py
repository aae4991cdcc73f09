"""What is known of counts, held against the cells beside them: hidden counts that cannot be, groups nobody knows."""

from __future__ import annotations

import numpy as np
import xarray as xr
from scipy import stats

from equitymodel.data.cells.cross_checks import name_cells
from equitymodel.data.tables.findings import DataLog
from equitymodel.data.tables.rules import Rule
from equitymodel.data.tables.suppression import HIGH, LOW, SmallNumberRule
from equitymodel.vocabulary import DEPRIVATION, ICS, PROCEDURE

RULES = (
    Rule(
        "C28",
        "error",
        "a hidden count that cannot be as small as the rule says: at a tenth of the rate beside it, it would be larger",
        "a large count is hidden for another reason, such as that a small one could be worked out from it: write [x] "
        "there, which reads it as not known; or correct the rule or the population",
    ),
    Rule(
        "C29",
        "warning",
        "a hidden count that is hard to believe as small as the rule says: at a quarter of the rate beside it, it "
        "would be larger",
        "ask the publisher whether it is hidden for its size; if not, write [x] there, which reads it as not known",
    ),
    Rule(
        "C30",
        "warning",
        "a group or an ICS without any known count of a procedure; what is said of it is learned from the others alone",
        "give its counts, or the rule by which they are hidden; otherwise leave the procedure out",
    ),
)
IMPOSSIBLE, IMPLAUSIBLE = 0.1, 0.25
"""Of the rate beside it. Beyond what its area and its group have, no cell is at a tenth, and few at a quarter."""
SHARES = (IMPOSSIBLE, IMPLAUSIBLE)
CELL = (ICS, DEPRIVATION)
BY_CHANCE = 1e-3
"""How often a count at that share of the rate would still be as small."""


def small_beyond(high: np.ndarray, due: np.ndarray, share: float) -> np.ndarray:
    """Mark counts that would be larger than the most they may be, were they at a share of what is due.

    Examples
    --------
    >>> small_beyond(np.array([7.0, 7.0]), np.array([322.0, 90.0]), IMPOSSIBLE).tolist()
    [True, False]
    """
    beyond: np.ndarray = stats.poisson.cdf(high, share * np.nan_to_num(due)) < BY_CHANCE
    return beyond & np.isfinite(high)


def due_beside(bounds: xr.Dataset, persons: xr.DataArray) -> xr.DataArray:
    r"""Give what each cell and stratum would have by the cells beside it, at the least.

    .. math:: D_{gi} = N_{gi}\, r\, \min(1, a_i)\, \min(1, b_g)

    with the rate of its stratum and period, the ratio of its ICS in the other groups, and that of its group in the
    other ICSs, both in the same stratum and period: a procedure that an ICS hardly offers, or a group hardly needs,
    is due little. All rest on the least that counts may be, so that a table of hidden counts raises no alarm.

    Parameters
    ----------
    bounds, persons
        What counts may be, by cell and stratum, and person-years by ICS, group and stratum.

    Returns
    -------
    xarray.DataArray
        In admissions; missing where no other group or ICS is known.
    """
    low = bounds[LOW]
    persons = persons.sum([dim for dim in persons.dims if dim not in low.dims])  # residents by age, counts without
    rate = low.sum(CELL) / persons.where(low.notnull()).sum(CELL)
    counts, due = low.fillna(0.0), (persons * rate).where(low.notnull(), 0.0)
    least = xr.ones_like(counts)
    for dim in (dim for dim in CELL if low.sizes[dim] > 1):
        ratio = (counts.sum(dim) - counts) / (due.sum(dim) - due)
        least = least * ratio.where(np.isfinite(ratio)).clip(max=1.0)
    return (persons * rate * least).transpose(*low.dims)


def check_hidden(
    bounds: xr.Dataset, persons: xr.DataArray, rule: SmallNumberRule | None, parts: xr.DataArray | int, log: DataLog
) -> None:
    """Record hidden counts that the cells beside them make impossible, or hard to believe (rules C28 and C29).

    Parameters
    ----------
    bounds, persons
        As for `due_beside`.
    rule
        How small counts were published; markers that state their own bounds need none.
    parts
        How many rows were added up to each.
    log
        Where it is recorded.
    """
    if rule is not None and rule.shown_as == "midpoint":
        return
    hidden = bounds[LOW] < bounds[HIGH]
    if rule is not None:
        hidden = hidden & (bounds[LOW] <= rule.high * parts)
    if not bool(hidden.any()):
        return
    due = due_beside(bounds, persons)
    cannot, hardly = (hidden & small_beyond(bounds[HIGH].values, due.values, share) for share in SHARES)
    if bounds.sizes[ICS] == 1:
        cannot = xr.zeros_like(hidden)  # one ICS alone does not say what its groups need
    for number, chosen in (("C28", cannot), ("C29", hardly & ~cannot)):
        if chosen.any():
            most = int(bounds[HIGH].where(chosen).max())
            rows = [f"{row} by the cells beside it" for row in name_cells(chosen, due.round(), group=log.group)]
            log.add(number, detail=f"read as {most} at most", rows=rows)


def check_known(totals: xr.Dataset, offered: xr.DataArray, log: DataLog) -> None:
    """Record groups of a procedure of which no ICS has a known count, and ICSs of which no group has (rule C30)."""
    known = totals[HIGH].notnull() & offered
    rows = []
    for dim, other in ((DEPRIVATION, ICS), (ICS, DEPRIVATION)):
        over = [each for each in known.dims if each not in (PROCEDURE, dim)]
        rows += name_cells(~known.any(over) & offered.any(other), group=log.group)
    if rows:
        log.add("C30", rows=rows)
