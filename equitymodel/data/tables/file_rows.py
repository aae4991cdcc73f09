"""Rows of a file: what they are called, and which hold anything."""

from __future__ import annotations

import numpy as np
import pandas as pd


def name_lines(first: int, rows: int) -> pd.Index:
    """Name the rows of a file by their lines.

    Examples
    --------
    >>> name_lines(2, 2).tolist()
    ['row 2', 'row 3']
    """
    lines = pd.Series(range(first, first + rows)).astype("str")
    return pd.Index("row " + lines)


def hold_anything(frame: pd.DataFrame) -> np.ndarray:
    """Mark the rows that hold anything; by column, as tables have many rows.

    Examples
    --------
    >>> hold_anything(pd.DataFrame({"ics": ["QHL", ""], "admissions": ["", None]}))
    array([ True, False])
    """
    filled = np.zeros(len(frame), dtype=bool)
    for place in range(frame.shape[1]):
        column = frame.iloc[:, place]
        values = column.astype("object") if column.dtype == "category" else column
        filled |= (column.notna() & values.ne("")).to_numpy(dtype=bool)
    return filled
