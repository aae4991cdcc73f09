"""Funnels: how far areas may lie from what is expected of them, with over-dispersion or by chance alone."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.stats import chi2, norm

from equitymodel.argument_types import refuses_other_types
from equitymodel.errors import OptionError
from equitymodel.monitoring.control_limits import Numbers
from equitymodel.vocabulary import nearest

LEVELS = (0.95, 0.998)
"""What funnels of the NHS are drawn at."""
TAIL = 0.1
"""The share of areas at either end that over-dispersion is not to hang on."""


@dataclass(frozen=True)
class _Form:
    """One way of making ratios as good as normal: the transform, its standard error, its inverse, what of tails."""

    forward: Callable[[Numbers], Numbers]
    error: Callable[[Numbers], Numbers]
    back: Callable[[Numbers], Numbers]
    tails: str


def _as_it_is(root: Numbers) -> Numbers:
    return root


FORMS = {
    "shmi": _Form(np.log, lambda expected: 1 / np.sqrt(expected), np.exp, "trim"),
    "cqc": _Form(np.sqrt, lambda expected: 1 / (2 * np.sqrt(expected)), _as_it_is, "winsorise"),
}
"""Log ratios, as for the Summary Hospital-level Mortality Indicator; square roots, as the Care Quality Commission had
them: their limits are then as far below 1 as above it, on the scale of roots."""
TAILS = ("trim", "winsorise")


@dataclass(frozen=True)
class Funnel:
    """Areas against what is expected of them.

    Attributes
    ----------
    table
        A row an area: ``observed, expected, ratio, score`` (in standard deviations of sampling alone), for each level
        ``lower_95, upper_95, lower_998, upper_998``, and ``outside``: the widest limits it lies beyond, or nothing.
    form
        ``shmi``, ``cqc``, ``exact`` or ``predictive``.
    dispersion, between
        How many times scores vary more than sampling alone, and the variance between areas on the scale of the form;
        missing for the last two.
    """

    table: pd.DataFrame
    form: str
    dispersion: float = np.nan
    between: float = np.nan


@refuses_other_types
def funnel(observed: pd.Series, expected: pd.Series, *, form: str = "shmi", tails: str | None = None) -> Funnel:
    """Draw limits for areas that may differ for many reasons besides chance.

    Parameters
    ----------
    observed, expected
        Counts, and what is expected of them, by area.
    form
        ``shmi`` or ``cqc``: limits as wide as areas vary. ``exact``: Poisson limits, for chance alone.
    tails
        What over-dispersion makes of the tenth of areas at either end: ``trim`` leaves them out, ``winsorise`` brings
        them to where that tenth begins; by default as the form has it.

    Returns
    -------
    Funnel
        Limits of the ratio at 95 % and 99.8 %.

    Raises
    ------
    OptionError
        When there is no such form, areas differ, or something is not expected anywhere.

    References
    ----------
    Spiegelhalter DJ (2005) Handling over-dispersion of performance indicators. Quality and Safety in Health Care
    14:347. Spiegelhalter DJ (2005) Funnel plots for comparing institutional performance. Statistics in Medicine
    24:1185.

    Examples
    --------
    >>> areas = list("abcdef")
    >>> observed = pd.Series([100, 150, 180, 80, 120, 225], areas)
    >>> expected = pd.Series([108, 112, 165, 95, 100, 220], areas)
    >>> made = funnel(observed, expected, tails="winsorise")
    >>> round(made.dispersion, 5), round(made.between, 7), made.table["outside"].tolist()
    (2.14905, 0.0121185, ['', '95 %', '', '', '', ''])
    """
    _check(observed, expected, form)
    seen, hoped = observed.to_numpy(float), expected.to_numpy(float)
    ratio = seen / hoped
    if form == "exact":
        scores = (seen - hoped) / np.sqrt(hoped)
        return Funnel(funnel_table(observed, expected, limits_at(form, hoped), scores), form)
    own = FORMS[form]
    error = own.error(hoped)
    scores = (own.forward(ratio) - own.forward(np.ones_like(ratio))) / error
    dispersion, between = over_dispersion(scores, error, tails or own.tails)
    return Funnel(funnel_table(observed, expected, limits_at(form, hoped, between), scores), form, dispersion, between)


def limits_at(form: str, expected: Numbers, between: float = 0.0) -> dict[float, tuple[Numbers, Numbers]]:
    """Give the limits of a form at any sizes, of areas or between them.

    Parameters
    ----------
    form
        As for `funnel`.
    expected
        Expected counts, above 0.
    between
        The variance between areas, as in `Funnel`.

    Returns
    -------
    dict
        Lower and upper limits of the ratio by level.

    Examples
    --------
    >>> {level: upper.round(2).tolist() for level, (_, upper) in limits_at("exact", np.array([15.0])).items()}
    {0.95: [1.65], 0.998: [2.08]}
    """
    if form not in FORMS:
        return {level: _exact(expected, level) for level in LEVELS}
    own = FORMS[form]
    error = np.sqrt(own.error(expected) ** 2 + between)
    return {level: _around_one(own, error * norm.ppf((1 + level) / 2)) for level in LEVELS}


def over_dispersion(scores: Numbers, error: Numbers, tails: str) -> tuple[float, float]:
    """Say how much more areas vary than sampling alone, and what variance between them that leaves.

    Parameters
    ----------
    scores, error
        By area: how far it is from what is expected, in standard errors; and the standard error.
    tails
        As for `funnel`.

    Returns
    -------
    tuple of float
        The mean square of scores, and the variance between areas by the method of moments, on the scale of errors.

    Raises
    ------
    OptionError
        When there is no such treatment of tails.

    References
    ----------
    DerSimonian R, Laird N (1986) Meta-analysis in clinical trials. Controlled Clinical Trials 7:177.

    Examples
    --------
    >>> dispersion, between = over_dispersion(np.array([-2.0, 2.0, -2.0, 2.0]), np.full(4, 0.1), "winsorise")
    >>> dispersion, round(between, 4)
    (4.0, 0.0433)
    """
    if tails not in TAILS:
        raise OptionError(f"tails are not treated by '{tails}'. {nearest(tails, TAILS)}")
    low, high = np.quantile(scores, [TAIL, 1 - TAIL])
    inside = (scores >= low) & (scores <= high)
    kept, errors = (scores[inside], error[inside]) if tails == "trim" else (np.clip(scores, low, high), error)
    dispersion = float((kept**2).mean())
    weights = 1 / errors**2
    spare = kept.size * dispersion - (kept.size - 1)
    return dispersion, float(max(0.0, spare / (weights.sum() - (weights**2).sum() / weights.sum())))


def _check(observed: pd.Series, expected: pd.Series, form: str) -> None:
    known = (*FORMS, "exact")
    if form not in known:
        raise OptionError(f"no funnel is called '{form}'. {nearest(form, known)}")
    if not observed.index.equals(expected.index):
        raise OptionError("observed and expected are of other areas; give both by the same, in the same order")
    if not (expected > 0).all() or not (observed >= 0).all():
        raise OptionError("a funnel takes counts of 0 or more and expected counts above 0; leave other areas out")
    if form == "shmi" and not (observed > 0).all():
        raise OptionError("a log ratio takes counts above 0; use form='cqc' or form='exact' where an area has none")


def _around_one(form: _Form, reach: Numbers) -> tuple[Numbers, Numbers]:
    centre = form.forward(np.ones_like(reach))
    return form.back(centre - reach), form.back(centre + reach)


def _exact(expected: Numbers, level: float) -> tuple[Numbers, Numbers]:
    """Give exact Poisson limits of the ratio (Byar's would be near)."""
    tail = (1 - level) / 2
    return chi2.ppf(tail, 2 * expected) / 2 / expected, chi2.ppf(1 - tail, 2 * (expected + 1)) / 2 / expected


def funnel_table(
    observed: pd.Series, expected: pd.Series, limits: dict[float, tuple[Numbers, Numbers]], scores: Numbers
) -> pd.DataFrame:
    """Lay areas out with their limits, and say which they lie beyond.

    Examples
    --------
    >>> one = pd.Series([3.0], ["a"])
    >>> table = funnel_table(one, one / 3, {0.95: (np.array([0.5]), np.array([2.0]))}, np.array([2.0]))
    >>> table["outside"].tolist()
    ['95 %']
    """
    ratio = observed / expected
    table = pd.DataFrame({"observed": observed, "expected": expected, "ratio": ratio, "score": scores})
    outside: NDArray[np.str_] = np.full(len(table), "", dtype=object)
    for level, (lower, upper) in limits.items():
        name = f"{level:.1%}".replace(".0%", "").replace("%", "").replace(".", "")
        table[f"lower_{name}"], table[f"upper_{name}"] = lower, upper
        beyond = (ratio < lower) | (ratio > upper)
        outside[beyond.to_numpy()] = f"{100 * level:g} %"
    return table.assign(outside=outside)
