"""What a user states is held against the pathway it is carried through: dims, labels, reach and capacity."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import xarray as xr

from equitymodel.decision.person_identifiers import REASON, identifies
from equitymodel.decision.strategy_effect import EffectOptions, StrategyEffect
from equitymodel.decision.through_pathway import Pathway
from equitymodel.errors import OptionError
from equitymodel.vocabulary import DEPRIVATION, ICS, PROCEDURE, SAMPLE_DIMS, STAGE, nearest

CELLS = (ICS, DEPRIVATION, PROCEDURE)


def refuse_other_pathways(pathway: Pathway, options: EffectOptions) -> None:
    """Refuse a pathway that has no groups of deprivation, and whatever is stated of what it does not have.

    Parameters
    ----------
    pathway, options
        A pathway in one period, and all that is stated of strategies.

    Raises
    ------
    OptionError
        Names what is not there, and the nearest label there is.
    """
    _refuse_other_dims(pathway.log_passage)
    _refuse_other_labels(pathway)
    for effect in options.effects:
        _refuse_absent_labels(pathway.log_passage, effect)
        _refuse_other_reach(pathway.log_passage, effect)
    _refuse_other_amounts(pathway.log_passage, options)


def _refuse_other_dims(passage: xr.DataArray) -> None:
    wanted = (*SAMPLE_DIMS, *CELLS, STAGE)
    absent, more = (
        [dim for dim in wanted if dim not in passage.dims],
        [str(dim) for dim in passage.dims if dim not in wanted],
    )
    if persons := [dim for dim in more if identifies(dim)]:
        raise OptionError(f"log_passage has a dim {persons[0]}, which identifies persons; {REASON}")
    if absent or more:
        said = f"no dim {', '.join(absent)}" if absent else f"a dim {', '.join(more)}"
        raise OptionError(
            f"log_passage has {said}: effects are stated for the most and the least deprived, and carried through a "
            "pathway by ICS, group of deprivation, procedure and stage, draw by draw"
        )


def _refuse_other_labels(pathway: Pathway) -> None:
    """Refuse need and passages that are of other cells, and passages of which nobody says whether they are linked."""
    for other, name, dims in ((pathway.need, "need", CELLS), (pathway.linked, "linked", (STAGE,))):
        for dim in dims:
            own = set(pathway.log_passage[dim].values)
            theirs = set(other[dim].values) if dim in other.coords else set()
            if apart := sorted(map(str, own ^ theirs)):
                raise OptionError(
                    f"{name} and log_passage have other labels of {dim}: {', '.join(apart[:5])}; give both of the same "
                    "cells and stages"
                )


def _refuse_absent_labels(passage: xr.DataArray, effect: StrategyEffect) -> None:
    by_ics = effect.reach if isinstance(effect.reach, Mapping) else ()
    named = {STAGE: (effect.stage,), PROCEDURE: effect.procedures, ICS: (*effect.ics, *by_ics)}
    for dim, labels in named.items():
        _refuse_unknown(passage, dim, labels, f"strategy {effect.number}")


def _refuse_unknown(passage: xr.DataArray, dim: str, labels: Iterable[str], where: str) -> None:
    known = list(map(str, passage[dim].values))
    for label in labels:
        if label not in known:
            raise OptionError(f"{where}: the pathway has no {dim} '{label}'. {nearest(label, known)}")


def _refuse_other_reach(passage: xr.DataArray, effect: StrategyEffect) -> None:
    """Refuse a reach for another number of groups, or that leaves an ICS out in which the strategy acts."""
    reach, groups = effect.reach, passage.sizes[DEPRIVATION]
    for one in reach.values() if isinstance(reach, Mapping) else (reach,):
        if isinstance(one, tuple) and len(one) != groups:
            raise OptionError(
                f"strategy {effect.number}: reach has {len(one)} values; there are {groups} groups. Give one for each, "
                "the most deprived first"
            )
    acts_in = effect.ics or tuple(map(str, passage[ICS].values))
    absent = [label for label in acts_in if label not in reach] if isinstance(reach, Mapping) else []
    if absent:
        raise OptionError(
            f"strategy {effect.number}: no reach is given for {', '.join(absent[:5])}; add their rows, or name the "
            "ICSs in which it acts with ics = [...]"
        )


def _refuse_other_amounts(passage: xr.DataArray, options: EffectOptions) -> None:
    """Refuse costs of procedures, and spare capacity of ICSs, that are not those of the pathway."""
    per = options.per_admission
    for name, amounts in (("cost", per.cost), ("capacity", per.capacity), ("health_gain", per.health_gain)):
        _refuse_unknown(passage, PROCEDURE, amounts, f"per_admission, {name}")
    spare = options.capacity.spare if options.capacity else 0.0
    if not isinstance(spare, Mapping):
        return
    _refuse_unknown(passage, ICS, spare, "capacity, spare")
    absent = [label for label in map(str, passage[ICS].values) if label not in spare]
    if absent:
        raise OptionError(f"capacity, spare: nothing is given for {', '.join(absent[:5])}; add them, 0 for none")
