"""An interruption laid out over the periods of a series, once for each declaration and calendar."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import xarray as xr

from equitymodel.data.series.calendar import Calendar
from equitymodel.data.series.frequency import WEEK, Frequency
from equitymodel.errors import SpecError
from equitymodel.spec.exposure import exposed_cells, refuse_unknown
from equitymodel.spec.second_change import cut_at_end, ends_within
from equitymodel.vocabulary import ICS, PERIOD, PROCEDURE

if TYPE_CHECKING:
    from equitymodel.spec.interruption import Interruption

EXACT = 1e-9
REMEMBERED = 32
"""How many designs are kept ready: those of one evaluation, whose arrays cannot be written to."""


@dataclass(frozen=True)
class Labels:
    """The labels of a series along one dimension, and the type they are kept in."""

    dim: str
    kind: str
    values: tuple[str, ...]

    @property
    def array(self) -> np.ndarray:
        """The labels as the series has them."""
        return np.array(self.values, dtype=self.kind)


def labels_of(series: xr.Dataset) -> tuple[Labels, ...]:
    """Give the labels by which cells of a series can be exposed: of ICSs and procedures.

    Examples
    --------
    >>> labels_of(xr.Dataset(coords={"ics": ["QE1", "QOP"]}))[0].values
    ('QE1', 'QOP')
    """
    there = [dim for dim in (ICS, PROCEDURE) if dim in series.coords]
    return tuple(Labels(dim, series[dim].dtype.str, tuple(series[dim].values.ravel().tolist())) for dim in there)


@lru_cache(maxsize=REMEMBERED)
def lay_out_design(plan: Interruption, calendar: Calendar, labels: tuple[Labels, ...]) -> xr.Dataset:
    """Lay an interruption out over periods; see `Interruption.design`.

    Parameters
    ----------
    plan, calendar
        The interruption, and the periods of the series.
    labels
        Those of its cells, where not all are exposed, or not from the same start.

    Returns
    -------
    xarray.Dataset
        As from `Interruption.design`. The same object for the same arguments, so not to be changed.

    Raises
    ------
    SpecError
        As for `Interruption.design`.
    """
    places = xr.Dataset(coords={known.dim: known.array for known in labels})
    exposed = exposed_cells(plan.exposed, places) if plan.exposed else xr.DataArray(True, name="exposed")
    refuse_unknown(plan.starts or (), places, ICS)
    found = xr.concat([_one_start(plan, calendar, str(label)) for label in places[ICS].values], dim=places[ICS],
                      combine_attrs="override") if plan.starts else _one_start(plan, calendar)  # fmt: skip
    first = _first_period(plan.first_start, calendar, washout=float(plan.washout))
    if plan.exposed:
        found = found.where(exposed, 0).astype({name: part.dtype for name, part in found.data_vars.items()})
    design = _with_counted(found.assign(exposed=exposed), plan, calendar)
    design = design.assign_attrs(first_period=calendar.frequency.label(first))
    if ends_within(plan, calendar):
        design = cut_at_end(design, lay_out_design(plan.after_end, calendar, labels))
        _refuse_no_period_between(plan, design)
    for part in design.data_vars.values():
        part.values.flags.writeable = False
    return design


def _refuse_no_period_between(plan: Interruption, design: xr.Dataset) -> None:
    if not design["counted"].any():
        raise SpecError(f"no period is left between the start, its lag and wash-out, and the end on {plan.ended_on}")


def _with_counted(design: xr.Dataset, plan: Interruption, calendar: Calendar) -> xr.Dataset:
    """Say where the effect is counted and judged, and what lies before the interruption; nothing of it is masked."""
    masked = xr.DataArray(calendar.masked, dims=PERIOD)
    started = (design["after"] | design["washout"]).cumsum(PERIOD) > 0
    reached = (design["level"] > 0) | (design["slope"] > 0) | started
    counted = design["after"] & ~masked
    months = counted.cumsum(PERIOD) * calendar.frequency.in_months
    judged = counted & (months <= (plan.judged_months or np.inf) + EXACT)
    return design.assign(counted=counted, judged=judged, earlier=~reached & design["exposed"] & ~masked)


def _one_start(plan: Interruption, calendar: Calendar, ics: str | None = None) -> xr.Dataset:
    """Lay the intervention out over periods, for an ICS with its own start."""
    day = plan.start if ics is None else plan.start_of(ics)
    try:
        first = _first_period(day, calendar, washout=float(plan.washout))
        passed, width = _months_since(first, calendar.starts, calendar.frequency)
        effective = passed - float(plan.lag)
        within = _covered(plan, effective + width) - _covered(plan, effective)
        washout = (passed >= -EXACT) & (passed < float(plan.washout) - EXACT)
        anticipation = (passed < -EXACT) & (passed >= -plan.anticipation_months - EXACT)
        after = (effective >= -EXACT) & ~washout
        _refuse_empty(day, passed, after, calendar.masked)
    except SpecError as error:
        if day == plan.start:
            raise
        raise SpecError(f"{ics}: {error}. One that starts after the data end is a control: leave it out of "
                        "starts and name who was exposed") from error  # fmt: skip
    values = {
        "level": within / width if plan.may_step else np.zeros_like(within),
        "slope": np.maximum(effective, 0) / 12,
        "washout": washout,
        "after": after,
        "anticipation": anticipation,
    }
    units = {
        "level": "share of the change",
        "slope": "years",
        "washout": "whether it is left out",
        "after": "whether the effect is counted",
        "anticipation": "whether it lies just before the start",
    }
    return xr.Dataset(
        {name: (PERIOD, value, {"unit": units[name]}) for name, value in values.items()},
        coords={PERIOD: calendar.starts},
    )


def refuse_cut_period(plan: Interruption, calendar: Calendar) -> None:
    """Refuse a start within the series that cuts a period in two; one that is still to come is no fault of a plan.

    Raises
    ------
    SpecError
        By name, with the dates that do not.

    Examples
    --------
    >>> from equitymodel.data.series.series_facts import calendar_of
    >>> from equitymodel.simulate import simulate_series
    >>> series, truth = simulate_series(seed=1)
    >>> refuse_cut_period(truth.plan, calendar_of(series))
    """
    for day in sorted({plan.start, *(plan.start_of(ics) for ics in plan.starts or ())}):
        if calendar.starts[0] <= pd.Timestamp(day) < calendar.ends[-1]:
            _first_period(day, calendar, washout=float(plan.washout))


@lru_cache(maxsize=REMEMBERED)
def _first_period(day: dt.date, calendar: Calendar, *, washout: float) -> pd.Timestamp:
    """Find the period in which it starts, and refuse a start that falls outside or cuts a period in two."""
    moment, starts, ends, frequency = pd.Timestamp(day), calendar.starts, calendar.ends, calendar.frequency
    if moment < starts[0] or moment >= ends[-1]:
        raise SpecError(
            f"the intervention of {day} lies outside the series, which runs from {starts[0]:%Y-%m-%d} "
            f"to {ends[-1] - pd.Timedelta(days=1):%Y-%m-%d}"
        )
    whole = frequency.between(starts[0], ends[-1])
    first, following = whole[whole <= moment][-1], whole[whole > moment][0]
    width = _months_since(first, pd.DatetimeIndex([following]), frequency)[0][0]
    if moment == first or washout >= width - EXACT:
        return first
    whole_period = f"'{frequency.days // WEEK}w'" if frequency.days else f"{np.ceil(width * 100) / 100:g}"
    raise SpecError(
        f"the intervention of {day} falls inside the period {frequency.label(first)}, which is then partly "
        f"before and partly after it. Say date='{first:%Y-%m-%d}' or '{following:%Y-%m-%d}' if that is nearer the "
        f"truth, or leave the period out with washout={whole_period} or more"
    )


def _months_since(first: pd.Timestamp, starts: pd.DatetimeIndex, frequency: Frequency) -> tuple[np.ndarray, float]:
    """Months from the first period affected to the start of each, and the length of a period."""
    passed = frequency.elapsed(starts, since=first)
    return passed * frequency.in_months, frequency.in_months


def _covered(plan: Interruption, months: np.ndarray) -> np.ndarray:
    """Integrate the shape from its start to so many months after."""
    since: np.ndarray = np.maximum(months, 0.0)
    length = float(plan.ramp_months or 0.0)
    if plan.shape == "ramp":
        return np.where(since < length, since**2 / (2 * length), since - length / 2)
    if plan.shape == "gradual":
        return since + length * np.expm1(-since / length)
    return np.minimum(since, length) if plan.shape == "pulse" else since


def _refuse_empty(day: dt.date, passed: np.ndarray, after: np.ndarray, masked: np.ndarray) -> None:
    for name, part in (("before", passed < -EXACT), ("after", after)):
        if not (part & ~masked).any():
            reason = "the lag and wash-out" if name == "after" else "its start"
            raise SpecError(f"no period is left {name} the intervention of {day}, given {reason} and the breaks")
