"""Lists as plain arrays, for engines that follow them queue by queue; a queue is a group of one clinical priority."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

Numbers = np.ndarray


class QueueLists(NamedTuple):
    """Lists that are added up.

    Attributes
    ----------
    waiting
        People, lists by draws (or 1) by queues by whole weeks waited.
    additions, stays, takes
        Lists by draws by queues: people added a week, the share that does not leave untreated in a week, and slots that
        a treatment takes.
    slots
        Slots a week, lists by draws.
    """

    waiting: Numbers
    additions: Numbers
    stays: Numbers
    takes: Numbers
    slots: Numbers


class QueueOrder(NamedTuple):
    """Who comes first.

    Attributes
    ----------
    place
        Queues by whole weeks waited, the last for all who wait longer: the lowest is treated first, equal ones share
        alike. It falls with every week waited, from ``alike`` on.
    group
        Of each queue, by number.
    kept
        By group: the share of slots that is kept for it first.
    alike
        Weeks waited below which all in a queue have one place; 0 where there are none.
    mark
        Weeks beyond which people are counted.
    """

    place: Numbers
    group: Numbers
    kept: Numbers
    alike: int = 0
    mark: int = 52


KEPT = ("on_list", "weeks_so_far", "beyond", "removed", "treated", "weeks_to_treatment")
"""What is kept of every week: at its end those on the list, the weeks they have waited, and how many of them are beyond
the mark; in it those who left untreated, those treated, and the weeks these had waited."""


class QueueRecord(NamedTuple):
    """What is kept of lists that were run, summed over them.

    Attributes
    ----------
    weekly
        `KEPT` by draws by groups by weeks.
    waits
        Those on the list at the end, draws by groups by whole weeks waited.
    """

    weekly: Numbers
    waits: Numbers


LANES = 32
"""Draws that are run side by side: enough that handing over costs little, few enough for the nearest memory."""
OF_OLD = ("people", "weeks", "beyond", "scale", "inverse")
OF_YOUNG = ("young_people", "young_weeks", "young_beyond", "young_scale", "young_before")
GIVEN = ("added", "stays", "grows", "takes")
IN_WEEK = ("removed", "before", "weeks_before", "ahead", "work", "share")
QUEUE = np.dtype([(name, np.float64, LANES) for name in (*OF_OLD, *OF_YOUNG, *GIVEN, *IN_WEEK)]
                 + [(name, np.int64, LANES) for name in ("head", "fresh", "front", "moved")]
                 + [(name, np.int64) for name in ("group", "moves")])  # fmt: skip
"""A queue, by lanes: people, the weeks they have waited and those beyond the mark; the scale of its cohorts and one
over it; the same of the young; what it is given (and one over the share that stays); who left in a week, who was there
before slots were given, how long they had waited, those of the first cohort over its scale, the slots that those in
front take, and the share of them that is treated; the first cohort in which anybody waits, among the old and among the
young; the place of those in front; and the lanes in which it has moved. A record, as arrays are slow to hand over."""
WEEK = np.dtype([(name, np.float64, LANES) for name in ("slots", "left", "own", "work", "share")]
                + [("first", np.int64, LANES)]
                + [(name, np.int64) for name in ("newest", "longest", "alike", "mark", "last")])  # fmt: skip
"""A week, by lanes: slots, those left, those that are given out now, what those who come first take, the share of them
that is treated, and their place; then the newest cohort, the weeks told apart, those that come alike, the mark, and the
newest cohort that is old."""
SUMS = np.dtype([(name, np.float64, LANES) for name in KEPT])
"""What is kept of a week and group, by lanes."""
