"""How strategies change what passes through a pathway: draw by draw, on the log scale, with no passage above all.

The effects of several strategies on one passage add up on the log scale and are held to 0 once, after they are added:
of linked records no more than all can pass. So the order of strategies cannot matter, the joint effect is at most what
is left to gain, and an effect that is alike for all groups leaves ratios between them as they are, but for that bound.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, reduce
from typing import Protocol

import numpy as np
import xarray as xr

from equitymodel.decision.effect_quantities import sum_known
from equitymodel.decision.strategy_effect import StrategyEffect
from equitymodel.errors import OptionError
from equitymodel.estimands.pathway import through
from equitymodel.vocabulary import DEPRIVATION, ICS, PERIOD, PROCEDURE, SAMPLE_DIMS, STAGE, nearest

PLAIN = ("sample", ICS, DEPRIVATION, STAGE)
"""Axes of the plain arrays of one procedure."""


class Pathway(Protocol):
    """A pathway as it is now: need at its first stage, and what passes from each stage to the next.

    Attributes
    ----------
    need
        Dims ``ics, deprivation, procedure``, and ``chain, draw`` where it is not known exactly.
    log_passage
        Natural logs; dims ``chain, draw, ics, deprivation, procedure, stage``, the stages arrived at in order.
    linked
        Whether a passage is of linked records, so that it cannot be above 1; dim ``stage``.
    """

    @property
    def need(self) -> xr.DataArray:
        """Need at the first stage, in people."""
        ...

    @property
    def log_passage(self) -> xr.DataArray:
        """Natural log of each passage."""
        ...

    @property
    def linked(self) -> xr.DataArray:
        """Whether a passage cannot be above 1."""
        ...


@dataclass(frozen=True)
class ProcedurePathway:
    """The pathway of one procedure as plain arrays: draws, ICSs and groups, and stages last.

    Attributes
    ----------
    procedure, stages
        Labels.
    need
        Draws by ICSs by groups; one draw where it is known exactly.
    log_passage
        Draws by ICSs by groups by stages.
    linked
        By stage.
    """

    procedure: str
    stages: tuple[str, ...]
    need: np.ndarray
    log_passage: np.ndarray
    linked: np.ndarray

    @cached_property
    def counts(self) -> np.ndarray:
        """How many arrive at each stage, after need itself; stages by draws by ICSs by groups."""
        need = xr.DataArray(self.need, dims=PLAIN[:-1])
        known = need if need.sizes[PLAIN[0]] > 1 else need.isel({PLAIN[0]: 0})
        arrived = through(known, xr.DataArray(self.log_passage, dims=PLAIN))
        counts: np.ndarray = arrived.transpose(STAGE, ...).values.copy()
        return counts

    def arrived(self, stage: int) -> np.ndarray:
        """Give how many arrive at a stage, counted from 1; 0 is need itself."""
        return self.counts[stage - 1] if stage else self.need

    @property
    def admissions(self) -> np.ndarray:
        """How many arrive at the last stage."""
        return self.arrived(len(self.stages))


@dataclass(frozen=True)
class ChangedPathway:
    """What a set of strategies does to the pathway of one procedure.

    Attributes
    ----------
    log_ratio
        Log ratio of each passage with and without them, by the place of its stage; stages that stay are not there.
    capped
        Share of draws in which all of a group pass, so that no more could be gained; ICSs by groups.
    reached_cost
        What is paid for people reached by those strategies that cost something for each; draws by ICSs.
    """

    log_ratio: Mapping[int, np.ndarray]
    capped: np.ndarray
    reached_cost: np.ndarray

    def added(self, admissions: np.ndarray) -> np.ndarray:
        """Give how many admissions are added, less those that are taken; draws by ICSs by groups."""
        more: np.ndarray = admissions * np.expm1(sum(self.log_ratio.values()))
        return more


@dataclass(frozen=True)
class OnePeriod:
    """A pathway in one of its periods."""

    need: xr.DataArray
    log_passage: xr.DataArray
    linked: xr.DataArray


def one_period(pathway: Pathway, period: str = "") -> Pathway:
    """Take one period of a pathway: what strategies act on is what passes now.

    Parameters
    ----------
    pathway
        As it was fitted.
    period
        Its label; the last if none is named.

    Returns
    -------
    Pathway
        Without a dim ``period``.

    Raises
    ------
    OptionError
        When there is no such period.

    Examples
    --------
    >>> from equitymodel.simulate.made_up_pathway import made_up_pathway
    >>> "period" in one_period(made_up_pathway()).log_passage.dims
    False
    """
    several = PERIOD in pathway.log_passage.dims
    labels = list(map(str, pathway.log_passage[PERIOD].values)) if several else []
    if period and period not in labels:
        raise OptionError(f"the pathway has no period '{period}'. {nearest(period, labels or ['one period alone'])}")
    if not several:
        return pathway
    place = {PERIOD: labels.index(period) if period else -1}
    parts = (part.isel(place, drop=True) if PERIOD in part.dims else part
             for part in (pathway.need, pathway.log_passage, pathway.linked))  # fmt: skip
    return OnePeriod(*parts)


def procedure_pathway(pathway: Pathway, procedure: str) -> ProcedurePathway:
    """Take the pathway of one procedure out of a profile.

    Parameters
    ----------
    pathway
        With ``need, log_passage, linked``.
    procedure
        Its label.

    Returns
    -------
    ProcedurePathway
        Draws in one axis, chain after chain.
    """
    passage = pathway.log_passage.sel({PROCEDURE: procedure}).transpose(*SAMPLE_DIMS, ICS, DEPRIVATION, STAGE)
    own = {dim: passage[dim].values for dim in (ICS, DEPRIVATION)}
    need = pathway.need.sel({PROCEDURE: procedure, **own})
    sampled = [dim for dim in SAMPLE_DIMS if dim in need.dims]
    if len(sampled) == 1:
        raise OptionError("need has both chain and draw, or neither")
    need = need.transpose(*sampled, ICS, DEPRIVATION)
    shape = passage.shape[2:4]
    return ProcedurePathway(
        procedure,
        tuple(map(str, passage[STAGE].values)),
        np.asarray(need.values, float).reshape(-1, *shape),
        np.asarray(passage.values, float).reshape(-1, *shape, passage.sizes[STAGE]),
        np.asarray(pathway.linked.sel({STAGE: passage[STAGE].values}).values, bool),
    )


def change_pathway(
    pathway: ProcedurePathway, effects: Sequence[StrategyEffect], *, ics: list[str], seed: int
) -> ChangedPathway:
    r"""Carry strategies through the pathway of one procedure.

    .. math:: \log T'_{sg} = \min\Big(0,\ \log T_{sg} + \sum_k \log\{1 - r_{kg} + r_{kg} e^{e_{kg}}\}\Big)

    over the strategies k that act on stage s, with :math:`r` the share reached and :math:`e` the log effect among
    those reached; the bound is there for linked passages only.

    Parameters
    ----------
    pathway, ics
        From `procedure_pathway`, with the labels of its ICSs.
    effects, seed
        In any order: what is drawn of a prior hangs on the seed and the strategy alone.

    Returns
    -------
    ChangedPathway
        What changes.
    """
    draws, areas, groups = pathway.log_passage.shape[:3]
    wanted: dict[int, list[np.ndarray]] = {}
    acting = sorted((one for one in effects if one.acts_on(pathway.procedure)), key=lambda one: one.acts)
    for effect in acting:
        own = log_multiplier(effect, draws, groups, ics=ics, seed=seed)
        wanted.setdefault(pathway.stages.index(effect.stage), []).append(own)
    log_ratio, capped = {}, np.zeros((areas, groups))
    for place in sorted(wanted):
        log_ratio[place], at_most = _held_to_all(pathway, place, reduce(np.add, wanted[place]))
        capped = np.maximum(capped, at_most)
    return ChangedPathway(log_ratio, capped, _reached_cost(pathway, acting, log_ratio, ics))


def log_multiplier(effect: StrategyEffect, draws: int, groups: int, *, ics: list[str], seed: int) -> np.ndarray:
    """Give the log ratio by which a strategy changes its passage: of those reached, and none of the others.

    Returns
    -------
    numpy.ndarray
        Draws by ICSs by groups; one ICS where all are alike.
    """
    log_effect = effect.prior.draw(draws, groups, seed=seed, of=effect.acts)
    reach = effect.reached(ics, groups)
    alike = reach[:1] if (reach == reach[:1]).all() else reach
    multiplied: np.ndarray = np.log1p(alike * np.expm1(log_effect)[:, None, :])
    return multiplied


def _held_to_all(pathway: ProcedurePathway, place: int, wanted: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Hold a change to what is left to gain, and say in which share of draws it was."""
    if not pathway.linked[place]:
        return wanted, np.zeros(pathway.log_passage.shape[1:3])
    left = np.maximum(-pathway.log_passage[..., place], 0.0)
    return np.minimum(wanted, left), (wanted > left).mean(axis=0)


def _reached_cost(
    pathway: ProcedurePathway, acting: Sequence[StrategyEffect], log_ratio: Mapping[int, np.ndarray], ics: list[str]
) -> np.ndarray:
    """Pay for people reached: of those who arrive at the stage before, as the other strategies change it."""
    draws, areas, groups = pathway.log_passage.shape[:3]
    paid = np.zeros((draws, areas))
    for effect in acting:
        if effect.cost_per_person_reached:
            place = pathway.stages.index(effect.stage)
            upstream = sum(change for stage, change in log_ratio.items() if stage < place)
            people = pathway.arrived(place) * np.exp(upstream) * effect.reached(ics, groups)
            paid = paid + effect.cost_per_person_reached * np.nan_to_num(sum_known(people, -1))
    return paid
