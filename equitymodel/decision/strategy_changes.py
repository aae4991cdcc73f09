"""What options change by what is stated of their strategies: carried through a pathway, on the admissions of a run."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import xarray as xr

from equitymodel.data.cells.cell_facts import CellFacts
from equitymodel.data.tables.deprivation_index import refuse_another_index
from equitymodel.decision.decision_question import DecisionQuestion, DeclaredOption
from equitymodel.decision.matched_draws import matched_draws
from equitymodel.decision.pathway_labels import refuse_other_pathways
from equitymodel.decision.strategy_effect import EffectOptions, StrategyEffect
from equitymodel.decision.strategy_record import Register
from equitymodel.decision.through_pathway import (
    OnePeriod,
    Pathway,
    ProcedurePathway,
    change_pathway,
    one_period,
    procedure_pathway,
)
from equitymodel.errors import OptionError
from equitymodel.vocabulary import DEPRIVATION, ICS, PROCEDURE, SAMPLE_DIMS, nearest

NAMED = 5
"""How many labels a message names."""


def strategy_changes(
    question: DecisionQuestion, fitted: xr.DataArray, pathway: Pathway, stated: EffectOptions, *, register: Register
) -> dict[str, xr.DataArray]:
    r"""Give what each option that names strategies and no route changes, draw by draw.

    .. math:: \Delta n_{ag} = n_{ag} \Bigl(\prod_s T'_{asg} / T_{asg} - 1\Bigr)

    with admissions :math:`n` of the run, and passages :math:`T` with and without the strategies (`change_pathway`).

    Parameters
    ----------
    question
        Options, from `read_options`.
    fitted
        Admissions of the run that are judged, of one procedure: dims ``chain, draw, ics, deprivation, procedure``.
    pathway
        A profile of stages of the same ICSs, groups and procedure; it may have more ICSs and procedures.
    stated
        What is stated of strategies, from `read_effect_options`.
    register
        From `read_strategies`: options name strategies by number or name.

    Returns
    -------
    dict of xarray.DataArray
        By name of the option, admissions added in the unit of `fitted`, with its dims; for `judge_options`.

    Raises
    ------
    OptionError
        When ICSs, groups or the procedure are not in the pathway, or nothing is stated of a strategy: each by name.

    Notes
    -----
    A strategy multiplies the admissions of the run by the ratio by which it changes the pathway, so that both may be of
    other years, or count other things. The posteriors are of two fits and taken to be independent; where the pathway
    has other numbers of draws, some are left out or used again, each time with other draws of the effect.

    Examples
    --------
    >>> from equitymodel.decision.effect_prior import EffectPrior
    >>> from equitymodel.decision.options_file import read_options
    >>> from equitymodel.decision.read_register import read_strategies
    >>> from equitymodel.simulate.made_up_pathway import made_up_pathway
    >>> question = read_options('''format = 1
    ... question = "Which?"
    ... effects = "options.toml"
    ... criterion = [{ name = "total", better = "more" }]
    ... option = [{ name = "as now" }, { name = "reminders", strategy = "6" }]''')
    >>> pathway = made_up_pathway()
    >>> fitted = xr.full_like(pathway.log_passage.isel(stage=0, drop=True), 100.0)
    >>> stated = EffectOptions((StrategyEffect(6, "Reminders", "seen", EffectPrior.alike(0.05, 0.0), "made up", 1.0),))
    >>> made = strategy_changes(question, fitted, pathway, stated, register=read_strategies())
    >>> round(made["reminders"].mean().item(), 3)
    5.127
    """
    own = one_period(pathway, stated.period)
    refuse_other_pathways(own, stated)
    one = procedure_pathway(_of_the_run(own, fitted), _only(fitted, PROCEDURE))
    matched = _with_draws(one, fitted.sizes["chain"] * fitted.sizes["draw"])
    changes = {}
    for option in question.by_strategies:
        effects = _effects_of(option, stated, register, one.procedure)
        changes[option.name] = _change(fitted, matched, effects, seed=stated.seed)
    return changes


def refuse_other_groups(run: CellFacts, pathway: CellFacts) -> None:
    """Refuse a pathway whose groups are of another index of deprivation than those of the run.

    Parameters
    ----------
    run, pathway
        What is known of the tables of each.

    Raises
    ------
    OptionError
        Names both indices. Where nothing is known of one, nothing can be said.

    Examples
    --------
    >>> refuse_other_groups(CellFacts(deprivation_index="IMD 2019"), CellFacts(deprivation_index="IMD 2025"))
    Traceback (most recent call last):
    equitymodel.errors.OptionError: groups of the run are by IMD 2019, those of the pathway by IMD 2025: their group 1
    is not the same people. Make both of one index
    """
    refuse_another_index(run.deprivation_index, pathway.deprivation_index, "pathway")


def _of_the_run(pathway: Pathway, fitted: xr.DataArray) -> OnePeriod:
    """Take the cells of the run out of a pathway, in its order; what is not there is refused by name."""
    passage = pathway.log_passage
    wanted = {dim: [str(label) for label in fitted[dim].values] for dim in (ICS, DEPRIVATION, PROCEDURE)}
    known = {dim: [str(label) for label in passage[dim].values] for dim in wanted}
    for dim, labels in wanted.items():
        _refuse_absent(dim, labels, known[dim])
    if more := [label for label in known[DEPRIVATION] if label not in wanted[DEPRIVATION]]:
        raise OptionError(f"the pathway has a group {more[0]} that the run does not have; make both of the same groups")
    places = {dim: [known[dim].index(label) for label in wanted[dim]] for dim in wanted}
    return OnePeriod(pathway.need, passage.isel(places), pathway.linked)


def _refuse_absent(dim: str, wanted: Sequence[str], known: Sequence[str]) -> None:
    absent = [label for label in wanted if label not in known]
    if absent:
        more = f" and {len(absent) - NAMED} more" if len(absent) > NAMED else ""
        raise OptionError(
            f"the pathway has no {dim} {', '.join(absent[:NAMED])}{more}, which the run has. "
            f"{nearest(absent[0], known)} Fit the stages of the same places, groups and procedure, or judge one that "
            "both have, with --area or --procedure"
        )


def _only(fitted: xr.DataArray, dim: str) -> str:
    if fitted.sizes[dim] != 1:
        raise OptionError(f"strategies are carried through the pathway of one {dim}: choose it first")
    return str(fitted[dim].values[0])


def _with_draws(pathway: ProcedurePathway, draws: int) -> ProcedurePathway:
    """Give a pathway as many draws as the run has."""
    chosen = matched_draws(len(pathway.log_passage), draws)
    need = pathway.need[chosen] if len(pathway.need) > 1 else pathway.need
    return replace(pathway, need=need, log_passage=pathway.log_passage[chosen])


def _effects_of(
    option: DeclaredOption, stated: EffectOptions, register: Register, procedure: str
) -> tuple[StrategyEffect, ...]:
    """Give the effects of an option on a procedure; one of which nothing is stated would be taken to do nothing."""
    found: list[StrategyEffect] = []
    for name in option.strategies:
        strategy = register.find(name)
        own = [one for one in stated.effects if one.number == strategy.number and one.reach is not None]
        acting = [one for one in own if one.acts_on(procedure)]
        if not acting:
            lacks = f"acts on {procedure}" if own else "has a reach"
            raise OptionError(
                f"option '{option.name}': no effect of strategy {strategy.number}, {strategy.name}, is stated that "
                f"{lacks}; add it to the file of effects, or give the option a route"
            )
        found += [one for one in acting if one not in found]
    return tuple(found)


def _change(
    fitted: xr.DataArray, pathway: ProcedurePathway, effects: Sequence[StrategyEffect], *, seed: int
) -> xr.DataArray:
    laid = fitted.isel({PROCEDURE: 0}).transpose(*SAMPLE_DIMS, ICS, DEPRIVATION)
    changed = change_pathway(pathway, effects, ics=[str(label) for label in laid[ICS].values], seed=seed)
    ratio = np.broadcast_to(changed.added(np.ones(())), pathway.log_passage.shape[:3])
    added = laid.copy(data=laid.values * ratio.reshape(laid.shape))
    _refuse_unknown_passages(laid, added)
    return added.expand_dims({PROCEDURE: fitted[PROCEDURE].values}).transpose(*fitted.dims)


def _refuse_unknown_passages(admissions: xr.DataArray, added: xr.DataArray) -> None:
    """Refuse a pathway that is not known where the run has admissions: it would be taken to change nothing."""
    unknown = (added.isnull() & admissions.notnull()).any([dim for dim in added.dims if dim != ICS])
    if names := [str(label) for label in unknown[ICS].values[unknown.values]]:
        more = f" and {len(names) - NAMED} more" if len(names) > NAMED else ""
        raise OptionError(
            f"the pathway of {', '.join(names[:NAMED])}{more} is not known in some group in which the run has "
            "admissions; judge a place where it is, with --area, or complete the table of stages"
        )
