"""Did the exposed and their controls move alike before the start? A table, a picture, and an estimate."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import xarray as xr
from matplotlib.figure import Figure
from scipy.stats import t as student

from equitymodel.data.horizon import ended_by
from equitymodel.data.series import series_frequency
from equitymodel.data.small_numbers import count_middle
from equitymodel.data.timeline import period_days
from equitymodel.errors import SpecError
from equitymodel.estimands.interruption import log_gap
from equitymodel.inference.autoregression import autoregressive, satterthwaite
from equitymodel.inference.terms import season_waves
from equitymodel.report.plots import ACCENT, SOFT, WARM, one_panel
from equitymodel.spec.arms import CONTROLS, add_up_arms
from equitymodel.spec.interruption import Interruption
from equitymodel.vocabulary import CELL_DIMS, DEPRIVATION, ICS, INTERVAL_PROBABILITY, PERIOD, PROCEDURE

HARMONICS = 2
FEWEST_PERIODS = 12
HALF = 0.5
TREND_COLUMNS = ["quantity", "estimate", "lower", "upper", "periods", "interval_probability", "interval_kind"]
COLOURS = (ACCENT, WARM)
METHOD = "confidence interval; AR(1) errors by restricted maximum likelihood, Satterthwaite degrees of freedom"


def parallel_trends_data(series: xr.Dataset, plan: Interruption) -> pd.DataFrame:
    """Give admissions of exposed and controls before the first start, relative to what they were on average.

    Parameters
    ----------
    series
        From `read_series`.
    plan
        The interruption, with controls.

    Returns
    -------
    pandas.DataFrame
        ``arm, period, observed, expected, ratio``: admissions a period, what exposure and the days it is
        spread over (`read_series`) would give at the average rate before, and one over the other (1 = as on average).

    Raises
    ------
    SpecError
        When the interruption does not fit the series, or has no controls.

    Examples
    --------
    >>> from equitymodel.simulate.series import simulate_series
    >>> series, truth = simulate_series(areas=4, exposed_areas=2, before=30, seed=1)
    >>> parallel_trends_data(series, truth.plan).groupby("arm")["period"].count().to_dict()
    {'controls': 30, 'exposed': 30}
    """
    earlier = _earlier(series, plan, CELL_DIMS)
    expected = _expected(earlier)
    table = xr.Dataset({"observed": count_middle(earlier), "expected": expected}).isel(deprivation=0, procedure=0)
    found = table.to_dataframe().reset_index().rename(columns={ICS: "arm"})
    found["ratio"] = found["observed"] / found["expected"]
    ordered = found.sort_values(["arm", PERIOD], ascending=[False, True], ignore_index=True)
    return pd.DataFrame(ordered[["arm", PERIOD, "observed", "expected", "ratio"]])


def trend_difference(series: xr.Dataset, plan: Interruption) -> pd.DataFrame:
    r"""Estimate by how much the trends of exposed and controls differed before the first start.

    .. math:: \log \frac{Y^1_t + 1/2}{E^1_t} - \log \frac{Y^0_t + 1/2}{E^0_t} = a + b t + \text{season}_t + e_t

    Parameters
    ----------
    series, plan
        As for `parallel_trends_data`.

    Returns
    -------
    pandas.DataFrame
        ``quantity, estimate, lower, upper, periods, interval_probability, interval_kind``. The estimate
        is :math:`e^b`: the ratio of the trends a year, exposed over controls; 1 = parallel. With
        deprivation groups also that of their gaps, least over most deprived.

    Raises
    ------
    SpecError
        When the interruption has no controls, or fewer than 12 periods lie before it.

    Notes
    -----
    A wide interval around 1 does not show that trends are parallel, only that these data could not tell.
    Trends that differ are not fatal: each arm has a trend of its own in the model, and the effect is
    measured against it. They say that the arms are not alike.

    Examples
    --------
    >>> from equitymodel.simulate.series import simulate_series
    >>> series, truth = simulate_series(areas=4, exposed_areas=2, expected=1000, before=36, seed=1)
    >>> row = trend_difference(series, truth.plan).iloc[0]
    >>> bool(row["lower"] < 1 < row["upper"])
    True
    """
    arms = _earlier(series, plan, CELL_DIMS)
    rows = [{"quantity": "admissions", **_slope(_log_rate(arms), arms)}]
    if series.sizes[DEPRIVATION] > 1:
        groups = _earlier(series, plan, (ICS, PROCEDURE))
        weight = groups["exposure"].mean(PERIOD)
        rows.append({"quantity": "gap", **_slope(log_gap(np.exp(_log_rate(groups)), weight, series["position"]), arms)})
    return pd.DataFrame(rows).assign(interval_probability=INTERVAL_PROBABILITY, interval_kind=METHOD)[TREND_COLUMNS]


def plot_parallel_trends(series: xr.Dataset, plan: Interruption) -> Figure:
    """Draw exposed and controls before the first start, each relative to its own average.

    Parameters
    ----------
    series, plan
        As for `parallel_trends_data`.

    Returns
    -------
    matplotlib.figure.Figure
        Observed over expected admissions; 1 = as on average before the start.

    Raises
    ------
    SpecError
        When the interruption has no controls.

    Examples
    --------
    >>> from equitymodel.simulate.series import simulate_series
    >>> series, truth = simulate_series(areas=4, exposed_areas=2, before=30, seed=1)
    >>> plot_parallel_trends(series, truth.plan).axes[0].get_ylabel()
    'observed over expected, before'
    """
    data = parallel_trends_data(series, plan)
    figure, axes = one_panel()
    for colour, (arm, rows) in zip(COLOURS, data.groupby("arm", sort=False), strict=True):
        axes.plot(rows[PERIOD], rows["ratio"], marker="o", ms=2.6, lw=1.2, color=colour, label=str(arm))
    axes.axhline(1, color=SOFT, lw=0.8, ls="--")
    axes.set_ylabel("observed over expected, before")
    axes.legend(fontsize=8, frameon=False)
    return figure


def _earlier(series: xr.Dataset, plan: Interruption, over: tuple[str, ...]) -> xr.Dataset:
    """Give the two arms before the first start, without masked periods."""
    if plan.exposed is None:
        raise SpecError("parallel trends need controls: say who was exposed, such as exposed={'ics': ('QE1',)}")
    arms, _ = add_up_arms(series, replace(plan.for_all(), exposed=plan.exposed), over)
    return arms.isel({PERIOD: ended_by(arms, plan.first_start) & ~arms["masked"].values})


def _expected(arms: xr.Dataset) -> xr.DataArray:
    base = arms["exposure"] * period_days(arms)
    known = count_middle(arms).notnull()
    return base * count_middle(arms).sum(PERIOD) / base.where(known).sum(PERIOD)


def _log_rate(arms: xr.Dataset) -> xr.DataArray:
    return np.log((count_middle(arms) + HALF) / arms["exposure"] / period_days(arms))


def _slope(log_rate: xr.DataArray, arms: xr.Dataset) -> dict[str, float]:
    """Fit a line to exposed less controls, and give its slope a year as a ratio."""
    apart = log_rate.isel(ics=0) - log_rate.sel(ics=CONTROLS)
    response = apart.squeeze(drop=True).values
    known = np.isfinite(response)
    if known.sum() < FEWEST_PERIODS:
        raise SpecError(f"{known.sum()} periods with known counts lie before the start; trends need {FEWEST_PERIODS}")
    time = arms["elapsed"].values[known]
    frequency = series_frequency(arms)
    years = time / frequency.per_year
    season = season_waves(years, frequency, HARMONICS if np.ptp(years) >= 1 else 0)
    design = np.column_stack([np.ones_like(years), years - years.mean(), *season.values()])
    fit = autoregressive(response[known], design, time)
    contrast = np.eye(design.shape[1])[1]
    freedom = satterthwaite(contrast, response[known], design, time, fit)
    reach = student.ppf((1 + INTERVAL_PROBABILITY) / 2, freedom) * np.sqrt(fit.covariance[1, 1])
    middle = fit.coefficients[1]
    lower, upper = np.exp([middle - reach, middle + reach])
    return {"estimate": float(np.exp(middle)), "lower": lower, "upper": upper, "periods": int(known.sum())}
