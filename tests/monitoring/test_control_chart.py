"""A chart as a whole: phases apart, re-basing at runs, targets, and what is shown but not charted."""

import numpy as np
import pandas as pd
import pytest

from equitymodel.data.series.measured_series import read_measured
from equitymodel.data.series.periods import Periods
from equitymodel.errors import OptionError
from equitymodel.monitoring.chart_plan import ChartPlan
from equitymodel.monitoring.control_chart import FIXED, TRIAL, control_chart, control_charts
from tests.monitoring.series import monthly

pytestmark = pytest.mark.unit
STEADY = 50 + np.tile([1.0, -1.0, 2.0, -2.0], 6)
STEPPED = np.concatenate([STEADY, STEADY[:20] + 8])


def test_the_eighteen_points():
    values = np.array([1.0, 2, 1, 2, 10, *[1, 2] * 6, 1])
    chart = control_chart(monthly(values), ChartPlan(rules="plotthedots"))
    assert chart.last[["upper", "centre", "lower"]].tolist() == pytest.approx([4.6044, 1.9444, -0.7156], abs=5e-5)
    assert chart.signals["period"].tolist() == ["2021-08"]


def test_a_signal_is_read_by_which_way_is_better():
    readings = {
        better: control_chart(monthly(STEPPED), ChartPlan(better=better)).signals["reading"].iloc[-1]
        for better in ("higher", "lower", "neither")
    }
    assert readings == {"higher": "improvement", "lower": "concern", "neither": "higher"}


def test_phases_have_limits_of_their_own():
    plan = ChartPlan(rebase={"2023-04": "new theatre"})
    chart = control_chart(monthly(STEPPED), plan).points
    means = chart.groupby("phase")["centre"].unique()
    assert means[1].tolist() == pytest.approx([STEPPED[:24].mean()])
    assert means[2].tolist() == pytest.approx([STEPPED[24:].mean()])
    assert not chart["signal"].any()


def test_points_in_a_break_set_nothing_and_signal_nothing():
    values = np.concatenate([STEADY, [0.0] * 13, STEADY[:12]])
    points = control_chart(monthly(values, "2018-03-01", periods=Periods(days="equal"))).points
    apart = points["status"] == "in a declared break"
    assert apart.sum() == 13
    assert points.loc[apart, "centre"].isna().all()
    assert not points["signal"].any()


def test_sustained_limits_are_fixed_and_set_anew_at_the_start_of_a_run():
    chart = control_chart(monthly(STEPPED), ChartPlan(rules="sustained"))
    points = chart.points
    first = points[points["phase"] == 2].iloc[0]
    assert first["period"] == "2023-04"
    assert points.loc[points["phase"] == 1, "centre"].unique() == pytest.approx([STEPPED[:20].mean()])
    assert points.loc[24:30, "rule"].unique().tolist() == ["run on one side"]
    assert points.loc[0, "limits"] == FIXED
    assert points["status"].iloc[-1] == "held back"


def test_a_run_within_what_sets_the_limits_does_not_set_them_anew():
    values = np.concatenate([STEADY[:8] + 16, STEADY[:16]])
    assert set(control_chart(monthly(values), ChartPlan(rules="sustained")).points["phase"]) == {1}


def test_few_points_have_trial_limits_and_fewer_none():
    assert set(control_chart(monthly(STEADY[:11])).points["limits"]) == {TRIAL}
    chart = control_chart(monthly(STEADY[:6]))
    assert chart.charted.empty
    assert chart.last is None


def test_three_years_are_shown_and_not_charted():
    years = pd.DataFrame({"period": ["2021/22", "2022/23", "2023/24"], "value": [1.0, 2.0, 9.0]})
    chart = control_chart(read_measured(years, periods=Periods("annual", breaks=None)))
    assert len(chart.points) == 3
    assert chart.charted.empty
    assert not chart.points["signal"].any()


@pytest.mark.parametrize(
    ("better", "target", "comes_to"),
    [("higher", 30.0, "met"), ("higher", 70.0, "not met"), ("lower", 70.0, "met"), ("lower", 30.0, "not met"),
     ("higher", 50.0, "hit and miss"), ("neither", 50.0, ""), ("higher", None, "")],
)  # fmt: skip
def test_what_a_target_comes_to(better, target, comes_to):
    assert control_chart(monthly(STEADY), ChartPlan(better=better, target=target)).assurance == comes_to


def test_proportions_take_denominators():
    months = pd.date_range("2022-01-01", periods=12, freq="MS").strftime("%Y-%m")
    counts = pd.DataFrame({"period": months, "numerator": range(900, 912), "denominator": 1000})
    chart = control_chart(read_measured(counts), ChartPlan(kind="p"))
    assert chart.points["upper"].iloc[0] == pytest.approx(0.9055 + 3 * np.sqrt(0.9055 * 0.0945 / 1000))
    with pytest.raises(OptionError, match="denominator"):
        control_chart(monthly(STEADY), ChartPlan(kind="p"))


def test_each_area_has_a_chart():
    months = pd.date_range("2022-01-01", periods=24, freq="MS").strftime("%Y-%m")
    rows = pd.concat([pd.DataFrame({"period": months, "ics": code, "value": STEADY + place})
                      for place, code in enumerate("AB")])  # fmt: skip
    series = read_measured(rows, areas="any")
    charts = control_charts(series)
    assert charts["B"].last["centre"] == pytest.approx(STEADY.mean() + 1)
    with pytest.raises(OptionError, match="one area"):
        control_chart(series)


def test_limits_are_not_set_anew_from_a_day_outside_the_series():
    series = monthly(range(12))
    with pytest.raises(OptionError, match="2030-11-01: the series runs from"):
        control_chart(series, ChartPlan(rebase={"2030-11": "merged"}))


def test_areas_of_one_name_are_told_apart_by_their_codes():
    months = [f"2022-{month:02}" for month in range(1, 13)]
    rows = pd.DataFrame({"period": months * 3, "ics": ["A"] * 12 + ["B"] * 12 + ["C"] * 12, "value": range(36),
                         "ics_name": ["York"] * 24 + ["Kent"] * 12})  # fmt: skip
    charts = control_charts(read_measured(rows, areas="any"))
    assert [chart.ics_name for chart in charts.values()] == ["York (A)", "York (B)", "Kent"]
