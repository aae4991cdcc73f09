"""Open data of Public Health Scotland: a column of qualifiers beside each column, and names without spaces."""

from __future__ import annotations

import pandas as pd

from equitymodel.data.tables.deprivation_index import INDEX_COLUMN
from equitymodel.data.tables.layouts.table_layout import AsContract, RawTable, TableLayout
from equitymodel.vocabulary import AGE_BAND, DEPRIVATION, ICS, PERIOD, PROCEDURE, SEX

QUALIFIER = "qf"
NAMES: dict[str, tuple[str, ...]] = {
    PERIOD: ("weekending", "monthending", "quarter", "month", "year"),
    ICS: ("hscp", "hb", "hbr", "hbt", "ca"),
    DEPRIVATION: ("simdquintile", "simddecile", "simd"),
    AGE_BAND: ("agegroup", "age"),
    SEX: ("sex",),
    PROCEDURE: ("admissiontype", "proceduregroup", "procedure"),
    "admissions": ("numberadmissions", "numberofadmissions", "admissions"),
    "population": ("population",),
}
"""What its columns are called, by that of the contract."""
DERIVED = "d"
"""The qualifier of labels that stand for several others together, and so of totals."""


def recognises(table: RawTable) -> bool:
    """Say whether a table has a column of areas of Scotland, and qualifiers beside some column."""
    columns = set(table.frame.columns)
    return bool(columns & set(NAMES[ICS])) and bool(_qualified(table.frame))


def read(table: RawTable) -> AsContract:
    """Put qualifiers in the place of empty values, leave out totals, and give columns the names of the contract."""
    frame, qualified = table.frame, _qualified(table.frame)
    values = {name for target in ("admissions", "population") for name in NAMES[target]}
    totals = pd.Series(False, index=frame.index)
    for column in (column for column in qualified if column not in values):
        totals |= frame[column + QUALIFIER] == DERIVED
    frame = frame[~totals]
    did = [f"{int(totals.sum()):,} rows of totals, with qualifier 'd', left out"] if totals.any() else []
    for column in qualified:
        qualifiers = frame[column + QUALIFIER].astype(str)
        empty = (frame[column].astype(str) == "") & (qualifiers != "")
        frame = frame.assign(**{column: frame[column].mask(empty, "[" + qualifiers + "]")})
        did += [f"{column}: {n:,} empty with qualifier {q!r} read as '[{q}]'"
                for q, n in qualifiers[empty].value_counts().items()]  # fmt: skip
    frame = frame.drop(columns=[column for column in map(str, frame.columns) if column.endswith(QUALIFIER)])
    return _named(frame, did)


def _qualified(frame: pd.DataFrame) -> list[str]:
    """Name the columns that have qualifiers beside them."""
    return [column for column in map(str, frame.columns) if column + QUALIFIER in frame]


def _named(frame: pd.DataFrame, did: list[str]) -> AsContract:
    """Give columns the names of the contract; two that may both be meant are said."""
    found = {target: [name for name in names if name in frame] for target, names in NAMES.items()}
    lacks = [f"columns {' and '.join(names)} may both be {target!r}; leave one out with --ignore-column"
             for target, names in found.items() if len(names) > 1]  # fmt: skip
    renamed = {names[0]: target for target, names in found.items() if names}
    did += [f"{old!r} read as {new!r}" for old, new in renamed.items() if old != new]
    frame = frame.rename(columns=renamed)
    if DEPRIVATION in frame:
        frame = frame.assign(**{INDEX_COLUMN: "SIMD"})
    if PERIOD in frame:
        days = frame[PERIOD].astype(str)
        whole = days.str.replace(r"^(\d{4})(\d\d)(\d\d)$", r"\1-\2-\3", regex=True)
        frame = frame.assign(**{PERIOD: whole})
    return AsContract(frame, tuple(did), tuple(lacks))


LAYOUT = TableLayout("open data of Public Health Scotland", recognises, read)
