"""The columns that name a row: areas, groups, procedures, ages, sex and periods."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import pandas as pd

from equitymodel.data.tables.areas import check_areas
from equitymodel.data.tables.deprivation import Deprivation, parse_deprivation
from equitymodel.data.tables.distinct_values import as_text, by_distinct, in_text, read_by_distinct
from equitymodel.data.tables.findings import DataLog
from equitymodel.data.tables.footprints import AreaCheck
from equitymodel.data.tables.groups import Group, parse_groups
from equitymodel.data.tables.not_stated import NOT_STATED, partly_not_stated, says_not_stated
from equitymodel.data.tables.rules import Rule
from equitymodel.data.tables.strata import parse_age_bands, parse_sex
from equitymodel.data.tables.unknown_deprivation import leave_out_unknown
from equitymodel.vocabulary import AGE_BAND, DEPRIVATION, ICS, PERIOD, PRIORITY, PROCEDURE, SEX, STAGE, WEEKS_WAITED

RULES = (
    Rule(
        "K03",
        "error",
        "a cell is given more than once",
        "keep one row a cell: add the rows up if they are parts, or delete the copies",
    ),
    Rule("K04", "error", "totals rows are mixed with cells, which counts people twice", "delete the totals rows"),
    Rule(
        "K06",
        "error",
        "rows without a group, age or sex",
        "assign them, or delete them and report how many admissions they hold",
    ),
)

Groups = Deprivation | Group
"""How the groups of a table are read: as deprivation, or as a column of groups without an order."""
KEYS = (ICS, DEPRIVATION, PROCEDURE, STAGE, PRIORITY, WEEKS_WAITED, AGE_BAND, SEX, PERIOD)
TOTALS = {"all", "total", "totals", "england", "all ages", "persons", "all persons", "both", "both sexes",
          "overall", "e92000001", "all icbs", "all icss", "all procedures", "all groups", "national"}  # fmt: skip


def read_keys(frame: pd.DataFrame, log: DataLog, *, groups: Groups, areas: AreaCheck) -> pd.DataFrame:
    """Read the columns that name a row: areas, groups, age bands and sex."""
    frame = frame.assign(**{key: by_distinct(frame[key], _as_text) for key in KEYS if key in frame})
    if DEPRIVATION in frame and log.group == DEPRIVATION:
        frame = leave_out_unknown(frame, log)
    _check_key_text(frame, log)
    log.raise_errors()
    if ICS in frame:
        check_areas(frame[ICS], log, areas=areas, periods=frame.get(PERIOD))
    if DEPRIVATION in frame:
        frame = _read_groups(frame, groups, log)
    if AGE_BAND in frame:
        frame = frame.assign(age_band=read_by_distinct(frame[AGE_BAND], parse_age_bands, log))
    if SEX in frame:
        frame = frame.assign(sex=read_by_distinct(frame[SEX], parse_sex, log))
    return frame


def _as_text(column: pd.Series) -> pd.Series:
    return column.astype("object").where(column.notna(), "").astype(str)


def _read_groups(frame: pd.DataFrame, groups: Groups, log: DataLog) -> pd.DataFrame:
    """Read the groups; of those without an order, mark the rows of people whose group is not known."""
    column = frame[DEPRIVATION]
    if isinstance(groups, Deprivation) or groups.ordered:
        most_deprived = groups.most_deprived if isinstance(groups, Deprivation) else 1
        parse = partial(parse_deprivation, most_deprived=most_deprived)
        return frame.assign(deprivation=read_by_distinct(column, parse, log))
    unknown = _say(column, says_not_stated, groups.characteristic)
    known = read_by_distinct(column[~unknown], lambda labels, log: parse_groups(labels, groups.name, log), log)
    if unknown.any():
        known = in_text(known).reindex(column.index).fillna(in_text(column))
    return frame.assign(deprivation=known, **{NOT_STATED: unknown})


def _check_key_text(frame: pd.DataFrame, log: DataLog) -> None:
    for key in (key for key in KEYS if key in frame):
        totals = by_distinct(frame[key], lambda labels: labels.str.lower().isin(TOTALS))
        if not totals.all():  # a table of totals alone is not mixed with cells
            _record(frame[key], totals, "K04", log)
        _record(frame[key], _unassigned(frame[key], log), "K06", log)


def _unassigned(column: pd.Series, log: DataLog) -> pd.Series:
    """Mark rows without a label; of groups without an order, only those that share a label with people who have one."""
    if column.name == DEPRIVATION and log.group != DEPRIVATION:
        return _say(column, partly_not_stated, Group(log.group).characteristic)
    if column.name in (AGE_BAND, SEX):
        return _say(column, says_not_stated, Group(str(column.name)).characteristic)
    return _say(column, says_not_stated, None)


def _say(column: pd.Series, says: Callable[[str, str | None], bool], characteristic: str | None) -> pd.Series:
    return by_distinct(column, lambda labels: labels.map(lambda label: says(label, characteristic)).astype(bool))


def _record(column: pd.Series, marked: pd.Series, rule: str, log: DataLog) -> None:
    if marked.any():
        rows = [f"{row}: {value!r}" for row, value in column[marked].items()]
        log.add(rule, detail=f"column {_shown(str(column.name), log)}", rows=rows)


def _shown(key: str, log: DataLog) -> str:
    """Name a key as the reader knows it."""
    return log.group if key == DEPRIVATION else key


def check_duplicates(frame: pd.DataFrame, value: str, log: DataLog, *, rule: str = "K03") -> None:
    """Record rows that name the same cell, with their values and sums."""
    keys = [key for key in KEYS if key in frame]
    twice = frame.duplicated(keys, keep=False)
    if not twice.any():
        return
    copies = as_text(frame[twice]).sort_values(keys)
    sums = copies.groupby(keys)[value].transform("sum")
    names = [_shown(key, log) for key in keys]
    cells = [", ".join(f"{key} {part}" for key, part in zip(names, parts, strict=True))
             for parts in copies[keys].values]  # fmt: skip
    rows = [
        f"{row} ({cell}): {number:g}; its rows sum to {total:g}"
        for row, cell, number, total in zip(copies.index, cells, copies[value], sums, strict=True)
    ]
    log.add(rule, rows=rows)
