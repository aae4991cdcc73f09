"""What strategies would move, draw by draw: admissions by group, the gap, costs, and what must give way."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from equitymodel.argument_types import refuses_other_types
from equitymodel.decision.effect_inputs import effect_inputs
from equitymodel.decision.effect_quantities import GroupedLabels, add_known, gap_of
from equitymodel.decision.effect_rows import AS_NOW, RowMaker, effect_table
from equitymodel.decision.effect_tally import Tally
from equitymodel.decision.left_out_results import left_out_results
from equitymodel.decision.pathway_labels import refuse_other_pathways
from equitymodel.decision.read_effects import read_effect_options
from equitymodel.decision.read_register import read_strategies
from equitymodel.decision.strategy_effect import EffectOptions, StrategyEffect
from equitymodel.decision.strategy_record import Register
from equitymodel.decision.through_pathway import (
    Pathway,
    ProcedurePathway,
    change_pathway,
    one_period,
    procedure_pathway,
)
from equitymodel.inference.passages.stage_profile import StageProfile
from equitymodel.inference.progress import Progress, silent
from equitymodel.vocabulary import ALL_GROUPS, ALL_ICS, ALL_PROCEDURES, DEPRIVATION, ICS, PROCEDURE


@dataclass(frozen=True)
class StrategyEffects:
    """What strategies would move.

    Attributes
    ----------
    table
        One row a quantity, a strategy or set of strategies, an ICS, a procedure and a group.
    inputs
        What was stated of each strategy, with its source.
    left_out
        What was not worked out, and what would fill it.
    options, register
        What it was worked out from.
    """

    table: pd.DataFrame
    inputs: pd.DataFrame
    left_out: pd.DataFrame
    options: EffectOptions
    register: Register

    def __str__(self) -> str:
        """Say what each strategy would add in all, and what is left out."""
        wanted = {"quantity": "extra_admissions", ICS: ALL_ICS, PROCEDURE: ALL_PROCEDURES, DEPRIVATION: ALL_GROUPS}
        whole = self.table[(self.table[list(wanted)] == list(wanted.values())).all(axis=1)]
        made_up = ["Made up, to show how it works."] if self.options.made_up else []
        lines = [f"{row.strategy}: {row.estimate:+,.0f} admissions ({row.lower:,.0f} to {row.upper:,.0f})"
                 for row in whole.itertuples()]  # fmt: skip
        lines = lines or ["No strategy has an effect with a reach."]
        rest = f"{len(self.left_out)} results are left out; left_out says what would fill them."
        return "\n".join([*made_up, *lines, rest])


@refuses_other_types
def strategy_effects(
    pathway: Pathway,
    options: EffectOptions | Path | str,
    *,
    register: Register | None = None,
    progress: Progress | None = None,
) -> StrategyEffects:
    """Carry strategies through a pathway, draw by draw, and say what each would move, alone and together.

    Parameters
    ----------
    pathway
        A profile of stages, with ``need``, ``log_passage`` and ``linked``.
    options
        What is stated of strategies: a TOML file, or what `read_effect_options` made of it.
    register
        From `read_strategies`, with the user's own; the one that ships if not given.
    progress
        Called with what is being done and the share of it that is done.

    Returns
    -------
    StrategyEffects
        ``table``: ``extra_admissions`` by group (means, so that they add up; admissions in the period of the counts),
        ``gap_ratio``, ``gap_ratio_change`` and ``gap_difference_change`` by procedure (medians), costs (pounds),
        capacity, health and what must give way where they were stated. ``left_out`` says the rest.

    Raises
    ------
    EquityDataError
        When the file breaks its contract.
    OptionError
        When the pathway does not have what an effect names, or persons are named.
    DiagnosisError
        When the fit of the pathway failed its diagnosis, and was not forced.

    Notes
    -----
    An effect is the log of the ratio by which a passage changes among those reached. Where nobody says that it differs
    between groups, its difference has mean 0 exactly, and ratios between groups move in neither direction on average;
    differences between groups still grow with the whole, as the groups that have more admissions also gain more. A
    passage of linked records cannot be above 1: ``at_bound`` is the share of draws in which a group reaches it, where
    some of the movement of the gap is that bound. Priors of different strategies are independent.

    Examples
    --------
    >>> from equitymodel.simulate.made_up_pathway import made_up_pathway
    >>> from equitymodel.decision.effect_prior import EffectPrior
    >>> reminders = StrategyEffect(6, "Reminders", "seen", EffectPrior.alike(0.1, 0.0), "made up", reach=1.0)
    >>> found = strategy_effects(made_up_pathway(), EffectOptions((reminders,)))
    >>> found.table.query("quantity == 'gap_ratio_change'")["estimate"].round(9).unique().tolist()
    [1.0]
    """
    chosen = read_effect_options(options, register=register) if isinstance(options, (Path, str)) else options
    sound = pathway.require_sound() if isinstance(pathway, StageProfile) else pathway
    pathway = one_period(sound, chosen.period)
    refuse_other_pathways(pathway, chosen)
    held, say = register or read_strategies(), progress or silent
    procedures = list(map(str, pathway.log_passage[PROCEDURE].values))
    rows = _Rows(
        GroupedLabels(*(tuple(map(str, pathway.log_passage[dim].values)) for dim in (ICS, DEPRIVATION))), chosen
    )
    tables: list[pd.DataFrame] = []
    for done, name in enumerate(pathway.log_passage[PROCEDURE].values):
        say(f"carrying strategies through the pathway of {name}", done / len(procedures))
        tables += rows.of_procedure(procedure_pathway(pathway, name))
    tables += rows.of_all()
    return StrategyEffects(
        effect_table(tables), effect_inputs(chosen), left_out_results(chosen, held, procedures), chosen, held
    )


class _Rows:
    """Rows of every set of strategies, procedure by procedure, with sums over procedures kept meanwhile."""

    def __init__(self, labels: GroupedLabels, options: EffectOptions) -> None:
        self.options, self.labels, self.sets = options, labels, options.sets()
        self.makers = {name: RowMaker(name, _numbers(effects), labels) for name, effects in self.sets.items()}
        self.tallies = {name: Tally(effects, labels.ics) for name, effects in self.sets.items()}

    def of_procedure(self, pathway: ProcedurePathway) -> Iterator[pd.DataFrame]:
        """Give the rows of one procedure."""
        gap = gap_of(pathway.admissions, pathway.need)
        yield from RowMaker(AS_NOW, (), self.labels).as_now(pathway, gap)
        singles: dict[int, np.ndarray] = {}
        for name, effects in self.sets.items():
            if not any(effect.acts_on(pathway.procedure) for effect in effects):
                continue
            changed = change_pathway(pathway, effects, ics=list(self.labels.ics), seed=self.options.seed)
            extra = changed.added(pathway.admissions)
            self.tallies[name].add(pathway.procedure, extra, changed, self.options.per_admission)
            yield from self.makers[name].of_procedure(pathway, changed, extra, gap)
            yield from self._counted_twice(name, pathway.procedure, extra, singles)

    def _counted_twice(
        self, name: str, procedure: str, extra: np.ndarray, singles: dict[int, np.ndarray]
    ) -> Iterator[pd.DataFrame]:
        """Keep what a single strategy adds, and hold what several add against the sum over them."""
        numbers = self.makers[name].numbers
        if len(numbers) == 1:
            singles[numbers[0]] = extra
            return
        added = None
        for number in numbers:
            added = add_known(added, singles[number]) if number in singles else added
        if added is not None:
            yield from self.makers[name].counted_twice(procedure, added, extra)

    def of_all(self) -> Iterator[pd.DataFrame]:
        """Give the rows over all procedures."""
        for name, tally in self.tallies.items():
            yield from self.makers[name].of_all(tally, self.options)


def _numbers(effects: tuple[StrategyEffect, ...]) -> tuple[int, ...]:
    return tuple(dict.fromkeys(one.number for one in effects))
