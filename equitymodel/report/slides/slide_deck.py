"""A document as slides: the answer first, then a finding a slide with a chart that can be edited, and its limits."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from pptx import Presentation
from pptx.enum.text import MSO_ANCHOR, PP_ALIGN
from pptx.util import Cm, Pt

from equitymodel.report.document.blocks import LIMITS, Bullets, Document, Paragraph, Picture, Section, within
from equitymodel.report.document.line_chart import LineChart
from equitymodel.report.slides.native_chart import add_chart
from equitymodel.report.slides.native_lines import add_lines
from equitymodel.storage.whole_file import write_whole

WIDE, HIGH, MARGIN = Cm(33.867), Cm(19.05), Cm(1.5)
TITLE_ONLY = 5
TOP, BOTTOM = Cm(4.4), Cm(1.4)
THREE_LINES, MOST_SAID, SENTENCE = 240, 320, re.compile(r"(?<=\.) (?=[A-Z])")
"""Letters above a chart, in three lines and in four smaller ones; and where a sentence ends."""
SAID_FIRST = ("answer", "text", "warning")


def write(document: Document, path: Path) -> None:
    """Write a document as slides.

    Parameters
    ----------
    document
        What it says; its answer, its charts and its limits are shown, its tables are for other formats.
    path
        The file.
    """
    deck = Presentation()
    deck.slide_width, deck.slide_height = WIDE, HIGH
    deck.core_properties.title, deck.core_properties.author = f"{document.title}: {document.subtitle}", ""
    limits = _limits(document)
    _add_answer(deck, document, limits)
    for picture in document.pictures():
        if picture.chart is not None:
            _add_finding(deck, picture, document, limits)
    _add_limits(deck, document, limits)
    file = io.BytesIO()
    deck.save(file)
    write_whole(path, file.getbuffer())


def _limits(document: Document) -> tuple[str, ...]:
    """Give what the document says of its own limits."""
    sections = (block for block in within(document.blocks) if isinstance(block, Section) and block.limits)
    return tuple(point for section in sections for block in section.blocks if isinstance(block, Bullets)
                 for point in block.points)  # fmt: skip


def _add_answer(deck: Any, document: Document, limits: tuple[str, ...]) -> None:
    """Say of whom this is, and what was found."""
    slide = _new(deck, document.title, document)
    said = [block.text for block in document.blocks if isinstance(block, Paragraph) and block.role in SAID_FIRST]
    _say(slide, [document.subtitle, *said], size=20)
    _note(slide, (*limits, *(f"{word}: {text}" for word, text in document.about)))


def _add_finding(deck: Any, picture: Picture, document: Document, limits: tuple[str, ...]) -> None:
    """Say the finding, and show it."""
    found = _finding(picture)
    slide = _new(deck, found, document, size=18 if len(found) <= THREE_LINES else 16)
    assert picture.chart is not None
    height = HIGH - TOP - BOTTOM - Cm(1)
    place = (MARGIN, TOP, WIDE - 2 * MARGIN, height)
    if isinstance(picture.chart, LineChart):
        add_lines(slide, picture.chart, place)
    else:
        add_chart(slide, picture.chart, place)
    frame = slide.shapes[-1]
    frame._element.nvGraphicFramePr.cNvPr.set("descr", picture.alt)
    frame.name = picture.name
    _say(slide, [picture.title], size=12, top=TOP + height)
    _note(slide, (picture.title, picture.alt, *limits))


def _finding(picture: Picture) -> str:
    """Give what fits above a chart: the finding, its first sentence, or what it is of; the notes have the rest."""
    first = SENTENCE.split(picture.alt)[0]
    if len(picture.alt) <= THREE_LINES:
        return picture.alt
    return first if len(first) <= MOST_SAID else picture.title


def _add_limits(deck: Any, document: Document, limits: tuple[str, ...]) -> None:
    if limits:
        _say(_new(deck, LIMITS, document), limits, size=14, top=Cm(3.2))


def _new(deck: Any, title: str, document: Document, *, size: int = 30) -> Any:
    """Add a slide with its title, and the stamp where there is one."""
    slide = deck.slides.add_slide(deck.slide_layouts[TITLE_ONLY])
    place = slide.shapes.title
    place.left, place.top, place.width, place.height = MARGIN, Cm(0.8), WIDE - 2 * MARGIN, Cm(3.2)
    place.text_frame.text, place.text_frame.word_wrap = title, True
    place.text_frame.vertical_anchor = MSO_ANCHOR.TOP
    said = place.text_frame.paragraphs[0]
    said.font.size, said.font.bold, said.alignment = Pt(size), True, PP_ALIGN.LEFT
    if document.stamp:
        _say(slide, [document.stamp], size=12, top=HIGH - BOTTOM)
    return slide


def _say(slide: Any, lines: Iterator[str] | list[str] | tuple[str, ...], *, size: int, top: int = TOP) -> None:
    """Write lines below one another."""
    box = slide.shapes.add_textbox(MARGIN, top, WIDE - 2 * MARGIN, Cm(1)).text_frame
    box.word_wrap = True
    for number, line in enumerate(lines):
        paragraph = box.paragraphs[0] if number == 0 else box.add_paragraph()
        paragraph.text, paragraph.space_after = line, Pt(size / 3)
        paragraph.font.size = Pt(size)


def _note(slide: Any, lines: Any) -> None:
    """Keep what the speaker should know beside the slide."""
    slide.notes_slide.notes_text_frame.text = "\n".join(lines)
