"""A series as it was known on some day: later counts hidden, or not there and the calendar extended."""

from __future__ import annotations

import numpy as np
import pandas as pd
import xarray as xr

from equitymodel.data.series.breaks import overlap
from equitymodel.data.series.calendar import Day
from equitymodel.data.series.series_facts import SeriesFacts, calendar_of
from equitymodel.data.series.working_days import count_working_days
from equitymodel.data.tables.suppression import HIGH, LOW
from equitymodel.errors import OptionError
from equitymodel.vocabulary import PERIOD


def hide_counts_from(series: xr.Dataset, day: Day) -> xr.Dataset:
    """Make the counts of all periods that end after a day unknown; everything else stays.

    Parameters
    ----------
    series
        From `read_series`.
    day
        The first day that is not to be known.

    Returns
    -------
    xarray.Dataset
        The same periods; a fit of it forecasts those without counts.

    Examples
    --------
    >>> from equitymodel.simulate import Sizes, simulate_series
    >>> series, truth = simulate_series(Sizes(periods=60, before=36), seed=1)
    >>> int(hide_counts_from(series, truth.plan.start)["admissions"].notnull().sum())
    36
    """
    known = xr.DataArray(ended_by(series, day), dims=PERIOD)
    return series.assign({name: series[name].where(known) for name in ("admissions", LOW, HIGH) if name in series})


def truncate_at(series: xr.Dataset, day: Day, *, months: int) -> xr.Dataset:
    """Drop all periods that end after a day, and go on for some months in which nothing is known yet.

    Parameters
    ----------
    series, day
        As for `hide_counts_from`.
    months
        How many months from that day on the calendar is to cover.

    Returns
    -------
    xarray.Dataset
        As from `read_series`. New periods have no counts, the exposure of the last period that is
        kept, and the mask of the breaks that the series declares.

    Raises
    ------
    OptionError
        When no period ends by that day.

    Examples
    --------
    >>> from equitymodel.simulate import Sizes, simulate_series
    >>> series, truth = simulate_series(Sizes(periods=60, before=36), seed=1)
    >>> longer = truncate_at(series, truth.plan.start, months=48)
    >>> longer.sizes["period"], int(longer["admissions"].notnull().sum())
    (84, 36)
    """
    kept = series.isel({PERIOD: ended_by(series, day)})
    if not kept.sizes[PERIOD]:
        raise OptionError(f"no period of the series ends by {day}")
    frequency, old = SeriesFacts.of(series).frequency, pd.DatetimeIndex(kept[PERIOD])
    new = frequency.between(old[-1], pd.Timestamp(day) + pd.DateOffset(months=months))[1:]
    new = new[new < pd.Timestamp(day) + pd.DateOffset(months=months)]
    starts = pd.DatetimeIndex(old.append(new))
    longer = kept.reindex({PERIOD: starts}, fill_value={"masked": False, "strike_days": 0, "working_days": 0})
    ends = frequency.ends(starts)
    masked = np.concatenate([kept["masked"].values, _in_breaks(series, new, frequency.ends(new))])
    return longer.assign(
        exposure=longer["exposure"].where(longer[PERIOD] <= old[-1], kept["exposure"].isel({PERIOD: -1}, drop=True)),
        working_days=(PERIOD, count_working_days(starts, ends), kept["working_days"].attrs),
        masked=(PERIOD, masked, kept["masked"].attrs),
    ).assign_coords(elapsed=(PERIOD, frequency.elapsed(starts)))


def ended_by(series: xr.Dataset, day: Day) -> np.ndarray:
    """Say which periods end by a day, so that nothing in them is later.

    Examples
    --------
    >>> from equitymodel.simulate import Sizes, simulate_series
    >>> series, truth = simulate_series(Sizes(periods=60, before=36), seed=1)
    >>> int(ended_by(series, truth.plan.start).sum())
    36
    """
    return calendar_of(series).ended_by(day)


def _in_breaks(series: xr.Dataset, starts: pd.DatetimeIndex, ends: pd.DatetimeIndex) -> np.ndarray:
    """Say which periods lie in a break that the series declares as masked."""
    listed = [(item.start, item.end) for item in SeriesFacts.of(series).breaks if item.masked]
    table = pd.DataFrame(listed, columns=["start", "end"])
    days = table.assign(start=pd.to_datetime(table["start"]), end=pd.to_datetime(table["end"]))
    return overlap(days, starts, ends).any(axis=0).to_numpy(dtype=bool)
