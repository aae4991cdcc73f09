from pathlib import Path

import docx
import pytest
from docx.enum.section import WD_SECTION
from docx.shared import Cm, Pt

from equitymodel.report.document.formats import write_document
from equitymodel.report.word.word_styles import (
    HEADINGS,
    OWN,
    add_styles,
    named_style,
    set_look,
    stamp_pages,
    text_width,
)
from tests.report.documents import example_document

pytestmark = pytest.mark.unit
STAMP = "NOT FOR PUBLICATION"


def bare():
    """A document whose styles are gone but those that Word cannot do without."""
    word = docx.Document()
    for style in list(word.styles):
        if style.name not in ("Normal", "Default Paragraph Font"):
            style.delete()
    return word


def stamps(header):
    return [paragraph.style.name for paragraph in header.paragraphs if paragraph.text == STAMP]


def test_a_base_without_built_in_styles_still_writes_everything(tmp_path: Path):
    bare().save(str(tmp_path / "base.docx"))
    path = write_document(example_document(), tmp_path / "board.docx", base=tmp_path / "base.docx")
    usual = write_document(example_document(), tmp_path / "usual.docx")
    written, expected = docx.Document(str(path)), docx.Document(str(usual))
    assert [one.text for one in written.paragraphs] == [one.text for one in expected.paragraphs]
    assert {style.name for style in written.styles} >= set(OWN.values())
    assert written.paragraphs[0].style.name == "Normal"


def test_a_style_that_the_base_has_set_stays():
    word = docx.Document()
    add_styles(word)
    word.styles[OWN["answer"]].font.size = Pt(31)
    add_styles(word)
    assert word.styles[OWN["answer"]].font.size == Pt(31)


def test_the_stamp_stands_once_in_the_header_of_every_section_of_a_base():
    word = docx.Document()
    for _ in range(2):
        word.add_section(WD_SECTION.NEW_PAGE)
    word.sections[2].header.is_linked_to_previous = False
    word.sections[2].header.paragraphs[0].text = "Trust board"
    add_styles(word)
    stamp_pages(word, STAMP)
    for section in word.sections:
        for header in (section.header, section.first_page_header, section.even_page_header):
            assert stamps(header) == [OWN["stamp"]]
    assert word.sections[2].header.paragraphs[1].text == "Trust board"


def test_the_stamp_stands_above_a_header_that_begins_with_a_table():
    word = docx.Document()
    header = word.sections[0].header
    table = header.add_table(1, 1, Cm(5))
    header.paragraphs[0]._p.getparent().remove(header.paragraphs[0]._p)
    add_styles(word)
    stamp_pages(word, STAMP)
    assert [child.tag for child in header._element] == [header.paragraphs[0]._p.tag, table._tbl.tag]
    assert stamps(header) == [OWN["stamp"]]


def test_the_stamp_stands_in_the_header_of_a_document_without_a_base(tmp_path: Path):
    path = write_document(example_document(), tmp_path / "board.docx")
    assert [stamps(section.header) for section in docx.Document(str(path)).sections] == [[OWN["stamp"]]]


def test_the_foot_numbers_the_pages(tmp_path: Path):
    path = write_document(example_document(), tmp_path / "board.docx")
    (section,) = docx.Document(str(path)).sections
    xml = section.footer.paragraphs[0]._p.xml
    assert 'w:instr="PAGE"' in xml
    assert 'w:instr="NUMPAGES"' in xml


def test_paper_is_a4_and_headings_have_their_sizes():
    word = docx.Document()
    set_look(word)
    assert text_width(word) == pytest.approx(Cm(21.0 - 4.4), abs=1000)
    assert {name: word.styles[name].font.size for name in HEADINGS} == HEADINGS


def test_no_style_is_named_that_a_document_lacks():
    assert named_style(bare(), "Heading 1") is None
    assert named_style(docx.Document(), "Heading 1") == "Heading 1"
