"""What can be asked of the data before an interruption alone: what was known, and dates at which nothing happened."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

import numpy as np
import pandas as pd
import xarray as xr

from equitymodel.data.series.as_of import ended_by, truncate_at
from equitymodel.data.series.series_facts import SeriesFacts
from equitymodel.errors import SpecError
from equitymodel.estimands.least_months import least_months
from equitymodel.spec.interruption import Interruption
from equitymodel.vocabulary import PERIOD

MOST_PLACEBOS = 8
LONGEST_PERIOD = 3
"""Months in a quarter; the calendar goes on for as many, or for a whole period where that is longer."""


def known_before(series: xr.Dataset, plan: Interruption) -> xr.Dataset:
    """Give the part of a series before an interruption, with just enough calendar after it to lay the plan out.

    Examples
    --------
    >>> from equitymodel.simulate.series_world import Sizes
    >>> from equitymodel.simulate.simulated_series import simulate_series
    >>> series, truth = simulate_series(Sizes(periods=60, before=36), seed=1)
    >>> known_before(series, truth.plan).sizes["period"]
    39
    """
    period = max(LONGEST_PERIOD, int(np.ceil(SeriesFacts.of(series).frequency.in_months)))
    return truncate_at(series, plan.first_start, months=int(np.ceil(float(plan.lag) + float(plan.washout))) + period)


def placebo_plans(series: xr.Dataset, plan: Interruption) -> tuple[xr.Dataset, list[Interruption]]:
    """Give the part of a series before an interruption, and dates in it at which nothing happened.

    Parameters
    ----------
    series, plan
        A series from `read_series`, and the interruption whose shape, lag and wash-out are moved to other dates.

    Returns
    -------
    tuple
        The earlier part, and up to 8 declarations like the plan at dates spread over it, each with
        18 months or more before and 6 or more after (of years, 5 and 2: see `least_months`). No date lies in a masked
        period or next to one: something did happen there, and dates in it would divide the data alike.

    Raises
    ------
    SpecError
        When the interruption does not fit the series.

    Examples
    --------
    >>> from equitymodel.simulate.series_world import Sizes
    >>> from equitymodel.simulate.simulated_series import simulate_series
    >>> series, truth = simulate_series(Sizes(periods=60, before=30), seed=1)
    >>> [placebo.date for placebo in placebo_plans(series, truth.plan)[1]][:2]
    ['2016-07-01', '2016-08-01']
    """
    plan.design(series)
    months, least = SeriesFacts.of(series).frequency.in_months, least_months(series)
    earlier = series.isel({PERIOD: ended_by(series, plan.first_start)})
    starts = pd.DatetimeIndex(earlier[PERIOD])
    elapsed, used = earlier["elapsed"].values, ~earlier["masked"].values
    clear = _apart_from_breaks(used)
    candidates = [
        f"{starts[k]:%Y-%m-%d}"
        for k in range(len(starts))
        if clear[k]
        and used[:k].sum() * months >= least.placebo_before
        and (used[k:] & (elapsed[k:] - elapsed[k] >= (float(plan.washout) + float(plan.lag)) / months)).sum() * months
        >= least.placebo_after
    ]
    at = np.unique(np.round(np.linspace(0, len(candidates) - 1, min(MOST_PLACEBOS, len(candidates)))).astype(int))
    return earlier, list(_fitting(earlier, plan, [candidates[k] for k in at]))


def _apart_from_breaks(used: np.ndarray) -> np.ndarray:
    """Mark the periods that are used and next to none that is not."""
    before, after = np.r_[True, used[:-1]], np.r_[used[1:], True]
    clear: np.ndarray = used & before & after
    return clear


def _fitting(earlier: xr.Dataset, plan: Interruption, dates: list[str]) -> Iterator[Interruption]:
    for date in dates:
        moved = plan.starting(dt.date.fromisoformat(date))
        try:
            moved.design(earlier)
        except SpecError:
            continue
        yield moved
