"""Terms over time of interrupted series: change of level and slope, trend and its bends, season, recovery."""

from __future__ import annotations

import itertools

import numpy as np
import xarray as xr

from equitymodel.data.series.frequency import Frequency
from equitymodel.data.series.series_facts import SeriesFacts
from equitymodel.spec.second_change import SECOND


def seasonal_harmonics(years: np.ndarray, frequency: Frequency, harmonics: int) -> dict[str, np.ndarray]:
    """Make the Fourier terms of a yearly season, as many harmonics as periods of this length identify.

    Parameters
    ----------
    years
        Time, in years.
    frequency
        How long periods are.
    harmonics
        How many harmonics are wanted.

    Returns
    -------
    dict
        ``sin 1``, ``cos 1`` and so on; each of the shape of `years`.

    Examples
    --------
    >>> from equitymodel.data.series.frequency import FREQUENCIES
    >>> list(seasonal_harmonics(np.arange(3) / 4, FREQUENCIES["quarterly"], 3))
    ['sin 1', 'cos 1', 'sin 2', 'cos 2']
    """
    return {
        f"{name} {k}": wave(2 * np.pi * k * years)
        for k in range(1, min(harmonics, frequency.most_harmonics) + 1)
        for name, wave in (("sin", np.sin), ("cos", np.cos))
    }


SHORTEST_BREAK = 3.0
"""Months that a masked break lasts at least, if admissions may have to recover from it."""
KEPT = 0.995
"""Share of the variance of a random function that its leading columns keep."""
FADING_MONTHS, STRAIGHT_MONTHS = (7.0, 11.0, 17.0), (15.0, 24.0, 36.0)
"""Shapes of recovery from a break: exponential with these e-folding times, and straight to nothing in these times."""


def bending_trend(years: np.ndarray) -> np.ndarray:
    r"""Make columns for a trend that bends: an integrated random walk, beside a constant and a straight line.

    .. math:: K(s, t) = \tfrac16 m^2 (3 M - m), \qquad m = \min(s, t),\ M = \max(s, t)

    Parameters
    ----------
    years
        Times, in years, in order.

    Returns
    -------
    numpy.ndarray
        Shape (time, column). With independent coefficients of standard deviation :math:`\tau`, growth walks by
        :math:`\tau` from one year to the next; few columns keep 99.5 % of the variance.

    Notes
    -----
    Leading columns of the Karhunen-Loeve expansion, constant and line projected out: they have terms of their own.

    Examples
    --------
    >>> columns = bending_trend(np.arange(84) / 12)
    >>> columns.shape[1], bool(abs(columns.T @ np.arange(84)).max() < 1e-9)
    (6, True)
    """
    since = years - years[0]
    lower, upper = np.minimum.outer(since, since), np.maximum.outer(since, since)
    line = np.linalg.qr(np.column_stack([np.ones_like(since), since]))[0]
    beside = np.eye(len(since)) - line @ line.T
    return _leading(beside @ (lower**2 * (3 * upper - lower) / 6) @ beside)


def recovery_after(months: np.ndarray) -> np.ndarray:
    """Make columns for a recovery whose shape is not known: of the shapes listed above, each as probable as another.

    Parameters
    ----------
    months
        Months since re-entry; negative before it.

    Returns
    -------
    numpy.ndarray
        Shape (time, column); zero before re-entry. With independent standard normal coefficients the columns have the
        mean and covariance of a depth with mean 0 and standard deviation 1 times a shape drawn at random.

    Examples
    --------
    >>> columns = recovery_after(np.arange(-12.0, 48.0))
    >>> columns.shape[1], bool(abs(columns[:12]).max() == 0), round(float((columns[12] ** 2).sum()), 2)
    (3, True, 1.0)
    """
    since = np.maximum(months, 0.0)
    fading = [np.exp(-since / length) for length in FADING_MONTHS]
    straight = [np.maximum(1 - since / length, 0.0) for length in STRAIGHT_MONTHS]
    shapes = np.stack([*fading, *straight]) * (months >= 0)
    return _leading(shapes.T @ shapes / len(shapes))


def months_since_breaks(series: xr.Dataset) -> list[np.ndarray]:
    """Give the months since re-entry after each masked break of three months or more, with data on both sides.

    Parameters
    ----------
    series
        From `read_series`.

    Returns
    -------
    list
        An array over time for each break; negative before re-entry.

    Examples
    --------
    >>> from equitymodel.simulate.simulated_series import simulate_series
    >>> series, _ = simulate_series(seed=1)
    >>> masked = series.assign(masked=(series["elapsed"] >= 10) & (series["elapsed"] < 16))
    >>> [months[:20].tolist()[-5:] for months in months_since_breaks(masked)], months_since_breaks(series)
    ([[-1.0, 0.0, 1.0, 2.0, 3.0]], [])
    """
    months = SeriesFacts.of(series).frequency.in_months
    masked, elapsed = series["masked"].values, series["elapsed"].values.astype(float)
    open_at = np.flatnonzero(~masked)
    found = []
    for last, first in itertools.pairwise(open_at):
        lasted = (elapsed[first] - elapsed[last] - 1) * months
        if masked[last:first].any() and lasted >= SHORTEST_BREAK:
            found.append((elapsed - elapsed[first]) * months)
    return found


def _leading(covariance: np.ndarray) -> np.ndarray:
    """Give the leading columns of a covariance matrix, scaled so that independent standard normal weights give it."""
    values, vectors = np.linalg.eigh(covariance)
    values, vectors = np.maximum(values[::-1], 0.0), vectors[:, ::-1]
    kept = int(np.searchsorted(np.cumsum(values), KEPT * values.sum())) + 1
    signs = np.sign(vectors[np.abs(vectors).argmax(axis=0), np.arange(len(values))])
    return (vectors * signs * np.sqrt(values))[:, :kept]


def segmented_terms(series: xr.Dataset, design: xr.Dataset, *, harmonics: int, slope: bool) -> dict[str, np.ndarray]:
    """Make the terms of a segmented regression, by name, over periods.

    Parameters
    ----------
    series
        Anything over ``period`` with the coordinate ``elapsed`` and a frequency.
    design
        From `Interruption.design`.
    harmonics, slope
        As for `segmented_models`.

    Returns
    -------
    dict
        ``level`` and ``slope`` as declared, those of a second change, ``constant``, ``trend`` (years), and Fourier
        terms such as ``sin 1``.

    Examples
    --------
    >>> from equitymodel.simulate import simulate_series
    >>> series, truth = simulate_series(seed=1)
    >>> list(segmented_terms(series, truth.plan.design(series), harmonics=1, slope=False))
    ['level', 'constant', 'trend', 'sin 1', 'cos 1']
    """
    frequency = SeriesFacts.of(series).frequency
    years = series["elapsed"].values / frequency.per_year
    season = seasonal_harmonics(years, frequency, harmonics)
    change = {name: design[name].values for name in ("level", *(("slope",) if slope else ())) if design[name].any()}
    change |= {SECOND[name]: design[f"second_{name}"].values for name in change if f"second_{name}" in design}
    return {**change, "constant": np.ones_like(years), "trend": years, **season}
