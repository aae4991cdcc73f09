"""Options of a file judged on one posterior: what each would move, how they rank, and what it is worth to know more."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pandas as pd
import xarray as xr

from equitymodel.data.cells.same_labels import on_same_labels
from equitymodel.decision.acceptability import (
    OPTION,
    RANK,
    acceptability,
    ends_of,
    partial_values,
    why_not_separated,
)
from equitymodel.decision.frontier import frontier, place_on_frontier, price_words
from equitymodel.decision.health_benefit import SHARES_OF_FIFTHS, net_health_benefit
from equitymodel.decision.options_file import DecisionQuestion
from equitymodel.decision.value_of_information import FEWEST_FOR_ONE, perfect_information, what_would_change_the_choice
from equitymodel.decision.weight_space import CRITERION
from equitymodel.errors import OptionError
from equitymodel.estimands.routes import route_change
from equitymodel.estimands.summary import summarise
from equitymodel.vocabulary import DEPRIVATION, ICS, PROCEDURE

TODAY = "today"
WEIGHTINGS = 4000
SHOWN = ("estimate", "lower", "upper")
MOSTLY = 0.975
BEYOND = "Today takes more than that capacity: see whether it is of the same area, period and unit as the results."
TOO_FEW = (
    "What it is worth to know one unknown is left out: the results keep {draws:,} draws, and it takes {fewest:,}; the "
    "folder of a run of your own keeps all of its draws, that of the demo some."
)
INFORMATION_UNIT = "share of the way from the worst to the best by all criteria, at the mean weights"


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
    """

    question: DecisionQuestion
    fitted: xr.DataArray
    expected: xr.DataArray
    change: xr.DataArray
    seed: int = 1

    @cached_property
    def criteria(self) -> xr.DataArray:
        """What each option does by each criterion; dims ``chain, draw, option, criterion``."""
        names = [criterion.name for criterion in self.question.criteria]
        return xr.concat([self._measures[name] for name in names], CRITERION).assign_coords({CRITERION: names})

    @cached_property
    def values(self) -> xr.DataArray:
        """Criteria on one scale, 0 = worst and 1 = best."""
        worst, best = ends_of(self.criteria, {item.name: item.better for item in self.question.criteria})
        for item in self.question.criteria:
            if item.worst is not None and item.best is not None:
                worst, best = (xr.where(ends[CRITERION] == item.name, end, ends)
                               for ends, end in ((worst, item.worst), (best, item.best)))  # fmt: skip
        return partial_values(self.criteria, worst, best)

    @cached_property
    def ranked(self) -> xr.Dataset:
        """Rank acceptability over weights and draws."""
        return acceptability(self.values, self._weights)

    @cached_property
    def _weights(self) -> xr.DataArray:
        return self.question.weights.sample(WEIGHTINGS, seed=self.seed)

    @property
    def not_separated(self) -> str:
        """Why the evidence does not separate the options; nothing where it does."""
        return why_not_separated(self.ranked)

    @property
    def too_few_draws(self) -> str:
        """Why it is not said what it is worth to know one unknown; nothing where it is."""
        draws = self.fitted.sizes["chain"] * self.fitted.sizes["draw"]
        return TOO_FEW.format(draws=draws, fewest=FEWEST_FOR_ONE) if draws < FEWEST_FOR_ONE else ""

    def rank_table(self) -> pd.DataFrame:
        """Lay out ranks: ``option``, what it would move, shares of ranks, confidence and central weights."""
        shares = self.ranked["acceptability"].transpose(OPTION, RANK).to_pandas()
        shares.columns = [f"rank_{rank}" for rank in shares.columns]
        central = self.ranked["central_weight"].transpose(OPTION, CRITERION).to_pandas().add_prefix("central_weight_")
        more = self.ranked[["confidence", "holistic"]].to_dataframe()[["confidence", "holistic"]]
        table: pd.DataFrame = pd.concat([shares, more, central], axis=1)
        return table.rename_axis(OPTION).reset_index()

    def moved_table(self) -> pd.DataFrame:
        """Lay out what each option would move: a row an option and measure, with intervals."""
        rows = [summarise(draws, unit="", centre="mean").assign(measure=name) for name, draws in self._measures.items()]
        return pd.concat(rows, ignore_index=True)[[OPTION, "measure", *SHOWN]]

    def information_table(self) -> pd.DataFrame:
        """Lay out what it is worth to know everything, and each unknown: ``unknown, value, chosen_now, ...``."""
        worth = (self.values * self._weights.mean("weighting")).sum(CRITERION)
        unknowns = {"gap now": _gap(self.fitted, self.expected), "admissions now": self.fitted.sum(DEPRIVATION)}
        each = what_would_change_the_choice(worth, {} if self.too_few_draws else unknowns)
        now = worth[OPTION].values[int(worth.mean(("chain", "draw")).argmax(OPTION))]
        everything = pd.DataFrame({"unknown": ["everything"], "value": [perfect_information(worth)],
                                   "chosen_now": [str(now)]})  # fmt: skip
        return pd.concat([everything, each], ignore_index=True).assign(unit=INFORMATION_UNIT)

    def impact_table(self) -> pd.DataFrame | None:
        """Lay out net health benefit by group, under each gradient of what is lost; none without gain and costs."""
        health, charges = self.question.health, self._charges()
        if health is None or charges is None:
            return None
        each, fixed = charges
        rows = []
        for name, lost in _lost_elsewhere(self.change[DEPRIVATION]).items():
            benefit = net_health_benefit(
                self.change, health.per_admission, each, threshold=health.threshold, shares=lost
            )  # fmt: skip
            after_fixed = benefit - lost * fixed / health.threshold
            rows.append(summarise(after_fixed, unit="", centre="mean").assign(lost_elsewhere=name))
        table = pd.concat(rows, ignore_index=True)
        return table[[OPTION, "lost_elsewhere", DEPRIVATION, *SHOWN]].assign(unit="quality-adjusted life years")

    def frontier_table(self) -> pd.DataFrame | None:
        """Lay out the frontier, today and each option on it; none without a capacity."""
        if self.question.capacity is None:
            return None
        need, takes, total = self._limits
        today = self.fitted.expand_dims({OPTION: [TODAY]})
        plans = xr.concat([today, self.fitted + self.change], OPTION)
        place = place_on_frontier(plans, need, takes, total)
        rows = [_rows(self._frontier[name].rename({"aversion": "at"}), name, "frontier")
                for name in ("total", "ratio", "equality", "price", "given_up")]  # fmt: skip
        rows += [_rows(place[name].rename({OPTION: "at"}), name, "plan")
                 for name in ("total", "ratio", "equality", "used", "inside")]  # fmt: skip
        return pd.concat(rows, ignore_index=True)

    def price_sentence(self) -> str:
        """Say what equal rates would cost under the capacity; nothing without one."""
        if self.question.capacity is None:
            return ""
        _, takes, total = self._limits
        said = price_words(self._frontier["price"].sel(aversion=np.inf, drop=True))
        beyond = float(((self.fitted * takes).sum(DEPRIVATION) > total).mean())
        return said if beyond < MOSTLY else f"{said} {BEYOND}"

    @cached_property
    def _frontier(self) -> xr.Dataset:
        return frontier(*self._limits)

    @cached_property
    def _limits(self) -> tuple[xr.DataArray, xr.DataArray, float]:
        """Give need, what an admission takes and the capacity; nobody is planned beyond the highest rate of today."""
        capacity = self.question.capacity
        assert capacity is not None
        groups = [str(group) for group in self.expected[DEPRIVATION].values]
        if unknown := [group for group in capacity.per_admission if group not in groups]:
            raise OptionError(
                f"[capacity] per_admission names group {unknown[0]}; the results have {', '.join(groups)}"
            )
        takes = xr.DataArray([capacity.per_admission.get(group, 1.0) for group in groups],
                             {DEPRIVATION: self.expected[DEPRIVATION]}, DEPRIVATION)  # fmt: skip
        highest = (self.fitted / self.expected).max(DEPRIVATION)
        return self.expected * highest, takes, capacity.total

    @cached_property
    def _measures(self) -> dict[str, xr.DataArray]:
        """Give every measure that the file has the numbers for."""
        total, charges, health = self.change.sum(DEPRIVATION), self._charges(), self.question.health
        found = {"most_deprived": self.change.isel({DEPRIVATION: 0}, drop=True), "total": total,
                 "gap": _gap(self.fitted + self.change, self.expected)}  # fmt: skip
        if charges is None:
            return found
        found["cost"] = total * charges[0] + charges[1]
        if health is not None:
            found["health"] = total * health.per_admission - found["cost"] / health.threshold
        return found

    def _charges(self) -> tuple[xr.DataArray, xr.DataArray] | None:
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
    effects: Mapping[str, xr.DataArray] | None = None, seed: int = 1,
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
        By name of an option, draws of the change in admissions that its strategy has, dims of `fitted`; they stand in
        place of its route.
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
    known = [str(name) for name in fitted[PROCEDURE].values]
    if not procedure and len(known) > 1:
        raise OptionError(f"choose one procedure: {', '.join(known)}")
    fitted, expected = (_in_scope(values, procedure or known[0], area) for values in (fitted, expected))
    own = {name: _in_scope(draws, procedure or known[0], area) for name, draws in (effects or {}).items()}
    made = [own[option.name] if option.name in own
            else route_change(fitted, expected, route=option.route, closure=option.closure)
            for option in question.options]  # fmt: skip
    names = [option.name for option in question.options]
    change = xr.concat([each.drop_attrs() for each in made], OPTION).assign_coords({OPTION: names})
    now, need, moved = (values.sum(ICS, min_count=1) for values in (fitted, expected, change))
    if not bool((now.notnull() & (need > 0) & moved.notnull()).all()):
        raise OptionError(
            f"some group of {area or 'all ICSs'} has no residents, or nothing to aim at, for {procedure or known[0]}; "
            "choose another ICS or procedure, or judge all ICSs together"
        )
    return JudgedOptions(question, now, need, moved, seed)


def _lost_elsewhere(groups: xr.DataArray) -> dict[str, xr.DataArray]:
    """Give who loses health elsewhere: flat, and for fifths the gradients that were published."""
    flat = {"flat": (1 / groups.size,) * groups.size}
    shares = SHARES_OF_FIFTHS if groups.size == len(SHARES_OF_FIFTHS["flat"]) else flat
    return {name: xr.DataArray(list(lost), {DEPRIVATION: groups}, DEPRIVATION) for name, lost in shares.items()}


def _in_scope(values: xr.DataArray, procedure: str, area: str) -> xr.DataArray:
    """Choose one procedure, and one ICS if one is asked for, as the only one."""
    chosen = _one(values, PROCEDURE, procedure)
    return _one(chosen, ICS, area).expand_dims(ICS) if area else chosen


def _one(values: xr.DataArray, dim: str, label: str) -> xr.DataArray:
    names = [str(name) for name in values[dim].values]
    if label not in names:
        raise OptionError(f"no {dim} is called '{label}'; the results have {', '.join(names[:5])}")
    return values.isel({dim: names.index(label)}, drop=True)


def _gap(admissions: xr.DataArray, expected: xr.DataArray) -> xr.DataArray:
    rate = admissions / expected
    return rate.isel({DEPRIVATION: 0}, drop=True) / rate.isel({DEPRIVATION: -1}, drop=True)


def _rows(draws: xr.DataArray, measure: str, kind: str) -> pd.DataFrame:
    """Summarise draws; what is infinite or missing in any draw is left out."""
    known = draws.where(np.isfinite(draws).all(("chain", "draw")))
    table = summarise(known, unit="").assign(measure=measure, kind=kind)
    return table.assign(at=table["at"].astype(str))[["kind", "at", "measure", *SHOWN]]
