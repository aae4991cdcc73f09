import datetime as dt

import pandas as pd
import pytest

from equitymodel.data.tables.files import load_text_table
from equitymodel.data.tables.findings import DataLog
from equitymodel.data.tables.sent_table import SentTable
from equitymodel.errors import EquityDataError
from tests.data.as_sent import in_workbook
from tests.data.changes import read

pytestmark = pytest.mark.unit
ROWS = pd.DataFrame({"ics": ["QHL", "QOP"], "deprivation": ["1", "2"], "admissions": ["9", "7"]})


@pytest.fixture
def load(tmp_path):
    def run(content, name="table.xlsx", **said):
        log = DataLog("admissions")
        (tmp_path / name).write_bytes(content)
        frame, _ = load_text_table(SentTable(tmp_path / name, **said), log)
        return frame, [finding.rule for finding in log.findings]

    return run


def test_a_sheet_is_read_as_its_text_would_be_and_its_name_is_said(load):
    frame, rules = load(in_workbook(ROWS))
    assert frame.reset_index(drop=True).astype(object).equals(ROWS.astype(object))
    assert rules == ["F15"]
    assert frame.index.tolist() == ["row 2", "row 3"]


def test_the_tables_of_a_workbook_are_those_of_the_text(tables, save, clean):
    books = {name: in_workbook(frame) for name, frame in tables.items()}
    assert read(save(**books)).drop_attrs().identical(clean.drop_attrs())


def test_titles_may_be_merged_and_rows_keep_their_numbers(load):
    above = (("Admissions by ICB", None, None), (None, None, None))
    frame, rules = load(in_workbook(ROWS, above=above, merged="A1:C1"))
    assert frame.index.tolist() == ["row 4", "row 5"]
    assert rules == ["F15", "F08"]


@pytest.mark.parametrize(
    ("hard", "says"),
    [({"merged": "A2:A3"}, "cells A2:A3 are merged"), ({"formula": "C3"}, "cell C3 is the formula =1")],
)
def test_what_is_not_a_value_in_its_own_cell_is_refused_by_name(load, hard, says):
    with pytest.raises(EquityDataError, match=says):
        load(in_workbook(ROWS, **hard))


def test_several_sheets_are_asked_about_and_one_is_chosen_by_name(load):
    with pytest.raises(EquityDataError, match=r"F16[\s\S]*sheet 'Sheet2'"):
        load(in_workbook(ROWS, sheets=2))
    assert load(in_workbook(ROWS, sheets=2), sheet="Sheet2")[1] == ["F15"]
    with pytest.raises(EquityDataError, match="Did you mean 'Sheet2'"):
        load(in_workbook(ROWS, sheets=2), sheet="Sheet3")


def test_hidden_rows_are_said(load):
    assert load(in_workbook(ROWS, hidden=3))[1] == ["F15", "F18"]


def test_dates_and_whole_numbers_are_written_as_people_write_them(load):
    rows = ROWS.assign(period=[dt.datetime(2022, 4, 1), dt.datetime(2023, 4, 1)], population=[900.0, 900.5])
    frame, _ = load(in_workbook(rows))
    assert frame["period"].tolist() == ["2022-04-01", "2023-04-01"]
    assert frame["population"].tolist() == ["900", "900.5"]


def test_values_in_a_column_without_a_name_are_refused(load):
    with pytest.raises(EquityDataError, match="values and no name in row 1"):
        load(in_workbook(ROWS.rename(columns={"deprivation": ""})))


@pytest.mark.parametrize("content", [b"PK\x03\x04 broken", b"\xd0\xcf\x11\xe0 old", b"%PDF-1.7", b"<html></html>"])
def test_what_is_no_workbook_is_refused(load, content):
    with pytest.raises(EquityDataError, match="F03"):
        load(content)
