import pandas as pd
import pytest

from equitymodel.cli.app import app
from equitymodel.cli.metric_rows import read_whole, refuse_untold, rows_of_metric, told_whose
from equitymodel.data.series.measured_series import read_measured
from equitymodel.data.series.series_facts import SeriesFacts
from equitymodel.data.tables.sent_table import SentTable
from equitymodel.errors import OptionError
from equitymodel.monitoring.metric_set import metric_named

pytestmark = pytest.mark.unit
ROWS = pd.DataFrame({"metric": ["value", " dna_ratio "], "period": "2024-01", "value": ["1", None]})


def test_a_metric_without_rows_is_refused_with_those_that_have_some():
    with pytest.raises(OptionError, match="has: value, dna_ratio; name one or more of these by --metric"):
        rows_of_metric(ROWS, "rate_ratio")
    assert rows_of_metric(ROWS, "dna_ratio").to_dict("list") == {"period": ["2024-01"]}


def test_metrics_of_one_table_of_admissions_need_no_column():
    asked = [metric_named(name) for name in ("rate_ratio", "slope_index")]
    refuse_untold(asked, ["period", "admissions"])
    with pytest.raises(OptionError, match="rate_ratio, slope_index: each"):
        refuse_untold(asked, ["period", "value"])
    refuse_untold(asked[:1], ["period", "value"])


def test_the_table_of_an_evaluation_is_refused_with_what_charts_it(tmp_path):
    months = pd.date_range("2022-01-01", periods=12, freq="MS").strftime("%Y-%m")
    table = pd.DataFrame({"period": [*months] * 2, "deprivation": [1] * 12 + [2] * 12, "admissions": [80] * 12 + [90] * 12,
                          "population": 20_000})  # fmt: skip
    typed = ["monitor", "--series", str(tmp_path / "series.csv"), "--out", str(tmp_path / "out"), "--metric"]
    table.to_csv(tmp_path / "series.csv", index=False)
    for metric, says in (("value", "name the two columns numerator and denominator"),
                         ("rate_ratio", "write, as expected_admissions, population times")):  # fmt: skip
        with pytest.raises(OptionError, match=says):
            app([*typed, metric], standalone_mode=False)
    expected = table["population"] * table["admissions"].sum() / table["population"].sum()
    table.assign(population=expected).rename(columns={"population": "expected_admissions"}).to_csv(
        tmp_path / "series.csv", index=False
    )
    app([*typed, "rate_ratio"], standalone_mode=False)
    assert pd.read_csv(tmp_path / "out" / "points.csv")["value"].mean() == pytest.approx(80 / 90, abs=0.02)


def test_a_series_of_some_rows_names_the_file_and_whose_its_findings_are(tmp_path):
    file = tmp_path / "table.csv"
    rows = {"Metric": "value", "period": ["2023-01", "2023-02", "2023-03"], "value": ["1", "-", "2"]}
    pd.DataFrame(rows).to_csv(file, index=False)
    frame, sha256 = read_whole(SentTable.of(file))
    read = read_measured(SentTable(rows_of_metric(frame, "value")), markers={"-": "not_available"})
    facts = SeriesFacts.of(told_whose(read, metric_named("dna_ratio"), file="table.csv", sha256=sha256))
    assert [(source.file, source.sha256) for source in facts.sources] == [("table.csv", sha256)]
    assert facts.findings
    assert all(item.detail.startswith("Did-not-attend ratio: ") for item in facts.findings)
