"""Checked rows laid out over cells and strata: people, what exists, what counts may be, and need."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
import xarray as xr

from equitymodel.data.cells.cross_checks import name_cells, over_cells, over_periods
from equitymodel.data.tables.absent_rows import RULE_OF_ABSENT, seldom_named
from equitymodel.data.tables.checked_table import CheckedTable
from equitymodel.data.tables.findings import DataLog
from equitymodel.data.tables.rules import Rule
from equitymodel.data.tables.suppression import HIGH, LOW, Absent
from equitymodel.vocabulary import AGE_BAND, CELL_DIMS, ICS, PERIOD, PROCEDURE, SEX

RULES = (
    Rule(
        "C10",
        "error",
        "a procedure declared as not offered has admissions there",
        "take it out of the --not-offered table, or correct the counts",
    ),
    Rule(
        "P01",
        "error",
        "admissions in a cell with no population",
        "give the population of that group, or correct the group of the admissions",
    ),
    Rule("N02", "error", "cells without a need ratio", "give one for each ICS, group and procedure"),
    Rule(
        "N03",
        "warning",
        "need ratios average far from 1; only their differences count, so they were rescaled within each procedure",
    ),
)


def to_array(frame: pd.DataFrame, values: Sequence[str], first: Sequence[str]) -> xr.Dataset:
    """Lay rows out over the dimensions that come first, any strata, and periods if there are several."""
    dims = [*first, *(key for key in (AGE_BAND, SEX, PERIOD) if key in frame)]
    return frame.set_index(dims)[list(values)].to_xarray().astype(float)


def lay_out_offered(
    counts: pd.DataFrame, persons: xr.DataArray, not_offered: CheckedTable | None, log: DataLog
) -> xr.DataArray:
    """Lay out which cells exist: those with people, but for procedures declared as not offered."""
    procedures = xr.DataArray(np.unique(counts[PROCEDURE].astype(str)), dims=PROCEDURE)
    offered = (over_periods(over_cells(persons)).fillna(0) > 0).expand_dims({PROCEDURE: procedures.values}).copy()
    if not_offered is not None:
        declared = not_offered.frame
        for ics, procedure in zip(declared[ICS], declared[PROCEDURE], strict=True):
            if ics not in offered[ICS] or procedure not in offered[PROCEDURE]:
                log.add("G03", detail=f"--not-offered names {ics}, {procedure}, which has no admissions rows at all")
                continue
            offered.loc[{ICS: ics, PROCEDURE: procedure}] = False
            given = counts[(counts[ICS] == ics) & (counts[PROCEDURE] == procedure)][LOW].sum()
            if given > 0:
                log.add("C10", rows=[f"{ics}, {procedure}: {given:g} admissions"])
    return offered.transpose(*CELL_DIMS)


def lay_out_bounds(
    counts: pd.DataFrame,
    persons: xr.DataArray,
    offered: xr.DataArray,
    absent: Absent,
    between: tuple[xr.DataArray | float, xr.DataArray | float],
    log: DataLog,
) -> xr.Dataset:
    """Lay out what the admissions of every cell and stratum may be; an absent row between two ends, by period."""
    given = to_array(counts.assign(present=1.0), ["present", LOW, HIGH], CELL_DIMS)
    people = persons if set(given.dims) >= set(persons.dims) else over_cells(persons)
    given = given.reindex({**people.coords, PROCEDURE: offered[PROCEDURE]})
    present, bounds = given["present"].notnull(), given[[LOW, HIGH]]
    empty = ~(people.fillna(0) > 0)
    stray = present & (bounds[LOW] > 0) & empty
    if stray.any():
        log.add("P01", rows=name_cells(stray, bounds[LOW], group=log.group))
    unseen = ~present & ~empty & offered
    bounds = bounds.where(present | ~(empty | ~offered), 0.0)
    if unseen.any():
        log.add(RULE_OF_ABSENT[absent], detail=seldom_named(present), rows=name_cells(unseen, group=log.group))
    if absent not in ("zero", "suppressed"):
        return bounds
    return xr.Dataset({name: bounds[name].where(~unseen, end) for name, end in zip((LOW, HIGH), between, strict=True)})


def lay_out_need(need: CheckedTable, totals: xr.DataArray, log: DataLog) -> xr.Dataset:
    """Lay out need ratios, and their standard errors if they are given."""
    columns = [name for name in ("need_ratio", "need_ratio_se") if name in need.frame]
    by_period = [PERIOD] if PERIOD in need.frame else []
    given = need.frame.set_index([*CELL_DIMS, *by_period])[columns].to_xarray()
    given = given.reindex({dim: totals[dim] for dim in given.dims}).broadcast_like(totals).transpose(*totals.dims)
    ratio = given["need_ratio"]
    lacking = ratio.isnull() & totals.notnull()
    if lacking.any():
        log.add("N02", rows=name_cells(lacking, group=log.group))
        log.raise_errors()
    average = ratio.mean([dim for dim in ratio.dims if dim != PROCEDURE])
    if (abs(np.log(average)) > np.log(1.25)).any():
        log.add("N03", detail=", ".join(f"{name}: {value:.2g}" for name, value in average.to_series().items()))
    return given
