"""From an evaluation to a folder: what is in it, and that it is all of it or none."""

import json
from dataclasses import replace

import pandas as pd
import pytest

from equitymodel.errors import DiagnosisError, OutputError
from equitymodel.inference.fit import STAMP
from equitymodel.report.evaluation_results import verdict_record, write_evaluation
from equitymodel.report.published_files import NOTES
from equitymodel.report.said_once import OF_A_MEASURE, OF_A_TABLE
from equitymodel.studies.left_out import left_out_sentence
from equitymodel.studies.saved_evaluation import load_evaluation
from tests.evaluated import unsound, with_fits

pytestmark = pytest.mark.unit
TABLES = {"impact.csv", "gap.csv", "models.csv", "placebos.csv", "minimum_detectable_effect.csv",
          "forecasts.csv", "checklist.csv", "verdict.json", "diagnosis.json", "provenance.json", "report.html",
          "posterior.nc", "manifest.json", "notes.csv"}  # fmt: skip
PICTURES = {"interruption.png", "cumulative.png", "models.png"}


@pytest.fixture
def plain(gap_folder):
    return gap_folder


@pytest.fixture(scope="module")
def controlled(controlled_evaluation, tmp_path_factory):
    return write_evaluation(
        controlled_evaluation, tmp_path_factory.mktemp("controlled") / "out", options={"by": "hand"}
    )


def names(folder):
    """List the files; each table as CSV has one as Parquet beside it, the notes none."""
    found = {path.name for path in folder.iterdir()}
    whole = {name for name in found if name.endswith(".parquet")}
    assert {name.replace(".parquet", ".csv") for name in whole} == {
        name for name in found if name.endswith(".csv") and name != "notes.csv"
    }
    return found - whole


def test_a_folder_holds_tables_verdict_pictures_and_page(plain):
    assert names(plain) == TABLES | PICTURES | {"gap_over_time.png", "start.csv", "start.png"}
    assert (plain / "interruption.png").read_bytes().startswith(b"\x89PNG")


def test_with_controls_a_folder_holds_the_trends_before_as_well(controlled, controlled_evaluation):
    assert names(controlled) == TABLES | PICTURES | {
        "gap_over_time.png", "parallel_trends.csv", "trend_difference.csv", "parallel_trends.png",
    }  # fmt: skip
    table = pd.read_csv(controlled / "trend_difference.csv")
    assert table["estimate"].tolist() == pytest.approx(
        controlled_evaluation.trend_difference["estimate"].tolist(), rel=5e-5
    )
    assert len(pd.read_csv(controlled / "parallel_trends.csv")) == 2 * 26


def test_tables_are_those_of_the_evaluation(plain, gap_evaluation):
    for name, table in (("impact", gap_evaluation.impact), ("models", gap_evaluation.models)):
        whole, short = pd.read_parquet(plain / f"{name}.parquet"), pd.read_csv(plain / f"{name}.csv")
        assert whole.columns.tolist() == table.columns.tolist()
        assert whole["estimate"].tolist() == table["estimate"].tolist() or table["estimate"].isna().any()
        assert short["estimate"].tolist() == pytest.approx(table["estimate"].tolist(), rel=5e-5, nan_ok=True)
        assert set(table) - set(short) <= {*OF_A_TABLE, *OF_A_MEASURE}
    assert pd.read_csv(plain / "start.csv")["probability"].sum() == pytest.approx(1)


def test_the_verdict_says_what_was_declared(plain, gap_evaluation, controlled, controlled_evaluation):
    verdict = json.loads((plain / "verdict.json").read_text())
    assert verdict["verdict"] == "real change"
    assert verdict["declared"]["sha256"] == gap_evaluation.plan.sha256
    assert verdict["declared"]["threshold"] == 0.975
    narrowed = verdict["probability_gap_narrowed"]
    assert narrowed == verdict["gap"]["probability_narrowed"] == gap_evaluation.probability_gap_narrowed
    assert (verdict["gap"]["verdict"], verdict["gap"]["judged"]) == ("real change", True)
    assert set(verdict["checks"]) == {"interval", "matters", "placebo", "forecasts", "drift", "one_month"}
    other = json.loads((controlled / "verdict.json").read_text())
    assert other["declared"]["exposed"] == {"ics": ["area 01", "area 02"]}
    assert other["model"] == {"name": "small", "sha256": controlled_evaluation.model.sha256}


def test_no_gap_no_probability_that_it_narrowed(short_evaluation):
    record = verdict_record(short_evaluation)
    assert "probability_gap_narrowed" not in record
    assert record["outcome"] == "level"


def test_where_it_comes_from_is_kept(controlled, controlled_evaluation):
    record = json.loads((controlled / "provenance.json").read_text())
    assert record["seed"] == controlled_evaluation.seed
    assert record["options"] == {"by": "hand"}
    assert record["declared"]["date"] == controlled_evaluation.plan.date


def test_what_is_there_is_not_overwritten_unless_asked(plain, gap_evaluation):
    with pytest.raises(OutputError):
        write_evaluation(gap_evaluation, plain)


def test_a_folder_is_written_where_trends_cannot_be_compared(short_evaluation, tmp_path):
    out = write_evaluation(short_evaluation, tmp_path / "out")
    assert len(pd.read_csv(out / "trend_difference.csv")) == 0
    page = (out / "report.html").read_text(encoding="utf-8")
    assert "too few periods to compare trends" in page
    again = write_evaluation(replace(short_evaluation, seed=99), out, overwrite=True)
    assert json.loads((again / "provenance.json").read_text())["seed"] == 99


@pytest.fixture(scope="module")
def failed(failed_evaluation, tmp_path_factory):
    return write_evaluation(failed_evaluation, tmp_path_factory.mktemp("failed") / "out")


def test_what_is_left_out_is_named_in_tables_verdict_and_page(failed, failed_evaluation):
    sentence = left_out_sentence(failed_evaluation.left_out)
    listed = pd.read_csv(failed / "left_out.csv")
    assert listed["part"].tolist() == [item.part for item in failed_evaluation.left_out]
    assert set(listed["why"]) == {"made up: 9, limit 0"}
    verdict = json.loads((failed / "verdict.json").read_text())
    assert sentence in verdict["reasons"]
    assert [item["part"] for item in verdict["left_out"]] == listed["part"].tolist()
    page = (failed / "report.html").read_text(encoding="utf-8")
    assert page.count(sentence) >= 2, "with the verdict, and above the table of who moved"
    checklist = pd.read_csv(failed / "checklist.csv").set_index("item")["answer"]
    for item in ("Groups and the gap", "Several units", "Control or placebo outcome"):
        assert checklist[item].startswith("Left out"), item


def test_nothing_of_what_is_left_out_is_published(failed):
    assert "gap_over_time.png" not in names(failed)
    assert "deprivation group" not in pd.read_csv(failed / "impact.csv").to_string()
    assert not len(pd.read_csv(failed / "gap.csv"))
    assert set(pd.read_csv(failed / "impact.csv")["group"]) == {"All groups"}
    diagnosis = json.loads((failed / "diagnosis.json").read_text())
    assert {name: one["verdict"] for name, one in diagnosis["fits"].items()} == {
        "total": "PASS", "groups": "FAIL", "parts": "FAIL", "placebo": "FAIL",
    }  # fmt: skip
    assert diagnosis["stamp"] == ""


def test_nothing_is_published_where_the_main_fit_failed_unless_forced_and_then_stamped(short_evaluation, tmp_path):
    bad = with_fits(short_evaluation, total=unsound(short_evaluation.total))
    with pytest.raises(DiagnosisError, match="made up"):
        write_evaluation(bad, tmp_path / "out")
    assert not list(tmp_path.iterdir())
    out = write_evaluation(bad, tmp_path / "out", force=True)
    for path in (path for path in out.glob("*.csv") if path.name != NOTES):
        table = pd.read_csv(path)
        assert "stamp" in table, path.name
        assert (table["stamp"] == STAMP).all(), path.name
    assert json.loads((out / "verdict.json").read_text())["stamp"] == STAMP
    assert json.loads((out / "diagnosis.json").read_text())["stamp"] == STAMP
    assert STAMP in (out / "report.html").read_text(encoding="utf-8")


def test_an_evaluation_that_was_forced_is_written_stamped(forced_evaluation, tmp_path):
    out = write_evaluation(forced_evaluation, tmp_path / "out")
    assert (pd.read_csv(out / "impact.csv")["stamp"] == STAMP).all()


def test_a_folder_opens_again_as_the_evaluation_that_it_holds(plain, gap_evaluation):
    again = load_evaluation(plain)
    assert again.impact.equals(gap_evaluation.impact)
    assert again.groups.fitted.identical(gap_evaluation.groups.fitted)
    assert "stamp" not in pd.read_csv(plain / "impact.csv")
    assert "left_out" not in json.loads((plain / "verdict.json").read_text())
