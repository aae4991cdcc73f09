"""The folder of judged options: nothing is recorded on a fit that failed, and cut-off lines are found out."""

import json
from dataclasses import replace

import pandas as pd
import pytest

from equitymodel.data.cells.cell_facts import CellFacts
from equitymodel.data.tables.findings import Finding
from equitymodel.decision.decision_log import LOG, Choice, read_log
from equitymodel.decision.read_register import read_strategies
from equitymodel.errors import DiagnosisError, OptionError, OutputError
from equitymodel.report.content.published_decision import open_decision
from equitymodel.report.decision_results import log_of, waiting_of, write_decision
from equitymodel.report.write_report import write_report
from tests.decision.judged import with_everything, with_little

pytestmark = pytest.mark.unit
CHOICE = Choice("level up by half", "Devon, hip", "first in most draws", "the board", "panel")
REGISTER = read_strategies()


def results(folder, verdict="PASS"):
    run = folder / "run"
    run.mkdir()
    (run / "manifest.json").write_text("{}")
    (run / "diagnosis.json").write_text(json.dumps({"verdict": verdict}))
    return run


def written(folder, judged=None, **more):
    asked = {"scope": "Devon, hip", "register": REGISTER, **more}
    return write_decision(judged or with_little(), folder / "run", folder / "out", **asked)


@pytest.fixture(scope="module")
def whole(tmp_path_factory):
    folder = tmp_path_factory.mktemp("whole")
    results(folder)
    return written(folder, with_everything(), choice=CHOICE)


def test_every_panel_that_has_its_numbers_is_written_and_opened_as_it_was(whole):
    assert {file.stem for file in whole.glob("*.parquet")} == {
        "rank_acceptability", "options_moved", "options_compared", "options", "value_of_information", "value_of_pilot",
        "equity_impact", "equity_weights", "equity_curve", "equity_switch", "frontier", "growth_only", "decisions",
    }  # fmt: skip
    opened = open_decision(whole)
    assert opened.said("question") == "What to do about hip replacement in Devon?"
    assert opened.tables["decisions"]["choice"].tolist() == ["level up by half"]
    assert set(pd.read_csv(whole / "frontier.csv")["kind"]) == {"frontier", "plan"}


def test_pages_say_the_decision_with_its_hash_and_any_report_can_be_made(whole, tmp_path):
    seal = read_log(whole / LOG)["sha256"].iloc[0][:12]
    assert all(seal in (whole / name).read_text(encoding="utf-8") for name in ("board.html", "report.html"))
    made = write_report(whole, [tmp_path / "board.docx", tmp_path / "tables.xlsx"])
    assert all(file.stat().st_size > 5000 for file in made)
    with pytest.raises(OptionError, match="options were judged for Devon, hip"):
        write_report(whole, tmp_path / "board.docx", area="Kent")


def test_nothing_is_recorded_or_written_on_a_fit_that_failed(tmp_path):
    results(tmp_path, "FAIL")
    with pytest.raises(DiagnosisError, match="failed its diagnosis"):
        written(tmp_path, choice=CHOICE)
    assert not (tmp_path / "out").exists()


def test_a_log_that_was_changed_stops_everything(tmp_path):
    results(tmp_path)
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / LOG).write_text('{"choice": "another"}\n')
    with pytest.raises(OptionError, match="changed after the fact"):
        written(tmp_path)


def test_lines_that_were_cut_off_are_found_out_by_what_was_printed(tmp_path):
    results(tmp_path)
    for _ in range(2):
        out = written(tmp_path, choice=CHOICE, overwrite=True)
    lines = (out / LOG).read_text(encoding="utf-8").splitlines(keepends=True)
    (out / LOG).write_text(lines[0], encoding="utf-8")
    with pytest.raises(OptionError, match="lines were cut off"):
        written(tmp_path, overwrite=True)
    (out / LOG).unlink()
    with pytest.raises(OptionError, match="no log of decisions"):
        written(tmp_path, overwrite=True)


@pytest.mark.parametrize("cut", ["", "first"])
def test_decisions_that_are_gone_with_their_log_are_missed(tmp_path, cut):
    results(tmp_path)
    for _ in range(2):
        out = written(tmp_path, choice=CHOICE, overwrite=True)
    lines = (out / LOG).read_text(encoding="utf-8").splitlines(keepends=True)
    for gone in (LOG, "decisions.csv", "decisions.parquet"):
        (out / gone).unlink()
    if cut:
        (out / LOG).write_text(lines[0], encoding="utf-8")
    with pytest.raises(OptionError, match=r"held decisions, and decisions\.csv and decisions\.parquet are gone"):
        written(tmp_path, overwrite=True)


def test_earlier_options_say_how_their_log_goes_on(tmp_path):
    results(tmp_path)
    written(tmp_path, choice=CHOICE)
    with pytest.raises(OutputError, match=r"Add --overwrite .* and decision_log\.jsonl stays and grows"):
        written(tmp_path, choice=CHOICE)
    assert len(read_log(written(tmp_path, choice=CHOICE, overwrite=True) / LOG)) == 2


def test_a_changed_copy_as_csv_is_no_part_of_a_report_and_a_changed_table_is_refused(tmp_path):
    results(tmp_path)
    out = written(tmp_path)
    ranks = open_decision(out).tables["rank_acceptability"]
    (out / "rank_acceptability.csv").write_text("option,rank_1\nmine,1\n", encoding="utf-8")
    assert open_decision(out).tables["rank_acceptability"].equals(ranks)
    (out / "rank_acceptability.parquet").write_bytes(b"")
    with pytest.raises(OptionError, match=r"rank_acceptability\.parquet"):
        open_decision(out)


def test_groups_that_the_run_renumbered_are_said_and_those_turned_round_are_a_warning(tmp_path):
    results(tmp_path)
    judged = with_everything()
    turned = replace(judged.question.health, expectancy={**judged.question.health.expectancy, "1": 80.2})
    judged = replace(judged, question=replace(judged.question, health=turned))
    opened = open_decision(written(tmp_path, judged, facts=CellFacts(findings=(Finding("D05"),))))
    assert "the run renumbered its groups" in opened.said("groups")
    assert "wrong way round" in opened.stamp


def test_a_hash_from_paper_is_looked_for(whole):
    seal = read_log(whole / LOG)["sha256"].iloc[0]
    assert len(log_of(whole, seal[:12])) == len(log_of(whole, f" {seal[:12].upper()}")) == 1
    with pytest.raises(OptionError, match="does not hold the decision"):
        log_of(whole, "0" * 12)
    with pytest.raises(OptionError, match="too short to name a decision"):
        log_of(whole, "0" * 5)


def test_what_waiting_is_worth_is_read_from_a_refresh_alone(tmp_path):
    assert waiting_of(None) == {}
    with pytest.raises(OptionError, match="refreshed evaluation"):
        waiting_of(tmp_path)
