"""Each record is counted once or left out under one rule: one plan for every engine, which no record leaves."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pandas as pd

from equitymodel.data.records.optional_engines import ibis
from equitymodel.data.records.record_columns import DAY_CASE, as_code, as_key, as_number, as_whole_code
from equitymodel.data.records.record_selection import RecordSelection
from equitymodel.data.records.written_days import as_day, as_month
from equitymodel.data.tables.rules import Rule

if TYPE_CHECKING:
    from ibis.expr.types import BooleanValue, Table, Value

RULES = (
    Rule("R11", "repair", "records whose method of admission does not count, as asked, are left out"),
    Rule("R12", "repair", "records of another episode than the first of a spell, or of an order that is not known, are "
         "left out"),
    Rule("R13", "repair", "records that are no ordinary admission, such as day cases, are left out, as asked"),
    Rule("R14", "repair", "records whose main operation belongs to no group of procedures are left out"),
    Rule("R15", "warning", "records without a date of admission that can be read are left out",
         "say how dates are written, as %d/%m/%Y (the option date-format of equitymodel cells)"),
    Rule("R16", "warning", "records with a date of admission in the future are left out"),
    Rule("R17", "repair", "records from outside the period that was asked for are left out"),
    Rule("R18", "warning", "records whose small area is empty or not in the table are left out: people from "
         "elsewhere, such as Wales, or small areas of another date"),
    Rule("R19", "warning", "records without an age, or with one that cannot be, are left out"),
    Rule("R20", "warning", "records whose sex is neither female nor male are left out"),
    Rule("R21", "warning", "records without a provider or a number of the spell are left out, as a copy of them could "
         "not be told"),
    Rule("R22", "warning", "further records of an episode that is counted already are left out; where copies differ, "
         "the one of the earliest month stands"),
)  # fmt: skip
ORDER = ("R11", "R12", "R13", "R14", "R15", "R16", "R17", "R18", "R19", "R20", "R21")
"""The rules in the order in which they are asked of a record: it is counted under the first."""
COPY = "R22"
UNKNOWN_ORDER = (98, 99)
"""Orders of an episode that HES writes where it is not known."""
BABIES = (7001, 7007)
"""Ages that HES writes for babies under one year."""
OLDEST, FIRST_DAY = 120, 1900_01_01
"""The highest age that is believed; before that day a date says that none is known."""
FAR = 1_000_000
"""Months from the year 0, beyond all."""
SEXES = {"F": ("2", "F", "FEMALE"), "M": ("1", "M", "MALE")}


@dataclass(frozen=True)
class RecordPlan:
    """What is asked of records: their columns, and what they are counted by.

    Attributes
    ----------
    names
        Under which name the records have each column; with ``area`` for the small area.
    selection
        Which records count.
    places, procedures
        Tables with a row for each small area (``code, place``), and for each beginning of a code (``opcs, number,
        length``).
    shape
        How many places, procedures, bands of age and sexes there are.
    """

    names: Mapping[str, str]
    selection: RecordSelection
    places: pd.DataFrame
    procedures: pd.DataFrame
    shape: tuple[int, int, int, int]

    def counts(self, records: Table) -> Table:
        """Ask for each rule, and each cell of those that count, how many spells and records there are.

        The earliest month comes first in the number of a cell, so that the lowest number of an episode's copies is
        that of the earliest. Records that are left out have none, -1.

        Parameters
        ----------
        records
            A table of any engine that Ibis knows.

        Returns
        -------
        ibis.expr.types.Table
            Columns ``dropped, cell, spells, records``; nothing is read before it is executed.
        """
        keys = ["procode", "spell", *(["epiorder"] if self.selection.every_episode else [])]
        judged = self._judged(self._placed(self._grouped(self._early(records))), keys)
        copies = judged.group_by(["dropped", *keys]).agg(cell=judged.cell.min(), records=judged.count())
        return copies.group_by(["dropped", "cell"]).agg(spells=copies.count(), records=copies.records.sum())

    def _early(self, records: Table) -> Table:
        """Name columns, and the rule under which most records are left out, before others are read."""
        named = records.select(**{name: records[there] for name, there in self.names.items()})
        order = as_number(named.epiorder)
        wrong = order.isin(UNKNOWN_ORDER) if self.selection.every_episode else order != 1
        tests = [
            (_unlike(as_whole_code(named.admimeth), [method.upper() for method in self.selection.methods]), "R11"),
            (order.isnull() | wrong, "R12"),
        ]
        if not self.selection.day_cases:
            tests.append((_unlike(as_whole_code(named[DAY_CASE]), ["1"]), "R13"))
        return named.mutate(early=ibis().cases(*tests, else_=""))

    def _grouped(self, early: Table) -> Table:
        """Give records their group of procedures; the longest beginning of a code decides."""
        operation = as_code(early.opertn_01).replace(".", "")
        grouped, found = early.mutate(operation=_where(early.early == "", operation)), []
        for length in sorted(set(self.procedures["length"].tolist()), reverse=True):
            those = self.procedures[self.procedures["length"] == length]
            begin = ibis().memtable(those[["opcs", "number"]].set_axis([f"opcs_{length}", f"number_{length}"], axis=1))
            grouped = grouped.left_join(begin, grouped.operation.left(length) == begin[f"opcs_{length}"])
            found.append(f"number_{length}")
        return grouped.mutate(procedure=ibis().coalesce(*(grouped[name] for name in found)))

    def _placed(self, grouped: Table) -> Table:
        """Read the columns of those of a group of procedures, beside the place of their small area."""
        age, day = as_number(grouped.startage), as_day(grouped.admidate, self.selection.date_format)
        read = {
            "procode": as_key(grouped.procode),
            "spell": as_key(grouped.spell),
            "epiorder": as_number(grouped.epiorder),
            "day": day,
            "month": as_month(grouped.admidate, day),
            "age": ibis().cases((age.between(*BABIES), 0), (age.between(0, OLDEST), age)),
            "sex": as_whole_code(grouped.sex),
            "area": as_code(grouped.area),
        }
        known = grouped.procedure.notnull()
        lazily = {name: _where(known, column) for name, column in read.items()}
        placed, places = grouped.select("early", "procedure", **lazily), ibis().memtable(self.places)
        return placed.left_join(places, placed.area == places.code)

    def _judged(self, placed: Table, keys: list[str]) -> Table:
        """Give the rule under which each record is left out, or its cell, and what tells it from others."""
        _, procedures, bands, sexes = self.shape
        male = placed.sex.isin(SEXES["M"]).cast("int64")
        place = (placed.month * self.shape[0] + placed.place) * procedures + placed.procedure
        cell = (place * bands + self._band(placed.age)) * sexes + male
        judged = placed.mutate(dropped=ibis().cases(*self._tests(placed), else_=""), cell=cell)
        kept = judged.dropped == ""
        return judged.select(
            "dropped", cell=ibis().ifelse(kept, judged.cell, -1), **{name: _where(kept, judged[name]) for name in keys}
        )

    def _band(self, age: Value) -> Value:
        """Give the number of the band of age: the highest one that begins no later."""
        steps = list(enumerate(self.selection.edges))[:0:-1]
        return ibis().cases(*((age >= edge, number) for number, edge in steps), else_=0) if steps else ibis().literal(0)

    def _tests(self, placed: Table) -> list[tuple[BooleanValue, str | Value]]:
        """Say what is true of a record that is left out under each rule, in their order."""
        first, last = self.selection.months
        low, high = first if first is not None else -FAR, last if last is not None else FAR
        return [
            (placed.early != "", placed.early),
            (placed.procedure.isnull(), "R14"),
            (placed.day.isnull() | (placed.day < FIRST_DAY), "R15"),
            (placed.day > int(self.selection.today.strftime("%Y%m%d")), "R16"),
            (~placed.month.between(low, high), "R17"),
            (placed.place.isnull(), "R18"),
            (placed.age.isnull(), "R19"),
            (_unlike(placed.sex, [*SEXES["F"], *SEXES["M"]]), "R20"),
            (placed.procode.isnull() | placed.spell.isnull(), "R21"),
        ]


def _where(known: BooleanValue, column: Value) -> Value:
    """Read a column only where it matters: an engine works the rest of a condition out for those rows alone."""
    return ibis().ifelse(known, column, ibis().null(column.type()))


def _unlike(column: Value, those: list[str]) -> BooleanValue:
    """Say whether a code is none of those, or is not there."""
    return column.isnull() | column.notin(those)


def left_out(found: pd.DataFrame) -> pd.Series:
    """Count the records that are left out, by rule.

    Parameters
    ----------
    found
        What the query gave.

    Returns
    -------
    pandas.Series
        Records by rule; copies are those beyond the first of an episode.

    Examples
    --------
    >>> found = pd.DataFrame({"dropped": ["", "R11"], "cell": [7, -1], "spells": [2, 1], "records": [3, 5]})
    >>> left_out(found).loc[["R11", "R22"]].tolist()
    [5, 1]
    """
    sums = found.groupby("dropped")["records"].sum()
    kept = found[found["dropped"] == ""]
    counts = sums.reindex(ORDER, fill_value=0).astype(int)
    return pd.concat([counts, pd.Series({COPY: int((kept["records"] - kept["spells"]).sum())})])
