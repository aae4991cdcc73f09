"""`monitor --results`: charts of what a run fitted, from the command line."""

import pandas as pd
import pytest

from equitymodel.inference.fewer_draws import fewer_draws
from equitymodel.inference.saved_fit import load_fit
from tests.fitted_years import with_years

pytestmark = pytest.mark.unit


def test_a_funnel_of_a_run_has_a_point_an_ics_within_ordered_limits(written, call, tmp_path):
    answer = call("run", written, "--draws", "250", "--out", tmp_path / "run")
    assert answer.code == 0, answer.errors
    answer = call("monitor", "--results", tmp_path / "run", "--chart", "funnel", "--out", tmp_path / "out")
    assert answer.code == 0, answer.errors
    points = pd.read_csv(tmp_path / "out" / "points.csv")
    assert len(points) == 4
    assert (points["lower"] < points["centre"]).all()
    assert (points["centre"] < points["upper"]).all()
    assert (tmp_path / "out" / "report.html").is_file()


def test_the_gap_over_years_of_a_run_has_every_pair_of_years(results, call, tmp_path, monkeypatch):
    fit = with_years(load_fit(results[0]))
    monkeypatch.setattr("equitymodel.inference.saved_fit.load_fit", lambda *_, **__: fit)
    answer = call("monitor", "--results", results[0], "--chart", "years", "--out", tmp_path / "out")
    assert answer.code == 0, answer.errors
    pairs = pd.read_csv(tmp_path / "out" / "changes_between_years.csv")
    assert (pairs.groupby(["ics", "procedure", "measure"]).size() == 3).all()
    changed = pairs[pairs["measure"] == "rate_ratio_change"].set_index(["period_from", "period_to"])["estimate"]
    assert changed.loc[("2019/20", "2022/23")].to_numpy() == pytest.approx(1.25)
    assert (tmp_path / "out" / "report.html").is_file()


def test_too_few_draws_are_refused_with_the_option_to_type(results, call, tmp_path):
    answer = call("monitor", "--results", results[0], "--chart", "funnel", "--out", tmp_path / "out")
    assert (answer.code, "run it again with --draws 250" in " ".join(answer.errors.split())) == (2, True)
    assert not (tmp_path / "out").exists()


def test_a_folder_that_keeps_too_few_of_its_draws_says_what_to_run(results, call, tmp_path, monkeypatch):
    fit = fewer_draws(load_fit(results[0]), 10)
    monkeypatch.setattr("equitymodel.inference.saved_fit.load_fit", lambda *_, **__: fit)
    answer = call("monitor", "--results", results[0], "--chart", "funnel", "--out", tmp_path / "out")
    said = " ".join(answer.errors.split())
    assert (answer.code, "keeps 10 of" in said, "in its folder inputs with equitymodel run" in said) == (2, True, True)
