"""Tables of results as files: Parquet whole, CSV for people with remarks once and digits that carry meaning."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path

import numpy as np
import pandas as pd

from equitymodel.report.plain_files import write_csv

NOTES = "notes.csv"
REMARKS = ("interval_probability", "interval_kind", "interval_for", "basis", "synthetic", "approximate")
"""Columns that say the same on each row of a table, as a rule: they are then said once, in the notes of the folder."""
KEPT_SHORT = {"synthetic": "yes", "approximate": "yes"}
"""What must be seen in a table that left its folder stays on each row, in a word."""
DIGITS = 6


def write_tables(folder: Path, tables: Mapping[str, pd.DataFrame]) -> None:
    """Write tables as Parquet, whole, and as CSV, with what is the same on all rows in one file of notes.

    Parameters
    ----------
    folder
        An existing folder.
    tables
        By the names of their files.
    """
    notes = []
    for name, table in tables.items():
        with_text_labels(table).to_parquet(folder / f"{name}.parquet", index=False, compression="zstd")
        said = remarks(table)
        notes += [(f"{name}.csv", column, text) for column, text in said.items()]
        shorter = table.drop(columns=[column for column in said if column not in KEPT_SHORT])
        shorter = shorter.assign(**{column: word for column, word in KEPT_SHORT.items() if column in said})
        write_csv(folder / f"{name}.csv", with_digits(shorter))
    write_csv(folder / NOTES, pd.DataFrame(notes, columns=["table", "column", "on_every_row"]))


def read_tables(folder: Path, names: Iterable[str]) -> dict[str, pd.DataFrame]:
    """Read those tables that a folder holds: from Parquet; where there is none, from CSV with its notes.

    Parameters
    ----------
    folder
        A folder that `write_tables` filled, or an earlier version.
    names
        Of tables.

    Returns
    -------
    dict of pandas.DataFrame
        By name; labels of deprivation are text.

    Examples
    --------
    >>> from tempfile import mkdtemp
    >>> folder = Path(mkdtemp())
    >>> write_tables(folder, {"gaps": pd.DataFrame({"estimate": [0.1234567], "interval_kind": ["equal-tailed"]})})
    >>> read_tables(folder, ["gaps"])["gaps"].values.tolist()
    [[0.1234567, 'equal-tailed']]
    >>> (folder / "gaps.csv").read_text().split()
    ['estimate', '0.123457']
    """
    found = {}
    for name in names:
        if (folder / f"{name}.parquet").is_file():
            found[name] = _labelled(pd.read_parquet(folder / f"{name}.parquet"))
        elif (folder / f"{name}.csv").is_file():
            found[name] = _from_csv(folder, name)
    return found


def with_text_labels(table: pd.DataFrame) -> pd.DataFrame:
    """Write labels as text in columns where some are numbers and some are words, as ``1`` and ``All groups``.

    Examples
    --------
    >>> with_text_labels(pd.DataFrame({"group": [1, "All groups", None], "x": [1, 2, 3]}))["group"].tolist()
    ['1', 'All groups', None]
    """
    mixed = {str(name): column for name, column in table.items() if _is_mixed(column)}
    return table.assign(**{name: column.where(column.isna(), column.map(str)) for name, column in mixed.items()})


def _is_mixed(column: pd.Series) -> bool:
    words = {isinstance(value, str) for value in column.dropna()} if column.dtype == object else set()
    return words == {True, False}


def remarks(table: pd.DataFrame) -> dict[str, object]:
    """Give what a table says on each of its rows alike.

    Examples
    --------
    >>> remarks(pd.DataFrame({"ics": ["A", "B"], "interval_kind": ["equal-tailed"] * 2}))
    {'interval_kind': 'equal-tailed'}
    """
    alike = (
        column for column in REMARKS if column in table and len(table) and table[column].nunique(dropna=False) == 1
    )
    return {column: table[column].iloc[0] for column in alike}


def with_digits(table: pd.DataFrame) -> pd.DataFrame:
    """Round numbers to six significant digits: far finer than their Monte Carlo error, and enough to add them up.

    Examples
    --------
    >>> rows = with_digits(pd.DataFrame({"estimate": [5695.13363521, 0.98485885905, 0.0, 12345678.9]}))
    >>> [f"{value:.12g}" for value in rows["estimate"]]
    ['5695.13', '0.984859', '0', '12345700']
    """
    numbers = {str(name): column for name, column in table.items() if column.dtype.kind == "f"}
    return table.assign(**{name: _rounded(column.to_numpy()) for name, column in numbers.items()})


def _rounded(values: np.ndarray) -> np.ndarray:
    sized = np.isfinite(values) & (values != 0)
    unit = 10.0 ** (np.floor(np.log10(np.abs(np.where(sized, values, 1.0)))) - DIGITS + 1)
    rounded: np.ndarray = np.where(sized, np.round(values / unit) * unit, values)
    return rounded


def _from_csv(folder: Path, name: str) -> pd.DataFrame:
    table = pd.read_csv(folder / f"{name}.csv", encoding="utf-8-sig", dtype={"deprivation": str}, low_memory=False)
    if not (folder / NOTES).is_file():
        return table
    notes = pd.read_csv(folder / NOTES, encoding="utf-8-sig")
    own = notes[notes["table"] == f"{name}.csv"]
    return table.assign(**dict(zip(own["column"], own["on_every_row"], strict=True)))


def _labelled(table: pd.DataFrame) -> pd.DataFrame:
    """Give labels of deprivation as text, as they are read from CSV."""
    return table.assign(deprivation=table["deprivation"].astype(str)) if "deprivation" in table else table
