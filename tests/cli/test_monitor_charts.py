import pandas as pd
import pytest

from equitymodel.cli.app import app
from equitymodel.cli.monitor_charts import target_asked
from equitymodel.errors import EquityDataError, OptionError
from equitymodel.monitoring.metric_set import PLAIN, metric_named
from tests.monitoring.counted import MONTHS, counted

pytestmark = pytest.mark.unit


def run(*arguments):
    return app(["monitor", *map(str, arguments)], prog_name="equitymodel", standalone_mode=False)


@pytest.fixture
def series(tmp_path):
    rows = counted(shift=40)[["observed", "expected"]].to_dataframe().reset_index()
    rows = rows.assign(period=rows["period"].dt.strftime("%Y-%m"))
    names = {"observed": "numerator", "expected": "denominator"}
    rows.rename(columns=names)[["ics", "period", *names.values()]].to_csv(tmp_path / "series.csv", index=False)
    return tmp_path / "series.csv"


@pytest.mark.parametrize("chart", ["funnel", "cusum", "ewma"])
def test_each_chart_writes_points_a_record_a_page_and_says_its_run_lengths(chart, series, tmp_path, capsys):
    run("--series", series, "--chart", chart, "--areas", "any", "--out", tmp_path / "out")
    points = pd.read_csv(tmp_path / "out" / "points.csv")
    assert {"period", "value", "centre", "lower", "upper", "signal", "rule"} <= set(points)
    assert (tmp_path / "out" / "report.html").is_file()
    assert ("when nothing changed" in capsys.readouterr().out) == (chart != "funnel")


def test_options_of_another_chart_are_refused(series, tmp_path):
    for typed in (["--chart", "funnel", "--baseline", 12], ["--chart", "cusum", "--target", 1], ["--chart", "years"],
                  ["--chart", "pie"], ["--chart", "funnel", "--form", "predictive"]):  # fmt: skip
        with pytest.raises(OptionError):
            run("--series", series, *typed, "--areas", "any", "--out", tmp_path / "out")


def test_a_target_is_in_the_unit_of_the_metric():
    assert target_asked("0.95", PLAIN) == 0.95
    for text, metric, kind in (("95 %", PLAIN, "xmr"), ("95", PLAIN, "p"), ("x", PLAIN, "xmr"),
                               ("3 weeks", metric_named("over_52_weeks"), "xmr")):  # fmt: skip
        with pytest.raises(OptionError, match="target"):
            target_asked(text, metric, kind=kind)


def test_markers_are_gaps_by_name_and_what_could_be_a_number_is_refused(tmp_path):
    values = ["1", "2"] * 12
    for marker, said in (("*", None), ("-", "-=not_available")):
        pd.DataFrame({"period": MONTHS, "value": [*values[:-1], marker]}).to_csv(tmp_path / "a.csv", index=False)
        typed = ["--series", tmp_path / "a.csv", "--out", tmp_path / "out", "--overwrite"]
        if said:
            with pytest.raises(EquityDataError, match="M06"):
                run(*typed)
            typed += ["--marker", said]
        run(*typed)
        assert "Gaps where a marker stood" in (tmp_path / "out" / "report.html").read_text("utf-8")


def test_counts_are_added_up_to_the_boards_of_2026(tmp_path):
    rows = [{"period": month, "ics": code, "numerator": 5 + (k % 3), "denominator": 100}
            for k, month in enumerate(MONTHS) for code in ("E54000008", "E54000010")]  # fmt: skip
    pd.DataFrame(rows).to_csv(tmp_path / "a.csv", index=False)
    typed = ["--areas", "to_icb2026", "--deprivation-index", "IMD 2019", "--out", tmp_path / "out"]
    run("--series", tmp_path / "a.csv", *typed)
    points = pd.read_csv(tmp_path / "out" / "points.csv")
    assert set(points["ics"]) == {"E54000008", "E54000010"}
