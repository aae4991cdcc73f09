"""Rules of a list beside one another: the first is what others are compared with, draw by draw."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import pandas as pd
import xarray as xr

from equitymodel.argument_types import refuses_other_types
from equitymodel.errors import OptionError
from equitymodel.inference.progress import Progress, silent
from equitymodel.vocabulary import ALL_ICS, DEPRIVATION, ICS, PRIORITY, group_dim, nearest
from equitymodel.waiting.conservation import CHANGED, only_reorders, what_is_conserved
from equitymodel.waiting.list_flows import DRAW, run_dims
from equitymodel.waiting.list_measures import pooled
from equitymodel.waiting.list_rules import CONTESTED, ListRule
from equitymodel.waiting.rule_rows import RuleCourse, path_rows
from equitymodel.waiting.weekly_course import Precision, run_rule


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
    """

    table: pd.DataFrame
    paths: pd.DataFrame
    rules: pd.DataFrame
    conserved: str
    stated: tuple[str, ...]

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
    progress
        Told how far it is.

    Returns
    -------
    RuleComparison
        For all lists together and for each ICS; lists run one by one, so that memory holds one of them.

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
    say, every = progress or silent, _lists(flows)
    whole: dict[str, xr.Dataset] = {}
    tables: list[pd.DataFrame] = []
    areas = sorted({area for area, _ in every})
    for number, area in enumerate(areas):
        say("running lists", number / len(areas))
        own = _run_area([part for name, part in every if name == area], rules, weeks, seed, longest, precision)
        whole = {name: course if name not in whole else whole[name] + course for name, course in own.items()}
        tables += _tables(own, area) if area != ALL_ICS else []
    tables += _tables(whole, ALL_ICS)
    paths = pd.concat([path_rows(name, course) for name, course in whole.items()], ignore_index=True)
    stated = tuple(filter(None, str(flows.attrs.get("stated", "")).split("\n")))
    table = pd.concat(tables, ignore_index=True)
    return RuleComparison(table, paths, _rules_table(flows, rules), what_is_conserved(flows), stated)


def _check_rules(rules: Sequence[ListRule]) -> None:
    names = [rule.name for rule in rules]
    if not names or len(set(names)) < len(names):
        raise OptionError(f"rules are one or more, of unlike names, not {', '.join(names) or 'none'}; name each apart")


def _lists(flows: xr.Dataset) -> list[tuple[str, xr.Dataset]]:
    """Give every list by itself, with its area."""
    dims = [str(name) for name in run_dims(flows) if name != DRAW]
    if not dims:
        return [(ALL_ICS, flows)]
    stacked = flows.stack(list_=dims, create_index=False)
    size = stacked.sizes["list_"]
    found = []
    for number in range(size):
        one = stacked.isel(list_=number)
        area = str(one[ICS].values) if ICS in one.coords else ALL_ICS
        found.append((area, one.drop_vars([name for name in (*dims, "ics_name", "region") if name in one.coords])))
    return found


def _run_area(
    lists: list[xr.Dataset], rules: Sequence[ListRule], weeks: int, seed: int | None, longest: int | None,
    precision: Precision,
) -> dict[str, xr.Dataset]:  # fmt: skip
    """Add the lists of an area up, under each rule."""
    found: dict[str, xr.Dataset] = {}
    for number, part in enumerate(lists):
        own = None if seed is None else seed + number
        for rule in rules:
            course = pooled(run_rule(part, rule, weeks=weeks, seed=own, longest=longest, precision=precision))
            found[rule.name] = course if rule.name not in found else found[rule.name] + course
    return found


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
