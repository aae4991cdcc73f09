"""What is asked of a list under a rule, draw by draw: waits, who leaves untreated, who is treated, and the gap."""

from __future__ import annotations

import numpy as np
import xarray as xr

from equitymodel.errors import OptionError
from equitymodel.vocabulary import ALL_GROUPS, WEEKS_WAITED, group_dim
from equitymodel.waiting.list_flows import DRAW, WEEK
from equitymodel.waiting.list_rules import MIDDLE_OF_WEEK
from equitymodel.waiting.weekly_course import FLOWS, MARKS

CENTILE = 0.92
NOBODY = 1e-9
"""People: what is left of a cell by the error of sums is nobody."""
UNITS = {
    "on_list": "people at the end",
    "mean_wait": "weeks, of those on the list at the end",
    "centile_92": "weeks, of those on the list at the end",
    **{f"over_{mark}": "people at the end" for mark in MARKS},
    **{f"share_over_{mark}": "share of those on the list at the end" for mark in MARKS},
    "added": "people over all weeks",
    "treated": "people over all weeks",
    "removed": "people over all weeks, who left untreated",
    "treated_share": "treated over all weeks, of those on the list at the start or added",
    "removed_share": "left untreated over all weeks, of those on the list at the start or added",
    "wait_to_treatment": "weeks, of those treated over all weeks",
    "weeks_waited_in_all": "person-weeks on the list over all weeks",
}
"""Every measure, with its unit."""
IN_GAP = ("mean_wait", "centile_92", "share_over_18", "share_over_52", "share_over_65", "treated_share",
          "removed_share", "wait_to_treatment")  # fmt: skip
"""Measures whose gap is the most less the least deprived."""


def pooled(course: xr.Dataset) -> xr.Dataset:
    """Add lists up, so that draws, groups, weeks and weeks waited are left.

    Parameters
    ----------
    course
        From `run_rule`.

    Returns
    -------
    xarray.Dataset
        The same variables; each is a sum, so that lists add up.
    """
    kept = (DRAW, group_dim(course.dims), WEEK, WEEKS_WAITED)
    return course.sum([name for name in course.dims if name not in kept])


def list_measures(course: xr.Dataset) -> xr.Dataset:
    """Work out the measures of a list, by group and for all groups together.

    Parameters
    ----------
    course
        From `run_rule`, of one list or of several `pooled`.

    Returns
    -------
    xarray.Dataset
        Those of `UNITS`, with `ALL_GROUPS` after the groups. Waits of those on the list count half a week for the week
        that has begun; the centile is interpolated within its week. Where nobody is on the list, waits are 0; where
        nobody is treated, the wait to treatment is missing.

    Examples
    --------
    >>> from equitymodel.waiting.list_flows import list_flows
    >>> from equitymodel.waiting.list_rules import first_come
    >>> from equitymodel.waiting.weekly_course import run_rule
    >>> waiting = xr.DataArray([[5.0, 3.0], [4.0, 0.0]], dims=("deprivation", "weeks_waited"))
    >>> flows = list_flows(waiting, xr.DataArray([4.0, 4.0], dims="deprivation"), 6.0)
    >>> list_measures(run_rule(flows, first_come(), weeks=2))["treated"].values.round(2)
    array([ 8.,  4., 12.])
    """
    whole = with_all_groups(_over_weeks(course))
    asked = whole["start"] + whole["added"]
    found = whole[["on_list", *(f"over_{mark}" for mark in MARKS)]]
    found["mean_wait"] = mean_wait(whole["weeks_so_far"], whole["on_list"])
    found["centile_92"] = centile_of(whole["waits"], CENTILE).fillna(0.0)
    for mark in MARKS:
        found[f"share_over_{mark}"] = share_on_list(whole[f"over_{mark}"], whole["on_list"])
    found = found.assign({name: whole[name] for name in ("added", "treated", "removed", "weeks_waited_in_all")})
    found["treated_share"], found["removed_share"] = _ratio(whole["treated"], asked), _ratio(whole["removed"], asked)
    found["wait_to_treatment"] = _ratio(whole["weeks_to_treatment"], whole["treated"])
    return found[list(UNITS)]


def _over_weeks(course: xr.Dataset) -> xr.Dataset:
    """Give what is on the list at the end, and what came and went in all weeks: all that measures are made of."""
    last = course[["on_list", "weeks_so_far"]].isel({WEEK: -1}, drop=True)
    flows = course[list(FLOWS)].sum(WEEK, skipna=False)
    waits = course["waits"]
    over = {f"over_{mark}": waits.isel({WEEKS_WAITED: slice(mark, None)}).sum(WEEKS_WAITED, skipna=False)
            for mark in MARKS}  # fmt: skip
    in_all = course["on_list"].sum(WEEK, skipna=False)
    return course[["start", "waits"]].assign({**last, **flows, **over, "weeks_waited_in_all": in_all})


def with_all_groups(sums: xr.Dataset) -> xr.Dataset:
    """Give sums by group with those of all groups after them, as `ALL_GROUPS`; labels of groups become text."""
    group = group_dim(sums.dims)
    together = sums.sum(group, skipna=False).expand_dims({group: [ALL_GROUPS]})
    return xr.concat([sums.assign_coords({group: [str(label) for label in sums[group].values]}), together], group)


def mean_wait(weeks_so_far: xr.DataArray, on_list: xr.DataArray) -> xr.DataArray:
    """Give the mean weeks waited of those on a list, half a week for the week that has begun; 0 where nobody is.

    Parameters
    ----------
    weeks_so_far
        Whole weeks waited, summed over people.
    on_list
        People.

    Returns
    -------
    xarray.DataArray
        Weeks.

    Examples
    --------
    >>> mean_wait(xr.DataArray([30.0, 0.0]), xr.DataArray([10.0, 0.0])).values
    array([3.5, 0. ])
    """
    return (_ratio(weeks_so_far, on_list) + MIDDLE_OF_WEEK).fillna(0.0)


def share_on_list(part: xr.DataArray, on_list: xr.DataArray) -> xr.DataArray:
    """Give what share some are of those on a list; 0 where nobody is."""
    return _ratio(part, on_list).fillna(0.0)


def centile_of(waits: xr.DataArray, level: float) -> xr.DataArray:
    """Give the number of weeks that a share of people waits no longer than, interpolated within its week.

    Parameters
    ----------
    waits
        People by ``weeks_waited``.
    level
        Such as 0.92.

    Returns
    -------
    xarray.DataArray
        Weeks; missing where nobody waits.

    Examples
    --------
    >>> float(centile_of(xr.DataArray([50.0, 50.0], dims="weeks_waited"), 0.75))
    1.5
    """
    if not 0 < level < 1:
        raise OptionError(f"a centile is of a share between 0 and 1, not {level!r}; give 0.92")
    people = waits.transpose(..., WEEKS_WAITED)
    ends = people.cumsum(WEEKS_WAITED, skipna=False)
    total = ends.isel({WEEKS_WAITED: -1}, drop=True)
    at = (ends < level * total).sum(WEEKS_WAITED).clip(max=people.sizes[WEEKS_WAITED] - 1)
    inside = people.isel({WEEKS_WAITED: at}).drop_vars(WEEKS_WAITED, errors="ignore")
    before = ends.isel({WEEKS_WAITED: at}).drop_vars(WEEKS_WAITED, errors="ignore") - inside
    return (at + _ratio(level * total - before, inside)).where(total > 0)


def gap_of(measures: xr.Dataset, *, most: str = "", least: str = "") -> xr.Dataset:
    """Give the most less the least deprived of every measure that compares.

    Parameters
    ----------
    measures
        From `list_measures`.
    most, least
        Labels of groups; by default the first and the last.

    Returns
    -------
    xarray.Dataset
        Of `IN_GAP`, draw by draw: above 0, the most deprived wait longer, or more of them.
    """
    group, ends = group_dim(measures.dims), ends_of(measures, most=most, least=least)
    one, other = (measures[list(IN_GAP)].sel({group: label}, drop=True) for label in ends)
    return one - other


def ends_of(measures: xr.Dataset, *, most: str = "", least: str = "") -> tuple[str, str]:
    """Name the groups that a gap lies between.

    Raises
    ------
    OptionError
        When there is no such group, or only one.
    """
    labels = [str(label) for label in measures[group_dim(measures.dims)].values if str(label) != ALL_GROUPS]
    ends = most or labels[0], least or labels[-1]
    for label in ends:
        if label not in labels:
            raise OptionError(f"the list has no group '{label}'; it has {', '.join(labels)}")
    if ends[0] == ends[1]:
        raise OptionError(f"a gap lies between two groups, and the list has {', '.join(labels)}; give a table by group")
    return ends


def weeks_until_closed(course: xr.Dataset, *, within: float = 0.5, most: str = "", least: str = "") -> xr.DataArray:
    """Give the week from which on the most and the least deprived on the list wait about as long.

    Parameters
    ----------
    course
        From `run_rule`, of one list or of several `pooled`.
    within
        Weeks of difference in mean wait, either way, that count as none: a gap that has turned round is open.
    most, least
        As for `gap_of`.

    Returns
    -------
    xarray.DataArray
        Weeks, by draw: 1 where it is closed from the first week on, infinite where it is open at the end.
    """
    group, sums = group_dim(course.dims), course[["weeks_so_far", "on_list"]]
    labels = [str(label) for label in course[group].values]
    one, other = (
        mean_wait(own["weeks_so_far"], own["on_list"])
        for own in (sums.isel({group: labels.index(end)}, drop=True) for end in ends_of(course, most=most, least=least))
    )
    open_ = (abs(one - other) > within).transpose(..., WEEK)
    weeks = open_.sizes[WEEK]
    last = (open_ * xr.DataArray(np.arange(1, weeks + 1), dims=WEEK)).max(WEEK)
    return (last + 1.0).where(last < weeks, np.inf)


def _ratio(part: xr.DataArray, whole: xr.DataArray) -> xr.DataArray:
    return part / whole.where(whole > NOBODY)
