"""An intervention that ended: what it did until then, and a second change from its end on."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import TYPE_CHECKING

import pandas as pd
import xarray as xr

from equitymodel.data.series.calendar import Calendar
from equitymodel.data.series.series_facts import calendar_of
from equitymodel.vocabulary import PERIOD

if TYPE_CHECKING:
    from equitymodel.spec.interruption import Interruption

SECOND = {"level": "second level", "slope": "second slope"}
"""What the second change of each kind is called among the features of a model."""
FIRST_KINDS = {second: first for first, second in SECOND.items()}
"""The kind of change whose prior each second change has."""


def ends_within(plan: Interruption, calendar: Calendar) -> bool:
    """Say whether an intervention ended inside a series; one that ended later, or never, has no second change there."""
    return plan.ended_on is not None and pd.Timestamp(plan.ended_on) < calendar.ends[-1]


def has_second_change(series: xr.Dataset, plan: Interruption) -> bool:
    """Say whether an intervention ended inside a series.

    Examples
    --------
    >>> from equitymodel.simulate import simulate_series
    >>> series, truth = simulate_series(seed=1)
    >>> has_second_change(series, truth.plan)
    False
    """
    return ends_within(plan, calendar_of(series))


def cut_at_end(design: xr.Dataset, second: xr.Dataset) -> xr.Dataset:
    """Count the effect of an intervention until its end, and lay out a second change from there on.

    Parameters
    ----------
    design
        Of the intervention as if it had gone on; see `Interruption.design`.
    second
        Of the change at its end.

    Returns
    -------
    xarray.Dataset
        As `design`, where nothing from the end on is ``after``, ``counted`` or ``judged``; with ``second_level`` and
        ``second_slope``, the columns of the second change, and ``ended``, where that is counted.

    Examples
    --------
    >>> from equitymodel.simulate import simulate_series
    >>> from equitymodel.spec.interruption import Interruption
    >>> series, _ = simulate_series(seed=1)
    >>> design = Interruption("2018-01", ends="2019-01").design(series)
    >>> int(design["counted"].sum()), int(design["ended"].sum())
    (12, 12)
    """
    over = (second["after"] | second["washout"] | (second["level"] > 0)).cumsum(PERIOD) > 0
    kept = {name: design[name] & ~over for name in ("after", "counted", "judged") if name in design}
    ended = design["exposed"] & second["counted"]
    columns = {f"second_{name}": second[name].where(design["exposed"], 0.0) for name in SECOND}
    return design.assign(kept | columns | {"ended": ended})


def why_no_end(ends: dt.date, starts: Iterable[dt.date], shape: str) -> str | None:
    """Say why an intervention cannot have ended on a day; none where it can.

    Examples
    --------
    >>> why_no_end(dt.date(2012, 1, 1), [dt.date(2004, 1, 1)], "step") is None
    True
    """
    if late := [day for day in starts if day >= ends]:
        return f"it ends on {ends}, and starts on {late[0]}; the end comes after every start"
    if shape == "pulse":
        return "a pulse is over by itself, after ramp_months; for an intervention that ended say shape='step' and ends"
    return None
