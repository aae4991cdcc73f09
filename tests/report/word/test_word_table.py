from dataclasses import replace

import docx
import pytest
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml.ns import qn

from equitymodel.report.word.word_styles import OWN, add_styles, text_width
from equitymodel.report.word.word_table import add_table, widths
from tests.report.documents import example_document

pytestmark = pytest.mark.unit
(TABLE,) = example_document().tables()


@pytest.fixture(scope="module")
def word():
    made = docx.Document()
    add_styles(made)
    add_table(made, TABLE)
    return made


def test_numbers_stand_to_the_right_and_texts_to_the_left(word):
    right = [column.kind != "text" for column in TABLE.columns]
    assert any(right)
    assert not all(right)
    for row in word.tables[0].rows:
        aligned = [cell.paragraphs[0].alignment == WD_ALIGN_PARAGRAPH.RIGHT for cell in row.cells]
        assert aligned == right


def test_the_head_row_alone_is_marked_bold_and_repeats(word):
    head, *others = word.tables[0].rows
    assert head._tr.trPr.find(qn("w:tblHeader")).get(qn("w:val")) == "true"
    assert all(cell.paragraphs[0].runs[0].bold for cell in head.cells)
    assert [cell.text for cell in head.cells] == [column.heading for column in TABLE.columns]
    assert others
    for row in others:
        assert row._tr.trPr.find(qn("w:tblHeader")) is None
        assert not any(run.bold for cell in row.cells for run in cell.paragraphs[0].runs)


def test_no_page_break_splits_a_row(word):
    assert all(row._tr.trPr.find(qn("w:cantSplit")) is not None for row in word.tables[0].rows)


def test_the_caption_stands_above_and_the_note_below(word):
    assert [(one.text, one.style.name) for one in word.paragraphs] == [
        (TABLE.title, OWN["caption"]),
        (TABLE.note, OWN["note"]),
    ]


def test_columns_share_out_the_page_and_no_more(word):
    shares = widths(TABLE, text_width(word))
    assert text_width(word) - len(shares) <= sum(shares) <= text_width(word)
    assert shares.index(max(shares)) == 1


def test_a_table_without_rows_is_its_head():
    made = docx.Document()
    add_styles(made)
    add_table(made, replace(TABLE, rows=TABLE.rows.iloc[:0]))
    assert len(made.tables[0].rows) == 1
