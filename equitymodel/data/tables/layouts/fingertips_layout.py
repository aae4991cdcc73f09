"""The export of Fingertips (public health profiles, OHID): one file holds counts and denominators by category."""

from __future__ import annotations

import re

import pandas as pd

from equitymodel.data.tables.deprivation_index import INDEX_COLUMN, index_named_in
from equitymodel.data.tables.layouts.table_layout import AsContract, RawTable, TableLayout
from equitymodel.vocabulary import AGE_BAND, DEPRIVATION, ICS, PERIOD, PROCEDURE, SEX

COLUMNS = {"area_code", "category_type", "category", "count", "denominator"}
VALUES = {"admissions": ("count", "admissions"), "population": ("denominator", "population")}
KEYS = {"area_code": ICS, "area_name": "ics_name", "time_period": PERIOD, "sex": SEX, "age": AGE_BAND}
STEPS = {"": 1, "second": 2, "third": 3, "fourth": 4, "fifth": 5}
CATEGORY = re.compile(
    r"^(?P<step>second|third|fourth|fifth)?\s*(?P<end>most|more|least|less) deprived (?P<kind>quintile|decile)", re.I
)
SIZES = {"quintile": 5, "decile": 10}
SUPPRESSED, NOT_KNOWN = re.compile(r"suppress|disclos|small", re.I), re.compile(r"missing|not available|cannot", re.I)
TOTALS = {SEX: "Persons", AGE_BAND: "All ages"}


def recognises(table: RawTable) -> bool:
    """Say whether a table has the columns of the export."""
    return table.name in VALUES and set(table.frame.columns) >= COLUMNS


def read(table: RawTable) -> AsContract:
    """Take the rows by groups, and the counts or the denominators of them."""
    value, column = VALUES[table.name]
    frame, lacks = _rows_by_group(table)
    groups = frame["category"].map(_group) if table.group == DEPRIVATION else frame["category"]
    unread = [
        f"{row}: category {frame['category'][row]!r} is no group; delete its rows" for row in frame.index[groups == ""]
    ]
    did = [f"rows by {', '.join(frame['category_type'].unique())}", f"{value!r} read as {column!r}"]
    if len(table.frame) > len(frame):
        did.append(f"{len(table.frame) - len(frame):,} rows that are not by {table.group}, or of other areas, left out")
    found = _keys(frame).assign(**{table.group: groups, column: _values(frame, value)})
    if table.group == DEPRIVATION and len(frame):
        found = found.assign(**{INDEX_COLUMN: index_named_in(frame["category_type"].iloc[0])})
    if table.name == "population":
        found = found[~found.drop(columns="ics_name", errors="ignore").duplicated()]
    else:
        found = found.assign(**{PROCEDURE: _procedures(frame)})
        lacks += _counts_twice(found, frame, did)
    return AsContract(found, tuple(did), (*lacks, *unread))


def _rows_by_group(table: RawTable) -> tuple[pd.DataFrame, list[str]]:
    """Keep the rows by groups of people, of one kind of category and of area; say what else there is."""
    kind = "deprivation" if table.group == DEPRIVATION else table.group.replace("_", " ")
    frame = table.frame[table.frame["category_type"].str.contains(kind, case=False, regex=False)]
    if "area_type" in frame and frame["area_type"].nunique() > 1:
        boards = frame["area_type"].str.contains("ICB", regex=False)
        frame = frame[boards] if boards.any() else frame
    lacks = [] if len(frame) else [f"no rows have a category type with {kind!r}: export them by that inequality"]
    kinds = {name: list(frame[name].unique()) for name in ("category_type", "area_type") if name in frame}
    lacks += [f"{name} is {' and '.join(map(repr, labels))}: keep the rows of one"
              for name, labels in kinds.items() if len(labels) > 1]  # fmt: skip
    return frame, lacks


def _group(category: str) -> str:
    """Read a category as the number of its group, with the end where it is one."""
    found = CATEGORY.match(category)
    if category.lower().startswith("middle quintile"):
        return "3"
    if not found:
        return ""
    size, step = SIZES[found["kind"].lower()], STEPS[(found["step"] or "").lower()]
    number = step if found["end"].lower() in ("most", "more") else size + 1 - step
    return f"{number} - {found['end'].lower()} deprived" if step == 1 else str(number)


def _keys(frame: pd.DataFrame) -> pd.DataFrame:
    """Name rows as the contract does; sex and age only where they divide them."""
    found = frame[[column for column in KEYS if column in frame]].rename(columns=KEYS)
    undivided = [column for column in (SEX, AGE_BAND) if column in found and found[column].nunique() == 1]
    return found.drop(columns=undivided)


def _values(frame: pd.DataFrame, value: str) -> pd.Series:
    """Give the numbers, with the meaning of the note where there is none."""
    values = frame[value].astype(str)
    if "value_note" not in frame:
        return values
    notes = frame["value_note"].astype(str)
    markers = notes.mask(notes.str.contains(NOT_KNOWN), "[x]").mask(notes.str.contains(SUPPRESSED), "[c]")
    return values.mask((values == "") & (notes != ""), markers)


def _procedures(frame: pd.DataFrame) -> pd.Series:
    """Take procedures from a column of that name, added by hand, or else from the indicators."""
    return frame[PROCEDURE] if PROCEDURE in frame else frame["indicator_name"]


def _counts_twice(found: pd.DataFrame, frame: pd.DataFrame, did: list[str]) -> list[str]:
    """Say where an indicator has two counts for one group of one area, so that they cannot be told apart."""
    did.append(f"{'procedure' if PROCEDURE in frame else 'indicator_name'!r} read as 'procedure'")
    keys = [column for column in found if column not in ("admissions", "ics_name")]
    twice = found.duplicated(keys, keep=False)
    if not twice.any():
        return []
    _, same = next(iter(found[twice].groupby(keys, sort=False)))
    counts = " and ".join(same["admissions"])
    return [f"{' and '.join(same.index)}: counts {counts} of one indicator, area, category and period; say in a "
            "column 'procedure' what each is of, or delete the copies"]  # fmt: skip


LAYOUT = TableLayout("Fingertips export", recognises, read)
