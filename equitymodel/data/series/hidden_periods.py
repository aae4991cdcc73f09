"""Hidden counts of a series held against the periods beside them: what cannot be as small as the rule says."""

from __future__ import annotations

import numpy as np
import xarray as xr

from equitymodel.data.cells.hidden_cells import IMPLAUSIBLE, IMPOSSIBLE, small_beyond
from equitymodel.data.series.frequency import Frequency
from equitymodel.data.series.series_rows import name_periods
from equitymodel.data.tables.findings import DataLog
from equitymodel.data.tables.suppression import HIGH, LOW, SmallNumberRule
from equitymodel.vocabulary import PERIOD

BESIDE = 3
"""How many periods on each side say what is due."""


def check_hidden_periods(
    series: xr.Dataset, masked: xr.DataArray, rule: SmallNumberRule | None, frequency: Frequency, log: DataLog
) -> None:
    """Record hidden counts that the periods on both sides make impossible, or hard to believe (rules C28 and C29).

    Parameters
    ----------
    series
        What counts may be and their exposure, over periods and cells.
    masked
        Periods inside a declared break, in which anything may happen.
    rule
        How small counts were published; markers that state their own bounds need none.
    frequency, log
        How periods are named, and where it is recorded.
    """
    low, high = series[LOW], series[HIGH]
    hidden = (low < high) & ~masked
    if rule is not None:
        hidden = hidden & (low <= rule.high) & (rule.shown_as != "midpoint")
    if not bool(hidden.any()):
        return
    before, after = due_beside_in_time(low, series["exposure"], hidden, masked)
    both = np.fmin(before, after)
    cannot = hidden & small_beyond(high.values, both.values, IMPOSSIBLE) & before.notnull() & after.notnull()
    hardly = hidden & small_beyond(high.values, both.values, IMPLAUSIBLE) & ~cannot
    for number, chosen in (("C28", cannot), ("C29", hardly)):
        if chosen.any():
            due = both.where(chosen).max().item()
            detail = (
                f"read as {int(high.where(chosen).max())} at most, where the periods beside it say up to {due:,.0f}"
            )
            log.add(number, detail=detail, rows=name_periods(chosen, frequency))


def due_beside_in_time(
    low: xr.DataArray, exposure: xr.DataArray, hidden: xr.DataArray, masked: xr.DataArray
) -> tuple[xr.DataArray, xr.DataArray]:
    """Give what each hidden count would be at the mean rate of up to three periods before, and after.

    Masked periods say nothing. A count that is hidden itself says the least that it may be.

    Parameters
    ----------
    low, exposure
        Over periods and cells.
    hidden
        Which counts are looked at.
    masked
        Over periods.

    Returns
    -------
    tuple of xarray.DataArray
        In admissions; missing where there is no period on that side, or the count is not looked at.
    """
    shape = (low.sizes[PERIOD], -1)
    low, exposure, hidden = (part.transpose(PERIOD, ...) for part in (low, exposure, hidden))
    rate = (low / exposure.where(exposure > 0)).where(~masked).values.reshape(shape)
    wanted = hidden.values.reshape(shape)
    found = np.full((2, *rate.shape), np.nan)
    for column in np.flatnonzero(wanted.any(axis=0)):
        usable = np.flatnonzero(np.isfinite(rate[:, column]))
        for time in np.flatnonzero(wanted[:, column]):
            sides = (usable[usable < time][-BESIDE:], usable[usable > time][:BESIDE])
            found[:, time, column] = [rate[side, column].mean() if len(side) else np.nan for side in sides]
    before, after = (exposure.copy(data=part.reshape(exposure.shape)) * exposure for part in found)
    return before.transpose(*low.dims), after.transpose(*low.dims)
