"""Queues followed by their heads, compiled: a week takes as many steps as a head moves, not as many as there are waits.

Everybody in a queue leaves untreated at one rate, and treatment takes from its head. So a cohort (those added in one
week) is whole, but for what left untreated, until the head has come to it; and what leaves is one number for all
cohorts, their scale. The young may come alike instead, in one block: each is then treated in the same proportion, which
is part of their scale.

Draws are run side by side, a lane each: what is done to all of them is then one instruction for several numbers. Only
the look at who comes first goes lane by lane, and only where somebody was treated.

Nothing here knows of rules or tables: `equitymodel.waiting.followed_heads` lays lists out for it.
"""

from __future__ import annotations

from typing import Any

import numba
import numpy as np

from equitymodel.inference.queue_lists import KEPT, LANES, QUEUE, SUMS, WEEK, QueueLists, QueueOrder, QueueRecord

NOBODY = np.iinfo(np.int64).max
"""The place of a queue in which nobody waits: after all others."""
SMALLEST = 1e-150
"""A scale below it is multiplied out, before it is no number any more."""


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
    >>> follow_heads(lists, order, 2).weekly[KEPT.index("treated"), 0].sum(axis=1)
    array([8., 4.])
    """
    draws, groups, bins = lists.slots.shape[1], len(order.kept), order.place.shape[1]
    record = QueueRecord(np.empty((len(KEPT), draws, groups, weeks)), np.empty((draws, groups, bins)))
    queues, week = np.zeros(len(order.group), QUEUE), np.zeros(1, WEEK)
    queues["group"], week["longest"], week["alike"], week["mark"] = order.group, bins - 1, order.alike, order.mark
    sums = np.zeros((weeks, groups), SUMS)
    plain = sums.view(np.float64).reshape(weeks, groups, len(KEPT), LANES)
    _follow(queues, week, sums, plain, lists, order, record)
    return record


@numba.njit(cache=True, nogil=True, error_model="numpy")
def _follow(
    queues: np.ndarray, week: np.ndarray, sums: np.ndarray, plain: np.ndarray, lists: QueueLists, order: QueueOrder,
    record: QueueRecord,
) -> None:  # fmt: skip
    """Run every list of every draw."""
    used, weeks, now = lists.waiting.shape[3], len(sums), week[0]
    cohorts = np.zeros((len(queues), used + weeks, LANES))
    waits = np.zeros((record.waits.shape[1], record.waits.shape[2], LANES))
    for draw in range(0, lists.slots.shape[1], LANES):
        plain[:] = 0
        waits[:] = 0
        for number in range(len(lists.slots)):
            _give(queues, now, lists, number, draw)
            _begin(queues, cohorts, lists.waiting[number], draw, now.alike, now.mark)
            for at in range(weeks):
                now.newest = used + at
                now.last = now.newest - now.alike
                _run(queues, cohorts, order.place, order.kept, now)
                for queue in range(len(queues)):
                    _note(queues[queue], sums[at, queues[queue].group])
            _note_waits(queues, cohorts, now, waits)
        _keep(record, plain, waits, draw)


@numba.njit(cache=True, nogil=True, error_model="numpy")
def _give(queues: np.ndarray, now: Any, lists: QueueLists, number: int, first: int) -> None:
    """Give a list its slots and queues what they are given, in each lane; the last draw again after it."""
    draws = lists.slots.shape[1]
    for lane in range(LANES):
        draw = min(first + lane, draws - 1)
        now.slots[lane] = lists.slots[number, draw]
        for at in range(len(queues)):
            queue = queues[at]
            queue.added[lane] = lists.additions[number, draw, at]
            queue.stays[lane] = lists.stays[number, draw, at]
            queue.grows[lane] = 1 / lists.stays[number, draw, at]
            queue.takes[lane] = lists.takes[number, draw, at]


@numba.njit(cache=True, nogil=True, error_model="numpy")
def _begin(queues: np.ndarray, cohorts: np.ndarray, waiting: np.ndarray, first: int, alike: int, mark: int) -> None:
    """Put those who wait at the start into their cohorts."""
    drawn, _, used = waiting.shape
    for at in range(len(queues)):
        queue = queues[at]
        for lane in range(LANES):
            queue.people[lane] = queue.weeks[lane] = queue.beyond[lane] = 0.0
            queue.young_people[lane] = queue.young_weeks[lane] = queue.young_beyond[lane] = 0.0
            queue.scale[lane] = queue.inverse[lane] = queue.young_scale[lane] = 1.0
            queue.young_before[lane] = 0.0
            queue.head[lane] = queue.fresh[lane] = 0
        for waited in range(used):
            young, beyond = 1.0 if waited < alike else 0.0, 1.0 if waited >= mark else 0.0
            for lane in range(LANES):
                people = waiting[min(first + lane, drawn - 1), at, waited]
                cohorts[at, used - 1 - waited, lane] = people
                queue.young_people[lane] += people * young
                queue.young_weeks[lane] += people * young * waited
                queue.young_beyond[lane] += people * young * beyond
                queue.people[lane] += people * (1 - young)
                queue.weeks[lane] += people * (1 - young) * waited
                queue.beyond[lane] += people * (1 - young) * beyond


@numba.njit(cache=True, nogil=True, error_model="numpy")
def _run(queues: np.ndarray, cohorts: np.ndarray, place: np.ndarray, kept: np.ndarray, now: Any) -> None:
    """Run a week: a week more waited, additions, removals untreated, treatments."""
    if now.alike > 0:
        _pass_young(queues, cohorts, now)
    _pass_old(queues, cohorts, now)
    _look(queues, cohorts, place, now, -1)
    for lane in range(LANES):
        now.left[lane] = now.slots[lane]
    for turn in range(len(kept) + 1):
        group = turn if turn < len(kept) else -1
        share = kept[turn] if turn < len(kept) else 0.0
        if group < 0 or share > 0:
            for lane in range(LANES):
                now.own[lane] = now.left[lane] if group < 0 else now.slots[lane] * share
            while _share_out(queues, now, group):
                _treat(queues, cohorts, now, group)
                _look(queues, cohorts, place, now, group)
            for lane in range(LANES):
                now.left[lane] -= now.slots[lane] * share - now.own[lane]


@numba.njit(cache=True, nogil=True, error_model="numpy")
def _pass_old(queues: np.ndarray, cohorts: np.ndarray, now: Any) -> None:
    """Let those who do not come alike wait a week more, add people, and let some leave untreated."""
    for at in range(len(queues)):
        queue, small = queues[at], 0
        _age(queue, cohorts, at, now)
        for lane in range(LANES):
            stays = queue.stays[lane]
            people, weeks, scale = queue.people[lane] * stays, queue.weeks[lane] * stays, queue.scale[lane] * stays
            queue.removed[lane] = (1 - stays) * (queue.people[lane] + queue.young_before[lane])
            queue.people[lane], queue.weeks[lane], queue.scale[lane] = people, weeks, scale
            queue.beyond[lane] *= stays
            queue.before[lane] = people + queue.young_people[lane]
            queue.weeks_before[lane] = weeks + queue.young_weeks[lane]
            queue.inverse[lane] *= queue.grows[lane]
            queue.moved[lane] = lane
            small += scale < SMALLEST
        queue.moves = LANES
        if small > 0:
            for lane in range(LANES):
                if queue.scale[lane] < SMALLEST:
                    cohorts[at, : max(now.last + 1, 0), lane] *= queue.scale[lane]
                    queue.scale[lane] = queue.inverse[lane] = 1.0


@numba.njit(cache=True, nogil=True, error_model="numpy")
def _age(queue: Any, cohorts: np.ndarray, at: int, now: Any) -> None:
    """Count a week more, those who pass the mark, and those whose weeks are no longer told apart; add people."""
    newest, passing, oldest = now.newest, now.newest - now.mark, now.newest - now.longest
    for lane in range(LANES):
        queue.weeks[lane] += queue.people[lane]
    if passing >= 0 and now.alike <= now.mark <= now.longest:
        for lane in range(LANES):
            people = cohorts[at, passing, lane] * queue.scale[lane]
            queue.beyond[lane] += people if passing >= queue.head[lane] else 0.0
    if oldest > 0:
        for lane in range(LANES):
            older = cohorts[at, oldest - 1, lane]
            older = older if queue.head[lane] < oldest else 0.0
            cohorts[at, oldest, lane] += older
            queue.weeks[lane] -= older * queue.scale[lane]
            queue.head[lane] = max(queue.head[lane], oldest)
    if now.alike == 0:
        for lane in range(LANES):
            cohorts[at, newest, lane] = queue.added[lane] * queue.inverse[lane]
            queue.people[lane] += queue.added[lane]


@numba.njit(cache=True, nogil=True, error_model="numpy")
def _pass_young(queues: np.ndarray, cohorts: np.ndarray, now: Any) -> None:
    """Let the young wait a week more, add people, let some leave untreated, and some be young no longer."""
    newest = now.newest
    for at in range(len(queues)):
        queue, small = queues[at], 0
        _age_young(queue, cohorts, at, now)
        for lane in range(LANES):
            stays, scale = queue.stays[lane], queue.young_scale[lane]
            cohorts[at, newest, lane] = queue.added[lane] / scale
            queue.young_before[lane] = queue.young_people[lane] + queue.added[lane]
            queue.young_people[lane] = queue.young_before[lane] * stays
            queue.young_weeks[lane] *= stays
            queue.young_beyond[lane] *= stays
            queue.young_scale[lane] = scale * stays
            small += scale * stays < SMALLEST
        if small > 0:
            for lane in range(LANES):
                if queue.young_scale[lane] < SMALLEST:
                    cohorts[at, max(now.last + 1, 0) : newest + 1, lane] *= queue.young_scale[lane]
                    queue.young_scale[lane] = 1.0


@numba.njit(cache=True, nogil=True, error_model="numpy")
def _age_young(queue: Any, cohorts: np.ndarray, at: int, now: Any) -> None:
    """Count a week more and those who pass the mark; who is young no longer comes by the wait, not yet a week older."""
    cohort, passing, alike, early = now.last, now.newest - now.mark, now.alike, 1.0 if now.mark < now.alike else 0.0
    for lane in range(LANES):
        queue.young_weeks[lane] += queue.young_people[lane]
    if passing >= 0 and early > 0:
        for lane in range(LANES):
            people = cohorts[at, passing, lane] * queue.young_scale[lane]
            queue.young_beyond[lane] += people if passing >= queue.fresh[lane] else 0.0
    if cohort >= 0:
        for lane in range(LANES):
            people = cohorts[at, cohort, lane] * queue.young_scale[lane]
            people = people if cohort >= queue.fresh[lane] else 0.0
            cohorts[at, cohort, lane] = people * queue.inverse[lane]
            queue.young_people[lane] -= people
            queue.young_weeks[lane] -= people * alike
            queue.young_beyond[lane] -= people * early
            queue.people[lane] += people
            queue.weeks[lane] += people * (alike - 1)
            queue.beyond[lane] += people * early


@numba.njit(cache=True, nogil=True, error_model="numpy")
def _look(queues: np.ndarray, cohorts: np.ndarray, place: np.ndarray, now: Any, group: int) -> None:
    """Find who comes first in every queue of a group, or of all, where they are others than before."""
    newest, longest, last = now.newest, now.longest, now.last
    for at in range(len(queues)):
        queue = queues[at]
        if group >= 0 and queue.group != group:
            continue
        for number in range(queue.moves):
            lane = queue.moved[number]
            head, ahead = queue.head[lane], 0.0
            while head <= last:
                ahead = cohorts[at, head, lane]
                if ahead != 0.0:
                    break
                head += 1
            queue.head[lane], queue.ahead[lane] = head, ahead
            if head <= last:
                queue.front[lane] = place[at, min(newest - head, longest)]
            else:
                queue.front[lane] = place[at, 0] if queue.young_people[lane] > 0 else NOBODY
        _weigh(queue, newest, last, now.mark)


@numba.njit(cache=True, nogil=True, error_model="numpy")
def _weigh(queue: Any, newest: int, last: int, mark: int) -> None:
    """Say what slots those take who come first in a queue."""
    for lane in range(LANES):
        head = queue.head[lane]
        old = head <= last
        work = queue.ahead[lane] * queue.scale[lane] if old else queue.young_people[lane]
        queue.work[lane] = work * queue.takes[lane]
        queue.people[lane] = queue.people[lane] if old else 0.0
        queue.weeks[lane] = queue.weeks[lane] if old else 0.0
        queue.beyond[lane] = queue.beyond[lane] if old & (newest - head >= mark) else 0.0


@numba.njit(cache=True, nogil=True, error_model="numpy")
def _share_out(queues: np.ndarray, now: Any, group: int) -> bool:
    """Give slots to those who come first of a group, or of all: the share of them that is treated; whether any is."""
    for lane in range(LANES):
        now.first[lane], now.work[lane] = NOBODY, 0.0
    for at in range(len(queues)):
        queue = queues[at]
        if group < 0 or queue.group == group:
            for lane in range(LANES):
                front, first = queue.front[lane], now.first[lane]
                work = 0.0 if front < first else now.work[lane]
                first = min(first, front)
                now.work[lane] = work + (queue.work[lane] if front == first else 0.0)
                now.first[lane] = first
    some = 0
    for lane in range(LANES):
        slots, work = now.own[lane], now.work[lane]
        serves = (slots > 0) & (now.first[lane] != NOBODY)
        share = slots / work if slots < work else 1.0
        after = slots - work if slots > work else 0.0
        now.share[lane] = share if serves else 0.0
        now.own[lane] = after if serves else slots
        some += serves
    return some > 0


@numba.njit(cache=True, nogil=True, error_model="numpy")
def _treat(queues: np.ndarray, cohorts: np.ndarray, now: Any, group: int) -> None:
    """Treat the share of those who come first, and note in which lanes a queue has moved."""
    last = now.last
    for at in range(len(queues)):
        queue, moves = queues[at], 0
        if group >= 0 and queue.group != group:
            continue
        for lane in range(LANES):
            queue.share[lane] = now.share[lane] if queue.front[lane] == now.first[lane] else 0.0
        _treat_old(queue, now.newest, now.longest, last, now.mark)
        if now.alike > 0:
            _treat_young(queue, now.newest, last)
        for lane in range(LANES):
            queue.moved[moves] = lane
            moves += queue.share[lane] > 0
        for number in range(moves):
            lane = queue.moved[number]
            if queue.head[lane] <= last:
                cohorts[at, queue.head[lane], lane] = queue.ahead[lane]
        queue.moves = moves


@numba.njit(cache=True, nogil=True, error_model="numpy")
def _treat_old(queue: Any, newest: int, longest: int, last: int, mark: int) -> None:
    """Treat the share of the first cohort, where it is not among the young."""
    for lane in range(LANES):
        head = queue.head[lane]
        share = queue.share[lane] if head <= last else 0.0
        waited, people = min(newest - head, longest), queue.ahead[lane] * queue.scale[lane] * share
        queue.people[lane] -= people
        queue.weeks[lane] -= people * waited
        queue.beyond[lane] -= people if waited >= mark else 0.0
        queue.ahead[lane] *= 1 - share


@numba.njit(cache=True, nogil=True, error_model="numpy")
def _treat_young(queue: Any, newest: int, last: int) -> None:
    """Treat the same share of every cohort among the young, where they come first."""
    for lane in range(LANES):
        share = queue.share[lane] if queue.head[lane] > last else 0.0
        stays = 1 - share
        queue.young_people[lane] *= stays
        queue.young_weeks[lane] *= stays
        queue.young_beyond[lane] *= stays
        scale = queue.young_scale[lane] * stays
        queue.young_scale[lane] = 1.0 if share == 1.0 else scale
        queue.fresh[lane] = newest + 1 if share == 1.0 else queue.fresh[lane]


@numba.njit(cache=True, nogil=True, error_model="numpy")
def _note(queue: Any, into: Any) -> None:
    """Keep what has come of a week; those treated are those who are there no longer."""
    for lane in range(LANES):
        people, weeks = queue.people[lane] + queue.young_people[lane], queue.weeks[lane] + queue.young_weeks[lane]
        into.on_list[lane] += people
        into.weeks_so_far[lane] += weeks
        into.beyond[lane] += queue.beyond[lane] + queue.young_beyond[lane]
        into.removed[lane] += queue.removed[lane]
        into.treated[lane] += queue.before[lane] - people
        into.weeks_to_treatment[lane] += queue.weeks_before[lane] - weeks


@numba.njit(cache=True, nogil=True, error_model="numpy")
def _note_waits(queues: np.ndarray, cohorts: np.ndarray, now: Any, waits: np.ndarray) -> None:
    """Keep those on the list at the end by weeks waited."""
    newest, last = now.newest, now.last
    for at in range(len(queues)):
        queue = queues[at]
        group = queue.group
        for cohort in range(max(newest + 1 - waits.shape[1], 0), newest + 1):
            young = cohort > last
            for lane in range(LANES):
                scale = queue.young_scale[lane] if young else queue.scale[lane]
                first = queue.fresh[lane] if young else queue.head[lane]
                people = cohorts[at, cohort, lane] * scale
                people = people if cohort >= first else 0.0
                waits[group, newest - cohort, lane] += people


@numba.njit(cache=True, nogil=True, error_model="numpy")
def _keep(record: QueueRecord, plain: np.ndarray, waits: np.ndarray, draw: int) -> None:
    """Put lanes into their draws; those after the last draw are left out."""
    weeks, groups, kept, _ = plain.shape
    for lane in range(min(LANES, record.waits.shape[0] - draw)):
        for group in range(groups):
            for name in range(kept):
                for week in range(weeks):
                    record.weekly[name, draw + lane, group, week] = plain[week, group, name, lane]
            for waited in range(waits.shape[1]):
                record.waits[draw + lane, group, waited] = waits[group, waited, lane]
