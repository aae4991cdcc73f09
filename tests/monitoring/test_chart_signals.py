"""Signals: each rule by hand, its edges, and which rule names a point."""

import numpy as np
import pytest

from equitymodel.monitoring.chart_rules import OUTSIDE, RUN, TREND, TWO_OF_THREE, chart_rules
from equitymodel.monitoring.chart_signals import find_signals, signs_by_rule
from equitymodel.monitoring.control_limits import ControlLimits

pytestmark = pytest.mark.unit


def around_zero(size):
    return ControlLimits.around(np.zeros(size), np.full(size, 3.0))


def found(values, name="mdc", **flags):
    values = np.array(values, dtype=float)
    return find_signals(values, around_zero(values.size), chart_rules(name, **flags))


def test_two_beyond_and_one_between_is_where_the_sets_part():
    assert found([0, 3.5, 3.4, 2.5]).rule.tolist() == ["", OUTSIDE, OUTSIDE, TWO_OF_THREE]
    assert found([0, 3.5, 3.4, 2.5], "plotthedots").rule.tolist() == ["", OUTSIDE, OUTSIDE, ""]


def test_two_of_three_near_a_limit_are_on_one_side_with_the_third():
    assert found([2.5, 0.1, 2.4]).rule.tolist() == [TWO_OF_THREE, "", TWO_OF_THREE]
    assert set(found([2.5, -0.1, 2.4]).rule) == {""}
    assert set(found([2.5, 0.0, -2.4]).rule) == {""}


def test_a_run_takes_seven_and_a_point_on_the_centre_breaks_it():
    assert found([0.1] * 7).rule.tolist() == [RUN] * 7
    assert set(found([0.1] * 6).rule) == {""}
    assert set(found([0.1] * 4 + [0.0] + [0.1] * 4).rule) == {""}
    assert found([0.1] * 6, run_length=6).rule.tolist() == [RUN] * 6


def test_a_trend_takes_six_rises_and_a_tie_breaks_it():
    rising = [-1, 0.2, -0.9, -0.6, -0.3, 0.0, 0.3, 0.6, 0.9]
    assert found(rising).rule.tolist() == ["", "", *[TREND] * 7]
    assert TREND not in found([-0.9, -0.6, -0.3, 0.0, 0.0, 0.6, 0.9]).rule


def test_a_trend_has_its_own_direction_whatever_side_it_is_on():
    signals = found([-0.7, -0.6, -0.5, -0.4, -0.3, -0.2, -0.1])
    assert set(signals.rule) == {TREND}
    assert set(signals.direction) == {1}


def test_sustained_names_runs_before_single_points():
    assert found([4.0] * 7, "sustained").rule.tolist() == [RUN] * 7
    assert found([4.0] * 7).rule.tolist() == [OUTSIDE] * 7


def test_points_on_a_limit_are_not_beyond_it():
    assert set(found([3.0, 0, -3.0]).rule) == {""}


def test_short_series_have_no_patterns_and_no_errors():
    for size in (1, 2, 3, 6):
        assert set(found([0.5] * size).rule) == {""}


def test_many_series_at_once_are_as_one_by_one():
    values = np.random.default_rng(2).normal(0, 1.5, size=(50, 24))
    rules = chart_rules("mdc")
    together = signs_by_rule(values, around_zero(24), rules)
    for row, series in enumerate(values):
        alone = found(series)
        any_rule = np.any([together[name][row] != 0 for name in rules.order], axis=0)
        assert (any_rule == (alone.rule != "")).all()
