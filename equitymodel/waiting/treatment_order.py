"""Who is treated from a list in a week: the share of each cell, by whatever the rule says comes first.

A cell is a group, a clinical priority and a number of weeks waited. Cells that come alike share what slots are left
alike. Nothing here knows a person: a rule gives places to cells, and within a cell all are the same.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

import numpy as np

PASSES = 30
"""Rounds after which slots that cells could not take are shared out again; each fills one cell at least."""


class TreatmentChoice(Protocol):
    """Anything that shares the slots of a week over cells."""

    def shares(self, work: np.ndarray, slots: np.ndarray) -> np.ndarray:
        """Give the share of each cell that is treated; 1 where it is empty does no harm.

        Parameters
        ----------
        work
            Slots that each cell would take, runs by groups by priorities by weeks waited.
        slots
            Slots of the week, by run.
        """
        ...

    def within(self, weeks: int) -> TreatmentChoice:
        """Give the same choice over cells of fewer weeks waited, where nobody has waited longer."""
        ...


@dataclass(frozen=True)
class InOrder:
    """Cells in the order of their scores, the highest first; equal scores share alike.

    Attributes
    ----------
    place
        The class of each cell, 0 first, groups by priorities by weeks; its first two sizes are 1 where neither
        matters.
    cells, starts
        Cells sorted by class, and where each class begins among them.

    Examples
    --------
    >>> order = InOrder.of(np.array([[[0.0, 1.0]], [[0.0, 3.0]]]))
    >>> order.shares(np.full((1, 2, 1, 2), 4.0), np.array([9.0]))[0, :, 0].tolist()
    [[0.125, 1.0], [0.125, 1.0]]
    """

    place: np.ndarray
    cells: np.ndarray
    starts: np.ndarray

    @classmethod
    def of(cls, score: np.ndarray) -> InOrder:
        """Make the order from scores, groups by priorities by weeks."""
        alike = bool((score == score[:1, :1]).all())
        scores = score[:1, :1] if alike else score
        _, place = np.unique(-scores, return_inverse=True)
        flat = place.ravel()
        cells = np.argsort(flat, kind="stable")
        starts = np.flatnonzero(np.diff(flat[cells], prepend=-1))
        return cls(place.reshape(scores.shape), cells, starts)

    def shares(self, work: np.ndarray, slots: np.ndarray) -> np.ndarray:
        """Give all of the first classes, a part of the one that slots run out in, and none of the others."""
        totals = self._totals(work)
        left = slots[:, None] - (np.cumsum(totals, axis=1) - totals)
        part = np.divide(left, totals, out=np.zeros_like(totals), where=totals > 0)
        np.clip(part, 0, 1, out=part)
        found: np.ndarray = np.take(part, self.place, axis=1)
        return found

    def within(self, weeks: int) -> InOrder:
        """Give the same order over fewer weeks."""
        place = self.place[..., :weeks]
        return InOrder.of(-place.astype(float)) if weeks < self.place.shape[-1] else self

    def _totals(self, work: np.ndarray) -> np.ndarray:
        """Add the work up by class, runs by classes."""
        if len(self.cells) == work.shape[-1] < work[0].size:
            work = work.sum(axis=(1, 2))
        ordered = np.take(work.reshape(len(work), -1), self.cells, axis=1)
        totals: np.ndarray = np.add.reduceat(ordered, self.starts, axis=1) if self._has_ties else ordered
        return totals

    @property
    def _has_ties(self) -> bool:
        """Whether a class has several cells; where none has, there is nothing to add up."""
        return len(self.starts) < len(self.cells)


@dataclass(frozen=True)
class ByPattern:
    """Cells in proportion to a pattern of weeks waited, as treatments lie now; no cell by more than all of it.

    Attributes
    ----------
    pattern
        The relative chance of treatment by weeks waited.

    Examples
    --------
    >>> ByPattern(np.array([3.0, 1.0])).shares(np.full((1, 1, 1, 2), 10.0), np.array([8.0]))[0, 0, 0]
    array([0.6, 0.2])
    >>> ByPattern(np.array([3.0, 1.0])).shares(np.full((1, 1, 1, 2), 10.0), np.array([16.0]))[0, 0, 0]
    array([1. , 0.6])
    """

    pattern: np.ndarray

    def shares(self, work: np.ndarray, slots: np.ndarray) -> np.ndarray:
        """Scale the pattern until all slots are taken, or nobody is left whom it treats."""
        by_week = work.sum(axis=(1, 2))
        wanted = np.broadcast_to(self.pattern, by_week.shape)
        share = np.zeros_like(by_week)
        for _ in range(PASSES):
            left = np.maximum(slots - (by_week * share).sum(axis=1), 0.0)
            open_ = np.where(share < 1, wanted, 0.0)
            weight = (by_week * open_).sum(axis=1)
            scale = np.divide(left, weight, out=np.zeros_like(left), where=weight > 0)
            share = np.minimum(share + scale[:, None] * open_, 1.0)
            if not (left > 1e-12 * (1 + slots)).any():
                break
        return share[:, None, None, :]

    def within(self, weeks: int) -> ByPattern:
        """Give the same pattern over fewer weeks."""
        return ByPattern(self.pattern[:weeks])


@dataclass(frozen=True)
class Reserved:
    """Some slots kept for groups first, then all the others, with what groups left of theirs, in the usual order.

    Attributes
    ----------
    kept
        The share of all slots that is kept for each group.
    usual
        How slots are shared, within groups and over all.

    Examples
    --------
    >>> usual = InOrder.of(np.array([[[0.0]], [[1.0]]]))
    >>> Reserved(np.array([0.5, 0.0]), usual).shares(np.full((1, 2, 1, 1), 10.0), np.array([8.0])).ravel()
    array([0.4, 0.4])
    """

    kept: np.ndarray
    usual: TreatmentChoice

    def shares(self, work: np.ndarray, slots: np.ndarray) -> np.ndarray:
        """Give the share of each cell that is treated in either round."""
        first = np.zeros_like(work)
        for group in np.flatnonzero(self.kept):
            own = np.zeros_like(work)
            own[:, group] = work[:, group]
            alone = np.broadcast_to(self.usual.shares(own, slots * self.kept[group]), work.shape)
            first[:, group] = alone[:, group]
        taken = (work * first).sum(axis=(1, 2, 3))
        second = self.usual.shares(work * (1 - first), slots - taken)
        found: np.ndarray = first + (1 - first) * second
        return found

    def within(self, weeks: int) -> Reserved:
        """Give the same over fewer weeks."""
        return Reserved(self.kept, self.usual.within(weeks))


def whole_people(expected: np.ndarray, waiting: np.ndarray, draw: np.ndarray) -> np.ndarray:
    """Turn expected numbers into whole people at random, with their sum kept to within one.

    Parameters
    ----------
    expected
        By run and cell; no more than wait.
    waiting
        Whole people in each cell.
    draw
        One number from 0 to 1 a run.

    Returns
    -------
    numpy.ndarray
        Whole numbers with the same means.

    Examples
    --------
    >>> whole_people(np.array([[0.5, 0.5, 2.0]]), np.array([[1.0, 1.0, 2.0]]), np.array([0.7]))
    array([[1., 0., 2.]])
    """
    flat = expected.reshape(len(expected), -1)
    ends = np.floor(np.cumsum(flat, axis=1) + draw[:, None] + 1e-9)
    whole = np.diff(ends, axis=1, prepend=0.0)
    found: np.ndarray = np.minimum(whole.reshape(expected.shape), waiting)
    return found
