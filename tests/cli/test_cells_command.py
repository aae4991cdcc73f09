import pandas as pd
import pytest

from equitymodel.data.cells.read_cells import read_cells
from equitymodel.data.series.read_series import read_series
from equitymodel.simulate.simulated_records import made_up_records

pytestmark = pytest.mark.unit
BANDS = "0-14,15-29,30-44,45-54,55-64,65-74,75-84,85+"


@pytest.fixture(scope="module")
def extract(tmp_path_factory):
    """A made-up extract as files."""
    folder, made = tmp_path_factory.mktemp("extract"), made_up_records(spells=30_000, areas=4, seed=1)
    made.records.to_parquet(folder / "spells.parquet")
    made.small_areas.to_csv(folder / "areas.csv", index=False)
    made.population.to_csv(folder / "population.csv", index=False)
    return folder


@pytest.fixture
def options(extract):
    return [
        "--records",
        extract / "*.parquet",
        "--small-areas",
        extract / "areas.csv",
        "--deprivation-index",
        "IMD 2025",
    ]


def test_an_extract_becomes_tables_that_cells_and_series_are_read_from(call, options, extract, tmp_path):
    answer = call("cells", *options, "--age-bands", BANDS, "--out", tmp_path / "cells", "--csv")
    assert answer.code == 0, answer.errors
    assert "records were counted, an admission each" in answer.out
    cells = read_cells(tmp_path / "cells" / "admissions.csv", extract / "population.csv")
    assert dict(cells.sizes)["period"] == 2
    assert cells.attrs["deprivation_index"] == "IMD 2025"
    series = read_series(tmp_path / "cells" / "series.parquet")
    assert float(series["admissions"].sum()) == float(cells["admissions"].sum())
    left = pd.read_csv(tmp_path / "cells" / "records_left_out.csv").set_index("rule")["records"]
    assert left["counted"] == int(cells["admissions"].sum()) == left["read"] - left.drop(["read", "counted"]).sum()


def test_what_is_needed_is_said(call):
    answer = call("cells", "--records", "spells.csv")
    assert answer.code == 2
    assert "cells needs --small-areas and --deprivation-index and --out" in answer.errors


def test_a_column_of_another_name_and_a_bad_pair(call, options, tmp_path):
    bad = call("cells", *options, "--column", "startage", "--out", tmp_path / "a")
    assert (bad.code, "--column is written name=value" in bad.errors) == (2, True)
    twice = call("cells", *options, "--column", "sex=s", "--column", "sex=gender", "--out", tmp_path / "a")
    assert (twice.code, "--column names 'sex' twice" in twice.errors) == (2, True)
    answer = call("cells", *options, "--column", "startage=age", "--out", tmp_path / "a")
    assert "R01" in answer.errors
    assert not (tmp_path / "a").exists()


def test_another_index_than_that_of_the_small_areas_is_refused(call, options, tmp_path):
    answer = call("cells", *options[:-1], "IMD 2019", "--out", tmp_path / "a")
    assert answer.code == 2
    assert "R34" in answer.errors


def test_the_groups_of_procedures_are_copied_once(call, tmp_path):
    assert call("cells", "--copy-procedures", tmp_path / "own.csv").code == 0
    assert "hip replacement,W371" in (tmp_path / "own.csv").read_text()
    assert "is there already" in call("cells", "--copy-procedures", tmp_path / "own.csv").errors
