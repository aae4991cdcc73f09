"""What strategies come to over all procedures: admissions, costs, capacity and health, as far as they are known."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from equitymodel.decision.effect_quantities import add_known
from equitymodel.decision.strategy_effect import Capacity, PerAdmission, StrategyEffect
from equitymodel.decision.through_pathway import ChangedPathway


@dataclass
class Tally:
    """Running sums of one set of strategies over procedures.

    Attributes
    ----------
    effects
        Of the set.
    ics
        Labels.
    extra
        Admissions, draws by ICSs by groups.
    reached_cost
        What is paid for people reached, draws by ICSs.
    sums
        Cost, capacity and health of extra admissions, draws by ICSs by groups.
    unknown
        Procedures for which one of these is not known.
    """

    effects: Sequence[StrategyEffect]
    ics: tuple[str, ...]
    extra: np.ndarray | None = None
    reached_cost: np.ndarray | None = None
    sums: dict[str, np.ndarray] = field(default_factory=dict)
    unknown: dict[str, list[str]] = field(default_factory=dict)

    def add(self, procedure: str, extra: np.ndarray, changed: ChangedPathway, per: PerAdmission) -> None:
        """Add one procedure."""
        self.extra = add_known(self.extra, extra)
        self.reached_cost = add_known(self.reached_cost, changed.reached_cost)
        for name, known in (("cost", per.cost), ("capacity", per.capacity), ("health_gain", per.health_gain)):
            if procedure in known:
                self.sums[name] = add_known(self.sums.get(name), extra * known[procedure])
            else:
                self.unknown.setdefault(name, []).append(procedure)

    def per_admission(self, name: str) -> np.ndarray | None:
        """Give the cost, capacity or health of extra admissions; None where it is not known for every procedure."""
        return None if name in self.unknown else self.sums.get(name)

    @property
    def programme_cost(self) -> np.ndarray | None:
        """What the strategies themselves cost, draws by ICSs; None where a part of it is not known."""
        parts = [(one.fixed_cost, one.cost_per_person_reached) for one in self.effects]
        if self.extra is None or any(part is None for pair in parts for part in pair):
            return None
        fixed = np.array([sum(float(one.fixed_cost or 0.0) for one in self.effects if not one.ics or label in one.ics)
                          for label in self.ics])  # fmt: skip
        reached = 0.0 if self.reached_cost is None else self.reached_cost
        return np.broadcast_to(fixed + reached, self.extra.shape[:2])

    @property
    def starts_after(self) -> float | None:
        """Months until all have an effect; None where they differ, or one is not known."""
        months = {one.months_to_effect for one in self.effects}
        return months.pop() if len(months) == 1 else None


@dataclass(frozen=True)
class GivesWay:
    """What must give way where capacity cannot be extended, draws by ICSs.

    Attributes
    ----------
    needed
        Capacity that extra admissions take.
    beyond
        What of it is not spare; of each ICS by itself, as capacity does not move.
    given_up
        Admissions that must be given up elsewhere; None where what one frees is not known.
    """

    needed: np.ndarray
    beyond: np.ndarray
    given_up: np.ndarray | None


def what_gives_way(needed: np.ndarray, capacity: Capacity, ics: Sequence[str]) -> GivesWay:
    """Work out what must give way.

    Parameters
    ----------
    needed, ics
        Capacity that extra admissions take, draws by ICSs, and labels of these.
    capacity
        What is spare, and what an admission that is given up frees.

    Returns
    -------
    GivesWay
        Nothing gives way where capacity is set free.

    Examples
    --------
    >>> found = what_gives_way(np.array([[30.0, 5.0]]), Capacity("hours", 10.0, 2.0), ["A", "B"])
    >>> found.beyond.tolist(), found.given_up.tolist()
    ([[20.0, 0.0]], [[10.0, 0.0]])
    """
    spare = capacity.spare
    free = np.array([float(spare[label] if isinstance(spare, Mapping) else spare) for label in ics])
    beyond = np.maximum(needed - free, 0.0)
    each = capacity.given_up_per_admission
    return GivesWay(needed, beyond, beyond / each if each else None)
