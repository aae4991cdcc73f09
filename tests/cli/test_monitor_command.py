import json

import numpy as np
import pandas as pd
import pytest

from equitymodel.cli.app import app
from equitymodel.errors import EquityDataError, OptionError, OutputError

pytestmark = pytest.mark.unit
MONTHS = pd.date_range("2022-01-01", periods=24, freq="MS").strftime("%Y-%m")


def run(*arguments):
    return app(["monitor", *map(str, arguments)], prog_name="equitymodel", standalone_mode=False)


@pytest.fixture
def series(tmp_path):
    path = tmp_path / "series.csv"
    pd.DataFrame({"period": MONTHS, "value": np.r_[np.tile([0.80, 0.82], 8), np.full(8, 0.9)]}).to_csv(
        path, index=False
    )
    return path


def test_a_plain_series_becomes_points_a_record_and_a_page(series, tmp_path, capsys):
    out = tmp_path / "results"
    run("--series", series, "--metric", "value", "--better", "higher", "--target", 0.5, "--out", out)
    printed = capsys.readouterr().out
    assert "A signal is for looking into" in printed
    assert "significant" not in printed
    points = pd.read_csv(out / "points.csv")
    assert {"period", "value", "centre", "lower", "upper", "signal", "rule"} <= set(points)
    record = json.loads((out / "monitor.json").read_text())
    assert record["plan"]["rules"] == "mdc"
    assert record["areas"]["All ICSs"]["target"] == "met"
    page = (out / "report.html").read_text(encoding="utf-8")
    assert "Monte Carlo standard error" in page
    assert "significant" not in page


def test_counts_by_deprivation_are_worked_into_a_metric(tmp_path):
    rows = [{"period": month, "deprivation": group, "numerator": 90 if group == 1 else 45, "denominator": 1000}
            for month in MONTHS for group in (1, 2)]  # fmt: skip
    pd.DataFrame(rows).to_csv(tmp_path / "counts.csv", index=False)
    run("--series", tmp_path / "counts.csv", "--metric", "dna_ratio", "--out", tmp_path / "results")
    points = pd.read_csv(tmp_path / "results" / "points.csv")
    assert points["value"].to_numpy() == pytest.approx(2.0, abs=0.1)
    assert (points["value_low"] < points["value"]).all()


def test_admissions_with_what_is_expected_are_worked_into_a_metric(tmp_path):
    rows = [{"period": month, "deprivation": group, "admissions": 401 * group, "expected_admissions": 1000}
            for month in MONTHS for group in (1, 2)]  # fmt: skip
    pd.DataFrame(rows).to_csv(tmp_path / "admissions.csv", index=False)
    run("--series", tmp_path / "admissions.csv", "--metric", "rate_ratio", "--out", tmp_path / "results")
    assert pd.read_csv(tmp_path / "results" / "points.csv")["value"].to_numpy() == pytest.approx(0.5, abs=0.02)
    for title, name in (((), "admissions"), (("--title", "Our ICS"), "Our ICS")):
        run("--series", tmp_path / "admissions.csv", "--metric", "rate_ratio", "--out", tmp_path / name, *title)
        assert set(pd.read_csv(tmp_path / name / "points.csv")["ics_name"]) == {name}


def test_a_title_of_a_series_with_areas_is_refused(admissions, tmp_path):
    with pytest.raises(OptionError, match="series without areas"):
        run(
            "--series", admissions, "--areas", "any", "--metric", "rate_ratio", "--title", "X", "--out", tmp_path / "no"
        )


@pytest.fixture
def admissions(tmp_path):
    rows = [{"period": month, "ics": code, "deprivation": group, "admissions": 400 + 10 * group + 7 * (at % 3),
             "expected_admissions": 500}
            for at, month in enumerate(MONTHS) for code in "AB" for group in (1, 2, 3)]  # fmt: skip
    path = tmp_path / "admissions.csv"
    pd.DataFrame(rows).to_csv(path, index=False)
    return path


def test_several_metrics_are_each_what_they_are_alone(admissions, tmp_path, capsys):
    given = ["--series", admissions, "--areas", "any", "--metric", "rate_ratio"]
    run(*given, "--metric", "slope_index", "--out", tmp_path / "both")
    assert capsys.readouterr().out.count("When nothing changes anywhere") == 2
    run(*given, "--out", tmp_path / "one")
    both, one = (pd.read_csv(tmp_path / name / "points.csv") for name in ("both", "one"))
    assert both.groupby("metric", sort=False).size().to_dict() == {"rate_ratio": 48, "slope_index": 48}
    own = both[both["metric"] == "rate_ratio"].drop(columns="metric").reset_index(drop=True)
    pd.testing.assert_frame_equal(own, one, check_dtype=False)
    records = [json.loads((tmp_path / name / "monitor.json").read_text()) for name in ("both", "one")]
    assert records[0]["metrics"]["rate_ratio"]["areas"] == records[1]["areas"]
    page = (tmp_path / "both" / "areas" / "A.html").read_text("utf-8")
    assert page.count("<svg") == 2
    assert page.count("Monte Carlo standard error") == 2


def test_a_table_may_say_which_rows_are_of_which_metric(tmp_path):
    rows = [{"metric": name, "period": month, "deprivation": group, "numerator": of * (3 - group), "denominator": 2000}
            for name, of in (("dna_ratio", 90), ("over_52_weeks", 50)) for month in MONTHS for group in (1, 2)]  # fmt: skip
    rows += [{"metric": "value", "period": month, "value": 7} for month in MONTHS]
    table = tmp_path / "table.csv"
    pd.DataFrame(rows).to_csv(table, index=False)
    run(
        "--series",
        table,
        *[f"--metric={name}" for name in ("dna_ratio", "over_52_weeks", "value")],
        "--out",
        tmp_path / "a",
    )
    found = pd.read_csv(tmp_path / "a" / "points.csv").groupby("metric")["value"].mean()
    assert found.to_dict() == pytest.approx({"dna_ratio": 2, "over_52_weeks": 2.5, "value": 7}, abs=0.05)
    assert json.loads((tmp_path / "a" / "provenance.json").read_text())["inputs"]["measured"]["file"] == "table.csv"
    run("--series", table, "--metric", "dna_ratio", "--out", tmp_path / "b")
    assert pd.read_csv(tmp_path / "b" / "points.csv")["value"].mean() == pytest.approx(found["dna_ratio"])


@pytest.mark.parametrize(
    ("options", "says"),
    [
        (["--metric", "rate_ratio", "--metric", "rate_ratio"], "named twice"),
        (["--metric", "rate_ratio", "--metric", "dna_ratio"], "dna_ratio: it has values of its own"),
        (["--metric", "rate_ratio", "--metric", "slope_index", "--target", "1"], "--target is of one metric"),
        (["--metric", "rate_ratio", "--metric", "slope_index", "--chart", "cusum"], "several metrics are for"),
    ],
)
def test_several_metrics_that_cannot_be_had_are_refused(options, says, admissions, tmp_path):
    with pytest.raises(OptionError, match=says):
        run("--series", admissions, "--areas", "any", *options, "--out", tmp_path / "results")
    assert not (tmp_path / "results").exists()


def test_values_of_one_series_are_not_charted_under_several_names(series, tmp_path):
    with pytest.raises(OptionError, match="column 'metric'"):
        run("--series", series, "--metric", "rate_ratio", "--metric", "slope_index", "--out", tmp_path / "results")


def test_rebasing_is_kept_with_its_reason(series, tmp_path):
    run("--series", series, "--rebase", "2023-05=boards merged", "--out", tmp_path / "results")
    record = json.loads((tmp_path / "results" / "monitor.json").read_text())
    assert record["plan"]["rebased"] == {"2023-05": "boards merged"}
    assert not pd.read_csv(tmp_path / "results" / "points.csv")["signal"].any()


def test_one_area_of_several_can_be_chosen(tmp_path):
    rows = pd.concat([pd.DataFrame({"period": MONTHS, "ics": code, "value": np.tile([1.0, 2.0], 12)}) for code in "AB"])
    rows.to_csv(tmp_path / "areas.csv", index=False)
    given = ["--series", tmp_path / "areas.csv", "--areas", "any", "--out", tmp_path / "results"]
    run(*given, "--area", "B")
    assert pd.read_csv(tmp_path / "results" / "points.csv")["ics"].unique().tolist() == ["B"]
    run(*given, "--overwrite")
    assert {path.name for path in (tmp_path / "results" / "areas").iterdir()} == {"A.html", "B.html"}
    with pytest.raises(OptionError, match="no area is called"):
        run(*given, "--overwrite", "--area", "C")


@pytest.mark.parametrize(
    ("options", "error", "says"),
    [
        (["--rules", "mcd"], OptionError, "mdc"),
        (["--metric", "values"], OptionError, "value"),
        (["--kind", "p"], OptionError, "numerator"),
        (["--rebase", "2023-05"], OptionError, "say why"),
        (["--frequency", "yearly"], OptionError, "yearly"),
    ],
)
def test_what_has_no_meaning_is_refused_and_nothing_is_written(options, error, says, series, tmp_path):
    with pytest.raises(error, match=says):
        run("--series", series, *options, "--out", tmp_path / "results")
    assert not (tmp_path / "results").exists()


@pytest.mark.parametrize("option", ["--seed", "--drop-last", "--last", "--baseline"])
def test_a_number_below_its_least_is_refused_by_the_option(option, series, call, tmp_path):
    answer = call("monitor", "--series", series, option, "-1", "--out", tmp_path / "results")
    assert (answer.code, option in answer.errors) == (2, True)


def test_a_broken_table_and_a_full_folder_are_refused(series, tmp_path):
    rows = pd.read_csv(series)
    rows.drop(index=3).to_csv(tmp_path / "gap.csv", index=False)
    with pytest.raises(EquityDataError, match="T01"):
        run("--series", tmp_path / "gap.csv", "--out", tmp_path / "results")
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "mine.txt").write_text("mine")
    with pytest.raises(OutputError):
        run("--series", series, "--out", tmp_path / "full")
