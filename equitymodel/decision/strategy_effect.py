"""What a user states of a strategy: every number has a source, and none a default."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np

from equitymodel.argument_types import refuse_other_fields
from equitymodel.decision.effect_prior import EffectPrior
from equitymodel.errors import OptionError


@dataclass(frozen=True)
class StrategyEffect:
    """One strategy on one passage, as the user states it.

    Attributes
    ----------
    number, name
        Of the register.
    stage
        The stage of the pathway that is arrived at, whose passage changes.
    prior
        Of the log effect among those reached.
    source
        Where prior and reach come from, in words.
    reach
        Share of those at the stage before whom it reaches, 0 to 1: one for all, or one a group, the most deprived
        first; by ICS where it is a mapping. None where it is not known: nothing is then worked out.
    ics, procedures
        Where it acts; everywhere if none is named.
    months_to_effect
        None where not known: what happens within a horizon is then left out.
    fixed_cost
        Of each ICS, in pounds, for the period of the counts.
    cost_per_person_reached
        In pounds.
    """

    number: int
    name: str
    stage: str
    prior: EffectPrior
    source: str
    reach: float | tuple[float, ...] | Mapping[str, tuple[float, ...]] | None = None
    ics: tuple[str, ...] = ()
    months_to_effect: float | None = None
    procedures: tuple[str, ...] = ()
    fixed_cost: float | None = None
    cost_per_person_reached: float | None = None

    def __post_init__(self) -> None:
        """Refuse a reach that is no share: below 0 or above 1 in any group."""
        refuse_other_fields(self)
        several = self.reach.values() if isinstance(self.reach, Mapping) else (self.reach,)
        shares = [share for one in several for share in (one if isinstance(one, tuple) else (one,))]
        if not all(share is None or 0 <= share <= 1 for share in shares):
            raise OptionError(f"strategy {self.number}: reach is a share from 0 to 1 of each group, not {self.reach}")

    def acts_on(self, procedure: str) -> bool:
        """Say whether it acts on a procedure."""
        return not self.procedures or procedure in self.procedures

    def reached(self, ics: list[str], groups: int) -> np.ndarray:
        """Give the share reached, ICSs by groups; 0 where it does not act.

        Examples
        --------
        >>> effect = StrategyEffect(6, "Reminders", "seen", EffectPrior.alike(0.1, 0.05), "audit", 0.5, ics=("QE1",))
        >>> effect.reached(["QE1", "QOP"], 2).tolist()
        [[0.5, 0.5], [0.0, 0.0]]
        """
        made = np.zeros((len(ics), groups))
        for place, label in enumerate(ics):
            own = self.reach.get(label, 0.0) if isinstance(self.reach, Mapping) else self.reach
            if not self.ics or label in self.ics:
                made[place] = own
        return made

    @property
    def acts(self) -> str:
        """What it is and where it acts: the name of its draws."""
        return f"{self.number}|{self.name}|{self.stage}"


@dataclass(frozen=True)
class PerAdmission:
    """What one more admission costs, takes and gains, by procedure, as far as it is known.

    Attributes
    ----------
    cost, capacity, health_gain
        In pounds, in the unit of the capacity, and in the unit of health that is named.
    """

    cost: Mapping[str, float] = field(default_factory=dict)
    capacity: Mapping[str, float] = field(default_factory=dict)
    health_gain: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True)
class Capacity:
    """A capacity that cannot be extended.

    Attributes
    ----------
    unit
        What it is counted in, such as theatre hours.
    spare
        What is free in the period of the counts: by ICS, or one for each ICS alike.
    given_up_per_admission
        What an admission that is given up elsewhere frees; None where not known.
    """

    unit: str
    spare: float | Mapping[str, float]
    given_up_per_admission: float | None = None


@dataclass(frozen=True)
class EffectOptions:
    """All that a user states of strategies.

    Attributes
    ----------
    effects
        One a strategy and passage.
    together
        Sets of strategies whose joint effect is asked, by name, as numbers; by default all of them.
    per_admission, capacity
        As far as they are known.
    health_unit
        What health is counted in.
    months_counted, horizon_months
        How many months the counts are of, and within how many effects are asked.
    period
        Of the pathway, where it has several; its last if none is named.
    seed
        Of the draws of the priors.
    made_up
        Whether numbers are made up, to show how it works: everything then says so.
    """

    effects: tuple[StrategyEffect, ...]
    together: Mapping[str, tuple[int, ...]] = field(default_factory=dict)
    per_admission: PerAdmission = PerAdmission()
    capacity: Capacity | None = None
    health_unit: str = ""
    months_counted: float | None = None
    horizon_months: float | None = None
    period: str = ""
    seed: int = 1
    made_up: bool = False

    def sets(self) -> dict[str, tuple[StrategyEffect, ...]]:
        """Give each strategy by its name, then each set of several, with their effects in the order of numbers.

        Examples
        --------
        >>> prior = EffectPrior.alike(0.1, 0.05)
        >>> named = ((8, "Transport"), (6, "Reminders"))
        >>> two = [StrategyEffect(number, name, "seen", prior, "audit", 0.5) for number, name in named]
        >>> {name: len(effects) for name, effects in EffectOptions(tuple(two)).sets().items()}
        {'Reminders': 1, 'Transport': 1, 'All together': 2}
        """
        known = sorted((one for one in self.effects if one.reach is not None), key=lambda one: (one.number, one.stage))
        alone = {one.name: tuple(other for other in known if other.number == one.number) for one in known}
        numbers = tuple(dict.fromkeys(one.number for one in known))
        asked = dict(self.together) or ({ALL_TOGETHER: numbers} if len(numbers) > 1 else {})
        joint = {name: tuple(one for one in known if one.number in members) for name, members in asked.items()}
        return {**alone, **{name: effects for name, effects in joint.items() if effects}}


ALL_TOGETHER = "All together"
