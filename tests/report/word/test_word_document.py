from pathlib import Path

import docx
import pytest
from docx.oxml.ns import qn

from equitymodel.report.document.formats import write_document
from tests.report.documents import example_document


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory):
    return docx.Document(str(write_document(example_document(), tmp_path_factory.mktemp("word") / "board.docx")))


def test_every_number_of_a_table_is_in_the_file(written):
    (table,) = written.tables
    (expected,) = (made.texts for made in example_document().tables())
    assert [[cell.text for cell in row.cells] for row in table.rows[1:]] == expected


def test_the_head_of_a_table_is_marked(written):
    (table,) = written.tables
    assert table.rows[0]._tr.trPr.find(qn("w:tblHeader")) is not None


def test_a_picture_says_what_it_shows(written):
    assert [shape._inline.docPr.get("descr") for shape in written.inline_shapes] == ["The gap is 0.57."]


def test_headings_nest_and_the_stamp_stands_on_top(written):
    styles = [paragraph.style.name for paragraph in written.paragraphs]
    assert [name for name in styles if name.startswith(("Heading", "Title"))] == ["Title", "Heading 1", "Heading 2", "Heading 1"]  # fmt: skip
    assert written.paragraphs[2].text == "NOT FOR PUBLICATION"


def test_it_follows_after_the_content_of_the_users_own_document(tmp_path: Path):
    own = docx.Document()
    own.add_paragraph("Paper 7")
    own.save(str(tmp_path / "base.docx"))
    path = write_document(example_document(), tmp_path / "board.docx", base=tmp_path / "base.docx")
    assert [paragraph.text for paragraph in docx.Document(str(path)).paragraphs][:2] == ["Paper 7", "Equity"]
