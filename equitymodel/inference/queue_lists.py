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
