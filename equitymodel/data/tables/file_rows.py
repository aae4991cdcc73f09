"""Rows of a file: what they are called, and which hold anything."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pyarrow as pa

from equitymodel.data.tables.distinct_values import by_distinct


def name_lines(first: int, rows: int) -> pd.Index:
    """Name the rows of a file by their lines.

    Examples
    --------
    >>> name_lines(2, 2).tolist()
    ['row 2', 'row 3']
    """
    lines = pa.array(np.arange(first, first + rows)).cast(pa.large_string())
    return pd.Index("row " + pd.Series(pd.array(lines, dtype="str")))


def hold_anything(frame: pd.DataFrame) -> np.ndarray:
    """Mark the rows that hold anything; by column, as tables have many rows.

    Examples
    --------
    >>> hold_anything(pd.DataFrame({"ics": ["QHL", ""], "admissions": ["", None]}))
    array([ True, False])
    """
    filled = np.zeros(len(frame), dtype=bool)
    for place in range(frame.shape[1]):
        filled |= by_distinct(frame.iloc[:, place], lambda values: values.notna() & values.ne("")).to_numpy(dtype=bool)
        if filled.all():
            break
    return filled


def keep_filled(frame: pd.DataFrame) -> pd.DataFrame:
    """Keep the rows that hold anything.

    Examples
    --------
    >>> keep_filled(pd.DataFrame({"ics": ["QHL", ""], "admissions": ["9", ""]})).to_dict("list")
    {'ics': ['QHL'], 'admissions': ['9']}
    """
    filled = hold_anything(frame)
    return frame if filled.all() else frame[filled]
