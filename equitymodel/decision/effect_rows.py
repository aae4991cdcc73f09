"""Rows of strategy_effects.csv: one a quantity, a set of strategies, an ICS, a procedure and a group."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
import pandas as pd

from equitymodel.decision.effect_quantities import Gap, GroupedLabels, gap_of, sum_known, with_totals
from equitymodel.decision.effect_tally import Tally, what_gives_way
from equitymodel.decision.strategy_effect import EffectOptions
from equitymodel.decision.through_pathway import ChangedPathway, ProcedurePathway
from equitymodel.vocabulary import (
    ALL_GROUPS,
    ALL_PROCEDURES,
    DEPRIVATION,
    ICS,
    INTERVAL_KIND,
    INTERVAL_PROBABILITY,
    PROCEDURE,
)

AS_NOW = "As now"
ADMISSIONS, RATIO, POUNDS = "admissions", "rate ratio, most against least deprived", "pounds"
CHANGE = "ratio of rate ratios, with against without"
DIFFERENCE = "admissions per 1,000 in need, least less most deprived"
ADDED, NARROWS, GIVES_WAY = "admissions are added", "the gap narrows", "something must give way"
COLUMNS = ("strategy", "numbers", ICS, PROCEDURE, DEPRIVATION, "quantity", "estimate", "lower", "upper",
           "interval_probability", "interval_kind", "probability", "probability_of", "unit", "at_bound")  # fmt: skip
Centre = Literal["median", "mean"]
"""Means of what adds up, medians of all else."""


@dataclass(frozen=True)
class Quantity:
    """What is summarised: its name, unit, centre, and which probability goes with it."""

    name: str
    unit: str
    centre: Centre = "mean"
    probability_of: str = ""


def summary_columns(draws: np.ndarray, quantity: Quantity) -> dict[str, np.ndarray]:
    """Summarise draws, the first axis, cell by cell.

    Parameters
    ----------
    draws
        Draws by cells; a cell that is missing is so in every draw.
    quantity
        Its centre; a probability that is named is that of being above 0.

    Returns
    -------
    dict of numpy.ndarray
        ``estimate, lower, upper, probability``, equal-tailed at 95 %.

    Examples
    --------
    >>> made = summary_columns(np.linspace(0, 1, 101)[:, None], Quantity("share", "share", "median"))
    >>> [float(made[name][0].round(3)) for name in ("estimate", "lower", "upper")]
    [0.5, 0.025, 0.975]
    """
    tail = (1 - INTERVAL_PROBABILITY) / 2
    lower, median, upper = _quantiles(draws, np.array([tail, 0.5, 1 - tail]))
    above = (draws > 0).mean(axis=0) if quantity.probability_of else np.full(draws.shape[1], np.nan)
    return {"estimate": draws.mean(axis=0) if quantity.centre == "mean" else median, "lower": lower, "upper": upper,
            "probability": above}  # fmt: skip


def _quantiles(draws: np.ndarray, shares: np.ndarray) -> np.ndarray:
    """Give quantiles over the first axis, between draws in line; from sorted draws, which takes half the time."""
    ordered = np.sort(draws, axis=0)
    place = shares * (len(draws) - 1)
    below = np.floor(place).astype(int)
    above = np.minimum(below + 1, len(draws) - 1)
    weight = (place - below)[:, None]
    between: np.ndarray = ordered[below] * (1 - weight) + ordered[above] * weight
    return between


@dataclass(frozen=True)
class RowMaker:
    """Makes rows of one set of strategies.

    Attributes
    ----------
    strategy
        Its name.
    numbers
        Of its strategies.
    labels
        Of ICSs and groups.
    """

    strategy: str
    numbers: tuple[int, ...]
    labels: GroupedLabels

    def of_procedure(
        self, pathway: ProcedurePathway, changed: ChangedPathway, extra: np.ndarray, before: Gap
    ) -> Iterator[pd.DataFrame]:
        """Give the rows of one procedure: admissions by group, and the gap with and without."""
        name = pathway.procedure
        rows = self._by_group(extra, Quantity("extra_admissions", ADMISSIONS, probability_of=ADDED), name)
        yield rows.assign(at_bound=_largest_with_totals(changed.capped).ravel())
        after = gap_of(pathway.admissions + extra, pathway.need)
        change = self._gap_rows(np.exp(after.log_ratio - before.log_ratio),
                                Quantity("gap_ratio_change", CHANGE, "median", NARROWS), name)  # fmt: skip
        yield self._gap_rows(np.exp(after.log_ratio), Quantity("gap_ratio", RATIO, "median"), name)
        yield change.assign(probability=after.narrows(before))
        yield self._gap_rows(after.difference - before.difference,
                             Quantity("gap_difference_change", DIFFERENCE, "median"), name)  # fmt: skip

    def as_now(self, pathway: ProcedurePathway, gap: Gap) -> Iterator[pd.DataFrame]:
        """Give the rows of a procedure without any strategy."""
        yield self._by_group(pathway.admissions, Quantity("admissions", ADMISSIONS), pathway.procedure)
        yield self._gap_rows(np.exp(gap.log_ratio), Quantity("gap_ratio", RATIO, "median"), pathway.procedure)
        yield self._gap_rows(gap.difference, Quantity("gap_difference", DIFFERENCE, "median"), pathway.procedure)

    def counted_twice(self, procedure: str, singles: np.ndarray, extra: np.ndarray) -> Iterator[pd.DataFrame]:
        """Give what the sum over single strategies would be, and by how much it exceeds the joint effect."""
        for name, values in (("sum_of_singles", singles), ("sum_less_joint", singles - extra)):
            yield self._by_ics(sum_known(values, -1), Quantity(name, ADMISSIONS), procedure)

    def of_all(self, tally: Tally, options: EffectOptions) -> Iterator[pd.DataFrame]:
        """Give the rows over all procedures: admissions, costs, what gives way and health, as far as they are known."""
        if tally.extra is None:
            return
        yield self._by_group(tally.extra, Quantity("extra_admissions", ADMISSIONS, probability_of=ADDED))
        yield from self._within_horizon(tally, options)
        yield from self._cost_rows(tally)
        yield from self._capacity_rows(tally, options)
        gained = tally.per_admission("health_gain")
        if gained is not None:
            yield self._by_group(gained, Quantity("health_gain", options.health_unit))

    def _within_horizon(self, tally: Tally, options: EffectOptions) -> Iterator[pd.DataFrame]:
        months, horizon, counted = tally.starts_after, options.horizon_months, options.months_counted
        if tally.extra is None or months is None or horizon is None or counted is None:
            return
        share = max(0.0, horizon - months) / counted
        yield self._by_group(tally.extra * share, Quantity("extra_admissions_within_horizon", ADMISSIONS))

    def _cost_rows(self, tally: Tally) -> Iterator[pd.DataFrame]:
        admitted, programme = tally.per_admission("cost"), tally.programme_cost
        paid = None if admitted is None else sum_known(admitted, -1)
        whole = None if paid is None or programme is None else paid + programme
        for name, values in (("programme_cost", programme), ("cost_of_admissions", paid), ("cost", whole)):
            if values is not None:
                yield self._by_ics(values, Quantity(name, POUNDS))

    def _capacity_rows(self, tally: Tally, options: EffectOptions) -> Iterator[pd.DataFrame]:
        needed, capacity = tally.per_admission("capacity"), options.capacity
        if needed is None or capacity is None or tally.extra is None:
            return
        found = what_gives_way(sum_known(needed, -1), capacity, self.labels.ics)
        yield self._by_ics(found.needed, Quantity("capacity_needed", capacity.unit))
        yield self._by_ics(found.beyond, Quantity("capacity_beyond_spare", capacity.unit, probability_of=GIVES_WAY))
        if found.given_up is not None:
            net = sum_known(tally.extra, -1) - found.given_up
            yield self._by_ics(found.given_up, Quantity("admissions_given_up", ADMISSIONS))
            yield self._by_ics(net, Quantity("net_admissions", ADMISSIONS))

    def _by_group(self, values: np.ndarray, quantity: Quantity, procedure: str = ALL_PROCEDURES) -> pd.DataFrame:
        """Summarise draws by ICS and group, and all of each."""
        areas, groups = self.labels.every_ics, self.labels.every_group
        labels = {ICS: np.repeat(areas, len(groups)), DEPRIVATION: np.tile(groups, len(areas))}
        return self._rows(with_totals(values, 1, 2), quantity, procedure, labels)

    def _by_ics(self, values: np.ndarray, quantity: Quantity, procedure: str = ALL_PROCEDURES) -> pd.DataFrame:
        """Summarise draws by ICS, and all of them."""
        return self._gap_rows(with_totals(values, 1), quantity, procedure)

    def _gap_rows(self, values: np.ndarray, quantity: Quantity, procedure: str) -> pd.DataFrame:
        """Summarise draws by ICS that have all ICSs last already."""
        labels = {ICS: np.array(self.labels.every_ics), DEPRIVATION: ALL_GROUPS}
        return self._rows(values, quantity, procedure, labels)

    def _rows(self, values: np.ndarray, quantity: Quantity, procedure: str, labels: Mapping[str, Any]) -> pd.DataFrame:
        own: dict[str, Any] = {
            "strategy": self.strategy, "numbers": ", ".join(map(str, self.numbers)), PROCEDURE: procedure,
            "quantity": quantity.name, "probability_of": quantity.probability_of, "unit": quantity.unit,
            "at_bound": np.nan,
        }  # fmt: skip
        return pd.DataFrame({**own, **labels, **summary_columns(values.reshape(len(values), -1), quantity)})


def _largest_with_totals(shares: np.ndarray) -> np.ndarray:
    """Give shares by ICS and group with their largest for all groups and all ICSs."""
    wide = np.concatenate([shares, shares.max(axis=1, keepdims=True)], axis=1)
    return np.concatenate([wide, wide.max(axis=0, keepdims=True)], axis=0)


def effect_table(rows: list[pd.DataFrame]) -> pd.DataFrame:
    """Put rows together, without those of cells that are missing.

    Examples
    --------
    >>> list(effect_table([]).columns)[:3]
    ['strategy', 'numbers', 'ics']
    """
    if not rows:
        return pd.DataFrame(columns=list(COLUMNS))
    table = pd.concat(rows, ignore_index=True).dropna(subset=["estimate"]).reset_index(drop=True)
    table = table.assign(interval_probability=INTERVAL_PROBABILITY, interval_kind=INTERVAL_KIND)
    return table[list(COLUMNS)]
