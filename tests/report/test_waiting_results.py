import json

import pandas as pd
import pytest

from equitymodel.data.cells.cell_facts import CellFacts
from equitymodel.errors import OutputError
from equitymodel.report.waiting_results import write_waiting
from equitymodel.waiting.last_year import CHECKED, LastYear
from tests.compared_lists import MORE, compared_rules

pytestmark = pytest.mark.unit


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    out = tmp_path_factory.mktemp("waiting") / "results"
    write_waiting(compared_rules(), out, question="Which order?", sources={MORE: "an assumption"})
    return out


def test_a_folder_holds_tables_pictures_a_page_and_where_it_comes_from(folder):
    names = {path.name for path in folder.iterdir()}
    assert names >= {"waiting_rules.csv", "waiting_rules.parquet", "waiting_paths.csv", "waiting_stated.csv",
                     "who_waits.png", "waits_by_week.png", "report.html", "provenance.json", "manifest.json"}  # fmt: skip
    assert "leave untreated in a week" in (folder / "report.html").read_text("utf-8")
    assert json.loads((folder / "provenance.json").read_text("utf-8"))["stated"]


def test_tables_are_those_of_the_comparison(folder):
    kept = pd.read_parquet(folder / "waiting_rules.parquet")
    pd.testing.assert_frame_equal(kept, compared_rules().table, check_dtype=False)


def test_a_folder_is_not_overwritten_unasked(folder):
    with pytest.raises(OutputError):
        write_waiting(compared_rules(), folder)


def test_a_list_that_failed_its_check_is_stamped(tmp_path):
    rows = pd.DataFrame([(name, "weeks", 1.0, 0.0, 2.0, 9.0, False) for name in CHECKED],
                        columns=["quantity", "unit", "estimate", "lower", "upper", "observed", "inside"])  # fmt: skip
    published = write_waiting(compared_rules(), tmp_path / "out", last_year=LastYear(rows), facts=CellFacts())
    assert "read what follows as a scenario" in published.stamp
    assert "read what follows as a scenario" in (tmp_path / "out" / "report.html").read_text("utf-8")
    assert (tmp_path / "out" / "waiting_last_year.csv").exists()
