"""A table of counts by period to one labelled dataset: counts, exposure, working days and breaks over time."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Literal

import numpy as np
import pandas as pd
import xarray as xr

from equitymodel.data.cells.align import ABSENT, Incomplete, absent_row
from equitymodel.data.cells.cross_checks import name_cells
from equitymodel.data.series.breaks import Breaks
from equitymodel.data.series.frequency import Frequency, frequency_named
from equitymodel.data.series.periods import FrequencyName, Week, read_periods
from equitymodel.data.series.timeline import DAYS, Days, Gaps, check_last_period, check_timeline, lay_out_time
from equitymodel.data.tables.areas import AreaCheck, area_names, area_regions
from equitymodel.data.tables.contracts import DataLog
from equitymodel.data.tables.deprivation import ridit
from equitymodel.data.tables.files import Source
from equitymodel.data.tables.numbers import parse_counts, parse_numbers
from equitymodel.data.tables.read_tables import check_duplicates, load_table, read_keys, source_name
from equitymodel.data.tables.suppression import HIGH, LOW, SmallNumbers, count_variables, small_number_rule
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
)

Exposure = Literal["population", "expected_admissions"]
SINGLE = {ICS: ALL_ICS, DEPRIVATION: ALL_GROUPS, PROCEDURE: ALL_PROCEDURES}
"""What a dimension is called that the table does not have."""
EXPOSURES = ("population", "expected_admissions")
JUMP = 1.1
ENOUGH_PERIODS = 3


@dataclass(frozen=True)
class _Rows:
    """Checked rows of a series, still in a long table."""

    frame: pd.DataFrame
    frequency: Frequency
    sha256: str


def read_series(
    source: Source,
    *,
    exposure: Exposure = "population",
    frequency: FrequencyName | None = None,
    breaks: Breaks = "england_pandemic",
    small_numbers: SmallNumbers = "error",
    incomplete: Incomplete = "error",
    gaps: Gaps = "error",
    days: Days = "working",
    drop_last: int = 0,
    most_deprived: int = 1,
    deprivation_index: str | None = None,
    week: Week | None = None,
    day_first: bool | None = None,
    areas: AreaCheck = "icb2023",
    ignore_columns: tuple[str, ...] = (),
) -> xr.Dataset:
    """Read counts of admissions by period, and what they are to be compared with, into one checked dataset.

    Parameters
    ----------
    source
        A CSV or Parquet file, or a DataFrame: columns ``period`` and ``admissions`` (counts); any
        of ``ics, deprivation, procedure``; and ``population`` (people, or person-time) or
        ``expected_admissions`` (admissions), for each period.
    exposure
        Which of the two admissions are compared with. With neither column it is 1, with a warning.
    frequency
        ``"monthly"``, ``"quarterly"`` or ``"weekly"``; found from the dates if not given.
    breaks
        What is masked: names from `known_breaks`, a table with ``start`` and ``end``, or ``None``.
    small_numbers, most_deprived, areas, ignore_columns
        As for `read_admissions`.
    incomplete
        What a row absent from some periods means: ``"zero"``, ``"missing"``, ``"suppressed"``, or
        an ``"error"`` (the default).
    gaps
        Whether periods that nobody has rows for are an ``"error"``, or to ``"keep"`` as a gap in time.
    days
        What admissions of a period are spread over: ``"working"`` days in England (planned care),
        ``"calendar"`` days (care that never closes), or ``"equal"`` (expected admissions that
        already follow the calendar, such as those of the same week in earlier years).
    drop_last
        How many periods to leave out at the end, for example because they are still filling up.
    deprivation_index
        The index and its version, for example ``"IMD 2019"``.
    week, day_first
        How to read dates that can be read in two ways; see `read_periods`.

    Returns
    -------
    xarray.Dataset
        Over ``period, ics, deprivation, procedure``, each always there: ``admissions`` (counts;
        missing where not known), where any are hidden ``admissions_low`` and ``admissions_high``,
        and ``exposure``. Over ``period``: ``working_days``, ``strike_days`` and ``masked`` (true
        inside a declared break). Periods are named by the day on which they start; the coordinate
        ``elapsed`` is the time since the first, in periods, so that a gap in time is a gap there.
        Attributes say what was found and read: ``frequency``, ``days``, ``breaks``, ``findings`` (see
        `data_log`), ``sources``.

    Raises
    ------
    EquityDataError
        When any rule of the contract is broken.
    ValueError
        When an option is none of those above.

    Notes
    -----
    ``position`` is the place of each group on the scale of deprivation (`ridit`), by population
    where there is one, otherwise by exposure, and on average over time.

    Examples
    --------
    >>> rows = pd.DataFrame({"period": ["2018-01", "2018-02", "2018-03"], "admissions": [90, 84, 97],
    ...                      "population": 1000})
    >>> series = read_series(rows)
    >>> series["working_days"].values, series.attrs["frequency"]
    (array([22, 20, 21]), 'monthly')
    """
    _check_options(exposure, incomplete, gaps, days, drop_last)
    log = DataLog("series")
    frame, sha256 = load_table("series", source, log, ignore_columns)
    frame = read_keys(frame, log, most_deprived=most_deprived, areas=areas)
    frame = _read_numbers(frame, exposure, small_numbers, log)
    starts, found = read_periods(frame[PERIOD], log, frequency=frequency, week=week, day_first=day_first)
    rows = _check_rows(_Rows(frame.assign(period=starts), found, sha256), drop_last, log)
    series = _lay_out(rows, exposure, log)
    absent = absent_row(rows.frame["admissions"], small_number_rule(small_numbers), incomplete, log)
    series = _fill_absent(series, incomplete, absent, rows.frequency, log)
    time = lay_out_time(series, rows.frequency, breaks, gaps, log, days)
    counts = count_variables(series[LOW], series[HIGH])
    series = series.drop_vars(["present", LOW, HIGH]).assign(counts | dict(time.data_vars)).assign_attrs(time.attrs)
    _check_series(series, log)
    log.raise_errors()
    return _label(series, rows, log, source_name(source), exposure, deprivation_index)


def add_up_series(series: xr.Dataset, over: Sequence[str] = CELL_DIMS) -> xr.Dataset:
    """Add a series up over some of its dimensions, which then have one label.

    Parameters
    ----------
    series
        From `read_series`.
    over
        Of ``ics, deprivation, procedure``.

    Returns
    -------
    xarray.Dataset
        As from `read_series`. A total with an unknown part is unknown; bounds of hidden counts add up.

    Examples
    --------
    >>> rows = pd.DataFrame({"period": [f"2018-0{m}" for m in (1, 2, 3)] * 2, "deprivation": [1] * 3 + [2] * 3,
    ...                      "admissions": [5, 6, 7, 8, 9, 9], "population": 100})
    >>> add_up_series(read_series(rows))["admissions"].values.ravel()
    array([13., 15., 16.])
    """
    dims = [dim for dim in over if series.sizes.get(dim, 1) > 1]
    if not dims:
        return series
    exists = series["exposure"].notnull().any(PERIOD)
    added = {
        name: series[name].where(exists, 0.0).sum(dims, skipna=False, keep_attrs=True)
        for name in ("admissions", LOW, HIGH, "exposure", "population")
        if name in series
    }
    if LOW in added:
        added |= count_variables(added[LOW], added[HIGH])
    rest = series[["working_days", "strike_days", "masked"]]
    labelled = {name: part.expand_dims({dim: [SINGLE[dim]] for dim in dims}) for name, part in added.items()}
    found = xr.Dataset(labelled | dict(rest.data_vars)).assign_attrs(series.attrs)
    if ICS in dims:
        found = found.assign_coords(ics_name=(ICS, [ALL_ICS]), region=(ICS, ["not known"]))
    if DEPRIVATION in dims:
        found = found.assign_coords(position=(DEPRIVATION, [0.5]))
    return _order(found)


def series_frequency(series: xr.Dataset) -> Frequency:
    """Give the frequency of a series: how long its periods are.

    Examples
    --------
    >>> series_frequency(xr.Dataset(attrs={"frequency": "monthly"})).per_year
    12.0
    """
    return frequency_named(series.attrs["frequency"])


def _check_options(exposure: str, incomplete: str, gaps: str, days: str, drop_last: int) -> None:
    options = ((exposure, EXPOSURES), (incomplete, tuple(ABSENT)), (gaps, ("error", "keep")), (days, tuple(DAYS)))
    for word, known in options:
        if word not in known:
            raise ValueError(f"'{word}' is not one of {', '.join(known)}")
    if drop_last < 0:
        raise ValueError(f"drop_last counts periods from the end; it cannot be {drop_last}")


def _read_numbers(frame: pd.DataFrame, exposure: Exposure, small_numbers: SmallNumbers, log: DataLog) -> pd.DataFrame:
    """Read counts and exposure, and add the columns the table does not have."""
    frame = frame.assign(**parse_counts(frame["admissions"], log, small_numbers=small_numbers))
    other = next(name for name in EXPOSURES if name != exposure)
    if exposure not in frame and other in frame:
        log.add("K01", rows=[f"column {exposure!r}; there is {other!r}: say exposure={other!r} to use it"])
    elif exposure not in frame:
        log.add("T19")
        frame = frame.assign(**{exposure: 1.0})
    for name in (name for name in EXPOSURES if name in frame):
        numbers = parse_numbers(frame[name], log)
        bad = ~(numbers >= 0)
        if bad.any():
            log.add("P03", detail=f"column {name}", rows=[f"{row}: {frame[name][row]!r}" for row in frame.index[bad]])
        frame = frame.assign(**{name: numbers})
    return frame.assign(**{key: label for key, label in SINGLE.items() if key not in frame})


def _check_rows(rows: _Rows, drop_last: int, log: DataLog) -> _Rows:
    """Hold rows against one another, and leave out what was asked."""
    frame, frequency = rows.frame, rows.frequency
    labels = {start: frequency.label(start) for start in frame[PERIOD].unique()}
    named = frame.assign(period=frame[PERIOD].map(labels))
    check_duplicates(named, "admissions", log, rule="T02")
    groups = sorted(set(frame[DEPRIVATION]))
    if groups != [ALL_GROUPS] and groups != list(range(1, len(groups) + 1)):
        log.add("D03", detail=f"groups {', '.join(map(str, groups))}")
    log.raise_errors()
    starts = pd.DatetimeIndex(sorted(frame[PERIOD].unique()))
    kept = starts[: len(starts) - drop_last]
    if drop_last:
        log.add("T15", rows=[frequency.label(start) for start in starts[len(kept) :]])
    if len(kept) < ENOUGH_PERIODS:
        log.add("T23", detail=f"{len(kept)} of {len(starts)}")
    log.raise_errors()
    check_last_period(kept, frequency, log)
    log.raise_errors()
    return _Rows(frame[frame[PERIOD].isin(kept)], frequency, rows.sha256)


def _lay_out(rows: _Rows, exposure: Exposure, log: DataLog) -> xr.Dataset:
    """Lay rows out over periods and cells; what has no row is missing."""
    frame = rows.frame.assign(exposure=rows.frame[exposure], present=1.0)
    values = [LOW, HIGH, "exposure", "present", *(["population"] if "population" in rows.frame else [])]
    series = frame.set_index(list(SERIES_DIMS))[values].to_xarray().astype(float)
    empty = series["exposure"] == 0
    stray = empty & (series[LOW] > 0)
    if stray.any():
        log.add("P01", detail=f"{exposure} is 0", rows=_name(stray, rows.frequency))
    known = [name for name in values if name != "present"]
    series = series.assign({name: series[name].where(~empty) for name in known})
    return series.assign_coords(elapsed=(PERIOD, rows.frequency.elapsed(pd.DatetimeIndex(series[PERIOD]))))


def _name(chosen: xr.DataArray, frequency: Frequency) -> list[str]:
    """Name cells and periods, leaving out dimensions that have one label only."""
    labels = [frequency.label(start) for start in pd.DatetimeIndex(chosen[PERIOD])]
    single = [dim for dim in CELL_DIMS if chosen[dim].values.tolist() == [SINGLE[dim]]]
    return name_cells(chosen.assign_coords({PERIOD: labels}).isel(dict.fromkeys(single, 0), drop=True))


def _fill_absent(
    series: xr.Dataset, incomplete: Incomplete, absent: tuple[float, float], frequency: Frequency, log: DataLog
) -> xr.Dataset:
    """Read absent rows as asked; a cell without a row in any period is no cell, and stays missing."""
    lacking = series["present"].isnull()
    never = lacking.all(PERIOD)
    gone = lacking & ~never
    if incomplete == "error":
        _refuse_absent(lacking, frequency, log)
    if not gone.any():
        return series
    if incomplete != "error":
        log.add(ABSENT[incomplete], rows=_name(gone, frequency))
        log.add("T20", count=int(gone.sum()))
    bounds = {name: series[name].where(~gone, end) for name, end in zip((LOW, HIGH), absent, strict=True)}
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
        log.add("K05", rows=_name(rest, frequency))


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


def _check_series(series: xr.Dataset, log: DataLog) -> None:
    check_timeline(series, log)
    if "population" in series:
        people = series["population"].sum([DEPRIVATION, PROCEDURE])
        step = abs(np.log(people).diff(PERIOD)) > np.log(JUMP)
        if step.any():
            log.add("T21", rows=_name_steps(people, step))


def _name_steps(people: xr.DataArray, step: xr.DataArray) -> list[str]:
    change = (people / people.shift({PERIOD: 1})).where(step).to_series().dropna()
    return [f"{ics}, {start:%Y-%m-%d}: {100 * (ratio - 1):+.0f} %" for (start, ics), ratio in change.items()]


def _label(
    series: xr.Dataset, rows: _Rows, log: DataLog, origin: str, exposure: Exposure, deprivation_index: str | None
) -> xr.Dataset:
    grouped = rows.frame[DEPRIVATION].iloc[0] != ALL_GROUPS
    if grouped and deprivation_index is None:
        log.add("D04")
    codes = [str(code) for code in series[ICS].values]
    names, regions = area_names(codes), area_regions(codes)
    if "ics_name" in rows.frame:
        names |= dict(zip(rows.frame[ICS].astype(str), rows.frame["ics_name"], strict=True))
    people = series["population" if "population" in series else "exposure"]
    share = people.mean([PERIOD, PROCEDURE]).sum(ICS)
    units = {"admissions": "admissions", LOW: "admissions", HIGH: "admissions", "population": "people",
             "exposure": {"population": "people", "expected_admissions": "admissions"}[exposure]}  # fmt: skip
    for name in units.keys() & series.data_vars.keys():
        series[name].attrs["unit"] = units[name]
    extra = ["population"] if exposure == "population" and "population" in series else []
    return _order(series.drop_vars(extra)).assign_coords(
        ics_name=(ICS, [names[code] for code in codes]),
        region=(ICS, [regions[code] for code in codes]),
        position=ridit(share),
    ).assign_attrs(
        exposure="none" if "T19" in {item.rule for item in log.findings} else exposure,
        deprivation_index=(deprivation_index or "not named") if grouped else "none",
        findings=json.dumps([asdict(item) for item in log.findings]),
        sources=json.dumps({"series": {"file": origin, "sha256": rows.sha256}}),
    )  # fmt: skip


def _order(series: xr.Dataset) -> xr.Dataset:
    first: Sequence[str] = [name for name in ("admissions", LOW, HIGH, "exposure", "population") if name in series]
    return series[[*first, "working_days", "strike_days", "masked"]].transpose(
        PERIOD, *CELL_DIMS, missing_dims="ignore"
    )
