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
OF_YOUNG = ("young_people", "young_weeks", "young_beyond", "young_scale", "young_before")
GIVEN, IN_WEEK = ("added", "stays", "grows", "takes"), ("removed", "before", "weeks_before", "work")
QUEUE = np.dtype([(name, np.float64) for name in (*OF_OLD, *OF_YOUNG, *GIVEN, *IN_WEEK)]
                 + [(name, np.int64) for name in ("head", "fresh", "front", "group")])  # fmt: skip
"""A queue: people, the weeks they have waited and those beyond the mark; the scale of its cohorts and one over it; the
same of the young; what it is given (and one over the share that stays); who left in a week, who was there before slots
were given, how long they had waited, and the slots that those in front take; the first cohort in which anybody waits,
among the old and among the young; and the place of those in front. A record, as arrays are slow to hand over."""
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
    >>> order = QueueOrder(np.array([[3, 2, 1, 0]] * 2), np.array([0, 1]), np.zeros(2))
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
                queues[queue].grows = 1 / lists.stays[number, draw, queue]
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
        queue.young_people = queue.young_weeks = queue.young_beyond = queue.young_before = 0.0
        queue.scale = queue.inverse = queue.young_scale = 1.0
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
        newest, left = cohorts.shape[1] - weeks + week, slots
        for at in range(len(queues)):
            if alike > 0:
                _pass_young(queues[at], cohorts, at, newest, alike, mark)
            _pass_old(queues[at], cohorts, at, newest, longest, alike, mark)
        for group in range(len(kept)):
            if kept[group] > 0:
                own = slots * kept[group]
                left -= own - _serve(queues, cohorts, place, newest, alike, mark, own, group)
        _serve(queues, cohorts, place, newest, alike, mark, left, -1)
        for at in range(len(queues)):
            _note(queues[at], into, week)


@numba.njit(cache=True, nogil=True, error_model="numpy")
def _pass_old(queue: Any, cohorts: np.ndarray, at: int, newest: int, longest: int, alike: int, mark: int) -> None:
    """Let those who do not come alike wait a week more, add people, and let some leave untreated."""
    people, weeks, beyond, scale, stays = queue.people, queue.weeks, queue.beyond, queue.scale, queue.stays
    weeks += people
    if newest >= mark >= alike and newest - mark >= queue.head and mark <= longest:
        beyond += cohorts[at, newest - mark] * scale
    oldest = newest - longest
    if queue.head < oldest:
        cohorts[at, oldest] += cohorts[at, oldest - 1]
        weeks -= cohorts[at, oldest - 1] * scale
        queue.head = oldest
    if alike == 0:
        cohorts[at, newest] = queue.added * queue.inverse
        people += queue.added
    queue.removed = (1 - stays) * (people + queue.young_before)
    queue.people, queue.weeks, queue.beyond, queue.scale = people * stays, weeks * stays, beyond * stays, scale * stays
    queue.before, queue.weeks_before = queue.people + queue.young_people, queue.weeks + queue.young_weeks
    queue.inverse *= queue.grows
    if queue.scale < SMALLEST:
        cohorts[at, : max(newest - alike + 1, 0)] *= queue.scale
        queue.scale = queue.inverse = 1.0


@numba.njit(cache=True, nogil=True, error_model="numpy")
def _pass_young(queue: Any, cohorts: np.ndarray, at: int, newest: int, alike: int, mark: int) -> None:
    """Let the young wait a week more, add people, let some leave untreated, and some be young no longer."""
    scale, stays = queue.young_scale, queue.stays
    queue.young_weeks += queue.young_people
    passing = newest - mark
    if mark < alike and passing >= 0 and passing >= queue.fresh:
        queue.young_beyond += cohorts[at, passing] * scale
    if newest >= alike:
        _leave_young(queue, cohorts, at, newest - alike, alike, mark)
    cohorts[at, newest] = queue.added / scale
    queue.young_before = queue.young_people + queue.added
    queue.young_people = queue.young_before * stays
    queue.young_weeks *= stays
    queue.young_beyond *= stays
    queue.young_scale = scale * stays
    if queue.young_scale < SMALLEST:
        cohorts[at, max(newest - alike + 1, 0) : newest + 1] *= queue.young_scale
        queue.young_scale = 1.0


@numba.njit(cache=True, nogil=True, error_model="numpy")
def _leave_young(queue: Any, cohorts: np.ndarray, at: int, cohort: int, alike: int, mark: int) -> None:
    """Move a cohort from those who come alike to those who come by their wait, before these are a week older."""
    people = cohorts[at, cohort] * queue.young_scale if cohort >= queue.fresh else 0.0
    cohorts[at, cohort] = people * queue.inverse
    queue.young_people -= people
    queue.young_weeks -= people * alike
    queue.people += people
    queue.weeks += people * (alike - 1)
    if mark < alike:
        queue.young_beyond -= people
        queue.beyond += people


@numba.njit(cache=True, nogil=True, error_model="numpy")
def _serve(
    queues: np.ndarray, cohorts: np.ndarray, place: np.ndarray, newest: int, alike: int, mark: int, slots: float,
    only: int,
) -> float:  # fmt: skip
    """Treat those who come first, then the next, until slots run out; give how many slots are left."""
    for at in range(len(queues)):
        queues[at].front = NOBODY
        if only < 0 or queues[at].group == only:
            _look(queues[at], cohorts, place, at, newest, alike, mark)
    while slots > 0:
        first, work = _first(queues)
        if first == NOBODY:
            break
        share = slots / work if slots < work else 1.0
        slots = max(slots - work, 0.0)
        for at in range(len(queues)):
            if queues[at].front == first:
                if queues[at].head > newest - alike:
                    _treat_young(queues[at], newest, share)
                else:
                    _treat(queues[at], cohorts, at, newest, place.shape[1] - 1, mark, share)
                _look(queues[at], cohorts, place, at, newest, alike, mark)
    return slots


@numba.njit(cache=True, nogil=True, error_model="numpy")
def _first(queues: np.ndarray) -> tuple[int, float]:
    """Give the place of those who come first of all, and the slots they take."""
    first, work = NOBODY, 0.0
    for at in range(len(queues)):
        if queues[at].front < first:
            first, work = queues[at].front, 0.0
        if queues[at].front == first:
            work += queues[at].work
    return first, work


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
def _treat(queue: Any, cohorts: np.ndarray, at: int, newest: int, longest: int, mark: int, share: float) -> None:
    """Treat a share of those who come first in a queue."""
    head, cohort = queue.head, cohorts[at, queue.head]
    waited, people = min(newest - head, longest), cohort * queue.scale * share
    queue.people -= people
    queue.weeks -= people * waited
    if waited >= mark:
        queue.beyond -= people
    cohorts[at, head] = cohort * (1 - share)
    queue.head = head + (share == 1.0)


@numba.njit(cache=True, nogil=True, error_model="numpy")
def _treat_young(queue: Any, newest: int, share: float) -> None:
    """Treat the same share of every cohort among the young."""
    queue.young_people *= 1 - share
    queue.young_weeks *= 1 - share
    queue.young_beyond *= 1 - share
    queue.young_scale *= 1 - share
    if share == 1.0:
        queue.young_scale = 1.0
        queue.fresh = newest + 1


@numba.njit(cache=True, nogil=True, error_model="numpy")
def _note(queue: Any, into: np.ndarray, week: int) -> None:
    """Keep what has come of a week; those treated are those who are there no longer."""
    people, weeks = queue.people + queue.young_people, queue.weeks + queue.young_weeks
    into[week, queue.group, ON_LIST] += people
    into[week, queue.group, WEEKS_SO_FAR] += weeks
    into[week, queue.group, BEYOND] += queue.beyond + queue.young_beyond
    into[week, queue.group, REMOVED] += queue.removed
    into[week, queue.group, TREATED] += queue.before - people
    into[week, queue.group, WEEKS_TO_TREATMENT] += queue.weeks_before - weeks


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
