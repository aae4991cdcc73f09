"""Rows of a series, checked against one another and laid out over periods and cells."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, get_args

import pandas as pd
import xarray as xr

from equitymodel.data.cells.cross_checks import name_cells, name_groups
from equitymodel.data.series.frequency import Frequency
from equitymodel.data.series.timeline import check_last_period, without_last
from equitymodel.data.tables.checked_table import TableReading
from equitymodel.data.tables.distinct_values import as_text
from equitymodel.data.tables.findings import DataLog
from equitymodel.data.tables.keys import check_duplicates
from equitymodel.data.tables.large_numbers import LARGEST_COUNT, check_too_large
from equitymodel.data.tables.numbers import MARKED, parse_counts_by_period
from equitymodel.data.tables.rules import Rule
from equitymodel.data.tables.suppression import HIGH, LOW, SmallNumbers
from equitymodel.errors import OptionError
from equitymodel.vocabulary import (
    ALL_GROUPS,
    ALL_ICS,
    ALL_PROCEDURES,
    CELL_DIMS,
    DEPRIVATION,
    ICS,
    PERIOD,
    PROCEDURE,
    SERIES_DIMS,
    nearest,
)

RULES = (
    Rule(
        "T02",
        "error",
        "a period is given more than once for the same cell",
        "keep one row for each cell and period: add the rows up if they are parts, or delete the copies",
    ),
    Rule("T15", "repair", "the last periods were left out, as asked"),
    Rule(
        "T19",
        "warning",
        "there is no population and there are no expected admissions, so admissions are compared as they are",
        "add a column population or expected_admissions, by period",
    ),
    Rule(
        "T23",
        "error",
        "fewer than three periods are left",
        "give more periods; a change cannot be told from the trend with so few",
    ),
    Rule(
        "T34",
        "error",
        "a count of a series marked as not applicable",
        "say what it is: --marker '[z]=zero' or --marker '[z]=not_available' (markers= in SmallNumbers), or leave out "
        "the rows of what was not offered",
    ),
)
Exposure = Literal["population", "expected_admissions"]
SINGLE = {ICS: ALL_ICS, DEPRIVATION: ALL_GROUPS, PROCEDURE: ALL_PROCEDURES}
"""What a dimension is called that the table does not have."""
ENOUGH_PERIODS = 3


@dataclass(frozen=True)
class SeriesRows:
    """Checked rows of a series, still in a long table."""

    frame: pd.DataFrame
    frequency: Frequency


def check_exposure(exposure: str) -> None:
    """Refuse what admissions cannot be compared with.

    Raises
    ------
    OptionError
        When it is neither population nor expected admissions.

    Examples
    --------
    >>> check_exposure("population")
    """
    if exposure not in get_args(Exposure):
        raise OptionError(f"exposure cannot be '{exposure}'. {nearest(exposure, get_args(Exposure))}")


def read_counts(table: TableReading, exposure: Exposure, small: SmallNumbers) -> None:
    """Read counts and exposure, and add the columns the table does not have."""
    table.frame = as_text(table.frame)
    counts = parse_counts_by_period(table.frame["admissions"], table.frame[PERIOD], table.log, small_numbers=small)
    check_too_large(counts[HIGH].rename("admissions"), table.log, largest=LARGEST_COUNT)
    table.frame = table.frame.assign(**counts)
    not_applicable = table.frame.index[table.frame[MARKED] == "not_applicable"]
    if len(not_applicable):
        table.log.add("T34", rows=list(map(str, not_applicable)))
    known = get_args(Exposure)
    other = next(name for name in known if name != exposure)
    if exposure not in table.frame and other in table.frame:
        table.log.add("K01", rows=[f"column {exposure!r}; there is {other!r}: say exposure={other!r} to use it"])
    elif exposure not in table.frame:
        table.log.add("T19")
        table.frame = table.frame.assign(**{exposure: 1.0})
    for name in (name for name in known if name in table.frame):
        table.read_numbers(name, "P03", lambda numbers: numbers >= 0, detail=f"column {name}")
    table.frame = table.frame.assign(**{key: label for key, label in SINGLE.items() if key not in table.frame})


def check_rows(rows: SeriesRows, drop_last: int, log: DataLog) -> SeriesRows:
    """Check rows against one another, and leave out what was asked."""
    frame, frequency = rows.frame, rows.frequency
    labels = {start: frequency.label(start) for start in frame[PERIOD].unique()}
    named = frame.assign(period=frame[PERIOD].map(labels))
    check_duplicates(named, "admissions", log, rule="T02")
    groups = sorted(set(frame[DEPRIVATION]))
    if groups != [ALL_GROUPS] and groups != list(range(1, len(groups) + 1)):
        log.add("D03", detail=name_groups(frame[DEPRIVATION]))
    log.raise_errors()
    left = without_last(frame, frequency, drop_last, log)
    kept = pd.DatetimeIndex(sorted(left[PERIOD].unique()))
    if len(kept) < ENOUGH_PERIODS:
        log.add("T23", detail=f"{len(kept)} of {frame[PERIOD].nunique()}")
    log.raise_errors()
    check_last_period(kept, frequency, log)
    log.raise_errors()
    return SeriesRows(left, frequency)


def lay_out_series(rows: SeriesRows, exposure: Exposure, log: DataLog) -> xr.Dataset:
    """Lay rows out over periods and cells; what has no row is missing."""
    frame = rows.frame.assign(exposure=rows.frame[exposure], present=1.0)
    values = [LOW, HIGH, "exposure", "present", *(["population"] if "population" in rows.frame else [])]
    series = frame.set_index(list(SERIES_DIMS))[values].to_xarray().astype(float)
    empty = series["exposure"] == 0
    stray = empty & (series[LOW] > 0)
    if stray.any():
        log.add("P01", detail=f"{exposure} is 0", rows=name_periods(stray, rows.frequency))
    known = [name for name in values if name != "present"]
    series = series.assign({name: series[name].where(~empty) for name in known})
    return series.assign_coords(elapsed=(PERIOD, rows.frequency.elapsed(pd.DatetimeIndex(series[PERIOD]))))


def name_periods(chosen: xr.DataArray, frequency: Frequency) -> list[str]:
    """Name cells and periods, leaving out dimensions that have one label only."""
    labels = [frequency.label(start) for start in pd.DatetimeIndex(chosen[PERIOD])]
    single = [dim for dim in CELL_DIMS if chosen[dim].values.tolist() == [SINGLE[dim]]]
    return name_cells(chosen.assign_coords({PERIOD: labels}).isel(dict.fromkeys(single, 0), drop=True))
