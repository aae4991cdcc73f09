"""A check before use: whether the list of a year ago, run as then, becomes the list of today."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
import xarray as xr

from equitymodel.argument_types import refuses_other_types
from equitymodel.data.waiting.read_list import BAND
from equitymodel.decision.effect_rows import Quantity, summary_columns
from equitymodel.errors import OptionError
from equitymodel.vocabulary import INTERVAL_PROBABILITY, PRIORITY, WEEKS_WAITED, group_dim
from equitymodel.waiting.list_flows import DRAW
from equitymodel.waiting.list_measures import (
    CENTILE,
    UNITS,
    centile_of,
    list_measures,
    mean_wait,
    share_on_list,
    with_all_groups,
)
from equitymodel.waiting.list_rules import ListRule
from equitymodel.waiting.weekly_course import MARKS, run_rule

CHECKED = ("on_list", "mean_wait", "centile_92", *(f"share_over_{mark}" for mark in MARKS[:2]))
"""Measures that a table of the list shows, and that are held against it."""
ENOUGH = 0.9
"""The share of 95 % intervals that must hold what was observed, before a list is run forwards without a warning."""


@dataclass(frozen=True)
class LastYear:
    """What was predicted for today from a year ago, beside what is observed.

    Attributes
    ----------
    table
        A row a list, group and measure: the prediction with its interval, what is observed, and whether it is inside.
    """

    table: pd.DataFrame

    @property
    def inside(self) -> pd.Series:
        """The share of intervals that hold what was observed, by measure."""
        return self.table.groupby("quantity", sort=False)["inside"].mean()

    @property
    def sound(self) -> bool:
        """Whether intervals of every measure hold often enough what was observed."""
        return bool((self.inside >= ENOUGH).all())

    @property
    def words(self) -> str:
        """What was found, in a sentence for every page."""
        parts = ", ".join(f"{UNITS_OF[str(name)]} in {share:.0%}" for name, share in self.inside.items())
        verdict = "" if self.sound else " The list does not behave as the model says: read what follows as a scenario."
        return (
            f"Run from a year ago, {INTERVAL_PROBABILITY:.0%} intervals hold what is observed today: {parts}.{verdict}"
        )


UNITS_OF = {"on_list": "the size of the list", "mean_wait": "the mean wait", "centile_92": "the 92nd centile",
            "share_over_18": "the share over 18 weeks", "share_over_52": "the share over 52 weeks"}  # fmt: skip


@refuses_other_types
def check_last_year(
    before: xr.Dataset, today: xr.Dataset, rule: ListRule, *, weeks: int = 52, seed: int = 1
) -> LastYear:
    """Run the list of a year ago as it was run then, and hold it against that of today.

    Parameters
    ----------
    before
        From `learn_flows`, of the earlier table.
    today
        From `read_waiting` or `read_rtt`, of the same lists and groups.
    rule
        How the list was run, such as `as_now` with the pattern of the earlier table.
    weeks
        Between the two tables.
    seed
        People come and are treated at random, as intervals are for what is observed.

    Returns
    -------
    LastYear
        Predictions beside what is observed.

    Raises
    ------
    OptionError
        When the two are not of the same lists and groups.
    """
    group = group_dim(before.dims)
    for name in (group, *(dim for dim in ("ics", "procedure") if dim in before.dims)):
        unlike = sorted(set(map(str, before[name].values)) ^ set(map(str, today[name].values)))
        if unlike:
            raise OptionError(f"the two tables are not of the same {name}: {', '.join(unlike[:5])} is in one of them; "
                              "leave out what the other has not")  # fmt: skip
    predicted = list_measures(run_rule(before, rule, weeks=weeks, seed=seed))[list(CHECKED)]
    return LastYear(_beside(predicted, observed_measures(today)))


def observed_measures(table: xr.Dataset) -> xr.Dataset:
    """Give the measures that a table of a list shows, as `list_measures` defines them.

    Parameters
    ----------
    table
        From `read_waiting` or `read_rtt`; of a hidden count the middle of what it may be is taken.

    Returns
    -------
    xarray.Dataset
        Of `CHECKED`, by list and group.
    """
    middle = ((table["waiting_low"] + table["waiting_high"]) / 2).sum(PRIORITY)
    waits = with_all_groups(xr.dot(middle, table[f"{BAND}_share"], dim=BAND).to_dataset(name="waits"))["waits"]
    weeks = xr.DataArray(np.arange(waits.sizes[WEEKS_WAITED]), dims=WEEKS_WAITED)
    people = waits.sum(WEEKS_WAITED)
    found = xr.Dataset({"on_list": people, "mean_wait": mean_wait((waits * weeks).sum(WEEKS_WAITED), people)})
    found["centile_92"] = centile_of(waits, CENTILE).fillna(0.0)
    for mark in MARKS[:2]:
        found[f"share_over_{mark}"] = share_on_list(waits.where(weeks >= mark, 0.0).sum(WEEKS_WAITED), people)
    return found


def _beside(predicted: xr.Dataset, observed: xr.Dataset) -> pd.DataFrame:
    """Lay predictions and what is observed out, a row each; waits of a list on which nobody is are not held."""
    held = observed.where(observed["on_list"] > 0).assign(on_list=observed["on_list"])
    parts = []
    for name in CHECKED:
        draws = predicted[name].transpose(DRAW, ...)
        seen = held[name].transpose(*draws.dims[1:]).reindex_like(draws.isel({DRAW: 0}, drop=True))
        columns = summary_columns(draws.values.reshape(draws.sizes[DRAW], -1), Quantity(name, UNITS[name]))
        rows = seen.to_series().rename("observed").reset_index()
        kept = {column: columns[column] for column in ("estimate", "lower", "upper")}
        parts.append(rows.assign(quantity=name, unit=UNITS[name], **kept))
    table = pd.concat(parts, ignore_index=True).dropna(subset=["observed"])
    inside = (table["observed"] >= table["lower"]) & (table["observed"] <= table["upper"])
    checked: pd.DataFrame = table.assign(inside=inside)
    return checked
