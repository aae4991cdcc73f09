"""Files to raw tables of text: encodings, spaces and column names, every repair logged."""

from __future__ import annotations

import hashlib
import io
from pathlib import Path
from typing import NoReturn

import pandas as pd

from equitymodel.data.tables.findings import DataLog
from equitymodel.data.tables.period_spellings import write_periods
from equitymodel.data.tables.rules import Rule
from equitymodel.errors import EquityDataError

RULES = (
    Rule("F01", "repair", "a byte-order mark before the first column name was read past"),
    Rule("F02", "repair", "the file is not UTF-8; it was read as Windows-1252"),
    Rule(
        "F03",
        "error",
        "the file is not readable as a table",
        "save it as CSV (UTF-8) or Parquet, one header row, one row a cell",
    ),
    Rule("F05", "repair", "stray spaces around values were removed"),
    Rule("F06", "repair", "column names were read without their spaces and capitals"),
)
Source = str | Path | pd.DataFrame
NO_BREAK_SPACES = "\u00a0\u2007\u202f\u2009"


def load_text_table(source: Source, log: DataLog) -> tuple[pd.DataFrame, str]:
    """Load CSV, Parquet or a DataFrame, with text left as text, and hash what was read.

    Returns
    -------
    tuple
        The table, indexed by row names (``row 2`` is the first row under the header of a
        file), and the SHA-256 of the bytes read.

    Raises
    ------
    EquityDataError
        Rule F03, when the file is not a table.
    """
    if isinstance(source, pd.DataFrame):
        frame = source.copy()
        content = source.to_csv(index=False).encode()
        frame.index = pd.Index(_name_rows(source.index))
    else:
        content = _read_bytes(Path(source), log)
        frame = _parse(Path(source), content, log)
        frame.index = pd.Index([f"row {line}" for line in range(2, len(frame) + 2)])
        frame = frame[(frame.astype("object").fillna("") != "").any(axis=1)]
    return _strip(_name_columns(frame, log), log), hashlib.sha256(content).hexdigest()


def _name_rows(index: pd.Index) -> list[str]:
    """Name rows by their label, or by their place where labels repeat."""
    return [f"index {label}" for label in index] if index.is_unique else [f"position {n}" for n in range(len(index))]


def _refuse(detail: str, log: DataLog) -> NoReturn:
    log.add("F03", detail=detail)
    raise EquityDataError([item for item in log.findings if item.severity == "error"])


def _read_bytes(path: Path, log: DataLog) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        _refuse(f"{path}: {error.strerror}", log)


def _parse(path: Path, content: bytes, log: DataLog) -> pd.DataFrame:
    try:
        if path.suffix.lower() in {".parquet", ".pq"}:
            return pd.read_parquet(io.BytesIO(content))
        text = _decode(path, content, log)
        frame = pd.read_csv(io.StringIO(text), dtype=str, keep_default_na=False, skip_blank_lines=False)
    except (ValueError, OSError) as error:
        _refuse(f"{path.name}: {error}", log)
    if not isinstance(frame.index, pd.RangeIndex):
        _refuse(f"{path.name}: rows have more values than the header has columns", log)
    return frame


def _decode(path: Path, content: bytes, log: DataLog) -> str:
    if content.startswith((b"\xff\xfe", b"\xfe\xff")) or b"\x00" in content:
        _refuse(f"{path.name}: it is UTF-16 or binary, not UTF-8 text", log)
    if content.startswith(b"\xef\xbb\xbf"):
        log.add("F01")
        content = content[3:]
    try:
        return content.decode("utf-8")
    except UnicodeDecodeError:
        log.add("F02")
        return content.decode("cp1252")


def _name_columns(frame: pd.DataFrame, log: DataLog) -> pd.DataFrame:
    plain = {name: str(name).strip().lower().replace(" ", "_") for name in frame.columns}
    changed = [f"{old!r} read as {new!r}" for old, new in plain.items() if old != new]
    if changed:
        log.add("F06", rows=changed)
    if twice := sorted({new for new in plain.values() if list(plain.values()).count(new) > 1}):
        _refuse(f"more than one column is called {' and '.join(map(repr, twice))}", log)
    return frame.rename(columns=plain)


def _strip(frame: pd.DataFrame, log: DataLog) -> pd.DataFrame:
    for name in frame.columns:
        column = write_periods(frame[name])
        if pd.api.types.is_numeric_dtype(column):
            continue
        text = column.astype("object").where(column.notna(), "").astype(str)
        clean = text.str.strip(" \t" + NO_BREAK_SPACES).str.replace(f"[{NO_BREAK_SPACES}]", " ", regex=True)
        changed = frame.index[text != clean]
        if len(changed):
            log.add("F05", detail=f"column {name}", rows=list(changed))
        frame = frame.assign(**{name: clean})
    return frame
