"""The data contract: every rule in one place, with its id, its meaning and the way out.

A rule has one of three severities. An *error* stops the work. A *warning* is
shown and kept with the result. A *repair* says what was read differently from
what the file says; nothing is ever changed without one.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Literal

import pandas as pd

from equitymodel.errors import EquityDataError

Severity = Literal["error", "warning", "repair"]
NAMED_ROWS = 5


@dataclass(frozen=True)
class Rule:
    """One clause of the contract.

    Attributes
    ----------
    id
        A short name that stays the same between versions, for example ``C01``.
    severity
        What happens when it is broken: error, warning or repair.
    states
        What was found, as a phrase.
    way_out
        What the reader can do about it.
    """

    id: str
    severity: Severity
    states: str
    way_out: str


def _rules(*rows: tuple[str, Severity, str, str]) -> dict[str, Rule]:
    return {row[0]: Rule(*row) for row in rows}


RULES = _rules(
    # Files
    ("F01", "repair", "a byte-order mark before the first column name was read past", ""),
    ("F02", "repair", "the file is not UTF-8; it was read as Windows-1252", ""),
    (
        "F03",
        "error",
        "the file is not readable as a table",
        "save it as CSV (UTF-8) or Parquet, one header row, one row a cell",
    ),
    ("F04", "repair", "thousands separators were read as part of the number", ""),
    ("F05", "repair", "stray spaces around values were removed", ""),
    ("F06", "repair", "column names were read without their spaces and capitals", ""),
    # Columns
    ("K01", "error", "a required column is missing", "add the column, or rename the one that holds it"),
    (
        "K02",
        "error",
        "an unknown column",
        "rename it, drop it, or name it with --ignore-column if it does not divide the cells further",
    ),
    # Keys
    (
        "K03",
        "error",
        "a cell is given more than once",
        "keep one row a cell: add the rows up if they are parts, or delete the copies",
    ),
    ("K04", "error", "totals rows are mixed with cells, which counts people twice", "delete the totals rows"),
    (
        "K05",
        "error",
        "some combinations of ICS, group and procedure have no row",
        "say what an absent row means: --incomplete zero (no admissions), --incomplete missing (not known), "
        + "or --incomplete suppressed (a small count, with --small-numbers)",
    ),
    (
        "K06",
        "error",
        "rows without a group, age or sex",
        "assign them, or delete them and report how many admissions they hold",
    ),
    ("K07", "repair", "absent rows were read as zero admissions, as asked", ""),
    (
        "K08",
        "warning",
        "cells without a known count are left out of the likelihood, as asked; "
        + "small counts are likelier to be missing, so what is left may be biased upward",
        "",
    ),
    ("K09", "repair", "absent rows were read as suppressed counts, as asked", ""),
    (
        "K10",
        "error",
        "absent rows are to be read as suppressed counts, but no rule says what those may be",
        "name the rule, for example --small-numbers lt5",
    ),
    # Counts
    ("C01", "error", "a negative count", "correct the count; reversals belong in the cell they reverse"),
    (
        "C02",
        "error",
        "a count that is not a whole number",
        "give counts of admissions, not rates, averages or model estimates",
    ),
    (
        "C03",
        "error",
        "an empty count",
        "write 0 if there were none; if it is not known, delete the row and use --incomplete missing",
    ),
    ("C04", "error", "a value that is not a number", "correct the value"),
    (
        "C05",
        "error",
        "a suppressed count; suppressed is not zero",
        "name the publisher's rule, for example --small-numbers hes, so that the model sees what it may be; "
        + "--small-numbers exclude reads it as not known; never replace it with 0 or a midpoint",
    ),
    ("C06", "repair", "suppressed counts were read as not known, as asked", ""),
    (
        "C07",
        "warning",
        "a procedure with fewer than 50 admissions in all",
        "pool it with a related procedure; its intervals will be wide",
    ),
    (
        "C08",
        "error",
        "an ICS has no admissions at all where at least 20 were expected",
        "if the procedure is not offered there, declare it with --not-offered; otherwise correct the counts",
    ),
    (
        "C09",
        "warning",
        "an ICS has no admissions at all for a procedure",
        "if the procedure is not offered there, declare it with --not-offered",
    ),
    (
        "C10",
        "error",
        "a procedure declared as not offered has admissions there",
        "take it out of the --not-offered table, or correct the counts",
    ),
    ("C12", "repair", "suppressed counts were read as intervals, as asked", ""),
    ("C15", "repair", "rounded counts were read as intervals, as asked", ""),
    (
        "C13",
        "error",
        "a suppression marker that names other bounds than the rule does",
        "name the rule the publisher used, or write it: --small-numbers 1-9 where 1 to 9 are hidden",
    ),
    (
        "C14",
        "error",
        "a count that the rule for small numbers would have hidden or rounded",
        "name the rule the publisher used; if the counts are exact, leave --small-numbers out",
    ),
    ("C11", "error", "a procedure without any known admissions", "leave it out, or correct its counts"),
    # Population
    (
        "P01",
        "error",
        "admissions in a cell with no population",
        "give the population of that group, or correct the group of the admissions",
    ),
    ("P02", "warning", "more admissions than people", "check that both tables use the same groups and units"),
    ("P03", "error", "a negative or empty population", "correct the population"),
    ("P04", "repair", "population was added up over groups that the admissions do not have", ""),
    (
        "P05",
        "error",
        "the population table has no groups that the admissions have",
        "give the population by the same age bands and sex as the admissions, or finer",
    ),
    ("P06", "warning", "the population has no period; it was taken as person-years over all periods together", ""),
    # Areas
    ("G01", "error", "area codes of mixed kinds", "use one kind throughout: ONS codes (E54...) are best"),
    (
        "G02",
        "error",
        "area codes of mixed vintages",
        "map every row to the areas of one date by where people live, never by name; --areas any turns this check off",
    ),
    ("G03", "error", "an area is in one table but not in the other", "give both tables the same areas"),
    # Deprivation
    (
        "D01",
        "error",
        "the direction of deprivation is contradicted",
        "say which group is the most deprived with --most-deprived, 1 by default",
    ),
    ("D02", "error", "deprivation groups start at 0", "number the groups from 1"),
    (
        "D03",
        "error",
        "deprivation groups of mixed kinds or with gaps",
        "use the same groups, 1 to the number of groups, in every row of every table",
    ),
    (
        "D04",
        "warning",
        "the deprivation index and its version are not named",
        "name it with --deprivation-index, for example 'IMD 2019'; versions are never mixed",
    ),
    ("D05", "repair", "deprivation groups were renumbered so that 1 is the most deprived, as asked", ""),
    (
        "D06",
        "warning",
        "an ICS has residents in fewer than three deprivation groups; its gradient leans on the other ICSs",
        "",
    ),
    ("D07", "error", "a deprivation group that cannot be read", "write whole numbers: 1, 2, 3 ..."),
    # Groups without an order
    (
        "U01",
        "error",
        "the group to compare with is not known",
        "name one of the groups with --reference-group",
    ),
    (
        "U02",
        "error",
        "the tables do not have the same groups",
        "use the same labels, of two groups or more, in every table",
    ),
    (
        "U03",
        "warning",
        "a group with fewer than 50 admissions in all",
        "join it to a related group, if those who belong to it would agree; its ratios will be wide",
    ),
    (
        "U04",
        "error",
        "groups whose labels differ only in capitals, spaces or hyphens",
        "write each group in one way",
    ),
    # Strata
    (
        "S01",
        "error",
        "an age band that a spreadsheet has turned into a date",
        "export again with the column formatted as text",
    ),
    ("S02", "error", "an age band that cannot be read", "write bands as 65-74, with 85+ at the end"),
    ("S03", "error", "age bands overlap", "use bands that do not overlap, the same for every cell"),
    ("S04", "error", "age bands leave a gap", "use bands that follow one another without a gap"),
    (
        "S05",
        "error",
        "a sex code that cannot be read",
        "write F or M (or 2 or 1); drop the column if rows are for all persons",
    ),
    ("S06", "repair", "sex codes were read as F and M", ""),
    (
        "S07",
        "warning",
        "admissions have no age band or sex, so expected admissions are by population alone",
        "add age_band and sex to the admissions, or give --rates from elsewhere",
    ),
    (
        "S08",
        "error",
        "the rates do not cover an age band, sex or procedure of the population",
        "give one rate for each procedure, age band and sex",
    ),
    (
        "S09",
        "warning",
        "the gap differs between direct and indirect standardisation, so age or sex acts differently by deprivation",
        "model broad age bands apart, with --age-bands auto or --age-bands 0-44,45-64,65-74,75+ (age_bands= in "
        + "read_cells); where they are apart already, use narrower ones",
    ),
    (
        "S10",
        "error",
        "the age bands to be modelled apart do not fit the ages of the admissions",
        "let each age group of the admissions lie in one band and each band hold some, or let --age-bands auto choose",
    ),
    (
        "S11",
        "warning",
        "an age band of a procedure with fewer than 50 admissions in all; one without any is left out",
        "use wider bands; its gradient is learned mostly from the other bands",
    ),
    (
        "S12",
        "warning",
        "reference rates rest on few admissions and groups differ in age, so intervals that take the rates as known "
        + "would hold the truth less often than they say",
        "draw the rates: --rate-error (rate_error= in read_cells)",
    ),
    # Need
    (
        "N01",
        "error",
        "a need ratio that is not a positive number",
        "give need relative to what age and sex would give: 1 = as expected, 1.2 = a fifth more",
    ),
    (
        "N04",
        "error",
        "a standard error of need that is not a number of zero or more",
        "give one for each ratio, or none",
    ),
    ("N02", "error", "cells without a need ratio", "give one for each ICS, group and procedure"),
    (
        "N03",
        "warning",
        "need ratios average far from 1; only their differences count, so they were rescaled within each procedure",
        "",
    ),
    # Periods of a series
    (
        "T01",
        "error",
        "periods are missing between the first and the last",
        "add them; if there are none to be had, gaps='keep' leaves a true gap in time, or declare a break there",
    ),
    (
        "T02",
        "error",
        "a period is given more than once for the same cell",
        "keep one row for each cell and period: add the rows up if they are parts, or delete the copies",
    ),
    (
        "T03",
        "error",
        "a period that cannot be read",
        "write months as 2023-04, quarters as 2023-Q2 and weeks by one date each, as 2023-04-03",
    ),
    (
        "T04",
        "error",
        "a period that a spreadsheet has turned into a serial number",
        "export again with the column formatted as a date or as text",
    ),
    (
        "T05",
        "error",
        "a whole year is too long a period for a series",
        "give months, quarters or weeks; a financial quarter is written as 2023/24 Q1",
    ),
    (
        "T06",
        "error",
        "dates that may have the day or the month first",
        "write them as 2023-04-01, or say day_first=True or day_first=False",
    ),
    (
        "T07",
        "error",
        "periods are not all months, all quarters or all weeks",
        "keep one length of period in a table, at least three of them, and add days up to weeks or months",
    ),
    (
        "T08",
        "error",
        "weekly dates do not all fall on one weekday",
        "name each week by the same weekday: its Monday, or the Sunday that ends it",
    ),
    (
        "T09",
        "error",
        "weekly dates do not say whether weeks start or end on them",
        "say week='starting' or week='ending'",
    ),
    ("T10", "repair", "time stamps were read as days on the clocks of the United Kingdom", ""),
    ("T11", "repair", "labels were read as the periods they stand for", ""),
    (
        "T12",
        "error",
        "a deprivation group is missing in some periods",
        "add its rows, or say what an absent row means with --incomplete; a group that is absent for a time "
        "moves the gap by itself",
    ),
    (
        "T13",
        "error",
        "a period that is not over yet",
        "leave it out with drop_last, or delete its rows",
    ),
    (
        "T14",
        "warning",
        "the last period has far fewer admissions a day than those before it; it may not be complete",
        "if it is not, leave it out with drop_last=1",
    ),
    ("T15", "repair", "the last periods were left out, as asked", ""),
    ("T16", "repair", "periods inside a declared break are masked: kept in the series, left out of fits", ""),
    (
        "T17",
        "warning",
        "known breaks inside the series are not masked",
        "name those that matter here in breaks, or say breaks=None if none does",
    ),
    (
        "T18",
        "error",
        "a break that cannot be read",
        "give start and end as days, 2020-03-01, with the end not before the start",
    ),
    (
        "T19",
        "warning",
        "there is no population and there are no expected admissions, so admissions are compared as they are",
        "add a column population or expected_admissions, by period",
    ),
    ("T20", "repair", "absent rows took their exposure from the periods beside them", ""),
    (
        "T21",
        "warning",
        "the population jumps between one period and the next",
        "check for a change of boundaries or a new set of estimates; give both sides on one basis",
    ),
    ("T22", "repair", "periods that are not there were left as a true gap in time", ""),
    (
        "T23",
        "error",
        "fewer than three periods are left",
        "give more periods; a change cannot be told from the trend with so few",
    ),
)


@dataclass(frozen=True)
class Finding:
    """One rule met in the data: which rows, how many, and the detail.

    Attributes
    ----------
    rule
        The id of the rule.
    detail
        What was seen, with values.
    rows
        Up to five rows, named as the reader can find them.
    count
        How many rows in all.
    table
        Which table it was found in.
    """

    rule: str
    detail: str = ""
    rows: tuple[str, ...] = ()
    count: int = 0
    table: str = ""

    @property
    def severity(self) -> Severity:
        """Error, warning or repair."""
        return RULES[self.rule].severity

    def explain(self) -> str:
        """Say the rule, the rows and the way out, in a paragraph.

        Examples
        --------
        >>> print(Finding("C01", rows=("row 3",), count=1, table="admissions").explain())
        C01 in admissions: a negative count (1 row).
          row 3
          Way out: correct the count; reversals belong in the cell they reverse.
        """
        rule = RULES[self.rule]
        place = f" in {self.table}" if self.table else ""
        size = f" ({self.count:,} row{'' if self.count == 1 else 's'})" if self.count else ""
        detail = f": {self.detail}" if self.detail else ""
        lines = [f"{rule.id}{place}: {rule.states}{size}{detail}."]
        lines += [f"  {row}" for row in self.rows]
        if self.count > len(self.rows) > 0:
            lines.append(f"  ... and {self.count - len(self.rows):,} more")
        if rule.way_out:
            lines.append(f"  Way out: {rule.way_out}.")
        return "\n".join(lines)


@dataclass
class DataLog:
    """What was found while reading one table, in the order it was found."""

    table: str = ""
    findings: list[Finding] = field(default_factory=list)
    group: str = "deprivation"
    """The column of the groups, as the reader knows it."""

    def add(self, rule: str, *, detail: str = "", rows: Sequence[str] = (), count: int | None = None) -> None:
        """Record that a rule was met, naming at most five rows."""
        size = len(rows) if count is None else count
        self.findings.append(Finding(rule, detail, tuple(rows[:NAMED_ROWS]), size, self.table))

    def raise_errors(self) -> None:
        """Raise one error that explains every broken rule found so far.

        Raises
        ------
        EquityDataError
            When any finding is an error; its message names the rows and the way out.
        """
        raise_errors(self.findings)


def raise_errors(findings: Iterable[Finding]) -> None:
    """Raise `EquityDataError` if any finding is an error."""
    broken = [item for item in findings if item.severity == "error"]
    if broken:
        raise EquityDataError(broken)


def findings_frame(findings: Iterable[Finding]) -> pd.DataFrame:
    """Lay findings out as a table, one row each.

    Returns
    -------
    pandas.DataFrame
        Columns ``rule, severity, table, states, detail, rows, count, way_out``.

    Examples
    --------
    >>> findings_frame([Finding("F01", table="admissions")])[["rule", "severity"]].values.tolist()
    [['F01', 'repair']]
    """
    columns = ["rule", "severity", "table", "states", "detail", "rows", "count", "way_out"]
    rows = [
        (item.rule, item.severity, item.table, RULES[item.rule].states, item.detail,
         "; ".join(item.rows), item.count, RULES[item.rule].way_out)
        for item in findings
    ]  # fmt: skip
    return pd.DataFrame(rows, columns=columns)
