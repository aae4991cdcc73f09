"""Series of a world that need not be the model's, with the working days of the package, and their truth."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import pandas as pd
import xarray as xr

from equitymodel.data.series.periods import Periods
from equitymodel.data.series.series_facts import SeriesFacts
from equitymodel.simulate.course import MONTHS_A_YEAR, Timeline
from equitymodel.simulate.series_world import Sizes
from equitymodel.simulate.series_worlds import RAMP_MONTHS, SeriesWorld
from equitymodel.simulate.simulated_series import empty_series
from equitymodel.spec.interruption import Interruption, Outcome
from equitymodel.vocabulary import DEPRIVATION, ICS, PERIOD, PROCEDURE, SERIES_DIMS

GROUPS, GRADIENT, SEASON = 5, 0.2, 0.05
WALK_STEP, BURN_IN = 0.02, 120
STEEPNESS = 1.0
"""By how much what happens differs between the ends of the deprivation scale, as a multiple of its mean."""


@dataclass(frozen=True)
class TruthOfWorld:
    """The true log ratio that the question is about: of admissions, or of the gap (least over most deprived).

    Attributes
    ----------
    judged, all_months
        On the months on which the verdict rests, and on all after the start.
    """

    judged: float
    all_months: float


@dataclass(frozen=True)
class SeriesOfWorld:
    """A series of a world, the plan for it, and its truth.

    Attributes
    ----------
    series, plan
        As from `read_series`, and the interruption; its ``outcome`` is the question.
    fitted, counterfactual
        True mean admissions, and what they would have been had nothing been done.
    """

    series: xr.Dataset
    plan: Interruption
    fitted: xr.DataArray
    counterfactual: xr.DataArray

    @property
    def truth(self) -> TruthOfWorld:
        """The true log ratio."""
        design = self.plan.design(self.series)
        return TruthOfWorld(self._log_ratio(design["judged"]), self._log_ratio(design["counted"]))

    def mirrored(self) -> SeriesOfWorld:
        """Turn the deprivation scale round: the same people, the most deprived now called the least."""
        turned = slice(None, None, -1)
        labels = {DEPRIVATION: self.series[DEPRIVATION]}
        places = 1 - self.series["position"].isel(deprivation=turned).assign_coords(labels)
        series, *means = (part.isel(deprivation=turned).assign_coords(labels)
                          for part in (self.series, self.fitted, self.counterfactual))  # fmt: skip
        return SeriesOfWorld(
            series.assign_coords(position=places), self.plan, *(part.assign_coords(position=places) for part in means)
        )

    def _log_ratio(self, chosen: xr.DataArray) -> float:
        over = [PERIOD, ICS, PROCEDURE]
        sums = [part.where(chosen, 0.0).sum(over) for part in (self.fitted, self.counterfactual)]
        if self.plan.outcome == "level":
            return float(np.log(sums[0].sum() / sums[1].sum()))
        exposed = chosen.any(PERIOD) if ICS in chosen.dims else True
        weight = self.series["exposure"].mean(PERIOD).where(exposed, 0.0).sum([ICS, PROCEDURE])
        return float(_slope(np.log(sums[0] / sums[1]), self.series["position"], weight))


def simulate_world(world: SeriesWorld, outcome: Outcome = "level", *, seed: int) -> SeriesOfWorld:
    """Make a series of a world.

    Parameters
    ----------
    world
        One of `SERIES_WORLDS`, or another.
    outcome
        What the question is about. A ``gap`` has five groups, and the effect is on the gap alone; a ``level`` has one.
    seed
        Seed of the random numbers.

    Returns
    -------
    SeriesOfWorld
        With working days as from `read_series`; months of the pandemic are masked as it masks them.

    Raises
    ------
    SpecError
        When the start leaves no months on one side.

    Examples
    --------
    >>> from equitymodel.simulate.series_worlds import SERIES_WORLDS
    >>> made = simulate_world(SERIES_WORLDS["recovery_25_10_step_20"], seed=1)
    >>> made.plan.start.isoformat(), int(made.series["masked"].sum()), round(made.truth.judged, 3)
    ('2023-04-01', 13, 0.182)
    """
    rng = np.random.default_rng(seed)
    series, plan = _frame(world, outcome, rng)
    time = Timeline(world.layout.periods, world.layout.before, world.layout.reentry)
    log_rate = _usual(series, world, time) + _happening(series, world, time) + _noise(series, world, rng)
    days = series["working_days"] if world.bank_holidays else _weekdays(series)
    counterfactual = (series["exposure"] * days / days.mean() * np.exp(log_rate)).transpose(*SERIES_DIMS)
    place = series["position"] - 0.5
    by_group = xr.ones_like(place) if outcome == "level" else -place
    effect = by_group * _over_months(series, _effect(world, time)) * _exposed(series, world)
    fitted = (counterfactual * np.exp(effect)).transpose(*SERIES_DIMS)
    counts = fitted.copy(data=rng.poisson(fitted.values).astype(float)).assign_attrs(unit="admissions")
    ordered = xr.Dataset({"admissions": counts}).assign(series.data_vars)
    return SeriesOfWorld(SeriesFacts.of(series).keep_with(ordered), plan, fitted, counterfactual)


def _frame(world: SeriesWorld, outcome: Outcome, rng: np.random.Generator) -> tuple[xr.Dataset, Interruption]:
    groups = GROUPS if outcome == "gap" else 1
    starts = pd.date_range(world.layout.first, periods=world.layout.periods, freq="MS")
    sizes = Sizes(1 + world.controls, groups, 1, world.layout.periods, world.layout.before)
    masks = Periods() if world.recovers else Periods(breaks=None)
    series = empty_series(starts, sizes, world.expected / groups, rng, masks)
    exposed = {ICS: (str(series[ICS].values[0]),)} if world.controls else None
    plan = Interruption(f"{starts[world.layout.before]:%Y-%m}", world.declared, outcome=outcome, exposed=exposed)
    return series, plan


def _usual(series: xr.Dataset, world: SeriesWorld, time: Timeline) -> xr.DataArray:
    years = time.months / MONTHS_A_YEAR
    season = SEASON * np.cos(2 * np.pi * years)
    return _over_months(series, world.yearly_growth * years + season) + GRADIENT * (series["position"] - 0.5)


def _happening(series: xr.Dataset, world: SeriesWorld, time: Timeline) -> xr.DataArray:
    """Add up what happens to all, to the exposed alone and to one control alone; steeper for the more deprived."""
    all_alike = _over_months(series, world.course(time))
    exposed = _over_months(series, world.exposed_alone(time)) * _exposed(series, world)
    last = (
        series[ICS].copy(data=np.arange(series.sizes[ICS]) == series.sizes[ICS] - 1).drop_vars(["ics_name", "region"])
    )
    control = _over_months(series, world.one_control(time)) * last
    return (all_alike + exposed + control) * (1 - STEEPNESS * (series["position"] - 0.5))


def _effect(world: SeriesWorld, time: Timeline) -> np.ndarray:
    after = time.since_start >= 0
    since = np.maximum(time.since_start + 0.5, 0.0)
    forms = {
        "step": after.astype(float),
        "slope": since / since[after].mean(),
        "ramp": np.minimum(since / RAMP_MONTHS, 1.0),
    }
    return math.log1p(world.effect.size) * np.where(after, forms[world.effect.form], 0.0)


def _over_months(series: xr.Dataset, values: np.ndarray) -> xr.DataArray:
    return xr.DataArray(values, {PERIOD: series[PERIOD]}, dims=PERIOD).reset_coords(drop=True)


def _exposed(series: xr.Dataset, world: SeriesWorld) -> xr.DataArray:
    places = np.arange(series.sizes[ICS]) == 0 if world.controls else np.ones(series.sizes[ICS], dtype=bool)
    return xr.DataArray(places, {ICS: series[ICS].values}, dims=ICS)


def _weekdays(series: xr.Dataset) -> xr.DataArray:
    """Count Mondays to Fridays, bank holidays among them."""
    first = series[PERIOD].values.astype("datetime64[M]")
    days = np.busday_count(first.astype("datetime64[D]"), (first + np.timedelta64(1, "M")).astype("datetime64[D]"))
    return series["working_days"].copy(data=days.astype(float))


def _noise(series: xr.Dataset, world: SeriesWorld, rng: np.random.Generator) -> xr.DataArray:
    """Draw noise of each cell, part of it the same for all: an autoregression, or a random walk."""
    shape, noise = series["exposure"].shape, world.noise
    length = shape[0] + BURN_IN
    own, common = rng.normal(size=(length, *shape[1:])), rng.normal(size=(length, 1, 1, 1))
    steps = np.sqrt(1 - noise.shared) * own + np.sqrt(noise.shared) * common
    if world.walks:
        values = WALK_STEP * steps[BURN_IN:].cumsum(axis=0)
    else:
        values = noise.sd * _autoregression(steps, noise.autocorrelation, world.second_correlation)[BURN_IN:]
    return series["exposure"].copy(data=values).drop_attrs()


def _autoregression(steps: np.ndarray, first: float, second: float) -> np.ndarray:
    """Run an autoregression of order two whose values have a variance of one."""
    one_apart = first / (1 - second)
    innovation = np.sqrt(1 - first * one_apart - second * (first * one_apart + second))
    values = steps.copy()
    values[1] = one_apart * values[0] + np.sqrt(1 - one_apart**2) * steps[1]
    for month in range(2, len(steps)):
        values[month] = first * values[month - 1] + second * values[month - 2] + innovation * steps[month]
    return values


def _slope(y: xr.DataArray, position: xr.DataArray, weight: xr.DataArray) -> xr.DataArray:
    """Give the slope of a weighted straight line over positions."""
    centred = position - (weight * position).sum() / weight.sum()
    return (weight * centred * y).sum() / (weight * centred**2).sum()
