import json

import pandas as pd
import pytest

from equitymodel.report.plain_files import write_csv, write_json

pytestmark = pytest.mark.unit


def test_records_and_numbers_are_written_plainly(tmp_path):
    write_json(tmp_path / "a.json", {"place": "Ynys M\u00f4n", "path": tmp_path})
    assert "M\u00f4n" in (tmp_path / "a.json").read_text(encoding="utf-8")
    write_csv(tmp_path / "a.csv", pd.DataFrame({"estimate": [1 / 3]}))
    assert (tmp_path / "a.csv").read_bytes() == b"estimate\n0.333333333333\n"


def test_names_beyond_ascii_are_marked_as_utf_8_and_read_back(tmp_path):
    table = pd.DataFrame({"ics": ["Ynys M\u00f4n"], "estimate": [1.5]})
    write_csv(tmp_path / "a.csv", table)
    assert (tmp_path / "a.csv").read_bytes().startswith(b"\xef\xbb\xbfics")
    assert pd.read_csv(tmp_path / "a.csv").equals(table)


@pytest.mark.parametrize("start", "=+-@\t\r")
def test_text_that_a_spreadsheet_would_run_is_defused_in_cells_and_headers(tmp_path, start):
    write_csv(tmp_path / "a.csv", pd.DataFrame({f"{start}1": pd.Categorical([f"{start}1+1"]), "n": [-1.0]}))
    again = pd.read_csv(tmp_path / "a.csv")
    assert (list(again), again.iloc[0, 0], again.iloc[0, 1]) == ([f"'{start}1", "n"], f"'{start}1+1", -1.0)


def test_json_is_read_back(tmp_path):
    write_json(tmp_path / "a.json", {"a": [1, 2]})
    assert json.loads((tmp_path / "a.json").read_bytes()) == {"a": [1, 2]}
