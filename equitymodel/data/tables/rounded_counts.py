"""Counts that look rounded, where nobody said that they are: rounding is asked about, not read as exact."""

from __future__ import annotations

import numpy as np
import pandas as pd

from equitymodel.data.tables.findings import DataLog
from equitymodel.data.tables.rules import Rule

RULES = (
    Rule(
        "C26",
        "error",
        "counts that look rounded, and would be read as exact",
        "name the rule, which then says what each count may be: --small-numbers hes, opensafely, midpoint_6, or /5 "
        "where counts are rounded and none is hidden; --small-numbers exact if they are exact all the same",
    ),
    Rule(
        "C27",
        "warning",
        "counts that look rounded are read as exact, as suppressed ones are to be left out",
        "name the rule, which then says what each count may be, instead of --small-numbers exclude",
    ),
)
BY_CHANCE = 1e-6
"""Exact counts would look so by chance as often as this, or less: a whole number is a multiple of 5 once in five."""
MIDPOINT, FEW = 6, 3
"""The stretch of midpoint rounding; and how many distinct counts there must be, as copies of one are no evidence."""


def rounding_of(counts: pd.Series, times: np.ndarray | None = None) -> str:
    """Say how counts look rounded; empty where they do not.

    Parameters
    ----------
    counts
        As shown.
    times
        How often each is met; once by default.

    Examples
    --------
    >>> rounding_of(pd.Series(range(3, 90, 6))), rounding_of(pd.Series([12, 17, 40, 35, 20]))
    ('3 more than a multiple of 6 (midpoint-6 rounding)', '')
    """
    within = ((counts > 0) & (counts < 2.0**53)).to_numpy()
    distinct, met = np.unique(counts[within]), int(_times(counts, times)[within].sum())
    if len(distinct) < FEW - 1 or (distinct != np.floor(distinct)).any():
        return ""
    if (distinct % MIDPOINT == MIDPOINT // 2).all() and float(MIDPOINT) ** -met < BY_CHANCE:
        return "3 more than a multiple of 6 (midpoint-6 rounding)"
    base = int(np.gcd.reduce(distinct.astype(np.int64)))
    rounded = base > 1 and len(distinct) >= FEW and float(base) ** -met < BY_CHANCE
    return f"a multiple of {base}" if rounded else ""


def _times(counts: pd.Series, times: np.ndarray | None) -> np.ndarray:
    return np.ones(len(counts), dtype=int) if times is None else times


def check_rounding(counts: pd.Series, log: DataLog, *, excluded: bool, times: np.ndarray | None = None) -> None:
    """Record counts that look rounded, as an error, or as a warning where suppressed counts are left out."""
    if seen := rounding_of(counts, times):
        rule, met = "C27" if excluded else "C26", _times(counts, times)
        zeros = int(met[counts == 0].sum())
        also = f"; a 0, of which there are {zeros}, may then be a small count" if zeros else ""
        log.add(rule, detail=f"each count above zero is {seen}{also}", count=int(met[counts > 0].sum()))
