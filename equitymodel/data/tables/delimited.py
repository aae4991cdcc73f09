"""Text to rows: encodings, what stands between columns, and where the table begins and ends."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable, Iterator
from itertools import islice

import pandas as pd

from equitymodel.data.tables.column_names import refuse_twice
from equitymodel.data.tables.file_reading import FileReading
from equitymodel.data.tables.file_rows import keep_filled, name_lines
from equitymodel.data.tables.findings import DataLog
from equitymodel.data.tables.header_row import LOOKED_AT, count_notes, find_header, log_notes
from equitymodel.data.tables.rules import Rule
from equitymodel.data.tables.unquoted_text import read_unquoted

RULES = (
    Rule("F01", "repair", "a byte-order mark before the first column name was read past"),
    Rule("F02", "repair", "the file is not UTF-8; it was read as Windows-1252"),
    Rule("F07", "repair", "the file is UTF-16, as Excel writes Unicode text; it was read so"),
    Rule("F11", "repair", "columns are separated by another mark than a comma"),
)
SEPARATORS = {",": "a comma", ";": "a semicolon", "\t": "a tab", "|": "an upright stroke"}
HEAD, TAIL = 200_000, 20_000
"""How many characters at the beginning are looked at for a header, and at the end for notes."""


def decode(content: bytes, reading: FileReading) -> str:
    """Read bytes as text, whatever a spreadsheet saved them as (rules F01, F02 and F07).

    Raises
    ------
    EquityDataError
        Rule F03, when they are not text.

    Examples
    --------
    >>> from equitymodel.data.tables.sent_table import SentTable
    >>> decode("ics".encode("utf-16"), FileReading(SentTable("a.csv")))
    'ics'
    """
    wide = content.startswith((b"\xff\xfe", b"\xfe\xff")) and not content.startswith(b"\xff\xfe\x00\x00")
    if wide:
        reading.log.add("F07")
        return content.decode("utf-16", errors="replace")
    if b"\x00" in content or content.startswith(b"\xff\xfe"):
        reading.refuse("it is binary, or UTF-16 or UTF-32 without its mark, not UTF-8 text")
    if content.startswith(b"\xef\xbb\xbf"):
        reading.log.add("F01")
        content = content[3:]
    try:
        return content.decode("utf-8")
    except UnicodeDecodeError:
        reading.log.add("F02")
    try:
        return content.decode("cp1252")
    except UnicodeDecodeError as error:
        reading.refuse(str(error))


def read_delimited(text: str, reading: FileReading) -> tuple[pd.DataFrame, str]:
    r"""Read text as a table of text, without titles above and notes below (rules F08 to F11).

    Parameters
    ----------
    text
        Of the whole file.
    reading
        What was said of it, and where findings are recorded.

    Returns
    -------
    tuple
        The table, indexed by row names (``row 2`` is the second of the file), and what stands between columns.

    Raises
    ------
    EquityDataError
        Rule F10, when the header cannot be found; F03, when rows have more values than the header has columns.

    Examples
    --------
    >>> from equitymodel.data.tables.sent_table import SentTable
    >>> text = "Admissions;\n\nics;admissions\nQHL;9\n\nSource: made up;\n"
    >>> frame, mark = read_delimited(text, FileReading(SentTable("a.csv")))
    >>> frame.to_dict("index"), mark
    ({'row 4': {'ics': 'QHL', 'admissions': '9'}}, ';')
    """
    text, log = text if "\n" in text else text.replace("\r", "\n"), reading.log
    mark = _separator(text, reading.knows)
    if mark != ",":
        log.add("F11", detail=SEPARATORS[mark])
    rows = list(_first_rows(text, mark))
    place = find_header([row for row, _, _ in rows], reading.sent.header_row, reading.knows, log)
    if not rows or not any(cell.strip() for cell in rows[place][0]):
        reading.refuse("it is empty")
    header, line, start = rows[place]
    refuse_twice(header, log)
    body = text[start : _end_of_table(text, mark, len(header), log)]
    frame = _parse(body, mark, line, reading)
    frame.index = name_lines(line + 1, len(frame))
    return _without_empty_columns(keep_filled(frame)), mark


def _separator(text: str, knows: Callable[[str], bool]) -> str:
    """Find what stands between columns: what gives most names of columns in a row, then most columns."""
    lines = [line for line in islice(io.StringIO(text[:HEAD]), LOOKED_AT) if line.strip()]

    def worth(mark: str) -> tuple[int, bool]:
        rows = [next(csv.reader([line.replace("\r", "")], delimiter=mark), []) for line in lines]
        names = max((sum(knows(cell) for cell in row) for row in rows), default=0)
        return names, bool(rows) and sum(len(row) > 1 for row in rows) * 2 > len(rows)

    return max(SEPARATORS, key=worth)


def _first_rows(text: str, mark: str) -> Iterator[tuple[list[str], int, int]]:
    """Give the first rows, each with the line on which it begins, counted from 1, and where that is in the text."""
    lines, passed, offset = io.StringIO(text[:HEAD]), 0, 0
    lengths: list[int] = []

    def counted() -> Iterator[str]:
        for line in lines:
            lengths.append(len(line))
            yield line.replace("\r", "")

    reader = csv.reader(counted(), delimiter=mark)
    for row in islice(reader, LOOKED_AT):
        yield row, passed + 1, offset
        passed, offset = len(lengths), sum(lengths)


def _end_of_table(text: str, mark: str, width: int, log: DataLog) -> int:
    """Find where the notes below the table begin; the end of the text where there are none."""
    whole = len(text) <= TAIL
    tail = text if whole else text[-TAIL:]
    lines = tail.splitlines(keepends=True)[0 if whole else 1 :]
    rows = [next(csv.reader([line.rstrip("\r\n")], delimiter=mark), []) for line in lines]
    notes = min(count_notes(rows, width), len(rows) - 1)
    if not notes:
        return len(text)
    log_notes(rows[-notes:], log)
    return len(text) - sum(len(line) for line in lines[-notes:])


def _parse(body: str, mark: str, line: int, reading: FileReading) -> pd.DataFrame:
    if (plain := read_unquoted(body, mark)) is not None:
        return plain
    try:
        source = io.BytesIO(body.encode())  # a quarter of what a text in memory takes
        frame = pd.read_csv(source, sep=mark, dtype=str, keep_default_na=False, skip_blank_lines=False)
    except ValueError as error:
        said = re.sub(r"line (\d+)", lambda found: f"line {int(found[1]) + line - 1}", str(error))
        reading.refuse(said)
    if not isinstance(frame.index, pd.RangeIndex):
        reading.refuse("rows have more values than the header has columns")
    return frame


def _without_empty_columns(frame: pd.DataFrame) -> pd.DataFrame:
    """Leave out columns with neither a name nor a value, as spreadsheets add them at the end."""
    nameless = [name for name in frame.columns if str(name).startswith("Unnamed: ")]
    return frame.drop(columns=[name for name in nameless if not frame[name].fillna("").astype(bool).any()])
