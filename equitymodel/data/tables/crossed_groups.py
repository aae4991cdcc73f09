"""Groups within groups: deprivation within ethnicity, or within any other groups that have no order.

A cell is then of both: its label along the dimension of the groups is that of the one and of the other,
``White British, deprivation 1``, and both are kept apart as coordinates.
"""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
import pandas as pd
import xarray as xr

from equitymodel.data.tables.deprivation import ridit
from equitymodel.data.tables.findings import DataLog
from equitymodel.data.tables.footprints import AreaCheck
from equitymodel.data.tables.groups import Group, read_reference
from equitymodel.data.tables.keys import read_keys
from equitymodel.data.tables.rules import Rule
from equitymodel.errors import OptionError
from equitymodel.vocabulary import DEPRIVATION, GROUP, ICS

RULES = (
    Rule(
        "U06",
        "error",
        "two groupings that cannot be crossed",
        "for deprivation within other groups there are two of those or more, and three deprivation groups or more; "
        "with fewer, give one column that holds both labels, such as 'Black, most deprived', and name it with --group",
    ),
)
BETWEEN = ", deprivation "
"""What stands between the labels of a crossing."""
MAIN, WITHIN = "main_group", "deprivation_group"
"""The two coordinates along the dimension of the groups, and the dimensions of what is given by both."""
CROSSED_TABLES = ("admissions", "population", "need", "not_offered", "rates", "unit_costs", "neighbours", "covariates")
FEWEST_MAIN, FEWEST_WITHIN = 2, 3


def crossed_label(main: object, within: object) -> str:
    """Write the label of a cell of both groupings.

    Examples
    --------
    >>> crossed_label("White British", 5)
    'White British, deprivation 5'
    """
    return f"{main}{BETWEEN}{within}"


def labels_apart(label: str) -> tuple[str, int]:
    """Split the label of a cell of both groupings.

    Examples
    --------
    >>> labels_apart("White, other, deprivation 5")
    ('White, other', 5)
    """
    main, _, within = label.rpartition(BETWEEN)
    return main, int(within)


def read_crossed(frame: pd.DataFrame, log: DataLog, *, group: Group, areas: AreaCheck) -> pd.DataFrame:
    """Read the columns that name a row, each grouping as it is read alone, and bring the two together.

    Parameters
    ----------
    frame
        With a column of the main groups, and of deprivation.
    log
        Where what is found in either is recorded.
    group
        What the groups are; see `Group`.
    areas
        As for `read_admissions`.

    Returns
    -------
    pandas.DataFrame
        With both labels in the column ``deprivation``; rows whose deprivation is not known are left out, as they are
        where groups are of deprivation, and rows whose main group is not stated are marked, as they are for it alone.
    """
    both = {group.main, DEPRIVATION}
    if not both <= set(frame):
        return read_keys(frame.drop(columns=[*(both & set(frame))]), log, groups=group, areas=areas)
    of_main = DataLog(log.table, log.findings, group.main)
    of_within = DataLog(log.table, log.findings, DEPRIVATION)
    by_main = frame.drop(columns=DEPRIVATION).rename(columns={group.main: DEPRIVATION})
    by_main = read_keys(by_main, of_main, groups=Group(group.main), areas=areas)
    value = [name for name in (log.table,) if name in frame]
    within = read_keys(frame[[DEPRIVATION, *value]], of_within, groups=group.within, areas="any")[DEPRIVATION]
    kept = by_main.loc[within.index]
    return kept.assign(**{DEPRIVATION: kept[DEPRIVATION].astype(str) + BETWEEN + within.astype(str)})


def read_crossed_reference(group: Group, known: Iterable[str], log: DataLog) -> str:
    """Find the cell that others are compared with: the least deprived of the reference group (rules U01 and U06).

    Examples
    --------
    >>> known = [crossed_label(main, q) for main in ("Black", "White") for q in (1, 2, 3)]
    >>> read_crossed_reference(Group("ethnicity,deprivation", "White"), known, DataLog())
    'White, deprivation 3'
    """
    apart = [labels_apart(label) for label in known]
    mains, withins = (sorted(set(labels)) for labels in zip(*apart, strict=True))
    if len(mains) < FEWEST_MAIN or len(withins) < FEWEST_WITHIN:
        log.add("U06", detail=f"{group.main} has {len(mains)}, deprivation {len(withins)}")
    if withins != list(range(1, len(withins) + 1)):
        log.add("D03", detail=f"groups {', '.join(map(str, withins))}")
    reference = read_reference(Group(group.main, group.reference), list(map(str, mains)), log)
    return crossed_label(reference, withins[-1])


def order_crossed(cells: xr.Dataset, reference: str) -> xr.Dataset:
    """Put the reference group last, deprivation from the most to the least within each, and keep both labels apart.

    Parameters
    ----------
    cells
        With labels of both groupings along ``deprivation``, and ``population``.
    reference
        The label that comes last.

    Returns
    -------
    xarray.Dataset
        Along ``group``, with the coordinates ``main_group`` and ``deprivation_group``, and the national ``position`` of
        each deprivation group, whoever lives there.

    Examples
    --------
    >>> labels = [crossed_label(main, q) for main in ("A", "B") for q in (1, 2, 3)]
    >>> cells = xr.Dataset({"population": (("ics", "deprivation"), [[1.0] * 6])}, {"deprivation": labels})
    >>> order_crossed(cells, "A, deprivation 3")["group"].values.tolist()[2:4]
    ['B, deprivation 3', 'A, deprivation 1']
    """
    last = labels_apart(reference)[0]
    apart = sorted(map(labels_apart, cells[DEPRIVATION].values.tolist()), key=lambda pair: (pair[0] == last, *pair))
    main, within = (np.array(labels) for labels in zip(*apart, strict=True))
    cells = cells.sel({DEPRIVATION: [crossed_label(*pair) for pair in apart]})
    position = ridit(people_by_deprivation(cells["population"].sum(ICS))).sel({DEPRIVATION: within}).values
    coords = {MAIN: main, WITHIN: within, "position": position}
    return cells.rename({DEPRIVATION: GROUP}).assign_coords({name: (GROUP, values) for name, values in coords.items()})


def people_by_deprivation(people: xr.DataArray) -> xr.DataArray:
    """Add people of all main groups up by deprivation.

    Parameters
    ----------
    people
        With labels of both groupings along ``deprivation``, and any other dims.

    Returns
    -------
    xarray.DataArray
        Along ``deprivation``, from 1, and the other dims.

    Examples
    --------
    >>> labels = [crossed_label(main, q) for main in ("A", "B") for q in (1, 2)]
    >>> people_by_deprivation(xr.DataArray([1.0, 2.0, 3.0, 4.0], {"deprivation": labels})).values
    array([4., 6.])
    """
    within = [labels_apart(str(label))[1] for label in people[DEPRIVATION].values]
    return people.assign_coords({DEPRIVATION: within}).groupby(DEPRIVATION).sum()


def refuse_crossed_table(name: str, group: Group) -> None:
    """Refuse two groupings for a table that takes one.

    Raises
    ------
    OptionError
        Names the groupings that can be chosen.
    """
    if group.crossed and name not in CROSSED_TABLES:
        raise OptionError(
            f"a table of {name} takes one grouping; name {group.main} or {DEPRIVATION} alone with --group"
        )


def refuse_crossed(group: Group, what: str, way_out: str) -> None:
    """Refuse what cannot be done with two groupings yet.

    Parameters
    ----------
    group
        What the groups are.
    what, way_out
        What is refused, and what to do instead.

    Raises
    ------
    OptionError
        When the groups are of two groupings.

    Examples
    --------
    >>> refuse_crossed(Group("ethnicity"), "several years", "fit one year")
    >>> refuse_crossed(Group("ethnicity,deprivation"), "several years", "fit one year")
    Traceback (most recent call last):
    equitymodel.errors.OptionError: several years cannot be had with deprivation within ethnicity; fit one year
    """
    if group.crossed:
        raise OptionError(f"{what} cannot be had with {DEPRIVATION} within {group.main}; {way_out}")
