"""One table on its way from a file to the contract: its columns, its numbers, its rows, its log."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import pandas as pd

from equitymodel.data.tables.areas import AreaCheck
from equitymodel.data.tables.deprivation import Deprivation
from equitymodel.data.tables.files import Source, load_text_table
from equitymodel.data.tables.findings import DataLog, Finding, findings_frame
from equitymodel.data.tables.groups import Group
from equitymodel.data.tables.keys import KEYS, Groups, check_duplicates, read_keys
from equitymodel.data.tables.large_numbers import check_too_large
from equitymodel.data.tables.numbers import parse_numbers
from equitymodel.data.tables.people_units import PeopleUnits
from equitymodel.data.tables.quintiles import add_up_deciles
from equitymodel.data.tables.rules import Rule
from equitymodel.data.tables.suppression import SmallNumberRule
from equitymodel.vocabulary import AGE_BAND, DEPRIVATION, ICS, PERIOD, PROCEDURE, SEX, nearest

RULES = (
    Rule("K01", "error", "a required column is missing", "add the column, or rename the one that holds it"),
    Rule(
        "K02",
        "error",
        "an unknown column",
        "rename it, drop it, or name it with --ignore-column if it does not divide the cells further",
    ),
)


@dataclass(frozen=True)
class CheckedTable:
    """One table that keeps the contract, with the log of how it was read.

    Attributes
    ----------
    name
        ``admissions``, ``population``, ``need``, ``rates`` or ``not_offered``.
    frame
        The long table; one row a stratum.
    findings
        Warnings and repairs, in the order they were met.
    sha256
        The hash of the bytes that were read.
    source
        The file name, or ``DataFrame``.
    rule
        For admissions: what a suppressed count may be, if a rule was named.
    group
        The column that held the groups, which the frame calls ``deprivation`` whatever they are.
    units
        For a population: what its numbers count.
    """

    name: str
    frame: pd.DataFrame
    findings: tuple[Finding, ...]
    sha256: str
    source: str
    rule: SmallNumberRule | None = None
    group: str = DEPRIVATION
    units: PeopleUnits = field(default_factory=PeopleUnits)

    @property
    def log(self) -> pd.DataFrame:
        """The findings as a table."""
        return findings_frame(self.findings)


@dataclass(frozen=True)
class _Layout:
    required: tuple[str, ...]
    optional: tuple[str, ...]


LAYOUTS = {
    "admissions": _Layout((ICS, DEPRIVATION, PROCEDURE, "admissions"), (AGE_BAND, SEX, PERIOD, "ics_name")),
    "population": _Layout((ICS, DEPRIVATION, "population"), (AGE_BAND, SEX, PERIOD, "ics_name")),
    "need": _Layout((ICS, DEPRIVATION, PROCEDURE, "need_ratio"), ("need_ratio_se", PERIOD)),
    "rates": _Layout((PROCEDURE, AGE_BAND, "rate"), (SEX,)),
    "not_offered": _Layout((ICS, PROCEDURE), ()),
    "series": _Layout(
        (PERIOD, "admissions"), (ICS, DEPRIVATION, PROCEDURE, "population", "expected_admissions", "ics_name")
    ),
}


@dataclass
class TableReading:
    """A table while it is read.

    Attributes
    ----------
    frame
        Its rows as read so far.
    log
        What was found so far.
    sha256
        The hash of the bytes that were read.
    source
        Where they came from.
    quintiles
        Whether deciles of deprivation are added up to quintiles.
    """

    frame: pd.DataFrame
    log: DataLog
    sha256: str
    source: Source
    quintiles: bool = False

    def read_numbers(
        self, column: str, rule: str, valid: Callable[[pd.Series], pd.Series], *, detail: str = ""
    ) -> None:
        """Read a column as numbers, and record the rows whose number is not valid under a rule."""
        numbers = parse_numbers(self.frame[column], self.log)
        check_too_large(numbers, self.log)
        bad = ~valid(numbers)
        if bad.any():
            shown = [f"{row}: {self.frame[column][row]!r}" for row in self.frame.index[bad]]
            self.log.add(rule, detail=detail, rows=shown)
        self.frame = self.frame.assign(**{column: numbers})

    def in_quintiles(self) -> None:
        """Add deciles of deprivation up to quintiles, where that was asked for."""
        if self.quintiles and DEPRIVATION in self.frame:
            self.frame = add_up_deciles(self.frame, [key for key in KEYS if key in self.frame], self.log)

    def finish(self, value: str | None = None, *, rule: SmallNumberRule | None = None) -> CheckedTable:
        """Stop at errors, rows that are given twice among them, or give the table with its log."""
        if value is not None:
            check_duplicates(self.frame, value, self.log)
        self.log.raise_errors()
        self.in_quintiles()
        self.log.raise_errors()
        return CheckedTable(
            self.log.table, self.frame.reset_index(drop=True), tuple(self.log.findings), self.sha256,
            source_name(self.source), rule, self.log.group,
        )  # fmt: skip


def open_table(
    name: str,
    source: Source,
    *,
    groups: Groups = Deprivation(),
    areas: AreaCheck = "any",
    ignore_columns: tuple[str, ...] = (),
    further: tuple[str, ...] = (),
) -> TableReading:
    """Load a table, hold its columns against its layout (rules K01 and K02), and read what names its rows.

    Columns that were named as `further` must be there too.
    """
    log = DataLog(name, group=groups.name)
    frame, sha256 = load_text_table(source, log)
    left = frame.drop(columns=[column for column in ignore_columns if column in frame.columns])
    frame = _check_columns(left, log, further)
    quintiles = isinstance(groups, Deprivation) and groups.quintiles
    return TableReading(read_keys(frame, log, groups=groups, areas=areas), log, sha256, source, quintiles)


def columns_of(name: str) -> tuple[str, ...]:
    """Name the columns that a table may have.

    Examples
    --------
    >>> columns_of("not_offered")
    ('ics', 'procedure')
    """
    return LAYOUTS[name].required + LAYOUTS[name].optional


def _check_columns(frame: pd.DataFrame, log: DataLog, further: tuple[str, ...]) -> pd.DataFrame:
    required, optional = _columns(LAYOUTS[log.table], log.group)
    required += further
    known = required + optional
    unknown = [f"column {column!r}. {nearest(str(column), known)}" for column in frame.columns if column not in known]
    missing = [f"column {column!r}" for column in required if column not in frame.columns]
    if unknown:
        log.add("K02", rows=unknown)
    if missing:
        log.add("K01", rows=missing)
    log.raise_errors()
    return frame.rename(columns={log.group: DEPRIVATION})


def _columns(layout: _Layout, group: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Name the columns of a table whose groups are in a column of their own; age or sex is then no stratum."""
    if group == DEPRIVATION:
        return layout.required, layout.optional
    required = tuple(group if column == DEPRIVATION else column for column in layout.required)
    own = Group(group).stratum
    return required, tuple(column for column in layout.optional if column not in (group, own))


def source_name(source: Source) -> str:
    """Name a source without the folder it lies in."""
    return "DataFrame" if isinstance(source, pd.DataFrame) else Path(source).name
