import json
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from equitymodel.errors import DiagnosisError, OutputError
from equitymodel.inference.diagnosis import Check, Diagnosis
from equitymodel.inference.passages.saved_profile import open_profile
from equitymodel.report.stages_results import write_stages
from equitymodel.report.write_report import write_report

pytestmark = pytest.mark.unit

FILES = {"stage_gaps.csv", "stage_gaps.parquet", "stage_attribution.csv", "stage_attribution.parquet", "posterior.nc",
         "report.html", "stages.png", "diagnosis.json", "provenance.json", "manifest.json"}  # fmt: skip


@pytest.fixture(scope="module")
def folder(pathway, tmp_path_factory):
    out = tmp_path_factory.mktemp("stages") / "results"
    write_stages(pathway[0].require_sound(force=True), out, options={"seed": 3})
    return out


def test_the_folder_holds_what_it_should(folder):
    assert {path.name for path in folder.iterdir()} == FILES


def test_the_attribution_on_disk_adds_up(folder):
    rows = pd.read_csv(folder / "stage_attribution.csv")
    assert rows.columns[:6].tolist() == ["ics", "procedure", "stage", "estimate", "lower", "upper"]
    total = rows["stage"] == "total"
    sums = rows[~total].groupby(["ics", "procedure"])["estimate"].sum()
    np.testing.assert_allclose(
        sums, rows[total].set_index(["ics", "procedure"])["estimate"].reindex(sums.index), atol=1e-6
    )


def test_the_record_says_how_stages_follow(folder):
    record = json.loads((folder / "provenance.json").read_text())
    assert record["stages"]["first"] == "start"
    assert record["stages"]["linked"] == {"stage 1": True, "stage 2": True, "stage 3": True}
    assert record["options"] == {"seed": 3}


def test_the_profile_opens_from_the_folder(folder, pathway):
    assert open_profile(folder).log_passage.equals(pathway[0].log_passage)


def test_reports_are_written_from_the_folder_without_a_fit(folder, tmp_path):
    files = [tmp_path / name for name in ("board.docx", "tables.xlsx", "page.html")]
    assert write_report(folder, files, area="area 02") == files
    assert "area 02" in files[2].read_text()


def test_earlier_results_are_kept_unless_asked(folder, pathway):
    with pytest.raises(OutputError, match="not empty"):
        write_stages(pathway[0].require_sound(force=True), folder)


def test_what_failed_is_not_written(pathway, tmp_path):
    bad = replace(pathway[0], diagnosis=Diagnosis((Check("optimum", 0.0, "FAIL", "1", ""),)))
    with pytest.raises(DiagnosisError):
        write_stages(bad, tmp_path / "results")
    written = write_stages(bad.require_sound(force=True), tmp_path / "results")
    assert all("FAILED" in table["stamp"].iloc[0] for table in written.tables.values())
