"""Ways to prove a change wrong: dates at which nothing happened, and other defensible models."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

import numpy as np
import pandas as pd
import xarray as xr

from equitymodel.data.series import series_frequency
from equitymodel.errors import SpecError
from equitymodel.spec.interruption import Interruption
from equitymodel.spec.series_model import SeriesModel
from equitymodel.vocabulary import PERIOD

PLACEBO_BEFORE, PLACEBO_AFTER = 18, 6
"""Months that a date before the start must have on either side."""
MOST_PLACEBOS = 8
VARIANTS = {
    "slope": ("level only", "level and slope"),
    "variation": ("no extra variation", "extra variation"),
    "trend": ("no trend before", "with a trend before"),
}
"""What a model is called without a term, and with it."""


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
    earlier = series.isel({PERIOD: series[PERIOD].values < np.datetime64(str(plan.first_start))})
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
        moved = plan.starting(dt.date.fromisoformat(date))
        try:
            moved.design(earlier)
        except SpecError:
            continue
        yield moved


def other_models(model: SeriesModel) -> dict[str, SeriesModel]:
    """Give the model of the verdict and other defensible ones, by name.

    Each variant has one term more or less, with the priors of the file; a term the file does not know is not tried.

    Examples
    --------
    >>> from equitymodel.spec.library import load_series_model
    >>> list(other_models(load_series_model()))[:3]
    ['default', '1 harmonic', 'level only']
    """
    waves, wave_words = (1, "1 harmonic") if model.harmonics != 1 else (2, "2 harmonics")
    found = {"default": model}
    if model.knows("season"):
        found[wave_words] = model.including("season").with_harmonics(waves)
    for term, (without, with_it) in VARIANTS.items():
        if model.knows(term):
            had = model.has(term)
            found[without if had else with_it] = model.leaving_out(term) if had else model.including(term)
    if model.knows("season") and model.knows("slope"):
        words = VARIANTS["slope"][0 if model.has("slope") else 1]
        found[f"{wave_words}, {words}"] = found[words].including("season").with_harmonics(waves)
    return found
