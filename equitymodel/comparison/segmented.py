"""Comparison methods for one interrupted series: what is in common use, to compare the main model with."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
import statsmodels.api as sm
import xarray as xr
from scipy import stats
from scipy.optimize import minimize_scalar

from equitymodel.comparison.autoregression import (
    LineFit,
    autoregressive,
    neighbour_correlation,
    newey_west,
    prais_winsten,
    satterthwaite,
)
from equitymodel.data.series.read_series import add_up_series
from equitymodel.data.series.timeline import period_days
from equitymodel.data.tables.suppression import HIGH, LOW, count_middle
from equitymodel.errors import ComputationError, OptionError
from equitymodel.spec.interruption import Interruption
from equitymodel.spec.terms import segmented_terms

COLUMNS = ("model", "label", "quantity", "estimate", "lower", "upper", "p", "rho", "note")
LABELS = {
    "poisson": "segmented Poisson (naive: Poisson noise only, no autocorrelation)",
    "quasi_poisson": "segmented quasi-Poisson (naive: no autocorrelation)",
    "negative_binomial": "segmented negative binomial (naive: no autocorrelation)",
    "newey_west": "least squares on the log rate, Newey-West errors",
    "prais_winsten": "Prais-Winsten on the log rate",
    "reml_ar1": "AR(1) on the log rate by restricted likelihood, Satterthwaite",
}
"""The comparison methods, and how far each can be trusted, in words."""
TINY = 1e-10
CONVERGED: dict[str, Any] = {"tol": 1e-11, "tol_criterion": "params"}


@dataclass(frozen=True)
class SegmentedData:
    """One series, ready to regress: rows are the periods that are used.

    Attributes
    ----------
    counts, offset
        Admissions, and the log of what they are compared with.
    design
        One column a term: ``level`` first, then ``slope`` if there is one, the constant, the trend
        in years and the season.
    time
        Periods since the first, with gaps as gaps.
    after
        Whether the effect is counted in the row.
    terms
        Names of the columns.
    note
        What was left out or put in.
    """

    counts: np.ndarray
    offset: np.ndarray
    design: np.ndarray
    time: np.ndarray
    after: np.ndarray
    terms: tuple[str, ...]
    note: str


@dataclass(frozen=True)
class _Fitted:
    """Coefficients of one model on the log scale, and what its intervals rest on."""

    coefficients: np.ndarray
    covariance: np.ndarray
    rho: float
    note: str = ""
    freedom: Callable[[np.ndarray], float] = lambda _: np.inf


def segmented_models(
    series: xr.Dataset,
    plan: Interruption,
    *,
    harmonics: int = 2,
    slope: bool = True,
    confidence: float = 0.95,
) -> pd.DataFrame:
    r"""Fit one series by the methods in common use, for comparison with the main model.

    .. math:: \log \mu_t = \log E_t + \log w_t + \alpha + \tau t
              + \sum_{k \le K} (a_k \sin 2\pi k t + b_k \cos 2\pi k t) + \delta h_t + \zeta z_t

    Parameters
    ----------
    series
        From `read_series`; added up over ICSs, deprivation groups and procedures. Select a cell first
        for that cell's own.
    plan
        The intervention; :math:`h_t` and :math:`z_t` are its level and slope.
    harmonics
        K, how many waves a year's season has; those a year has too few periods for are left out.
    slope
        Whether the trend may change as well as the level.
    confidence
        Level of the intervals.

    Returns
    -------
    pandas.DataFrame
        Two rows a model: ``model, label, quantity, estimate, lower, upper, p, rho, note``. The
        quantity is a rate ratio: ``level``, the change at the start, or ``average``, fitted over
        counterfactual admissions after it. 1 is no change. ``rho`` is the correlation of errors one
        period apart, estimated by the model or left in its residuals.

    Raises
    ------
    SpecError
        When the intervention does not fit the series.
    OptionError
        When too few periods are left for the terms, or an option is out of range.
    ComputationError
        When a model has no solution.

    Notes
    -----
    Masked periods, the wash-out and periods without a known count are left out, and stay gaps: errors on
    either side of a year that is masked are a year apart. (Row-wise methods would call them neighbours.)
    Suppressed counts stand at the middle of what they may be; only the main model uses them properly.
    At autocorrelation 0 to 0.6, intervals of 95 % miss a true 1 in 8 to 76 % of series (Poisson), up to
    33 % (quasi-Poisson), 9 to 31 % (Newey-West), 7 to 25 % (Prais-Winsten), 4 to 8 % (AR(1)).

    References
    ----------
    Lopez Bernal J, Cummins S, Gasparrini A (2017) Interrupted time series regression for the evaluation
    of public health interventions. Int J Epidemiol 46:348. doi:10.1093/ije/dyw098

    Examples
    --------
    >>> from equitymodel.simulate import Change, simulate_series
    >>> series, truth = simulate_series(change=Change(0.2), seed=1)
    >>> table = segmented_models(series, truth.plan, slope=False)
    >>> bool(table.query("quantity == 'level'")["estimate"].between(1.1, 1.35).all())
    True
    """
    if not 0 < confidence < 1 or harmonics < 0:
        raise OptionError("a confidence level lies between 0 and 1, and harmonics are 0 or more")
    data = segmented_data(series, plan, harmonics=harmonics, slope=slope)
    rows = [
        {"model": name, "label": LABELS[name], **row}
        for name, fit in _fit_all(data).items()
        for row in _ratios(fit, data, confidence)
    ]
    return pd.DataFrame(rows, columns=list(COLUMNS))


def segmented_data(series: xr.Dataset, plan: Interruption, *, harmonics: int = 2, slope: bool = True) -> SegmentedData:
    """Add a series up, leave out what is not used, and lay out the terms of a segmented regression.

    Parameters
    ----------
    series, plan, harmonics, slope
        As for `segmented_models`.

    Returns
    -------
    SegmentedData
        Rows in order of time.

    Raises
    ------
    SpecError
        When the intervention does not fit the series.
    OptionError
        When too few periods are left for the terms.

    Examples
    --------
    >>> from equitymodel.simulate import simulate_series
    >>> series, truth = simulate_series(seed=1)
    >>> segmented_data(series, truth.plan, harmonics=1).terms
    ('level', 'slope', 'constant', 'trend', 'sin 1', 'cos 1')
    """
    design = plan.design(series)
    counts, exposure = _add_up(series)
    known = (~np.isnan(counts)) & (exposure > 0)
    used = known & ~series["masked"].values & ~design["washout"].values
    days = period_days(series)
    offset = np.log(np.where(exposure > 0, exposure, 1.0)) + np.log(days / days.mean()).values
    terms = segmented_terms(series, design, harmonics=harmonics, slope=slope)
    terms = {name: column[used] for name, column in terms.items() if np.ptp(column[used]) > TINY or name == "constant"}
    table = np.column_stack(list(terms.values()))
    _refuse_too_few(table, tuple(terms))
    return SegmentedData(
        counts[used], offset[used], table, series["elapsed"].values[used], design["after"].values[used], tuple(terms),
        _note(series, int((~used).sum())),
    )  # fmt: skip


def _add_up(series: xr.Dataset) -> tuple[np.ndarray, np.ndarray]:
    """Add counts and exposure up over cells; a total with an unknown part is unknown."""
    whole = add_up_series(series)
    return count_middle(whole).values.ravel(), whole["exposure"].values.ravel()


def _refuse_too_few(table: np.ndarray, terms: tuple[str, ...]) -> None:
    rows, columns = table.shape
    if "level" not in terms:
        raise OptionError("the level of the intervention does not change over the periods that are left")
    if rows < columns + 2 or np.linalg.matrix_rank(table) < columns:
        raise OptionError(
            f"{rows} periods are too few, or too alike, for {columns} terms ({', '.join(terms)}); "
            "use fewer harmonics, or slope=False"
        )


def _note(series: xr.Dataset, left_out: int) -> str:
    parts = [f"{left_out} periods left out" if left_out else ""]
    if LOW in series and bool((series[LOW] < series[HIGH]).any()):
        parts.append("suppressed counts at the middle of what they may be")
    return "; ".join(filter(None, parts))


def _fit_all(data: SegmentedData) -> dict[str, _Fitted]:
    try:
        return {**_fit_counts(data), **_fit_log_rates(data)}
    except np.linalg.LinAlgError as error:
        raise ComputationError(f"segmented models of this series have no solution: {error}") from error


def _fit_counts(data: SegmentedData) -> dict[str, _Fitted]:
    """Fit counts by generalised linear models, which take errors to be independent in time."""
    poisson = sm.GLM(data.counts, data.design, family=sm.families.Poisson(), offset=data.offset)
    spread, theta = fit_negative_binomial(data)
    quasi = poisson.fit(scale="X2", **CONVERGED)
    results = {"poisson": poisson.fit(**CONVERGED), "quasi_poisson": quasi, "negative_binomial": spread}
    notes = {"quasi_poisson": f"dispersion {quasi.scale:.2f}", "negative_binomial": f"theta {theta:.4g}"}
    return {
        name: _Fitted(
            result.params,
            result.cov_params(),
            neighbour_correlation(result.resid_deviance, data.time),
            notes.get(name, ""),
        )
        for name, result in results.items()
    }


def fit_negative_binomial(data: SegmentedData) -> tuple[sm.genmod.generalized_linear_model.GLMResults, float]:
    """Fit a negative binomial model, its shape by maximum likelihood.

    Parameters
    ----------
    data
        From `segmented_data`.

    Returns
    -------
    tuple
        The fit at the best shape, and that shape: the variance is the mean plus its square over it.

    Examples
    --------
    >>> from equitymodel.simulate import MonthlyNoise, simulate_series
    >>> series, truth = simulate_series(noise=MonthlyNoise(0.2, autocorrelation=0), seed=1)
    >>> 5 < fit_negative_binomial(segmented_data(series, truth.plan))[1] < 200
    True
    """

    def fit(log_alpha: float) -> sm.genmod.generalized_linear_model.GLMResults:
        family = sm.families.NegativeBinomial(alpha=np.exp(log_alpha))
        return sm.GLM(data.counts, data.design, family=family, offset=data.offset).fit(**CONVERGED)

    best = minimize_scalar(lambda point: -fit(point).llf, bounds=(-18, 3), method="bounded", options={"xatol": 1e-7})
    return fit(best.x), float(np.exp(-best.x))


def _fit_log_rates(data: SegmentedData) -> dict[str, _Fitted]:
    """Fit the log rate by linear models that allow for autocorrelated errors."""
    zeros = bool((data.counts == 0).any())
    response = np.log(data.counts + 0.5 * zeros) - data.offset
    lags = int(np.floor(4 * (len(response) / 100) ** (2 / 9)))
    restricted = autoregressive(response, data.design, data.time)
    known = "0.5 added to each count, as some are 0" if zeros else ""

    def freedom(contrast: np.ndarray) -> float:
        return satterthwaite(contrast, response, data.design, data.time, restricted)

    return {
        "newey_west": _line(newey_west(response, data.design, data.time, lags=lags), f"{lags} lags", known),
        "prais_winsten": _line(prais_winsten(response, data.design, data.time), known),
        "reml_ar1": _Fitted(restricted.coefficients, restricted.covariance, restricted.rho, known, freedom),
    }


def _line(fit: LineFit, *notes: str) -> _Fitted:
    return _Fitted(
        fit.coefficients, fit.covariance, fit.rho, "; ".join(filter(None, notes)), lambda _: float(fit.freedom)
    )


def _ratios(fit: _Fitted, data: SegmentedData, confidence: float) -> list[dict[str, object]]:
    """Give the rate ratio at the start and on average after it, with intervals by the delta method."""
    level = np.eye(data.design.shape[1])[0]
    average, gradient = _average(fit.coefficients, data)
    rows = []
    for quantity, value, weights in (
        ("level", fit.coefficients[0], level),
        ("average", average, gradient),
    ):
        error = float(np.sqrt(weights @ fit.covariance @ weights))
        freedom = fit.freedom(weights)
        reach = float(stats.t.ppf(0.5 + confidence / 2, freedom)) * error
        note = "; ".join(filter(None, [fit.note, f"{freedom:.1f} degrees of freedom" if np.isfinite(freedom) else "",
                                       data.note]))  # fmt: skip
        rows.append({"quantity": quantity, "estimate": float(np.exp(value)), "lower": float(np.exp(value - reach)),
                     "upper": float(np.exp(value + reach)), "p": float(2 * stats.t.sf(abs(value) / error, freedom)),
                     "rho": fit.rho, "note": note})  # fmt: skip
    return rows


def _average(coefficients: np.ndarray, data: SegmentedData) -> tuple[float, np.ndarray]:
    r"""Give the log of :math:`\sum\mu^1 / \sum\mu^0` over the periods after, and its gradient."""
    changed = np.array([term in ("level", "slope") for term in data.terms])
    with_it = data.design[data.after]
    without = np.where(changed, 0.0, with_it)
    totals, slopes = [], []
    for design in (with_it, without):
        mean = np.exp(design @ coefficients + data.offset[data.after])
        totals.append(np.log(mean.sum()))
        slopes.append(mean @ design / mean.sum())
    return float(totals[0] - totals[1]), slopes[0] - slopes[1]
