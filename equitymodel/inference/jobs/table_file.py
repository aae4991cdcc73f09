"""A table in a file that gives it back to the last digit: its columns with their types, as JSON."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from equitymodel.errors import OptionError


def write_table(table: pd.DataFrame, path: Path) -> None:
    """Write a table of numbers, text, truths and dates to a file; an existing one is replaced."""
    path.write_text(table_text(table), encoding="utf-8", newline="\n")


def read_table(path: Path) -> pd.DataFrame:
    """Read a table that `write_table` wrote."""
    return table_from(path.read_text(encoding="utf-8"))


def table_text(table: pd.DataFrame) -> str:
    """Write a table of numbers, text, truths and dates down as JSON, every number to the last digit.

    Parameters
    ----------
    table
        With one row of column names, which are text.

    Returns
    -------
    str
        JSON; `table_from` reads it.

    Raises
    ------
    OptionError
        When a column is of another kind, or the index has levels.

    Examples
    --------
    >>> table_from(table_text(pd.DataFrame({"gap": [0.1 + 0.2, float("nan")]})))["gap"].tolist()
    [0.30000000000000004, nan]
    """
    if isinstance(table.index, pd.MultiIndex) or not all(isinstance(name, str) for name in table.columns):
        raise OptionError("a table is kept if its index has one level and its columns are named by text; reset_index()")
    index = None if _counts_rows(table.index) else _lay_out(table.index.to_series(name=None), table.index.name)
    stored = {"rows": len(table), "index": index, "columns": [_lay_out(table[name], name) for name in table.columns]}
    return json.dumps(stored, indent=1)


def table_from(text: str) -> pd.DataFrame:
    """Read a table that `table_text` wrote down."""
    stored = json.loads(text)
    index = pd.RangeIndex(stored["rows"])
    if stored["index"] is not None:
        index = pd.Index(_column(stored["index"]), name=stored["index"]["name"])
    columns = {each["name"]: _column(each).set_axis(index) for each in stored["columns"]}
    return pd.DataFrame(columns, index=index, columns=pd.Index(list(columns), dtype="str"))


def _counts_rows(index: pd.Index) -> bool:
    return isinstance(index, pd.RangeIndex) and index.name is None and index.equals(pd.RangeIndex(len(index)))


def _lay_out(column: pd.Series, name: object) -> dict[str, Any]:
    """Lay a column out; what is missing among text and dates is null."""
    kind = str(column.dtype)
    plain = isinstance(column.dtype, np.dtype) and column.dtype.kind in "bifuOM"
    if not plain and not isinstance(column.dtype, pd.StringDtype):
        raise OptionError(f"column '{name}' is of kind {kind}, which is not kept; numbers, text, truths and dates are")
    if column.dtype.kind == "M":
        values = [None if pd.isna(each) else each.isoformat() for each in column]
    elif isinstance(column.dtype, pd.StringDtype):
        values = [None if pd.isna(each) else str(each) for each in column]
    else:
        values = [_scalar(each, name) for each in column.tolist()]
    return {"name": name, "kind": kind, "values": values}


def _scalar(value: object, name: object) -> object:
    """Take a value of a column of many kinds, if JSON has it."""
    plain = value.item() if isinstance(value, np.generic) else value
    if plain is None or isinstance(plain, (bool, int, float, str)):
        return plain
    raise OptionError(
        f"column '{name}' holds a {type(value).__name__}, which is not kept; numbers, text, truths and dates are"
    )


def _column(stored: dict[str, Any]) -> pd.Series:
    return pd.Series(stored["values"], dtype=stored["kind"], name=stored["name"])
