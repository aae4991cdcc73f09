"""The folder of judged options: nothing is recorded on a fit that failed, and panels come with their numbers."""

import json

import pandas as pd
import pytest

from equitymodel.decision.decision_log import LOG, Choice, read_log
from equitymodel.decision.judged_options import judge_options
from equitymodel.decision.options_file import read_options
from equitymodel.errors import DiagnosisError, OptionError
from equitymodel.report.decision_results import write_decision
from tests.decision.test_judged_options import EXPECTED, FITTED
from tests.decision.test_options_file import WHOLE

pytestmark = pytest.mark.unit
CHOICE = Choice("level up by half", "Devon, hip", "first in most draws", "the board", "panel")


@pytest.fixture(scope="module")
def judged():
    return judge_options(read_options(WHOLE.replace("total = 3090", "total = 950")), FITTED, EXPECTED, area="Devon")


def results(tmp_path, verdict):
    (tmp_path / "run").mkdir()
    (tmp_path / "run" / "manifest.json").write_text("{}")
    (tmp_path / "run" / "diagnosis.json").write_text(json.dumps({"verdict": verdict}))
    return tmp_path / "run"


def test_every_panel_that_has_its_numbers_is_written(judged, tmp_path):
    out = write_decision(judged, results(tmp_path, "PASS"), tmp_path / "out", scope="Devon, hip", choice=CHOICE)
    assert {file.stem for file in out.glob("*.csv")} == {
        "rank_acceptability", "options_moved", "value_of_information", "equity_impact", "frontier",
    }  # fmt: skip
    assert set(pd.read_csv(out / "frontier.csv")["kind"]) == {"frontier", "plan"}
    assert read_log(out / LOG)["choice"].tolist() == ["level up by half"]


def test_nothing_is_recorded_or_written_on_a_fit_that_failed(judged, tmp_path):
    with pytest.raises(DiagnosisError, match="failed its diagnosis"):
        write_decision(judged, results(tmp_path, "FAIL"), tmp_path / "out", scope="Devon", choice=CHOICE)
    assert not (tmp_path / "out").exists()


def test_a_log_that_was_changed_stops_everything(judged, tmp_path):
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / LOG).write_text('{"choice": "another"}\n')
    with pytest.raises(OptionError, match="changed after the fact"):
        write_decision(judged, results(tmp_path, "PASS"), tmp_path / "out", scope="Devon")
