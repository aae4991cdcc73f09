"""Fits of one interrupted series by the methods in common use, and why one has no estimate."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import statsmodels.api as sm
from scipy.optimize import minimize_scalar
from statsmodels.genmod.generalized_linear_model import GLMResults
from statsmodels.tools.sm_exceptions import PerfectSeparationError

from equitymodel.comparison.autoregression import (
    LineFit,
    autoregressive,
    neighbour_correlation,
    newey_west,
    prais_winsten,
    satterthwaite,
)
from equitymodel.comparison.segmented_data import CHANGES, SegmentedData

CONVERGED: dict[str, Any] = {"tol": 1e-11, "tol_criterion": "params"}


@dataclass(frozen=True)
class SegmentedFit:
    """Coefficients of one model on the log scale, and what its intervals rest on.

    Attributes
    ----------
    coefficients, covariance, rho
        In the order of the columns of the design; and the correlation of errors one period apart.
    note
        What was estimated beside them, or put in.
    freedom
        Degrees of freedom of a contrast.
    not_estimable
        Why there is no estimate; empty where there is.
    """

    coefficients: np.ndarray
    covariance: np.ndarray
    rho: float
    note: str = ""
    freedom: Callable[[np.ndarray], float] = lambda _: np.inf
    not_estimable: str = ""


def without_estimate(reason: str) -> SegmentedFit:
    """Make a fit that has no estimate, and says why.

    Examples
    --------
    >>> without_estimate("every count is 0").not_estimable
    'every count is 0'
    """
    return SegmentedFit(np.array([]), np.array([[]]), np.nan, not_estimable=reason)


def why_not_estimable(data: SegmentedData) -> str:
    """Say why no model has an estimate of the change: a side without a single admission; else empty.

    Parameters
    ----------
    data
        From `segmented_data`.

    Returns
    -------
    str
        The reason.

    Examples
    --------
    >>> from equitymodel.comparison.segmented_data import segmented_data
    >>> from equitymodel.simulate import simulate_series
    >>> series, truth = simulate_series(seed=1)
    >>> why_not_estimable(segmented_data(series.assign(admissions=series["admissions"] * 0), truth.plan))
    'every count before the start is 0'
    """
    reached = _reached(data)
    for name, part in (("before", ~reached), ("after", reached)):
        if not data.counts[part].any():
            return f"every count {name} the start is 0"
    return ""


def try_fit(fit: Callable[[SegmentedData], SegmentedFit], data: SegmentedData) -> SegmentedFit:
    """Fit one model, or say why it has no estimate: zeros, a singular design, or a search that found no end.

    Parameters
    ----------
    fit, data
        One of `SEGMENTED_FITS`, `DIFFERENCE_FITS` or `INTERACTION_FITS`, and what it is fitted to: from
        `segmented_data`, `against_controls` or `beside_controls`.

    Returns
    -------
    SegmentedFit
        Perhaps without an estimate.

    Examples
    --------
    >>> from equitymodel.comparison.segmented_data import segmented_data
    >>> from equitymodel.simulate import simulate_series
    >>> series, truth = simulate_series(seed=1)
    >>> try_fit(fit_poisson, segmented_data(series, truth.plan)).not_estimable
    ''
    """
    if reason := why_not_estimable(data):
        return without_estimate(reason)
    try:
        with warnings.catch_warnings(), np.errstate(all="ignore"):
            warnings.simplefilter("ignore")
            found = fit(data)
    except np.linalg.LinAlgError as error:
        return without_estimate(f"its equations have no single solution ({error})")
    except (PerfectSeparationError, ValueError, FloatingPointError) as error:
        return without_estimate(f"its search failed ({error})")
    if not found.not_estimable and not (np.isfinite(found.coefficients).all() and np.isfinite(found.covariance).all()):
        return without_estimate("its coefficients or their errors are not finite")
    return found


def _generalised(result: GLMResults, data: SegmentedData, note: str = "") -> SegmentedFit:
    if not result.converged:
        return without_estimate("its search did not converge")
    first = slice(0, len(data.counts) // data.series)
    rho = neighbour_correlation(result.resid_deviance[first], data.time[first])
    return SegmentedFit(result.params, result.cov_params(), rho, note)


def _poisson(data: SegmentedData) -> sm.GLM:
    return sm.GLM(data.counts, data.design, family=sm.families.Poisson(), offset=data.offset)


def fit_poisson(data: SegmentedData) -> SegmentedFit:
    """Fit counts as Poisson, independent in time."""
    return _generalised(_poisson(data).fit(**CONVERGED), data)


def fit_quasi_poisson(data: SegmentedData) -> SegmentedFit:
    """Fit counts as Poisson with their variance scaled, independent in time."""
    result = _poisson(data).fit(scale="X2", **CONVERGED)
    return _generalised(result, data, f"dispersion {result.scale:.2f}")


def fit_poisson_newey_west(data: SegmentedData) -> SegmentedFit:
    """Fit counts as Poisson, with errors that may be correlated up to some true lags, and between series.

    Notes
    -----
    Scores of one period are added up over series before they are correlated, so that what exposed and controls
    share is allowed for; the covariance has the factor n / (n - k) for small samples, as `newey_west`.
    """
    if reason := _fitted_exactly(data):
        return without_estimate(reason)
    whole, lags = np.round(data.time - data.time.min()).astype(int), _lags(data)
    robust = {"time": whole, "maxlags": lags, "use_correction": False}
    found = _generalised(_poisson(data).fit(cov_type="nw-groupsum", cov_kwds=robust, **CONVERGED), data, f"{lags} lags")
    rows, columns = data.design.shape
    freedom = float(data.freedom)
    return found if found.not_estimable else replace(
        found, covariance=found.covariance * rows / (rows - columns), freedom=lambda _: freedom
    )  # fmt: skip


def fit_spread_counts(data: SegmentedData) -> SegmentedFit:
    """Fit counts as negative binomial, independent in time."""
    result, theta = fit_negative_binomial(data)
    return _generalised(result, data, f"theta {theta:.4g}")


def fit_negative_binomial(data: SegmentedData) -> tuple[GLMResults, float]:
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
    >>> from equitymodel.comparison.segmented_data import segmented_data
    >>> from equitymodel.simulate import MonthlyNoise, simulate_series
    >>> series, truth = simulate_series(noise=MonthlyNoise(0.2, autocorrelation=0), seed=1)
    >>> 5 < fit_negative_binomial(segmented_data(series, truth.plan))[1] < 200
    True
    """

    def fit(log_alpha: float) -> GLMResults:
        family = sm.families.NegativeBinomial(alpha=np.exp(log_alpha))
        return sm.GLM(data.counts, data.design, family=family, offset=data.offset).fit(**CONVERGED)

    best = minimize_scalar(lambda point: -fit(point).llf, bounds=(-18, 3), method="bounded", options={"xatol": 1e-7})
    return fit(best.x), float(np.exp(-best.x))


def fit_newey_west(data: SegmentedData) -> SegmentedFit:
    """Fit log rates by least squares, with errors that may be correlated up to some true lags."""
    if reason := _fitted_exactly(data):
        return without_estimate(reason)
    response, known = _log_rates(data)
    lags = _lags(data)
    return _line(newey_west(response, data.design, data.time, lags=lags), f"{lags} lags", known)


def fit_prais_winsten(data: SegmentedData) -> SegmentedFit:
    """Fit log rates with autoregressive errors, by moments."""
    response, known = _log_rates(data)
    return _line(prais_winsten(response, data.design, data.time), known)


def fit_restricted(data: SegmentedData) -> SegmentedFit:
    """Fit log rates with autoregressive errors by restricted likelihood, with Satterthwaite's degrees of freedom."""
    response, known = _log_rates(data)
    restricted = autoregressive(response, data.design, data.time)

    def freedom(contrast: np.ndarray) -> float:
        return satterthwaite(contrast, response, data.design, data.time, restricted)

    return SegmentedFit(restricted.coefficients, restricted.covariance, restricted.rho, known, freedom)


def _log_rates(data: SegmentedData) -> tuple[np.ndarray, str]:
    zeros = bool((data.counts == 0).any())
    known = "0.5 added to each count, as some are 0" if zeros else ""
    return np.log(data.counts + 0.5 * zeros) - data.offset, known


def _lags(data: SegmentedData) -> int:
    return int(np.floor(4 * (len(data.counts) / data.series / 100) ** (2 / 9)))


def _fitted_exactly(data: SegmentedData) -> str:
    """Say where the terms of the change fit the periods after exactly: errors made of residuals are then too small."""
    terms, reached = sum(name in CHANGES for name in data.terms), int(_reached(data).sum())
    if reached > terms:
        return ""
    return (
        f"its {terms} terms of the change fit the {reached} periods after the start exactly, so that nothing "
        "says how far those vary"
    )


def _reached(data: SegmentedData) -> np.ndarray:
    """Mark the rows that the effect reaches."""
    changes = [at for at, name in enumerate(data.terms) if name in CHANGES]
    return np.asarray((data.design[:, changes] != 0).any(axis=1))


def _line(fit: LineFit, *notes: str) -> SegmentedFit:
    return SegmentedFit(
        fit.coefficients, fit.covariance, fit.rho, "; ".join(filter(None, notes)), lambda _: float(fit.freedom)
    )


SEGMENTED_FITS: Mapping[str, Callable[[SegmentedData], SegmentedFit]] = {
    "poisson": fit_poisson,
    "quasi_poisson": fit_quasi_poisson,
    "negative_binomial": fit_spread_counts,
    "newey_west": fit_newey_west,
    "prais_winsten": fit_prais_winsten,
    "reml_ar1": fit_restricted,
}
"""The fit of each comparison method of one series."""
DIFFERENCE_FITS: Mapping[str, Callable[[SegmentedData], SegmentedFit]] = {
    "difference_newey_west": fit_newey_west,
    "difference_reml_ar1": fit_restricted,
}
"""The fit of each method for the difference of exposed and controls."""
INTERACTION_FITS: Mapping[str, Callable[[SegmentedData], SegmentedFit]] = {
    "interaction_quasi_poisson": fit_quasi_poisson,
    "interaction_newey_west": fit_poisson_newey_west,
}
"""The fit of each method for exposed and controls under one another."""
