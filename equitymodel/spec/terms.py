"""Terms over time of interrupted series: change of level and slope, trend, and Fourier terms of the season."""

from __future__ import annotations

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
        for k in range(1, min(harmonics, int(frequency.per_year // 2)) + 1)
        for name, wave in (("sin", np.sin), ("cos", np.cos))
    }


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
        ``level``, perhaps ``slope``, those of a second change, ``constant``, ``trend`` (years), and
        Fourier terms such as ``sin 1``.

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
    change = {"level": design["level"].values} | ({"slope": design["slope"].values} if slope else {})
    change |= {SECOND[name]: design[f"second_{name}"].values for name in change if f"second_{name}" in design}
    return {**change, "constant": np.ones_like(years), "trend": years, **season}
