"""Cumulative sums and moving averages, by hand; scores of patients as published."""

import numpy as np
import pytest

from equitymodel.errors import OptionError
from equitymodel.monitoring.cumulative_sums import (
    cusum,
    moving_average,
    poisson_scores,
    residuals,
    running_sum,
    yes_no_scores,
)

pytestmark = pytest.mark.unit


def test_a_running_sum_never_falls_below_nothing():
    steps = np.random.default_rng(1).normal(size=(3, 200))
    by_hand = np.zeros_like(steps)
    for row in range(3):
        last = 0.0
        for period in range(200):
            last = by_hand[row, period] = max(0.0, last + steps[row, period])
    assert running_sum(steps) == pytest.approx(by_hand, abs=1e-12)


def test_both_directions_signal_by_their_sign():
    found = cusum(np.array([3.0, 3.0, -8.0, -8.0]), decision=4.0)
    assert found.signals.tolist() == [0, 1, -1, -1]
    assert found.lower.tolist() == [0.0, 0.0, 7.5, 15.0]


def test_residuals_are_smaller_with_dispersion():
    assert residuals(np.array([120.0]), np.array([100.0]), dispersion=4.0).item() == 1.0


@pytest.mark.parametrize(
    ("ratio", "parsonnet", "died", "score"),
    [(2, 0, 0, -0.024), (2, 0, 1, 0.669), (2, 50, 0, -0.433), (2, 50, 1, 0.26),
     (0.5, 0, 0, 0.012), (0.5, 0, 1, -0.681), (0.5, 50, 0, 0.316), (0.5, 50, 1, -0.377)],
)  # fmt: skip
def test_scores_of_patients_as_published(ratio, parsonnet, died, score):
    risk = 1 / (1 + np.exp(3.68 - 0.077 * parsonnet))
    found = yes_no_scores(np.array([float(died)]), np.array([risk]), odds_ratio=float(ratio))
    assert found.item() == pytest.approx(score, abs=5e-4)


def test_counts_as_expected_under_the_ratio_score_upwards():
    expected = np.full(2, 50.0)
    assert poisson_scores(np.array([60.0, 50.0]), expected, ratio=1.2)[0] > 0
    assert poisson_scores(np.array([60.0, 50.0]), expected, ratio=1.2)[1] < 0


def test_a_moving_average_by_hand():
    averages, limits = moving_average(np.array([1.0, 1.0, 1.0]), weight=0.2, reach=3.0)
    assert averages == pytest.approx([0.2, 0.36, 0.488])
    assert limits[0] == pytest.approx(0.6)
    assert moving_average(np.zeros(500), weight=0.2, reach=3.0)[1][-1] == pytest.approx(1.0)


@pytest.mark.parametrize(
    "ask",
    [
        lambda: residuals(np.ones(1), np.zeros(1)),
        lambda: residuals(np.ones(1), np.ones(1), dispersion=0.0),
        lambda: cusum(np.ones(1), decision=0.0),
        lambda: cusum(np.ones(1), allowance=-1.0),
        lambda: poisson_scores(np.ones(1), np.ones(1), ratio=1.0),
        lambda: yes_no_scores(np.ones(1), np.ones(1) / 2, odds_ratio=0.0),
        lambda: moving_average(np.ones(1), weight=0.0),
    ],
)
def test_what_has_no_meaning_is_refused(ask):
    with pytest.raises(OptionError):
        ask()
