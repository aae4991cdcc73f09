"""Plain text is read quickly with what any other reader gives; what is not so plain is left to that."""

import io

import pandas as pd
import pytest

from equitymodel.data.tables.delimited import read_delimited
from equitymodel.data.tables.distinct_values import as_text
from equitymodel.data.tables.file_reading import FileReading
from equitymodel.data.tables.sent_table import SentTable
from equitymodel.data.tables.unquoted_text import read_unquoted

pytestmark = pytest.mark.unit

PLAIN = {
    "rows": "ics,deprivation,admissions\nQHL,1,9\nQHL,2,9\nQOP,1,12\n",
    "windows": "ics,admissions\r\nQHL,9\r\nQOP,\r\n",
    "spaces": "ics,admissions\n QHL , 9\n,\n",
    "no_end": "ics,admissions\nQHL,9",
    "words_for_missing": "ics,admissions\nNA,nan\nnull,N/A\n",
    "accents": "ics,admissions\nŵrëxham,1 204\n",
}
LEFT = {
    "quotes": 'ics,admissions\n"QHL",9\n',
    "short_row": "ics,admissions\nQHL\n",
    "long_row": "ics,admissions\nQHL,9,8\n",
    "no_name": "ics,,admissions\nQHL,,9\n",
    "one_column": "ics\nQHL\n",
    "no_rows": "ics,admissions\n",
    "empty": "",
}


@pytest.mark.parametrize("name", PLAIN)
def test_plain_text_is_what_any_reader_gives(name):
    found = as_text(read_unquoted(PLAIN[name], ","))
    usual = pd.read_csv(io.StringIO(PLAIN[name]), dtype=str, keep_default_na=False, skip_blank_lines=False)
    pd.testing.assert_frame_equal(found, usual)


@pytest.mark.parametrize("name", LEFT)
def test_what_is_not_so_plain_is_left(name):
    assert read_unquoted(LEFT[name], ",") is None


@pytest.mark.parametrize("mark", [";", "\t", "|"])
def test_other_marks_than_commas_stand_between_columns_too(mark):
    body = PLAIN["rows"].replace(",", mark)
    assert read_unquoted(body, mark).to_dict("list")["ics"] == ["QHL", "QHL", "QOP"]


def test_labels_are_categories_in_the_order_in_which_they_are_met():
    column = read_unquoted("ics,admissions\nQOP,9\nQHL,9\nQOP,8\n", ",")["ics"]
    assert column.cat.categories.tolist() == ["QOP", "QHL"]
    assert column.cat.codes.tolist() == [0, 1, 0]


def test_quoted_and_unquoted_files_give_one_table():
    quoted = PLAIN["rows"].replace("QHL", '"QHL"')
    tables = [read_delimited(text, FileReading(SentTable("a.csv")))[0] for text in (PLAIN["rows"], quoted)]
    pd.testing.assert_frame_equal(*map(as_text, tables))


def test_blank_lines_are_passed_over_and_rows_keep_their_numbers():
    frame, _ = read_delimited("ics,admissions\nQHL,9\n\nQOP,8\n", FileReading(SentTable("a.csv")))
    assert frame.index.tolist() == ["row 2", "row 4"]
