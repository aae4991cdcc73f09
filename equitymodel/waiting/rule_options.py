"""Options that follow a rule of a waiting list: held against the run they are judged on, and what they change."""

from __future__ import annotations

import numpy as np
import xarray as xr

from equitymodel.argument_types import refuses_other_types
from equitymodel.data.cells.cell_facts import CellFacts
from equitymodel.data.tables.deprivation_index import refuse_another_index
from equitymodel.data.tables.footprints import FOOTPRINTS
from equitymodel.decision.decision_question import DecisionQuestion, DeclaredOption
from equitymodel.errors import OptionError
from equitymodel.vocabulary import PROCEDURE, SAMPLE_DIMS
from equitymodel.waiting.kept_rules import KeptRules
from equitymodel.waiting.list_flows import DRAW
from equitymodel.waiting.rule_effects import RuleEffects, rule_effects

FEWEST_DRAWS = 100
"""Draws of lists with which a run of as many or more is judged; those of a smaller run are enough for it."""


@refuses_other_types
def rule_changes(question: DecisionQuestion, fitted: xr.DataArray, kept: KeptRules, run: CellFacts) -> RuleEffects:
    """Give what each option that names a rule of a list changes in the admissions of a run, draw by draw.

    Parameters
    ----------
    question, kept
        From `read_options` and `open_rules`: options, and rules of lists of the same areas, groups and care.
    fitted, run
        Admissions of one procedure of the run, dims ``chain, draw, ics, deprivation, procedure``; and what is known of
        the tables behind it.

    Returns
    -------
    RuleEffects
        By name of the option: for ``judge_options(..., effects=made.changes, contested=made.contested)``; with what has
        to be said beside them, its ``stated=made.stated``.

    Raises
    ------
    OptionError
        When lists are of another footprint, index of deprivation, ICS, group or care than the run, or of too few draws;
        or when there is no such rule. It names the way out.

    Notes
    -----
    See `rule_effects` for the formula, and for what it leaves out.
    """
    refuse_other_lists(run, kept.facts)
    for option in question.by_rules:
        _refuse_other_care(option, str(fitted[PROCEDURE].item()), kept.specialties)
    wanted = min(FEWEST_DRAWS, int(np.prod([fitted.sizes[dim] for dim in SAMPLE_DIMS])))
    if kept.treated.sizes[DRAW] < wanted:
        raise OptionError(
            f"lists were run with {kept.treated.sizes[DRAW]} draws, and it takes {wanted} to judge on this run: raise "
            "draws in the file of rules and run equitymodel waiting again"
        )
    return rule_effects(kept, fitted, {option.name: option.rule for option in question.by_rules})


def refuse_other_lists(run: CellFacts, lists: CellFacts) -> None:
    """Refuse lists of another index of deprivation or another date of areas than the run.

    Parameters
    ----------
    run, lists
        What is known of the tables of each. Where one does not say, nothing can be told.

    Raises
    ------
    OptionError
        Names both.

    Examples
    --------
    >>> early, late = (footprint.words for footprint in FOOTPRINTS)
    >>> refuse_other_lists(CellFacts(footprint=early), CellFacts(footprint=late))
    Traceback (most recent call last):
    equitymodel.errors.OptionError: the run is of 42 ICBs, April 2023 to March 2026, and the lists of 36 ICBs, April
    2026. Give lists of the ICBs of the run, or make the run again on those of the lists (--areas to_icb2026)
    """
    dated = {footprint.words for footprint in FOOTPRINTS}
    if {run.footprint, lists.footprint} <= dated and run.footprint != lists.footprint:
        raise OptionError(
            f"the run is of {run.footprint}, and the lists of {lists.footprint}. Give lists of the ICBs of the run, or "
            "make the run again on those of the lists (--areas to_icb2026)"
        )
    refuse_another_index(run.deprivation_index, lists.deprivation_index, "lists")


def _refuse_other_care(option: DeclaredOption, procedure: str, lists: tuple[str, ...]) -> None:
    """Refuse lists of other care; whether a specialty stands for a procedure is for users to say."""
    if len(lists) != 1:
        raise OptionError(
            f"lists of {', '.join(lists[:5])} were run together, and what a rule does is not kept apart: run "
            f"equitymodel waiting on a table of the one that {procedure} is treated from"
        )
    wanted = option.specialty or procedure
    if wanted != lists[0]:
        raise OptionError(
            f"option '{option.name}': the list is of {lists[0]}, and not of {wanted}. If people wait for {procedure} "
            f"on that list, say so: specialty = '{lists[0]}' beside its rule; all on it are then taken to be alike"
        )
