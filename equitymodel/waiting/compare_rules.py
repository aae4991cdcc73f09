"""Rules of a list beside one another: the first is what others are compared with, draw by draw."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np
import pandas as pd
import xarray as xr

from equitymodel.argument_types import refuses_other_types
from equitymodel.errors import OptionError
from equitymodel.inference.cores import available_cores
from equitymodel.inference.progress import Progress, silent
from equitymodel.vocabulary import ALL_ICS, DEPRIVATION, ICS, PRIORITY, PROCEDURE, group_dim, nearest
from equitymodel.waiting.conservation import CHANGED, only_reorders, what_is_conserved
from equitymodel.waiting.followed_heads import HeadEngine, run_by_heads
from equitymodel.waiting.list_flows import DRAW, WEEK, run_dims
from equitymodel.waiting.list_measures import pooled
from equitymodel.waiting.list_rules import CONTESTED, ListRule
from equitymodel.waiting.rule_rows import RuleCourse, path_rows
from equitymodel.waiting.weekly_course import Precision, run_rule

LIST, RULE = "list", "rule"
"""Dimensions: the lists of an area, and rules."""


@dataclass(frozen=True)
class RuleComparison:
    """What rules do to a list.

    Attributes
    ----------
    table
        A row a rule, area, group and quantity: estimate, interval, probability; changes are against the first rule.
    paths
        Week by week, of all lists together.
    rules
        A row a rule: what it says, whether it is contested and why, whether it changes more than the order.
    conserved
        What no order can change here, in words.
    stated
        What was not learned from data, a sentence each.
    treated
        People treated over all weeks, by ``rule, ics, draw`` and group, for `rule_effects`.
    specialties, weeks
        Of the lists, which are added up; and over how many weeks they were run.
    """

    table: pd.DataFrame
    paths: pd.DataFrame
    rules: pd.DataFrame
    conserved: str
    stated: tuple[str, ...]
    treated: xr.DataArray
    specialties: tuple[str, ...] = ()
    weeks: int = 0

    def rows(
        self, quantity: str, *, rule: str | None = None, ics: str = ALL_ICS, deprivation: str | None = None
    ) -> pd.DataFrame:
        """Give the rows of a quantity in an area, of every rule or group where none is named.

        Raises
        ------
        OptionError
            When the table has no such quantity, area, rule or group; names the nearest.
        """
        found = self.table
        for column, label in (("quantity", quantity), (ICS, ics), ("rule", rule), (DEPRIVATION, deprivation)):
            known = dict.fromkeys(self.table[column])
            if label is not None and label not in known:
                raise OptionError(f"no {column} '{label}' in these results. {nearest(label, known)}")
            found = found if label is None else found[found[column] == label]
        return found


@refuses_other_types
def compare_rules(
    flows: xr.Dataset,
    rules: Sequence[ListRule],
    *,
    weeks: int = 104,
    seed: int | None = None,
    longest: int | None = None,
    precision: Precision = "double",
    engine: HeadEngine | None = None,
    progress: Progress | None = None,
) -> RuleComparison:
    """Run a list under several rules, and say what each does to waits, to the gap and to the total.

    Parameters
    ----------
    flows
        From `learn_flows` or `list_flows`.
    rules
        The first is what the others are compared with, such as `first_come` or `as_now`.
    weeks, seed, longest, precision
        As for `run_rule`; with a seed every rule meets the same additions and slots.
    engine
        Such as `equitymodel.inference.queue_heads.follow_heads`, which is compiled: expected values of most rules in a
        tenth of the time. Without one, and for rules it does not know (`run_by_heads`), lists are run by `run_rule`.
    progress
        Told how far it is.

    Returns
    -------
    RuleComparison
        For all lists together and for each ICS; areas run one by one, so that memory holds two of them.

    Raises
    ------
    OptionError
        When there is no rule, or two have one name.

    Examples
    --------
    >>> from equitymodel.waiting.list_flows import list_flows
    >>> from equitymodel.waiting.list_rules import accumulating, first_come
    >>> waiting = xr.DataArray([[5.0, 3.0], [4.0, 0.0]], dims=("deprivation", "weeks_waited"))
    >>> flows = list_flows(waiting, xr.DataArray([4.0, 4.0], dims="deprivation"), 6.0)
    >>> found = compare_rules(flows, [first_come(), accumulating({"1": 2.0})], weeks=8)
    >>> rows = found.rows("change_weeks_waited_in_all", deprivation="All groups")
    >>> abs(rows["estimate"].round(6)).tolist()
    [0.0]
    """
    _check_rules(rules)
    say, areas = progress or silent, _areas(flows)
    whole: dict[str, xr.Dataset] = {}
    tables: list[pd.DataFrame] = []
    treated: list[xr.DataArray] = []
    running = _Running(weeks, seed, longest, precision, engine)
    for number, (area, own) in enumerate(running.areas(areas, rules)):
        say("running lists", number / len(areas))
        tables += _tables(own, area) if area != ALL_ICS else []
        treated.append(_treated(own, area))
        _add(whole, own)
    tables += _tables(whole, ALL_ICS)
    paths = pd.concat([path_rows(name, course) for name, course in whole.items()], ignore_index=True)
    stated = tuple(filter(None, str(flows.attrs.get("stated", "")).split("\n")))
    table = pd.concat(tables, ignore_index=True)
    return RuleComparison(table, paths, _rules_table(flows, rules), what_is_conserved(flows), stated,
                          xr.concat(treated, ICS), _specialties(flows), weeks)  # fmt: skip


def _specialties(flows: xr.Dataset) -> tuple[str, ...]:
    return tuple(str(name) for name in flows[PROCEDURE].values) if PROCEDURE in flows.dims else ()


def _check_rules(rules: Sequence[ListRule]) -> None:
    names = [rule.name for rule in rules]
    if not names or len(set(names)) < len(names):
        raise OptionError(f"rules are one or more, of unlike names, not {', '.join(names) or 'none'}; name each apart")


def _areas(flows: xr.Dataset) -> list[tuple[str, xr.Dataset]]:
    """Give the lists of every area."""
    dims = [str(name) for name in run_dims(flows) if name != DRAW]
    if not dims:
        return [(ALL_ICS, flows.expand_dims(LIST))]
    stacked = flows.stack({LIST: dims}, create_index=False)
    area = stacked[ICS].values.astype(str) if ICS in stacked.coords else np.full(stacked.sizes[LIST], ALL_ICS)
    plain = stacked.drop_vars([name for name in (*dims, "ics_name", "region") if name in stacked.coords])
    return [(str(name), plain.isel({LIST: np.flatnonzero(area == name)})) for name in np.unique(area)]


@dataclass(frozen=True)
class _Running:
    """How lists are run."""

    weeks: int
    seed: int | None
    longest: int | None
    precision: Precision
    engine: HeadEngine | None

    def areas(
        self, areas: Sequence[tuple[str, xr.Dataset]], rules: Sequence[ListRule]
    ) -> Iterator[tuple[str, dict[str, xr.Dataset]]]:
        """Run the lists of every area under each rule, an area ahead of what is asked for."""
        ahead: deque[tuple[str, dict[str, Future[xr.Dataset]]]] = deque()
        with ThreadPoolExecutor(available_cores()) as pool:
            for area, lists in areas:
                ahead.append((area, {rule.name: pool.submit(self.course, lists, rule) for rule in rules}))
                if len(ahead) > 1:
                    yield _done(*ahead.popleft())
            yield _done(*ahead.popleft())

    def course(self, lists: xr.Dataset, rule: ListRule) -> xr.Dataset:
        """Run the lists of an area under a rule, and add them up."""
        if self.engine is not None and self.seed is None:
            found = run_by_heads(lists, rule, self.engine, weeks=self.weeks, longest=self.longest)
            if found is not None:
                return found
        total: xr.Dataset | None = None
        for number in range(lists.sizes[LIST]):
            own = None if self.seed is None else self.seed + number
            course = pooled(run_rule(lists.isel({LIST: number}), rule, weeks=self.weeks, seed=own,
                                     longest=self.longest, precision=self.precision))  # fmt: skip
            total = course if total is None else total + course
        assert total is not None, "an area has a list"
        return total


def _treated(courses: dict[str, xr.Dataset], area: str) -> xr.DataArray:
    """Give who was treated in an area, by rule; groups by their labels as text."""
    made = [course["treated"].sum(WEEK) for course in courses.values()]
    drawn = [one if DRAW in one.dims else one.expand_dims(DRAW) for one in made]
    whole = xr.concat(drawn, RULE).assign_coords({RULE: list(courses)}).expand_dims({ICS: [area]})
    group = group_dim(whole.dims)
    return whole.assign_coords({group: [str(label) for label in whole[group].values]})


def _add(whole: dict[str, xr.Dataset], own: dict[str, xr.Dataset]) -> None:
    """Add the courses of an area up with those before, in place, as they are large."""
    for rule, course in own.items():
        if rule not in whole:
            whole[rule] = course.copy(deep=True)
            continue
        for name, values in course.items():
            whole[rule][name].values += values.values


def _done(area: str, courses: dict[str, Future[xr.Dataset]]) -> tuple[str, dict[str, xr.Dataset]]:
    return area, {name: course.result() for name, course in courses.items()}


def _tables(courses: dict[str, xr.Dataset], area: str) -> list[pd.DataFrame]:
    """Give the rows of an area, those after the first rule with changes."""
    made = [RuleCourse.of(name, area, course) for name, course in courses.items()]
    return [rows for number, one in enumerate(made) for rows in one.rows(made[0] if number else None)]


def _rules_table(flows: xr.Dataset, rules: Sequence[ListRule]) -> pd.DataFrame:
    groups = [str(label) for label in flows[group_dim(flows.dims)].values]
    priorities = [int(level) for level in flows[PRIORITY].values]
    contested = [rule.contested(groups, priorities) for rule in rules]
    return pd.DataFrame({
        "rule": [rule.name for rule in rules],
        "says": [rule.says for rule in rules],
        "contested": ["yes" if one else "no" for one in contested],
        "why_contested": [CONTESTED if one else "" for one in contested],
        "changes_more_than_the_order": ["" if only_reorders(rule) else CHANGED for rule in rules],
    })  # fmt: skip
