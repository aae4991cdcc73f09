import json
from pathlib import Path

import pandas as pd
import pytest

from equitymodel.cli.choices import Choices
from equitymodel.cli.lodged_choices import as_lodged, lodged_values, options_declared
from equitymodel.spec.interruption import Interruption

pytestmark = pytest.mark.unit


@pytest.fixture(scope="module")
def lodged(tmp_path_factory, call, example, plan):
    folder = tmp_path_factory.mktemp("lodged")
    where = folder / "plan.json"
    answer = call(
        "interruption", *plan, "--shape", "step", "--washout", "1", "--seed", "3", "--plan-only", "--out", where
    )
    assert answer.code == 0, answer.errors
    return where, answer


@pytest.fixture(scope="module")
def runs(lodged, call, example):
    where, _ = lodged
    series = ["interruption", "--series", example / "series.csv", "--plan", where, "--force"]
    as_declared = call(*series, "--out", where.parent / "same", "--published", "minutes of 3 May")
    otherwise = call(*series, "--shape", "both", "--out", where.parent / "other")
    return as_declared, otherwise


def test_a_plan_is_lodged_and_gives_its_options(lodged):
    where, answer = lodged
    assert "Lodged in" in answer.out
    values = lodged_values(where)
    assert (values["shape"], values["washout"], values["seed"]) == ("step", 1.0, 3)
    content = json.loads(where.read_text(encoding="utf-8"))
    assert content["found"]["minimum_detectable_effects"]
    plan = as_lodged(Interruption(values["date"], "step", washout=1), where)
    assert plan.declared == content["declaration"]["interruption"]["declared"]


def test_a_run_says_what_differs_and_every_look_is_on_record(lodged, runs):
    where, _ = lodged
    as_declared, otherwise = runs
    assert as_declared.code == otherwise.code == 0, as_declared.errors + otherwise.errors
    assert "Run as declared in the plan." in as_declared.out
    assert "minutes of 3 May" in as_declared.out
    assert "shape: declared: step; run: both" in otherwise.out
    assert "MORE LOOKS THAN DECLARED" in otherwise.out
    assert len(where.with_suffix(".looks.jsonl").read_text(encoding="utf-8").splitlines()) == 2
    for name in ("report.html", "verdict.json", "provenance.json"):
        assert "shape: declared: step; run: both" in (where.parent / "other" / name).read_text(encoding="utf-8")


def test_an_altered_plan_and_a_plan_that_is_there_are_refused(lodged, call, example, plan, tmp_path):
    where, _ = lodged
    altered = tmp_path / "altered.json"
    altered.write_text(
        where.read_text(encoding="utf-8").replace('"shape": "step"', '"shape": "both"'), encoding="utf-8"
    )
    answer = call("interruption", "--series", example / "series.csv", "--plan", altered, "--out", tmp_path / "out")
    assert answer.code == 2
    assert "was altered after it was lodged" in answer.errors
    assert "is not replaced" in call("interruption", *plan, "--plan-only", "--out", where).errors


def test_another_series_is_refused_and_takes_no_look(lodged, call, example, tmp_path):
    where, _ = lodged
    mine, other = tmp_path / "plan.json", tmp_path / "other.csv"
    mine.write_bytes(where.read_bytes())
    rows = pd.read_csv(example / "series.csv")
    rows.assign(admissions=rows["admissions"] + 1).to_csv(other, index=False)
    answer = call("interruption", "--series", other, "--plan", mine, "--out", tmp_path / "out")
    assert answer.code == 2
    assert "are not those that plan.json was lodged for" in answer.errors
    assert not mine.with_suffix(".looks.jsonl").exists()


def test_a_question_that_cannot_be_asked_is_refused_by_name(call, plan):
    assert "no deprivation groups" in call("interruption", *plan[:4], "--outcome", "gap", "--plan-only").errors
    assert "has no ICS 'QXX'" in call("interruption", *plan, "--start", "QXX=2023-07", "--plan-only").errors


def test_a_plan_keeps_how_the_series_is_read():
    kept = options_declared(Choices("interruption", {"date": "2023-04", "gaps": "keep"}), Path())
    assert kept["reading"]["gaps"] == "keep"
    assert "seed" not in kept["fit"]
