"""How often a stable series signals: known shares within Monte Carlo error, and what makes it more."""

import numpy as np
import pytest

from equitymodel.errors import OptionError
from equitymodel.monitoring.chart_plan import ChartPlan
from equitymodel.monitoring.chart_rules import RULE_SETS, chart_rules
from equitymodel.monitoring.control_chart import control_chart
from equitymodel.monitoring.false_alarms import false_alarms, in_words, monte_carlo_error, stable_noise
from equitymodel.monitoring.series_memory import SeriesMemory
from tests.monitoring.series import monthly

pytestmark = pytest.mark.unit


@pytest.mark.parametrize(
    ("rules", "autocorrelation", "share"),
    [("mdc", 0.0, 0.155), ("mdc", 0.3, 0.430), ("mdc", 0.6, 0.800),
     ("plotthedots", 0.0, 0.186), ("plotthedots", 0.3, 0.457), ("plotthedots", 0.6, 0.810)],
)  # fmt: skip
def test_shares_of_24_months_are_those_of_200_000_series(rules, autocorrelation, share):
    found = false_alarms(SeriesMemory.stated(24, autocorrelation=autocorrelation), rules=rules)
    assert abs(found.share - share) < 3 * np.hypot(found.error, 0.001)


def test_the_share_is_that_of_charts_made_one_by_one():
    rules = chart_rules("sustained", hold_back_days=0)
    drawn = stable_noise(np.random.default_rng(6), (120, 30), 0.3)
    one_by_one = [control_chart(monthly(row), ChartPlan(rules=rules)).points["signal"].any() for row in drawn]
    found = false_alarms(SeriesMemory.stated(30, autocorrelation=0.3), rules=rules)
    assert abs(np.mean(one_by_one) - found.share) < 3 * monte_carlo_error(found.share, 120)


def test_longer_series_and_a_season_signal_more():
    shares = [false_alarms(memory).share for memory in
              (SeriesMemory.stated(24), SeriesMemory.stated(60), SeriesMemory.stated(60, season=1.5))]  # fmt: skip
    assert shares == sorted(shares)


def test_no_rule_holds_more_often_than_any():
    found = false_alarms(SeriesMemory.stated(36))
    assert set(found.by_rule) == set(RULE_SETS["mdc"].order)
    assert max(found.by_rule.values()) <= found.share <= sum(found.by_rule.values())


def test_the_same_seed_gives_the_same_share():
    memory = SeriesMemory.stated(24)
    first, again, other = (false_alarms(memory, seed=seed).by_rule for seed in (3, 3, 4))
    assert first == again != other


def test_an_unsure_memory_gives_a_range_in_words():
    memory = SeriesMemory((np.arange(24.0),), 0.3, (0.0, 0.6))
    found = false_alarms(memory)
    assert found.low < found.share < found.high
    said = " ".join(in_words(found, RULE_SETS["mdc"]))
    assert "Monte Carlo standard error" in said
    assert "0.00 to 0.60" in said
    assert "significant" not in said


@pytest.mark.parametrize(("periods", "repetitions"), [(24, 50), (5, 1000)])
def test_what_cannot_be_told_is_refused(periods, repetitions):
    with pytest.raises(OptionError):
        false_alarms(SeriesMemory.stated(periods), repetitions=repetitions)
