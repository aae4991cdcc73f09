"""Covariates of a series in a table: what each does to admissions, and whether it changed itself at the start."""

from __future__ import annotations

import numpy as np
import pandas as pd
import xarray as xr

from equitymodel.data.series.covariates import COVARIATE, COVARIATES, standardised_covariates
from equitymodel.data.series.series_facts import SeriesFacts
from equitymodel.estimands.summary import summarise
from equitymodel.inference.series.series_fit import SeriesFit
from equitymodel.spec.interruption import Interruption
from equitymodel.spec.terms import segmented_terms
from equitymodel.vocabulary import PERIOD

COVARIATE_COLUMNS = ["covariate", "rate_ratio", "lower", "upper", "centre", "scale", "shift_at_start", "warning"]
LARGE_SHIFT, CLEAR_SHIFT = 0.5, 3.0
"""A covariate changed at the start where it moved by half a standard deviation, three standard errors from none."""


def covariate_table(fit: SeriesFit) -> pd.DataFrame:
    """Say what each covariate does to admissions, and whether it changed itself at the start.

    Parameters
    ----------
    fit
        From `fit_interruption`.

    Returns
    -------
    pandas.DataFrame
        A row a covariate: ``rate_ratio, lower, upper`` for a standard deviation more of it; ``centre`` and ``scale``,
        in its unit; ``shift_at_start``, by how many standard deviations it moved when the intervention began, trend
        and season allowed for; and a ``warning`` where that is large. Empty for a series without covariates.

    Raises
    ------
    DiagnosisError
        When the fit failed its diagnosis and was not forced.

    Examples
    --------
    >>> from equitymodel.simulate import simulate_series
    >>> from equitymodel.inference.series.fit_interruption import fit_interruption
    >>> series, truth = simulate_series(seed=1)
    >>> covariate_table(fit_interruption(series, truth.plan, seed=1, draws=100)).empty
    True
    """
    posterior, series = fit.require_sound().posterior, fit.series
    if "covariate_effect" not in posterior:
        return pd.DataFrame(columns=COVARIATE_COLUMNS)
    ratios = summarise(np.exp(posterior["covariate_effect"]), unit="ratio").rename(columns={"estimate": "rate_ratio"})
    shifts = {
        name: shift_at_start(values, series, fit.plan) for name, values in standardised_covariates(series).items()
    }
    about = series[["covariate_centre", "covariate_scale"]].to_dataframe()
    names = ratios[COVARIATE]
    return ratios.assign(
        centre=about["covariate_centre"].loc[names].to_numpy(), scale=about["covariate_scale"].loc[names].to_numpy(),
        shift_at_start=[shifts[name][0] for name in names], warning=[_warning(name, *shifts[name]) for name in names],
    )[COVARIATE_COLUMNS]  # fmt: skip


def covariate_warnings(fit: SeriesFit) -> list[str]:
    """Give the warnings of `covariate_table` as sentences; none for a series without covariates."""
    if COVARIATES not in fit.series:
        return []
    return [f"Warning: {text}." for text in covariate_table(fit)["warning"] if text]


def shift_at_start(values: xr.DataArray, series: xr.Dataset, plan: Interruption) -> tuple[float, float]:
    """Estimate by how much a standardised covariate moved at the start, trend and season allowed for.

    Parameters
    ----------
    values
        From `standardised_covariates`.
    series, plan
        The series and the interruption.

    Returns
    -------
    tuple
        The shift in standard deviations, and its standard error by least squares; missing where periods are too few.

    Examples
    --------
    >>> from equitymodel.simulate import simulate_series
    >>> series, truth = simulate_series(seed=1)
    >>> moved = truth.plan.design(series)["level"] + 0.01 * np.sin(np.arange(60))
    >>> round(shift_at_start(moved, series, truth.plan)[0], 1)
    1.0
    """
    whole = plan.for_all().starting(plan.first_start).design(series)
    step = whole["after"].astype(float).cumsum(PERIOD).clip(0, 1).values
    frequency = SeriesFacts.of(series).frequency
    terms = segmented_terms(series, whole, harmonics=min(1, int(frequency.per_year // 2)), slope=False)
    columns = {"step": step} | {name: column for name, column in terms.items() if name != "level"}
    used = ~series["masked"].values & ~whole["washout"].values
    design = np.column_stack([column[used] for column in columns.values()])
    over = [dim for dim in values.dims if dim != PERIOD]
    response = values.mean(over).values[used]
    freedom = len(response) - design.shape[1]
    if freedom < 2 or np.linalg.matrix_rank(design) < design.shape[1]:
        return np.nan, np.nan
    inverse = np.linalg.inv(design.T @ design)
    coefficients = inverse @ design.T @ response
    errors = response - design @ coefficients
    return float(coefficients[0]), float(np.sqrt(errors @ errors / freedom * inverse[0, 0]))


def _warning(name: str, shift: float, error: float) -> str:
    if not (abs(shift) > LARGE_SHIFT and abs(shift) > CLEAR_SHIFT * error):
        return ""
    return (
        f"covariate '{name}' itself changed when the intervention began (by {shift:+.1f} standard deviations): it may "
        "be part of the effect, which the model then takes away; compare with the evaluation without it"
    )
