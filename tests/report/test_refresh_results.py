import json
from dataclasses import replace

import pandas as pd
import pytest

from equitymodel.errors import OptionError
from equitymodel.monitoring.vintages import vintage_rows
from equitymodel.report.disclosure.releasable import releasable
from equitymodel.report.evaluation_results import write_evaluation
from equitymodel.report.refresh_results import write_refresh
from equitymodel.report.results import write_results
from tests.report.refreshed import two_reports

pytestmark = pytest.mark.unit


@pytest.fixture(scope="module")
def refreshed(gap_evaluation, tmp_path_factory):
    first, second = two_reports(gap_evaluation, tmp_path_factory.mktemp("refresh"))
    return write_refresh(first, second, vintage="2100-01-15"), second / "refresh"


def test_the_folder_says_what_moved_and_why(refreshed):
    found, folder = refreshed
    assert [cause.why for cause in found.causes] == ["revision"]
    changes = pd.read_csv(folder / "changes.csv")
    assert set(changes["table"]) == {"gap"}
    assert (changes["after"] - changes["before"]).to_numpy() == pytest.approx(0.01, rel=1e-2)
    assert {"causes.csv", "revisions.csv", "triangle.csv", "report.html", "provenance.json", "manifest.json",
            "vintages"} <= {path.name for path in folder.iterdir()}  # fmt: skip


def test_a_revised_month_is_there_with_old_and_new(refreshed, gap_evaluation):
    rows = pd.read_csv(refreshed[1] / "revisions.csv")
    old = vintage_rows(gap_evaluation.series).query("period == @rows['period'].iloc[0]")["count"].tolist()
    assert rows["count_before"].tolist() == old
    assert (rows["count_after"] - rows["count_before"]).tolist() == [12] * 3


def test_every_table_is_kept_as_it_was_reported(refreshed):
    found, folder = refreshed
    files = sorted(path.name for path in (folder / "vintages").iterdir())
    assert files[1] == "0002_2100-01-15.parquet"
    assert len(found.vintages.kept) == len(files) == 2
    record = json.loads((folder / "provenance.json").read_text("utf-8"))
    assert [kept["number"] for kept in record["vintages"]] == [1, 2]
    assert "Refresh each month" in record["nowcast_not_said"]


def test_counts_of_a_refresh_stay_with_the_data(refreshed):
    folder = refreshed[1]
    assert not releasable(folder / "revisions.csv")
    assert not releasable(folder / "vintages" / "0001.parquet")
    assert "not for release" in (folder / "report.html").read_text("utf-8")


def test_nothing_moved_is_said(gap_evaluation, tmp_path):
    one, two = (write_evaluation(gap_evaluation, tmp_path / name) for name in ("one", "two"))
    found = write_refresh(one, two)
    assert found.lines[0] == "Nothing moved: every published number is what it was."
    assert len(found.vintages.kept) == 1


def test_another_question_or_kind_is_no_refresh(gap_evaluation, quick_results, tmp_path):
    one = write_evaluation(gap_evaluation, tmp_path / "one")
    other = write_evaluation(replace(gap_evaluation, seed=8), tmp_path / "two")
    with pytest.raises(OptionError, match=r"another question than .*: seed differ"):
        write_refresh(one, other)
    with pytest.raises(OptionError, match="results of one kind"):
        write_refresh(one, write_results(quick_results, tmp_path / "run"))
