"""Run lengths: as published, as simulated, and decisions set to a share of false alarms."""

import numpy as np
import pytest

from equitymodel.errors import OptionError
from equitymodel.monitoring.cumulative_sums import cusum, running_sum, yes_no_scores
from equitymodel.monitoring.run_lengths import cusum_run_length, decision_for, ewma_run_length, exact_decision

pytestmark = pytest.mark.unit


@pytest.mark.parametrize(
    ("decision", "shift", "length"),
    [(4, 0, 167.7), (4, 0.5, 26.6), (4, 1, 8.38), (4, 2, 3.34), (4.77, 0, 368.6), (4.77, 1, 9.92),
     (5, 0, 465.4), (5, 0.5, 38.0), (5, 1, 10.38), (5, 2, 4.01)],
)  # fmt: skip
def test_cumulative_sums_run_as_long_as_published(decision, shift, length):
    assert cusum_run_length(0.5, float(decision), shift=float(shift)) == pytest.approx(length, rel=0.002)


@pytest.mark.parametrize(
    ("weight", "reach", "stable", "shifted"),
    [(0.05, 2.615, 500, 11.4), (0.1, 2.814, 500, 10.3), (0.2, 2.962, 500, 10.5), (0.4, 3.054, 500, 14.3),
     (1.0, 3.0, 370.4, 43.9)],
)  # fmt: skip
def test_moving_averages_run_as_long_as_published(weight, reach, stable, shifted):
    assert ewma_run_length(weight, reach) == pytest.approx(stable, rel=0.002)
    assert ewma_run_length(weight, reach, shift=1.0) == pytest.approx(shifted, rel=0.005)


def test_a_run_length_is_that_of_simulated_charts():
    scores = np.random.default_rng(4).normal(1.0, 1.0, size=(1500, 60))
    signals = [cusum(row, decision=4.0).signals != 0 for row in scores]
    lengths = np.array([1 + np.argmax(found) for found in signals])
    assert all(found.any() for found in signals)
    assert abs(lengths.mean() - cusum_run_length(0.5, 4.0, shift=1.0)) < 3 * lengths.std() / np.sqrt(lengths.size)


def test_a_decision_lets_the_stated_share_pass():
    steps = np.random.default_rng(5).normal(-0.5, 1.0, size=(4000, 36))
    decision, error = decision_for(running_sum(steps), 0.05)
    assert (running_sum(steps).max(axis=1) > decision).mean() == pytest.approx(0.05, abs=0.001)
    assert error == pytest.approx(np.sqrt(0.05 * 0.95 / 4000))


def test_an_exact_decision_as_published():
    risk = np.full(10, 0.1)
    found = exact_decision(risk, lambda died: yes_no_scores(died, risk, odds_ratio=2.0), 0.05)
    assert found == pytest.approx(1.41227, abs=5e-6)


@pytest.mark.parametrize(
    "ask",
    [
        lambda: cusum_run_length(-0.5, 4.0),
        lambda: ewma_run_length(2.0, 3.0),
        lambda: decision_for(np.ones((100, 2)), 0.05),
        lambda: decision_for(np.ones((1000, 2)), 1.5),
        lambda: exact_decision(np.full(21, 0.1), lambda died: died, 0.05),
    ],
)
def test_what_has_no_meaning_is_refused(ask):
    with pytest.raises(OptionError):
        ask()
