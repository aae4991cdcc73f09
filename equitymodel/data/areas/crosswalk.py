"""Crosswalks: which areas became which, in what shares of each group, and how sure those shares are."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pandas as pd

from equitymodel.argument_types import refuses_other_types
from equitymodel.data.areas.split_strata import ALL, PEOPLE, STRATA, of_everyone, read_strata, rows_of_stratum
from equitymodel.data.tables.column_names import read_synonyms
from equitymodel.data.tables.files import Source, load_text_table
from equitymodel.data.tables.findings import DataLog
from equitymodel.data.tables.rules import Rule
from equitymodel.errors import OptionError

RULES = (
    Rule(
        "A01",
        "error",
        "a crosswalk that cannot be read",
        "give a row an area that goes whole (from, to), and for one that is split a row a part and group of "
        "deprivation: from, to, group, weight, where weights of one group (and age band and sex, if there are such "
        "columns) add up to 1",
    ),
    Rule(
        "A02",
        "error",
        "an area that is not in the crosswalk",
        "add a row for it, with itself as what it became if it did not change",
    ),
)
COLUMNS = ("from", "to", "group", "weight", "method", "exact")
KEYS = ["from", "group", *STRATA]
SMALL_AREAS = "small_areas"
"""How many small areas of equal size would hold the people of a group: the more, the surer its shares."""
TOLERANCE = 1e-4
BETWEEN_SMALL_AREAS, BETWEEN_PARTS = 0.3, 0.1
"""Coefficients of variation of the rate of admission: between small areas of a group, and between parts of an area."""


@dataclass(frozen=True)
class Crosswalk:
    """Which areas became which.

    Attributes
    ----------
    table
        Columns ``from, to, group, weight, method, exact``, then ``age_band`` and ``sex`` (``all`` where weights are of
        all), and ``small_areas`` and ``people`` where known: a row an area and what it became, or a row a part, group
        and stratum of one that is split.

    Examples
    --------
    >>> rows = pd.DataFrame({"from": ["A", "B"], "to": ["C", "C"]})
    >>> read_crosswalk(rows).becomes("A")
    ('C',)
    """

    table: pd.DataFrame

    @cached_property
    def split(self) -> tuple[str, ...]:
        """The areas that do not go whole."""
        return tuple(sorted(self.table.loc[~self.table["exact"], "from"].unique()))

    @cached_property
    def flagged(self) -> tuple[str, ...]:
        """The new areas that hold part of one that was split."""
        return tuple(sorted(self.table.loc[~self.table["exact"], "to"].unique()))

    def becomes(self, area: str) -> tuple[str, ...]:
        """Give what an area became: one that is new already stays as it is."""
        found = tuple(sorted(self.table.loc[self.table["from"] == area, "to"].unique()))
        return found or (area,)

    @cached_property
    def known(self) -> frozenset[str]:
        """All areas, old and new."""
        return frozenset(self.table["from"]) | frozenset(self.table["to"])

    def require(self, areas: Sequence[str], log: DataLog) -> None:
        """Refuse areas that are not in it (rule A02).

        Raises
        ------
        EquityDataError
            When one is not.
        """
        if absent := sorted(set(areas) - self.known):
            log.add("A02", rows=absent)
            log.raise_errors()

    def strata_of(self, area: str) -> tuple[str, ...]:
        """Name what else than groups an area is split by: ``age_band``, ``sex``, both or neither."""
        own = self.table[self.table["from"] == area]
        return tuple(stratum for stratum in STRATA if (own[stratum] != ALL).any())

    def shares(
        self, area: str, groups: Sequence[int], *, age_band: str | None = None, sex: str | None = None
    ) -> pd.DataFrame:
        """Give the share of each group of an area that goes to each new one.

        Parameters
        ----------
        area
            One of ``from``.
        groups
            Groups of deprivation.
        age_band, sex
            Of one band of ages, such as ``65-74``, and sex, ``F`` or ``M``; all by default. Where the area is not
            split by these, shares are those of all; a band that holds several of the crosswalk, or parts of them, has
            their shares by how many people they have, spread evenly within each.

        Returns
        -------
        pandas.DataFrame
            Index ``groups``, a column a new area.

        Raises
        ------
        OptionError
            When it is split by other groups, or bands have to be taken together and their people are not known.
        """
        rows = rows_of_stratum(self.table[self.table["from"] == area], area, age_band, sex)
        if set(rows["group"]) == {ALL}:
            weights = rows.set_index("to")["weight"]
            return pd.DataFrame(
                {to: np.full(len(groups), weight) for to, weight in weights.items()}, index=list(groups)
            )
        found = rows.pivot_table(index="group", columns="to", values="weight", fill_value=0.0)
        wanted = [str(group) for group in groups]
        if not set(found.index) <= set(wanted):
            raise OptionError(f"{area} is split by groups {', '.join(found.index)}, and these are {', '.join(wanted)}; "
                              "give counts by the groups of the crosswalk")  # fmt: skip
        if lacking := [group for group in wanted if group not in found.index]:
            raise OptionError(f"the crosswalk has no weight of {area} for group {', '.join(lacking)}; add its rows")
        return found.loc[wanted].set_axis(list(groups))

    def concentration(self, area: str, groups: Sequence[int]) -> np.ndarray:
        """Say how sure the shares of each group are: the sum of the parameters of their Dirichlet distribution.

        Rates of admission differ between small areas of one group (coefficient of variation 0.3) and between the parts
        of an area (0.1), so that the share of admissions is not that of residents. With n small areas of equal size the
        variance of a share w is at most w(1 - w)(0.3²/n + 0.1²/2). It is that of all ages.

        Parameters
        ----------
        area, groups
            As for `shares`.

        Returns
        -------
        numpy.ndarray
            One number a group.
        """
        rows = self.table[self.table["from"] == area]
        of_all = rows[of_everyone(rows)]
        sizes = (of_all if len(of_all) else rows).groupby("group")[SMALL_AREAS].min()
        number = np.array([sizes.get(str(group), sizes.get(ALL, np.nan)) for group in groups], dtype=float)
        spread = np.where(np.isnan(number), 0.0, BETWEEN_SMALL_AREAS**2 / np.where(number > 0, number, np.nan))
        return 1 / (spread + BETWEEN_PARTS**2 / 2) - 1


@refuses_other_types
def read_crosswalk(source: Source) -> Crosswalk:
    """Read a crosswalk, of any areas (rule A01).

    Parameters
    ----------
    source
        A table of ``from`` and ``to``; where areas are split also ``group`` (of deprivation, or ``all``) and
        ``weight``, which are blank for areas that go whole, and if known ``age`` (or ``age_band``), ``sex``,
        ``people``, ``method`` and ``small_areas``. Where ``people`` of the parts are given, weights may be blank.

    Returns
    -------
    Crosswalk
        With weights that add up to 1 exactly.

    Raises
    ------
    EquityDataError
        When weights do not add up, or a column is missing.

    Examples
    --------
    >>> rows = pd.DataFrame({"from": ["A", "A"], "to": ["B", "C"], "group": "all", "weight": [0.4, 0.6]})
    >>> read_crosswalk(rows).flagged
    ('B', 'C')
    """
    log = DataLog("crosswalk")
    frame, _ = load_text_table(source, log)
    frame = read_synonyms(frame, log, STRATA)
    if missing := [name for name in ("from", "to") if name not in frame]:
        log.add("A01", detail=f"there is no column {' and '.join(missing)}")
        log.raise_errors()
    number = {name: pd.to_numeric(frame[name], errors="coerce") if name in frame else np.nan
              for name in (SMALL_AREAS, PEOPLE)}  # fmt: skip
    frame = _whole_where_blank(frame.assign(**number))
    read = pd.DataFrame({
        "from": frame["from"].astype(str),
        "to": frame["to"].astype(str),
        "group": frame["group"].astype(str),
        "weight": pd.to_numeric(frame["weight"], errors="coerce"),
        "method": frame["method"].astype(str) if "method" in frame else "as given",
        **read_strata(frame, log),
        SMALL_AREAS: frame[SMALL_AREAS],
        PEOPLE: frame[PEOPLE],
    })  # fmt: skip
    read = _weights_of_people(read)
    _check(read, log)
    return Crosswalk(settled(read.reset_index(drop=True)))


def _whole_where_blank(frame: pd.DataFrame) -> pd.DataFrame:
    """Let a row without a group be of all groups, and one without a group, a weight and people go whole."""
    written = frame.reindex(columns=["group", "weight"]).astype(object)
    blank = written.isna() | written.astype(str).apply(lambda column: column.str.strip() == "")
    group = written["group"].mask(blank["group"], ALL)
    whole = blank["weight"] & (group == ALL) & frame[PEOPLE].isna()
    return frame.assign(group=group, weight=written["weight"].mask(whole, 1))


def _weights_of_people(read: pd.DataFrame) -> pd.DataFrame:
    """Work weights that are blank out of people; of a stratum where nobody lives there are none."""
    total = read.groupby(KEYS)[PEOPLE].transform("sum", min_count=1)
    nobody = read["weight"].isna() & (total == 0)
    return read.assign(weight=read["weight"].fillna(read[PEOPLE] / total))[~nobody]


def _check(read: pd.DataFrame, log: DataLog) -> None:
    """Refuse weights that are none or do not add up, and areas split by some groups or strata only."""
    odd = ~read["weight"].between(0, 1) | (read[PEOPLE] < 0)
    if odd.any():
        log.add("A01", detail="weights are numbers from 0 to 1, and people 0 or more", rows=list(read.index[odd]))
        log.raise_errors()
    if (twice := read.duplicated([*KEYS, "to"], keep=False)).any():
        log.add("A01", detail="a part of an area is given twice", rows=list(read.index[twice]))
    sums = read.groupby(KEYS)["weight"].sum()
    if len(away := sums[(sums - 1).abs() > TOLERANCE]):
        log.add("A01", rows=[f"{_named(row)}: {row['weight']:.6g}" for _, row in away.reset_index().iterrows()])
    groups = read.groupby("from")["group"].agg(set)
    if mixed := [area for area, those in groups.items() if ALL in those and len(those) > 1]:
        log.add("A01", detail="an area is given by groups and for all of them", rows=list(map(str, mixed)))
    finer = read[~of_everyone(read)]
    kinds = finer[list(STRATA)].eq(pd.Series(ALL, STRATA)).groupby(finer["from"]).nunique().max(axis=1)
    if len(unlike := kinds[kinds > 1]):
        log.add("A01", detail="an area is given by age or sex in some rows and not in others", rows=list(unlike.index))
    log.raise_errors()


def _named(row: pd.Series) -> str:
    within = "".join(f", {row[stratum]}" for stratum in STRATA if row[stratum] != ALL)
    return f"{row['from']}, group {row['group']}{within}"


def settled(read: pd.DataFrame) -> pd.DataFrame:
    """Let weights of a group add up to 1 to the last digit, leave out parts of none, and say which areas go whole."""
    there = read[read["weight"] > 0]
    total = there.groupby(KEYS)["weight"].transform("sum")
    exact = there.groupby("from")["to"].transform("nunique") == 1
    return there.assign(weight=there["weight"] / total, exact=exact)[[*COLUMNS, *STRATA, SMALL_AREAS, PEOPLE]]
