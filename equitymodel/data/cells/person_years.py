"""Residents turned into person-years, and person-years held against those who live there."""

from __future__ import annotations

import pandas as pd

from equitymodel.data.cells.cell_periods import CellTime, read_cell_periods
from equitymodel.data.tables.areas import published_residents
from equitymodel.data.tables.checked_table import CheckedTable
from equitymodel.data.tables.findings import DataLog
from equitymodel.data.tables.rules import Rule
from equitymodel.vocabulary import ICS, PERIOD

RULES = (
    Rule(
        "P07",
        "error",
        "a population that comes to far more person-years a year than there are residents",
        "give person-years: residents of a month count a twelfth; or, if these are residents in each period, say so: "
        "--population-is residents",
    ),
    Rule("P08", "repair", "residents were turned into person-years, as asked"),
    Rule(
        "P09",
        "error",
        "residents cannot be turned into person-years, as the length of a period is not known",
        "write periods as 2023, 2023/24, 2023 Q2 or 2023-04, or give person-years",
    ),
    Rule(
        "P10",
        "error",
        "the population of an area is in another unit than that of the others",
        "give all areas in people, not some in thousands, and over the same periods",
    ),
)
TOO_MANY = 2
"""People of a year are residents counted more than once if they are this many times those who live there."""
ANOTHER_UNIT = 50
"""One area's people against its residents differ this many times from the middle of all: in thousands or misread."""


def in_person_years(
    population: CheckedTable, admissions: CheckedTable, log: DataLog, time: CellTime | None = None
) -> pd.DataFrame:
    """Give a population in person-years, by the length of its periods if it holds residents.

    Parameters
    ----------
    population, admissions
        Checked tables; what the numbers are, `PeopleUnits`, comes with the population. Without periods of
        its own it holds for those of the admissions, and for a year if these have none either.
    log
        Where rules P08 and P09 are recorded.
    time
        How labels of periods are read; by default as most are.

    Returns
    -------
    pandas.DataFrame
        The frame of the population, in person-years.

    Examples
    --------
    >>> from equitymodel.data import read_population
    >>> months = pd.DataFrame({"ics": "E54000055", "deprivation": 1, "population": 1200,
    ...                        "period": ["2022-04", "2022-05"]})
    >>> people = read_population(months, population_is="residents")
    >>> in_person_years(people, people, DataLog())["population"].tolist()
    [100.0, 100.0]
    """
    frame = population.frame
    if population.units.population_is == "person_years":
        return frame
    dated = frame if PERIOD in frame else admissions.frame
    labels = sorted(set(map(str, dated[PERIOD].unique()))) if PERIOD in dated else []
    known, faults = read_cell_periods(labels, time or CellTime()) if labels else ({}, [])
    if faults:
        log.add("P09", rows=faults)
        log.raise_errors()
    years = {label: period.years for label, period in known.items()}
    log.add("P08", detail=_how_long(years))
    times = frame[PERIOD].map(years) if PERIOD in frame else sum(years.values()) or 1.0
    return frame.assign(population=frame["population"] * times)


def _how_long(years: dict[str, float]) -> str:
    if not years:
        return "no table has periods, so they were taken to live there for one year"
    return f"{len(years)} period{'s' * (len(years) > 1)}, {sum(years.values()):.3g} years together"


def check_person_years(people: pd.DataFrame, years: float, log: DataLog) -> None:
    """Hold person-years against published residents of known areas (rules P07 and P10).

    Parameters
    ----------
    people
        Population by ICS and any groups and periods.
    years
        How many years they cover; 0 where that is not known, and then only areas are held against one another.
    log
        Where the rules are recorded.
    """
    given = people.groupby(ICS)["population"].sum()
    known = published_residents(given.index)
    both = given.index.intersection(known.index)
    if both.empty:
        return
    residents = known.loc[both].sum(axis=1)
    _check_areas_alike(given[both] / residents, log)
    a_year, live = float(given[both].sum()) / (years or 1.0), float(residents.sum())
    if years and a_year > TOO_MANY * live:
        log.add("P07", detail=f"{a_year:,.0f} person-years a year where {live:,.0f} people live")


def _check_areas_alike(share: pd.Series, log: DataLog) -> None:
    """Find areas whose people are far more, or far fewer, of their residents than in the middle of all areas."""
    middle = share[share > 0].median()
    apart = share[(share > 0) & ((share > ANOTHER_UNIT * middle) | (share < middle / ANOTHER_UNIT))]
    if len(apart):
        usual = f"person-years for each resident; in the middle of all areas {middle:.3g}"
        log.add("P10", rows=[f"{code}: {value:.3g} {usual}" for code, value in apart.items()])
