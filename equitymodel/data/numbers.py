"""Text to numbers: separators, suppression markers, and what is not a count."""

from __future__ import annotations

import re
from typing import Literal

import numpy as np
import pandas as pd

from equitymodel.data.contracts import DataLog

SmallNumbers = Literal["error", "exclude"]
SUPPRESSED = re.compile(
    r"^(\*+|<=?\s*\d+|[1-9]\s*[-\u2013]\s*[1-9]|\.\.?|:|[-\u2013]|\[?[csxz]\]?|sup\w*|null|n/?a|#n/a)$", re.IGNORECASE
)
THOUSANDS = re.compile(r"^-?\d{1,3}([,\u00a0 ]\d{3})+(\.\d+)?$")


def parse_numbers(column: pd.Series, log: DataLog) -> pd.Series:
    """Read a column of numbers, leaving suppressed and empty values as missing.

    Suppression markers are left for the caller to judge with `is_suppressed`.
    """
    if pd.api.types.is_numeric_dtype(column):
        numbers = column.astype(float)
        unreadable = numbers.abs() == np.inf
    else:
        numbers = _parse_text(column, log)
        unreadable = numbers.isna() & (column != "") & ~is_suppressed(column) | (numbers.abs() == np.inf)
    if unreadable.any():
        log.add("C04", detail=f"column {column.name}", rows=_name(column, unreadable))
    return numbers


def _parse_text(column: pd.Series, log: DataLog) -> pd.Series:
    text = column.str.replace("\u2212", "-", regex=False)
    grouped = text.str.match(THOUSANDS)
    if grouped.any():
        log.add("F04", detail=f"column {column.name}", rows=_name(column, grouped))
    text = text.where(~grouped, text.str.replace(r"[,\u00a0 ]", "", regex=True))
    return pd.to_numeric(text, errors="coerce").astype(float)


def is_suppressed(column: pd.Series) -> pd.Series:
    """Mark the values that publishers write in place of a small count."""
    if pd.api.types.is_numeric_dtype(column):
        return pd.Series(False, index=column.index)
    return column.astype(str).str.match(SUPPRESSED)


def parse_counts(column: pd.Series, log: DataLog, *, small_numbers: SmallNumbers) -> pd.Series:
    """Read counts of admissions and check that each is a count.

    Returns
    -------
    pandas.Series
        Whole numbers as floats; missing where suppressed and `small_numbers` is ``"exclude"``.
    """
    numbers = parse_numbers(column, log)
    hidden = is_suppressed(column)
    if hidden.any():
        log.add("C05" if small_numbers == "error" else "C06", rows=_name(column, hidden))
    broken = {
        "C01": numbers < 0,
        "C02": (numbers != np.floor(numbers)) & numbers.notna(),
        "C03": numbers.isna() & ~hidden & (column.astype("object").fillna("").astype(str) == ""),
    }
    for rule, rows in broken.items():
        if rows.any():
            log.add(rule, rows=_name(column, rows))
    return numbers


def _name(column: pd.Series, chosen: pd.Series) -> list[str]:
    return [f"{label}: {value!r}" for label, value in column[chosen].items()]
