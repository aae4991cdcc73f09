"""Where a table begins and ends: titles above its header, and notes below its last row."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import NoReturn

from equitymodel.data.tables.findings import DataLog
from equitymodel.data.tables.rules import Rule
from equitymodel.errors import EquityDataError

RULES = (
    Rule("F08", "repair", "rows above the header were passed over"),
    Rule("F09", "repair", "notes below the table were passed over"),
    Rule(
        "F10",
        "error",
        "which row is the header cannot be told",
        "name the row of the file that holds the names of the columns with --header-row, for example --header-row 4",
    ),
)
LOOKED_AT = 60
"""How many rows are looked at for a header."""
NOTE = re.compile(
    r"^(sources?|notes?|footnotes?|key|©|copyright|crown|contains|produced|published|prepared|extracted|data|figures|"
    r"values|counts|suppress\w*|this|these|for|see|contact|email|enquiries|end of)\b|^(\*|\[|\(|https?:|\d+[.)] )",
    re.IGNORECASE,
)
NOTE_WITH_COMMAS = re.compile(r"^(sources?|notes?|footnotes?)\s*[:.\d]", re.IGNORECASE)
Row = Sequence[str]


def find_header(rows: Sequence[Row], asked: int | None, names_a_column: Callable[[str], bool], log: DataLog) -> int:
    """Find the row of the header, counted from 0, and log what was passed over to reach it.

    Parameters
    ----------
    rows
        The first rows of a file, blank ones among them.
    asked
        The row, counted from 1, if it was said.
    names_a_column
        Whether a cell could be the name of a column.
    log
        Where rules F08 and F10 are recorded.

    Raises
    ------
    EquityDataError
        When the first row is a title, and no row below it, or more than one, looks like the header.

    Examples
    --------
    >>> rows = [["Admissions by ICB", "", ""], ["", "", ""], ["ics", "sex", "admissions"], ["QHL", "F", "9"]]
    >>> find_header(rows, None, {"ics", "sex", "admissions"}.__contains__, DataLog())
    2
    """
    place = _asked(rows, asked, log) if asked is not None else _found(rows, names_a_column, log)
    above = [f"row {number}: {_text(row)!r}" for number, row in enumerate(rows[:place], 1) if _filled(row)]
    if above:
        log.add("F08", rows=above)
    return place


def _asked(rows: Sequence[Row], asked: int, log: DataLog) -> int:
    if asked > len(rows) or not _filled(rows[asked - 1]):
        _refuse(f"--header-row is {asked}, and row {asked} is empty or not there", rows, log)
    return asked - 1


def _found(rows: Sequence[Row], names_a_column: Callable[[str], bool], log: DataLog) -> int:
    first = next((place for place, row in enumerate(rows) if _filled(row)), 0)
    scores = [sum(names_a_column(cell) for cell in row if cell.strip()) for row in rows]
    best = max(scores, default=0)
    likely = [place for place, score in enumerate(scores) if score == best]
    width = max((_filled(row) for row in rows), default=0)
    titled = bool(rows) and _filled(rows[first]) < min(width, 2 if best < 2 else _filled(rows[likely[0]]))
    if not titled:
        return first
    if best < 2:
        _refuse("the first row is a title, and no row below it has the names of columns", rows, log)
    if len(likely) > 1:
        _refuse("more than one row has the names of columns", [rows[place] for place in likely], log)
    return likely[0]


def _refuse(detail: str, rows: Sequence[Row], log: DataLog) -> NoReturn:
    shown = [_text(row) for row in rows if _filled(row)]
    log.add("F10", detail=detail, rows=[repr(text) for text in shown])
    raise EquityDataError([item for item in log.findings if item.severity == "error"])


def count_notes(rows: Sequence[Row], width: int) -> int:
    """Count the last rows of a table that are notes below it, with blank rows among them.

    A row is a note if only its first cell is filled, and it begins as notes do or stands below a blank row.

    Examples
    --------
    >>> count_notes([["QHL", "1", "9"], ["", "", ""], ["Source: made up", "", ""]], width=3)
    2
    >>> count_notes([["QHL", "1", "9"], ["QOP", "", ""]], width=3)
    0
    """
    start = len(rows)
    while start and _may_be_note(rows[start - 1], width):
        start -= 1
    block = list(rows[start:])
    while block and _filled(block[0]) and not NOTE.match(block[0][0].strip()):
        block.pop(0)
    return len(block)


def _may_be_note(row: Row, width: int) -> bool:
    filled = _filled(row)
    if not filled:
        return True
    alone = filled == 1 and width > 1 and bool(row[0].strip())
    return alone or bool(NOTE_WITH_COMMAS.match(row[0].strip()))


def log_notes(rows: Sequence[Row], log: DataLog) -> None:
    """Record the notes that were passed over."""
    if notes := [repr(_text(row)) for row in rows if _filled(row)]:
        log.add("F09", rows=notes)


def _filled(row: Row) -> int:
    return sum(bool(cell.strip()) for cell in row)


def _text(row: Row) -> str:
    return ", ".join(cell.strip() for cell in row if cell.strip())[:100]
