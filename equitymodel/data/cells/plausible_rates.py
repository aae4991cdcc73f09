"""Rates of admission held against the world: what a unit that was taken for another would give."""

from __future__ import annotations

import re
from collections.abc import Hashable, Mapping
from functools import cache
from typing import Any

import numpy as np
import pandas as pd
import xarray as xr

from equitymodel.data.cells.cross_checks import name_cells, over_cells, over_periods
from equitymodel.data.tables.areas import published_residents, read_table
from equitymodel.data.tables.findings import DataLog
from equitymodel.data.tables.rules import Rule
from equitymodel.data.tables.suppression import HIGH, LOW, count_bounds
from equitymodel.vocabulary import ICS, PERIOD, PROCEDURE

RULES = (
    Rule(
        "P11",
        "error",
        "more admissions than people can have in a year",
        "correct the count, or give the population in person-years, not in thousands; where so many are right, say how "
        "many a person may have: --most-admissions 10",
    ),
    Rule(
        "P12",
        "error",
        "a population that is a hundredth of those who live there or less, and rates of admission far above those of "
        "England",
        "give people, not thousands of people or shares",
    ),
    Rule(
        "P13",
        "warning",
        "a rate of admission far from that of England",
        "check that admissions are counts, and the population person-years of the same people and time; residents of "
        "each month are not: --population-is residents",
    ),
)
BELOW, ABOVE = 4, 8
"""Plausible is a quarter of England's rate, as areas and codes differ, to eight times it, as people may be old."""
ANY_PROCEDURE = (0.1, 30_000.0)
"""Per 100,000 person-years, of a procedure that is not in the table: twice all planned admissions at most."""
FEW_OF_RESIDENTS = 0.01
PER = 100_000


def plausible_range(procedure: str) -> tuple[float, float]:
    """Give the lowest and the highest plausible admissions per 100,000 person-years of a procedure.

    Examples
    --------
    >>> plausible_range("Primary hip replacement"), plausible_range("knot untying")
    ((21.75, 696.0), (0.1, 30000.0))
    """
    for pattern, rate in procedure_rates()[["pattern", "rate"]].to_numpy():
        if re.search(pattern, procedure, re.IGNORECASE):
            return float(rate) / BELOW, float(rate) * ABOVE
    return ANY_PROCEDURE


@cache
def procedure_rates() -> pd.DataFrame:
    """Give planned admissions in England per 100,000 people a year by common procedure.

    Returns
    -------
    pandas.DataFrame
        Columns ``name, pattern`` (what its name may be called) and ``rate``.

    References
    ----------
    NHS England, National Cost Collection 2024/25. Open Government Licence v3.0.

    Examples
    --------
    >>> procedure_rates()["name"].head(2).tolist()
    ['hip replacement', 'knee replacement']
    """
    return read_table("procedure_rates.csv")


def rates_found(cells: xr.Dataset) -> pd.DataFrame:
    """Give the crude rate of each procedure beside its plausible range.

    Parameters
    ----------
    cells
        From `read_cells`.

    Returns
    -------
    pandas.DataFrame
        Columns ``procedure, rate, low, high, plausible``: admissions per 100,000 person-years, over the
        cells whose counts are known. A count within bounds counts as their middle.

    Examples
    --------
    >>> from equitymodel.simulate import simulate_cells
    >>> rates_found(simulate_cells(areas=4, seed=1)[0]).columns.tolist()
    ['procedure', 'rate', 'low', 'high', 'plausible']
    """
    low, high = count_bounds(cells)
    return _rates((low + high) / 2, cells["population"], cells["offered"])


def _rates(counts: xr.DataArray, people: xr.DataArray, offered: xr.DataArray) -> pd.DataFrame:
    over = [dim for dim in counts.dims if dim != PROCEDURE]
    known = counts.notnull() & offered
    rate = PER * counts.where(known).sum(over) / people.where(known).sum(over)
    rows = [(str(name), float(value), *plausible_range(str(name))) for name, value in rate.to_series().items()]
    table = pd.DataFrame(rows, columns=["procedure", "rate", "low", "high"])
    return table.assign(plausible=table["rate"].between(table["low"], table["high"]) | table["rate"].isna())


def check_rates(
    totals: xr.Dataset, persons: xr.DataArray, offered: xr.DataArray, most_admissions: float, log: DataLog
) -> None:
    """Hold admissions against what people can have, and each procedure against England (rules P11 to P13).

    Parameters
    ----------
    totals
        What the admissions of each cell may be.
    persons
        Person-years by ICS, group and stratum.
    offered
        Which cells exist.
    most_admissions
        Admissions a person-year that a cell may have.
    log
        Where findings are recorded.
    """
    people = over_cells(persons)
    crowded = totals[LOW] > most_admissions * people.where(people > 0)
    if bool(crowded.any()):
        rows = name_cells(crowded, (totals[LOW] / people).where(crowded), group=log.group)
        log.add("P11", detail=f"above {most_admissions:g} a person-year", rows=rows)
    found = _rates((totals[LOW] + totals[HIGH]) / 2, people, offered)
    apart = found[~found["plausible"]]
    thousands = _few_of_residents(people) and len(apart) == len(found) and (apart["rate"] > apart["high"]).all()
    if far := [_row(row) for row in apart.to_dict("records")]:
        log.add("P12" if thousands else "P13", rows=far)


def _row(row: Mapping[Hashable, Any]) -> str:
    low, rate, high = (shown(row[name]) for name in ("low", "rate", "high"))
    return f"{row['procedure']}: {rate} per 100,000 person-years; {low} to {high} is plausible"


def shown(rate: float) -> str:
    """Write a rate to three figures or the whole number.

    Examples
    --------
    >>> shown(69.444), shown(2592.0)
    ('69.4', '2,592')
    """
    return f"{rate:,.0f}" if rate >= 100 else f"{rate:.3g}"


def _few_of_residents(people: xr.DataArray) -> bool:
    """Say whether people are so few of those who live in known areas that they may be thousands."""
    given = over_periods(people).sum([dim for dim in people.dims if dim not in (ICS, PERIOD)]).to_series()
    known = published_residents(given.index)
    both = given.index.intersection(known.index)
    return bool(len(both) and given[both].sum() < FEW_OF_RESIDENTS * float(np.nansum(known.loc[both].to_numpy())))
