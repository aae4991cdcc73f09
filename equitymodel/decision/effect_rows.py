"""Rows of strategy_effects.csv: one a quantity, a set of strategies, an ICS, a procedure and a group."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

import numpy as np
import pandas as pd
import xarray as xr

from equitymodel.decision.effect_quantities import Gap, Labels, gap_of, sum_known
from equitymodel.decision.effect_tally import Tally, what_gives_way
from equitymodel.decision.strategy_effect import EffectOptions
from equitymodel.decision.through_pathway import ChangedPathway, ProcedurePathway
from equitymodel.estimands.summary import summarise
from equitymodel.vocabulary import ALL_GROUPS, ALL_PROCEDURES, DEPRIVATION, ICS, PROCEDURE

AS_NOW = "As now"
ADMISSIONS, RATIO, POUNDS = "admissions", "rate ratio, most against least deprived", "pounds"
DIFFERENCE = "admissions per 1,000 in need, least less most deprived"
COLUMNS = ("strategy", "numbers", ICS, PROCEDURE, DEPRIVATION, "quantity", "estimate", "lower", "upper",
           "interval_probability", "interval_kind", "probability", "probability_of", "unit", "at_bound")  # fmt: skip


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
    labels: Labels

    def of_procedure(
        self, pathway: ProcedurePathway, changed: ChangedPathway, extra: np.ndarray
    ) -> Iterator[pd.DataFrame]:
        """Give the rows of one procedure: admissions by group, and the gap with and without."""
        before = pathway.admissions
        capped = self._of_groups(changed.capped)
        yield self._rows(self.labels.by_group(extra), "extra_admissions", ADMISSIONS, pathway.procedure, centre="mean",
                         at_bound=capped, probability_of="admissions are added")  # fmt: skip
        yield from self._gap_rows(pathway, gap_of(before, pathway.need), gap_of(before + extra, pathway.need))

    def as_now(self, pathway: ProcedurePathway) -> Iterator[pd.DataFrame]:
        """Give the rows of a procedure without any strategy."""
        gap, procedure = gap_of(pathway.admissions, pathway.need), pathway.procedure
        yield self._rows(self.labels.by_group(pathway.admissions), "admissions", ADMISSIONS, procedure, centre="mean")
        yield self._rows(self._of_ics(np.exp(gap.log_ratio)), "gap_ratio", RATIO, procedure)
        yield self._rows(self._of_ics(gap.difference), "gap_difference", DIFFERENCE, procedure)

    def counted_twice(self, procedure: str, singles: np.ndarray, extra: np.ndarray) -> Iterator[pd.DataFrame]:
        """Give what the sum over single strategies would be, and by how much it exceeds the joint effect."""
        for name, values in (("sum_of_singles", singles), ("sum_less_joint", singles - extra)):
            yield self._rows(self.labels.by_ics(sum_known(values, -1)), name, ADMISSIONS, procedure, centre="mean")

    def of_all(self, tally: Tally, options: EffectOptions) -> Iterator[pd.DataFrame]:
        """Give the rows over all procedures: admissions, costs, what gives way and health, as far as they are known."""
        if tally.extra is None:
            return
        yield self._rows(self.labels.by_group(tally.extra), "extra_admissions", ADMISSIONS, centre="mean",
                         probability_of="admissions are added")  # fmt: skip
        yield from self._within_horizon(tally, options)
        yield from self._cost_rows(tally)
        yield from self._capacity_rows(tally, options)
        gained = tally.per_admission("health_gain")
        if gained is not None:
            yield self._rows(self.labels.by_group(gained), "health_gain", options.health_unit, centre="mean")

    def _gap_rows(self, pathway: ProcedurePathway, before: Gap, after: Gap) -> Iterator[pd.DataFrame]:
        narrows = xr.DataArray(after.narrows(before), dims=ICS)
        procedure = pathway.procedure
        ratio = np.exp(after.log_ratio - before.log_ratio)
        yield self._rows(self._of_ics(np.exp(after.log_ratio)), "gap_ratio", RATIO, procedure)
        yield self._rows(self._of_ics(ratio), "gap_ratio_change", "ratio of rate ratios, with against without",
                         procedure, probability=narrows, probability_of="the gap narrows")  # fmt: skip
        yield self._rows(
            self._of_ics(after.difference - before.difference), "gap_difference_change", DIFFERENCE, procedure
        )

    def _within_horizon(self, tally: Tally, options: EffectOptions) -> Iterator[pd.DataFrame]:
        months, horizon, counted = tally.starts_after, options.horizon_months, options.months_counted
        if tally.extra is None or months is None or horizon is None or counted is None:
            return
        share = max(0.0, horizon - months) / counted
        yield self._rows(self.labels.by_group(tally.extra * share), "extra_admissions_within_horizon", ADMISSIONS,
                         centre="mean")  # fmt: skip

    def _cost_rows(self, tally: Tally) -> Iterator[pd.DataFrame]:
        admitted = tally.per_admission("cost")
        parts = {
            "programme_cost": tally.programme_cost,
            "cost_of_admissions": None if admitted is None else sum_known(admitted, -1),
        }
        for name, values in parts.items():
            if values is not None:
                yield self._rows(self.labels.by_ics(values), name, POUNDS, centre="mean")
        known = [values for values in parts.values() if values is not None]
        if len(known) == len(parts):
            yield self._rows(self.labels.by_ics(known[0] + known[1]), "cost", POUNDS, centre="mean")

    def _capacity_rows(self, tally: Tally, options: EffectOptions) -> Iterator[pd.DataFrame]:
        needed, capacity = tally.per_admission("capacity"), options.capacity
        if needed is None or capacity is None or tally.extra is None:
            return
        found = what_gives_way(sum_known(needed, -1), capacity, self.labels.ics)
        beyond = self.labels.by_ics(found.beyond)
        yield self._rows(self.labels.by_ics(found.needed), "capacity_needed", capacity.unit, centre="mean")
        yield self._rows(beyond, "capacity_beyond_spare", capacity.unit, centre="mean",
                         probability_of="something must give way")  # fmt: skip
        if found.given_up is not None:
            net = sum_known(tally.extra, -1) - found.given_up
            yield self._rows(self.labels.by_ics(found.given_up), "admissions_given_up", ADMISSIONS, centre="mean")
            yield self._rows(self.labels.by_ics(net), "net_admissions", ADMISSIONS, centre="mean")

    def _of_ics(self, values: np.ndarray) -> xr.DataArray:
        return self.labels.by_ics(values, add_up=False)

    def _of_groups(self, shares: np.ndarray) -> np.ndarray:
        """Give shares by ICS and group in the order of rows, where every total has the largest of its parts."""
        wide = np.concatenate([shares, shares.max(axis=1, keepdims=True)], axis=1)
        return np.concatenate([wide, wide.max(axis=0, keepdims=True)], axis=0)

    def _rows(
        self,
        draws: xr.DataArray,
        quantity: str,
        unit: str,
        procedure: str = ALL_PROCEDURES,
        *,
        centre: Literal["median", "mean"] = "median",
        at_bound: np.ndarray | None = None,
        probability: xr.DataArray | None = None,
        probability_of: str = "",
    ) -> pd.DataFrame:
        """Summarise draws as rows of the table; a probability that is named and not given is that of being above 0."""
        if probability_of and probability is None:
            probability = (draws > 0).mean(("chain", "draw"))
        table = summarise(draws, unit=unit, centre=centre, probability=probability)
        own = {"strategy": self.strategy, "numbers": ", ".join(map(str, self.numbers)), PROCEDURE: procedure,
               "quantity": quantity, "probability_of": probability_of}  # fmt: skip
        if DEPRIVATION not in table:
            own[DEPRIVATION] = ALL_GROUPS
        known = draws.isel(chain=0, draw=0).notnull().values
        bound = np.nan if at_bound is None else at_bound[known]
        return table.assign(**own, at_bound=bound)[list(COLUMNS)]
