"""Rows of waiting_rules.csv and waiting_paths.csv: one a rule, an area, a group and a quantity."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
import xarray as xr

from equitymodel.decision.effect_rows import Quantity, summary_columns
from equitymodel.vocabulary import DEPRIVATION, ICS, INTERVAL_KIND, INTERVAL_PROBABILITY, group_dim
from equitymodel.waiting.list_flows import DRAW, WEEK
from equitymodel.waiting.list_measures import (
    UNITS,
    ends_of,
    gap_of,
    list_measures,
    mean_wait,
    share_on_list,
    weeks_until_closed,
    with_all_groups,
)

CLOSED = "weeks_until_closed"
GAP, CHANGE = "gap_", "change_"
PATHS = {"on_list": "people", "mean_wait": "weeks, of those on the list", "share_over_52": "share of those on the list",
         "treated": "people in the week", "removed": "people in the week, who left untreated"}  # fmt: skip
"""What is followed week by week, with its unit."""
COLUMNS = ("rule", ICS, DEPRIVATION, "quantity", "estimate", "lower", "upper", "interval_probability", "interval_kind",
           "probability", "probability_of", "unit", "against")  # fmt: skip
NO_CHANGE = 1e-11
"""A change that is no more, as a share of what it changes, is none: sums in another order differ by less."""
INTERVAL_OF = "what is expected over the weeks, given the list and what was stated"


@dataclass(frozen=True)
class RuleCourse:
    """One rule on one area: its measures, gap and weeks until the gap closes, draw by draw.

    Attributes
    ----------
    rule, ics
        The name of the rule, and the area.
    measures, gap, closed
        From `list_measures`, `gap_of` and `weeks_until_closed`.
    ends
        Labels of the groups that the gap lies between.
    """

    rule: str
    ics: str
    measures: xr.Dataset
    gap: xr.Dataset
    closed: xr.DataArray
    ends: tuple[str, str]

    @classmethod
    def of(cls, rule: str, ics: str, course: xr.Dataset) -> RuleCourse:
        """Work everything out of a course that is `pooled`."""
        drawn = course if DRAW in course.dims else course.expand_dims(DRAW)
        measures = list_measures(drawn)
        gap = _no_rounding(gap_of(measures), abs(measures).max(group_dim(measures.dims)))
        return cls(rule, ics, measures, gap, weeks_until_closed(drawn), ends_of(measures))

    def rows(self, base: RuleCourse | None) -> Iterator[pd.DataFrame]:
        """Give the rows of the rule; against another, those of changes too."""
        yield from self._rows(self.measures, "", base)
        yield from self._rows(self.gap, GAP, base)
        yield self._closed()

    def _rows(self, found: xr.Dataset, prefix: str, base: RuleCourse | None) -> Iterator[pd.DataFrame]:
        yield self._summary(found, prefix)
        if base is not None:
            before = base.gap if prefix else base.measures
            yield self._summary(_changed(found, before), f"{CHANGE}{prefix}", base.rule)

    def _summary(self, found: xr.Dataset, prefix: str, against: str = "") -> pd.DataFrame:
        """Summarise all measures at once, a row a measure and group."""
        group = group_dim(found.dims)
        whole = found.to_dataarray("quantity").transpose(DRAW, "quantity", ...)
        labels = [str(label) for label in whole[group].values] if group in whole.dims else [self._gap_of]
        names = [str(name) for name in whole["quantity"].values]
        more = f"more than under {against}" if against else ""
        columns = summary_columns(whole.values.reshape(whole.sizes[DRAW], -1), Quantity("all", "", probability_of=more))
        rows = {DEPRIVATION: labels * len(names), "quantity": [f"{prefix}{name}" for name in names for _ in labels],
                "unit": [UNITS[name] for name in names for _ in labels]}  # fmt: skip
        return self._framed({**rows, **columns}, against=against, probability_of=more)

    @property
    def _gap_of(self) -> str:
        return f"group {self.ends[0]} less group {self.ends[1]}"

    def _closed(self) -> pd.DataFrame:
        """Give the median weeks until the gap closes; infinite where it is open at the end in half of the draws."""
        tail = (1 - INTERVAL_PROBABILITY) / 2
        ends = np.quantile(self.closed.values, [0.5, tail, 1 - tail], method="inverted_cdf")
        row = {name: [end] for name, end in zip(("estimate", "lower", "upper"), ends, strict=True)}
        row |= {DEPRIVATION: [self._gap_of],
                "probability": [float(np.isfinite(self.closed).mean())]}  # fmt: skip
        return self._framed(row, against="", quantity=CLOSED, unit="weeks, median; inf is not in these weeks",
                            probability_of="the gap closes within these weeks, and stays closed")  # fmt: skip

    def _framed(self, rows: Mapping[str, Any], **said: str) -> pd.DataFrame:
        known = {"rule": self.rule, ICS: self.ics, "interval_probability": INTERVAL_PROBABILITY,
                 "interval_kind": INTERVAL_KIND}  # fmt: skip
        return pd.DataFrame({**rows, **known, **said}, columns=list(COLUMNS))


def _changed(found: xr.Dataset, before: xr.Dataset) -> xr.Dataset:
    """Give changes draw by draw."""
    return _no_rounding(found - before, before)


def _no_rounding(difference: xr.Dataset, of: xr.Dataset) -> xr.Dataset:
    """Make a difference exactly 0 where only the order of sums differs: no probability is made of that."""
    return difference.where(~(abs(difference) <= NO_CHANGE * np.maximum(abs(of), 0.1)), 0.0)


def path_rows(rule: str, course: xr.Dataset) -> pd.DataFrame:
    """Give the rows of a rule week by week, of all lists together.

    Parameters
    ----------
    rule
        Its name.
    course
        `pooled`, from `run_rule`.

    Returns
    -------
    pandas.DataFrame
        Columns ``rule, week, deprivation, quantity, estimate, lower, upper, unit``: means and 95 % intervals,
        as `list_measures` has them at the end.
    """
    drawn = course if DRAW in course.dims else course.expand_dims(DRAW)
    group = group_dim(drawn.dims)
    whole = with_all_groups(drawn[["on_list", "weeks_so_far", "over_52", "treated", "removed"]])
    people = whole["on_list"]
    found = {"on_list": people, "mean_wait": mean_wait(whole["weeks_so_far"], people),
             "share_over_52": share_on_list(whole["over_52"], people), "treated": whole["treated"],
             "removed": whole["removed"]}  # fmt: skip
    return pd.concat([_path(values, name, group) for name, values in found.items()]).assign(rule=rule)[
        ["rule", WEEK, DEPRIVATION, "quantity", "estimate", "lower", "upper", "unit"]
    ]


def _path(values: xr.DataArray, name: str, group: str) -> pd.DataFrame:
    laid = values.transpose(DRAW, group, WEEK)
    columns = summary_columns(laid.values.reshape(laid.sizes[DRAW], -1), Quantity(name, PATHS[name]))
    labels = pd.MultiIndex.from_product([laid[group].values, laid[WEEK].values], names=[DEPRIVATION, WEEK])
    rows = pd.DataFrame({key: columns[key] for key in ("estimate", "lower", "upper")}, index=labels).reset_index()
    return rows.assign(quantity=name, unit=PATHS[name])
