"""A document as a Word file: real styles, tables whose head repeats, pictures with their finding in words."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import docx
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Cm, Pt

from equitymodel.report.document.blocks import Block, Bullets, DataTable, Document, Paragraph, Picture, Section
from equitymodel.report.plots.drawn import png_of

STYLES = {"text": "Normal", "answer": "Intense Quote", "warning": "Intense Quote", "note": "Caption"}
MOST_LEVELS, TEXT_WIDTH = 4, Cm(16)


def write(document: Document, path: Path, base: Path | None = None) -> None:
    """Write a document as a Word file.

    Parameters
    ----------
    document
        What it says; tables that are kept in full for a workbook are left out.
    path
        The file.
    base
        The user's own document, whose styles, headers and footers are kept, and after whose content this follows.
    """
    word = docx.Document(None if base is None else str(base))
    word.core_properties.title = f"{document.title}: {document.subtitle}"
    word.core_properties.author = ""
    word.add_heading(document.title, 0)
    word.add_paragraph(document.subtitle, style="Subtitle")
    if document.stamp:
        word.add_paragraph(document.stamp, style="Intense Quote")
    for block in document.blocks:
        _add(word, block, 1)
    _add_about(word, document)
    word.save(str(path))


def _add(word: Any, block: Block, level: int) -> None:
    match block:
        case Section():
            word.add_heading(block.title, min(level, MOST_LEVELS))
            for inner in block.blocks:
                _add(word, inner, level + 1)
        case Paragraph():
            word.add_paragraph(block.text, style=STYLES[block.role])
        case Bullets():
            for point in block.points:
                word.add_paragraph(point, style="List Bullet")
        case Picture():
            _add_picture(word, block)
        case DataTable() if not block.in_full:
            _add_table(word, block)


def _add_table(word: Any, table: DataTable) -> None:
    word.add_paragraph(table.title, style="Caption").paragraph_format.keep_with_next = True
    made = word.add_table(rows=1, cols=len(table.columns), style="Light List Accent 1")
    for cell, column in zip(made.rows[0].cells, table.columns, strict=True):
        cell.text = column.heading
    _repeat_head(made.rows[0])
    for texts in table.texts:
        for cell, text in zip(made.add_row().cells, texts, strict=True):
            cell.text = text
    _small(made)
    if table.note:
        word.add_paragraph(table.note, style="Caption")


def _repeat_head(row: Any) -> None:
    """Mark a row as the head of its table, so that it repeats on each page and is read out as such."""
    mark = OxmlElement("w:tblHeader")
    mark.set(qn("w:val"), "true")
    row._tr.get_or_add_trPr().append(mark)


def _small(table: Any) -> None:
    for row in table.rows:
        for cell in row.cells:
            for paragraph in cell.paragraphs:
                paragraph.paragraph_format.space_after = Pt(0)
                for run in paragraph.runs:
                    run.font.size = Pt(9)


def _add_picture(word: Any, picture: Picture) -> None:
    placed = word.add_picture(io.BytesIO(png_of(picture.figure)), width=TEXT_WIDTH)
    placed._inline.docPr.set("descr", picture.alt)
    placed._inline.docPr.set("name", picture.name)
    word.add_paragraph(picture.title, style="Caption")


def _add_about(word: Any, document: Document) -> None:
    if not document.about:
        return
    word.add_heading("Where this comes from", 1)
    for name, text in document.about:
        word.add_paragraph(f"{name}: {text}", style="List Bullet")
