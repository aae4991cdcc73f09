"""Centre and limits of a control chart for single values: from moving ranges, with or without screening."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from equitymodel.argument_types import refuses_other_types
from equitymodel.errors import OptionError

type Numbers = NDArray[np.float64]
SPREAD, LARGEST_RANGE, NEAR = 2.66, 3.267, 2 / 3
"""Limits in mean moving ranges (3 / 1.128); where a moving range is extreme (D4); near limits as a share of limits."""


@dataclass(frozen=True)
class ControlLimits:
    """Where points of a chart are expected, one entry a point.

    Attributes
    ----------
    centre, lower, upper
        In the unit of what is charted.
    near_lower, near_upper
        Two thirds of the way to the limits.

    Examples
    --------
    >>> limits = ControlLimits.around(np.array([5.0]), np.array([6.0]), least=0.0)
    >>> limits.lower.tolist(), limits.near_upper.tolist()
    ([0.0], [9.0])
    """

    centre: Numbers
    lower: Numbers
    upper: Numbers
    near_lower: Numbers
    near_upper: Numbers

    def at(self, points: NDArray[np.intp]) -> ControlLimits:
        """Give the limits of some points."""
        return ControlLimits(*(np.take(values, points) for values in vars(self).values()))

    @classmethod
    def around(
        cls, centre: Numbers, reach: Numbers, *, least: float = -np.inf, most: float = np.inf
    ) -> ControlLimits:  # fmt: skip
        """Set limits as far below as above a centre, within what the measure can be."""
        low, high, near = centre - reach, centre + reach, NEAR * reach
        ends = (low, high, centre - near, centre + near)
        return cls(centre, *(np.clip(end, least, most) for end in ends))


@refuses_other_types
def mean_moving_range(values: Numbers, *, screen: bool = False) -> float:
    """Give the mean of the differences between neighbours, without their signs.

    Parameters
    ----------
    values
        In the order of time.
    screen
        Leave out differences of 3.267 times the mean or more, once.

    Returns
    -------
    float
        In the unit of the values.

    Raises
    ------
    OptionError
        When there are fewer than two values.

    References
    ----------
    Nelson LS (1982) Control charts for individual measurements. Journal of Quality Technology 14:172.

    Examples
    --------
    >>> values = np.array([1.0, 2, 1, 2, 10, 1, 2, 1])
    >>> round(mean_moving_range(values), 3), mean_moving_range(np.append(values, [2.0, 1] * 4), screen=True)
    (3.143, 1.0)
    """
    if values.size < 2:
        raise OptionError("limits take two values at least; give a longer series")
    return float(mean_ranges(values, screen=screen))


def mean_ranges(values: Numbers, *, screen: bool = False) -> Numbers:
    """Give mean moving ranges of many series at once, time in the last axis.

    Examples
    --------
    >>> mean_ranges(np.array([[1.0, 2.0, 4.0], [1.0, 1.0, 1.0]])).tolist()
    [1.5, 0.0]
    """
    ranges = np.abs(np.diff(values, axis=-1))
    mean: Numbers = ranges.mean(axis=-1)
    if not screen:
        return mean
    kept = ranges < LARGEST_RANGE * mean[..., None]
    many = kept.sum(axis=-1)
    screened: Numbers = np.where(many, (ranges * kept).sum(axis=-1) / np.maximum(many, 1), mean)
    return screened


@refuses_other_types
def xmr_limits(values: Numbers, *, screen: bool = False, spread: float = SPREAD) -> ControlLimits:
    """Set the limits of a chart of single values: the mean, and 2.66 mean moving ranges to either side.

    Parameters
    ----------
    values
        Those that set the limits, in the order of time.
    screen
        As for `mean_moving_range`; the centre stays the mean of all of them.
    spread
        How many mean moving ranges; textbooks have 3 / 1.128, of which 2.66 is the rounded value in use.

    Returns
    -------
    ControlLimits
        The same for every value.

    Raises
    ------
    OptionError
        When there are fewer than two values.

    Examples
    --------
    >>> limits = xmr_limits(np.array([1.0, 2.0, 3.0, 2.0]))
    >>> limits.centre[0], limits.lower[0].round(2), limits.upper[0].round(2)
    (np.float64(2.0), np.float64(-0.66), np.float64(4.66))
    """
    reach = spread * mean_moving_range(values, screen=screen)
    return ControlLimits.around(np.full(values.size, values.mean()), np.full(values.size, reach))
