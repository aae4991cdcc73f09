"""A document as an Excel workbook: a cover, contents, notes, and one tidy named table a sheet.

As the Analysis Function asks of statistics in spreadsheets: no merged cells, no meaning by colour, and shorthand in
brackets.
"""

from __future__ import annotations

import io
import math
import textwrap
from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import xlsxwriter

from equitymodel.report.document.blocks import Block, Bullets, DataTable, Document, Paragraph, Section, within
from equitymodel.report.document.columns import CONFIDENTIAL, MOST_SURE, NOT_APPLICABLE, NOT_AVAILABLE, Column, rounded
from equitymodel.storage.whole_file import write_whole

ENDS = ("", ", lower", ", upper")
SHORTHAND = ((CONFIDENTIAL, "confidential: a small number that must not be shown"),
             (NOT_AVAILABLE, "not available: there is nothing to work it out from"),
             (NOT_APPLICABLE, "not applicable: an interval where words stand for the estimate"))  # fmt: skip
FINER = {"share": 2, "probability": 3}
"""Decimals of a cell beyond those that are shown, by kind: of per cent, and of probabilities next to 0 or 1."""
SURE = f'[>={MOST_SURE}]"over 99%";[<={1 - MOST_SURE:.3f}]"under 1%";0%'
"""Of probabilities: the cell keeps its number, and no reader sees 0 or 100 %."""
NARROWEST, WIDEST, TEXT_WIDTH, CONTENTS_WIDTH, LINE = 12, 50, 110, 90, 14
LONGEST_SHEET, NARROWEST_TEXT = 31, 60
LONGEST_HEADER, A4 = 100, 9
FONT, BODY = "Arial", 10
TITLE, WRAPPED = {"bold": True, "font_size": 14}, {"text_wrap": True, "valign": "top"}


def write(document: Document, path: Path) -> None:
    """Write a document as a workbook.

    Parameters
    ----------
    document
        What it says: its tables become sheets, its paragraphs the cover and the notes. Pictures, and tables laid
        out for a page, stay in the other formats.
    path
        The file.
    """
    file = io.BytesIO()
    book = xlsxwriter.Workbook(file, {"strings_to_formulas": False, "strings_to_urls": False, "in_memory": True})
    book.formats[0].set_font_name(FONT)
    book.formats[0].set_font_size(BODY)
    book.set_properties({"title": f"{document.title}: {document.subtitle}"})
    tables = [table for table in document.tables() if table.place != "page"]
    _write_lines(book, "Cover", _cover(document), heads=(document.stamp, "Where this comes from"))
    _write_contents(book, tables)
    _write_lines(book, "Notes", _notes(document), heads=_titles(document))
    for table in tables:
        _write_table(book, table)
    for sheet in book.worksheets():
        _set_paper(sheet, document)
    book.close()
    write_whole(path, file.getbuffer())


def _set_paper(sheet: Any, document: Document) -> None:
    """Print every sheet whole: A4 across, one page wide, with the stamp on top and page numbers below."""
    sheet.set_landscape()
    sheet.set_paper(A4)
    sheet.fit_to_pages(1, 0)
    sheet.hide_gridlines(2)
    sheet.set_header(f"&L{_plain(document.stamp)}")
    sheet.set_footer(f"&L{_plain(document.title)}. {_plain(document.subtitle)}&RPage &P of &N")


def _plain(text: str) -> str:
    """Write text for a header, in which ``&`` begins a code; 100 characters of it, as Excel takes 255 in all."""
    return text[:LONGEST_HEADER].replace("&", "&&")


def _cover(document: Document) -> list[str]:
    said = [block.text for block in document.blocks if isinstance(block, Paragraph)]
    stamp = [document.stamp] if document.stamp else []
    about = [f"{word}: {text}" for word, text in document.about]
    return [document.title, document.subtitle, *stamp, *said, "Where this comes from", *about]


def _notes(document: Document) -> list[str]:
    shorthand = [f"{mark} {meaning}" for mark, meaning in SHORTHAND]
    return ["Notes", *shorthand, *(line for block in within(document.blocks) for line in _lines(block))]


def _titles(document: Document) -> list[str]:
    return [block.title for block in within(document.blocks) if isinstance(block, Section)]


def _lines(block: Block) -> list[str]:
    match block:
        case Section():
            return [block.title]
        case Paragraph():
            return [block.text]
        case Bullets():
            return list(block.points)
    return []


def _write_lines(book: Any, name: str, lines: list[str], *, heads: Collection[str] = ()) -> None:
    """Write lines of text, one a row, headings in bold."""
    sheet, first = book.add_worksheet(name), _format(book, **TITLE)
    wrapped, bold = _format(book, **WRAPPED), _format(book, **WRAPPED, bold=True)
    sheet.set_column(0, 0, TEXT_WIDTH)
    for row, line in enumerate(lines):
        sheet.write_string(row, 0, line, first if row == 0 else bold if line in heads else wrapped)
        if row:
            sheet.set_row(row, LINE * max(len(textwrap.wrap(line, TEXT_WIDTH)), 1))


def _write_contents(book: Any, tables: list[DataTable]) -> None:
    sheet = book.add_worksheet("Contents")
    sheet.write_string(0, 0, "Contents", _format(book, **TITLE))
    sheet.set_column(0, 0, LONGEST_SHEET)
    sheet.set_column(1, 1, CONTENTS_WIDTH)
    _name_table(sheet, (1, len(tables), 2), "contents", [{"header": "Sheet"}, {"header": "Table"}])
    link, wrapped = book.get_default_url_format(), _format(book, **WRAPPED)
    for row, table in enumerate(tables, 2):
        sheet.write_url(row, 0, f"internal:'{_sheet_name(table)}'!A1", link, string=_sheet_name(table))
        sheet.write_string(row, 1, table.title, wrapped)


def _write_table(book: Any, table: DataTable) -> None:
    """Write one table: its title, its note, the way back, and its named table, whose head stays in sight."""
    sheet = book.add_worksheet(_sheet_name(table))
    typed = [part for column in table.columns for part in _typed(column, table)]
    head = _write_above(book, sheet, table, max(sum(part.width for part in typed), NARROWEST_TEXT))
    sheet.freeze_panes(head + 1, 1)
    sheet.repeat_rows(head)
    heads = [{"header": part.heading, "header_format": _format(book, **WRAPPED, bold=True, align=part.align)}
             for part in typed]  # fmt: skip
    _name_table(sheet, (head, len(table.rows), len(typed)), f"t_{table.name}", heads)
    sheet.set_row(head, LINE * max((part.lines for part in typed), default=1))
    for number, part in enumerate(typed):
        sheet.set_column(number, number, part.width)
        for row, (value, form) in enumerate(zip(part.values, part.formats, strict=True), head + 1):
            look = {"num_format": form} if form else {}
            _write_cell(sheet, (row, number), value, _format(book, align=part.align, **look))


def _write_above(book: Any, sheet: Any, table: DataTable, width: int) -> int:
    """Write what stands above a table, no wider than the table, and give the row of its head."""
    title, note = textwrap.wrap(table.title, int(width * 0.7)), textwrap.wrap(table.note, int(width * 1.1))
    for row, line in enumerate(title):
        sheet.write_string(row, 0, line, _format(book, **TITLE))
    for row, line in enumerate(note or ["This sheet holds one table."], len(title)):
        sheet.write_string(row, 0, line, _format(book))
    link = len(title) + max(len(note), 1)
    sheet.write_url(link, 0, "internal:'Contents'!A1", book.get_default_url_format(), string="Contents")
    return link + 1


def _format(book: Any, **look: Any) -> Any:
    """Give a format in the font of the workbook."""
    return book.add_format({"font_name": FONT, "font_size": BODY, **look})


def _name_table(sheet: Any, at: tuple[int, int, int], name: str, heads: list[dict[str, Any]]) -> None:
    """Make a range of a sheet a named table: its first row, how many rows it holds, and how many columns."""
    first, rows, columns = at
    sheet.add_table(first, 0, first + max(rows, 1), columns - 1,
                    {"name": name, "columns": heads, "style": "Table Style Light 1"})  # fmt: skip


def _write_cell(sheet: Any, at: tuple[int, int], value: object, form: Any) -> None:
    if isinstance(value, str):
        sheet.write_string(*at, value, form)
    else:
        sheet.write_number(*at, value, form)


@dataclass(frozen=True)
class _Typed:
    """One column of a sheet: its heading, its values, rounded as they are printed, and their formats."""

    heading: str
    values: list[object]
    formats: list[str]
    align: str = "left"

    @property
    def width(self) -> int:
        """As wide as its longest value and the longest word of its heading, with room for the button of a filter."""
        longest = max((len(str(value)) for value in self.values), default=0)
        return min(max(longest + 2, *(len(word) + 4 for word in self.heading.split()), NARROWEST), WIDEST)

    @property
    def lines(self) -> int:
        """How many lines its heading takes."""
        return -(-len(self.heading) * 5 // (4 * self.width)) if self.heading else 1


def _typed(column: Column, table: DataTable) -> list[_Typed]:
    """Split a column into those of a sheet: an interval into its estimate and its ends."""
    if column.kind == "text":
        return [_Typed(column.heading, list(column.texts(table.rows)), [""] * len(table.rows))]
    places = column.places(table.rows)
    ends = ENDS if column.kind == "interval" else ENDS[:1]
    finer = FINER.get(column.kind, 0)
    return [
        _Typed(
            f"{column.heading}{end}",
            [_value(value, place + finer) for value, place in zip(table.rows[field], places, strict=True)],
            [_number_format(column, place) for place in places],
            "right",
        )
        for end, field in zip(ends, column.fields, strict=True)
    ]


def _value(value: object, places: int) -> object:
    if isinstance(value, str):
        return value
    number = float(value)  # type: ignore[arg-type]
    return rounded(number, places) if math.isfinite(number) else NOT_AVAILABLE


def _number_format(column: Column, places: int) -> str:
    digits = f".{'0' * places}" if places > 0 else ""
    if column.kind == "probability":
        return SURE
    return f"0{digits}%" if column.kind in FINER else f"#,##0{digits}"


def _sheet_name(table: DataTable) -> str:
    return table.name[:LONGEST_SHEET]
