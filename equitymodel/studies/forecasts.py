"""Whether the model forecasts: from days before the start, against what happened and its own uncertainty."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pandas as pd
import xarray as xr

from equitymodel.data.series.as_of import hide_counts_from
from equitymodel.data.series.series_facts import SeriesFacts
from equitymodel.data.tables.suppression import count_bounds, count_middle
from equitymodel.estimands.interrupted_series import earlier_periods, new_counts
from equitymodel.estimands.least_months import least_months
from equitymodel.estimands.series_gap import log_gap
from equitymodel.inference.jobs.executors import Executor, ExecutorName
from equitymodel.inference.jobs.job import series_job
from equitymodel.inference.jobs.run_fits import run_fits
from equitymodel.inference.series.series_fit import SeriesFit
from equitymodel.spec.arms import CONTROLS
from equitymodel.spec.interruption import Interruption
from equitymodel.studies.left_out import Attempt, LeftOut, left_out_of
from equitymodel.vocabulary import CELL_DIMS, DEPRIVATION, ICS, PERIOD, PROCEDURE, SAMPLE_DIMS

SHORTEST, LONGEST = 6, 12
"""Months that a forecast learns from at least, and how many months ahead it must and may reach."""
MOST_ORIGINS = 3
LEVEL = 0.9
DRAWS = 1000
HALF = 0.5
"""Admissions added to a sum before its logarithm is taken."""
COLUMNS = ["origin", "period", "arm", "group", "observed", "predicted", "lower", "upper", "held", "seasonal_naive",
           "scaled_error", "departure"]  # fmt: skip


def forecast_origins(series: xr.Dataset, plan: Interruption) -> list[pd.Timestamp]:
    """Choose days before an interruption from which to forecast what came next.

    Parameters
    ----------
    series, plan
        A series from `read_series`, and the interruption before which to forecast.

    Returns
    -------
    list
        Up to 3 first days of periods, spread evenly, with 24 months of data or more before each and 6
        or more in the year after it and before the start; empty where there is too little.

    Examples
    --------
    >>> from equitymodel.simulate import Sizes, simulate_series
    >>> series, truth = simulate_series(Sizes(periods=60, before=36), seed=1)
    >>> [f"{origin:%Y-%m}" for origin in forecast_origins(series, truth.plan)]
    ['2017-01', '2017-04', '2017-07']
    """
    months = SeriesFacts.of(series).frequency.in_months
    used = (earlier_periods(series, plan.for_all()) & (series["exposure"] > 0).any(CELL_DIMS)).values
    elapsed = series["elapsed"].values * months
    ahead = (elapsed >= elapsed[:, None]) & (elapsed < elapsed[:, None] + LONGEST)
    learned, reached = np.cumsum(used) - used, (ahead & used).sum(axis=1)
    at = np.flatnonzero(used & (learned * months >= least_months(series).learned) & (reached * months >= SHORTEST))
    chosen = np.unique(np.round(np.linspace(0, len(at) - 1, min(MOST_ORIGINS, len(at)))).astype(int))
    return [pd.Timestamp(series[PERIOD].values[at[k]]) for k in chosen]


def check_forecasts(fit: SeriesFit, executor: ExecutorName | Executor = "serial") -> Attempt:
    r"""Forecast the months before an interruption from earlier ones, and compare with what happened.

    Parameters
    ----------
    fit
        The fit that the verdict rests on: its series, plan and model.
    executor
        Who fits, as for `fit_other_models`.

    Returns
    -------
    Attempt
        Its table has one row an origin, period, arm (all ICSs, or exposed and controls) and group:
        ``observed, predicted`` (median), ``lower, upper`` (90 %
        predictive interval; admissions), ``held`` (whether the interval holds the count),
        ``seasonal_naive`` (the count a year before), and ``scaled_error``: the error of the forecast
        over the average error of the seasonal naive among the months learned from. Its mean is MASE. The same for
        all rows of an origin: ``departure``, the error of the mean of all months forecast over its predictive
        standard deviation, of the log ratio that the question is about (see `asked_of`).
        Empty with too little data. A day from which the fit did not pass its diagnosis has one row without
        numbers, and is left out by name.

    Notes
    -----
    .. math:: \mathrm{MASE} = \frac{1}{n} \sum_t \frac{|y_t - \hat y_t|}{\overline{|y_s - y_{s-12}|}}

    References
    ----------
    Hyndman RJ, Koehler AB (2006) Another look at measures of forecast accuracy.
    Int J Forecasting 22:679. doi:10.1016/j.ijforecast.2006.03.001

    Examples
    --------
    >>> from equitymodel.inference.series.fit_interruption import fit_interruption
    >>> from equitymodel.simulate import Sizes, simulate_series
    >>> series, truth = simulate_series(Sizes(periods=48, before=30), seed=1)
    >>> table = check_forecasts(fit_interruption(series, truth.plan, seed=1, draws=400)).table
    >>> len(table), table["origin"].unique().tolist()
    (6, ['2018-01-01'])
    """
    origins = forecast_origins(fit.series, fit.plan)
    parts = [_reached(fit, origin) for origin in origins]
    jobs = [
        series_job(f"forecasting from {origin:%Y-%m-%d}", hide_counts_from(part, origin),
                   Interruption(f"{origin:%Y-%m-%d}"), fit.model, seed=fit.seed, draws=DRAWS)
        for origin, part in zip(origins, parts, strict=True)
    ]  # fmt: skip
    rows: list[dict[str, object]] = []
    left_out: list[LeftOut] = []
    for origin, part, found in zip(origins, parts, run_fits(jobs, executor=executor), strict=True):
        left_out += left_out_of(f"forecasts from {origin:%Y-%m-%d}", found)
        rows += _forecast(fit, part, found, origin) if found.publishable else [{"origin": f"{origin:%Y-%m-%d}"}]
    return Attempt(pd.DataFrame(rows, columns=COLUMNS), tuple(left_out))


def _reached(fit: SeriesFit, origin: pd.Timestamp) -> xr.Dataset:
    """Keep what is learned from and forecast from one day: up to a year ahead and not past the start."""
    starts = pd.DatetimeIndex(fit.series[PERIOD])
    end = min(origin + pd.DateOffset(months=LONGEST), pd.Timestamp(fit.plan.first_start))
    return fit.series.isel({PERIOD: starts < end})


def _forecast(fit: SeriesFit, part: xr.Dataset, found: SeriesFit, origin: pd.Timestamp) -> Iterator[dict[str, object]]:
    """Hold the forecasts from one day against what happened."""
    earlier = earlier_periods(fit.series, fit.plan.for_all()).values[: part.sizes[PERIOD]]
    ahead = earlier & (pd.DatetimeIndex(part[PERIOD]) >= origin)
    new = new_counts(found.posterior, found.posterior["counterfactual"].isel({PERIOD: ahead}), seed=fit.seed)
    tail = (1 - LEVEL) / 2
    lower, middle, upper = (new.quantile(share, SAMPLE_DIMS).drop_vars("quantile") for share in (tail, 0.5, 1 - tail))
    low, high = (bound.isel({PERIOD: ahead}) for bound in count_bounds(part))
    seen, naive = count_middle(part).isel({PERIOD: ahead}), _year_before(part).isel({PERIOD: ahead})
    scale = _naive_error(part, origin)
    table = xr.Dataset({
        "observed": seen, "predicted": middle, "lower": lower, "upper": upper,
        "held": (low <= upper) & (high >= lower), "seasonal_naive": naive, "scaled_error": abs(seen - middle) / scale,
    })  # fmt: skip
    known = seen.notnull() & middle.notnull()
    departure = _departure(*(asked_of(values.where(known), part, fit.plan) for values in (seen, new)))
    rows = table.to_dataframe().reset_index().dropna(subset=["observed", "predicted"])
    for row in rows.to_dict("records"):
        yield {
            **row,
            "origin": f"{origin:%Y-%m-%d}",
            "period": f"{row[PERIOD]:%Y-%m-%d}",
            "arm": row[ICS],
            "group": row[DEPRIVATION],
            "departure": departure,
        }


def asked_of(counts: xr.DataArray, series: xr.Dataset, plan: Interruption) -> xr.DataArray:
    """Give the logarithm that the question is about of counts added up over periods: of admissions, or of the gap.

    Parameters
    ----------
    counts
        Admissions; dims ``period``, those of cells, and any others. Missing counts are left out.
    series, plan
        The series of the main fit, of which one ``ics`` may be the controls, and the interruption.

    Returns
    -------
    xarray.DataArray
        Of the exposed, less that of the controls where there are any; half an admission is added to each sum.

    Examples
    --------
    >>> cells = {"ics": ["exposed", "controls"], "deprivation": [0], "procedure": [0]}
    >>> counts = xr.DataArray(np.array([[2.5, 0.5]] * 3).reshape(3, 2, 1, 1), {"period": range(3), **cells})
    >>> part = xr.Dataset({"exposure": xr.ones_like(counts)})
    >>> round(float(np.exp(asked_of(counts, part, Interruption("2020-01")))), 1)
    4.0
    """
    controls = counts[ICS] == CONTROLS
    exposed = _log_of(counts.isel({ICS: ~controls.values}), series, plan)
    return exposed - _log_of(counts.isel({ICS: controls.values}), series, plan) if bool(controls.any()) else exposed


def _log_of(counts: xr.DataArray, series: xr.Dataset, plan: Interruption) -> xr.DataArray:
    if plan.outcome != "gap" or counts.sizes[DEPRIVATION] == 1:
        return np.log(counts.sum([PERIOD, *CELL_DIMS]) + HALF)
    over = [PERIOD, ICS, PROCEDURE]
    exposure = series["exposure"].sel({ICS: counts[ICS], PERIOD: counts[PERIOD]}).sum(over)
    return log_gap((counts.sum(over) + HALF) / exposure, exposure, series["position"])


def _departure(seen: xr.DataArray, new: xr.DataArray) -> float:
    """Give the error of a forecast over its predictive standard deviation."""
    return float((seen - new.mean()) / new.std())


def _year_before(part: xr.Dataset) -> xr.DataArray:
    """Give the count of the period a year before each, by true time; missing where there is none."""
    year = round(SeriesFacts.of(part).frequency.per_year)
    counts = count_middle(part).where(~part["masked"])
    by_time = counts.assign_coords({PERIOD: part["elapsed"].values})
    before = by_time.reindex({PERIOD: part["elapsed"].values - year})
    return before.assign_coords({PERIOD: part[PERIOD]})


def _naive_error(part: xr.Dataset, origin: pd.Timestamp) -> xr.DataArray:
    """Give the average error of the seasonal naive among periods before a day; by series."""
    error = abs(count_middle(part).where(~part["masked"]) - _year_before(part))
    learned = error.where(part[PERIOD] < np.datetime64(origin)).mean(PERIOD)
    return learned.where(learned > 0)
