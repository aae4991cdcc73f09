import json

import numpy as np
import pandas as pd
import pytest

from equitymodel.cli.app import app
from equitymodel.errors import OptionError

pytestmark = pytest.mark.unit
MONTHS = pd.date_range("2022-01-01", periods=44, freq="MS").strftime("%Y-%m")
VALUES = np.round(0.8 + 0.02 * np.random.default_rng(1).normal(size=44), 4)


def run(*arguments):
    return app([*map(str, arguments)], prog_name="equitymodel", standalone_mode=False)


def table(folder, months, values):
    path = folder / f"{months}.csv"
    pd.DataFrame({"period": MONTHS[:months], "value": values[:months]}).to_csv(path, index=False)
    return path


@pytest.fixture
def first(tmp_path):
    run("monitor", "--series", table(tmp_path, 30, VALUES), "--better", "higher", "--out", tmp_path / "one")
    return tmp_path / "one"


def limits(folder):
    return pd.read_csv(folder / "points.csv")[["lower", "upper"]].iloc[:30]


def test_limits_are_locked_when_months_are_added(first, tmp_path):
    new = table(tmp_path, 44, VALUES + np.where(np.arange(44) >= 30, 0.1, 0))
    run("refresh", first, "--series", new, "--out", tmp_path / "two")
    assert limits(tmp_path / "two").equals(limits(first))
    run("monitor", "--series", new, "--better", "higher", "--out", tmp_path / "anew")
    assert not limits(tmp_path / "anew").equals(limits(first))
    changes = pd.read_csv(tmp_path / "two" / "changes.csv")
    assert set(changes["what"]) <= {"value", "signal"}


def test_limits_that_follow_a_revised_count_are_not_said_to_be_as_they_were(first, tmp_path, capsys):
    run("refresh", first, "--series", table(tmp_path, 31, VALUES), "--out", tmp_path / "two")
    assert "Limits are locked as they were." in capsys.readouterr().out
    revised = table(tmp_path, 32, VALUES + 0.05 * (np.arange(44) == 10))
    run("refresh", first, "--series", revised, "--out", tmp_path / "three")
    assert not limits(tmp_path / "three").equals(limits(first))
    assert "Limits are locked, and those of 30 points follow" in " ".join(capsys.readouterr().out.split())


def test_an_unchanged_table_gives_the_same_bytes(first, tmp_path):
    run("refresh", first, "--series", tmp_path / "30.csv", "--out", tmp_path / "two")
    assert (tmp_path / "two" / "points.parquet").read_bytes() == (first / "points.parquet").read_bytes()
    assert pd.read_csv(tmp_path / "two" / "changes.csv").empty


def test_a_series_keeps_its_name_when_the_new_file_has_another(first, tmp_path):
    (tmp_path / "december.csv").write_bytes((tmp_path / "30.csv").read_bytes())
    run("refresh", first, "--series", tmp_path / "december.csv", "--out", tmp_path / "two")
    assert (tmp_path / "two" / "points.csv").read_bytes() == (first / "points.csv").read_bytes()


def test_limits_are_set_anew_for_a_reason_that_is_kept(first, tmp_path):
    new = table(tmp_path, 44, VALUES + np.where(np.arange(44) >= 26, 0.1, 0))
    typed = ["refresh", first, "--series", new, "--out", tmp_path / "two", "--rebase", "2024-03"]
    with pytest.raises(OptionError, match="go together"):
        run(*typed)
    run(*typed, "--reason", "boards merged")
    assert json.loads((tmp_path / "two" / "monitor.json").read_text())["plan"]["rebased"] == {
        "2024-03": "boards merged"
    }
    assert "boards merged" in (tmp_path / "two" / "report.html").read_text("utf-8")
    run("refresh", tmp_path / "two", "--series", new, "--out", tmp_path / "three")
    assert (tmp_path / "three" / "points.csv").read_bytes() == (tmp_path / "two" / "points.csv").read_bytes()


def test_a_shorter_table_is_refused_by_name(first, tmp_path):
    with pytest.raises(OptionError, match="2024-06"):
        run("refresh", first, "--series", table(tmp_path, 29, VALUES), "--out", tmp_path / "two")


def test_an_option_of_nothing_is_kept(tmp_path):
    pd.DataFrame({"period": MONTHS, "numerator": np.random.default_rng(1).poisson(100, 44), "denominator": 100}).to_csv(
        tmp_path / "counts.csv", index=False
    )
    typed = ["--chart", "cusum", "--allowance", 0, "--seed", 0, "--no-day-first"]
    run("monitor", "--series", tmp_path / "counts.csv", *typed, "--out", tmp_path / "one")
    run("refresh", tmp_path / "one", "--series", tmp_path / "counts.csv", "--out", tmp_path / "two")
    one, two = (json.loads((tmp_path / name / "monitor.json").read_text()) for name in ("one", "two"))
    assert (two["plan"]["allowance"], two["seed"]) == (0.0, 0)
    assert two["areas"] == one["areas"]
    assert json.loads((tmp_path / "two" / "provenance.json").read_text())["options"]["day_first"] is False


@pytest.mark.parametrize("chart", ["cusum", "ewma"])
def test_sums_before_a_break_stay_as_they_were_without_a_stated_baseline(chart, tmp_path):
    months = pd.date_range("2018-01-01", periods=90, freq="MS").strftime("%Y-%m")
    rows = pd.DataFrame({"period": months, "numerator": np.random.default_rng(3).poisson(200, 90), "denominator": 200})
    for many in (78, 90):
        rows[:many].to_csv(tmp_path / f"{many}.csv", index=False)
    run("monitor", "--series", tmp_path / "78.csv", "--chart", chart, "--title", "A", "--out", tmp_path / "one")
    run("refresh", tmp_path / "one", "--series", tmp_path / "90.csv", "--out", tmp_path / "two")
    one, two = (pd.read_csv(tmp_path / name / "points.csv") for name in ("one", "two"))
    assert two[:78].equals(one)
    assert set(pd.read_csv(tmp_path / "two" / "changes.csv")["why"]) == {"new data"}
    run("refresh", tmp_path / "two", "--series", tmp_path / "90.csv", "--out", tmp_path / "three")
    assert (tmp_path / "three" / "points.csv").read_bytes() == (tmp_path / "two" / "points.csv").read_bytes()


def test_several_metrics_are_refreshed_with_limits_of_each_locked(tmp_path):
    rng = np.random.default_rng(1)
    rows = pd.DataFrame([{"metric": name, "period": month, "ics": code, "value": round(rng.normal(10, 1), 3)}
                         for month in MONTHS for name in ("dna_ratio", "rate_ratio") for code in "AB"])  # fmt: skip
    named = ["--metric", "dna_ratio", "--metric", "rate_ratio", "--areas", "any"]
    rows[rows["period"] < MONTHS[30]].to_csv(tmp_path / "early.csv", index=False)
    rows.to_csv(tmp_path / "late.csv", index=False)
    run("monitor", "--series", tmp_path / "early.csv", *named, "--out", tmp_path / "one")
    run("refresh", tmp_path / "one", "--series", tmp_path / "late.csv", "--out", tmp_path / "two")
    keys = ["metric", "ics", "period"]
    one, two = (pd.read_csv(tmp_path / name / "points.csv").set_index(keys) for name in ("one", "two"))
    assert two.loc[one.index, ["value", "lower", "upper"]].equals(one[["value", "lower", "upper"]])
    changes = pd.read_csv(tmp_path / "two" / "changes.csv")
    assert changes.groupby("metric").size().to_dict() == {"dna_ratio": 28, "rate_ratio": 28}
    rows[rows["metric"] == "dna_ratio"].to_csv(tmp_path / "less.csv", index=False)
    with pytest.raises(OptionError, match="rate_ratio"):
        run("refresh", tmp_path / "one", "--series", tmp_path / "less.csv", "--out", tmp_path / "three")
