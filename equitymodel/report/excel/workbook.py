"""A document as an Excel workbook: a cover, contents, notes, and one tidy named table a sheet.

As the Analysis Function asks of statistics in spreadsheets: no merged cells, no meaning by colour, and shorthand in
brackets.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import xlsxwriter

from equitymodel.report.document.blocks import Block, Bullets, DataTable, Document, Paragraph, Section, within
from equitymodel.report.document.columns import CONFIDENTIAL, NOT_AVAILABLE, Column, rounded

ENDS = ("", ", lower", ", upper")
SHORTHAND = ((CONFIDENTIAL, "confidential: a small number that must not be shown"),
             (NOT_AVAILABLE, "not available: there is nothing to work it out from"))  # fmt: skip
PER_CENT = ("share", "probability")
NARROWEST, WIDEST = 10, 60
LONGEST_SHEET, HEAD = 31, 2


def write(document: Document, path: Path) -> None:
    """Write a document as a workbook.

    Parameters
    ----------
    document
        What it says: its tables become sheets, its paragraphs the cover and the notes. Pictures stay in the other
        formats.
    path
        The file.
    """
    book = xlsxwriter.Workbook(str(path), {"strings_to_formulas": False, "strings_to_urls": False})
    book.set_properties({"title": f"{document.title}: {document.subtitle}"})
    tables = list(document.tables())
    _write_lines(book, "Cover", _cover(document))
    _write_contents(book, tables)
    _write_lines(book, "Notes", _notes(document))
    for table in tables:
        _write_table(book, table)
    book.close()


def _cover(document: Document) -> list[str]:
    said = [block.text for block in document.blocks if isinstance(block, Paragraph)]
    stamp = [document.stamp] if document.stamp else []
    return [document.title, document.subtitle, *stamp, *said, *(f"{word}: {text}" for word, text in document.about)]


def _notes(document: Document) -> list[str]:
    shorthand = [f"{mark} {meaning}" for mark, meaning in SHORTHAND]
    return ["Notes", *shorthand, *(line for block in within(document.blocks) for line in _lines(block))]


def _lines(block: Block) -> list[str]:
    match block:
        case Section():
            return [block.title]
        case Paragraph():
            return [block.text]
        case Bullets():
            return list(block.points)
    return []


def _write_lines(book: Any, name: str, lines: list[str]) -> None:
    sheet, first = book.add_worksheet(name), book.add_format({"bold": True, "font_size": 15})
    wrapped = book.add_format({"text_wrap": True, "valign": "top"})
    sheet.set_column(0, 0, 100)
    for row, line in enumerate(lines):
        sheet.write_string(row, 0, line, wrapped if row else first)


def _write_contents(book: Any, tables: list[DataTable]) -> None:
    sheet = book.add_worksheet("Contents")
    sheet.write_string(0, 0, "Contents", book.add_format({"bold": True, "font_size": 15}))
    sheet.set_column(0, 0, LONGEST_SHEET)
    sheet.set_column(1, 1, 90)
    _name_table(sheet, (1, len(tables), 2), "contents", [{"header": "Sheet"}, {"header": "Table"}])
    for row, table in enumerate(tables, 2):
        sheet.write_url(row, 0, f"internal:'{_sheet_name(table)}'!A1", string=_sheet_name(table))
        sheet.write_string(row, 1, table.title)


def _write_table(book: Any, table: DataTable) -> None:
    """Write one table: its title, its note, its named table."""
    sheet = book.add_worksheet(_sheet_name(table))
    sheet.write_string(0, 0, table.title, book.add_format({"bold": True, "font_size": 13}))
    sheet.write_string(1, 0, table.note or "This sheet holds one table.")
    sheet.freeze_panes(HEAD + 1, 1)
    typed = [part for column in table.columns for part in _typed(column, table)]
    bold = book.add_format({"text_wrap": True, "bold": True})
    heads = [{"header": part.heading, "header_format": bold} for part in typed]
    _name_table(sheet, (HEAD, len(table.rows), len(typed)), f"t_{table.name}", heads)
    for number, part in enumerate(typed):
        sheet.set_column(number, number, part.width)
        for row, (value, form) in enumerate(zip(part.values, part.formats, strict=True), HEAD + 1):
            _write_cell(sheet, (row, number), value, book.add_format({"num_format": form}) if form else None)


def _name_table(sheet: Any, at: tuple[int, int, int], name: str, heads: list[dict[str, Any]]) -> None:
    """Make a range of a sheet a named table: its first row, how many rows it holds, and how many columns."""
    first, rows, columns = at
    sheet.add_table(first, 0, first + max(rows, 1), columns - 1,
                    {"name": name, "columns": heads, "style": "Table Style Light 1"})  # fmt: skip


def _write_cell(sheet: Any, at: tuple[int, int], value: object, form: Any) -> None:
    if isinstance(value, str):
        sheet.write_string(*at, value)
    else:
        sheet.write_number(*at, value, form)


@dataclass(frozen=True)
class _Typed:
    """One column of a sheet: its heading, its values, rounded as they are printed, and their formats."""

    heading: str
    values: list[object]
    formats: list[str]

    @property
    def width(self) -> int:
        longest = max((len(str(value)) for value in [self.heading, *self.values]), default=0)
        return min(max(longest + 2, NARROWEST), WIDEST)


def _typed(column: Column, table: DataTable) -> list[_Typed]:
    """Split a column into those of a sheet: an interval into its estimate and its ends."""
    if column.kind == "text":
        return [_Typed(column.heading, list(column.texts(table.rows)), [""] * len(table.rows))]
    places = column.places(table.rows)
    ends = ENDS if column.kind == "interval" else ENDS[:1]
    finer = 2 if column.kind in PER_CENT else 0
    return [
        _Typed(
            f"{column.heading}{end}",
            [_value(value, place + finer) for value, place in zip(table.rows[field], places, strict=True)],
            [_format(column, place) for place in places],
        )
        for end, field in zip(ends, column.fields, strict=True)
    ]


def _value(value: object, places: int) -> object:
    if isinstance(value, str):
        return value
    number = float(value)  # type: ignore[arg-type]
    return rounded(number, places) if math.isfinite(number) else NOT_AVAILABLE


def _format(column: Column, places: int) -> str:
    digits = f".{'0' * places}" if places > 0 else ""
    return f"0{digits}%" if column.kind in PER_CENT else f"#,##0{digits}"


def _sheet_name(table: DataTable) -> str:
    return table.name[:LONGEST_SHEET]
