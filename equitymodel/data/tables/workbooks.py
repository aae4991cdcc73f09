"""Workbooks of Excel: one sheet, read cell by cell as text; what cannot be read as it stands is refused by name."""

from __future__ import annotations

import datetime as dt
import io
import zipfile
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pandas as pd

from equitymodel.data.tables.file_reading import FileReading
from equitymodel.data.tables.findings import DataLog
from equitymodel.data.tables.header_row import LOOKED_AT, count_notes, find_header, log_notes
from equitymodel.data.tables.rules import Rule
from equitymodel.data.tables.unpacked_size import refuse_large_workbook
from equitymodel.vocabulary import nearest

if TYPE_CHECKING:
    from openpyxl.worksheet.worksheet import Worksheet

RULES = (
    Rule("F15", "repair", "a sheet of a workbook was read"),
    Rule(
        "F16",
        "error",
        "which sheet of the workbook holds the table cannot be told",
        "name it with --sheet; where two tables are in workbooks of their own, --sheet admissions=NAME",
    ),
    Rule(
        "F17",
        "error",
        "merged cells or formulas inside the table",
        "unmerge the cells and fill each, and paste formulas as values; or save the sheet as CSV (UTF-8) and read that",
    ),
    Rule("F18", "repair", "rows or columns that the sheet hides were read too"),
)
IS_ZIP = b"PK\x03\x04"


def read_workbook(content: bytes, reading: FileReading) -> pd.DataFrame:
    """Read one sheet of a workbook as a table of text.

    Parameters
    ----------
    content
        The bytes of the file.
    reading
        What was said of it, and where rules F08 to F10 and F15 to F18 are recorded.

    Returns
    -------
    pandas.DataFrame
        Text, indexed by row names as Excel numbers them.

    Raises
    ------
    EquityDataError
        Rules F10, F16, F17, F26 and F27; F03, when it is no workbook, or the sheet is no table.
    """
    log, sheet = reading.log, _choose_sheet(content, reading)
    grid = [list(row) for row in sheet.iter_rows(min_row=1, min_col=1)]
    rows = [[_text(cell.value) for cell in row] for row in grid]
    place = find_header(rows[:LOOKED_AT], reading.sent.header_row, reading.knows, log)
    width = max((number for number, name in enumerate(rows[place], 1) if name.strip()), default=0)
    below = rows[place + 1 :]
    notes = min(count_notes(below, width), len(below))
    log_notes(below[len(below) - notes :], log)
    table = Extent(place, len(rows) - notes, width)
    _refuse_unreadable(sheet, grid[table.header : table.end], log)
    _log_hidden(sheet, table, log)
    return _as_frame(rows, table, reading)


@dataclass(frozen=True)
class Extent:
    """Where a table lies in its sheet: the row of its header and that after its last, from 0, and its columns."""

    header: int
    end: int
    width: int


def _as_frame(rows: list[list[str]], table: Extent, reading: FileReading) -> pd.DataFrame:
    header = [name.strip() for name in rows[table.header][: table.width]]
    body = rows[table.header + 1 : table.end]
    if not table.width or "" in header or any(any(row[table.width :]) for row in body):
        reading.refuse(f"a column has values and no name in row {table.header + 1}")
    names = pd.Index([f"row {number}" for number in range(table.header + 2, table.end + 1)])
    frame = pd.DataFrame([row[: table.width] for row in body], columns=header, index=names, dtype=str)
    return frame[(frame != "").any(axis=1)]


def _choose_sheet(content: bytes, reading: FileReading) -> Worksheet:
    asked, log = reading.sent.sheet, reading.log
    filled = {sheet.title: sheet for sheet in _open(content, reading) if sheet.max_row > 1 or sheet["A1"].value}
    if not filled:
        reading.refuse("every sheet of the workbook is empty")
    if asked is None and len(filled) > 1:
        log.add("F16", rows=[f"sheet '{name}'" for name in filled])
    elif asked is not None and asked not in filled:
        log.add("F16", detail=f"there is no sheet '{asked}'. {nearest(asked, list(filled)).rstrip('.')}")
    log.raise_errors()
    name = asked if asked is not None else next(iter(filled))
    log.add("F15", detail=f"'{name}'")
    return filled[name]


def _open(content: bytes, reading: FileReading) -> list[Worksheet]:
    from openpyxl import load_workbook
    from openpyxl.utils.exceptions import InvalidFileException

    try:
        refuse_large_workbook(content, reading)
        return list(load_workbook(io.BytesIO(content)).worksheets)
    except (zipfile.BadZipFile, InvalidFileException, KeyError, ValueError, TypeError, OSError) as error:
        reading.refuse(f"it is not a workbook that can be opened ({error})")


def _refuse_unreadable(sheet: Worksheet, grid: list[list[Any]], log: DataLog) -> None:
    """Name merged cells and formulas from the header to the last row (rule F17)."""
    first, last = grid[0][0].row, grid[-1][0].row
    merged = [f"cells {area.coord} are merged" for area in sheet.merged_cells.ranges
              if area.max_row >= first and area.min_row <= last]  # fmt: skip
    formulas = [f"cell {cell.coordinate} is the formula {cell.value}" for row in grid for cell in row
                if cell.data_type == "f"]  # fmt: skip
    if merged or formulas:
        log.add("F17", rows=[*merged, *formulas])
        log.raise_errors()


def _log_hidden(sheet: Worksheet, table: Extent, log: DataLog) -> None:
    rows = [f"row {number}" for number in range(table.header + 1, table.end + 1) if sheet.row_dimensions[number].hidden]
    columns = [f"column {letter}" for letter, column in sheet.column_dimensions.items()
               if column.hidden and (column.min or 0) <= table.width]  # fmt: skip
    if rows or columns:
        log.add("F18", rows=[*rows, *columns])


def _text(value: object) -> str:
    """Write what a cell holds as it would be in a file of text."""
    if value is None:
        return ""
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    if isinstance(value, dt.datetime) and value.time() == dt.time():
        return value.date().isoformat()
    return str(value)
