"""Rate ratios of segmented regressions: at the start and on average, or the reason why there is none."""

from __future__ import annotations

import numpy as np
from scipy import stats

from equitymodel.comparison.segmented_data import CHANGES, SegmentedData
from equitymodel.comparison.segmented_fits import SegmentedFit

LARGEST_RATIO = 1e6
"""Ratios beyond it, either way, are no estimates but signs of zeros."""
SMALLEST_ERROR = 1e-8
"""A smaller standard error is rounding."""
LARGEST_ERROR = 5.0
"""A log ratio with a larger standard error has run away: its interval reaches over twenty thousand times either way."""
NOT_ESTIMABLE = "not estimable"
"""How notes begin where there is no estimate."""


def segmented_ratios(fit: SegmentedFit, data: SegmentedData, confidence: float) -> list[dict[str, object]]:
    """Give the rate ratio at the start and on average after it, with intervals by the delta method.

    Parameters
    ----------
    fit, data, confidence
        A fit of one method, what it was fitted to, and the level of the intervals.

    Returns
    -------
    list of dict
        ``quantity, estimate, lower, upper, p, rho, note``; where there is no estimate, no numbers, and a note
        that begins with ``not estimable`` and says why.

    Examples
    --------
    >>> from equitymodel.comparison.segmented_data import segmented_data
    >>> from equitymodel.comparison.segmented_fits import without_estimate
    >>> from equitymodel.simulate import simulate_series
    >>> series, truth = simulate_series(seed=1)
    >>> data = segmented_data(series, truth.plan)
    >>> segmented_ratios(without_estimate("every count after the start is 0"), data, 0.95)[0]["note"]
    'not estimable: every count after the start is 0'
    """
    if fit.not_estimable:
        quantities = ("level", "average") if "level" in data.terms else ("average",)
        return [no_ratio(quantity, fit.not_estimable, data.note) for quantity in quantities]
    contrasts = {"average": average_change(fit.coefficients, data)}
    if "level" in data.terms:
        at = data.terms.index("level")
        contrasts = {"level": (float(fit.coefficients[at]), np.eye(len(data.terms))[at])} | contrasts
    return [_ratio(quantity, value, weights, fit=fit, data=data, confidence=confidence)
            for quantity, (value, weights) in contrasts.items()]  # fmt: skip


def no_ratio(quantity: str, reason: str, note: str = "") -> dict[str, object]:
    """Make a row without numbers, with the reason.

    Examples
    --------
    >>> no_ratio("level", "every count is 0")["note"]
    'not estimable: every count is 0'
    """
    numbers = dict.fromkeys(("estimate", "lower", "upper", "p", "rho"), np.nan)
    return {"quantity": quantity, **numbers, "note": "; ".join(filter(None, [f"{NOT_ESTIMABLE}: {reason}", note]))}


def _ratio(
    quantity: str, value: float, weights: np.ndarray, *, fit: SegmentedFit, data: SegmentedData, confidence: float
) -> dict[str, object]:
    with np.errstate(all="ignore"):
        error = float(np.sqrt(weights @ fit.covariance @ weights))
        if reason := _why_absurd(value, error):
            return no_ratio(quantity, reason, data.note)
        freedom = fit.freedom(weights)
    reach = float(stats.t.ppf(0.5 + confidence / 2, freedom)) * error
    note = "; ".join(filter(None, [fit.note, f"{freedom:.1f} degrees of freedom" if np.isfinite(freedom) else "",
                                   data.note]))  # fmt: skip
    return {"quantity": quantity, "estimate": float(np.exp(value)), "lower": float(np.exp(value - reach)),
            "upper": float(np.exp(value + reach)), "p": float(2 * stats.t.sf(abs(value) / error, freedom)),
            "rho": fit.rho, "note": note}  # fmt: skip


def _why_absurd(value: float, error: float) -> str:
    """Say why a log ratio is no estimate; empty where it is one."""
    if not np.isfinite(value) or abs(value) > np.log(LARGEST_RATIO):
        return f"its ratio ran beyond {LARGEST_RATIO:,.0f} times, as it does where zeros separate before from after"
    if not error > SMALLEST_ERROR:
        return "its standard error is none: its line goes through every point"
    if error > LARGEST_ERROR:
        return f"its standard error ran away (beyond {LARGEST_ERROR:g} on the log scale)"
    return ""


def average_change(coefficients: np.ndarray, data: SegmentedData) -> tuple[float, np.ndarray]:
    r"""Give the log of :math:`\sum\mu^1 / \sum\mu^0` over the periods after, and its gradient.

    Parameters
    ----------
    coefficients
        On the log scale, in the order of the terms.
    data
        From `segmented_data`.

    Returns
    -------
    tuple
        The log ratio, and its gradient in the coefficients.

    Examples
    --------
    >>> from equitymodel.comparison.segmented_data import segmented_data
    >>> from equitymodel.simulate import simulate_series
    >>> series, truth = simulate_series(seed=1)
    >>> data = segmented_data(series, truth.plan, slope=False)
    >>> round(average_change(np.eye(len(data.terms))[0], data)[0], 6)
    1.0
    """
    changed = np.array([term in CHANGES for term in data.terms])
    with_it = data.design[data.after]
    without = np.where(changed, 0.0, with_it)
    totals, slopes = [], []
    for design in (with_it, without):
        mean = np.exp(design @ coefficients + data.offset[data.after])
        totals.append(np.log(mean.sum()))
        slopes.append(mean @ design / mean.sum())
    return float(totals[0] - totals[1]), slopes[0] - slopes[1]
