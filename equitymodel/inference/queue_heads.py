"""Queues followed by their heads, compiled: a week takes as many steps as a head moves, not as many as there are waits.

Everybody in a queue leaves untreated at one rate, and treatment takes from its head. So a cohort (those added in one
week) is whole, but for what left untreated, until the head has come to it; and what leaves is one number for all
cohorts, their scale. The young may come alike instead, in one block: each is then treated in the same proportion, which
is part of their scale.

Nothing here knows of rules or tables: `equitymodel.waiting.followed_heads` lays lists out for it.
"""

from __future__ import annotations

from typing import Any

import numba
import numpy as np

from equitymodel.inference.queue_lists import KEPT, QueueLists, QueueOrder, QueueRecord

OF_OLD = ("people", "weeks", "beyond", "scale", "inverse")
OF_YOUNG = ("young_people", "young_weeks", "young_beyond", "young_scale", "young_inverse")
QUEUE = np.dtype([(name, np.float64) for name in (*OF_OLD, *OF_YOUNG, "added", "stays", "takes", "work")]
                 + [(name, np.int64) for name in ("head", "fresh", "front", "group")])  # fmt: skip
"""A queue: people, the weeks they have waited and those beyond the mark; the scale of its cohorts and one over it; the
same of the young; what it is given; the slots that those in front take; the first cohort in which anybody waits, among
the old and among the young; and the place of those in front. A record, as arrays are slow to hand over."""
NOBODY = np.iinfo(np.int64).max
"""The place of a queue in which nobody waits: after all others."""
SMALLEST = 1e-150
"""A scale below it is multiplied out, before it is no number any more."""
ON_LIST, WEEKS_SO_FAR, BEYOND, REMOVED, TREATED, WEEKS_TO_TREATMENT = range(len(KEPT))


def follow_heads(lists: QueueLists, order: QueueOrder, weeks: int) -> QueueRecord:
    """Run lists week by week, and add them up.

    Parameters
    ----------
    lists, order, weeks
        The lists, who comes first in them, and for how long.

    Returns
    -------
    QueueRecord
        Expected people, draw by draw.

    Examples
    --------
    >>> two = np.ones((1, 1, 2))
    >>> lists = QueueLists(np.array([[[[5.0, 3.0], [4.0, 0.0]]]]), 4 * two, two, two, np.array([[6.0]]))
    >>> order = QueueOrder(np.array([[3, 2, 1, 0]] * 2), np.array([0, 1]), np.zeros(2), 0, 52)
    >>> follow_heads(lists, order, 2).weekly[0, :, :, KEPT.index("treated")].sum(axis=0)
    array([8., 4.])
    """
    draws, groups, bins = lists.slots.shape[1], len(order.kept), order.place.shape[1]
    record = QueueRecord(np.zeros((draws, weeks, groups, len(KEPT))), np.zeros((draws, groups, bins)))
    queues = np.zeros(len(order.group), QUEUE)
    queues["group"] = order.group
    _follow(queues, lists, order, record)
    return record


@numba.njit(cache=True, nogil=True, error_model="numpy")
def _follow(queues: np.ndarray, lists: QueueLists, order: QueueOrder, record: QueueRecord) -> None:
    """Run every list of every draw."""
    count, drawn, _, used = lists.waiting.shape
    cohorts = np.zeros((len(queues), used + record.weekly.shape[1]))
    for draw in range(lists.slots.shape[1]):
        for number in range(count):
            _begin(queues, cohorts, lists.waiting[number, min(draw, drawn - 1)], order.alike, order.mark)
            for queue in range(len(queues)):
                queues[queue].added = lists.additions[number, draw, queue]
                queues[queue].stays = lists.stays[number, draw, queue]
                queues[queue].takes = lists.takes[number, draw, queue]
            _run(queues, cohorts, order.place, order.kept, lists.slots[number, draw], order.alike, order.mark,
                 record.weekly[draw])  # fmt: skip
            _note_waits(queues, cohorts, order.alike, record.waits[draw])


@numba.njit(cache=True, nogil=True, error_model="numpy")
def _begin(queues: np.ndarray, cohorts: np.ndarray, waiting: np.ndarray, alike: int, mark: int) -> None:
    """Put those who wait at the start into their cohorts."""
    used = waiting.shape[1]
    for at in range(len(queues)):
        queue = queues[at]
        queue.people = queue.weeks = queue.beyond = 0.0
        queue.young_people = queue.young_weeks = queue.young_beyond = 0.0
        queue.scale = queue.inverse = queue.young_scale = queue.young_inverse = 1.0
        queue.head = queue.fresh = 0
        for waited in range(used):
            people = waiting[at, waited]
            cohorts[at, used - 1 - waited] = people
            beyond = people if waited >= mark else 0.0
            if waited < alike:
                queue.young_people += people
                queue.young_weeks += people * waited
                queue.young_beyond += beyond
            else:
                queue.people += people
                queue.weeks += people * waited
                queue.beyond += beyond


@numba.njit(cache=True, nogil=True, error_model="numpy")
def _run(
    queues: np.ndarray, cohorts: np.ndarray, place: np.ndarray, kept: np.ndarray, slots: float, alike: int, mark: int,
    into: np.ndarray,
) -> None:  # fmt: skip
    """Run one list: a week more waited, additions, removals untreated, treatments."""
    weeks, longest = into.shape[0], place.shape[1] - 1
    for week in range(weeks):
        newest = cohorts.shape[1] - weeks + week
        for at in range(len(queues)):
            _grow_older(queues[at], cohorts, at, newest, longest, alike, mark)
            removed = _come_and_leave(queues[at], cohorts, at, newest, alike)
            into[week, queues[at].group, REMOVED] += removed
        left = slots
        for group in range(len(kept)):
            if kept[group] > 0:
                own = slots * kept[group]
                left -= own - _serve(queues, cohorts, place, newest, alike, mark, own, group, into[week])
        _serve(queues, cohorts, place, newest, alike, mark, left, -1, into[week])
        for at in range(len(queues)):
            queue = queues[at]
            into[week, queue.group, ON_LIST] += queue.people + queue.young_people
            into[week, queue.group, WEEKS_SO_FAR] += queue.weeks + queue.young_weeks
            into[week, queue.group, BEYOND] += queue.beyond + queue.young_beyond


@numba.njit(cache=True, nogil=True, error_model="numpy")
def _grow_older(
    queue: Any, cohorts: np.ndarray, at: int, newest: int, longest: int, alike: int, mark: int
) -> None:  # fmt: skip
    """Let everybody wait a week more; those beyond the longest wait stay there together."""
    queue.weeks += queue.people
    queue.young_weeks += queue.young_people
    if 0 < alike <= newest:
        _leave_the_young(queue, cohorts, at, newest - alike, alike, mark)
    passing = newest - mark
    if passing >= 0 and mark <= longest:
        if mark < alike and passing >= queue.fresh:
            queue.young_beyond += cohorts[at, passing] * queue.young_scale
        elif mark >= alike and passing >= queue.head:
            queue.beyond += cohorts[at, passing] * queue.scale
    oldest = newest - longest
    if queue.head < oldest:
        people = cohorts[at, oldest - 1]
        cohorts[at, oldest] += people
        queue.weeks -= people * queue.scale
        queue.head = oldest


@numba.njit(cache=True, nogil=True, error_model="numpy")
def _leave_the_young(queue: Any, cohorts: np.ndarray, at: int, cohort: int, alike: int, mark: int) -> None:
    """Move a cohort from those who come alike to those who come by their wait."""
    people = cohorts[at, cohort] * queue.young_scale if cohort >= queue.fresh else 0.0
    cohorts[at, cohort] = people * queue.inverse
    queue.young_people -= people
    queue.people += people
    queue.young_weeks -= people * alike
    queue.weeks += people * alike
    if mark < alike:
        queue.young_beyond -= people
        queue.beyond += people


@numba.njit(cache=True, nogil=True, error_model="numpy")
def _come_and_leave(queue: Any, cohorts: np.ndarray, at: int, newest: int, alike: int) -> float:
    """Add people, let some leave untreated, and give how many these are."""
    if alike > 0:
        cohorts[at, newest] = queue.added * queue.young_inverse
        queue.young_people += queue.added
    else:
        cohorts[at, newest] = queue.added * queue.inverse
        queue.people += queue.added
    removed: float = (1 - queue.stays) * (queue.people + queue.young_people)
    queue.people *= queue.stays
    queue.weeks *= queue.stays
    queue.beyond *= queue.stays
    queue.young_people *= queue.stays
    queue.young_weeks *= queue.stays
    queue.young_beyond *= queue.stays
    queue.scale *= queue.stays
    queue.young_scale *= queue.stays
    border = max(newest - alike + 1, 0)
    if queue.scale < SMALLEST:
        cohorts[at, :border] *= queue.scale
        queue.scale = 1.0
    if queue.young_scale < SMALLEST:
        cohorts[at, border : newest + 1] *= queue.young_scale
        queue.young_scale = 1.0
    queue.inverse = 1 / queue.scale
    queue.young_inverse = 1 / queue.young_scale
    return removed


@numba.njit(cache=True, nogil=True, error_model="numpy")
def _serve(
    queues: np.ndarray, cohorts: np.ndarray, place: np.ndarray, newest: int, alike: int, mark: int, slots: float,
    only: int, into: np.ndarray,
) -> float:  # fmt: skip
    """Treat those who come first, then the next, until slots run out; give how many slots are left."""
    for at in range(len(queues)):
        queues[at].front = NOBODY
        if only < 0 or queues[at].group == only:
            _look(queues[at], cohorts, place, at, newest, alike, mark)
    while slots > 0:
        first, work = NOBODY, 0.0
        for at in range(len(queues)):
            if queues[at].front < first:
                first, work = queues[at].front, 0.0
            if queues[at].front == first:
                work += queues[at].work
        if first == NOBODY:
            break
        share = slots / work if slots < work else 1.0
        slots = max(slots - work, 0.0)
        for at in range(len(queues)):
            if queues[at].front == first:
                _treat(queues[at], cohorts, at, newest, place.shape[1] - 1, alike, mark, share, into)
                _look(queues[at], cohorts, place, at, newest, alike, mark)
    return slots


@numba.njit(cache=True, nogil=True, error_model="numpy")
def _look(queue: Any, cohorts: np.ndarray, place: np.ndarray, at: int, newest: int, alike: int, mark: int) -> None:
    """Find who comes first in a queue."""
    head, last = queue.head, newest - alike
    while head <= last and cohorts[at, head] == 0.0:
        head += 1
    queue.head = head
    if newest - head < mark:
        queue.beyond = 0.0
    if head <= last:
        queue.front = place[at, min(newest - head, place.shape[1] - 1)]
        queue.work = cohorts[at, head] * queue.scale * queue.takes
        return
    queue.people = queue.weeks = queue.beyond = 0.0
    queue.front = place[at, 0] if alike > 0 and queue.young_people > 0 else NOBODY
    queue.work = queue.young_people * queue.takes


@numba.njit(cache=True, nogil=True, error_model="numpy")
def _treat(
    queue: Any, cohorts: np.ndarray, at: int, newest: int, longest: int, alike: int, mark: int, share: float,
    into: np.ndarray,
) -> None:  # fmt: skip
    """Treat a share of those who come first in a queue."""
    if queue.head > newest - alike:
        _treat_young(queue, newest, share, into)
        return
    waited = min(newest - queue.head, longest)
    people = cohorts[at, queue.head] * queue.scale * share
    queue.people -= people
    queue.weeks -= people * waited
    if waited >= mark:
        queue.beyond -= people
    into[queue.group, TREATED] += people
    into[queue.group, WEEKS_TO_TREATMENT] += people * waited
    cohorts[at, queue.head] *= 1 - share
    if share == 1.0:
        queue.head += 1


@numba.njit(cache=True, nogil=True, error_model="numpy")
def _treat_young(queue: Any, newest: int, share: float, into: np.ndarray) -> None:
    """Treat the same share of every cohort among the young."""
    into[queue.group, TREATED] += queue.young_people * share
    into[queue.group, WEEKS_TO_TREATMENT] += queue.young_weeks * share
    queue.young_people *= 1 - share
    queue.young_weeks *= 1 - share
    queue.young_beyond *= 1 - share
    queue.young_scale *= 1 - share
    if share == 1.0:
        queue.young_scale = 1.0
        queue.fresh = newest + 1
    queue.young_inverse = 1 / queue.young_scale


@numba.njit(cache=True, nogil=True, error_model="numpy")
def _note_waits(queues: np.ndarray, cohorts: np.ndarray, alike: int, waits: np.ndarray) -> None:
    """Keep those on the list at the end by weeks waited."""
    newest = cohorts.shape[1] - 1
    for at in range(len(queues)):
        queue = queues[at]
        for cohort in range(max(newest + 1 - waits.shape[1], 0), newest + 1):
            young = newest - cohort < alike
            first, scale = (queue.fresh, queue.young_scale) if young else (queue.head, queue.scale)
            if cohort >= first:
                waits[queue.group, newest - cohort] += cohorts[at, cohort] * scale
