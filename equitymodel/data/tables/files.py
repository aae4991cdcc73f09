"""Files to raw tables of text: what kind of file it is, stray spaces and column names, every repair logged."""

from __future__ import annotations

import hashlib
import io
from dataclasses import replace
from decimal import InvalidOperation
from pathlib import Path

import pandas as pd

from equitymodel.data.tables.column_names import name_columns, refuse_twice
from equitymodel.data.tables.delimited import decode, read_delimited
from equitymodel.data.tables.distinct_values import DistinctColumn
from equitymodel.data.tables.file_reading import FileReading
from equitymodel.data.tables.file_rows import keep_filled, name_lines
from equitymodel.data.tables.findings import FOUND, DataLog
from equitymodel.data.tables.period_spellings import write_periods
from equitymodel.data.tables.rules import Rule
from equitymodel.data.tables.sent_table import SentTable
from equitymodel.data.tables.unpacked_size import refuse_large_parquet
from equitymodel.data.tables.value_types import refuse_other_types_of
from equitymodel.data.tables.workbooks import IS_ZIP, read_workbook

RULES = (
    Rule("F05", "repair", "stray spaces around values were removed"),
    Rule("F24", "error", "there is no such file", "correct its name or folder; a relative one begins at this folder"),
    Rule(
        "F25",
        "error",
        "the file cannot be opened",
        "name a file, not a folder; close it where another program has it open; ask for the right to read it",
    ),
)
Source = str | Path | pd.DataFrame | SentTable
LONGEST = 200
"""How much of a path is shown."""
NO_BREAK_SPACES = "\u00a0\u2007\u202f\u2009"
NAMED = ("row ", "index ", "position ")
"""How rows are called in findings."""
PARQUET = (".parquet", ".pq")
OTHER_OFFICE = {
    b"\xd0\xcf\x11\xe0": "an old workbook (.xls) or a document",
    b"%PDF": "a PDF",
    b"<": "a web page or XML",
}
"""How files begin that people take for tables."""


def load_text_table(source: Source, log: DataLog) -> tuple[pd.DataFrame, str]:
    """Load CSV, a workbook, Parquet or a DataFrame, with text left as text, and hash what was read.

    Returns
    -------
    tuple
        The table, indexed by row names (``row 2`` is the second row of a file), and the SHA-256 of the bytes
        read. Columns have plain names.

    Raises
    ------
    EquityDataError
        Rules F24 and F25, when there is no file to read; F03, when it is not a table; F10, F16 and F17, when
        what is the table cannot be told; F26 and F27, when it is too large or refers to others; F22 and F23, by its
        names and values.
    """
    frame, sha256, _ = load_as_written(SentTable.of(source), log)
    return name_columns(frame, log), sha256


def load_as_written(sent: SentTable, log: DataLog) -> tuple[pd.DataFrame, str, str]:
    """Load a table with the names of its columns as they are written.

    Returns
    -------
    tuple
        The table, the SHA-256 of the bytes read, and what stands between columns where it is text.

    Raises
    ------
    EquityDataError
        As for `load_text_table`.
    """
    if isinstance(sent.source, pd.DataFrame):
        _refuse_levels(sent.source, FileReading(sent, log))
        frame, content, mark = sent.source.copy(), _encode(sent.source, FileReading(sent, log)), ""
        frame.index = pd.Index(_name_rows(sent.source.index))
        log.findings += [replace(finding, table=log.table) for finding in frame.attrs.pop(FOUND, ())]
    else:
        reading = FileReading(sent, log)
        content = _read_bytes(Path(sent.source), reading)
        frame, mark = _parse(Path(sent.source), content, reading)
    refuse_twice((str(name) or "(no name)" for name in frame.columns), log)
    return _strip(frame, log), hashlib.sha256(content).hexdigest(), mark


def _refuse_levels(frame: pd.DataFrame, reading: FileReading) -> None:
    """Refuse columns named by several texts each, and those of the contract that are in the index."""
    if (levels := frame.columns.nlevels) > 1:
        first = f"its columns have {levels} levels, such as {frame.columns[0]}"
        reading.refuse(f"{first}; give each one name, for example by frame.columns.get_level_values(-1)")
    inside = [str(name) for name in frame.index.names if name not in frame.columns and reading.knows(str(name))]
    if inside:
        reading.refuse(f"its index holds {' and '.join(inside)}, which frame.reset_index() makes columns")


def _encode(frame: pd.DataFrame, reading: FileReading) -> bytes:
    try:
        return frame.to_csv(index=False).encode()
    except InvalidOperation:
        reading.refuse("it holds a signalling NaN (decimal.Decimal('sNaN')), which is no number")
    except UnicodeEncodeError as error:
        odd = error.object[error.start : error.end]
        reading.refuse(f"it holds {odd!a}, which is not text{_where(odd, frame)}")


def _where(odd: str, frame: pd.DataFrame) -> str:
    """Name the first row that holds a text."""
    holds = [any(odd in str(value) for value in row) for row in frame.itertuples(index=False)]
    return f", in {_name_rows(frame.index)[holds.index(True)]}" if any(holds) else ""


def _name_rows(index: pd.Index) -> list[str]:
    """Name rows by their label, or by their place where labels repeat; those that were read before keep their names."""
    if not index.is_unique:
        return [f"position {n}" for n in range(len(index))]
    return [str(label) if str(label).startswith(NAMED) else f"index {label}" for label in index]


def _read_bytes(path: Path, reading: FileReading) -> bytes:
    try:
        return path.read_bytes()
    except (OSError, ValueError) as error:
        if isinstance(error, FileNotFoundError | ValueError):
            reading.log.add("F24", detail=str(path)[:LONGEST])
        else:
            reading.log.add("F25", detail=f"{str(path)[:LONGEST]}: {error.strerror}")
        reading.log.raise_errors()
        raise


def _parse(path: Path, content: bytes, reading: FileReading) -> tuple[pd.DataFrame, str]:
    if path.suffix.lower() in PARQUET:
        return _read_parquet(content, reading), ""
    if content.startswith(IS_ZIP):
        return read_workbook(content, reading), ""
    for start, what in OTHER_OFFICE.items():
        if content.startswith(start):
            reading.refuse(f"it is {what}")
    return read_delimited(decode(content, reading), reading)


def _read_parquet(content: bytes, reading: FileReading) -> pd.DataFrame:
    try:
        refuse_large_parquet(content, reading)
        frame = pd.read_parquet(io.BytesIO(content))
    except (ValueError, OSError) as error:
        reading.refuse(str(error))
    frame.index = name_lines(2, len(frame))
    refuse_other_types_of(frame, reading.log)
    return keep_filled(frame)


def _strip(frame: pd.DataFrame, log: DataLog) -> pd.DataFrame:
    frame = frame.set_axis(pd.Index([str(name) for name in frame.columns]), axis=1)
    refuse_other_types_of(frame, log)
    for name in frame.columns:
        column = frame[name]
        if pd.api.types.is_numeric_dtype(column):
            continue
        distinct = DistinctColumn.of(column)
        text = distinct.values if isinstance(distinct.values.dtype, pd.StringDtype) else _as_text(distinct.values)
        clean = _without_stray_spaces(text)
        changed = distinct.rows_of((text != clean).fillna(True))
        if len(changed):
            log.add("F05", detail=f"column {name}", rows=list(changed.index))
        frame = frame.assign(**{name: distinct.in_rows(clean)})
    return frame


def _as_text(column: pd.Series) -> pd.Series:
    written = write_periods(column)
    return written.astype("object").where(written.notna(), "").astype(str)


def _without_stray_spaces(text: pd.Series) -> pd.Series:
    clean = text.fillna("").str.strip(" \t" + NO_BREAK_SPACES)
    return clean.str.replace(f"[{NO_BREAK_SPACES}]", " ", regex=True)
