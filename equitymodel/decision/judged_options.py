"""Options of a file judged on one posterior: what each would move, and how they rank."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

import pandas as pd
import xarray as xr

from equitymodel.data.cells.same_labels import on_same_labels
from equitymodel.decision.acceptability import (
    OPTION,
    OTHER,
    RANK,
    acceptability,
    dominance,
    ends_of,
    partial_values,
    why_not_separated,
)
from equitymodel.decision.decision_question import GAP, DecisionQuestion, DeclaredOption, distance_from_equality
from equitymodel.decision.decision_scope import in_scope
from equitymodel.decision.panel_rows import SHOWN, gap_of_groups, summary_rows
from equitymodel.decision.weight_space import CRITERION, WEIGHTING
from equitymodel.errors import OptionError
from equitymodel.estimands.routes import route_change
from equitymodel.vocabulary import DEPRIVATION, ICS, PROCEDURE

WEIGHTINGS = 4000
UNITS = {"most_deprived": "admissions", "total": "admissions", "gap": "rate ratio", "health": "QALYs"}
"""Of measures; of costs it is the currency of the file."""


@dataclass(frozen=True)
class JudgedOptions:
    """Options, and what the posterior says of each.

    Attributes
    ----------
    question
        The file of options.
    fitted, expected
        Admissions now and need, in the scope: dims ``chain, draw, deprivation``.
    change
        Of each option; and dim ``option``.
    seed
        For weights.
    contested, stated
        By name of the option, why what it follows is contested; and what has to be said beside what options move.
    """

    question: DecisionQuestion
    fitted: xr.DataArray
    expected: xr.DataArray
    change: xr.DataArray
    seed: int = 1
    contested: Mapping[str, str] = field(default_factory=dict)
    stated: tuple[str, ...] = ()

    @cached_property
    def criteria(self) -> xr.DataArray:
        """What each option does by each criterion; dims ``chain, draw, option, criterion``.

        A gap is judged by its distance from equal rates, so that what goes past them is no better.
        """
        names = [criterion.name for criterion in self.question.criteria]
        measured = {**self._measures, GAP: distance_from_equality(self._measures[GAP])}
        return xr.concat([measured[name] for name in names], CRITERION).assign_coords({CRITERION: names})

    @cached_property
    def values(self) -> xr.DataArray:
        """Criteria on one scale, 0 = worst and 1 = best."""
        worst, best = ends_of(self.criteria, {item.name: item.better for item in self.question.criteria})
        for item in self.question.criteria:
            if item.ends is not None:
                worst, best = (xr.where(ends[CRITERION] == item.name, end, ends)
                               for ends, end in zip((worst, best), item.ends, strict=True))  # fmt: skip
        return partial_values(self.criteria, worst, best)

    @cached_property
    def ranked(self) -> xr.Dataset:
        """Rank acceptability over weights and draws."""
        return acceptability(self.values, self.weights)

    @property
    def worth(self) -> xr.DataArray:
        """What each option is worth at the mean weights, from 0 (worst by all criteria) to 1."""
        mean = self.weights.mean(WEIGHTING)
        return (self.values * mean).sum(CRITERION)

    @cached_property
    def weights(self) -> xr.DataArray:
        """Weights that agree with what was said of them; dims ``weighting, criterion``."""
        return self.question.weights.sample(WEIGHTINGS, seed=self.seed)

    def rank_table(self) -> pd.DataFrame:
        """Lay out ranks: ``option``, what it would move, shares of ranks, confidence and central weights."""
        shares = self.ranked["acceptability"].transpose(OPTION, RANK).to_pandas()
        shares.columns = [f"rank_{rank}" for rank in shares.columns]
        central = self.ranked["central_weight"].transpose(OPTION, CRITERION).to_pandas().add_prefix("central_weight_")
        more = self.ranked[["confidence", "holistic"]].to_dataframe()[["confidence", "holistic"]]
        table: pd.DataFrame = pd.concat([shares, more, central], axis=1)
        return table.rename_axis(OPTION).reset_index()

    @property
    def not_separated(self) -> str:
        """Why the evidence does not separate the options; nothing where it does."""
        return why_not_separated(self.ranked)

    def dominance_table(self) -> pd.DataFrame:
        """Lay out pairs: how often one is at least as good as another by all criteria, and ranks above it."""
        pairs = {"dominates": dominance(self.values), "ranks_above": self.ranked["beats"]}
        table: pd.DataFrame = xr.Dataset(pairs).to_dataframe().reset_index()
        return table[table[OPTION] != table[OTHER]].reset_index(drop=True)

    def moved_table(self) -> pd.DataFrame:
        """Lay out what each option would move: a row an option and measure, with intervals."""
        units = {**UNITS, "cost": self.question.currency}
        rows = [summary_rows(draws, units[name], centre="median" if name == "gap" else "mean").assign(measure=name)
                for name, draws in self._measures.items()]  # fmt: skip
        return pd.concat(rows, ignore_index=True)[[OPTION, "measure", *SHOWN]]

    @cached_property
    def _measures(self) -> dict[str, xr.DataArray]:
        """Give every measure that the file has the numbers for."""
        total, charges, health = self.change.sum(DEPRIVATION), self.charges(), self.question.health
        found = {"most_deprived": self.change.isel({DEPRIVATION: 0}, drop=True), "total": total,
                 "gap": gap_of_groups(self.fitted + self.change, self.expected)}  # fmt: skip
        if charges is None:
            return found
        found["cost"] = total * charges[0] + charges[1]
        if health is not None:
            found["health"] = total * health.per_admission - found["cost"] / health.threshold
        return found

    def charges(self) -> tuple[xr.DataArray, xr.DataArray] | None:
        """Give the cost of an admission and the fixed cost of every option; none where some are not known."""
        options = self.question.options
        if any(option.cost_per_admission is None for option in options):
            return None
        each = [float(option.cost_per_admission or 0) for option in options]
        names = {OPTION: self.change[OPTION]}
        return xr.DataArray(each, names, OPTION), xr.DataArray([option.fixed_cost for option in options], names, OPTION)


@on_same_labels
def judge_options(
    question: DecisionQuestion, fitted: xr.DataArray, expected: xr.DataArray, *, area: str = "", procedure: str = "",
    effects: Mapping[str, xr.DataArray] | None = None, contested: Mapping[str, str] | None = None,
    stated: Sequence[str] = (), seed: int = 1,
) -> JudgedOptions:  # fmt: skip
    """Judge options by what each would move, on the posterior of the gap.

    Parameters
    ----------
    question
        From `read_options`.
    fitted, expected
        Admissions and need-adjusted expected admissions; dims ``chain, draw, ics, deprivation, procedure``.
    area
        An ICS by its label; all ICSs together by default, each to its own target.
    procedure
        One procedure; it may be left out where there is one.
    effects
        By name of an option, draws of the change in admissions that its strategy or rule has, dims of `fitted`; they
        stand in place of its route.
    contested
        By name of an option, why what it follows is contested: it is printed with it.
    stated
        What has to be said beside what options move, such as over how many weeks a list was run.
    seed
        For weights: the same ones again.

    Returns
    -------
    JudgedOptions
        Tables, each laid out when it is asked for.

    Raises
    ------
    OptionError
        When groups have no order of deprivation, there is no such ICS or procedure, or a group of it has no residents.

    Notes
    -----
    A route says what would move if its target were reached. What a strategy moves comes from its own effects.
    """
    if DEPRIVATION not in fitted.dims:
        raise OptionError("options are judged between the most and the least deprived; give results by deprivation")
    fitted, expected = (in_scope(values, area, procedure) for values in (fitted, expected))
    own = {name: in_scope(draws, area, procedure) for name, draws in (effects or {}).items()}
    made = [_moved(option, own, fitted, expected) for option in question.options]
    names = [option.name for option in question.options]
    change = xr.concat([each.drop_attrs() for each in made], OPTION).assign_coords({OPTION: names})
    now, need, moved = (values.isel({PROCEDURE: 0}, drop=True).sum(ICS, min_count=1)
                        for values in (fitted, expected, change))  # fmt: skip
    if not bool((now.notnull() & (need > 0) & moved.notnull()).all()):
        raise OptionError(
            f"some group of {area or 'all ICSs'} has no residents, or nothing to aim at, for "
            f"{fitted[PROCEDURE].item()}; choose another ICS or procedure, or judge all ICSs together"
        )
    return JudgedOptions(question, now, need, moved, seed, contested or {}, tuple(stated))


def _moved(
    option: DeclaredOption, effects: Mapping[str, xr.DataArray], fitted: xr.DataArray, expected: xr.DataArray
) -> xr.DataArray:
    """Give what an option moves: the effect of its strategies, or its route."""
    if option.name in effects:
        return effects[option.name]
    if option.rule:
        raise OptionError(
            f"option '{option.name}' is moved by a rule of a waiting list: give the folder that equitymodel waiting "
            "wrote with --waiting (in Python effects=rule_changes(...).changes)"
        )
    if option.route is None:
        raise OptionError(
            f"option '{option.name}' is moved by its strategies: give the folder of their pathway with --stages (in "
            "Python effects=strategy_changes(...)), or give it a route; 'no_change' is one too"
        )
    return route_change(fitted, expected, route=option.route, closure=option.closure)
