import pandas as pd
import pytest

from equitymodel.report.published_files import AREAS, NOTES, read_tables, with_digits, write_inputs, write_tables

pytestmark = pytest.mark.unit


@pytest.fixture
def table() -> pd.DataFrame:
    return pd.DataFrame({
        "ics": ["A", "B"], "region": ["North", "South"], "deprivation": ["1", "All groups"], "estimate": [0.123456789, -98765.4321],
        "interval_for": "the area as it is", "interval_kind": ["one", "two"],
        "approximate": "Approximate: made by the fast engine.",
    })  # fmt: skip


def test_parquet_holds_all_and_csv_each_remark_once(table, tmp_path):
    write_tables(tmp_path, {"gaps": table})
    assert read_tables(tmp_path, ["gaps", "years"])["gaps"].equals(table)
    csv = (tmp_path / "gaps.csv").read_text()
    assert "the area as it is" not in csv
    assert "fast engine" not in csv
    assert csv.splitlines()[1:] == ["A,1,0.12346,one,yes", "B,All groups,-98765,two,yes"]
    assert (tmp_path / NOTES).read_text().count("fast engine") == 1
    assert (tmp_path / AREAS).read_text().split() == ["ics,region", "A,North", "B,South"]


def test_a_row_takes_little_room(quick_results, tmp_path):
    """Folders of results grow with the rows of their tables."""
    write_tables(tmp_path, quick_results.tables)
    rows = sum(map(len, quick_results.tables.values()))
    assert sum(path.stat().st_size for path in tmp_path.glob("*.csv")) < 160 * rows


def test_long_inputs_are_parquet(tmp_path):
    write_inputs(tmp_path / "inputs", {"long": pd.DataFrame({"n": range(5_001)}), "short": pd.DataFrame({"n": [1]})})
    assert {path.name for path in (tmp_path / "inputs").iterdir()} == {"long.parquet", "short.csv"}
    assert pd.read_parquet(tmp_path / "inputs" / "long.parquet")["n"].sum() == 5_000 * 5_001 // 2
    write_inputs(tmp_path / "none", {})
    assert not (tmp_path / "none").exists()


def test_from_csv_alone_everything_comes_back_to_five_digits(table, tmp_path):
    write_tables(tmp_path, {"gaps": table})
    (tmp_path / "gaps.parquet").unlink()
    again = read_tables(tmp_path, ["gaps"])["gaps"]
    assert set(again) == set(table)
    assert again["estimate"].to_numpy() == pytest.approx(table["estimate"].to_numpy(), rel=5e-5)
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
    assert rounded[0] == -1234600.0
