"""Tables of results as files: Parquet whole; CSV for people, with remarks once and digits that carry meaning."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from equitymodel.report.plain_files import write_csv
from equitymodel.report.said_once import COLUMNS, REGION, notes_of, regions_of, said_once, with_notes
from equitymodel.vocabulary import ICS

NOTES, AREAS = "notes.csv", "areas.csv"
KEPT_SHORT = {"synthetic": "yes", "approximate": "yes"}
"""What must be seen in a table that left its folder stays on each row, in a word."""
DIGITS = 5
MANY_ROWS = 5_000


def write_tables(folder: Path, tables: Mapping[str, pd.DataFrame]) -> None:
    """Write tables as Parquet, whole, and as CSV, with what rows say alike in a file of notes, and regions in another.

    Parameters
    ----------
    folder
        An existing folder.
    tables
        By the names of their files.
    """
    notes, areas = [], regions_of(tables)
    for name, table in tables.items():
        write_parquet(folder / f"{name}.parquet", with_text_labels(table))
        said = said_once(table)
        notes += notes_of(f"{name}.csv", said)
        write_csv(folder / f"{name}.csv", with_digits(_shorter(table, said, with_region=areas.empty)))
    write_csv(folder / NOTES, pd.DataFrame(notes, columns=COLUMNS))
    if len(areas):
        write_csv(folder / AREAS, areas)


def write_parquet(path: Path, table: pd.DataFrame) -> None:
    """Write a table whole; bytes of numbers are sorted by their place, which makes the file a sixth smaller."""
    laid = pa.Table.from_pandas(table, preserve_index=False)
    numbers = [field.name for field in laid.schema if pa.types.is_floating(field.type)]
    texts = [name for name in laid.schema.names if name not in numbers]
    pq.write_table(laid, path, compression="zstd", compression_level=15, use_dictionary=texts,
                   use_byte_stream_split=numbers)  # fmt: skip


def _shorter(table: pd.DataFrame, said: Mapping[str, object], *, with_region: bool) -> pd.DataFrame:
    """Leave out what is said once."""
    away = [column for column in said if column not in KEPT_SHORT]
    away += [REGION] if REGION in table and ICS in table and not with_region else []
    words = {column: word for column, word in KEPT_SHORT.items() if column in said}
    return table.drop(columns=away).assign(**words)


def write_inputs(folder: Path, tables: Mapping[str, pd.DataFrame]) -> None:
    """Write tables that results were made of: as CSV, and long ones as Parquet, which is a tenth of it.

    Parameters
    ----------
    folder
        Made if it is not there and there are tables.
    tables
        By the names of their files.
    """
    for name, table in tables.items():
        folder.mkdir(exist_ok=True)
        if len(table) > MANY_ROWS:
            write_parquet(folder / f"{name}.parquet", table)
        else:
            write_csv(folder / f"{name}.csv", table)


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
    ['estimate', '0.12346']
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


def with_digits(table: pd.DataFrame) -> pd.DataFrame:
    """Round numbers to five significant digits: finer than their Monte Carlo error, and enough to add them up.

    Examples
    --------
    >>> rows = with_digits(pd.DataFrame({"estimate": [5695.13363521, 0.98485885905, 0.0, 12345678.9]}))
    >>> [f"{value:.12g}" for value in rows["estimate"]]
    ['5695.1', '0.98486', '0', '12346000']
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
    table = with_notes(table, notes[notes["table"] == f"{name}.csv"])
    if ICS in table and REGION not in table and (folder / AREAS).is_file():
        areas = pd.read_csv(folder / AREAS, encoding="utf-8-sig")
        table = table.assign(region=table[ICS].map(dict(zip(areas[ICS], areas[REGION], strict=True))))
    return table


def _labelled(table: pd.DataFrame) -> pd.DataFrame:
    """Give labels of deprivation as text, as they are read from CSV."""
    return table.assign(deprivation=table["deprivation"].astype(str)) if "deprivation" in table else table
