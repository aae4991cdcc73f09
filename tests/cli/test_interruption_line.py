"""The command `interruption`, from its options to a folder."""

import json

import pandas as pd
import pytest
from typer.testing import CliRunner

from equitymodel.cli.app import app
from equitymodel.errors import EquityModelError
from equitymodel.simulate.simulated_series import simulate_series
from equitymodel.spec.interruption import Interruption
from tests.evaluated import SMALL_MODEL, controlled_series

pytestmark = pytest.mark.unit


@pytest.fixture
def folder(tmp_path):
    series, truth = controlled_series(groups=1, periods=32, before=20)
    rows = series["admissions"].to_dataframe().reset_index()[["period", "ics", "admissions"]]
    rows.assign(period=rows["period"].dt.strftime("%Y-%m"), population=100_000).to_csv(tmp_path / "s.csv", index=False)
    (tmp_path / "small.toml").write_text(SMALL_MODEL)
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
