"""Text to numbers: separators, suppression markers, and what is not a count."""

from __future__ import annotations

import re

import numpy as np
import pandas as pd

from equitymodel.data.tables.distinct_values import by_distinct
from equitymodel.data.tables.findings import DataLog
from equitymodel.data.tables.rules import Rule
from equitymodel.data.tables.suppression import (
    HIGH,
    LOW,
    SmallNumberRule,
    named_bounds,
    small_number_rule,
)

RULES = (
    Rule("F04", "repair", "thousands separators were read as part of the number"),
    Rule("C01", "error", "a negative count", "correct the count; reversals belong in the cell they reverse"),
    Rule(
        "C02",
        "error",
        "a count that is not a whole number",
        "give counts of admissions, not rates, averages or model estimates",
    ),
    Rule(
        "C03",
        "error",
        "an empty count",
        "write 0 if there were none; if it is not known, delete the row and use --incomplete missing",
    ),
    Rule("C04", "error", "a value that is not a number", "correct the value"),
    Rule(
        "C05",
        "error",
        "a suppressed count; suppressed is not zero",
        "name the publisher's rule, for example --small-numbers hes, so that the model sees what it may "
        "be; --small-numbers exclude reads it as not known; never replace it with 0 or a midpoint",
    ),
    Rule("C06", "repair", "suppressed counts were read as not known, as asked"),
    Rule("C12", "repair", "suppressed counts were read as intervals, as asked"),
    Rule(
        "C13",
        "error",
        "a suppression marker that names other bounds than the rule does",
        "name the rule the publisher used, or write it: --small-numbers 1-9 where 1 to 9 are hidden",
    ),
    Rule(
        "C14",
        "error",
        "a count that the rule for small numbers would have hidden or rounded",
        "name the rule the publisher used; if the counts are exact, leave --small-numbers out",
    ),
    Rule("C15", "repair", "rounded counts were read as intervals, as asked"),
)
SUPPRESSED = re.compile(
    r"^(\*+|<=?\s*\d+|\d\s*[-\u2013]\s*\d{1,2}|\.\.?|:|[-\u2013]|\[?[csxz]\]?|sup\w*|null|n/?a|#n/a)$", re.IGNORECASE
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
    text = by_distinct(column, lambda values: values.str.replace("\u2212", "-", regex=False))
    grouped = by_distinct(text, lambda values: values.str.match(THOUSANDS))
    if grouped.any():
        log.add("F04", detail=f"column {column.name}", rows=_name(column, grouped))
    if grouped.any():
        text = text.where(~grouped, text.str.replace(r"[,\u00a0 ]", "", regex=True))
    return by_distinct(text, lambda values: pd.to_numeric(values, errors="coerce").astype(float))


def is_suppressed(column: pd.Series) -> pd.Series:
    """Mark the values that publishers write in place of a small count."""
    if pd.api.types.is_numeric_dtype(column):
        return pd.Series(False, index=column.index)
    return by_distinct(column, lambda values: values.astype(str).str.match(SUPPRESSED))


def parse_counts(column: pd.Series, log: DataLog, *, small_numbers: str | SmallNumberRule) -> pd.DataFrame:
    """Read counts of admissions and check that each is a count, or hidden under the rule.

    Returns
    -------
    pandas.DataFrame
        ``admissions_low`` and ``admissions_high``: whole numbers as floats, both the same where
        the count is known, both missing where nothing is; and ``admissions``, missing unless known.
    """
    rule = small_number_rule(small_numbers)
    numbers = parse_numbers(column, log)
    hidden = is_suppressed(column)
    if hidden.any():
        log.add({"error": "C05", "exclude": "C06"}.get(str(small_numbers), "C12"),
                detail="" if rule is None else str(rule), rows=_name(column, hidden))  # fmt: skip
    broken = {
        "C01": numbers < 0,
        "C02": (numbers != np.floor(numbers)) & numbers.notna(),
        "C03": numbers.isna() & ~hidden & (column.astype("object").fillna("").astype(str) == ""),
    }
    for number, rows in broken.items():
        if rows.any():
            log.add(number, rows=_name(column, rows))
    low, high = numbers, numbers
    if rule is not None:
        low, high = _bounds(column, numbers, hidden, rule, log)
    return pd.DataFrame({"admissions": low.where(low == high), LOW: low, HIGH: high})


def _bounds(
    column: pd.Series, numbers: pd.Series, hidden: pd.Series, rule: SmallNumberRule, log: DataLog
) -> tuple[pd.Series, pd.Series]:
    """Give what every count may be under the rule, and record what the rule contradicts."""
    markers = column[hidden].astype(str)
    named = markers.map(named_bounds)
    contradicted = named.map(lambda own: own is not None and own != (rule.low, rule.high))
    if contradicted.any():
        rows = contradicted.reindex(column.index, fill_value=False).astype(bool)
        log.add("C13", detail=f"the rule says that {rule}", rows=_name(column, rows))
    impossible = (numbers >= 0) & ~rule.would_show(numbers.fillna(0).to_numpy())
    if impossible.any():
        log.add("C14", detail=f"the rule says that {rule}", rows=_name(column, impossible))
    elif rule.rounded_to > 1 and (numbers > 0).any():
        log.add("C15", detail=str(rule), count=int((numbers > 0).sum()))
    low, high = (pd.Series(ends, index=column.index) for ends in rule.bounds(numbers.to_numpy()))
    return low.where(numbers.notna()).mask(hidden, rule.low), high.where(numbers.notna()).mask(hidden, rule.high)


def _name(column: pd.Series, chosen: pd.Series) -> list[str]:
    return [f"{label}: {value!r}" for label, value in column[chosen].items()]
