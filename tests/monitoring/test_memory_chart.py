import numpy as np
import pandas as pd
import pytest

from equitymodel.data.series.measured_series import read_measured
from equitymodel.errors import OptionError
from equitymodel.monitoring.chart_plan import ChartPlan
from equitymodel.monitoring.memory_chart import SETS, MemoryPlan, memory_chart, memory_charts
from equitymodel.monitoring.observed_expected import observed_expected

pytestmark = pytest.mark.unit
MONTHS = pd.date_range("2022-01-01", periods=40, freq="MS").strftime("%Y-%m")


def counts(observed, expected=100):
    months = MONTHS[: len(observed)]
    return observed_expected(read_measured(pd.DataFrame({"period": months, "numerator": observed,
                                                         "denominator": expected})))  # fmt: skip


STEADY = np.tile([95, 105], 10)


def test_sums_are_those_of_the_recursion_worked_out_by_hand():
    observed = np.r_[STEADY, [110, 120, 100, 90]]
    chart = memory_chart(counts(observed), MemoryPlan(baseline=20))
    scores = (observed - 100) / np.std(STEADY - 100.0, ddof=1)
    higher = 0.0
    for period in range(20, 24):
        higher = max(0.0, higher + scores[period] - 0.5)
        assert chart.points["sum_higher"].iloc[period] == pytest.approx(higher)
    assert (chart.points["status"].iloc[:20] == SETS).all()
    assert chart.points["value"].iloc[:20].isna().all()


def test_a_fall_is_a_rise_reversed():
    plan = MemoryPlan(baseline=20)
    rise, fall = (memory_chart(counts(np.r_[STEADY, np.full(8, 100 + step)]), plan) for step in (8, -8))
    assert rise.last["sum_higher"] == pytest.approx(fall.last["sum_lower"], rel=1e-9)
    assert (rise.last["direction"], fall.last["direction"]) == ("higher", "lower")
    assert rise.first_signal == fall.first_signal


def test_what_is_usual_is_the_areas_own_unless_the_expected_is_said_to_be():
    above = np.r_[STEADY, STEADY] + 30
    assert not memory_chart(counts(above)).signals_now
    assert memory_chart(counts(above), MemoryPlan(baseline=0)).signals_now


def test_sums_begin_anew_where_it_is_re_based():
    observed = np.r_[STEADY, STEADY + 40]
    anew = MemoryPlan(plan=ChartPlan(rebase={MONTHS[20]: "boards merged"}))
    assert memory_chart(counts(observed)).signals_now
    assert not memory_chart(counts(observed), anew).signals_now


@pytest.mark.parametrize(
    "chosen", [{"chart": "shewhart"}, {"baseline": 3}, {"decision": 0.0}, {"weight": 2.0, "chart": "ewma"}]
)
def test_plans_without_meaning_are_refused(chosen):
    with pytest.raises(OptionError):
        MemoryPlan(**chosen)


def test_a_short_series_is_shown_and_not_charted():
    assert memory_chart(counts(STEADY[:8])).last is None


@pytest.mark.parametrize(("baseline", "usual"), [(20, 1.2), (0, 1.0)])
def test_what_is_usual_and_residuals_are_those_worked_out_by_hand_where_months_differ_in_size(baseline, usual):
    expected = np.tile([100, 400], 12)
    observed = np.r_[np.tile([110, 490, 130, 470], 5), [150, 520, 90, 480]]
    found = memory_chart(counts(observed, expected), MemoryPlan(baseline=baseline))
    raw = (observed - usual * expected) / np.sqrt(usual * expected)
    spread = np.std(raw[:20], ddof=1) if baseline else np.mean(np.abs(raw[1:] - raw[:-1])) / 1.128
    assert found.usual[1] == pytest.approx((usual, spread**2))
    assert found.points["residual"].to_numpy() == pytest.approx(raw / spread)


def test_an_average_and_its_limits_are_those_worked_out_by_hand():
    observed = np.r_[STEADY, [110, 120]]
    points = memory_chart(counts(observed), MemoryPlan("ewma", baseline=20, weight=0.2, reach=3.0)).points
    first, second = (observed[20:] - 100) / np.std(STEADY - 100.0, ddof=1)
    assert points["value"].iloc[20:].tolist() == pytest.approx([0.2 * first, 0.2 * second + 0.16 * first])
    assert points["upper"].iloc[20:].tolist() == pytest.approx([3 * 0.2, 3 * np.sqrt(0.2**2 + 0.16**2)])


def test_areas_of_one_name_are_told_apart():
    rows = pd.DataFrame([{"ics": code, "ics_name": "Kent", "period": month, "numerator": seen, "denominator": 100}
                         for code in "AB" for month, seen in zip(MONTHS, STEADY, strict=False)])  # fmt: skip
    charts = memory_charts(observed_expected(read_measured(rows, areas="any")), MemoryPlan())
    assert [chart.ics_name for chart in charts.values()] == ["Kent (A)", "Kent (B)"]


def test_what_is_usual_is_not_set_anew_outside_the_series():
    with pytest.raises(OptionError, match="from 2030-01-01: the series runs from 2022-01-01 to 2023-08-01"):
        memory_chart(counts(STEADY), MemoryPlan(plan=ChartPlan(rebase={"2030-01": "boards merged"})))
