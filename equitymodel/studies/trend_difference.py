"""Did the exposed and their controls move in parallel before the start? A table, a picture, and an estimate."""

from __future__ import annotations

import numpy as np
import pandas as pd
import xarray as xr
from scipy.stats import t as student

from equitymodel.comparison.autoregression import autoregressive, satterthwaite
from equitymodel.data.series.series_facts import SeriesFacts
from equitymodel.data.series.timeline import period_days
from equitymodel.data.tables.suppression import count_middle
from equitymodel.errors import SpecError
from equitymodel.estimands.parallel_trends import arms_before
from equitymodel.estimands.series_gap import log_gap
from equitymodel.spec.arms import CONTROLS
from equitymodel.spec.interruption import Interruption
from equitymodel.spec.terms import seasonal_harmonics
from equitymodel.vocabulary import CELL_DIMS, DEPRIVATION, ICS, INTERVAL_PROBABILITY, PERIOD, PROCEDURE

HARMONICS = 2
FEWEST_PERIODS = 12
HALF = 0.5
TREND_COLUMNS = ["quantity", "estimate", "lower", "upper", "periods", "interval_probability", "interval_kind"]
METHOD = "confidence interval; AR(1) errors by restricted maximum likelihood, Satterthwaite degrees of freedom"


def trend_difference(
    series: xr.Dataset, plan: Interruption, *, probability: float = INTERVAL_PROBABILITY
) -> pd.DataFrame:
    r"""Estimate by how much the trends of exposed and controls differed before the first start.

    .. math:: \log \frac{Y^1_t + 1/2}{E^1_t} - \log \frac{Y^0_t + 1/2}{E^0_t} = a + b t + \text{season}_t + e_t

    Parameters
    ----------
    series, plan
        As for `parallel_trends_data`.
    probability
        That of the interval.

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
    Each arm has a trend of its own in the model, and the effect is measured against it; but where the trends
    differed the counterfactual rests on that difference going on, so that the verdict counts it.

    Examples
    --------
    >>> from equitymodel.simulate import Sizes, Usual, simulate_series
    >>> series, truth = simulate_series(Sizes(areas=4, exposed_areas=2, before=36), usual=Usual(1000), seed=1)
    >>> row = trend_difference(series, truth.plan).iloc[0]
    >>> bool(row["lower"] < 1 < row["upper"])
    True
    """
    arms = arms_before(series, plan, CELL_DIMS)
    rows = [{"quantity": "admissions", **_slope(_log_rate(arms), arms, probability)}]
    if series.sizes[DEPRIVATION] > 1:
        groups = arms_before(series, plan, (ICS, PROCEDURE))
        weight = groups["exposure"].mean(PERIOD)
        gap = log_gap(np.exp(_log_rate(groups)), weight, series["position"])
        rows.append({"quantity": "gap", **_slope(gap, arms, probability)})
    return pd.DataFrame(rows).assign(interval_probability=probability, interval_kind=METHOD)[TREND_COLUMNS]


def _log_rate(arms: xr.Dataset) -> xr.DataArray:
    return np.log((count_middle(arms) + HALF) / arms["exposure"] / period_days(arms))


def _slope(log_rate: xr.DataArray, arms: xr.Dataset, probability: float) -> dict[str, float]:
    """Fit a line to exposed less controls, and give its slope a year as a ratio."""
    apart = log_rate.isel(ics=0) - log_rate.sel(ics=CONTROLS)
    response = apart.squeeze(drop=True).values
    known = np.isfinite(response)
    if known.sum() < FEWEST_PERIODS:
        raise SpecError(f"{known.sum()} periods with known counts lie before the start; trends need {FEWEST_PERIODS}")
    time = arms["elapsed"].values[known]
    frequency = SeriesFacts.of(arms).frequency
    years = time / frequency.per_year
    season = seasonal_harmonics(years, frequency, HARMONICS if np.ptp(years) >= 1 else 0)
    design = np.column_stack([np.ones_like(years), years - years.mean(), *season.values()])
    fit = autoregressive(response[known], design, time)
    contrast = np.eye(design.shape[1])[1]
    freedom = satterthwaite(contrast, response[known], design, time, fit)
    reach = student.ppf((1 + probability) / 2, freedom) * np.sqrt(fit.covariance[1, 1])
    middle = fit.coefficients[1]
    lower, upper = np.exp([middle - reach, middle + reach])
    return {"estimate": float(np.exp(middle)), "lower": lower, "upper": upper, "periods": int(known.sum())}
