import numpy as np
import pandas as pd
import pytest

from equitymodel.data.series.measured_series import read_measured
from equitymodel.errors import OptionError
from equitymodel.monitoring.chart_plan import ChartPlan
from equitymodel.monitoring.memory_chart import SETS, MemoryPlan, memory_chart
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
