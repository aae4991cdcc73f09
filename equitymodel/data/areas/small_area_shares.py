"""Crosswalks worked out of small areas: shares of each group, of all ages and by age and sex, and how sure they are."""

from __future__ import annotations

from typing import cast

import numpy as np
import pandas as pd

from equitymodel.argument_types import refuses_other_types
from equitymodel.data.areas.crosswalk import COLUMNS, SMALL_AREAS, Crosswalk, settled
from equitymodel.data.areas.split_strata import ALL, PEOPLE, STRATA, read_strata
from equitymodel.data.tables.column_names import read_synonyms
from equitymodel.data.tables.findings import DataLog
from equitymodel.errors import OptionError
from equitymodel.vocabulary import DEPRIVATION

SMALL_AREA = "small_area"


@refuses_other_types
def crosswalk_of_small_areas(table: pd.DataFrame, *, method: str = "residents of small areas") -> Crosswalk:
    """Work a crosswalk out of small areas: an area is split where its small areas went to several.

    Parameters
    ----------
    table
        A row a small area: ``from``, ``to``, ``deprivation`` and ``people``, 1 or more. With ``age`` (or ``age_band``)
        or ``sex``, a row a small area, age band and sex, and ``small_area``, its name.
    method
        What the shares are of.

    Returns
    -------
    Crosswalk
        Exact where all small areas of an area went to one; otherwise shares by group of deprivation, of all people,
        and by age and sex where these are given.

    Raises
    ------
    OptionError
        When a column is missing.
    EquityDataError
        When people are no number or below 1 in an area (rule A01), or an age band or sex cannot be read.

    Examples
    --------
    >>> small = pd.DataFrame({"from": "A", "to": ["B", "B", "C"], "deprivation": [1, 2, 2], "people": [100, 100, 300]})
    >>> crosswalk_of_small_areas(small).shares("A", [1, 2])["C"].tolist()
    [0.0, 0.75]
    """
    log = DataLog("small areas")
    table = read_synonyms(table, log, STRATA)
    strata = [stratum for stratum in STRATA if stratum in table]
    wanted = ["from", "to", DEPRIVATION, PEOPLE, *([SMALL_AREA] if strata else [])]
    if missing := [name for name in wanted if name not in table]:
        raise OptionError(f"small areas have no column {' and '.join(missing)}")
    table = table.assign(**read_strata(table, log), people=_people(table, log))
    whole = table.groupby("from")["to"].transform("nunique") == 1
    ones = table[whole][["from", "to"]].drop_duplicates().assign(group=ALL, weight=1.0, method="whole",
                                                                 **dict.fromkeys(STRATA, ALL))  # fmt: skip
    split = table[~whole].assign(group=table[DEPRIVATION].astype(str), method=method)
    rows = pd.concat([ones, _shares(_of_all(split) if strata else split), *([_shares(split)] if strata else [])])
    blank = rows.reindex(columns=[*COLUMNS[:5], *STRATA, SMALL_AREAS, PEOPLE])
    return Crosswalk(settled(blank.reset_index(drop=True)))


def _of_all(split: pd.DataFrame) -> pd.DataFrame:
    """Add each small area up over ages and sexes."""
    keys = [SMALL_AREA, "from", "to", "group", "method"]
    return split.groupby(keys)[PEOPLE].sum().reset_index().assign(**dict.fromkeys(STRATA, ALL))


def _shares(split: pd.DataFrame) -> pd.DataFrame:
    """Give the share, the people and the number of small areas of equal size, by part, group and stratum."""
    within = ["from", "group", *STRATA]
    squares = split.assign(people_all=split[PEOPLE], square=split[PEOPLE] ** 2)
    parts = split.groupby([*within, "to", "method"])[PEOPLE].sum().reset_index()
    total = parts.join(squares.groupby(within)[["people_all", "square"]].sum(), on=within)
    shares = total.assign(weight=total[PEOPLE] / total["people_all"],
                          small_areas=total["people_all"] ** 2 / total["square"])  # fmt: skip
    return shares[total["people_all"] > 0]


def _people(table: pd.DataFrame, log: DataLog) -> pd.Series:
    """Read people of small areas; of those where nobody lives, shares would have no meaning (rule A01)."""
    people = pd.to_numeric(table[PEOPLE], errors="coerce").astype(float)
    by_area = people.groupby(table[SMALL_AREA]).transform("sum") if SMALL_AREA in table else people
    odd = ~(by_area.between(1, np.inf, inclusive="left") & people.between(0, np.inf, inclusive="left"))
    if odd.any():
        log.add("A01", detail="people of a small area are a number, 1 or more", rows=list(people.index[odd]))
        log.raise_errors()
    return cast("pd.Series", people)
