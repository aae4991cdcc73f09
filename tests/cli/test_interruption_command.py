import json
from importlib import import_module

import pandas as pd
import pytest

from equitymodel.cli.as_asked import read_series_as_asked
from equitymodel.cli.choices import Choices
from equitymodel.cli.interruption_command import plan_of, series_model_of
from equitymodel.cli.run_file import read_run_file
from equitymodel.errors import SpecError
from equitymodel.inference.fit import STAMP
from equitymodel.spec.interruption import Interruption
from equitymodel.studies.saved_evaluation import load_evaluation
from tests.evaluated import failing

pytestmark = pytest.mark.unit


def test_a_plan_is_written_before_any_result(evaluated, example, plan):
    _, looked, _ = evaluated
    assert "34 monthly periods" in looked.words
    assert "credible interval" not in looked.out
    text = (example / "plan.toml").read_text(encoding="utf-8")
    assert "# A change from" in text
    assert "# 34 monthly periods" in text
    kept = read_run_file(example / "plan.toml")
    assert (kept.command, kept["date"], kept["model"]) == ("interruption", plan[3], example / "small.toml")
    assert sorted(kept.sha256) == ["model", "series"]


def test_a_plan_is_run_into_a_folder(evaluated, plan):
    folder, _, answer = evaluated
    assert "Exploratory, and no part of the verdict" in answer.out
    assert pd.read_csv(folder / "start.csv")["probability"].sum() == pytest.approx(1)
    assert "When did it start?" in (folder / "report.html").read_text(encoding="utf-8")
    assert (folder / "start.png").exists()
    verdict = json.loads((folder / "verdict.json").read_text())
    assert verdict["declared"]["sha256"] == Interruption(plan[3]).sha256
    assert "probability_gap_narrowed" not in verdict


def test_an_evaluation_keeps_the_file_that_makes_it_again(evaluated, example):
    folder, _, _ = evaluated
    kept = read_run_file(folder / "run.toml")
    assert (kept.command, kept["seed"], kept["explore_start"]) == ("interruption", 3, ("2018-08", "2019-02"))
    assert kept["series"].resolve() == (example / "series.csv").resolve()
    record = json.loads((folder / "provenance.json").read_text(encoding="utf-8"))
    assert record["options"]["series"] == "series.csv"


def test_planning_looks_at_what_came_before(call, plan):
    answer = call("interruption", *plan, "--plan-only")
    assert answer.code == 0, answer.errors
    assert "20 months before" in answer.out
    assert "credible interval" not in answer.out


def test_the_placebo_outcome_is_read_and_tried(call, plan, monkeypatch, tmp_path):
    tried = {}

    def evaluate(series, declared, **options):
        tried.update(options, declared=declared)
        raise SpecError("far enough")

    monkeypatch.setattr(import_module("equitymodel.studies.evaluate"), "evaluate", evaluate)
    answer = call("interruption", *plan, "--placebo-series", plan[1], "--out", tmp_path / "out", "--seed", "6")
    assert answer.code == 2
    assert answer.errors == "far enough\n"
    assert tried["placebo"].sizes["period"] == 34
    assert (tried["seed"], tried["model"].name) == (6, "small")


def test_a_failed_evaluation_publishes_nothing_unless_forced_and_then_stamped(call, plan, tmp_path):
    typed = ["interruption", *plan, "--out", tmp_path / "out"]
    with failing({"main_fit": lambda *_: True}):
        refused = call(*typed)
        assert not list(tmp_path.iterdir())
        forced = call(*typed, "--force")
    assert refused.code != 0
    assert "nothing is published" in refused.errors
    assert "credible interval" not in refused.out
    assert forced.code == 0, forced.errors
    assert STAMP in forced.errors
    assert (pd.read_csv(tmp_path / "out" / "impact.csv")["stamp"] == STAMP).all()


def test_a_folder_of_results_opens_as_the_evaluation_it_holds(evaluated):
    folder, _, _ = evaluated
    again = load_evaluation(folder)
    written = pd.read_parquet(folder / "impact.parquet")
    assert written["estimate"].tolist() == pytest.approx(again.impact["estimate"].tolist(), rel=1e-11)
    assert again.verdict.to_dict()["verdict"] == json.loads((folder / "verdict.json").read_text())["verdict"]
    assert again.total.posterior.sizes["draw"] > 0


def test_what_was_exposed_and_from_when_is_declared():
    values = {"date": "2019-04", "exposed": {"ics": ("area 01", "area 02")}, "start": {"area 02": "2019-07"},
              "shape": "ramp", "ramp_months": 3.0, "lag": 1.0, "washout": 2.0, "looks": 4, "smallest_change": 0.1,
              "outcome": "gap"}  # fmt: skip
    declared = Interruption("2019-04", "ramp", lag=1, washout=2, ramp_months=3, outcome="gap", smallest_change=0.1,
                            looks=4, exposed={"ics": ("area 01", "area 02")}, starts={"area 02": "2019-07"})  # fmt: skip
    assert plan_of(Choices("interruption", values)) == declared
    assert plan_of(Choices("interruption", {"date": "2019-04"})) == Interruption("2019-04")


def test_an_end_and_covariates_are_declared(tmp_path):
    months = pd.date_range("2015-01-01", periods=24, freq="MS").strftime("%Y-%m")
    rows = pd.DataFrame({"period": months, "admissions": 50, "population": 900, "warmth": range(24), "beds": range(24)})
    rows.to_csv(tmp_path / "series.csv", index=False)
    given = {"series": tmp_path / "series.csv", "date": "2016-01", "ends": "2016-07", "covariate": ("warmth",),
             "covariate_by_cell": ("beds",)}  # fmt: skip
    choices = Choices("interruption", given)
    assert str(plan_of(choices).ended_on) == "2016-07-01"
    series = read_series_as_asked(choices["series"], choices)
    assert series["covariate"].values.tolist() == ["warmth", "beds"]


def test_a_declaration_without_meaning_is_refused_before_the_series_is_read(call, tmp_path):
    (tmp_path / "no_table.csv").write_text("\n")
    typed = ["interruption", "--series", tmp_path / "no_table.csv", "--date", "2019-04", "--plan-only"]
    for more, said in (
        (["--exposed", "ics=area 01", "--start", "area 02=2019-07"], "area 02 has a start and is not exposed"),
        (["--shape", "ramp"], "a ramp needs --ramp-months"),
    ):
        answer = call(*typed, *more)
        assert answer.code == 2
        assert said in answer.errors


def test_the_model_goes_with_the_question_and_is_changed_as_asked(example):
    def model(**values):
        choices = Choices("interruption", {"date": "2019-04", **values})
        return series_model_of(plan_of(choices), choices)

    assert model().name == "interruption"
    assert model(outcome="gap").name == "gap_interruption"
    assert model(exposed={"ics": ("QE1",)}).name == "controlled_interruption"
    assert model(harmonics=1).harmonics == 1
    assert model(slope=False) == model().leaving_out("slope")
    assert model(model=example / "small.toml").name == "small"
