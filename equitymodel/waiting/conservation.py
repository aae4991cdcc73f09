"""What no order can change: the weeks waited in all, where nobody leaves untreated and every treatment takes the same.

Reordering a list moves waits between people. Under any order that leaves no slot empty, the slots that those on the
list will take are the same at every moment; so is the number of people, where all take the same. That is Kleinrock's
conservation law, here of a weekly list.
"""

from __future__ import annotations

import xarray as xr

from equitymodel.vocabulary import group_dim
from equitymodel.waiting.list_flows import WEEK
from equitymodel.waiting.list_rules import ListRule

HOLDS = (
    "Nobody leaves untreated and a treatment takes the same slots in all groups, so reordering moves waits between "
    "people and changes neither the number treated nor the weeks waited in all."
)
REMOVALS = (
    "People leave this list untreated, so an order also changes who leaves: whoever is treated sooner has less time "
    "to leave in. Weeks waited and the number treated may then differ between orders, and both are shown."
)
SLOTS = (
    "A treatment takes more slots in some groups, as more of theirs are lost, so an order also changes how many are "
    "treated in the same slots. What stays the same under every order is the slots that all on the list will take, "
    "where nobody leaves untreated."
)
CHANGED = "This rule changes more than the order, so the total may change with it."


def what_is_conserved(flows: xr.Dataset) -> str:
    """Say what no order of this list can change, and what an order changes beside waits.

    Parameters
    ----------
    flows
        Those of the list under the rule, from `list_flows`.

    Returns
    -------
    str
        Sentences for a page.

    Examples
    --------
    >>> from equitymodel.waiting.list_flows import list_flows
    >>> waiting = xr.DataArray([[5.0, 3.0], [4.0, 0.0]], dims=("deprivation", "weeks_waited"))
    >>> what_is_conserved(list_flows(waiting, xr.DataArray([4.0, 4.0], dims="deprivation"), 6.0)) == HOLDS
    True
    """
    if only_waits_move(flows):
        return HOLDS
    said = [REMOVALS] if bool((flows["removal"] > 0).any()) else []
    return " ".join([*said, *([SLOTS] if not _same_slots(flows) else [])])


def only_waits_move(flows: xr.Dataset) -> bool:
    """Say whether an order moves waits and nothing else: nobody leaves untreated, and all take the same slots."""
    return not bool((flows["removal"] > 0).any()) and _same_slots(flows)


def only_reorders(rule: ListRule) -> bool:
    """Say whether a rule changes the order and nothing beside it.

    Examples
    --------
    >>> from equitymodel.waiting.list_changes import more_slots
    >>> from equitymodel.waiting.list_rules import first_come
    >>> only_reorders(first_come()), only_reorders(more_slots(0.05))
    (True, False)
    """
    changed = (*rule.fewer_removals.values(), *rule.fewer_lost.values())
    return rule.slots == 1 and not any(changed)


def slots_waited_for(course: xr.Dataset, lost: xr.DataArray | float = 0.0) -> xr.DataArray:
    """Give the sum over weeks of the slots that those on the list will take: the same under every order.

    Parameters
    ----------
    course
        From `run_rule`.
    lost
        The share of slots that is lost, by group.

    Returns
    -------
    xarray.DataArray
        Slot-weeks; the sum over groups of load times mean wait, in units of slots and weeks.
    """
    return (course["on_list"] / (1 - lost)).sum([WEEK, group_dim(course.dims)])


def _same_slots(flows: xr.Dataset) -> bool:
    lost = flows["lost"]
    group = group_dim(flows.dims)
    return group not in lost.dims or bool((abs(lost - lost.isel({group: 0}, drop=True)) < 1e-12).all())
