"""Each record is counted once or left out under one rule: one query, in which no record leaves the engine."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import pandas as pd

from equitymodel.data.records.record_columns import DAY_CASE, as_code, as_day, as_number, as_whole_code, quoted
from equitymodel.data.records.record_selection import RecordSelection
from equitymodel.data.tables.rules import Rule

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
OLDEST, FIRST_YEAR = 120, 1900
"""The highest age that is believed; before that year a date says that none is known."""
SEXES = {"F": ("2", "F", "FEMALE"), "M": ("1", "M", "MALE")}


@dataclass(frozen=True)
class RecordQuery:
    """What is asked of records: their columns, and what they are counted by.

    Attributes
    ----------
    names, kinds
        Under which name the records have each column, and of which type it is; with ``area`` for the small area.
    selection
        Which records count.
    places, procedures
        How many pairs of ICS and group there are, and how many groups of procedures.
    lengths
        How long the beginnings of codes of operations are.
    """

    names: Mapping[str, str]
    kinds: Mapping[str, str]
    selection: RecordSelection
    places: int
    procedures: int
    lengths: tuple[int, ...]

    @property
    def text(self) -> str:
        """The query: for each rule, and each cell of those that count, how many spells and records there are.

        The earliest month comes first in the number of a cell, so that the lowest number of an episode's copies is
        that of the earliest.
        """
        kept = "CASE WHEN dropped = '' THEN {} END AS {}"
        keys = ", ".join(kept.format(name, f"key_{name}") for name in ("procode", "spell", "epiorder"))
        return f"""
            WITH read AS ({self._read}), placed AS ({self._placed}), judged AS ({self._judged}),
            once AS (
                SELECT dropped, MIN(CASE WHEN dropped = '' THEN cell END) AS cell, COUNT(*) AS records
                FROM (SELECT dropped, cell, {keys} FROM judged)
                GROUP BY dropped, key_procode, key_spell, key_epiorder
            )
            SELECT dropped, cell, COUNT(*) AS spells, CAST(SUM(records) AS BIGINT) AS records
            FROM once GROUP BY dropped, cell"""

    @property
    def _read(self) -> str:
        """Only the columns that are needed, each as what it means."""
        age = f"CASE WHEN age BETWEEN {BABIES[0]} AND {BABIES[1]} THEN 0 WHEN age BETWEEN 0 AND {OLDEST} THEN age END"
        columns = ", ".join(f"{column} AS {name}" for name, column in self._columns.items())
        return f"SELECT * REPLACE ({age} AS age) FROM (SELECT {columns} FROM records)"

    @property
    def _columns(self) -> dict[str, str]:
        code = {name: as_code(*self._named(name)) for name in ("opertn_01", "area")}
        found = {
            "procode": self._key("procode"),
            "spell": self._key("spell"),
            "epiorder": as_number(*self._named("epiorder")),
            "method": as_whole_code(*self._named("admimeth")),
            "day": as_day(*self._named("admidate"), self.selection.date_format),
            "age": as_number(*self._named("startage")),
            "sex": as_whole_code(*self._named("sex")),
            "operation": f"REPLACE({code['opertn_01']}, '.', '')",
            "area": code["area"],
        }
        return found if self.selection.day_cases else {**found, DAY_CASE: as_whole_code(*self._named(DAY_CASE))}

    def _named(self, name: str) -> tuple[str, str]:
        return quoted(self.names[name]), self.kinds[name]

    def _key(self, name: str) -> str:
        column, kind = self._named(name)
        return f"NULLIF(TRIM({column}), '')" if kind == "VARCHAR" else column

    @property
    def _placed(self) -> str:
        """Records beside their place and group of procedures; the longest beginning of a code decides."""
        longest = sorted(self.lengths, reverse=True)
        joins = " ".join(
            f"LEFT JOIN procedures AS p{n} ON p{n}.length = {n} AND p{n}.opcs = LEFT(read.operation, {n})"
            for n in longest
        )
        found = f"COALESCE({', '.join(f'p{n}.number' for n in longest)})"
        month = "YEAR(day) * 12 + MONTH(day) - 1"
        return (f"SELECT read.*, small_areas.place, {found} AS procedure, {month} AS month "
                f"FROM read LEFT JOIN small_areas ON small_areas.code = read.area {joins}")  # fmt: skip

    @property
    def _judged(self) -> str:
        asked = " ".join(f"WHEN {test} THEN '{rule}'" for rule, test in self._tests.items())
        bands = len(self.selection.bands)
        cell = (f"(((CAST(month AS BIGINT) * {self.places} + place) * {self.procedures} + procedure) * {bands} "
                f"+ {self._band}) * 2 + {self._sex}")  # fmt: skip
        return f"SELECT procode, spell, epiorder, CASE {asked} ELSE '' END AS dropped, {cell} AS cell FROM placed"

    @property
    def _band(self) -> str:
        steps = list(enumerate(self.selection.edges))[:0:-1]
        return f"CASE {' '.join(f'WHEN age >= {edge} THEN {n}' for n, edge in steps)} ELSE 0 END" if steps else "0"

    @property
    def _sex(self) -> str:
        return f"CASE WHEN sex IN {_listed(SEXES['M'])} THEN 1 ELSE 0 END"

    @property
    def _tests(self) -> dict[str, str]:
        """What is true of a record that is left out under each rule, in their order."""
        chosen, unknown = self.selection, ", ".join(map(str, UNKNOWN_ORDER))
        first, last = chosen.months
        outside = [f"month < {first}"] * (first is not None) + [f"month > {last}"] * (last is not None)
        tests = {
            "R11": f"method IS NULL OR method NOT IN {_listed(map(str.upper, chosen.methods))}",
            "R12": f"epiorder IS NULL OR epiorder {f'IN ({unknown})' if chosen.every_episode else '<> 1'}",
            "R13": "" if chosen.day_cases else f"{DAY_CASE} IS NULL OR {DAY_CASE} <> '1'",
            "R14": "procedure IS NULL",
            "R15": f"day IS NULL OR YEAR(day) < {FIRST_YEAR}",
            "R16": f"day > DATE '{chosen.today.isoformat()}'",
            "R17": " OR ".join(outside),
            "R18": "place IS NULL",
            "R19": "age IS NULL",
            "R20": f"sex IS NULL OR sex NOT IN {_listed((*SEXES['F'], *SEXES['M']))}",
            "R21": "procode IS NULL OR spell IS NULL",
        }
        return {rule: tests[rule] for rule in ORDER if tests[rule]}


def _listed(texts: Iterable[str]) -> str:
    """Write texts as a list of SQL."""
    return "(" + ", ".join("'" + text.replace("'", "''") + "'" for text in texts) + ")"


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
    >>> found = pd.DataFrame({"dropped": ["", "R11"], "cell": [7, None], "spells": [2, 1], "records": [3, 5]})
    >>> left_out(found).loc[["R11", "R22"]].tolist()
    [5, 1]
    """
    sums = found.groupby("dropped")["records"].sum()
    kept = found[found["dropped"] == ""]
    counts = sums.reindex(ORDER, fill_value=0).astype(int)
    return pd.concat([counts, pd.Series({COPY: int((kept["records"] - kept["spells"]).sum())})])
