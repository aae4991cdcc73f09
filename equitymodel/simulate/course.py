"""What happens to admissions over months, intervention or not: recovery, levelling growth, shifts, surges."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

MONTHS_A_YEAR = 12


@dataclass(frozen=True)
class Timeline:
    """The months of a series, and where things happen in it.

    Attributes
    ----------
    periods
        Number of months.
    start
        Place of the month in which the intervention starts.
    reentry
        Place of the first month after the masked break; 0 where nothing is masked.

    Examples
    --------
    >>> Timeline(6, start=4).since_start
    array([-4, -3, -2, -1,  0,  1])
    """

    periods: int
    start: int
    reentry: int = 0

    @property
    def months(self) -> np.ndarray:
        """Months from the first."""
        return np.arange(self.periods)

    @property
    def since_start(self) -> np.ndarray:
        """Months from the start of the intervention; negative before."""
        return self.months - self.start

    @property
    def since_reentry(self) -> np.ndarray:
        """Months from the first after the break; negative before."""
        return self.months - self.reentry


Course = Callable[[Timeline], np.ndarray]
"""Gives the log deviation of each month."""


def nothing(time: Timeline) -> np.ndarray:
    """Nothing happens."""
    return np.zeros(time.periods)


def after_break(shape: Callable[[np.ndarray], np.ndarray]) -> Course:
    """Make a course that begins at the re-entry, from its shape over months since then.

    Examples
    --------
    >>> after_break(lambda months: -0.1 + 0 * months)(Timeline(4, start=3, reentry=2))
    array([ 0. ,  0. , -0.1, -0.1])
    """
    return lambda time: np.where(time.since_reentry >= 0, shape(np.maximum(time.since_reentry, 0.0)), 0.0)


def recovery(fall: float, months: float) -> Course:
    """Recover from a fall (0.25 = a quarter), exponentially, with an e-folding time in months."""
    return after_break(lambda since: math.log1p(-fall) * np.exp(-since / months))


def straight_recovery(fall: float, months: float) -> Course:
    """Recover from a fall along a straight line that reaches the old one after so many months."""
    return after_break(lambda since: math.log1p(-fall) * np.maximum(1 - since / months, 0.0))


def stalled_recovery(fall: float, months: float, pause: float) -> Course:
    """Recover half of a fall with an e-folding time, and the other half likewise after a pause in months."""
    return after_break(
        lambda since: math.log1p(-fall) * (np.exp(-since / months) + np.exp(-np.maximum(since - pause, 0) / months)) / 2
    )


def overshoot(fall: float, months: float, above: float) -> Course:
    """Recover from a fall, and go above the old line for a while: most of all, by a share, after a year."""
    return after_break(
        lambda since: (
            math.log1p(-fall) * np.exp(-since / months)
            + math.log1p(above) * since / MONTHS_A_YEAR * np.exp(1 - since / MONTHS_A_YEAR)
        )
    )


def lasting_loss(fall: float) -> Course:
    """Stay below the line from before the break for good, by a share."""
    return after_break(lambda since: math.log1p(-fall) + 0 * since)


def growth_until(yearly: float, before: int) -> Course:
    """Grow by a log rate a year until so many months before the start, and not at all from then on.

    Examples
    --------
    >>> growth_until(0.12, 1)(Timeline(5, start=3)).round(2)
    array([0.  , 0.01, 0.02, 0.02, 0.02])
    """
    return lambda time: yearly / MONTHS_A_YEAR * np.minimum(time.months, time.start - before)


def levelling_growth(yearly: float) -> Course:
    """Grow by a log rate a year at first, ever less, and not at all from the start on."""

    def course(time: Timeline) -> np.ndarray:
        passed: np.ndarray = np.minimum(time.months, time.start)
        return (passed - passed**2 / (2 * time.start)) * yearly / MONTHS_A_YEAR

    return course


def trend(yearly: float) -> Course:
    """Grow by a log rate a year, all the time."""
    return lambda time: yearly / MONTHS_A_YEAR * time.months


def shift(change: float, before: int = 0) -> Course:
    """Change by a share for good, so many months before the start."""
    return lambda time: math.log1p(change) * (time.since_start >= -before)


def held_back(share: float, months: int) -> Course:
    """Lie lower by a share in so many months just before the start."""
    return lambda time: math.log1p(-share) * ((time.since_start < 0) & (time.since_start >= -months))


def filling_up(*missing: float) -> Course:
    """Lack shares of the counts of the last months, which are still to come in; the last month's share last.

    Examples
    --------
    >>> np.exp(filling_up(0.05, 0.15)(Timeline(4, start=1))).round(2)
    array([1.  , 1.  , 0.95, 0.85])
    """

    def course(time: Timeline) -> np.ndarray:
        found = np.zeros(time.periods)
        found[-len(missing) :] = np.log1p(-np.array(missing))
        return found

    return course


def surge(times: float, after: int) -> Course:
    """Have so many times the admissions in one month, so many months after the start."""
    return lambda time: math.log(times) * (time.since_start == after)


def dips(*depths: tuple[int, float]) -> Course:
    """Fall by a share in some months of every year: pairs of month (the first of a series is 0) and share."""

    def course(time: Timeline) -> np.ndarray:
        found = np.zeros(time.periods)
        for month, share in depths:
            found[month::MONTHS_A_YEAR] = math.log1p(-share)
        return found

    return course
