"""Interval-censored counts: cells whose counts are known only within bounds, with every count of each interval."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

Places = tuple[np.ndarray, np.ndarray, np.ndarray]


@dataclass(frozen=True)
class IntervalCensoredCounts:
    """Every count of every interval, cell after cell; these are the terms of their likelihood.

    Attributes
    ----------
    places
        Deprivation group, row and column of each interval-censored cell.
    counts
        The count of each term; shape (term, 1, 1).
    cell
        Which interval-censored cell each term belongs to.
    starts
        The first term of each interval-censored cell.
    """

    places: Places
    counts: np.ndarray
    cell: np.ndarray
    starts: np.ndarray

    def at(self, cells: np.ndarray) -> np.ndarray:
        """Select the interval-censored cells; (deprivation, batch, draw, row, column) becomes (cell, batch, draw)."""
        group, row, column = self.places
        return cells[group, :, :, row, column]

    def each(self, cells: np.ndarray) -> np.ndarray:
        """Select the interval-censored cells, once for every term."""
        return self.at(cells)[self.cell]

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
    >>> found.counts.ravel()
    array([1., 2., 3., 4.])
    """
    group, _, _, row, column = np.nonzero((low < high) & (known > 0))
    if not len(group):
        return None
    bottom, top = (ends[group, 0, 0, row, column].astype(int) for ends in (low, high))
    widths = top - bottom + 1
    starts = np.concatenate([[0], np.cumsum(widths)[:-1]])
    cell = np.repeat(np.arange(len(group)), widths)
    counts = bottom[cell] + np.arange(len(cell)) - starts[cell]
    return IntervalCensoredCounts((group, row, column), counts.astype(float)[:, None, None], cell, starts)
