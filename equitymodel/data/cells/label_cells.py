"""Cells that say what their groups are, how areas are called, and where everything came from."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import pandas as pd
import xarray as xr

from equitymodel.data.cells.cell_facts import CellFacts
from equitymodel.data.cells.cross_checks import over_periods
from equitymodel.data.tables.areas import area_names, area_regions
from equitymodel.data.tables.checked_table import CheckedTable
from equitymodel.data.tables.crossed_groups import order_crossed, read_crossed_reference
from equitymodel.data.tables.deprivation import Deprivation, ridit
from equitymodel.data.tables.deprivation_index import agreed_index
from equitymodel.data.tables.findings import DataLog, raise_errors
from equitymodel.data.tables.groups import Group, read_reference
from equitymodel.data.tables.kept_as_text import TableSource
from equitymodel.data.tables.keys import Groups
from equitymodel.errors import OptionError
from equitymodel.vocabulary import ADJUSTMENTS, DEPRIVATION, GROUP, ICS


@dataclass(frozen=True)
class CellTables:
    """The checked tables that cells are made from."""

    admissions: CheckedTable
    population: CheckedTable
    need: CheckedTable | None = None
    rates: CheckedTable | None = None
    not_offered: CheckedTable | None = None

    @property
    def given(self) -> list[CheckedTable]:
        """Those that were given, in order."""
        tables = (self.admissions, self.population, self.need, self.rates, self.not_offered)
        return [table for table in tables if table is not None]


def find_group(tables: CellTables, groups: Groups, log: DataLog) -> Group:
    """Find what the groups are, and refuse tables or options that say different things.

    Parameters
    ----------
    tables
        Each of which knows the column its groups came from.
    groups
        What was said about them.
    log
        Where rules U01, U02 and D04 are recorded.

    Returns
    -------
    Group
        With the label of the reference group in the spelling of the tables.

    Raises
    ------
    OptionError
        When what was said does not go with the tables.
    """
    name = tables.admissions.group
    for table in (table for table in (tables.population, tables.need) if table and table.group != name):
        log.add("U02", detail=f"admissions are by {name}, {table.name} by {table.group}")
    if groups.name != name and not (isinstance(groups, Deprivation) and groups == Deprivation()):
        raise OptionError(f"the tables are by {name}, and groups say {groups.name}; describe the groups they have")
    if name != DEPRIVATION:
        group = groups if isinstance(groups, Group) else Group(name)
        known = sorted(set(tables.admissions.frame[DEPRIVATION].unique()))
        if group.crossed:
            group.within.note_index(log)
            return Group(name, read_crossed_reference(group, known, log))
        return Group(name, read_reference(group, known, log))
    if isinstance(groups, Group) and groups.reference:
        raise OptionError("a reference group goes with groups other than deprivation; name their column: Group(name)")
    deprivation = groups if isinstance(groups, Deprivation) else Deprivation()
    deprivation.note_index(log)
    return Group()


def with_index(groups: Groups, tables: CellTables, log: DataLog) -> Groups:
    """Give groups of deprivation the index that the tables name, where none was said (rule D10 where two are meant)."""
    by_table = {table.name: table.index for table in tables.given}
    if isinstance(groups, Group) and groups.crossed:
        return replace(groups, within=replace(groups.within, index=agreed_index(groups.within.index, by_table, log)))
    if not isinstance(groups, Deprivation) or tables.admissions.group != DEPRIVATION:
        return groups
    return replace(groups, index=agreed_index(groups.index, by_table, log))


def label_cells(cells: xr.Dataset, tables: CellTables, facts: CellFacts, log: DataLog) -> xr.Dataset:
    """Put groups in order, name areas, and keep what is known with the cells; stop at errors.

    Parameters
    ----------
    cells
        Brought together from the tables.
    tables
        With their findings, and how areas are called.
    facts
        What is known so far: the groups, the index, age bands and how rates were drawn.
    log
        What was found on the way.

    Returns
    -------
    xarray.Dataset
        Cells that carry all facts.

    Raises
    ------
    EquityDataError
        When any rule of the contract is broken.
    """
    findings = [item for table in tables.given for item in table.findings] + log.findings
    raise_errors(findings)
    cells = in_order(cells, facts.group)
    adjustment = facts.group.adjusted(ADJUSTMENTS[str(cells["adjustment"].values[-1])])
    sources = tuple(TableSource(table.name, table.source, table.sha256) for table in tables.given)
    known = replace(facts, adjustment=adjustment, findings=tuple(findings), sources=sources)
    return known.keep_with(cells.assign_coords(area_coords(cells, [table.frame for table in tables.given])))


def area_coords(cells: xr.Dataset, frames: Sequence[pd.DataFrame]) -> dict[str, tuple[str, list[str]]]:
    """Name areas and their regions, by the tables where those say how they are called."""
    codes = [str(code) for code in cells[ICS].values]
    names, regions = area_names(codes), area_regions(codes)
    for frame in frames:
        if "ics_name" in frame:
            named = frame.drop_duplicates(ICS, keep="last")
            names |= dict(zip(named[ICS].astype(str), named["ics_name"], strict=True))
    return {"ics_name": (ICS, [names[code] for code in codes]), "region": (ICS, [regions[code] for code in codes])}


def in_order(cells: xr.Dataset, group: Group) -> xr.Dataset:
    """Put the group to compare with last, and give deprivation its national positions.

    Examples
    --------
    >>> cells = xr.Dataset({"population": (("ics", "deprivation"), [[5.0, 5.0]])}, {"deprivation": ["a", "b"]})
    >>> in_order(cells, Group("ethnicity", "a"))["group"].values.tolist()
    ['b', 'a']
    """
    if group.ordered:
        return cells.assign_coords(position=ridit(over_periods(cells["population"].sum(ICS))))
    if group.crossed:
        return order_crossed(cells, group.reference)
    labels = sorted(str(label) for label in cells[DEPRIVATION].values)
    cells = cells.sel({DEPRIVATION: [*(label for label in labels if label != group.reference), group.reference]})
    return cells.rename({DEPRIVATION: GROUP})
