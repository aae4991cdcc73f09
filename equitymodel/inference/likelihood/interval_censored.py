"""Interval-censored counts: cells whose counts are known only within bounds."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

Places = tuple[np.ndarray, np.ndarray, np.ndarray]


@dataclass(frozen=True)
class IntervalCensoredCounts:
    """The bounds of each interval-censored count.

    Attributes
    ----------
    places
        Deprivation group, row and column of each interval-censored cell.
    low, high
        What its count may be.
    """

    places: Places
    low: np.ndarray
    high: np.ndarray

    def at(self, cells: np.ndarray) -> np.ndarray:
        """Select the interval-censored cells; (deprivation, batch, draw, row, column) becomes (cell, batch, draw)."""
        group, row, column = self.places
        return cells[group, :, :, row, column]

    def store(self, cells: np.ndarray, values: np.ndarray) -> None:
        """Store values of interval-censored cells in their places."""
        group, row, column = self.places
        cells[group, :, :, row, column] = values


def find_interval_censored(low: np.ndarray, high: np.ndarray, known: np.ndarray) -> IntervalCensoredCounts | None:
    """Find the interval-censored counts; none where there are none.

    Parameters
    ----------
    low, high, known
        What each count may be, and whether anything is known; shape (deprivation, 1, 1, row, column).

    Examples
    --------
    >>> low, high = np.array([3.0, 1]), np.array([3.0, 4])
    >>> found = find_interval_censored(*(array.reshape(1, 1, 1, 1, 2) for array in (low, high, low > 0)))
    >>> found.low, found.high
    (array([1.]), array([4.]))
    """
    group, _, _, row, column = np.nonzero((low < high) & (known > 0))
    if not len(group):
        return None
    return IntervalCensoredCounts((group, row, column), *(ends[group, 0, 0, row, column] for ends in (low, high)))
