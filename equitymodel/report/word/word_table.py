"""A table of a Word document: light rules, numbers to the right, columns as wide as what they hold."""

from __future__ import annotations

from typing import Any

from docx.enum.table import WD_CELL_VERTICAL_ALIGNMENT, WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement
from docx.oxml.ns import qn

from equitymodel.report.document.blocks import DataTable
from equitymodel.report.word.word_styles import OWN, text_width

NARROWEST, WIDEST = 7, 34
"""Characters of the narrowest and of the widest column, by which the width of the page is shared out."""
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
    for texts in table.texts:
        _fill(made.add_row(), texts, right, style)
    _set_widths(made, widths(table, text_width(word)))
    if table.note:
        word.add_paragraph(table.note, style=OWN["note"])


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
    heads = [max(map(len, column.heading.split())) for column in table.columns]
    longest = [max(map(len, texts), default=0) for texts in zip(*table.texts, strict=True)] or heads
    wanted = [min(max(head, text, NARROWEST), WIDEST) for head, text in zip(heads, longest, strict=True)]
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


def _set_widths(made: Any, shares: list[int]) -> None:
    for column, share in zip(made.columns, shares, strict=True):
        column.width = share
        for cell in column.cells:
            cell.width = share
