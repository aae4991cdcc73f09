"""An evaluation with controls: tables, pictures, parallel trends before, and the command line."""

import json
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from typer.testing import CliRunner

from equitymodel.cli.app import app
from equitymodel.data.series.timeline import period_days
from equitymodel.errors import EquityModelError, SpecError
from equitymodel.estimands.before_start import placebo_plans
from equitymodel.estimands.parallel_trends import parallel_trends_data
from equitymodel.report.checklist import reporting_checklist
from equitymodel.report.evaluation_results import write_evaluation
from equitymodel.report.plots.interruption_plots import (
    cumulative_data,
    gap_over_time_data,
    interruption_data,
    plot_interruption,
)
from equitymodel.report.plots.parallel_trends_plot import plot_parallel_trends
from equitymodel.report.wording.evaluation_words import found_units, impact_rows
from equitymodel.simulate.simulated_series import simulate_series
from equitymodel.spec.interruption import Interruption
from equitymodel.spec.read_series_model import read_series_model
from equitymodel.studies.evaluate import evaluate
from equitymodel.studies.trend_difference import trend_difference

pytestmark = pytest.mark.unit
NORMAL, HALF = '{ family = "normal", mean = 0.0, sd = 0.5 }', '{ family = "half_normal", sd = 0.2 }'
TERMS = {"start": NORMAL, "level": NORMAL, "kappa": NORMAL, "common_level": NORMAL, "common_kappa": NORMAL}
MODEL = 'format = 1\nkind = "series"\nname = "small"\nquestion = "Quick?"\nharmonics = 0\n' + "".join(
    f'[[{"term" if name in TERMS else "noise"}]]\nname = "{name}"\nmeaning = "part"\nprior = {prior}\n'
    + ("correlation = [-0.2, 0.98]\n" if name == "own" else "")
    for name, prior in {**TERMS, "own": HALF}.items()
)


def world(**options):
    given = {"areas": 3, "groups": 2, "exposed_areas": 2, "periods": 38, "before": 26, "seasonality": 0.0, "seed": 2}
    return simulate_series(sd=0.02, expected=1500, **{**given, **options})


@pytest.fixture(scope="module")
def result():
    series, truth = world(gap_effect=-0.3, gap_shock=0.4)
    return evaluate(series, replace(truth.plan, outcome="gap"), seed=3, model=read_series_model(MODEL))


def test_the_gap_is_that_of_the_exposed_net_of_what_happened_to_all(result):
    rows = result.gap_change.set_index("quantity")
    half = rows.loc["change in log_rate_ratio"]
    assert half["lower"] < -0.15 < half["upper"] < 0
    assert set(result.gap_change["ics"]) == {"exposed"}


def test_tables_are_about_the_exposed_only(result):
    assert set(result.impact["ics"]) == {"exposed", "area 01", "area 02"}
    assert result.impact["estimate"].notnull().all()
    assert result.models["kind"].unique().tolist()[1].endswith("of the exposed alone, without controls")


def test_pictures_show_exposed_and_controls(result):
    data = interruption_data(result)
    assert data["group"].unique().tolist() == ["All groups", "1", "2", "controls"]
    seen = result.series["admissions"].sum(["deprivation", "procedure"])
    for group, areas in (("All groups", ["area 01", "area 02"]), ("controls", ["area 03"])):
        rows = data[data["group"] == group]
        np.testing.assert_allclose(rows["observed"], seen.sel(ics=areas).sum("ics"))
    controls = data[data["group"] == "controls"]
    np.testing.assert_allclose(controls["fitted"], controls["counterfactual"])
    assert len(cumulative_data(result)) == 12
    before = gap_over_time_data(result).query("path == 'with'")["estimate"].iloc[:26]
    assert before.mean() == pytest.approx(np.exp(0.1), rel=0.03)


def test_a_folder_has_the_parallel_trends(result, tmp_path):
    out = write_evaluation(result, tmp_path / "out")
    assert {path.name for path in out.iterdir()} >= {
        "parallel_trends.csv",
        "trend_difference.csv",
        "parallel_trends.png",
    }
    assert "their controls before the start" in (out / "report.html").read_text()
    record = json.loads((out / "verdict.json").read_text())
    assert record["declared"]["exposed"] == {"ics": ["area 01", "area 02"]}
    assert record["model"] == {"name": "small", "sha256": result.model.sha256}


@pytest.fixture(scope="module")
def two_procedures():
    series, truth = world(groups=1, procedures=2, effect=0.3)
    return evaluate(series, truth.plan, seed=3, model=read_series_model(MODEL))


def test_units_and_answers_are_those_of_the_exposed(two_procedures):
    said = " ".join(found_units(two_procedures.impact))
    assert "2 of 2 ICSs" in said
    assert "2 of 2 procedures" in said
    assert "4 of 4 pairs of ICS and procedure" in said
    assert {"exposed", "exposed, procedure 01", "area 01"} <= {
        row["whom"] for row in impact_rows(two_procedures.impact)
    }
    answers = reporting_checklist(two_procedures).set_index("item")["answer"]
    assert "average rate ratio 1.3" in answers["Effect, relative and absolute"]
    assert answers["Level and slope"] == "declared as a change of level only"


def test_a_folder_is_written_where_trends_cannot_be_compared(tmp_path):
    series, truth = world(groups=1, periods=24, before=10)
    out = write_evaluation(evaluate(series, truth.plan, seed=1, model=read_series_model(MODEL)), tmp_path / "out")
    assert len(pd.read_csv(out / "trend_difference.csv")) == 0
    assert "too few periods to compare trends" in (out / "report.html").read_text(encoding="utf-8")


@pytest.mark.parametrize("days", ["working", "calendar", "equal"])
def test_parallel_trends_spread_admissions_over_the_days_of_the_series(days):
    series, truth = world(groups=1)
    series = series.assign_attrs(days=days)
    data = parallel_trends_data(series, truth.plan).query("arm == 'controls'")
    length = period_days(series).values[: len(data)]
    exposure = series["exposure"].sel(ics="area 03").squeeze().values[: len(data)]
    rate = data["expected"].to_numpy() / (exposure * length)
    np.testing.assert_allclose(rate, rate[0])


def test_a_period_that_the_start_cuts_in_two_is_not_before_it():
    series, truth = world(groups=1)
    cut = replace(truth.plan, date=f"{truth.plan.start:%Y-%m}-15", washout=1)
    last = parallel_trends_data(series, cut)["period"].max()
    assert last < pd.Timestamp(truth.plan.start)
    assert placebo_plans(series.isel(ics=[2]), cut.for_all())[0]["period"].values[-1] == np.datetime64(last)


def test_pictures_begin_at_the_first_start(two_procedures):
    plan = two_procedures.plan
    earlier = replace(plan, starts={"area 02": f"{two_procedures.series['period'].values[20]}"[:7]})
    axes = plot_interruption(replace(two_procedures, plan=earlier)).axes[0]
    dashed = [line for line in axes.lines if line.get_linestyle() == "--"]
    assert len(dashed) == 2
    counterfactual = next(line for line in axes.lines if line.get_label() == "without the intervention")
    assert len(counterfactual.get_xdata()) == 38 - 20


def drifting(series, a_year):
    years = series["elapsed"] / 12
    factor = np.exp(a_year * years * (series["ics"] != "area 03") * (1 + series["position"] - 0.5))
    return series.assign(admissions=series["exposure"] * series["working_days"] / 21 * factor)


def test_trends_that_differ_by_a_known_amount_are_found():
    series, truth = world()
    found = trend_difference(drifting(series, 0.05), truth.plan).set_index("quantity")
    assert found.loc["admissions", "estimate"] == pytest.approx(np.exp(0.05), abs=2e-3)
    assert found.loc["gap", "estimate"] == pytest.approx(np.exp(0.05 * 0.5), abs=2e-3)
    assert found.loc["admissions", "periods"] == 26
    alike = trend_difference(series, truth.plan).iloc[0]
    assert alike["lower"] < 1 < alike["upper"]


def test_each_arm_is_shown_relative_to_its_own_past():
    series, truth = world()
    data = parallel_trends_data(series, truth.plan)
    assert data["arm"].unique().tolist() == ["exposed", "controls"]
    sums = data.groupby("arm")[["observed", "expected"]].sum()
    np.testing.assert_allclose(sums["observed"], sums["expected"])
    assert data["period"].max() < np.datetime64(str(truth.plan.start))
    assert len(plot_parallel_trends(series, truth.plan).axes[0].lines) == 3


def test_parallel_trends_need_controls_and_a_past():
    series, truth = world()
    with pytest.raises(SpecError, match="say who was exposed"):
        trend_difference(series, replace(truth.plan, exposed=None))
    with pytest.raises(SpecError, match="trends need 12"):
        trend_difference(series, replace(truth.plan, date=f"{series['period'].values[5]}"[:10]))


@pytest.fixture
def folder(tmp_path):
    series, truth = world(groups=1, periods=32, before=20)
    rows = series["admissions"].to_dataframe().reset_index()[["period", "ics", "admissions"]]
    rows.assign(period=rows["period"].dt.strftime("%Y-%m"), population=100_000).to_csv(tmp_path / "s.csv", index=False)
    (tmp_path / "small.toml").write_text(MODEL)
    arguments = ["interruption", "--series", str(tmp_path / "s.csv"), "--date", f"{truth.plan.start:%Y-%m}",
                 "--out", str(tmp_path / "out"), "--model", str(tmp_path / "small.toml"), "--areas", "any"]  # fmt: skip
    return tmp_path, arguments


def test_the_command_line_takes_who_was_exposed_and_from_when(folder):
    path, arguments = folder
    done = CliRunner().invoke(app, [*arguments, "--exposed", "ics=area 01,area 02", "--start", "area 02=2019-07"])
    assert done.exit_code == 0, done.output
    declared = json.loads((path / "out" / "verdict.json").read_text())["declared"]
    plan = Interruption(declared["date"], exposed={"ics": ("area 01", "area 02")}, starts={"area 02": "2019-07"})
    assert declared["sha256"] == plan.sha256


@pytest.mark.parametrize(
    ("given", "match"),
    [
        (["--exposed", "area 01"], "--exposed is written name=value; 'area 01' is not"),
        (["--exposed", "ics=area 01", "--exposed", "ics=area 02"], "--exposed names 'ics' twice"),
        (["--exposed", "ics=area 01", "--start", "area 02=2019-07"], "area 02 has a start and is not exposed"),
    ],
)
def test_the_command_line_refuses_what_it_cannot_read(folder, given, match):
    with pytest.raises(EquityModelError, match=match):
        CliRunner().invoke(app, [*folder[1], *given], catch_exceptions=False)
