"""Areas of several tables: codes of one kind, and boards of one date."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING

import pandas as pd

from equitymodel.data.tables.areas import kind_of
from equitymodel.data.tables.findings import DataLog
from equitymodel.data.tables.footprints import (
    FOOTPRINTS,
    ON_ONE_FOOTPRINT,
    AreaCheck,
    boards_of,
    changed_behind_one_code,
    icb_boards,
    note_unchecked,
    told_by,
    words_for,
)
from equitymodel.data.tables.rules import Rule
from equitymodel.vocabulary import ICS

if TYPE_CHECKING:
    from equitymodel.data.cells.label_cells import CellTables
    from equitymodel.data.tables.checked_table import CheckedTable

RULES = (
    Rule("G04", "error", "tables on the boards of two dates", ON_ONE_FOOTPRINT),
    Rule(
        "G05",
        "error",
        "an NHS code whose area is not the same at both dates, and nothing tells which is meant",
        "say which boards the tables are of: --areas icb2023 (42 ICBs) or --areas icb2026 (36 ICBs); or give ONS codes",
    ),
    Rule("G06", "repair", "NHS codes were read as ONS codes, since another table has those"),
)
ONS, NHS = "ONS codes", "NHS organisation codes"


def match_areas(tables: CellTables, log: DataLog) -> tuple[CellTables, str]:
    """Bring the codes of all tables to one kind, and name the boards that they are of.

    Parameters
    ----------
    tables
        Each with its own codes.
    log
        Where rules G04 to G07 are recorded.

    Returns
    -------
    tuple of CellTables and str
        The tables, in ONS codes where any of them has those; and the footprint in words.

    Raises
    ------
    EquityDataError
        Rules G04 and G05.
    """
    named = {table.name: table for table in tables.given if ICS in table.frame}
    codes = {name: set(map(str, table.frame[ICS].unique())) for name, table in named.items()}
    every = set().union(*codes.values())
    if tables.admissions.areas == "any" or tables.population.areas == "any":
        note_unchecked(log)
        return tables, words_for("any", every)
    check = find_date(codes, tables.admissions.areas, log)
    log.raise_errors()
    if {kind_of(code) for code in every} >= {ONS, NHS}:
        tables = replace(tables, **{name: _in_ons_codes(table, check, log) for name, table in named.items()})
    return tables, words_for(check, every)


def find_date(codes: Mapping[str, set[str]], asked: AreaCheck, log: DataLog) -> AreaCheck | None:
    """Say of which date boards are, by their codes or as it was said; none where either may be meant and is the same.

    Parameters
    ----------
    codes
        Of each table.
    asked
        How codes were checked.
    log
        Where rules G04 and G05 are recorded.

    Examples
    --------
    >>> find_date({"admissions": {"QRL", "S1Y5D"}, "population": {"E54000065"}}, "icb", DataLog())
    'icb2026'
    """
    if asked != "icb":
        return asked
    told = {name: next(iter(told_by(those)), None) for name, those in codes.items()}
    dates = {check for check in told.values() if check is not None}
    if len(dates) > 1:
        log.add("G04", rows=[f"{name}: {words_for(check, ())} ({', '.join(told_by(codes[name])[check][:3])} ...)"
                             for name, check in told.items() if check is not None])  # fmt: skip
    elif not dates and (either := changed_behind_one_code() & set().union(*codes.values())):
        log.add("G05", rows=[_meanings(code) for code in sorted(either)])
    return next(iter(dates), None)


def _meanings(code: str) -> str:
    known = icb_boards().query("ods_code == @code").set_index("dates")["ics"]
    return f"{code} is {known['2023']} until March 2026, and {known['2026']} with more people from April 2026"


def _in_ons_codes(table: CheckedTable, check: AreaCheck | None, log: DataLog) -> CheckedTable:
    """Give a table with ONS codes in the place of NHS codes (rule G06)."""
    footprint = next((each for each in FOOTPRINTS if each.check == check), FOOTPRINTS[0])
    known = boards_of(footprint).set_index("ods_code")["ics"]
    codes = table.frame[ICS].astype(str)
    if not codes.isin(known.index).any():
        return table
    pairs = pd.Series(codes[codes.isin(known.index)].unique())
    log.add("G06", detail=table.name, rows=[f"{code} read as {known[code]}" for code in pairs])
    return replace(table, frame=table.frame.assign(**{ICS: codes.map(known).fillna(codes)}))
