"""The look of a Word document: calm styles for what a base document has not set, and paper, header and footer."""

from __future__ import annotations

from typing import Any

from docx.enum.style import WD_STYLE_TYPE
from docx.enum.text import WD_TAB_ALIGNMENT
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Cm, Pt, RGBColor

INK, QUIET, ALARM = RGBColor(0x1D, 0x2B, 0x3A), RGBColor(0x45, 0x52, 0x5F), RGBColor(0x8A, 0x1C, 0x12)
FONT = "Arial"
BODY, SMALL = Pt(10.5), Pt(8.5)
HEADINGS = {"Title": Pt(20), "Heading 1": Pt(14), "Heading 2": Pt(12), "Heading 3": Pt(11), "Heading 4": Pt(10.5)}
WIDTH, HEIGHT, MARGIN = Cm(21.0), Cm(29.7), Cm(2.2)
OWN = {"answer": "Equity Answer", "warning": "Equity Warning", "note": "Equity Note", "stamp": "Equity Stamp",
       "cell": "Equity Cell", "caption": "Equity Caption"}  # fmt: skip
"""Styles of this package, added to any document: a base of the user's own need not have them, and may set them."""
BAR = {"answer": "005EB8", "warning": "B8570A", "stamp": "A31515"}
SHADE = {"warning": "FFF3D6", "stamp": "FBE3E1"}
AFTER_BAR = ("w:shd", "w:tabs", "w:suppressAutoHyphens", "w:spacing", "w:ind", "w:jc", "w:outlineLvl")
"""What stands behind borders in the properties of a paragraph, in the order that Word asks for."""


def set_look(word: Any) -> None:
    """Set the paper and the styles of a document that is not based on a user's own."""
    section = word.sections[0]
    section.page_width, section.page_height = WIDTH, HEIGHT
    section.left_margin = section.right_margin = section.top_margin = section.bottom_margin = MARGIN
    _set_font(word.styles["Normal"], BODY, INK)
    word.styles["Normal"].paragraph_format.space_after = Pt(6)
    _set_font(word.styles["Subtitle"], Pt(11.5), QUIET)
    for name, size in HEADINGS.items():
        style = word.styles[name]
        _set_font(style, size, INK, bold=True)
        _without_rule(style)
        style.paragraph_format.space_before, style.paragraph_format.space_after = (
            Pt(16 if name != "Title" else 0),
            Pt(4),
        )


def add_styles(word: Any) -> None:
    """Add this package's styles where the document does not have them."""
    for role, name in OWN.items():
        if name not in [style.name for style in word.styles]:
            _add_style(word, role, name)


def named_style(word: Any, name: str) -> str | None:
    """Give the name of a style if the document has it; nothing otherwise, which is the document's normal style."""
    return name if any(style.name == name for style in word.styles) else None


def text_width(word: Any) -> int:
    """Give the width of the text on the last page, in the units of Word."""
    section = word.sections[-1]
    return int(section.page_width - section.left_margin - section.right_margin)


def add_header_and_footer(word: Any, left: str, stamp: str) -> None:
    """Put a stamp on top of each page, and what it is of with the number of the page below."""
    section = word.sections[0]
    if stamp:
        section.header.paragraphs[0].text = stamp
        section.header.paragraphs[0].style = OWN["stamp"]
    foot = section.footer.paragraphs[0]
    foot.style = OWN["note"]
    foot.paragraph_format.tab_stops.clear_all()
    foot.paragraph_format.tab_stops.add_tab_stop(text_width(word), WD_TAB_ALIGNMENT.RIGHT)
    foot.add_run(f"{left}\tPage ")
    _add_field(foot, "PAGE")
    foot.add_run(" of ")
    _add_field(foot, "NUMPAGES")


def stamp_pages(word: Any, stamp: str) -> None:
    """Put a stamp above whatever the header of a user's own document says, on every kind of page.

    A section whose header is that of the section before has its stamp already.
    """
    for place, section in enumerate(word.sections):
        for header in (section.header, section.first_page_header, section.even_page_header):
            if place == 0 or not header.is_linked_to_previous:
                made = header.add_paragraph(stamp, style=OWN["stamp"])
                header._element.insert(0, made._p)


def shade(properties: Any, colour: str) -> None:
    """Shade a paragraph or a cell."""
    mark = OxmlElement("w:shd")
    for name, value in (("val", "clear"), ("color", "auto"), ("fill", colour)):
        mark.set(qn(f"w:{name}"), value)
    properties.append(mark)


def _add_style(word: Any, role: str, name: str) -> None:
    style = word.styles.add_style(name, WD_STYLE_TYPE.PARAGRAPH)
    style.base_style = word.styles["Normal"] if named_style(word, "Normal") else None
    style.font.size = {"answer": Pt(13), "warning": BODY, "stamp": Pt(9.5)}.get(role, SMALL)
    style.font.bold = role in ("stamp", "caption")
    style.font.color.rgb = {"note": QUIET, "stamp": ALARM}.get(role, INK)
    if role in BAR:
        _add_bar(style, role)
    before, after = {"cell": (1.5, 1.5), "caption": (10, 3), "answer": (6, 10), "warning": (4, 8)}.get(role, (2, 6))
    style.paragraph_format.space_before, style.paragraph_format.space_after = Pt(before), Pt(after)
    style.paragraph_format.keep_with_next = role == "caption" or None


def _add_bar(style: Any, role: str) -> None:
    """Frame a paragraph by a bar at its left."""
    properties, borders, bar = style.element.get_or_add_pPr(), OxmlElement("w:pBdr"), OxmlElement("w:left")
    for key, value in (("val", "single"), ("sz", "36"), ("space", "8"), ("color", BAR[role])):
        bar.set(qn(f"w:{key}"), value)
    borders.append(bar)
    properties.insert_element_before(borders, *AFTER_BAR)
    if role in SHADE:
        shade(properties, SHADE[role])
    style.paragraph_format.left_indent = Cm(0.4)


def _set_font(style: Any, size: Any, colour: RGBColor, *, bold: bool = False) -> None:
    """Set a font, for all scripts: a theme's fonts would win otherwise."""
    style.font.name, style.font.size, style.font.color.rgb = FONT, size, colour
    style.font.bold, style.font.italic = bold, False
    fonts = style.element.get_or_add_rPr().get_or_add_rFonts()
    for name in [key for key in fonts.attrib if "heme" in key]:
        del fonts.attrib[name]
    for name in ("ascii", "hAnsi", "cs", "eastAsia"):
        fonts.set(qn(f"w:{name}"), FONT)


def _without_rule(style: Any) -> None:
    borders = style.element.get_or_add_pPr().find(qn("w:pBdr"))
    if borders is not None:
        style.element.pPr.remove(borders)


def _add_field(paragraph: Any, name: str) -> None:
    """Add a number that Word works out, such as that of the page."""
    field = OxmlElement("w:fldSimple")
    field.set(qn("w:instr"), name)
    run, text = OxmlElement("w:r"), OxmlElement("w:t")
    text.text = "1"
    run.append(text)
    field.append(run)
    paragraph._p.append(field)
