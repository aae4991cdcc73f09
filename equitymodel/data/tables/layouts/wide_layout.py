"""A column a group: the counts of a row are those of its groups, side by side."""

from __future__ import annotations

import pandas as pd

from equitymodel.data.tables.column_names import CROSSED, VALUES, contract_name
from equitymodel.data.tables.group_columns import group_columns
from equitymodel.data.tables.layouts.table_layout import AsContract, RawTable, TableLayout
from equitymodel.vocabulary import AGE_BAND, DEPRIVATION, ICS, PERIOD, PROCEDURE, SEX

KEYS = (ICS, "ics_name", PROCEDURE, AGE_BAND, SEX, PERIOD, "deprivation_index")
VALUE_OF = {"admissions": "admissions", "population": "population", "need": "need_ratio", "series": "admissions"}
"""What the columns of each table hold."""


def recognises(table: RawTable) -> bool:
    """Say whether a table has no column of groups, and two columns or more that are groups beside others."""
    named = {contract_name(column) or column for column in map(str, table.frame.columns)}
    return table.name in VALUE_OF and not named.isdisjoint(KEYS) and len(_groups(table)) > 1


def read(table: RawTable) -> AsContract:
    """Give every group of a row a row of its own."""
    groups, value = _groups(table), VALUE_OF[table.name]
    written = {column: table.written.get(column, column) for column in groups}
    parts = [_rows_of(table, column, written[column], value) for column in groups]
    did = [f"column {written[column]!r} read as {value} of a group" for column in groups]
    return AsContract(pd.concat(parts), tuple(did))


def _rows_of(table: RawTable, column: str, group: str, value: str) -> pd.DataFrame:
    """Give the rows of one group, named by their row and column."""
    rows = table.frame.drop(columns=_groups(table))
    of_deprivation = _spread(table.group) == DEPRIVATION
    rows[_spread(table.group)] = group.replace("_", " ") if of_deprivation else group
    rows[value] = table.frame[column]
    return rows.set_axis([f"{row}, column {group!r}" for row in rows.index])


def _groups(table: RawTable) -> list[str]:
    """Name the columns that are groups: by their words for deprivation; all that are not known for other groups."""
    names = {column: contract_name(column) or column for column in map(str, table.frame.columns)}
    if _spread(table.group) in names.values() or VALUE_OF.get(table.name) in names.values():
        return []
    unknown = [column for column, name in names.items() if name not in (*KEYS, *VALUES)]
    return group_columns(unknown) if _spread(table.group) == DEPRIVATION else unknown


def _spread(group: str) -> str:
    """Name the grouping that is in columns: deprivation, where it is within other groups."""
    return DEPRIVATION if group.endswith(CROSSED) else group


LAYOUT = TableLayout("a column a group", recognises, read, option="wide")
