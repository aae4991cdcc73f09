"""Checks of one table against another, once both keep the contract on their own."""

from __future__ import annotations

import pandas as pd
import xarray as xr

from equitymodel.data.tables.findings import DataLog
from equitymodel.data.tables.groups import Group
from equitymodel.data.tables.rules import Rule
from equitymodel.data.tables.suppression import HIGH, LOW, Absent
from equitymodel.vocabulary import CELL_DIMS, DEPRIVATION, ICS, PERIOD, PROCEDURE

RULES = (
    Rule(
        "C07",
        "warning",
        "a procedure with fewer than 50 admissions in all",
        "pool it with a related procedure; its intervals will be wide",
    ),
    Rule(
        "C08",
        "error",
        "an ICS has no admissions at all where at least 20 were expected",
        "if the procedure is not offered there, declare it with --not-offered; otherwise correct the counts",
    ),
    Rule(
        "C09",
        "warning",
        "an ICS has no admissions at all for a procedure",
        "if the procedure is not offered there, declare it with --not-offered",
    ),
    Rule("C11", "error", "a procedure without any known admissions", "leave it out, or correct its counts"),
    Rule("C16", "warning", "a procedure without any known admissions in some periods; these say nothing of it"),
    Rule(
        "C17",
        "error",
        "an ICS has no admissions at all in some periods where at least 20 were expected",
        "if they are not known, delete its rows of these periods and use --incomplete missing; if there were none, "
        "leave these periods out",
    ),
    Rule("P02", "warning", "more admissions than people", "check that both tables use the same groups and units"),
    Rule("G03", "error", "an area is in one table but not in the other", "give both tables the same areas"),
    Rule(
        "D06",
        "warning",
        "an ICS has residents in fewer than three deprivation groups; its gradient leans on the other ICSs",
    ),
    Rule(
        "D13",
        "error",
        "one deprivation group alone, so that there is nothing to compare",
        "give the rows of all groups, the residents of the whole area by quintile or decile",
    ),
    Rule(
        "U02",
        "error",
        "the tables do not have the same groups",
        "use the same labels, of two groups or more, in every table",
    ),
    Rule(
        "U03",
        "warning",
        "a group with fewer than 50 admissions in all",
        "join it to a related group, if those who belong to it would agree; its ratios will be wide",
    ),
)
LIKELY_NOT_OFFERED = 20
FEW_ADMISSIONS = 50


def check_keys(counts: pd.DataFrame, people: pd.DataFrame, absent: Absent, log: DataLog) -> None:
    """Check that both tables have the same areas and groups."""
    counted, lived_in = set(counts[ICS].unique()), set(people[ICS].unique())
    lonely = sorted(counted - lived_in)
    if absent == "error":
        lonely += sorted(lived_in - counted)
    if lonely:
        place = {code: "admissions" if code in counted else "population" for code in lonely}
        log.add("G03", rows=[f"{code!r} is only in {table}" for code, table in place.items()])
    if log.group == DEPRIVATION:
        _check_deprivation(counts, people, log)
    else:
        _check_groups(counts, people, log)


def _check_deprivation(counts: pd.DataFrame, people: pd.DataFrame, log: DataLog) -> None:
    groups = sorted(set(people[DEPRIVATION].unique()) | set(counts[DEPRIVATION].unique()))
    if len(groups) < 2:
        log.add("D13", detail=f"group {groups[0]}" if groups else "no groups")
    elif groups != list(range(1, len(groups) + 1)):
        log.add("D03", detail=name_groups(pd.concat([counts[DEPRIVATION], people[DEPRIVATION]])))
    if counts[DEPRIVATION].max() != people[DEPRIVATION].max():
        log.add("D03", detail=f"admissions end at group {counts[DEPRIVATION].max()}, "
                              f"population at {people[DEPRIVATION].max()}")  # fmt: skip


def name_groups(labels: pd.Series) -> str:
    """Name groups by number, and how many rows those have that follow a gap or are more than ten.

    Examples
    --------
    >>> name_groups(pd.Series([1, 1, 2, 2, 12], [f"row {line}" for line in range(2, 7)]))
    "groups 1, 2, 12; row 6: '12' in 1 row"
    """
    groups = sorted(set(labels))
    beyond = [group for place, group in enumerate(groups, 1) if group != place]
    odd = "".join(f"; {_first_row(labels, group)}'{group}' in {rows:,} row{'' if rows == 1 else 's'}"
                  for group in beyond[:3] if (rows := int((labels == group).sum())))  # fmt: skip
    return f"groups {', '.join(map(str, groups))}{odd}"


def _first_row(labels: pd.Series, label: object) -> str:
    """Name the first row that has a label, where rows have names."""
    found = labels.index[labels == label]
    return f"{found[0]}: " if len(found) and isinstance(found[0], str) else ""


def _check_groups(counts: pd.DataFrame, people: pd.DataFrame, log: DataLog) -> None:
    """Check that groups without an order are the same in both tables."""
    both = {"admissions": set(counts[DEPRIVATION].unique()), "population": set(people[DEPRIVATION].unique())}
    crossed = Group(log.group).crossed  # a crossing without admissions is met by its cells, as absent rows are
    lonely = sorted(both["admissions"] - both["population"] if crossed else both["admissions"] ^ both["population"])
    if lonely:
        place = {label: "admissions" if label in both["admissions"] else "population" for label in lonely}
        log.add("U02", rows=[f"{log.group} {label!r} is only in {table}" for label, table in place.items()])
    elif len(both["admissions"]) < 2:
        log.add("U02", detail=f"{log.group} has only the group {', '.join(both['admissions'])}")


def over_cells(values: xr.DataArray) -> xr.DataArray:
    """Add up over strata within cells, and within periods if there are several."""
    return values.sum([dim for dim in values.dims if dim not in (*CELL_DIMS, PERIOD)])


def over_periods(values: xr.DataArray) -> xr.DataArray:
    """Add up over periods, if there are several.

    Examples
    --------
    >>> over_periods(xr.DataArray([3.0, 4.0], dims="period")).item(), over_periods(xr.DataArray(5.0)).item()
    (7.0, 5.0)
    """
    return values.sum(PERIOD) if PERIOD in values.dims else values


def check_counts(
    totals: xr.Dataset, persons: xr.DataArray, expected: xr.DataArray, offered: xr.DataArray, log: DataLog
) -> None:
    """Check counts against people, against what would be expected, and against one another."""
    people, least, most = over_cells(persons), totals[LOW], totals[HIGH]
    crowded = least > people
    if crowded.any():
        log.add("P02", rows=name_cells(crowded, least, group=log.group))
    national = most.sum(CELL_DIMS[:2])
    total = over_periods(national)
    if (total == 0).any():
        log.add("C11", rows=[str(name) for name in total[PROCEDURE].values[total == 0]])
    if few := name_few(total):
        log.add("C07", rows=few)
    due = expected.isel(adjustment=-1).where(offered).sum(DEPRIVATION)
    silent = (most.fillna(1).where(offered, 0).sum(DEPRIVATION) == 0) & offered.any(DEPRIVATION)
    if PERIOD in most.dims:
        _check_each_period(national, silent, due, log)
        silent, due, people = silent.all(PERIOD), over_periods(due), over_periods(people)
    for rule, chosen in (("C08", silent & (due >= LIKELY_NOT_OFFERED)), ("C09", silent & (due < LIKELY_NOT_OFFERED))):
        if chosen.any():
            log.add(rule, rows=[f"{', '.join(key)}: {value:.1f} expected"
                                for key, value in due.where(chosen).to_series().dropna().items()])  # fmt: skip
    if log.group == DEPRIVATION:
        check_groups_present(people, log)
    else:
        _check_small_groups(most, log)


def check_strata(least: xr.DataArray, people: xr.DataArray, most_admissions: float, log: DataLog) -> None:
    """Record strata of age and sex with more admissions than their people can have (rule P02): a misread population."""
    if set(least.dims) <= {*CELL_DIMS, PERIOD} or not set(people.dims) - {PERIOD} <= set(least.dims):
        return
    crowded = least > most_admissions * people.where(people > 0)
    if crowded.any():
        log.add("P02", rows=name_cells(crowded, least, group=log.group))


def _check_each_period(national: xr.DataArray, silent: xr.DataArray, due: xr.DataArray, log: DataLog) -> None:
    """Record procedures and ICSs with admissions in some periods and none in others."""
    none = (national == 0) & (over_periods(national) > 0)
    if none.any():
        log.add("C16", rows=name_cells(none))
    gone = silent & ~silent.all(PERIOD) & (due >= LIKELY_NOT_OFFERED)
    if gone.any():
        log.add("C17", rows=[f"{row} expected" for row in name_cells(gone, due.round(1))])


def name_few(national: xr.DataArray, *, least: int = 1) -> list[str]:
    """Name what has some admissions in all, but few; or with a least of 0, few or none.

    Examples
    --------
    >>> name_few(xr.DataArray([0.0, 12, 90], {"procedure": ["a", "b", "c"]}, "procedure"))
    ['b: 12']
    """
    few = (national >= least) & (national < FEW_ADMISSIONS)
    return [f"{name}: {value:g}" for name, value in national[few].to_series().items()]


def check_groups_present(people: xr.DataArray, log: DataLog) -> None:
    """Record areas with residents in few groups, whose gradient says little (rule D06)."""
    present = (people > 0).sum(DEPRIVATION)
    if (present < 3).any() and people.sizes[DEPRIVATION] >= 3:
        log.add(
            "D06", rows=[f"{code}: {value}" for code, value in present.where(present < 3).to_series().dropna().items()]
        )


def _check_small_groups(most: xr.DataArray, log: DataLog) -> None:
    total = over_periods(most.sum([ICS, PROCEDURE]))
    few = total[total < FEW_ADMISSIONS]
    if few.size:
        log.add("U03", rows=[f"{log.group} {name}: {value:g}" for name, value in few.to_series().items()])


def name_cells(chosen: xr.DataArray, values: xr.DataArray | None = None, *, group: str = DEPRIVATION) -> list[str]:
    """Name the cells that are marked, with their values if given, and the groups as the reader knows them."""
    marked = chosen.to_series()
    keys = marked.index[marked.to_numpy()]
    shown = {} if values is None else values.transpose(*chosen.dims).to_series().loc[keys].to_dict()
    names = [key if isinstance(key, tuple) else (key,) for key in keys]
    dims = [group if dim == DEPRIVATION else dim for dim in chosen.dims]
    return [", ".join(f"{dim} {part}" for dim, part in zip(dims, key, strict=True))
            + (f": {shown[original]:g}" if shown else "")
            for key, original in zip(names, keys, strict=True)]  # fmt: skip
