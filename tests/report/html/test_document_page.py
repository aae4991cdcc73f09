import re
from xml.etree import ElementTree

import pandas as pd
import pytest

from equitymodel.report.document.blocks import DataTable, Document
from equitymodel.report.document.columns import estimate
from equitymodel.report.html.document_page import page_of
from tests.report.documents import example_document


def test_a_page_holds_every_number_of_its_tables():
    document = example_document()
    cells = re.findall(r"<t[dh][^>]*>([^<]*)</t[dh]>", page_of(document))
    texts = [text.replace("&", "&amp;") for table in document.tables() for row in table.texts for text in row]
    assert cells[-len(texts) :] == texts


def test_text_is_escaped_and_nothing_is_fetched():
    page = page_of(example_document())
    assert "Read &lt;this&gt;." in page
    assert "<script" not in page
    assert not re.search(r'(src|href)="(?!#|data:)', page.replace("xlink:", ""))


def test_headings_nest_and_the_stamp_stands_on_top():
    page = page_of(example_document())
    assert re.findall(r"<h(\d)>", page) == ["1", "2", "3", "2"]
    assert page.index("NOT FOR PUBLICATION") < page.index("The gap is wide.")


def test_a_compact_page_is_printed_small_and_others_are_not():
    assert '<body class="compact">' in page_of(Document("Choice", "Devon", (), compact=True))
    plain = page_of(Document("Choice", "Devon", ()))
    assert "<body>" in plain
    assert "@page compact" in plain


def test_a_picture_says_what_it_shows():
    drawing = re.search(r"<svg.*</svg>", page_of(example_document()), re.DOTALL)
    assert drawing is not None
    assert ElementTree.fromstring(drawing.group()).find("{*}title").text == "The gap is 0.57."


@pytest.mark.parametrize(("several", "below"), [(3, False), (4, True)])
def test_several_columns_of_intervals_have_them_below_their_estimates(several, below):
    rows = pd.DataFrame({"estimate": [0.57], "lower": [0.55], "upper": [0.59]})
    columns = tuple(estimate(f"rate ratio {number}") for number in range(several))
    page = page_of(Document("Equity", "2023/24", (DataTable("gaps", "Gaps", columns, rows),)))
    assert bool(re.search(r'<table[^>]* class="many', page)) == below
