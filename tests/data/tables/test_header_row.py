import pytest

from equitymodel.data.tables.findings import DataLog
from equitymodel.data.tables.header_row import count_notes, find_header
from equitymodel.errors import EquityDataError

pytestmark = pytest.mark.unit
HEADER, ROW, BLANK = ["ics", "sex", "admissions"], ["QHL", "F", "9"], ["", "", ""]
KNOWN = set(HEADER).__contains__


def found(*rows, asked=None):
    log = DataLog()
    return find_header(rows, asked, KNOWN, log), [item.rule for item in log.findings]


def test_the_first_row_is_the_header_where_it_is_as_wide_as_any():
    assert found(HEADER, ROW) == (0, [])
    assert found(["a", "b", "c"], ROW) == (0, [])
    assert found(["a"], ["1"]) == (0, [])


def test_blank_rows_above_are_no_titles():
    assert found(BLANK, HEADER, ROW) == (1, [])


@pytest.mark.parametrize(
    "title", [["Admissions by ICB", "", ""], ["Admissions by ICB"], ["admissions", "", ""], ["", "2022", ""]]
)
def test_titles_are_passed_over_and_said(title):
    assert found(title, BLANK, HEADER, ROW) == (2, ["F08"])


def test_a_row_that_was_named_is_taken():
    assert found(["Title", "", ""], ["a", "b", "c"], ROW, asked=2) == (1, ["F08"])


@pytest.mark.parametrize(
    ("rows", "asked", "says"),
    [
        ([["Title", "", ""], ["a", "b", "c"], ROW], None, "no row below it"),
        ([["Title", "", ""], HEADER, ROW, HEADER, ROW], None, "more than one row"),
        ([HEADER, BLANK, ROW], 2, "row 2 is empty or not there"),
        ([HEADER, ROW], 9, "row 9 is empty or not there"),
    ],
)
def test_a_header_that_cannot_be_told_is_asked_for(rows, asked, says):
    with pytest.raises(EquityDataError, match=says):
        found(*rows, asked=asked)


@pytest.mark.parametrize(
    ("rows", "notes"),
    [
        ([ROW], 0),
        ([ROW, BLANK, BLANK], 2),
        ([ROW, ["Source: made up", "", ""]], 1),
        ([ROW, ["Source: made up"], ["counts by", "", ""]], 2),
        ([ROW, BLANK, ["West Midlands", "", ""]], 2),
        ([ROW, ["Notes: rounded", " suppressed", ""]], 1),
        ([ROW, ["QOP", "", ""]], 0),
        ([ROW, ["", "", "9"]], 0),
        ([ROW, ["QOP", "", ""], ["* 1 to 7", "", ""]], 1),
        ([ROW, ["* 1 to 7", "F", "9"]], 0),
    ],
)
def test_notes_are_told_from_rows_that_lack_values(rows, notes):
    assert count_notes(rows, 3) == notes
