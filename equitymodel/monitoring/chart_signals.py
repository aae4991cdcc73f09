"""Signals of a control chart: which points are out of line, by which rule, and in which direction."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import NDArray

from equitymodel.argument_types import refuses_other_types
from equitymodel.monitoring.chart_rules import OUTSIDE, RUN, TREND, TWO_OF_THREE, ChartRules
from equitymodel.monitoring.control_limits import ControlLimits, Numbers

type Signs = NDArray[np.int8]


@dataclass(frozen=True)
class ChartSignals:
    """What was found at each point.

    Attributes
    ----------
    rule
        The name of the first rule that holds there; empty where none does.
    direction
        1 = upwards, -1 = downwards, 0 = no signal; of a trend its own, of all others the side of the centre.
    """

    rule: NDArray[np.str_]
    direction: Signs


@refuses_other_types
def find_signals(values: Numbers, limits: ControlLimits, rules: ChartRules) -> ChartSignals:
    """Hold every point against a set of rules; all points that belong to a pattern are marked.

    Parameters
    ----------
    values
        In the order of time, of one phase.
    limits
        Theirs, one entry a point.
    rules
        From `chart_rules`.

    Returns
    -------
    ChartSignals
        One entry a point. A value on the centre breaks a run, and two equal neighbours break a trend.

    Examples
    --------
    >>> from equitymodel.monitoring.chart_rules import chart_rules
    >>> values = np.array([0.0] * 3 + [3.3, 3.5, 2.5])
    >>> limits = ControlLimits.around(np.full(6, 0.2), np.full(6, 3.0))
    >>> find_signals(values, limits, chart_rules("mdc")).rule.tolist()[3:]
    ['outside the limits', 'outside the limits', 'two of three near a limit']
    >>> find_signals(values, limits, chart_rules("plotthedots")).rule.tolist()[3:]
    ['outside the limits', 'outside the limits', '']
    """
    found = signs_by_rule(values[None, :], limits, rules)
    rule = np.full(values.size, "", dtype=object)
    direction = np.zeros(values.size, np.int8)
    for name in reversed(rules.order):
        holds = found[name][0] != 0
        rule[holds], direction[holds] = name, found[name][0][holds]
    return ChartSignals(rule.astype(str), direction)


def signs_by_rule(values: Numbers, limits: ControlLimits, rules: ChartRules) -> dict[str, Signs]:
    """Say of many series at once, one a row, where each rule holds: 1 upwards, -1 downwards, 0 not.

    Examples
    --------
    >>> from equitymodel.monitoring.chart_rules import chart_rules
    >>> limits = ControlLimits.around(np.zeros((1, 7)), np.ones((1, 7)))
    >>> signs_by_rule(np.full((1, 7), 0.5), limits, chart_rules())["run on one side"].tolist()
    [[1, 1, 1, 1, 1, 1, 1]]
    """
    side = np.sign(values - limits.centre).astype(np.int8)
    outside = side * ((values > limits.upper) | (values < limits.lower))
    near = (values > limits.near_upper) | (values < limits.near_lower)
    if not rules.near_counts_outside:
        near &= outside == 0
    made: dict[str, Callable[[], Signs]] = {
        OUTSIDE: lambda: outside,
        TREND: lambda: _trends(values, rules.trend_length),
        TWO_OF_THREE: lambda: _two_of_three(side, near),
        RUN: lambda: _members(_same(side, rules.run_length), rules.run_length, values.shape),
    }
    return {name: made[name]() for name in rules.order}


def _same(signs: Signs, length: int) -> Signs:
    """Give the sign that all of a window have, by its first point; 0 where they differ."""
    if signs.shape[1] < length:
        return np.zeros((signs.shape[0], 0), np.int8)
    sums = sliding_window_view(signs, length, axis=1).sum(axis=2, dtype=np.int16)
    found: Signs = (np.sign(sums) * (np.abs(sums) == length)).astype(np.int8)
    return found


def _members(starts: Signs, length: int, shape: tuple[int, ...]) -> Signs:
    """Mark every point of each window; where windows of two directions meet, the later names the point."""
    marked = np.zeros(shape, np.int8)
    windows = starts.shape[1]
    for back in reversed(range(length)):
        own = marked[:, back : back + windows]
        np.copyto(own, starts, where=starts != 0)
    return marked


def _trends(values: Numbers, length: int) -> Signs:
    rises = np.sign(np.diff(values, axis=1)).astype(np.int8)
    return _members(_same(rises, length - 1), length, values.shape)


def _two_of_three(side: Signs, near: NDArray[np.bool_]) -> Signs:
    """Mark points near a limit where two of three neighbours are, all three on one side of the centre."""
    same = _same(side, 3)
    if not same.shape[1]:
        return np.zeros_like(side)
    enough = sliding_window_view(near, 3, axis=1).sum(axis=2) >= 2
    found: Signs = _members(same * enough, 3, side.shape) * near
    return found
