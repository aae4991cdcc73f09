"""Rules of a waiting list: who is treated next, with how many slots, and who leaves or misses a slot."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from equitymodel.errors import OptionError
from equitymodel.vocabulary import nearest
from equitymodel.waiting.treatment_order import ByPattern, InOrder, Reserved, TreatmentChoice

Score = Callable[[str, int, float], float]
"""From a group, a clinical priority (1 is most urgent) and weeks waited to a score; the highest is treated first. Weeks
are those waited on average by people of a cell: 0.5 in their first week, 1.5 in the next."""
MIDDLE_OF_WEEK = 0.5
"""Weeks by which people have waited longer than the whole weeks they are counted under, on average."""
BEYOND_ANY_WAIT = 1e6
CONTESTED = (
    "Contested: this rule uses a group of people to place an individual on the list. A deliberative panel (Ipsos with "
    "University Hospitals Coventry and Warwickshire) was less supportive of that, and broadly supported targeting "
    "identification and take-up at the level of populations: the same list with targeted preparation, reminders or "
    "capacity is shown beside it where it was asked for."
)
"""What is printed beside every rule that uses deprivation for an individual's place."""


@dataclass(frozen=True)
class ListRule:
    """One rule, or a combination: an order, and what is changed beside it.

    Attributes
    ----------
    name
        As it is printed.
    score
        Who comes first; ``None`` where treatments lie over weeks waited as a pattern says.
    pattern
        The relative chance of treatment by whole weeks waited, the last for all that wait longer.
    reserved
        The share of slots kept for a group, by its label; what it leaves goes to all.
    slots
        Slots over those there are now.
    fewer_removals
        By what share fewer of a group leave untreated, by label.
    fewer_lost
        By what share fewer slots of a group are lost, by label.
    rates
        How fast urgency grows in a group, by label, where the score says so.
    says
        What the order is, in words.

    Examples
    --------
    >>> accumulating({"1": 1.5}).contested(["1", "5"], [1]), first_come().contested(["1", "5"], [1])
    (True, False)
    """

    name: str
    score: Score | None = None
    pattern: tuple[float, ...] = ()
    reserved: Mapping[str, float] = field(default_factory=dict)
    slots: float = 1.0
    fewer_removals: Mapping[str, float] = field(default_factory=dict)
    fewer_lost: Mapping[str, float] = field(default_factory=dict)
    rates: Mapping[str, float] = field(default_factory=dict)
    says: str = ""

    def contested(self, groups: Sequence[str], priorities: Sequence[int]) -> bool:
        """Say whether the place of an individual hangs on the group: by the scores themselves, or by slots kept.

        Parameters
        ----------
        groups, priorities
            Labels on the list.
        """
        if any(share > 0 for share in self.reserved.values()):
            return True
        if self.score is None:
            return False
        scores = self.scores(groups, priorities, 105)
        return bool((scores != scores[:1]).any())

    def scores(self, groups: Sequence[str], priorities: Sequence[int], weeks: int) -> np.ndarray:
        """Give the score of every cell, groups by priorities by weeks waited.

        Raises
        ------
        OptionError
            When a score is no finite number.
        """
        order = self.score or _weeks_alone
        waited = np.arange(weeks) + MIDDLE_OF_WEEK
        found = np.array([[[order(group, level, float(week)) for week in waited] for level in priorities]
                          for group in groups], dtype=float)  # fmt: skip
        if not np.isfinite(found).all():
            raise OptionError(f"rule '{self.name}': a score is no finite number; give one for every group, priority "
                              "and number of weeks from 0 on")  # fmt: skip
        return found

    def choice(self, groups: Sequence[str], priorities: Sequence[int], weeks: int) -> TreatmentChoice:
        """Make what shares slots over a list of these groups, priorities and weeks.

        Raises
        ------
        OptionError
            When the rule names a group that the list has not.
        """
        self.check_groups(groups)
        usual = self._usual(groups, priorities, weeks)
        kept = self.by_group("reserved", groups)
        return Reserved(kept, usual) if kept.any() else usual

    def _usual(self, groups: Sequence[str], priorities: Sequence[int], weeks: int) -> TreatmentChoice:
        if not self.pattern:
            return InOrder.of(self.scores(groups, priorities, weeks))
        at = np.minimum(np.arange(weeks), len(self.pattern) - 1)
        return ByPattern(np.array(self.pattern)[at])

    def by_group(self, what: str, groups: Sequence[str]) -> np.ndarray:
        """Give ``reserved``, ``fewer_removals`` or ``fewer_lost`` of each group; 0 where nothing is said."""
        said: Mapping[str, float] = getattr(self, what)
        return np.array([said.get(group, 0.0) for group in groups])

    def check_groups(self, groups: Sequence[str]) -> None:
        """Refuse a group that the list has not.

        Raises
        ------
        OptionError
            Names it, and the nearest.
        """
        for label in (*self.reserved, *self.fewer_removals, *self.fewer_lost, *self.rates):
            if label not in groups:
                raise OptionError(f"rule '{self.name}': the list has no group '{label}'. {nearest(label, groups)}")


def first_come(name: str = "First come, first treated") -> ListRule:
    """Treat those who have waited longest, whoever they are.

    Parameters
    ----------
    name
        As it is printed.

    Returns
    -------
    ListRule
        The order by weeks waited.

    Examples
    --------
    >>> first_come().scores(["1"], [1], 3)[0, 0]
    array([0.5, 1.5, 2.5])
    """
    return ListRule(name, score=_weeks_alone, says="those who have waited longest come first, whoever they are")


def longest_first(breach_weeks: float, name: str = "Longest waits first") -> ListRule:
    """Treat those beyond a breach threshold first, the longest of them before others; then by clinical priority.

    Parameters
    ----------
    breach_weeks, name
        From how many weeks on a wait is a breach; and the name that is printed.

    Returns
    -------
    ListRule
        Below the threshold, those of one priority come alike, however long they have waited.

    Raises
    ------
    OptionError
        When the threshold is not above 0.

    Examples
    --------
    >>> longest_first(2).scores(["1"], [1, 2], 4)[0]
    array([[-1. , -1. ,  2.5,  3.5],
           [-2. , -2. ,  2.5,  3.5]])
    """
    _above_zero("breach_weeks", breach_weeks)

    def score(_: str, priority: int, weeks: float) -> float:
        return weeks if weeks >= breach_weeks else -float(priority)

    words = f"waits of {breach_weeks:g} weeks or more first, the longest of them before others; below that by clinical "
    return ListRule(name, score=score, says=f"{words}priority, and alike within one")


def clinical_priority(name: str = "Clinical priority") -> ListRule:
    """Treat the most urgent first, and within a priority those who have waited longest.

    Parameters
    ----------
    name
        As it is printed.

    Returns
    -------
    ListRule
        With one class of priority, it is first come.

    Examples
    --------
    >>> order = clinical_priority().scores(["1"], [1, 2], 2)[0]
    >>> order[0].min() > order[1].max()
    np.True_
    """

    def score(_: str, priority: int, weeks: float) -> float:
        return weeks - BEYOND_ANY_WAIT * priority

    return ListRule(
        name, score=score, says="the most urgent clinical priority first, then those who have waited longest"
    )


def accumulating(
    rates: Mapping[str, float] | None = None,
    *,
    priority_rates: Mapping[int, float] | None = None,
    name: str = "Accumulating priority",
) -> ListRule:
    """Let urgency grow with every week waited, faster in some groups or clinical priorities.

    Parameters
    ----------
    rates
        By label of the group; 1 where nothing is said. Rates by need are given here too, by group.
    priority_rates
        By clinical priority; 1 where nothing is said.
    name
        As it is printed.

    Returns
    -------
    ListRule
        The highest of rate times weeks waited comes first; equal rates are first come.

    Raises
    ------
    OptionError
        When a rate is not above 0.

    References
    ----------
    Kleinrock 1964; Stanford, Taylor and Ziedins 2014, 10.1007/s11134-013-9382-6.

    Examples
    --------
    >>> accumulating({"1": 2.0}).scores(["1", "5"], [1], 2)[:, 0]
    array([[1. , 3. ],
           [0.5, 1.5]])
    """
    by_group, by_priority = dict(rates or {}), dict(priority_rates or {})
    for label, rate in (*by_group.items(), *by_priority.items()):
        _above_zero(f"the rate of {label}", rate)

    def score(group: str, priority: int, weeks: float) -> float:
        return by_group.get(group, 1.0) * by_priority.get(priority, 1.0) * weeks

    words = ", ".join(f"{label} at {rate:g}" for label, rate in (*by_group.items(), *by_priority.items()))
    says = f"urgency grows with every week waited: {words or 'all at one rate'}"
    return ListRule(name, score=score, rates=by_group, says=says)


def as_now(pattern: Sequence[float], name: str = "As now") -> ListRule:
    """Treat people in proportion to a pattern of weeks waited, as treatments lie over waits now.

    Parameters
    ----------
    pattern
        The relative chance of treatment in a week, by whole weeks waited; the last for all that wait longer.
    name
        As it is printed.

    Returns
    -------
    ListRule
        With the pattern, whatever the group.

    Raises
    ------
    OptionError
        When the pattern is empty, negative or nothing but 0.
    """
    if not len(pattern) or min(pattern) < 0 or not sum(pattern) > 0:
        raise OptionError("a pattern of treatment holds a chance of 0 or more for each week waited, some above 0; "
                          "leave it out to start from first come")  # fmt: skip
    says = "treatments lie over weeks waited as they do now"
    return ListRule(name, pattern=tuple(map(float, pattern)), says=says)


def own_rule(score: Score, name: str, says: str = "") -> ListRule:
    """Make a rule from a function of group, clinical priority and weeks waited.

    Parameters
    ----------
    score
        Called with the label of the group, the priority as a whole number (1 most urgent), and weeks waited.
    name, says
        As they are printed.

    Returns
    -------
    ListRule
        The highest score comes first; equal ones come alike.

    Examples
    --------
    >>> rule = own_rule(lambda group, priority, weeks: weeks + 4 * (group == "1"), "four weeks ahead")
    >>> rule.contested(["1", "5"], [1])
    True
    """
    return ListRule(name, score=score, says=says or "an order of the user's own")


def _weeks_alone(_: str, __: int, weeks: float) -> float:
    return weeks


def _above_zero(name: str, number: float) -> None:
    if not (np.isfinite(number) and number > 0):
        raise OptionError(f"{name} is a number above 0, not {number!r}")
