"""Periods in which a cell of a series has no row: what their counts and exposure are."""

from __future__ import annotations

import numpy as np
import pandas as pd
import xarray as xr

from equitymodel.data.cells.cross_checks import name_cells
from equitymodel.data.series.frequency import Frequency
from equitymodel.data.series.series_rows import name_periods
from equitymodel.data.tables.absent_rows import RULE_OF_ABSENT, seldom_named
from equitymodel.data.tables.findings import DataLog
from equitymodel.data.tables.rules import Rule
from equitymodel.data.tables.suppression import HIGH, LOW, Absent
from equitymodel.vocabulary import ICS, PERIOD, PROCEDURE

RULES = (
    Rule(
        "T12",
        "error",
        "a deprivation group is missing in some periods",
        "add its rows, or say what an absent row means with --incomplete; a group that is absent for a "
        "time moves the gap by itself",
    ),
    Rule("T20", "repair", "absent rows took their exposure from the periods beside them"),
)


def fill_absent(
    series: xr.Dataset, absent: Absent, between: tuple[float, float], frequency: Frequency, log: DataLog
) -> xr.Dataset:
    """Read absent rows as asked; a cell without a row in any period is no cell, and stays missing."""
    lacking = series["present"].isnull()
    never = lacking.all(PERIOD)
    gone = lacking & ~never
    if absent == "error":
        _refuse_absent(lacking, frequency, log)
    if not gone.any():
        return series
    if absent != "error":
        log.add(RULE_OF_ABSENT[absent], rows=name_periods(gone, frequency))
        log.add("T20", count=int(gone.sum()))
    bounds = {name: series[name].where(~gone, end) for name, end in zip((LOW, HIGH), between, strict=True)}
    beside = {name: _from_beside(series[name], gone) for name in ("exposure", "population") if name in series}
    return series.assign(bounds | beside)


def _refuse_absent(lacking: xr.DataArray, frequency: Frequency, log: DataLog) -> None:
    """Record absent rows: groups that nobody has in a period by themselves, as they bear on the gap."""
    group = lacking.all([ICS, PROCEDURE])
    if group.any():
        labels = [frequency.label(start) for start in pd.DatetimeIndex(group[PERIOD])]
        log.add("T12", rows=name_cells(group.assign_coords({PERIOD: labels})))
    rest = lacking & ~group
    if rest.any():
        log.add("K05", detail=seldom_named(~lacking), rows=name_periods(rest, frequency))


def _from_beside(values: xr.DataArray, gone: xr.DataArray) -> xr.DataArray:
    """Fill what is gone from the same cell: on the line between the periods beside it, or flat at the ends."""
    elapsed = values["elapsed"].values
    filled = values.transpose(PERIOD, ...).copy()
    table = filled.values.reshape(len(elapsed), -1)
    wanted = gone.transpose(*filled.dims).values.reshape(len(elapsed), -1)
    for column in np.flatnonzero(wanted.any(axis=0)):
        rows, known = wanted[:, column], ~np.isnan(table[:, column])
        if known.any():
            table[rows, column] = np.interp(elapsed[rows], elapsed[known], table[known, column])
    return filled.copy(data=table.reshape(filled.shape)).transpose(*values.dims)
