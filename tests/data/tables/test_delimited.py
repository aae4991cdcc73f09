import pytest

from equitymodel.data.tables.delimited import decode, read_delimited
from equitymodel.data.tables.file_reading import FileReading
from equitymodel.data.tables.findings import DataLog
from equitymodel.data.tables.sent_table import SentTable
from equitymodel.errors import EquityDataError

pytestmark = pytest.mark.unit
PLAIN = "ics,deprivation,admissions\nQHL,1,9\nQOP,2,7\n"


def read(text, **said):
    reading = FileReading(SentTable("a.csv", **said), DataLog("admissions"))
    frame, mark = read_delimited(text, reading)
    return frame, mark, [item.rule for item in reading.log.findings]


@pytest.mark.parametrize("mark", [";", "\t", "|"])
def test_another_mark_than_a_comma_is_found(mark):
    frame, found, rules = read(PLAIN.replace(",", mark))
    assert (found, rules) == (mark, ["F11"])
    assert frame.equals(read(PLAIN)[0])


def test_commas_inside_values_are_no_marks_between_columns():
    frame, mark, _ = read("ics;procedure;admissions\nQHL;hip, knee, or both;9\n")
    assert (mark, frame["procedure"].tolist()) == (";", ["hip, knee, or both"])


def test_names_that_nobody_knows_do_not_hide_the_mark():
    assert read("a;b\n1;2\n3;4\n")[1] == ";"


def test_the_line_that_tells_excel_the_mark_is_a_title():
    frame, mark, rules = read("sep=;\n" + PLAIN.replace(",", ";"))
    assert (mark, rules) == (";", ["F11", "F08"])
    assert frame.index.tolist() == ["row 3", "row 4"]


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_rows_keep_the_numbers_they_have_in_the_file(end):
    text = f"By ICB\n\n{PLAIN}\nSource: made up\n".replace("\n", end)
    frame, _, rules = read(text)
    assert frame.index.tolist() == ["row 4", "row 5"]
    assert frame["admissions"].tolist() == ["9", "7"]
    assert rules == ["F08", "F09"]


def test_an_end_of_line_within_a_line_ends_it_too():
    assert read("ics,deprivation,admissions\nQHL,1,9\rQOP,2,7\n")[0].equals(read(PLAIN)[0])


def test_a_title_over_two_lines_in_quotes_shifts_nothing():
    frame, _, _ = read(f'"By ICB\nand year",,\n{PLAIN}')
    assert frame["ics"].tolist() == ["QHL", "QOP"]
    assert frame.index.tolist() == ["row 4", "row 5"]


def test_notes_below_a_long_table_are_passed_over():
    frame, _, rules = read("ics,admissions\n" + "QHL,9\n" * 5000 + ",\nNotes: a, b\n")
    assert (len(frame), rules) == (5000, ["F09"])


def test_columns_with_neither_name_nor_value_are_left_out():
    assert read("ics,admissions,,\nQHL,9,,\n")[0].columns.tolist() == ["ics", "admissions"]
    assert len(read("ics,admissions,\nQHL,9,x\n")[0].columns) == 3


def test_a_row_that_is_too_long_is_named_by_its_line_in_the_file():
    with pytest.raises(EquityDataError, match=r"F03.*a\.csv.*line 5"):
        read("By ICB,,\n\nics,deprivation,admissions\nQHL,1,9\nQHL,1,9,8\n")


def test_two_columns_of_one_name_are_refused():
    with pytest.raises(EquityDataError, match="called 'ics'"):
        read("ics,ics,admissions\nQHL,QHL,9\n")


@pytest.mark.parametrize("text", ["", "\n\n", ",,\n"])
def test_an_empty_file_is_refused(text):
    with pytest.raises(EquityDataError, match="it is empty"):
        read(text)


def test_either_end_of_utf_16_is_read_with_its_mark():
    for mark, encoding in ((b"\xff\xfe", "utf-16-le"), (b"\xfe\xff", "utf-16-be")):
        assert decode(mark + "Médway".encode(encoding), FileReading(SentTable("a.csv"))) == "Médway"
