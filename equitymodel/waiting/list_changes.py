"""What a rule of a list may change beside the order: slots kept or added, and how many leave or miss a slot."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import numpy as np

from equitymodel.errors import OptionError
from equitymodel.waiting.list_rules import ListRule


def reserve(shares: Mapping[str, float], name: str = "Slots reserved") -> ListRule:
    """Keep a share of slots for groups first; what they leave goes to all in the order of the list.

    Parameters
    ----------
    shares, name
        Of slots, by label of the group; and the name that is printed.

    Returns
    -------
    ListRule
        To be combined with an order, which holds within groups and over all.

    Raises
    ------
    OptionError
        When a share is not from 0 to 1, or they come to more than 1.

    Examples
    --------
    >>> reserve({"1": 0.25}).contested(["1", "5"], [1])
    True
    """
    _shares("reserved", shares)
    if sum(shares.values()) > 1:
        raise OptionError(f"shares of slots kept for groups come to {sum(shares.values()):g}; keep 1 or less in all")
    kept = ", ".join(f"{share:.0%} of slots for group {label}" for label, share in shares.items())
    return ListRule(name, reserved=dict(shares), says=f"{kept} kept first")


def more_slots(further: float, name: str = "More capacity") -> ListRule:
    """Add slots for everybody, without a change of order.

    Parameters
    ----------
    further, name
        The share of slots added, such as 0.05, below 0 where slots are taken away; and the name.

    Returns
    -------
    ListRule
        Slots alone; combine them with an order.

    Raises
    ------
    OptionError
        When fewer than no slots are left.
    """
    if not -1 < further < np.inf:
        raise OptionError(f"further slots are a share above -1, such as 0.05, not {further!r}")
    return ListRule(name, slots=1 + further, says=f"{abs(further):.0%} {'more' if further >= 0 else 'fewer'} slots")


def prehabilitation(fewer: Mapping[str, float], name: str = "Targeted preparation for surgery") -> ListRule:
    """Let fewer of some groups leave the list untreated, as preparation for surgery may.

    Parameters
    ----------
    fewer, name
        By what share fewer leave, by label of the group: a statement of the user's, with a source beside it.

    Returns
    -------
    ListRule
        Removals alone, without any order of its own.

    Raises
    ------
    OptionError
        When a share is not from 0 to 1.
    """
    _shares("fewer_removals", fewer)
    return ListRule(name, fewer_removals=dict(fewer), says=_fewer("leave untreated", fewer))


def reminders(fewer: Mapping[str, float], name: str = "Reminders") -> ListRule:
    """Let fewer slots of some groups be lost, as reminders may.

    Parameters
    ----------
    fewer, name
        By what share fewer slots are lost, by label of the group; and what it is called.

    Returns
    -------
    ListRule
        Lost slots alone; an order has to go with it.

    Raises
    ------
    OptionError
        When a share is not from 0 to 1.
    """
    _shares("fewer_lost", fewer)
    return ListRule(name, fewer_lost=dict(fewer), says=_fewer("slots are lost", fewer))


def combined(first: ListRule, *others: ListRule, name: str) -> ListRule:
    """Combine an order with what is changed beside it; slots multiply.

    Parameters
    ----------
    first, others
        The one that gives the order, and those without an order of their own.
    name
        Of all of it together.

    Returns
    -------
    ListRule
        All of it at once.

    Raises
    ------
    OptionError
        When two have an order, or say unlike things of one group.
    """
    found = replace(first, name=name)
    for other in others:
        if other.score is not None or other.pattern:
            raise OptionError(f"rule '{name}': '{other.name}' has an order of its own; combine one order with changes")
        says = "; ".join(filter(None, (found.says, other.says)))
        found = replace(
            found, slots=found.slots * other.slots, says=says, reserved=_merged(name, found.reserved, other.reserved),
            fewer_removals=_merged(name, found.fewer_removals, other.fewer_removals),
            fewer_lost=_merged(name, found.fewer_lost, other.fewer_lost),
        )  # fmt: skip
    return found


def _merged(name: str, one: Mapping[str, float], other: Mapping[str, float]) -> dict[str, float]:
    twice = sorted(set(one) & set(other))
    if twice:
        raise OptionError(f"rule '{name}' says two things of group {', '.join(twice)}; say one")
    return {**one, **other}


def _fewer(of_what: str, fewer: Mapping[str, float]) -> str:
    return ", ".join(f"{share:.0%} fewer {of_what} in group {label}" for label, share in fewer.items())


def _shares(name: str, shares: Mapping[str, float]) -> None:
    for label, share in shares.items():
        if not 0 <= share <= 1:
            raise OptionError(f"{name} of group {label} is a share from 0 to 1, not {share!r}; 0.3 is 30 %")
