import json
import shutil

import pandas as pd
import pytest

from equitymodel.errors import OptionError
from equitymodel.monitoring.vintages import vintage_rows
from equitymodel.report.disclosure.releasable import releasable
from equitymodel.report.refresh_results import write_refresh
from equitymodel.report.results import write_results

pytestmark = pytest.mark.unit


@pytest.fixture
def refreshed(refreshed_pair):
    return refreshed_pair


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


def test_nothing_moved_is_said(two_reports, tmp_path):
    found = write_refresh(two_reports[0], shutil.copytree(two_reports[0], tmp_path / "copy"))
    assert found.lines[0] == "Nothing moved: every published number is what it was."
    assert len(found.vintages.kept) == 1


def test_another_question_or_kind_is_no_refresh(two_reports, quick_results, tmp_path):
    one, other = two_reports[0], shutil.copytree(two_reports[0], tmp_path / "copy")
    (other / "manifest.json").unlink()
    record = json.loads((other / "provenance.json").read_text("utf-8"))
    (other / "provenance.json").write_text(json.dumps(record | {"seed": 8}), encoding="utf-8")
    with pytest.raises(OptionError, match=r"another question than .*: seed differ"):
        write_refresh(one, other)
    with pytest.raises(OptionError, match="results of one kind"):
        write_refresh(one, write_results(quick_results, tmp_path / "run"))
