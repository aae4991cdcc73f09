"""What is to be decided: options, criteria, weights, and the numbers that only those who decide can give."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
import xarray as xr

from equitymodel.decision.decision_log import WeightsOf
from equitymodel.decision.weight_space import WeightSpace
from equitymodel.estimands.power import AutocorrelatedNoise
from equitymodel.vocabulary import Route

GAP, TODAY = "gap", "today"
"""A measure that has its best in the middle; and what admissions now are called on the frontier, as no option is."""
MEASURES = {
    "most_deprived": "further admissions of the most deprived group",
    "total": "further admissions of all groups",
    "gap": "how far the rate of the most is from that of the least deprived group, whichever is higher",
    "cost": "cost, in the currency of the file",
    "health": "net health benefit of all groups, in quality-adjusted life years",
}
"""What an option can be judged by."""
BETTER = {"gap": ("less",), "cost": ("less",), "health": ("more",)}
"""What can be better of a measure, where one of more and less would have no sense."""


def distance_from_equality(ratio: xr.DataArray) -> xr.DataArray:
    """Say how far a rate ratio is from 1, whichever group has the higher rate.

    Parameters
    ----------
    ratio
        Above 0.

    Returns
    -------
    xarray.DataArray
        Of the logarithm, without its sign: 0 = equal rates.

    Examples
    --------
    >>> distance_from_equality(xr.DataArray([0.5, 1.0, 2.0])).values.round(3).tolist()
    [0.693, 0.0, 0.693]
    """
    return xr.DataArray(np.abs(np.log(ratio)))


@dataclass(frozen=True)
class Criterion:
    """What options are judged by.

    Attributes
    ----------
    name
        A measure of `MEASURES`.
    better
        Whether ``more`` or ``less`` of it is better.
    worst, best
        Between which values the weights are meant; those that the options have, where nothing is said. Of a gap they
        are rate ratios, and of two that are as far from 1 either stands for both.
    """

    name: str
    better: str
    worst: float | None = None
    best: float | None = None

    @property
    def ends(self) -> tuple[float, float] | None:
        """Worst and best on the scale that options are judged on; none where they are not given."""
        if self.worst is None or self.best is None:
            return None
        if self.name != GAP:
            return self.worst, self.best
        return abs(math.log(self.worst)), abs(math.log(self.best))


@dataclass(frozen=True)
class DeclaredOption:
    """An option, as it was declared.

    Attributes
    ----------
    name
        As it is printed.
    route
        The route to equity that it follows; none where it is moved by what is stated of its strategies.
    strategies
        Their numbers or names in the register, from which law and legitimacy are read, and without a route or a rule
        the effects.
    closure
        How much of the route it goes, 0 to 1.
    cost_per_admission, fixed_cost
        Of a further admission, and of the option whatever it does; unknown where nothing is said.
    rule, specialty
        The rule of a waiting list that moves it, by its name; and the list that people wait on for this care, where it
        has another name. Empty where it follows none.
    """

    name: str
    route: Route | None = "no_change"
    strategies: tuple[str, ...] = ()
    closure: float = 1.0
    cost_per_admission: float | None = None
    fixed_cost: float = 0.0
    rule: str = ""
    specialty: str = ""


@dataclass(frozen=True)
class CapacityLimit:
    """What limits admissions: all there is, and what an admission takes in each group.

    Attributes
    ----------
    total
        All there is, in the unit.
    unit
        Such as hours of theatre, or bed-days.
    per_admission
        By label of the group, from ``"1"``, the most deprived; 1 where nothing is said.
    growth
        Of all admissions a year, a share, over and above growth of need; none where nothing is said.
    """

    total: float
    unit: str
    per_admission: Mapping[str, float] = field(default_factory=dict)
    growth: float | None = None


@dataclass(frozen=True)
class HealthGain:
    """What an admission is worth in health, and what money would do elsewhere: from the user, never a default.

    Attributes
    ----------
    per_admission
        Quality-adjusted life years.
    threshold
        Cost of a quality-adjusted life year elsewhere.
    expectancy, people
        Quality-adjusted life expectancy of each group without any option, and how many people it has, by its label
        from ``"1"``, the most deprived: what equity weights are about. Empty where nothing is said.
    """

    per_admission: float
    threshold: float
    expectancy: Mapping[str, float] = field(default_factory=dict)
    people: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True)
class PilotPlan:
    """A pilot of one option, that would be evaluated by an interrupted series.

    Attributes
    ----------
    option
        Its name.
    months
        How many months of data after the start are thought of.
    before
        Months of data before it.
    admissions
        Of the most deprived group in the places of the pilot, a month.
    noise
        Standard deviation of monthly noise on the log scale, as a plan of an evaluation takes it.
    """

    option: str
    months: tuple[int, ...]
    before: int
    admissions: float
    noise: float = AutocorrelatedNoise.sd


@dataclass(frozen=True)
class DecisionQuestion:
    """All that a file of options says, and what it does not say.

    Attributes
    ----------
    question
        What is to be decided.
    options, criteria
        Two options or more, one criterion or more.
    weights
        What was said of the weights.
    weights_of
        Whose they are.
    currency, capacity, health, pilot
        Of costs; empty or none where the file does not say.
    effects
        The file that states effects of strategies; empty where options name none, or where all have routes.
    """

    question: str
    options: tuple[DeclaredOption, ...]
    criteria: tuple[Criterion, ...]
    weights: WeightSpace
    weights_of: WeightsOf
    currency: str = ""
    capacity: CapacityLimit | None = None
    health: HealthGain | None = None
    pilot: PilotPlan | None = None
    effects: str = ""

    @property
    def missing(self) -> tuple[tuple[str, str], ...]:
        """What cannot be said for want of a number, and what would fill it."""
        health, capacity = self.health, self.capacity
        asked = (
            (health is None, "net health benefit by group", "[health] with per_admission and threshold"),
            (health is None or not health.expectancy, "equity weights and the equity impact plane",
             "[health.expectancy] and [health.people], by group"),
            (any(option.cost_per_admission is None for option in self.options), "costs",
             "cost_per_admission of every option"),
            (capacity is None, "the frontier under a capacity", "[capacity] with total and unit"),
            (capacity is None or capacity.growth is None, "years to equity by growth alone",
             "growth under [capacity], such as 0.02 a year"),
            (self.pilot is None, "what a pilot is worth", "[pilot] with option, months, before and admissions"),
        )  # fmt: skip
        return tuple((what, filled_by) for absent, what, filled_by in asked if absent)

    @property
    def by_group(self) -> bool:
        """Whether the file has numbers of its own by group, so that it matters which group is the most deprived."""
        return bool((self.capacity and self.capacity.per_admission) or (self.health and self.health.expectancy))

    @property
    def doubt(self) -> str:
        """What looks as if groups were the wrong way round; nothing where nothing does."""
        expectancy = self.health.expectancy if self.health else {}
        labels = sorted(expectancy, key=lambda label: (len(label), label))
        if not labels or expectancy[labels[0]] <= expectancy[labels[-1]]:
            return ""
        return (
            f"Life expectancy of group {labels[0]}, the most deprived, is above that of group {labels[-1]}: see "
            "whether [health] has its groups the wrong way round"
        )

    @property
    def left_out(self) -> tuple[str, ...]:
        """What cannot be said, as sentences."""
        return tuple(f"Left out: {what}. {filled_by} would fill it." for what, filled_by in self.missing)

    @property
    def by_strategies(self) -> tuple[DeclaredOption, ...]:
        """Options that are moved by what is stated of their strategies, and not by a route or a rule of a list."""
        return tuple(option for option in self.options if option.route is None and not option.rule)

    @property
    def by_rules(self) -> tuple[DeclaredOption, ...]:
        """Options that are moved by a rule of a waiting list."""
        return tuple(option for option in self.options if option.rule)
