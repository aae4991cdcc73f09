"""A metric as a series: worked out of counts by the estimands of everything else, in each period, with uncertainty."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import xarray as xr

from equitymodel.argument_types import refuses_other_types
from equitymodel.data.series.series_facts import SeriesFacts
from equitymodel.data.tables.suppression import HIGH, LOW
from equitymodel.errors import OptionError
from equitymodel.estimands.gaps import rate_difference, rate_ratio
from equitymodel.estimands.gradients import slope_index
from equitymodel.estimands.inequality import share_to_move, share_to_move_null
from equitymodel.estimands.rates import distance_to, ratio_where_expected
from equitymodel.monitoring.metric_set import Metric
from equitymodel.monitoring.observed_expected import one_procedure
from equitymodel.vocabulary import DEPRIVATION, ICS, INTERVAL_PROBABILITY, PERIOD, SAMPLE_DIMS

DRAWS, FEWEST_FOR_LINE = 2000, 3
JEFFREYS = 0.5
"""What the prior of Jeffreys adds to a count, and to both parts of a share."""
Measure = Callable[[xr.DataArray, xr.DataArray], xr.DataArray]
Draw = Callable[[np.random.Generator, np.ndarray, np.ndarray], np.ndarray]


@refuses_other_types
def metric_series(series: xr.Dataset, metric: Metric, *, procedure: str | None = None, seed: int = 1) -> xr.Dataset:
    """Work a metric out of counts by deprivation, in each period by itself.

    Parameters
    ----------
    series
        For metrics of the family ``admissions``, from `read_series` with ``exposure="expected_admissions"``; for those
        of a ``share``, from `read_measured` with numerator, denominator and deprivation.
    metric
        From `metric_named`.
    procedure
        Which of several.
    seed
        Of the draws.

    Returns
    -------
    xarray.Dataset
        Over ``ics`` and ``period``, for `control_chart`: ``value`` (the posterior median, in the unit of the metric),
        ``value_se``, ``value_low`` and ``value_high`` (ends of the 95 % credible interval for what that period was),
        ``doubtful`` and ``masked``; of a share to move also ``value_null``, what chance alone would show.

    Raises
    ------
    OptionError
        When the series has not what the metric takes, or several procedures and none is chosen.

    Notes
    -----
    Each rate has a prior of Jeffreys, and hidden counts are drawn within their bounds. Periods are not smoothed: a
    chart would otherwise see a series that is calmer, and hangs together more, than what happened. Every area and
    period is drawn from the same random numbers: its value is the same whatever others there are, and a step from one
    to the next is of counts rather than of draws.

    Examples
    --------
    >>> import pandas as pd
    >>> from equitymodel.data.series.measured_series import read_measured
    >>> from equitymodel.monitoring.metric_set import metric_named
    >>> months = pd.date_range("2024-01-01", periods=3, freq="MS").strftime("%Y-%m")
    >>> rows = pd.DataFrame({"period": [*months] * 2, "deprivation": [1] * 3 + [2] * 3, "denominator": 1000,
    ...                      "numerator": [120, 125, 118, 80, 82, 79]})
    >>> found = metric_series(read_measured(rows), metric_named("dna_ratio"))
    >>> found["value"].values.round(1).tolist()
    [[1.5, 1.5, 1.5]]
    """
    if metric.family == "admissions":
        one = one_procedure(_needs(series, "admissions", metric), procedure)
        fitted, expected = _drawn_rates(one, seed), one["exposure"]
        draws = OF_ADMISSIONS[metric.measure](fitted, expected)
        null = _null(one, seed) if metric.measure == "share_to_move" else {}
    elif metric.family == "share":
        one, null = _needs(series, "numerator", metric), {}
        draws = OF_SHARES[metric.measure](_drawn_shares(one, seed))
    else:
        raise OptionError(f"the metric '{metric.name}' is not worked out of counts; chart it as it was measured")
    return _summarised(draws, null, series)


def _needs(series: xr.Dataset, name: str, metric: Metric) -> xr.Dataset:
    """Refuse a series that has not what a metric takes."""
    if name not in series or series.sizes.get(DEPRIVATION, 1) < 2:
        raise OptionError(f"the metric '{metric.name}' is worked out of {metric.data} Give these by two groups of "
                          "deprivation or more; or give its values, as columns period and value")  # fmt: skip
    if metric.measure == "slope_index" and series.sizes[DEPRIVATION] < FEWEST_FOR_LINE:
        raise OptionError("a slope takes three groups of deprivation or more; chart rate_ratio for two")
    return series


def _drawn(draw: Draw, first: xr.DataArray, second: xr.DataArray, seed: int) -> xr.DataArray:
    """Draw for each area and period from the same random numbers, so that what differs between months is the counts."""
    one, other = (counts.transpose(ICS, PERIOD, ...) for counts in (first, second))
    found = np.empty((DRAWS, *one.shape))
    for at in np.ndindex(one.shape[:2]):
        found[:, *at] = draw(np.random.default_rng([seed, 20]), one.values[at], other.values[at])
    return xr.DataArray(found[None], one.coords, (*SAMPLE_DIMS, *one.dims)).where(one.notnull())


def _rates(rng: np.random.Generator, low: np.ndarray, high: np.ndarray) -> np.ndarray:
    """Draw mean admissions given counts; what is hidden is drawn within its bounds first."""
    counts = np.floor(low + rng.random((DRAWS, *low.shape)) * (high - low + 1 - 1e-9))
    return rng.gamma(np.where(np.isfinite(counts), counts, 0.0) + JEFFREYS)


def _shares(rng: np.random.Generator, some: np.ndarray, rest: np.ndarray) -> np.ndarray:
    return rng.beta(np.nan_to_num(some) + JEFFREYS, np.nan_to_num(rest) + JEFFREYS, size=(DRAWS, *some.shape))


def _drawn_rates(series: xr.Dataset, seed: int) -> xr.DataArray:
    low, high = (series[name if name in series else "admissions"] for name in (LOW, HIGH))
    return _drawn(_rates, low, high, seed)


def _drawn_shares(series: xr.Dataset, seed: int) -> xr.DataArray:
    of, whole = series["numerator"], series["denominator"]
    if bool((of > whole).any()):
        raise OptionError("a numerator is greater than its denominator; a share is at most 1. Check the two columns")
    return _drawn(_shares, of, whole - of, seed)


def _ratio(fitted: xr.DataArray, expected: xr.DataArray) -> xr.DataArray:
    return rate_ratio(ratio_where_expected(fitted, expected))


def _slope(fitted: xr.DataArray, expected: xr.DataArray) -> xr.DataArray:
    return slope_index(100 * ratio_where_expected(fitted, expected), expected, position="local")


def _shortfall(fitted: xr.DataArray, expected: xr.DataArray) -> xr.DataArray:
    least = ratio_where_expected(fitted, expected).isel({DEPRIVATION: -1}, drop=True)
    return distance_to(least, fitted, expected).isel({DEPRIVATION: 0}, drop=True)


def _worst_off(fitted: xr.DataArray, expected: xr.DataArray) -> xr.DataArray:
    return 100 * ratio_where_expected(fitted, expected).isel({DEPRIVATION: 0}, drop=True)


def _to_move(fitted: xr.DataArray, expected: xr.DataArray) -> xr.DataArray:
    return share_to_move(fitted, expected, over=[DEPRIVATION])


OF_ADMISSIONS: dict[str, Measure] = {
    "rate_ratio": _ratio, "slope_index": _slope, "shortfall": _shortfall, "worst_off_rate": _worst_off,
    "share_to_move": _to_move,
}  # fmt: skip
OF_SHARES: dict[str, Callable[[xr.DataArray], xr.DataArray]] = {
    "ratio": rate_ratio,
    "difference": lambda shares: -rate_difference(100 * shares),
}  # fmt: skip


def _null(series: xr.Dataset, seed: int) -> dict[str, xr.DataArray]:
    """Say what chance alone would show where rates were equal."""
    counts, expected = series["admissions"], series["exposure"]
    level = counts.sum(DEPRIVATION) / expected.sum(DEPRIVATION)
    return {"value_null": share_to_move_null(level * expected, over=[DEPRIVATION], seed=seed)}


def _summarised(draws: xr.DataArray, null: dict[str, xr.DataArray], series: xr.Dataset) -> xr.Dataset:
    """Give the median, the spread and the interval of each period."""
    tail = (1 - INTERVAL_PROBABILITY) / 2
    ends = draws.quantile([tail, 0.5, 1 - tail], SAMPLE_DIMS)
    low, middle, high = (ends.isel(quantile=place, drop=True) for place in range(3))
    found = xr.Dataset(
        {"value": middle, "value_se": draws.std(SAMPLE_DIMS), "value_low": low, "value_high": high, **null}
    )
    doubtful = series["doubtful"].any(DEPRIVATION) if "doubtful" in series else xr.zeros_like(middle, dtype=bool)
    names = {name: series[name] for name in ("ics_name", "region") if name in series.coords}
    found = found.assign(doubtful=doubtful, masked=series["masked"]).transpose(ICS, PERIOD)
    facts = SeriesFacts.of(series)
    return replace(facts, exposure="none").keep_with(found.assign_coords(names))
