"""Periods of several tables brought together: fitted together as years, or added up."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

import pandas as pd
import xarray as xr

from equitymodel.data.cells.cell_periods import (
    ALMOST,
    CellPeriod,
    CellTime,
    add_up_to,
    ask_length,
    date_labels,
    read_cell_periods,
)
from equitymodel.data.cells.label_cells import CellTables
from equitymodel.data.tables.checked_table import CheckedTable
from equitymodel.data.tables.findings import DataLog
from equitymodel.data.tables.keys import check_duplicates
from equitymodel.data.tables.rules import Rule
from equitymodel.vocabulary import PERIOD

RULES = (
    Rule(
        "K11",
        "error",
        "a period is in one table but not in another",
        "give the tables the same periods; a population without a period column is shared out over all of them, and "
        "need without one holds for all",
    ),
    Rule("K12", "repair", "shorter periods were added up to whole years, or to quarters if asked"),
    Rule(
        "K13",
        "error",
        "shorter periods that do not make up whole years",
        "leave out those that belong to no whole year; add all periods up to one with --periods add_up; or, where each "
        "is the first month of a year, say --frequency annual",
    ),
    Rule(
        "K14",
        "error",
        "several periods that cannot be read as years, quarters, months or weeks",
        "write years as 2023 or 2023/24, quarters as 2023 Q2 and months as 2023-04; or add all periods up to one: "
        "--periods add_up",
    ),
    Rule("K15", "repair", "a period was written in more than one way, and was read as one"),
    Rule(
        "K16",
        "error",
        "one period that may be a month or a year",
        "write it as May 2004 or as 2004/2005, or say --frequency monthly or --frequency annual (in Python "
        "periods=CellTime(frequency='annual'))",
    ),
    Rule(
        "N05",
        "error",
        "need has several periods where admissions have one, or are added up to one",
        "give one need ratio for each ICS, group and procedure, of all the periods together",
    ),
)
VALUES = {"admissions": "admissions", "population": "population", "need": "need_ratio"}
"""The number of each table that has periods."""
TOGETHER = "all"
"""What periods are added up to where cells get no dimension of them."""


@dataclass(frozen=True)
class PeriodPlan:
    """Which periods cells have, and what the periods of each table are added up to.

    Attributes
    ----------
    along
        The periods that become a dimension, in time order; none where there is one, or all are added up.
    labels
        What the periods are called, one or several; none where the admissions have no period.
    into
        By table: for each of its labels, the period that it belongs to.
    covers
        How many years the periods of the population, or without them of the admissions, cover; 0 where not known.

    Examples
    --------
    >>> PeriodPlan().years
    ()
    """

    along: tuple[CellPeriod, ...] = ()
    labels: tuple[str, ...] = ()
    into: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    covers: float = 0.0

    @property
    def years(self) -> tuple[str, ...]:
        """The labels along the dimension; none where there is none."""
        return tuple(period.label for period in self.along)

    def parts(self) -> xr.DataArray | int:
        """Count how many periods of the admissions each period is added up from."""
        wholes = pd.Series(self.into.get("admissions", {}), dtype=object)
        if not self.along:
            return max(len(wholes), 1)
        counted = wholes.value_counts().loc[list(self.years)]
        return xr.DataArray(counted.to_numpy(float), {PERIOD: list(self.years)}, PERIOD)

    def share(self) -> xr.DataArray:
        """Give the share of the whole time that each period has."""
        years = pd.Series({period.label: period.years for period in self.along})
        return xr.DataArray((years / years.sum()).to_numpy(), {PERIOD: list(self.years)}, PERIOD)

    def over_time(self, persons: xr.DataArray) -> xr.DataArray:
        """Put people in the order of the periods; each period has its share of people that were given for all."""
        if not self.along:
            return persons
        if PERIOD in persons.dims:
            return persons.sel({PERIOD: list(self.years)})
        return persons * self.share()

    def label_time(self, cells: xr.Dataset) -> xr.Dataset:
        """Let cells say the middle and the length of each period, in years."""
        if not self.along:
            return cells
        values = {"year": [period.middle for period in self.along],
                  "period_years": [period.years for period in self.along]}  # fmt: skip
        return cells.assign_coords({name: (PERIOD, value, {"unit": "years"}) for name, value in values.items()})


def one_spelling(tables: CellTables, time: CellTime, log: DataLog) -> CellTables:
    """Write each period in one way in all tables, as the admissions first have it.

    Parameters
    ----------
    tables
        Admissions, population and what else was given.
    time
        How their periods are read.
    log
        Where rule K15 is recorded, and K03 where a cell is then given twice.

    Returns
    -------
    CellTables
        With the same labels for the same days; labels that cannot be read are left as they are.
    """
    names: dict[tuple[pd.Timestamp, pd.Timestamp], str] = {}
    respelt = {table.name: _respell(table, names, time, log) for table in tables.given}
    log.raise_errors()
    return replace(tables, **respelt)


def _respell(
    table: CheckedTable, names: dict[tuple[pd.Timestamp, pd.Timestamp], str], time: CellTime, log: DataLog
) -> CheckedTable:
    """Give a table the names its periods have so far, and add those that are new."""
    if PERIOD not in table.frame:
        return table
    found = date_labels(_labels(table), time)[0]
    known = {period.label: names.setdefault((period.start, period.end), period.label) for period in found}
    others = {label: name for label, name in known.items() if label != name}
    if not others:
        return table
    log.add("K15", rows=[f"{label!r} in {table.name} is {name!r}" for label, name in others.items()])
    frame = table.frame.assign(period=table.frame[PERIOD].replace(others))
    if len(set(known.values())) < len(known):
        check_duplicates(frame, VALUES[table.name], log)
    return replace(table, frame=frame)


def plan_periods(tables: CellTables, time: CellTime, log: DataLog) -> PeriodPlan:
    """Say which periods cells have, and match those of every table with them.

    Parameters
    ----------
    tables
        Admissions, population and what else was given.
    time
        How periods are read, and what is done with several of the admissions.
    log
        Where rules K11 to K14 and N05 are recorded.

    Returns
    -------
    PeriodPlan
        Without periods where the admissions have none.

    Raises
    ------
    EquityDataError
        When periods cannot be read, make up no whole years, or differ between the tables.
    """
    if PERIOD not in tables.admissions.frame:
        need = {} if tables.need is None else _into_one(tables.need, log)
        log.raise_errors()
        return PeriodPlan(into={"need": need}, covers=_time_of(tables, time))
    found = _targets(tables.admissions, time, log)
    log.raise_errors()
    labels = tuple(dict.fromkeys(found.into.values()))
    several = time.use != "add_up" and len(labels) > 1
    into = {"admissions": found.into}
    for table in (tables.population, tables.need):
        if table is not None and PERIOD in table.frame:
            into[table.name] = found.match(table, log)
    if not several:
        need = {} if tables.need is None else _into_one(tables.need, log)
        into = {**{name: dict.fromkeys(own, TOGETHER) for name, own in into.items()}, "need": need}
    log.raise_errors()
    along = tuple(found.known[label] for label in labels) if several else ()
    return PeriodPlan(along, labels, into, _time_of(tables, time))


@dataclass(frozen=True)
class _Targets:
    """The periods that admissions have once parts are added up, and how those of other tables are matched."""

    into: dict[str, str]
    known: dict[str, CellPeriod]
    time: CellTime

    def match(self, table: CheckedTable, log: DataLog) -> dict[str, str]:
        """Give the period each label of a table belongs to, by its text or by its days; record rule K11."""
        labels = _labels(table)
        dated = read_cell_periods(labels, self.time)[0]
        into = {label: found for label in labels if (found := self._target(label, dated.get(label)))}
        lonely = [f"{label} is only in {table.name}" for label in labels if label not in into]
        lonely += [f"{part} is only in admissions" for part in self._uncovered(into, dated)]
        if lonely:
            log.add("K11", rows=lonely)
        elif table.name == "need" and len(set(into.values())) < len(into):
            log.add("N05", detail=", ".join(labels))
        return into

    def _target(self, label: str, dated: CellPeriod | None) -> str:
        if label in self.into or dated is None:
            return self.into.get(label, "")
        return next((name for name, period in self.known.items() if period.holds(dated)), "")

    def _uncovered(self, into: Mapping[str, str], dated: Mapping[str, CellPeriod]) -> list[str]:
        """Name the periods of the admissions that another table does not cover, in whole or in part."""
        gone = [label for label in self.into if label not in into]
        time = {name: sum(dated[label].years for label in into if into[label] == name and label in dated)
                for name in self.known}  # fmt: skip
        covered = {name for name, period in self.known.items() if time[name] >= ALMOST * period.years}
        return [label for label in gone if self.into[label] not in covered]


def _targets(admissions: CheckedTable, time: CellTime, log: DataLog) -> _Targets:
    """Say what each period of the admissions is added up to, and record rules K12 to K14."""
    labels = _labels(admissions)
    known, faults = read_cell_periods(labels, time)
    itself = {label: label for label in known or labels}
    if ask_length(labels, time):
        log.add("K16", rows=faults)
    elif faults and time.use != "add_up" and len(labels) > 1:
        log.add("K14", rows=faults)
    longest = 3 if time.use == "quarters" else 12
    long_enough = all(12 * period.years >= ALMOST * longest for period in known.values())
    if time.use == "add_up" or len(labels) == 1 or long_enough:
        return _Targets(itself, known, time)
    wholes, partial = add_up_to(longest, known.values())
    if partial:
        log.add("K13", rows=partial)
        return _Targets({}, {}, time)
    into = {label: whole.label for label, whole in wholes.items()}
    names = list(dict.fromkeys(into.values()))
    log.add("K12", detail=f"{len(into)} periods, {labels[0]} among them, to {', '.join(names)}")
    return _Targets(into, {whole.label: whole for whole in wholes.values()}, time)


def _time_of(tables: CellTables, time: CellTime) -> float:
    """Add up the length of the periods that the population is of, in years."""
    own = PERIOD in tables.population.frame
    table = tables.population if own or PERIOD not in tables.admissions.frame else tables.admissions
    dated = read_cell_periods(_labels(table), time)[0] if PERIOD in table.frame else {}
    return sum(period.years for period in dated.values())


def _into_one(need: CheckedTable, log: DataLog) -> dict[str, str]:
    labels = _labels(need) if PERIOD in need.frame else []
    if len(labels) > 1:
        log.add("N05", detail=", ".join(labels))
    return dict.fromkeys(labels, TOGETHER)


def _labels(table: CheckedTable) -> list[str]:
    return sorted(map(str, table.frame[PERIOD].unique()))


def in_periods(table: CheckedTable, plan: PeriodPlan) -> CheckedTable:
    """Give a table whose rows name the periods that cells have; without periods where cells have none."""
    if PERIOD not in table.frame:
        return table
    whole = table.frame[PERIOD].map(plan.into[table.name])
    frame = table.frame.assign(period=whole) if plan.along else table.frame.drop(columns=PERIOD)
    return replace(table, frame=frame)
