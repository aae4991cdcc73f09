"""Sizes of lists and capacities that a target for waits asks for: rules of thumb of planning, with units in names.

Waits are taken to be exponential where nothing else is said, so that the mean says how many wait beyond any time.
"""

from __future__ import annotations

import numpy as np

from equitymodel.errors import OptionError

FACTOR = 4.0
"""The target over the mean wait: e to the minus 4, or 1.83 %, then wait beyond the target."""
RELIEF_WEEKS = 26.0
MOST_TIMES_TARGET = 2.0
"""A list above twice its target size is too large to be worked off by the usual capacity."""
PRIORITY_TARGET_DAYS = {"P1": 7.0, "P2": 28.0, "P3": 84.0, "P4": 365.0}
"""Days within which each clinical priority is to be treated."""


def load(demand_per_week: float, capacity_per_week: float) -> float:
    """Give additions over capacity: above 1, the list grows without end.

    Parameters
    ----------
    demand_per_week, capacity_per_week
        People added, and people that can be treated, a week.

    Returns
    -------
    float
        A ratio.

    Raises
    ------
    OptionError
        When either is not above 0.

    References
    ----------
    Fong, Walton and others, medRxiv 2022.08.23.22279117.

    Examples
    --------
    >>> round(load(30, 27), 8)
    1.11111111
    """
    _above_zero(demand_per_week=demand_per_week, capacity_per_week=capacity_per_week)
    return demand_per_week / capacity_per_week


def target_mean_wait_weeks(target_wait_weeks: float, factor: float = FACTOR) -> float:
    """Give the mean wait at which few wait beyond a target.

    Parameters
    ----------
    target_wait_weeks
        Weeks that few should wait beyond.
    factor
        The target over the mean wait; 4 leaves 1.83 % beyond it, 6 leaves 0.25 %.

    Returns
    -------
    float
        Weeks, on average.

    Raises
    ------
    OptionError
        When either is not above 0.

    Examples
    --------
    >>> target_mean_wait_weeks(52), round(share_beyond_target(), 4), round(share_beyond_target(6), 4)
    (13.0, 0.0183, 0.0025)
    """
    _above_zero(target_wait_weeks=target_wait_weeks, factor=factor)
    return target_wait_weeks / factor


def share_beyond_target(factor: float = FACTOR) -> float:
    """Give the share that waits beyond the target, where waits are exponential.

    Parameters
    ----------
    factor
        As for `target_mean_wait_weeks`.

    Returns
    -------
    float
        From 0 to 1.

    Raises
    ------
    OptionError
        When the factor is not above 0.
    """
    _above_zero(factor=factor)
    return float(np.exp(-factor))


def target_list_size(demand_per_week: float, target_wait_weeks: float, factor: float = FACTOR) -> float:
    """Give the size of the list that goes with a target, by Little's law.

    Parameters
    ----------
    demand_per_week, target_wait_weeks, factor
        People added a week; the others as for `target_mean_wait_weeks`.

    Returns
    -------
    float
        People.

    Raises
    ------
    OptionError
        When any is not above 0.

    Examples
    --------
    >>> target_list_size(30, 52), target_list_size(30, 50, 6)
    (390.0, 250.0)
    """
    _above_zero(demand_per_week=demand_per_week, target_wait_weeks=target_wait_weeks, factor=factor)
    return demand_per_week * target_wait_weeks / factor


def list_is_too_large(people_waiting: float, target_people: float) -> bool:
    """Say whether a list is more than twice its target size, so that it needs relief capacity.

    Parameters
    ----------
    people_waiting, target_people
        People on the list, and its target size from `target_list_size`.

    Returns
    -------
    bool
        Whether it is.

    Raises
    ------
    OptionError
        When the target is not above 0.

    Examples
    --------
    >>> list_is_too_large(1200, 390), list_is_too_large(700, 390)
    (True, False)
    """
    _above_zero(target_people=target_people)
    return people_waiting > MOST_TIMES_TARGET * target_people


def relief_capacity_per_week(
    demand_per_week: float, people_waiting: float, target_people: float, weeks_to_target: float = RELIEF_WEEKS
) -> float:
    """Give the capacity that brings a list to its target size in some weeks.

    Parameters
    ----------
    demand_per_week, people_waiting, target_people
        People added a week, people on the list, and its target size.
    weeks_to_target
        Within how many weeks.

    Returns
    -------
    float
        People treated a week.

    Raises
    ------
    OptionError
        When demand, target or weeks are not above 0.

    Examples
    --------
    >>> round(relief_capacity_per_week(30, 1200, 390, 26), 6)
    61.153846
    """
    _above_zero(demand_per_week=demand_per_week, target_people=target_people, weeks_to_target=weeks_to_target)
    return demand_per_week + (people_waiting - target_people) / weeks_to_target


def target_capacity_per_week(
    demand_per_week: float, target_wait_weeks: float, *, factor: float = FACTOR, cv_demand: float = 1.0,
    cv_capacity: float = 1.0,
) -> float:  # fmt: skip
    """Give the capacity that keeps a list at its target size, with room for ups and downs.

    Parameters
    ----------
    demand_per_week, target_wait_weeks, factor
        As for `target_list_size`.
    cv_demand, cv_capacity
        Coefficients of variation of additions and of capacity; 1 where they come at random.

    Returns
    -------
    float
        People treated a week.

    Raises
    ------
    OptionError
        When any is not above 0.

    Examples
    --------
    >>> round(target_capacity_per_week(30, 52, factor=3, cv_demand=1.1, cv_capacity=1.2), 6)
    30.076442
    >>> round(target_capacity_per_week(4, 52), 6)
    4.076923
    """
    _above_zero(demand_per_week=demand_per_week, cv_demand=cv_demand, cv_capacity=cv_capacity)
    return demand_per_week + (cv_demand**2 + cv_capacity**2) / 2 / target_mean_wait_weeks(target_wait_weeks, factor)


def pressure(mean_wait_weeks: float, target_wait_weeks: float) -> float:
    """Give twice the mean wait over the target; both in weeks, so that lists of unlike targets compare.

    Parameters
    ----------
    mean_wait_weeks, target_wait_weeks
        Weeks.

    Returns
    -------
    float
        A ratio; above 1 the list presses.

    Raises
    ------
    OptionError
        When either is not above 0.

    Examples
    --------
    >>> round(pressure(63, 52), 8)
    2.42307692
    """
    _above_zero(mean_wait_weeks=mean_wait_weeks, target_wait_weeks=target_wait_weeks)
    return 2 * mean_wait_weeks / target_wait_weeks


def mean_wait_weeks_of_share(share_within: float, within_weeks: float = 18.0) -> float:
    """Give the mean wait at which a share of people waits no longer than some weeks.

    Parameters
    ----------
    share_within
        Above 0 and below 1, such as 0.92.
    within_weeks
        Such as 18.

    Returns
    -------
    float
        Weeks; times additions a week it is the size of the list.

    Raises
    ------
    OptionError
        When the share is not between 0 and 1, or the weeks are not above 0.

    Examples
    --------
    >>> [round(mean_wait_weeks_of_share(share), 3) for share in (0.92, 0.8, 0.7, 0.6, 0.5)]
    [7.127, 11.184, 14.951, 19.644, 25.969]
    >>> round(18 / mean_wait_weeks_of_share(0.92), 4)
    2.5257
    """
    _above_zero(within_weeks=within_weeks)
    if not 0 < share_within < 1:
        raise OptionError(f"a share within {within_weeks:g} weeks lies between 0 and 1, not {share_within!r}; give "
                          "0.92 for 92 %")  # fmt: skip
    return -within_weeks / float(np.log1p(-share_within))


def _above_zero(**named: float) -> None:
    """Refuse numbers that are not above 0, by name."""
    for name, number in named.items():
        if not (np.isfinite(number) and number > 0):
            raise OptionError(f"{name} is a number above 0, not {number!r}; give it in the unit of its name")
