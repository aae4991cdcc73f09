"""A table of a Word document: light rules, numbers to the right, columns as wide as what they hold."""

from __future__ import annotations

from typing import Any

from docx.enum.table import WD_CELL_VERTICAL_ALIGNMENT, WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Pt

from equitymodel.report.document.blocks import DataTable
from equitymodel.report.word.word_styles import OWN, text_width

NARROWEST, WIDEST = 7, 34
"""Characters of the narrowest and of the widest column, by which the width of the page is shared out."""
SMALLER = ((7, Pt(6.5)), (6, Pt(7.5)))
"""From so many columns on, the size of their text."""
NARROW_MARGIN = "34"
"""Between a rule and the text of a table of many columns, in twentieths of a point."""
WIDEST_OF_MANY, TALL, BOLD = 24, 25, 1
"""Characters of the widest column of many; above so many rows a table may be split over pages; and by how many
characters a head is wider, as it is bold."""
RULES = {"top": "8D99A6", "bottom": "8D99A6", "insideH": "D5DBE1"}
BEHIND_RULES = ("w:shd", "w:tblLayout", "w:tblCellMar", "w:tblLook")
HEAD_RULE = "8D99A6"


def add_table(word: Any, table: DataTable) -> None:
    """Write a table with its caption above and its note below."""
    word.add_paragraph(table.title, style=OWN["caption"])
    made = word.add_table(rows=1, cols=len(table.columns))
    made.alignment, made.autofit = WD_TABLE_ALIGNMENT.LEFT, False
    _rule(made)
    right = [column.kind != "text" for column in table.columns]
    style = word.styles[OWN["cell"]].style_id
    _fill(made.rows[0], [column.heading for column in table.columns], right, style, bold=True)
    _repeat_head(made.rows[0])
    for texts in texts_of(table):
        _fill(made.add_row(), texts, right, style)
    _set_widths(made, widths(table, text_width(word)))
    _fit(made)
    if table.note:
        word.add_paragraph(table.note, style=OWN["note"])


def texts_of(table: DataTable) -> list[list[str]]:
    """Give the texts of a table, of many columns with intervals below their estimates.

    Examples
    --------
    >>> import pandas as pd
    >>> from equitymodel.report.document.columns import estimate
    >>> rows = pd.DataFrame({"estimate": [0.5], "lower": [0.4], "upper": [0.6]})
    >>> columns = tuple(estimate(f"procedure {number}") for number in range(7))
    >>> texts_of(DataTable("t", "T", columns, rows))[0][0].splitlines()
    ['0.50', '(0.40 to 0.60)']
    """
    if not _is_wide(table):
        return table.texts
    return [[text.replace(" (", "\n(") if column.kind == "interval" else text
             for text, column in zip(row, table.columns, strict=True)] for row in table.texts]  # fmt: skip


def _is_wide(table: DataTable) -> bool:
    return len(table.columns) >= SMALLER[0][0]


def widths(table: DataTable, whole: int) -> list[int]:
    """Share out the width of a page by what columns hold: whole numbers in one line, long headings in several.

    Examples
    --------
    >>> import pandas as pd
    >>> from equitymodel.report.document.columns import Column
    >>> rows = pd.DataFrame({"a": ["short"], "b": ["a much longer text than that"]})
    >>> widths(DataTable("t", "T", (Column("a", ("a",)), Column("b", ("b",))), rows), 3500)
    [700, 2800]
    """
    heads = [max(map(len, column.heading.split())) + BOLD for column in table.columns]
    lines = [[max(map(len, text.splitlines()), default=0) for text in row] for row in texts_of(table)]
    longest = [max(texts, default=0) for texts in zip(*lines, strict=True)] or heads
    widest = WIDEST_OF_MANY if _is_wide(table) else WIDEST
    wanted = [min(max(head, text, NARROWEST), widest) for head, text in zip(heads, longest, strict=True)]
    return [whole * part // sum(wanted) for part in wanted]


def _fill(row: Any, texts: list[str], right: list[bool], style: str, *, bold: bool = False) -> None:
    """Write one row, which no page break may split; its style by key, as looking up its name takes longer than all."""
    whole = OxmlElement("w:cantSplit")
    row._tr.get_or_add_trPr().append(whole)
    for cell, text, to_right in zip(row.cells, texts, right, strict=True):
        paragraph = cell.paragraphs[0]
        paragraph._p.style = style
        paragraph.add_run(text).bold = bold
        if to_right:
            paragraph.alignment = WD_ALIGN_PARAGRAPH.RIGHT


def _repeat_head(row: Any) -> None:
    """Mark a row as the head of its table, so that it repeats on each page and is read out as such."""
    mark = OxmlElement("w:tblHeader")
    mark.set(qn("w:val"), "true")
    row._tr.get_or_add_trPr().append(mark)
    for cell in row.cells:
        cell.vertical_alignment = WD_CELL_VERTICAL_ALIGNMENT.BOTTOM
        borders = OxmlElement("w:tcBorders")
        borders.append(_line("bottom", HEAD_RULE, "8"))
        cell._tc.get_or_add_tcPr().insert_element_before(borders, "w:shd", "w:noWrap", "w:tcMar", "w:vAlign")


def _rule(made: Any) -> None:
    """Draw light rules between rows, whatever style the document has."""
    borders = OxmlElement("w:tblBorders")
    for side in ("top", "bottom", "insideH"):
        borders.append(_line(side, RULES[side], "4"))
    made._tbl.tblPr.insert_element_before(borders, *BEHIND_RULES)


def _line(side: str, colour: str, size: str) -> Any:
    line = OxmlElement(f"w:{side}")
    for name, value in (("val", "single"), ("sz", size), ("space", "0"), ("color", colour)):
        line.set(qn(f"w:{name}"), value)
    return line


def _fit(made: Any) -> None:
    """Print many columns smaller, and keep rows that fit on a page together on one."""
    size = next((size for columns, size in SMALLER if len(made.columns) >= columns), None)
    for row in made.rows[:-1] if len(made.rows) <= TALL else []:
        for cell in row.cells:
            cell.paragraphs[0].paragraph_format.keep_with_next = True
    if size is None:
        return
    margins = OxmlElement("w:tblCellMar")
    for side in ("left", "right"):
        margin = OxmlElement(f"w:{side}")
        margin.set(qn("w:w"), NARROW_MARGIN)
        margin.set(qn("w:type"), "dxa")
        margins.append(margin)
    made._tbl.tblPr.insert_element_before(margins, "w:tblLook")
    for run in (run for row in made.rows for cell in row.cells for run in cell.paragraphs[0].runs):
        run.font.size = size


def _set_widths(made: Any, shares: list[int]) -> None:
    for column, share in zip(made.columns, shares, strict=True):
        column.width = share
        for cell in column.cells:
            cell.width = share
