"""What a table says alike on all its rows, or on all rows of a measure: said once, in the notes of its folder."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd

from equitymodel.vocabulary import ICS

OF_A_TABLE = ("period", "synthetic", "approximate")
"""Columns that are said once where they are the same on all rows."""
OF_A_MEASURE = ("interval_probability", "interval_kind", "interval_for", "basis", "variant", "unit", "probability_of")
"""Columns that are said once where they are the same on all rows of a measure."""
MEASURES = ("measure", "quantity", "question")
"""The column that names what a row measures: the first of these that a table has."""
REGION = "region"
COLUMNS = ["table", "of", "column", "says"]
"""Of the notes; ``of`` names a measure, and is empty where all rows say the same."""


def said_once(table: pd.DataFrame) -> dict[str, dict[str, Any]]:
    """Give what a table says alike: for each such column its text by measure, under no name where of all rows.

    Examples
    --------
    >>> rows = {"measure": ["ratio", "ratio", "sum"], "unit": ["ratio", "ratio", "admissions"], "basis": "for need"}
    >>> said_once(pd.DataFrame(rows))
    {'basis': {'': 'for need'}, 'unit': {'ratio': 'ratio', 'sum': 'admissions'}}
    """
    found: dict[str, dict[str, Any]] = {}
    for column in (*OF_A_TABLE, *OF_A_MEASURE):
        if column in table and len(table) and table[column].nunique(dropna=False) == 1:
            found[column] = {"": table[column].iloc[0]}
    by = next((name for name in MEASURES if name in table), None)
    for column in OF_A_MEASURE if by else ():
        if column in table and column not in found and (table.groupby(by)[column].nunique(dropna=False) <= 1).all():
            found[column] = dict(table.groupby(by, sort=False)[column].first())
    return found


def notes_of(name: str, said: Mapping[str, Mapping[str, Any]]) -> list[tuple[Any, ...]]:
    """Lay out what `said_once` gives as rows of the notes; where nothing is said, nothing is laid out."""
    rows = [(name, of, column, text) for column, texts in said.items() for of, text in texts.items()]
    return [row for row in rows if not pd.isna(row[-1]) and row[-1] != ""]


def with_notes(table: pd.DataFrame, notes: pd.DataFrame) -> pd.DataFrame:
    """Put back into a table what its notes say.

    Parameters
    ----------
    table
        As read from CSV.
    notes
        The rows of the notes that are about it; those of earlier versions say ``on_every_row``.
    """
    notes = notes.rename(columns={"on_every_row": "says"})
    notes = notes.assign(of=notes["of"].astype(object).fillna("") if "of" in notes else "")
    by = next((name for name in MEASURES if name in table), None)
    for column, rows in notes.groupby("column", sort=False):
        texts = dict(zip(rows["of"], _numbers(rows["says"]), strict=True))
        alike = "" in texts or by is None
        table = table.assign(**{str(column): texts.get("") if alike else table[by].map(texts)})
    return table


def _numbers(texts: pd.Series) -> pd.Series:
    """Give numbers where all are."""
    numbers = pd.to_numeric(texts, errors="coerce")
    return texts if numbers.isna().any() else numbers


def regions_of(tables: Mapping[str, pd.DataFrame]) -> pd.DataFrame:
    """List the region of each area of some tables; nothing where they name none, or an area has several.

    Examples
    --------
    >>> regions_of({"gaps": pd.DataFrame({"ics": ["A", "A"], "region": ["London"] * 2})}).values.tolist()
    [['A', 'London']]
    """
    named = [table[[ICS, REGION]] for table in tables.values() if {ICS, REGION} <= set(table)]
    areas = pd.concat(named).drop_duplicates() if named else pd.DataFrame(columns=[ICS, REGION])
    return areas if areas[ICS].is_unique else areas.iloc[:0]
