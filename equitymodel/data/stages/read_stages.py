"""A table of counts by stage of a pathway to one labelled dataset: counts, what they may be, and how stages follow."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
import xarray as xr

from equitymodel.argument_types import refuses_other_types
from equitymodel.data.cells.cell_facts import CellFacts
from equitymodel.data.cells.cross_checks import name_cells, over_periods
from equitymodel.data.cells.deprivation_direction import check_direction
from equitymodel.data.cells.label_cells import CellTables, area_coords, find_group, in_order, with_index
from equitymodel.data.series.read_series import name_areas
from equitymodel.data.stages.passages import check_passages
from equitymodel.data.stages.stage_order import Start, check_start, read_order, read_periods_of
from equitymodel.data.stages.stage_values import ERROR, log_sd_of, read_lags, read_linked, read_values
from equitymodel.data.tables.absent_rows import RULE_OF_ABSENT, absent_row
from equitymodel.data.tables.checked_table import CheckedTable, open_table, refuse_absent
from equitymodel.data.tables.deprivation import Deprivation
from equitymodel.data.tables.files import Source
from equitymodel.data.tables.findings import DataLog
from equitymodel.data.tables.footprints import AreaCheck
from equitymodel.data.tables.kept_as_text import TableSource
from equitymodel.data.tables.keys import Groups
from equitymodel.data.tables.suppression import HIGH, LOW, SmallNumberRule, SmallNumbers
from equitymodel.vocabulary import CELL_DIMS, DEPRIVATION, ICS, PERIOD, PROCEDURE, STAGE

VARIABLES = ("count", "count_low", "count_high", "log_sd", "exposure")
SAME = 1e-9


@refuses_other_types
def read_stages(
    source: Source,
    *,
    order: Sequence[str] = (),
    start: Start | None = None,
    linked: bool | None = None,
    groups: Groups = Deprivation(),
    small_numbers: SmallNumbers | SmallNumberRule | str = SmallNumbers(),
    areas: AreaCheck = "icb",
    ignore_columns: tuple[str, ...] = (),
) -> xr.Dataset:
    """Read counts by stage of a pathway, hold them against the contract, and lay them out.

    Parameters
    ----------
    source
        A CSV, Excel or Parquet file, or a DataFrame: ``ics, deprivation, procedure, stage, count``, and optionally
        ``count_se`` (of an estimate where the pathway starts), ``need`` and ``need_se`` (people in need),
        ``population``, ``linked`` (yes or no, a stage), ``lag_months``, ``period`` and ``ics_name``.
    order
        The stages from first to last; by default as the file has them.
    start
        What the first passage is of: ``"need"`` (the default where there is that column), ``"population"`` or
        ``"first_stage"``.
    linked
        Whether records of every stage are linked to those of the stage before; by default as the column says.
    groups, small_numbers, areas, ignore_columns
        As for `read_admissions`.

    Returns
    -------
    xarray.Dataset
        Over ``stage, ics, deprivation, procedure``, and ``period`` if there are several: ``count`` (people; missing
        where not known), ``count_low`` and ``count_high`` (what it may be), ``log_sd`` (standard error of the log of an
        estimate), ``exposure`` (people that a stage is counted among, over those of the first). Coordinates ``linked``
        and ``lag_months`` by stage. The log is `data_log`.

    Raises
    ------
    EquityDataError
        When any rule is broken, those of passages among them: no more of linked records than there were before.
    OptionError
        When an option has no meaning, or names what the table has not.

    Notes
    -----
    The first stage is what the passages start from, and has none itself. Where ``population`` differs between stages
    that are counted apart, passages are of rates.

    Examples
    --------
    >>> rows = pd.DataFrame({"ics": "E54000055", "deprivation": [1, 1, 5, 5], "procedure": "hip", "linked": "yes",
    ...                      "stage": ["referred", "admitted"] * 2, "count": [90, 40, 80, 50]})
    >>> read_stages(rows)["count"].sel(stage="admitted").values.ravel()
    array([40., 50.])
    """
    small = SmallNumbers.of(small_numbers)
    reading = open_table("stages", source, groups=groups, areas=areas, ignore_columns=ignore_columns)
    refuse_absent(ignore_columns, reading.columns)
    begin = check_start(start, list(reading.frame.columns))
    read_values(reading, small)
    reading.log.raise_errors()
    footprint = name_areas(reading.frame[ICS], reading)
    table = reading.finish("admissions", rule=small.bounds_rule)
    log = DataLog("stages", group=table.group)
    tables = CellTables(table, table)
    named = with_index(groups, tables, log)
    group = find_group(tables, named, log)
    names = read_order(table.frame, order, begin, log)
    stages = _lay_out(table, names, begin, small, log)
    stages = stages.assign_coords(
        linked=(STAGE, read_linked(table.frame, names, linked, log)),
        lag_months=(STAGE, read_lags(table.frame, names, log)),
    )
    log.raise_errors()
    _check(stages, table, begin, named, log)
    log.raise_errors()
    facts = CellFacts(
        group,
        deprivation_index=named.index_name if isinstance(named, Deprivation) else Deprivation().index_name,
        findings=(*table.findings, *log.findings),
        sources=(TableSource("stages", table.source, table.sha256),),
        periods=tuple(read_periods_of(table.frame)) if PERIOD in table.frame else (),
        footprint=footprint,
    )
    ordered = in_order(stages, group).drop_vars("population")
    return facts.keep_with(ordered.assign_coords(area_coords(ordered, [table.frame])))


def _lay_out(table: CheckedTable, names: list[str], begin: Start, small: SmallNumbers, log: DataLog) -> xr.Dataset:
    """Lay rows out over stages and cells, what the pathway starts from first, and people they are counted among."""
    frame = table.frame
    several = PERIOD in frame and frame[PERIOD].nunique() > 1
    dims = [STAGE, *CELL_DIMS, *([PERIOD] if several else [])]
    columns = [name for name in ("need", "need_se", "population", ERROR) if name in frame]
    given = frame.set_index(dims)[["admissions", LOW, HIGH, *columns]].to_xarray().astype(float)
    given = given.reindex({PERIOD: read_periods_of(frame)}) if several else given
    given = given.reindex({STAGE: [name for name in names if name in given[STAGE].values]})
    counted = _fill(given, table, small, log)
    found = xr.Dataset({"count_low": counted[LOW], "count_high": counted[HIGH]})
    error = given[ERROR] if ERROR in given else xr.zeros_like(given[LOW])
    found["log_sd"] = (error.dims, log_sd_of(error.fillna(0).values, given[LOW].fillna(0).values))
    found["exposure"] = _exposure(given, begin, log)
    if begin != "first_stage":
        found = _put_first(found, given, begin, log)
    found = found.reindex({STAGE: names}).transpose(STAGE, *CELL_DIMS, ...)
    found["count"] = found["count_low"].where(found["count_low"] == found["count_high"])
    people = given["population"].max(STAGE) if "population" in given else found["count_high"].isel({STAGE: 0})
    return found[list(VARIABLES)].assign(population=people.fillna(0).max(PROCEDURE))


def _fill(given: xr.Dataset, table: CheckedTable, small: SmallNumbers, log: DataLog) -> xr.Dataset:
    """Read rows that are not there as was asked, where an ICS has the procedure at all."""
    absent = (
        ~_has_row(given, table.frame)
        & given[HIGH].notnull().any([STAGE, DEPRIVATION, *([PERIOD] if PERIOD in given.dims else [])])
    )  # fmt: skip
    low, high = absent_row(table.frame["admissions"], small.bounds_rule, small.absent, log)
    if absent.any():
        log.add(RULE_OF_ABSENT[small.absent], rows=name_cells(absent, group=log.group))
    log.raise_errors()
    return given.assign({LOW: given[LOW].where(~absent, low), HIGH: given[HIGH].where(~absent, high)})


def _has_row(given: xr.Dataset, frame: pd.DataFrame) -> xr.DataArray:
    present = frame.assign(present=1.0).set_index(list(given.dims))["present"].to_xarray()
    return present.reindex_like(given).notnull().transpose(*given.dims)


def _exposure(given: xr.Dataset, begin: Start, log: DataLog) -> xr.DataArray:
    """Give the people that each stage is counted among, over those of the first; 1 where nothing is said of them."""
    if "population" not in given:
        return xr.ones_like(given[LOW])
    if begin != "population":
        log.add("W08")
    people = given["population"]
    return (people / _base(people)).fillna(1.0)


def _base(people: xr.DataArray) -> xr.DataArray:
    """Give the people of the first stage, or where it has none the most that any other has."""
    return people.isel({STAGE: 0}, drop=True).fillna(people.max(STAGE))


def _put_first(found: xr.Dataset, given: xr.Dataset, begin: Start, log: DataLog) -> xr.Dataset:
    """Put people in need, or residents, before the first stage."""
    people = given[begin]
    first = _base(people)
    unlike = (abs(people - first) > SAME * first).any(STAGE) & (begin == "need")
    lacking = first.isnull() & given[HIGH].notnull().any(STAGE)
    if unlike.any() or lacking.any():
        log.add("W07", rows=name_cells(unlike | lacking, group=log.group))
        log.raise_errors()
    error = given["need_se"].max(STAGE) if begin == "need" and "need_se" in given else xr.zeros_like(first)
    sd = first.copy(data=log_sd_of(error.fillna(0).values, first.fillna(0).values))
    start = xr.Dataset({"count_low": first, "count_high": first, "log_sd": sd, "exposure": xr.ones_like(first)})
    return xr.concat([start.expand_dims({STAGE: [begin]}), found], STAGE)


def _check(stages: xr.Dataset, table: CheckedTable, begin: Start, groups: Groups, log: DataLog) -> None:
    """Hold stages against one another, and the direction of deprivation against known areas."""
    if "population" in table.frame:
        people = over_periods(stages["population"])
        check_direction(people.rename("population"), groups, log)
    if not np.isfinite(stages["count_high"].isel({STAGE: 0})).any():
        log.add("W07", detail=f"nothing is known of {begin}")
    check_passages(stages, log)
