"""Ways to prove a change wrong: dates at which nothing happened, and other defensible models."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import numpy as np
import pandas as pd
import xarray as xr

from equitymodel.data.series import series_frequency
from equitymodel.errors import SpecError
from equitymodel.inference.interruption.layout import Choices
from equitymodel.spec.interruption import Interruption
from equitymodel.vocabulary import PERIOD

PLACEBO_BEFORE, PLACEBO_AFTER = 18, 6
"""Months that a date before the start must have on either side."""
MOST_PLACEBOS = 8


def placebo_plans(series: xr.Dataset, plan: Interruption) -> tuple[xr.Dataset, list[Interruption]]:
    """Give the part of a series before an interruption, and dates in it at which nothing happened.

    Parameters
    ----------
    series
        From `read_series`.
    plan
        The interruption.

    Returns
    -------
    tuple
        The earlier part, and up to 8 declarations like the plan at dates spread over it, each with
        18 months or more before and 6 or more after.

    Raises
    ------
    SpecError
        When the interruption does not fit the series.

    Examples
    --------
    >>> from equitymodel.simulate.series import simulate_series
    >>> series, truth = simulate_series(periods=60, before=30, seed=1)
    >>> [placebo.date for placebo in placebo_plans(series, truth.plan)[1]][:2]
    ['2016-07-01', '2016-08-01']
    """
    plan.design(series)
    months = 12 / series_frequency(series).per_year
    earlier = series.isel({PERIOD: series[PERIOD].values < np.datetime64(str(plan.start))})
    starts = pd.DatetimeIndex(earlier[PERIOD])
    elapsed, used = earlier["elapsed"].values, ~earlier["masked"].values
    candidates = [
        f"{starts[k]:%Y-%m-%d}"
        for k in range(len(starts))
        if used[:k].sum() * months >= PLACEBO_BEFORE
        and (used[k:] & (elapsed[k:] - elapsed[k] >= (plan.washout + plan.lag) / months)).sum() * months
        >= PLACEBO_AFTER
    ]
    at = np.unique(np.round(np.linspace(0, len(candidates) - 1, min(MOST_PLACEBOS, len(candidates)))).astype(int))
    return earlier, list(_fitting(earlier, plan, [candidates[k] for k in at]))


def _fitting(earlier: xr.Dataset, plan: Interruption, dates: list[str]) -> Iterator[Interruption]:
    for date in dates:
        moved = replace(plan, date=date, declared=plan.declared)
        try:
            moved.design(earlier)
        except SpecError:
            continue
        yield moved


def other_choices(choices: Choices) -> dict[str, Choices]:
    """Give the model of the verdict and other defensible ones, by name.

    Examples
    --------
    >>> list(other_choices(Choices()))[:3]
    ['default', '1 harmonic', 'level only']
    """
    other = 1 if choices.harmonics != 1 else 2
    return {
        "default": choices,
        f"{other} harmonic{'s' if other > 1 else ''}": replace(choices, harmonics=other),
        "level only" if choices.slope else "level and slope": replace(choices, slope=not choices.slope),
        "no extra variation" if choices.variation else "extra variation": replace(
            choices, variation=not choices.variation
        ),
        "no trend before" if choices.trend else "with a trend before": replace(choices, trend=not choices.trend),
        f"{other} harmonic{'s' if other > 1 else ''}, {'level only' if choices.slope else 'level and slope'}": replace(
            choices, harmonics=other, slope=not choices.slope
        ),
    }
