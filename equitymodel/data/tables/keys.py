"""The columns that name a row: areas, groups, procedures, ages, sex and periods."""

from __future__ import annotations

import pandas as pd

from equitymodel.data.tables.areas import AreaCheck, check_areas
from equitymodel.data.tables.deprivation import Deprivation, parse_deprivation
from equitymodel.data.tables.findings import DataLog
from equitymodel.data.tables.groups import Group, not_stated, parse_groups
from equitymodel.data.tables.rules import Rule
from equitymodel.data.tables.strata import parse_age_bands, parse_sex
from equitymodel.data.tables.unknown_deprivation import leave_out_unknown
from equitymodel.vocabulary import AGE_BAND, DEPRIVATION, ICS, PERIOD, PROCEDURE, SEX

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
KEYS = (ICS, DEPRIVATION, PROCEDURE, AGE_BAND, SEX, PERIOD)
TOTALS = {"all", "total", "totals", "england", "all ages", "persons", "all persons", "both", "both sexes",
          "overall", "e92000001", "all icbs", "all icss", "all procedures", "all groups", "national"}  # fmt: skip
UNASSIGNED = {"", "unknown", "not known", "unassigned", "not stated", "missing", "nan", "none", "<na>"}


def read_keys(frame: pd.DataFrame, log: DataLog, *, groups: Groups, areas: AreaCheck) -> pd.DataFrame:
    """Read the columns that name a row: areas, groups, age bands and sex."""
    if DEPRIVATION in frame and log.group == DEPRIVATION:
        frame = leave_out_unknown(frame, log)
    _check_key_text(frame, log)
    log.raise_errors()
    frame = frame.assign(**{key: frame[key].astype(str) for key in (ICS, PROCEDURE, PERIOD) if key in frame})
    if ICS in frame:
        check_areas(frame[ICS], log, areas=areas)
    if DEPRIVATION in frame:
        frame = frame.assign(deprivation=_read_groups(frame[DEPRIVATION], groups, log))
    if AGE_BAND in frame:
        frame = frame.assign(age_band=parse_age_bands(frame[AGE_BAND], log))
    if SEX in frame:
        frame = frame.assign(sex=parse_sex(frame[SEX], log))
    return frame


def _read_groups(column: pd.Series, groups: Groups, log: DataLog) -> pd.Series:
    if isinstance(groups, Deprivation) or groups.ordered:
        most_deprived = groups.most_deprived if isinstance(groups, Deprivation) else 1
        return parse_deprivation(column, log, most_deprived=most_deprived)
    return parse_groups(column, groups.name, log)


def _check_key_text(frame: pd.DataFrame, log: DataLog) -> None:
    for key in (key for key in KEYS if key in frame):
        text = frame[key].astype(str).str.lower()
        name = _shown(key, log)
        unassigned = UNASSIGNED | not_stated(name)
        for rule, words in (("K04", TOTALS), ("K06", unassigned)):
            marked = text.isin(words)
            if rule == "K04" and marked.all():
                continue  # a table of totals alone is not mixed with cells
            rows = frame.index[marked]
            if len(rows):
                log.add(rule, detail=f"column {name}", rows=[f"{row}: {frame[key][row]!r}" for row in rows])


def _shown(key: str, log: DataLog) -> str:
    """Name a key as the reader knows it."""
    return log.group if key == DEPRIVATION else key


def check_duplicates(frame: pd.DataFrame, value: str, log: DataLog, *, rule: str = "K03") -> None:
    """Record rows that name the same cell, with their values and sums."""
    keys = [key for key in KEYS if key in frame]
    twice = frame.duplicated(keys, keep=False)
    if not twice.any():
        return
    copies = frame[twice].sort_values(keys)
    sums = copies.groupby(keys)[value].transform("sum")
    names = [_shown(key, log) for key in keys]
    cells = [", ".join(f"{key} {part}" for key, part in zip(names, parts, strict=True))
             for parts in copies[keys].values]  # fmt: skip
    rows = [
        f"{row} ({cell}): {number:g}; its rows sum to {total:g}"
        for row, cell, number, total in zip(copies.index, cells, copies[value], sums, strict=True)
    ]
    log.add(rule, rows=rows)
