import numpy as np
import pandas as pd
import pytest
from scipy.stats import norm

from equitymodel.data.series.measured_series import read_measured
from equitymodel.data.series.periods import Periods
from equitymodel.monitoring.memory_alarms import memory_alarms, monitor_memory
from equitymodel.monitoring.memory_chart import MemoryPlan, memory_chart
from equitymodel.monitoring.observed_expected import observed_expected
from equitymodel.monitoring.series_memory import SeriesMemory

pytestmark = pytest.mark.unit
MONTHS = pd.date_range("2015-01-01", periods=60, freq="MS").strftime("%Y-%m")


def counts(seed=1):
    drawn = np.random.default_rng(seed).poisson(1000, 60)
    return observed_expected(read_measured(pd.DataFrame({"period": MONTHS, "numerator": drawn, "denominator": 1000})))


@pytest.mark.parametrize("kind", ["cusum", "ewma"])
def test_the_share_is_that_of_series_drawn_and_charted_one_by_one(kind):
    plan = MemoryPlan(kind, baseline=30)
    alarms = memory_alarms(memory_chart(counts(), plan), SeriesMemory.stated(60), repetitions=4000)
    drawn = [not memory_chart(counts(seed), plan).signals.empty for seed in range(200)]
    error = np.sqrt(alarms.share * (1 - alarms.share) / 200 + alarms.error**2)
    assert abs(np.mean(drawn) - alarms.share) < 3 * error
    assert alarms.points == 30


def test_months_that_hang_together_signal_more():
    chart = memory_chart(counts(), MemoryPlan(baseline=30))
    shares = [memory_alarms(chart, SeriesMemory.stated(60, autocorrelation=rho)).share for rho in (0.0, 0.6)]
    assert shares[1] > shares[0] + 0.2


def test_the_same_seed_gives_the_same_points_and_alarms():
    one, other = (monitor_memory(counts(), seed=3) for _ in range(2))
    assert one.points.equals(other.points)
    assert one.alarms == other.alarms


def test_with_no_memory_and_long_known_it_is_the_share_of_normal_values_beyond_the_reach():
    months = pd.date_range("1980-01-01", periods=540, freq="MS").strftime("%Y-%m")
    drawn = np.random.default_rng(1).poisson(1000, 540)
    rows = pd.DataFrame({"period": months, "numerator": drawn, "denominator": 1000})
    long = observed_expected(read_measured(rows, periods=Periods(days="equal", breaks=None)))
    chart = memory_chart(long, MemoryPlan("ewma", baseline=0, weight=1.0, reach=3.5))
    found = memory_alarms(chart, SeriesMemory.stated(540), repetitions=10_000)
    assert found.share == pytest.approx(1 - (1 - 2 * norm.sf(3.5)) ** 540, rel=0.06)
