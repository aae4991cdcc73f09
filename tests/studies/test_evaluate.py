"""From a series to a folder: the verdict, the tables and the command line."""

import json
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from typer.testing import CliRunner

from equitymodel.cli.app import app
from equitymodel.data.series.read_series import add_up_series
from equitymodel.errors import EquityModelError, OutputError, SpecError
from equitymodel.estimands.verdict import probability_of_direction
from equitymodel.inference.series.fit_interruption import fit_interruption
from equitymodel.report.checklist import checklist_summary, reporting_checklist
from equitymodel.report.evaluation_results import write_evaluation
from equitymodel.report.plots.interruption_plots import cumulative_data, gap_over_time_data, interruption_data
from equitymodel.report.wording.evaluation_words import READING, gap_rows, gap_sentences, impact_rows, number
from equitymodel.simulate.simulated_series import simulate_series
from equitymodel.spec.interruption import Interruption
from equitymodel.spec.library import load_series_model
from equitymodel.studies.evaluate import evaluate
from equitymodel.studies.evaluation import outcome_draws
from equitymodel.studies.falsify import fit_placebo_outcome
from equitymodel.studies.impact import impact_table

pytestmark = pytest.mark.unit
LEVEL = load_series_model().leaving_out("slope").with_harmonics(1)


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
    printed = str(result).splitlines()
    assert printed.index("real change") > printed.index(result.known_before.heading), "what could be found comes first"
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
        "gap_over_time.png", "minimum_detectable_effect.csv", "forecasts.csv", "checklist.csv",
    }  # fmt: skip
    verdict = json.loads((out / "verdict.json").read_text())
    assert verdict["verdict"] == "real change"
    assert verdict["declared"]["sha256"] == result.plan.sha256
    assert verdict["probability_gap_narrowed"] > 0.99
    page = (out / "report.html").read_text()
    assert page.index("What this series could have found") < page.index("Real change")
    assert "NEEDS USER" in page
    with pytest.raises(OutputError):
        write_evaluation(result, tmp_path / "out")


def test_the_checklist_answers_from_the_result_and_asks_for_the_rest(result):
    table = reporting_checklist(result).set_index("item")
    assert table["status"].value_counts().to_dict() == {"AUTO": 18, "NEEDS USER": 10, "NOT APPLICABLE": 5}
    assert table.loc["Number of points", "answer"] == "monthly data: 28 months before, 14 after"
    assert "narrowed 1.00" in table.loc["Groups and the gap", "answer"]
    row = result.impact.query("quantity == 'average_rate_ratio' and group == 'All groups'").iloc[0]
    assert number(row["estimate"]) in table.loc["Effect, relative and absolute", "answer"]
    assert table.loc["Level and slope", "status"] == "NOT APPLICABLE"
    assert checklist_summary(table) == "Not complete: 10 of 33 items need you."


def test_a_page_states_the_likelier_direction(result):
    rows = [row for row in impact_rows(result.impact) if row["quantity"] == READING["average_rate_ratio"]]
    said = {row["whom"]: row["likely"] for row in rows}
    assert said["deprivation group 1"].endswith("ratio above 1")
    assert said["deprivation group 3"].endswith("ratio below 1")


def test_a_page_gives_the_gap_as_a_ratio_and_its_change_in_per_cent(result):
    numbers = result.gap_change.set_index("quantity")["estimate"]
    said = {row["quantity"]: (row["estimate"], row["unit"]) for row in gap_rows(result.gap_change)}
    change = said["change of the ratio, least over most deprived end"]
    assert change == (f"{100 * np.expm1(numbers['change in log_relative_index']):.3g}", "%")
    assert said["ratio before, least over most deprived end"] == (f"{np.exp(numbers['gap before']):.3g}", "ratio")
    assert numbers["gap before"] > 0 > numbers["gap after, with it"], "0.2 less 0.4"
    assert "opens the other way" in gap_sentences(result.gap_change, smallest_change=0.05)[1]
    same_side = result.gap_change.assign(probability=0.9)
    assert len(gap_sentences(same_side, smallest_change=0.05)) == 1


def test_units_are_found_together_or_not_at_all():
    """Of a change of all units every unit is found; of none, none. The number tested is beside them."""
    for effect, expected in ((0.3, 6), (0.0, 0)):
        series, truth = simulate_series(areas=6, effect=effect, expected=300, sd=0.03, seed=4)
        total = fit_interruption(add_up_series(series), truth.plan, LEVEL, seed=1, draws=400)
        parts = fit_interruption(series, truth.plan, LEVEL, seed=1, draws=400)
        table = impact_table(total, None, parts).dropna(subset=["tested"])
        assert table["tested"].tolist() == [6] * 6
        assert table["found_at_false_discovery_rate"].sum() == expected
        assert table["procedure"].unique().tolist() == ["All procedures"]


def test_an_outcome_that_changed_as_well_speaks_against_a_change():
    series, truth = simulate_series(effect=0.3, expected=500, sd=0.03, seed=1)
    main = fit_interruption(series, truth.plan, LEVEL, seed=1, draws=400)
    same, _ = simulate_series(effect=0.3, expected=500, sd=0.03, seed=2)
    other, _ = simulate_series(expected=500, sd=0.03, seed=2)
    found = [
        probability_of_direction(outcome_draws(fit_placebo_outcome(main, part, truth.plan))) for part in (same, other)
    ]
    assert found[0] > 0.99 > 0.975 >= found[1]
    with pytest.raises(SpecError, match=r"placebo outcome.*outside"):
        fit_placebo_outcome(main, series.isel(period=slice(0, 20)), truth.plan)
    with pytest.raises(SpecError, match=r"placebo outcome.*no deprivation groups"):
        fit_placebo_outcome(main, other, replace(truth.plan, outcome="gap"))


def test_a_gap_needs_groups():
    series, truth = simulate_series(seed=1)
    with pytest.raises(SpecError, match="no deprivation groups"):
        evaluate(series, replace(truth.plan, outcome="gap"), seed=1)


def test_a_short_series_is_described_and_not_judged():
    series, truth = simulate_series(periods=34, before=20, seed=1)
    found = evaluate(series, truth.plan, seed=1, model=LEVEL)
    assert not len(found.forecasts)
    assert found.verdict.verdict == "not assessable"
    assert len(found.impact)


@pytest.mark.parametrize(
    ("extra", "said"),
    [(["--explore-start", "2018-08"], "takes two dates"),
     (["--explore-start", "2018-08,2019-02", "--plan-only"], "leave it out with --plan-only")],
)  # fmt: skip
def test_a_window_for_the_start_is_two_dates_and_a_result(tmp_path, extra, said):
    call = ["interruption", "--series", "none.csv", "--date", "2019-01", "--out", str(tmp_path / "out"), *extra]
    with pytest.raises(EquityModelError, match=said):
        CliRunner().invoke(app, call, catch_exceptions=False)


def test_the_command_line_writes_a_folder(tmp_path):
    series, _ = simulate_series(periods=40, before=26, seed=1)
    rows = series["admissions"].to_dataframe().reset_index()[["period", "admissions"]]
    rows.assign(period=rows["period"].dt.strftime("%Y-%m"), population=100_000).to_csv(tmp_path / "s.csv", index=False)
    date = f"{pd.Timestamp(series['period'].values[26]):%Y-%m}"
    call = ["interruption", "--series", str(tmp_path / "s.csv"), "--date", date, "--no-slope", "--harmonics", "1"]
    asked = CliRunner().invoke(app, [*call, "--plan-only"])
    assert asked.exit_code == 0, asked.output
    assert "26 months before" in asked.output
    assert "credible interval" not in asked.output
    assert isinstance(CliRunner().invoke(app, call).exception, EquityModelError)
    done = CliRunner().invoke(app, [*call, "--out", str(tmp_path / "out"), "--seed", "3", "--placebo-series",
                                    str(tmp_path / "s.csv"), "--explore-start", "2018-08,2019-02"])  # fmt: skip
    assert done.exit_code == 0, done.output
    assert "Exploratory, and no part of the verdict" in done.output
    assert pd.read_csv(tmp_path / "out" / "start.csv")["probability"].sum() == pytest.approx(1)
    assert "When did it start?" in (tmp_path / "out" / "report.html").read_text(encoding="utf-8")
    assert (tmp_path / "out" / "start.png").exists()
    verdict = json.loads((tmp_path / "out" / "verdict.json").read_text())
    assert verdict["verdict"] in ("real change", "change not established", "not enough information")
    assert "probability_gap_narrowed" not in verdict
    assert verdict["checks"]["placebo_outcome"] == (not verdict["checks"]["interval"])
    assert Interruption(date).sha256 == verdict["declared"]["sha256"]
