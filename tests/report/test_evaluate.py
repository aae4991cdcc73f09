"""From a series to a folder: the verdict, the tables and the command line."""

import json
from dataclasses import replace

import pandas as pd
import pytest
from typer.testing import CliRunner

from equitymodel.cli import app
from equitymodel.errors import OutputError, SpecError
from equitymodel.report.evaluate import evaluate
from equitymodel.report.interruption_plots import cumulative_data, gap_over_time_data, interruption_data
from equitymodel.report.interruption_results import write_evaluation
from equitymodel.simulate.series import simulate_series
from equitymodel.spec.interruption import Interruption
from equitymodel.spec.library import load_series_model

pytestmark = pytest.mark.unit


@pytest.fixture(scope="module")
def result():
    series, truth = simulate_series(groups=3, gap_effect=-0.4, expected=500, periods=42, before=28, sd=0.03, seed=1)
    return evaluate(
        series,
        replace(truth.plan, outcome="gap"),
        seed=7,
        model=load_series_model("gap_interruption").leaving_out("slope", "common").with_harmonics(1),
    )


def test_a_large_change_of_the_gap_is_found_and_said(result):
    assert result.verdict.verdict == "real change"
    assert result.probability_gap_narrowed > 0.99
    assert str(result).splitlines()[4] == "real change"
    rows = result.gap_change.set_index("quantity")
    assert rows.loc["change in log_relative_index", "lower"] < -0.4 < rows.loc["change in log_relative_index", "upper"]


def test_who_moved_is_in_the_table(result):
    moved = result.table.query("quantity == 'average_rate_ratio' and group != 'All groups'")
    assert moved["group"].tolist() == [1, 2, 3]
    assert moved["estimate"].is_monotonic_decreasing


def test_models_hold_the_main_one_its_variants_and_the_companions(result):
    kinds = result.models.groupby("kind")["model"].nunique()
    assert kinds.tolist() == [6, 6]


def test_pictures_show_tidy_data(result):
    assert set(interruption_data(result)["group"]) == {"All groups", "1", "2", "3"}
    assert len(cumulative_data(result)) == 14
    assert set(gap_over_time_data(result)["path"]) == {"with", "without"}


def test_a_folder_holds_tables_verdict_and_page(result, tmp_path):
    out = write_evaluation(result, tmp_path / "out")
    assert {path.name for path in out.iterdir()} >= {
        "impact.csv", "gap_change.csv", "models.csv", "verdict.json", "report.html", "provenance.json", "interruption.png",
        "gap_over_time.png",
    }  # fmt: skip
    verdict = json.loads((out / "verdict.json").read_text())
    assert verdict["verdict"] == "real change"
    assert verdict["declared"]["sha256"] == result.plan.sha256
    assert verdict["probability_gap_narrowed"] > 0.99
    assert "Real change" in (out / "report.html").read_text()
    with pytest.raises(OutputError):
        write_evaluation(result, tmp_path / "out")


def test_a_gap_needs_groups():
    series, truth = simulate_series(seed=1)
    with pytest.raises(SpecError, match="no deprivation groups"):
        evaluate(series, replace(truth.plan, outcome="gap"), seed=1)


def test_a_short_series_is_described_and_not_judged():
    series, truth = simulate_series(periods=34, before=20, seed=1)
    found = evaluate(series, truth.plan, seed=1)
    assert found.verdict.verdict == "not assessable"
    assert len(found.impact)


def test_the_command_line_writes_a_folder(tmp_path):
    series, _ = simulate_series(periods=40, before=26, seed=1)
    rows = series["admissions"].to_dataframe().reset_index()[["period", "admissions"]]
    rows.assign(period=rows["period"].dt.strftime("%Y-%m"), population=100_000).to_csv(tmp_path / "s.csv", index=False)
    date = f"{pd.Timestamp(series['period'].values[26]):%Y-%m}"
    done = CliRunner().invoke(app, ["interruption", "--series", str(tmp_path / "s.csv"), "--date", date, "--no-slope",
                                    "--out", str(tmp_path / "out"), "--seed", "3"])  # fmt: skip
    assert done.exit_code == 0, done.output
    verdict = json.loads((tmp_path / "out" / "verdict.json").read_text())
    assert verdict["verdict"] in ("real change", "change not established", "not enough information")
    assert "probability_gap_narrowed" not in verdict
    assert Interruption(date).sha256 == verdict["declared"]["sha256"]
