"""What options say of how tables are laid out reaches the tables it is said of."""

from pathlib import Path

import pandas as pd
import pytest

from equitymodel.cli.choices import Choices
from equitymodel.cli.sent_tables import sent_table, sent_tables
from equitymodel.errors import OptionError
from tests.data.as_sent import in_workbook

pytestmark = pytest.mark.unit
CASES = Path(__file__).parents[3] / "shared" / "cases"
have_cases = pytest.mark.skipif(not CASES.exists(), reason="the cases are not there")
BOTH = {"admissions": Path("a.xlsx"), "population": Path("p.csv")}


def chosen(**values):
    return sent_tables(Choices("check", BOTH | values))


def test_what_is_said_of_all_is_said_of_each_and_a_sheet_of_workbooks_alone():
    found = chosen(wide=True, sheet=("Data",), header_row=("4",), decimal="comma")
    assert [sent.header_row for sent in found.values()] == [4, 4]
    assert [sent.sheet for sent in found.values()] == ["Data", None]
    assert all(sent.wide and sent.decimal == "comma" for sent in found.values())


def test_what_is_said_of_one_table_is_said_of_it_alone():
    found = chosen(header_row=("population=4",))
    assert (found["admissions"].header_row, found["population"].header_row) == (None, 4)
    first = chosen(header_row=("2", "population=4"))
    assert (first["admissions"].header_row, first["population"].header_row) == (2, 4)


def test_a_sheet_may_have_an_equals_sign_in_its_name():
    assert chosen(sheet=("a=b",))["admissions"].sheet == "a=b"


@pytest.mark.parametrize(
    ("said", "message"),
    [
        ({"sheet": ("population=Data",)}, "no workbook among the tables called population"),
        ({"header_row": ("need=4",)}, "no table called need"),
        ({"header_row": ("four",)}, "not 'four'"),
        ({"header_row": ("0",)}, "1 or more"),
        ({"sheet": ("Data",), "admissions": Path("a.csv")}, "there is no workbook among the tables"),
    ],
)
def test_what_is_said_of_no_table_is_refused(said, message):
    with pytest.raises(OptionError, match=message):
        chosen(**said)


def test_a_series_is_read_as_it_was_sent():
    choices = Choices("interruption", {"series": Path("s.csv"), "header_row": ("3",)})
    assert sent_table(choices, Path("s.csv")).header_row == 3
    assert sent_table(choices, Path("other.csv")).header_row is None


@have_cases
def test_a_wide_table_is_read_once_the_option_that_the_message_names_is_given(call):
    asked = ["check", "--admissions", CASES / "wide.csv", "--population", CASES / "wide_population.csv"]
    refused = call(*asked)
    assert refused.code == 2
    assert "read it with --wide" in refused.errors
    answer = call(*asked, "--wide")
    assert answer.code == 0, answer.errors
    assert "6 ICSs x 5 deprivation groups x 2 procedures" in answer.words


def test_a_sheet_of_several_is_read_once_the_option_that_the_message_names_is_given(call, tmp_path):
    rows = pd.DataFrame({"ics": "QHL", "deprivation": ["1", "2"], "procedure": "hip", "admissions": ["30", "20"]})
    (tmp_path / "a.xlsx").write_bytes(in_workbook(rows, sheets=2))
    rows.drop(columns=["procedure", "admissions"]).assign(population=900).to_csv(tmp_path / "p.csv", index=False)
    asked = ["check", "--admissions", tmp_path / "a.xlsx", "--population", tmp_path / "p.csv"]
    assert "name it with --sheet" in call(*asked).errors
    for sheet in ("Sheet2", "admissions=Sheet2"):
        answer = call(*asked, "--sheet", sheet)
        assert answer.code == 0, answer.errors
        assert "a sheet of a workbook was read: 'Sheet2'" in answer.words


def test_a_header_is_found_once_the_option_that_the_message_names_is_given(call, tmp_path):
    (tmp_path / "a.csv").write_text(
        "Hips and knees\n\nics,deprivation,procedure,admissions\nics,deprivation,procedure,admissions\n"
        "QHL,1,hip,30\nQHL,2,hip,20\n"
    )
    (tmp_path / "p.csv").write_text("ics,deprivation,population\nQHL,1,900\nQHL,2,900\n")
    asked = ["check", "--admissions", tmp_path / "a.csv", "--population", tmp_path / "p.csv"]
    assert "--header-row 4" in call(*asked).errors
    answer = call(*asked, "--header-row", "admissions=4")
    assert answer.code == 0, answer.errors


def test_numbers_in_doubt_are_read_once_the_option_that_the_message_names_is_given(call, tmp_path):
    (tmp_path / "a.csv").write_text("ics;deprivation;procedure;admissions\nQHL;1;hip;30\nQHL;2;hip;20\n")
    (tmp_path / "p.csv").write_text("ics;deprivation;population\nQHL;1;10,900\nQHL;2;12,100\n")
    asked = ["check", "--admissions", tmp_path / "a.csv", "--population", tmp_path / "p.csv"]
    assert "--decimal comma" in call(*asked).errors
    assert call(*asked, "--decimal", "point").code == 0
    answer = call(*asked, "--decimal", "comma")
    assert "P02" in answer.out + answer.errors  # more admissions than the 10.9 people that this makes of 10,900
