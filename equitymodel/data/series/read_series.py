"""A table of counts by period to one labelled dataset: counts, exposure, working days and breaks over time."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pandas as pd
import xarray as xr

from equitymodel.argument_types import refuses_other_types
from equitymodel.data.cells.deprivation_direction import check_direction
from equitymodel.data.cells.label_cells import area_coords
from equitymodel.data.cells.match_areas import find_date
from equitymodel.data.series.absent_periods import fill_absent
from equitymodel.data.series.covariates import (
    COVARIATE,
    COVARIATES,
    Covariate,
    add_up_covariates,
    choose_covariates,
    lay_out_covariates,
    read_covariates,
)
from equitymodel.data.series.hidden_periods import check_hidden_periods
from equitymodel.data.series.periods import Periods, read_periods
from equitymodel.data.series.series_facts import SeriesFacts
from equitymodel.data.series.series_guards import check_as_cells
from equitymodel.data.series.series_rows import (
    SINGLE,
    Exposure,
    SeriesRows,
    check_exposure,
    check_rows,
    lay_out_series,
    read_counts,
)
from equitymodel.data.series.timeline import check_timeline, lay_out_time
from equitymodel.data.tables.absent_rows import absent_row
from equitymodel.data.tables.checked_table import TableReading, columns_of, open_table, refuse_absent
from equitymodel.data.tables.deprivation import Deprivation, ridit
from equitymodel.data.tables.deprivation_index import agreed_index
from equitymodel.data.tables.files import Source
from equitymodel.data.tables.findings import DataLog
from equitymodel.data.tables.footprints import AreaCheck, note_unchecked, words_for
from equitymodel.data.tables.kept_as_text import TableSource
from equitymodel.data.tables.rules import Rule
from equitymodel.data.tables.suppression import HIGH, LOW, SmallNumberRule, SmallNumbers, count_variables
from equitymodel.vocabulary import ALL_GROUPS, ALL_ICS, CELL_DIMS, DEPRIVATION, ICS, PERIOD, PROCEDURE

RULES = (
    Rule(
        "T21",
        "warning",
        "the population jumps between one period and the next",
        "check for a change of boundaries or a new set of estimates; give both sides on one basis",
    ),
)
JUMP = 1.1


@refuses_other_types
def read_series(
    source: Source,
    *,
    exposure: Exposure = "population",
    periods: Periods = Periods(),
    groups: Deprivation = Deprivation(),
    small_numbers: SmallNumbers | SmallNumberRule | str = SmallNumbers(),
    areas: AreaCheck = "icb",
    ignore_columns: tuple[str, ...] = (),
    covariates: Sequence[str | Covariate] = (),
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
    periods
        How periods are read, what is masked, and what admissions are spread over: `Periods`.
    groups
        The index of deprivation, and which end is the most deprived.
    small_numbers
        How small counts were published, and what a row means that is absent from some periods:
        `SmallNumbers`, or its rule alone.
    areas, ignore_columns
        As for `read_admissions`.
    covariates
        Further columns that explain admissions from period to period, such as temperature: one value a period,
        or a `Covariate` that may differ between cells.

    Returns
    -------
    xarray.Dataset
        Over ``period, ics, deprivation, procedure``, each always there: ``admissions`` (counts;
        missing where not known), where any are hidden ``admissions_low`` and ``admissions_high``,
        and ``exposure``. Over ``period``: ``working_days``, ``strike_days`` and ``masked`` (true
        inside a declared break). With covariates also ``covariates``, over ``covariate`` and
        ``period`` (see `lay_out_covariates`). Periods are named by the day on which they start; the coordinate
        ``elapsed`` is the time since the first, in periods, so that a gap in time is a gap there.
        Attributes say what was found and read: ``frequency``, ``days``, ``breaks``, ``findings`` (see
        `data_log`), ``sources``.

    Raises
    ------
    EquityDataError
        When any rule of the contract is broken.
    OptionError
        When an option has no meaning.

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
    check_exposure(exposure)
    small = SmallNumbers.of(small_numbers)
    wanted = choose_covariates(covariates, columns_of("series"))
    further = tuple(each.name for each in wanted)
    table = open_table("series", source, groups=groups, areas=areas, ignore_columns=ignore_columns, further=further)
    refuse_absent(ignore_columns, table.columns)
    log = table.log
    read_counts(table, exposure, small)
    read_covariates(table, wanted)
    table.in_quintiles()
    starts, frequency = read_periods(table.frame[PERIOD], log, periods)
    rows = check_rows(SeriesRows(table.frame.assign(period=starts), frequency), periods.drop_last, log)
    between = absent_row(rows.frame["admissions"], small.bounds_rule, small.absent, log)
    series = fill_absent(lay_out_series(rows, exposure, log), small.absent, between, frequency, log)
    time = lay_out_time(series, frequency, periods, log)
    check_hidden_periods(series, time["masked"], small.bounds_rule, frequency, log)
    counts = count_variables(series[LOW], series[HIGH])
    series = series.drop_vars(["present", LOW, HIGH]).assign(counts | dict(time.data_vars)).assign_attrs(time.attrs)
    series = lay_out_covariates(rows.frame, wanted, series, log, frequency)
    _check_series(series, log)
    if exposure == "population" or "population" in series:
        people = series["population" if "population" in series else "exposure"]
        check_direction(people.mean([PERIOD, PROCEDURE]).fillna(0), groups, log)
    index = agreed_index(groups.index, {"series": table.index}, log)
    footprint = name_areas(rows.frame[ICS], table)
    log.raise_errors()
    facts = replace(SeriesFacts.of(series), footprint=footprint)
    return _label(facts.keep_with(series), rows.frame, table, exposure, replace(groups, index=index))


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
    if COVARIATES in series:
        averaged = add_up_covariates(series, dims)
        by_cell = {dim: [SINGLE[dim]] for dim in dims if dim in series[COVARIATES].dims}
        rest = rest.assign({COVARIATES: averaged.expand_dims(by_cell)})
    labelled = {name: part.expand_dims({dim: [SINGLE[dim]] for dim in dims}) for name, part in added.items()}
    found = xr.Dataset(labelled | dict(rest.data_vars)).assign_attrs(series.attrs)
    if ICS in dims:
        found = found.assign_coords(ics_name=(ICS, [ALL_ICS]), region=(ICS, ["not known"]))
    if DEPRIVATION in dims:
        found = found.assign_coords(position=(DEPRIVATION, [0.5]))
    return _order(found)


def name_areas(codes: pd.Series, table: TableReading) -> str:
    """Name the boards of a series, with their date; nothing where it is of all areas together (rules G05 and G07)."""
    found = set(codes.astype(str)) - {SINGLE[ICS]}
    if found and table.areas == "any":
        note_unchecked(table.log)
    return words_for(find_date({"series": found}, table.areas, table.log), found) if found else ""


def _check_series(series: xr.Dataset, log: DataLog) -> None:
    check_timeline(series, log)
    check_as_cells(series, log)
    if "population" in series:
        people = series["population"].sum([DEPRIVATION, PROCEDURE])
        step = abs(np.log(people).diff(PERIOD)) > np.log(JUMP)
        if step.any():
            log.add("T21", rows=_name_steps(people, step))


def _name_steps(people: xr.DataArray, step: xr.DataArray) -> list[str]:
    change = (people / people.shift({PERIOD: 1})).where(step).to_series().dropna()
    return [f"{ics}, {start:%Y-%m-%d}: {100 * (ratio - 1):+.0f} %" for (start, ics), ratio in change.items()]


def _label(
    series: xr.Dataset, rows: pd.DataFrame, table: TableReading, exposure: Exposure, groups: Deprivation
) -> xr.Dataset:
    """Name areas, place groups, and keep the units, findings and source."""
    log, grouped = table.log, rows[DEPRIVATION].iloc[0] != ALL_GROUPS
    if grouped:
        groups.note_index(log)
    people = series["population" if "population" in series else "exposure"]
    position = ridit(people.mean([PERIOD, PROCEDURE]).sum(ICS))
    units = {"admissions": "admissions", LOW: "admissions", HIGH: "admissions", "population": "people",
             "exposure": {"population": "people", "expected_admissions": "admissions"}[exposure]}  # fmt: skip
    for name in units.keys() & series.data_vars.keys():
        series[name].attrs["unit"] = units[name]
    extra = ["population"] if exposure == "population" and "population" in series else []
    facts = replace(
        SeriesFacts.of(series),
        exposure="none" if "T19" in {item.rule for item in log.findings} else exposure,
        deprivation_index=groups.index_name if grouped else "none",
        findings=tuple(log.findings),
        sources=(TableSource("series", table.source, table.sha256),),
    )
    return facts.keep_with(
        _order(series.drop_vars(extra)).assign_coords(**area_coords(series, [rows]), position=position)
    )


def _order(series: xr.Dataset) -> xr.Dataset:
    there = [name for name in ("admissions", LOW, HIGH, "exposure", "population", COVARIATES) if name in series]
    found = series[[*there, "working_days", "strike_days", "masked"]]
    return found.transpose(COVARIATE, PERIOD, *CELL_DIMS, missing_dims="ignore")
