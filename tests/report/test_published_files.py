import pandas as pd
import pytest

from equitymodel.report.published_files import NOTES, read_tables, with_digits, write_tables

pytestmark = pytest.mark.unit


@pytest.fixture
def table() -> pd.DataFrame:
    return pd.DataFrame({
        "ics": ["A", "B"], "deprivation": ["1", "All groups"], "estimate": [0.123456789, -98765.4321],
        "interval_for": "the area as it is", "interval_kind": ["one", "two"],
        "approximate": "Approximate: made by the fast engine.",
    })  # fmt: skip


def test_parquet_holds_all_and_csv_each_remark_once(table, tmp_path):
    write_tables(tmp_path, {"gaps": table})
    assert read_tables(tmp_path, ["gaps", "years"])["gaps"].equals(table)
    csv = (tmp_path / "gaps.csv").read_text()
    assert "the area as it is" not in csv
    assert "fast engine" not in csv
    assert csv.splitlines()[1:] == ["A,1,0.123457,one,yes", "B,All groups,-98765.4,two,yes"]
    assert (tmp_path / NOTES).read_text().count("fast engine") == 1


def test_from_csv_alone_everything_comes_back_to_six_digits(table, tmp_path):
    write_tables(tmp_path, {"gaps": table})
    (tmp_path / "gaps.parquet").unlink()
    again = read_tables(tmp_path, ["gaps"])["gaps"]
    assert set(again) == set(table)
    assert again["estimate"].to_numpy() == pytest.approx(table["estimate"].to_numpy(), rel=5e-6)
    same = [name for name in table if name != "estimate"]
    assert again[same].equals(table[same])


def test_labels_that_are_numbers_and_words_are_text_in_parquet(tmp_path):
    mixed = pd.DataFrame({"group": [1, "All groups"], "found": [True, None], "estimate": [0.5, 0.25]})
    write_tables(tmp_path, {"impact": mixed})
    again = read_tables(tmp_path, ["impact"])["impact"]
    assert again["group"].tolist() == ["1", "All groups"]
    assert again["estimate"].tolist() == [0.5, 0.25]
    assert again["found"].iloc[0]


def test_a_folder_of_an_earlier_version_is_read(table, tmp_path):
    table.to_csv(tmp_path / "gaps.csv", index=False)
    assert read_tables(tmp_path, ["gaps"])["gaps"].equals(table)


def test_a_number_keeps_its_sign_and_what_is_missing_stays_so():
    rounded = with_digits(pd.DataFrame({"x": [-1234567.0, float("nan"), 1e-9, 0.0]}))["x"]
    assert rounded.isna().tolist() == [False, True, False, False]
    assert rounded[0] == -1234570.0
