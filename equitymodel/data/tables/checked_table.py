"""One table on its way from a file to the contract: its columns, its numbers, its rows, its log."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field

import pandas as pd

from equitymodel.data.tables.column_names import plain_name
from equitymodel.data.tables.crossed_groups import read_crossed, refuse_crossed_table
from equitymodel.data.tables.deprivation import Deprivation
from equitymodel.data.tables.deprivation_index import INDEX_COLUMN, read_index
from equitymodel.data.tables.distinct_values import as_text, read_by_distinct
from equitymodel.data.tables.files import Source, load_as_written
from equitymodel.data.tables.findings import DataLog, Finding, findings_frame
from equitymodel.data.tables.footprints import AreaCheck
from equitymodel.data.tables.groups import Group
from equitymodel.data.tables.keys import KEYS, Groups, check_duplicates, read_keys
from equitymodel.data.tables.large_numbers import check_too_large
from equitymodel.data.tables.layouts.apply_layout import to_contract
from equitymodel.data.tables.not_stated import leave_out_not_stated
from equitymodel.data.tables.numbers import parse_numbers
from equitymodel.data.tables.people_units import PeopleUnits
from equitymodel.data.tables.qualifiers import QUALIFIER, join_qualifiers
from equitymodel.data.tables.quintiles import add_up_deciles
from equitymodel.data.tables.rules import Rule
from equitymodel.data.tables.sent_table import SentTable
from equitymodel.data.tables.suppression import SmallNumberRule
from equitymodel.errors import OptionError
from equitymodel.vocabulary import (
    AGE_BAND,
    DEPRIVATION,
    ICS,
    PERIOD,
    PRIORITY,
    PROCEDURE,
    SEX,
    STAGE,
    WEEKS_WAITED,
    nearest,
)

RULES = (
    Rule("K01", "error", "a required column is missing", "add the column, or rename the one that holds it"),
    Rule(
        "K02",
        "error",
        "an unknown column",
        "rename it, drop it, or name it with --ignore-column if it does not divide the cells further",
    ),
    Rule("K17", "error", "a table without rows", "export it again with its rows; leave a table out that is not needed"),
)


@dataclass(frozen=True)
class CheckedTable:
    """One table that keeps the contract, with the log of how it was read.

    Attributes
    ----------
    name
        ``admissions``, ``population``, ``need``, ``rates``, ``not_offered``, ``unit_costs``, ``covariates`` or
        ``neighbours``.
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
    areas
        How codes of areas were checked.
    index
        The index of deprivation that the table names itself; empty where it names none.
    columns
        Every column that was there, by its plain name, with those that were left out.
    """

    name: str
    frame: pd.DataFrame
    findings: tuple[Finding, ...]
    sha256: str
    source: str
    rule: SmallNumberRule | None = None
    group: str = DEPRIVATION
    units: PeopleUnits = field(default_factory=PeopleUnits)
    areas: AreaCheck = "any"
    index: str = ""
    columns: tuple[str, ...] = ()

    @property
    def log(self) -> pd.DataFrame:
        """The findings as a table."""
        return findings_frame(self.findings)


@dataclass(frozen=True)
class _Layout:
    required: tuple[str, ...]
    optional: tuple[str, ...]


LAYOUTS = {
    "admissions": _Layout((ICS, DEPRIVATION, PROCEDURE, "admissions"), (AGE_BAND, SEX, PERIOD, "ics_name", QUALIFIER)),
    "population": _Layout((ICS, DEPRIVATION, "population"), (AGE_BAND, SEX, PERIOD, "ics_name")),
    "need": _Layout((ICS, DEPRIVATION, PROCEDURE, "need_ratio"), ("need_ratio_se", PERIOD)),
    "rates": _Layout((PROCEDURE, AGE_BAND, "rate"), (SEX,)),
    "not_offered": _Layout((ICS, PROCEDURE), ()),
    "covariates": _Layout((ICS, "name", "value", "unit"), (DEPRIVATION, "ics_name")),
    "neighbours": _Layout(("area", "neighbour"), ()),
    "unit_costs": _Layout((PROCEDURE, "unit_cost"), ()),
    "stages": _Layout(
        (ICS, DEPRIVATION, PROCEDURE, STAGE, "count"),
        ("count_se", "population", "need", "need_se", "linked", "lag_months", PERIOD, "ics_name", QUALIFIER),
    ),
    "measured": _Layout(
        (PERIOD,),
        ("value", "numerator", "denominator", "value_se", "quality", ICS, "ics_name", DEPRIVATION),
    ),
    "waiting": _Layout(
        (ICS, DEPRIVATION, PROCEDURE, WEEKS_WAITED, "waiting"),
        (PRIORITY, "added", "treated", "removed", "ics_name", QUALIFIER),
    ),
    "series": _Layout(
        (PERIOD, "admissions"),
        (ICS, DEPRIVATION, PROCEDURE, "population", "expected_admissions", "ics_name", QUALIFIER),
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
        The name of the file they came from.
    quintiles
        Whether deciles of deprivation are added up to quintiles.
    areas
        How codes of areas were checked.
    index
        The index of deprivation that the table names.
    columns
        Every column that was there, by its plain name, with those that were left out.
    """

    frame: pd.DataFrame
    log: DataLog
    sha256: str
    source: str
    quintiles: bool = False
    areas: AreaCheck = "any"
    index: str = ""
    columns: tuple[str, ...] = ()

    def read_numbers(
        self, column: str, rule: str, valid: Callable[[pd.Series], pd.Series], *, detail: str = ""
    ) -> None:
        """Read a column as numbers, and record the rows whose number is not valid under a rule."""
        numbers = read_by_distinct(self.frame[column], parse_numbers, self.log)
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
        self.frame = as_text(leave_out_not_stated(self.frame, DEPRIVATION, value, self.log))
        self.log.raise_errors()
        self.in_quintiles()
        self.log.raise_errors()
        return CheckedTable(
            self.log.table, self.frame.reset_index(drop=True), tuple(self.log.findings), self.sha256,
            self.source, rule, self.log.group, areas=self.areas, index=self.index, columns=self.columns,
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
    crossed = groups if isinstance(groups, Group) and groups.crossed else None
    if crossed is not None:
        refuse_crossed_table(name, crossed)
    log, sent = DataLog(name, group=groups.name), SentTable.of(source)
    written, sha256, mark = load_as_written(sent, log)
    read = to_contract(written, log, sent, mark=mark, known=columns_of(name), ignore=ignore_columns)
    frame, index = read_index(join_qualifiers(_check_columns(read, log, further)), log)
    if frame.empty and name != "not_offered":
        log.add("K17")
        log.raise_errors()
    quintiles = isinstance(groups, Deprivation) and groups.quintiles
    keyed = (
        read_keys(frame, log, groups=groups, areas=areas)
        if crossed is None
        else read_crossed(frame, log, group=crossed, areas=areas)
    )
    columns = tuple(plain_name(column) for column in written.columns)
    return TableReading(keyed, log, sha256, sent.name, quintiles=quintiles, areas=areas, index=index, columns=columns)


def refuse_absent(ignore_columns: Sequence[str], there: Iterable[str]) -> None:
    """Refuse to leave out a column that none of the tables has, as it was misspelt.

    Raises
    ------
    OptionError
        Names it, and the nearest that there is.

    Examples
    --------
    >>> refuse_absent(["trst"], ["ics", "trust"])
    Traceback (most recent call last):
    equitymodel.errors.OptionError: ignore_columns: no table has a column 'trst'. Did you mean 'trust'?
    """
    known = sorted(set(there))
    for column in ignore_columns:
        if column not in known:
            raise OptionError(f"ignore_columns: no table has a column '{column}'. {nearest(column, known)}")


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
    grouped = {log.group, DEPRIVATION} & {*known}
    allowed = (*known, INDEX_COLUMN) if grouped else known
    unknown = [f"column {column!r}. {nearest(str(column), known)}" for column in frame.columns if column not in allowed]
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
    kind = Group(group)
    if kind.crossed:
        main = tuple((kind.main, column) if column == DEPRIVATION else (column,) for column in layout.required)
        required = tuple(column for pair in main for column in pair)
        optional = tuple(column for column in layout.optional if column != DEPRIVATION)
    else:
        required = tuple(group if column == DEPRIVATION else column for column in layout.required)
        optional = tuple(group if column == DEPRIVATION else column for column in layout.optional)
    own = None if group in optional else kind.stratum
    return required, tuple(column for column in optional if column != own and column not in required)
