"""Records of spells to tables of admissions and series: the engine counts, and Python sees counts alone."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import nullcontext
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Protocol

import numpy as np
import pandas as pd

from equitymodel.argument_types import refuses_other_types
from equitymodel.data.cells.cell_facts import CellFacts
from equitymodel.data.records.counted_tables import CellLayout
from equitymodel.data.records.judge_records import RecordPlan, left_out
from equitymodel.data.records.procedure_groups import SHIPPED, read_procedure_groups
from equitymodel.data.records.record_columns import COLUMNS, DAY_CASE, names_of_columns
from equitymodel.data.records.record_engine import RecordEngine, count_in_engine, files_of
from equitymodel.data.records.record_selection import MONTHS_A_YEAR, RecordSelection
from equitymodel.data.records.small_areas import SmallAreas, read_small_areas
from equitymodel.data.tables.files import Source
from equitymodel.data.tables.findings import DataLog
from equitymodel.data.tables.footprints import AreaCheck
from equitymodel.data.tables.kept_as_text import TableSource
from equitymodel.data.tables.rules import Rule, rule_named
from equitymodel.data.tables.sent_table import SentTable
from equitymodel.storage.file_hash import file_sha256
from equitymodel.vocabulary import DEPRIVATION, ICS

RULES = (
    Rule(
        "R41",
        "error",
        "no record is left to count",
        "look at what was left out and under which rule, and correct what was asked for",
    ),
    Rule("R42", "warning", "groups of procedures without any record are in no table"),
    Rule("R43", "warning", "months of no whole year are in the series alone, not in the admissions by year"),
)
FEW_ERRORS = 5


class RecordTable(Protocol):
    """A table of Ibis, wherever it lies: in Spark, or a warehouse."""

    @property
    def columns(self) -> tuple[str, ...]:
        """The names of columns."""
        ...

    def get_name(self) -> str:
        """Give the name of the table."""
        ...


@dataclass(frozen=True)
class CountedRecords:
    """Tables counted from records, and what became of every record.

    What is counted is admissions: one a spell, unless every episode was asked for.

    Attributes
    ----------
    admissions
        By year, ICS, group, procedure, age and sex, for `read_cells`; without rows where no year is whole.
    series
        By month, ICS, group and procedure, for `read_series`.
    dropped
        How many records were read, left out under each rule, and counted.
    facts
        The index of deprivation, the areas, the periods, what was found, and the files with their SHA-256.
    """

    admissions: pd.DataFrame
    series: pd.DataFrame
    dropped: pd.DataFrame
    facts: CellFacts

    def __str__(self) -> str:
        """Say how many records were counted, and why others were not."""
        rows = self.dropped[self.dropped["records"] > 0]
        return "\n".join(f"{row.records:>14,}  {row.states}" for row in rows.itertuples())


@refuses_other_types
def count_records(
    records: Sequence[str | Path] | RecordTable,
    small_areas: Source,
    *,
    deprivation_index: str,
    procedures: Source | None = None,
    columns: Mapping[str, str] | None = None,
    selection: RecordSelection | None = None,
    engine: RecordEngine = RecordEngine(),
    areas: AreaCheck = "icb",
) -> CountedRecords:
    """Count the elective admissions of records, by year, age and sex, and by month.

    The engine reads the columns that are needed and no other, and gives counts: no record and no identifier of a person
    or a spell is read into Python.

    Parameters
    ----------
    records
        Parquet or CSV files of episodes, or patterns such as ``hes_*.parquet``, with the columns of Hospital Episode
        Statistics ``procode, spell, epiorder, admimeth, admidate, startage, sex, opertn_01`` and the small area. Or a
        table of Ibis, such as ``ibis.pyspark.connect(session).table("hes")``: records are counted where they lie.
    small_areas
        A table of ``lsoa11``, ``lsoa21`` or ``dz11`` with ``ics`` and ``deprivation``; records have the same column.
    deprivation_index
        The index that groups are of, such as ``IMD 2025``, which was made on these small areas.
    procedures
        A table of ``procedure`` and ``opcs``, the beginning of a code; by default `procedure_groups`.
    columns
        The name that records have for a column, where it is another: ``{"startage": "age_at_start"}``.
    selection
        Which records count: by default elective first episodes of all ages, in all months.
    engine
        What reads files, how much memory it may use, and where it spills to.
    areas
        As for `read_admissions`.

    Returns
    -------
    CountedRecords
        Tables in admissions, with the number of records that were left out under each rule.

    Raises
    ------
    EquityDataError
        When a table or the records break a rule: R01 to R03 and R31 to R41.
    OptionError
        When the engine is not installed or memory does not last; or a column was named that is not needed.

    Examples
    --------
    >>> from tempfile import mkdtemp
    >>> areas = pd.DataFrame({"lsoa21": ["E01000001", "E01000002"], "ics": "QMF", "deprivation": [1, 2]})
    >>> spells = pd.DataFrame({"procode": "RXX", "spell": [1, 1, 2], "epiorder": [1, 2, 1], "admimeth": "11",
    ...                        "admidate": "2024-05-01", "startage": 70, "sex": 2, "opertn_01": "J183",
    ...                        "lsoa21": ["E01000001", "E01000001", "E01000002"]})
    >>> file = Path(mkdtemp()) / "spells.csv"
    >>> spells.to_csv(file, index=False)
    >>> counted = count_records([file], areas, deprivation_index="IMD 2025")
    >>> print(counted)
                 3  records were read
                 1  records of another episode than the first of a spell, or of an order that is not known, are left out
                 2  records were counted, an admission each
    """
    log, tables = DataLog("records"), (DataLog("small areas"), DataLog("procedures"))
    living = read_small_areas(small_areas, tables[0], deprivation_index=deprivation_index, areas=areas)
    groups, groups_hash = read_procedure_groups(procedures, tables[1])
    places = living.table[[ICS, DEPRIVATION]].drop_duplicates().sort_values([ICS, DEPRIVATION], ignore_index=True)
    names = tuple(sorted(set(groups["procedure"])))
    layout = CellLayout(places, names, selection or RecordSelection(), living.index)
    files = files_of(records, log) if isinstance(records, Sequence) else []
    with engine.open(files, log) if isinstance(records, Sequence) else nullcontext(records) as table:
        plan = _plan(table.columns, living, groups, layout, columns or {}, log)
        found = count_in_engine(plan.counts(table), log)
    dropped = _say_dropped(found, log)
    kept = found[found["dropped"] == ""]
    counts, first = layout.counts(kept["cell"].to_numpy(np.int64), kept["spells"].to_numpy())
    series, admissions = layout.series(counts, first), layout.admissions(counts, first)
    _say_left(layout, series, admissions, log)
    given = (SentTable.of(small_areas).name, living.sha256), (_shipped_or_own(procedures), groups_hash)
    facts = CellFacts(
        deprivation_index=living.index,
        findings=tuple(item for each in (*tables, log) for item in each.findings),
        sources=_sources(given, _file_sources(files) if isinstance(records, Sequence) else [_there(records, found)]),
        periods=tuple(admissions["period"].unique()),
        footprint=living.footprint,
    )
    return CountedRecords(admissions, series, dropped, facts)


def _plan(
    there: Sequence[str],
    living: SmallAreas,
    groups: pd.DataFrame,
    layout: CellLayout,
    columns: Mapping[str, str],
    log: DataLog,
) -> RecordPlan:
    """Plan what is asked of records: by their columns, with small areas and procedures under the numbers of cells."""
    wanted = [*COLUMNS, living.column, *([] if layout.selection.day_cases else [DAY_CASE])]
    names = names_of_columns(wanted, there, columns, log)
    names["area"] = names.pop(living.column)
    return RecordPlan(names, layout.selection, *lookups(living, groups, layout), layout.shape)


def lookups(living: SmallAreas, groups: pd.DataFrame, layout: CellLayout) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Give the tables that records are looked up in, with the numbers of places and procedures.

    Parameters
    ----------
    living, groups
        Small areas, and groups of procedures.
    layout
        The order of places and procedures.

    Returns
    -------
    tuple
        Columns ``code, place``, and ``opcs, number, length``.
    """
    place = living.table.merge(layout.places.reset_index(names="place"), on=[ICS, DEPRIVATION])
    number = {name: number for number, name in enumerate(layout.procedures)}
    codes = groups.assign(number=groups["procedure"].map(number), length=groups["opcs"].str.len())
    return place[["code", "place"]], codes[["opcs", "number", "length"]]


def _say_dropped(found: pd.DataFrame, log: DataLog) -> pd.DataFrame:
    """Record the rules under which records were left out, and refuse where none is left (rule R41)."""
    counts = left_out(found)
    for rule, records in counts[counts > 0].items():
        log.add(str(rule), count=int(records))
    total = int(found["records"].sum())
    kept = total - int(counts.sum())
    if kept == 0:
        largest = counts.sort_values(ascending=False)[lambda each: each > 0]
        said = [f"{records:,} under {rule}: {rule_named(str(rule)).states}" for rule, records in largest.items()]
        log.add("R41", detail=f"{total:,} were read", rows=said[:FEW_ERRORS], count=0)
        log.raise_errors()
    rows = [("read", "records were read", total),
            *((str(rule), rule_named(str(rule)).states, int(records)) for rule, records in counts.items()),
            ("counted", "records were counted, an admission each", kept)]  # fmt: skip
    return pd.DataFrame(rows, columns=["rule", "states", "records"])


def _say_left(layout: CellLayout, series: pd.DataFrame, admissions: pd.DataFrame, log: DataLog) -> None:
    """Record procedures without a record, and months of no whole year (rules R42 and R43)."""
    if absent := sorted(set(layout.procedures) - set(series["procedure"])):
        log.add("R42", detail=", ".join(absent))
    months = series["period"].nunique()
    whole = MONTHS_A_YEAR * admissions["period"].nunique()
    if whole < months:
        log.add("R43", detail=f"{months - whole} of {months} months, {series['period'].min()} to "
                f"{series['period'].max()}; years begin in month {layout.selection.year_starts}")  # fmt: skip


def _shipped_or_own(source: Source | None) -> str:
    return SHIPPED if source is None else SentTable.of(source).name


def _sources(given: Sequence[tuple[str, str]], records: Sequence[tuple[str, str]]) -> tuple[TableSource, ...]:
    """Say where everything came from, with the hash of each: of a table that lies elsewhere, that of its counts."""
    tables = zip(("small_areas", "procedures"), given, strict=True)
    several = [(_name_of(number), each) for number, each in enumerate(records)]
    return tuple(TableSource(table, *each) for table, each in (*tables, *several))


def _file_sources(files: Sequence[str]) -> list[tuple[str, str]]:
    return [(Path(file).name, file_sha256(file)) for file in files]


def _there(records: RecordTable, found: pd.DataFrame) -> tuple[str, str]:
    counts = found.sort_values(["dropped", "cell"], ignore_index=True).to_csv(index=False)
    return records.get_name(), sha256(counts.encode()).hexdigest()


def _name_of(number: int) -> str:
    """Name a file of records as a table: the first, and those after it by their number."""
    return "records" if number == 0 else f"records_{number + 1}"
