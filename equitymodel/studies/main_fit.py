"""The fit that a verdict rests on, without the months before the start in which people already held back."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
import xarray as xr

from equitymodel.data.tables.suppression import HIGH, LOW
from equitymodel.estimands.guards import BUMP_Z
from equitymodel.estimands.series_gap import log_gap
from equitymodel.inference.series.fit_interruption import fit_interruption
from equitymodel.inference.series.series_fit import SeriesFit
from equitymodel.spec.arms import add_up_arms
from equitymodel.spec.interruption import Interruption
from equitymodel.spec.series_model import SeriesModel
from equitymodel.vocabulary import CELL_DIMS, DEPRIVATION, ICS, PERIOD, PROCEDURE

LOOK_DRAWS = 1000
BUMP = "bump"


@dataclass(frozen=True)
class MainFit:
    """The fit that a verdict rests on, and what was left out of it.

    Attributes
    ----------
    fit
        The fit; its ``series`` has every count, also those that were left out.
    bump
        How many standard deviations the months just before the start lie from the rest; missing where that was not
        asked.
    months
        The months left out; none where the bump is small.
    """

    fit: SeriesFit
    bump: float
    months: tuple[str, ...] = ()

    def for_checks(self, fit: SeriesFit) -> SeriesFit:
        """Give a fit of the same series without the months left out, for what is tried against it."""
        if not self.months:
            return fit
        return replace(fit, series=leave_out_anticipation(fit.series, fit.plan))

    @property
    def notes(self) -> tuple[str, ...]:
        """What was left out, in a sentence; none where nothing was."""
        if not self.months:
            return ()
        span = self.months[0] if len(self.months) == 1 else f"{self.months[0]} to {self.months[-1]}"
        what = "the gap" if self.fit.plan.outcome == "gap" else "admissions"
        return (
            f"The months just before the start ({span}) are left out of the fit, as {what} already departed, by "
            f"{abs(self.bump):.1f} standard deviations (the rule leaves them out from {BUMP_Z:g} on).",
        )


def fit_main(series: xr.Dataset, plan: Interruption, model: SeriesModel, *, seed: int) -> MainFit:
    """Fit what a verdict rests on: all admissions as one series or, for a question about the gap, the groups.

    Parameters
    ----------
    series, plan, model
        As for `fit_interruption`: every ICS and procedure, the interruption, and the model.
    seed
        Seed of the random numbers.

    Returns
    -------
    MainFit
        Where the months just before the start depart from the rest by more than 1.6 standard deviations (their gap,
        for a question about the gap), the fit is one without the counts of the exposed in these months.

    Raises
    ------
    SpecError
        When the interruption does not fit the series.

    Examples
    --------
    >>> from equitymodel.simulate import simulate_series
    >>> from equitymodel.spec.library import load_series_model
    >>> series, truth = simulate_series(seed=1)
    >>> fit_main(series, truth.plan, load_series_model(), seed=1).months
    ()
    """
    gap = plan.outcome == "gap" and series.sizes[DEPRIVATION] > 1
    whole, own = add_up_arms(series, plan, (ICS, PROCEDURE) if gap else CELL_DIMS)
    bump = _bump_before(whole, own, model, seed)
    months = _anticipated(whole, own) if abs(bump) > BUMP_Z else ()
    return MainFit(fit_without(whole, own, model, seed, early=bool(months)), bump, months)


def fit_without(series: xr.Dataset, plan: Interruption, model: SeriesModel, seed: int, *, early: bool) -> SeriesFit:
    """Fit a series, perhaps without the months just before the start, and show all its counts all the same."""
    if not early:
        return fit_interruption(series, plan, model, seed=seed)
    fit = fit_interruption(leave_out_anticipation(series, plan), plan, model, seed=seed)
    return replace(fit, series=series)


def leave_out_anticipation(series: xr.Dataset, plan: Interruption) -> xr.Dataset:
    """Make the counts of the exposed in the months just before the start unknown.

    Examples
    --------
    >>> from equitymodel.simulate import Sizes, simulate_series
    >>> series, truth = simulate_series(Sizes(periods=60, before=36), seed=1)
    >>> int(leave_out_anticipation(series, truth.plan)["admissions"].isnull().sum())
    3
    """
    early = plan.design(series)["anticipation"]
    names = [name for name in ("admissions", LOW, HIGH) if name in series]
    return series.assign({name: series[name].where(~early).transpose(*series[name].dims) for name in names})


def bump_departure(fit: SeriesFit) -> float:
    """Give how many standard deviations the bump before the start lies from none: of admissions, or of the gap.

    Parameters
    ----------
    fit
        Of a model that includes ``bump``.

    Returns
    -------
    float
        The largest of those exposed, with its sign; missing where the series has no such months.

    Examples
    --------
    >>> from equitymodel.simulate import simulate_series
    >>> from equitymodel.spec.library import load_series_model
    >>> series, truth = simulate_series(seed=1)
    >>> fit = fit_interruption(series, truth.plan, load_series_model().including("bump"), seed=1, draws=400)
    >>> abs(bump_departure(fit)) < 1.6
    True
    """
    if BUMP not in fit.posterior:
        return float("nan")
    bump = fit.posterior[BUMP]
    if fit.plan.outcome == "gap" and bump.sizes[DEPRIVATION] > 1:
        weight = fit.series["exposure"].mean([PERIOD, ICS, PROCEDURE])
        bump = log_gap(np.exp(bump), weight, fit.series["position"])
    mean, spread = (values.values.ravel() for values in (bump.mean(("chain", "draw")), bump.std(("chain", "draw"))))
    there = spread > 0
    departures = mean[there] / spread[there]
    return float(departures[np.argmax(np.abs(departures))]) if there.any() else float("nan")


def _bump_before(series: xr.Dataset, plan: Interruption, model: SeriesModel, seed: int) -> float:
    if not model.knows(BUMP) or not bool(plan.design(series)["anticipation"].any()):
        return float("nan")
    fit = fit_interruption(series, plan, model.including(BUMP), seed=seed, draws=LOOK_DRAWS)
    return bump_departure(fit) if fit.sound else float("nan")


def _anticipated(series: xr.Dataset, plan: Interruption) -> tuple[str, ...]:
    early = plan.design(series)["anticipation"]
    months = early.any([dim for dim in early.dims if dim != PERIOD]) & ~series["masked"]
    return tuple(f"{day:%Y-%m}" for day in pd.DatetimeIndex(series[PERIOD].values[months.values]))
