"""Crosswalks: which areas became which, in what shares of each group, and how sure those shares are."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pandas as pd

from equitymodel.argument_types import refuses_other_types
from equitymodel.data.tables.files import Source, load_text_table
from equitymodel.data.tables.findings import DataLog
from equitymodel.data.tables.rules import Rule
from equitymodel.errors import OptionError
from equitymodel.vocabulary import DEPRIVATION

RULES = (
    Rule(
        "A01",
        "error",
        "a crosswalk that cannot be read",
        "give a row an area that goes whole (from, to), and for one that is split a row a part and group of "
        "deprivation: from, to, group, weight, where weights of one group add up to 1",
    ),
    Rule(
        "A02",
        "error",
        "an area that is not in the crosswalk",
        "add a row for it, with itself as what it became if it did not change",
    ),
)
COLUMNS = ("from", "to", "group", "weight", "method", "exact")
ALL = "all"
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
        Columns ``from, to, group, weight, method, exact``, and ``small_areas`` where known: a row an area and what it
        became, or a row a part and group of one that is split.

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

    def shares(self, area: str, groups: Sequence[int]) -> pd.DataFrame:
        """Give the share of each group of an area that goes to each new one.

        Parameters
        ----------
        area
            One of ``from``.
        groups
            Groups of deprivation.

        Returns
        -------
        pandas.DataFrame
            Index ``groups``, a column a new area.

        Raises
        ------
        OptionError
            When it is split by other groups.
        """
        rows = self.table[self.table["from"] == area]
        if set(rows["group"]) == {ALL}:
            weights = rows.set_index("to")["weight"]
            return pd.DataFrame(
                {to: np.full(len(groups), weight) for to, weight in weights.items()}, index=list(groups)
            )
        found = rows.pivot_table(index="group", columns="to", values="weight", fill_value=0.0)
        wanted = [str(group) for group in groups]
        if set(wanted) != set(found.index):
            raise OptionError(f"{area} is split by groups {', '.join(found.index)}, and these are {', '.join(wanted)}; "
                              "give counts by the groups of the crosswalk")  # fmt: skip
        return found.loc[wanted].set_axis(list(groups))

    def concentration(self, area: str, groups: Sequence[int]) -> np.ndarray:
        """Say how sure the shares of each group are: the sum of the parameters of their Dirichlet distribution.

        Rates of admission differ between small areas of one group (coefficient of variation 0.3) and between the parts
        of an area (0.1), so that the share of admissions is not that of residents. With n small areas of equal size the
        variance of a share w is at most w(1 - w)(0.3²/n + 0.1²/2).

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
        sizes = rows.groupby("group")[SMALL_AREAS].first() if SMALL_AREAS in rows else pd.Series(dtype=float)
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
        ``weight``, which are blank for areas that go whole, and if known ``method`` and ``small_areas``.

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
    if missing := [name for name in ("from", "to") if name not in frame]:
        log.add("A01", detail=f"there is no column {' and '.join(missing)}")
        log.raise_errors()
    frame = _whole_where_blank(frame)
    read = pd.DataFrame({
        "from": frame["from"].astype(str),
        "to": frame["to"].astype(str),
        "group": frame["group"].astype(str),
        "weight": pd.to_numeric(frame["weight"], errors="coerce"),
        "method": frame["method"].astype(str) if "method" in frame else "as given",
        SMALL_AREAS: pd.to_numeric(frame[SMALL_AREAS], errors="coerce") if SMALL_AREAS in frame else np.nan,
    })  # fmt: skip
    _check(read, log)
    return Crosswalk(_settled(read.reset_index(drop=True)))


def _whole_where_blank(frame: pd.DataFrame) -> pd.DataFrame:
    """Let a row without a group be of all groups, and one without a group and a weight go whole."""
    written = frame.reindex(columns=["group", "weight"]).astype(object)
    blank = written.isna() | written.astype(str).apply(lambda column: column.str.strip() == "")
    group = written["group"].mask(blank["group"], ALL)
    return frame.assign(group=group, weight=written["weight"].mask(blank["weight"] & (group == ALL), 1))


def _check(read: pd.DataFrame, log: DataLog) -> None:
    """Refuse weights that are none or do not add up, and areas split by some groups only."""
    odd = read["weight"].isna() | (read["weight"] < 0) | (read["weight"] > 1)
    if odd.any():
        log.add("A01", detail="weights are numbers from 0 to 1", rows=list(read.index[odd]))
        log.raise_errors()
    if (twice := read.duplicated(["from", "to", "group"], keep=False)).any():
        log.add("A01", detail="a part of an area is given twice", rows=list(read.index[twice]))
    sums = read.groupby(["from", "group"])["weight"].sum()
    away = sums[(sums - 1).abs() > TOLERANCE]
    if len(away):
        named = away.reset_index()
        log.add(
            "A01", rows=[f"{row['from']}, group {row['group']}: {row['weight']:.6g}" for _, row in named.iterrows()]
        )
    groups = read.groupby("from")["group"].agg(set)
    if mixed := [area for area, those in groups.items() if ALL in those and len(those) > 1]:
        log.add("A01", detail="an area is given by groups and for all of them", rows=list(map(str, mixed)))
    log.raise_errors()


def _settled(read: pd.DataFrame) -> pd.DataFrame:
    """Let weights of a group add up to 1 to the last digit, leave out parts of none, and say which areas go whole."""
    there = read[read["weight"] > 0]
    total = there.groupby(["from", "group"])["weight"].transform("sum")
    exact = there.groupby("from")["to"].transform("nunique") == 1
    return there.assign(weight=there["weight"] / total, exact=exact)[[*COLUMNS, SMALL_AREAS]]


@refuses_other_types
def crosswalk_of_small_areas(table: pd.DataFrame, *, method: str = "residents of small areas") -> Crosswalk:
    """Work a crosswalk out of small areas: an area is split where its small areas went to several.

    Parameters
    ----------
    table
        A row a small area: ``from``, ``to``, ``deprivation`` and ``people``, 1 or more.
    method
        What the shares are of.

    Returns
    -------
    Crosswalk
        Exact where all small areas of an area went to one; otherwise shares by group of deprivation.

    Raises
    ------
    OptionError
        When a column is missing.
    EquityDataError
        When people are no number, or below 1 (rule A01).

    Examples
    --------
    >>> small = pd.DataFrame({"from": "A", "to": ["B", "B", "C"], "deprivation": [1, 2, 2], "people": [100, 100, 300]})
    >>> crosswalk_of_small_areas(small).shares("A", [1, 2])["C"].tolist()
    [0.0, 0.75]
    """
    if missing := [name for name in ("from", "to", DEPRIVATION, "people") if name not in table]:
        raise OptionError(f"small areas have no column {' and '.join(missing)}")
    table = table.assign(people=_people(table["people"]))
    whole = table.groupby("from")["to"].transform("nunique") == 1
    ones = table[whole][["from", "to"]].drop_duplicates().assign(group=ALL, weight=1.0, method="whole")
    split = table[~whole].assign(square=lambda rows: rows["people"] ** 2)
    sums = split.groupby(["from", DEPRIVATION])[["people", "square"]].sum()
    all_of = sums.rename(columns={"people": "people_all"})
    parts = (
        split.groupby(["from", "to", DEPRIVATION])["people"].sum().reset_index().join(all_of, on=["from", DEPRIVATION])
    )
    shared = parts.assign(group=parts[DEPRIVATION].astype(str), weight=parts["people"] / parts["people_all"],
                          method=method, small_areas=parts["people_all"] ** 2 / parts["square"])  # fmt: skip
    rows = pd.concat([ones, shared[[*COLUMNS[:5], SMALL_AREAS]]], ignore_index=True)
    return Crosswalk(_settled(rows.assign(**{SMALL_AREAS: rows.get(SMALL_AREAS, np.nan)})))


def _people(written: pd.Series) -> pd.Series:
    """Read people of small areas; of those where nobody lives, shares would have no meaning (rule A01)."""
    people = pd.to_numeric(written, errors="coerce").astype(float)
    if (odd := ~people.between(1, np.inf, inclusive="left")).any():
        log = DataLog("small areas")
        log.add("A01", detail="people of a small area are a number, 1 or more", rows=list(people.index[odd]))
        log.raise_errors()
    return people
