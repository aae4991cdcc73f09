"""A document as a Word file: real styles, tables whose head repeats, pictures with their finding in words."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import docx
from docx.shared import Cm

from equitymodel.report.document.blocks import Block, Bullets, DataTable, Document, Paragraph, Picture, Section
from equitymodel.report.plots.drawn import png_of
from equitymodel.report.word.word_styles import (
    OWN,
    add_header_and_footer,
    add_styles,
    named_style,
    set_look,
    stamp_pages,
    text_width,
)
from equitymodel.report.word.word_table import add_table
from equitymodel.storage.whole_file import write_whole

MOST_LEVELS, MOST_HEIGHT = 4, Cm(20)


def write(document: Document, path: Path, base: Path | None = None) -> None:
    """Write a document as a Word file.

    Parameters
    ----------
    document
        What it says; tables whose place is a workbook are left out.
    path
        The file.
    base
        The user's own document, whose styles, paper, headers and footers are kept, and after whose content this
        follows. Styles that it lacks are added, or stand as its normal text.
    """
    word = docx.Document(None if base is None else str(base))
    word.core_properties.title = f"{document.title}: {document.subtitle}"
    word.core_properties.author = ""
    add_styles(word)
    if base is None:
        set_look(word)
        add_header_and_footer(word, f"{document.title}. {document.subtitle}", document.stamp)
    elif document.stamp:
        stamp_pages(word, document.stamp)
    _say(word, document.title, "Title")
    _say(word, document.subtitle, "Subtitle")
    if document.stamp:
        _say(word, document.stamp, OWN["stamp"])
    for block in document.blocks:
        _add(word, block, 1)
    _add_about(word, document)
    file = io.BytesIO()
    word.save(file)
    write_whole(path, file.getbuffer())


def _say(word: Any, text: str, style: str) -> Any:
    """Add a paragraph, in the style if the document has it."""
    return word.add_paragraph(text, style=named_style(word, style))


def _add(word: Any, block: Block, level: int) -> None:
    match block:
        case Section():
            _say(word, block.title, f"Heading {min(level, MOST_LEVELS)}").paragraph_format.keep_with_next = True
            for inner in block.blocks:
                _add(word, inner, level + 1)
        case Paragraph():
            _say(word, block.text, OWN.get(block.role, "Normal"))
        case Bullets():
            for point in block.points:
                _say(word, point, "List Bullet")
        case Picture():
            _add_picture(word, block)
        case DataTable() if block.place != "workbook":
            add_table(word, block)


def _add_picture(word: Any, picture: Picture) -> None:
    """Place a picture as wide as the text, or as high as a page bears, under its caption."""
    across, down = picture.figure.get_size_inches()
    width = min(text_width(word), int(MOST_HEIGHT * across / down))
    _say(word, picture.title, OWN["caption"])
    placed = word.add_picture(io.BytesIO(png_of(picture.figure)), width=width)
    placed._inline.docPr.set("descr", picture.alt)
    placed._inline.docPr.set("name", picture.name)


def _add_about(word: Any, document: Document) -> None:
    if not document.about:
        return
    _say(word, "Where this comes from", "Heading 1")
    for name, text in document.about:
        _say(word, f"{name}: {text}", OWN["note"])
