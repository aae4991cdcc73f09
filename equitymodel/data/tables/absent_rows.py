"""Rows that are not there: which rule they meet, and what their counts may be."""

from __future__ import annotations

from collections.abc import Hashable

import numpy as np
import pandas as pd
import xarray as xr

from equitymodel.data.tables.findings import DataLog
from equitymodel.data.tables.rules import Rule
from equitymodel.data.tables.suppression import Absent, SmallNumberRule

RULES = (
    Rule(
        "K05",
        "error",
        "some combinations of ICS, group and procedure have no row",
        "say what an absent row means: --incomplete zero (no admissions), --incomplete missing (not "
        "known), or --incomplete suppressed (a small count, with --small-numbers)",
    ),
    Rule("K07", "repair", "absent rows were read as zero admissions, as asked"),
    Rule(
        "K08",
        "warning",
        "cells without a known count are left out of the likelihood, as asked; small counts are "
        "likelier to be missing, so what is left may be biased upward",
    ),
    Rule("K09", "repair", "absent rows were read as suppressed counts, as asked"),
    Rule(
        "K10",
        "error",
        "absent rows are to be read as suppressed counts, but no rule says what those may be",
        "name the rule, for example --small-numbers lt5",
    ),
)

FEW_OF_ITS_ROWS = 0.25
RULE_OF_ABSENT = {"error": "K05", "zero": "K07", "missing": "K08", "suppressed": "K09"}
"""Which rule an absent row meets."""


def absent_row(counts: pd.Series, rule: SmallNumberRule | None, absent: Absent, log: DataLog) -> tuple[float, float]:
    """Say what the count of an absent row may be; missing where nothing is known of it.

    Parameters
    ----------
    counts
        The counts that are shown; they say whether zeros are shown too.
    rule
        What a suppressed count may be.
    absent
        What an absent row means.
    log
        Where rule K10 is recorded.

    Raises
    ------
    EquityDataError
        Rule K10, when an absent row means a suppressed count and no rule says what that may be.

    Examples
    --------
    >>> absent_row(pd.Series([5.0, 9.0]), SmallNumberRule(1, 4), "suppressed", DataLog())
    (0, 4)
    """
    if absent == "suppressed" and rule is None:
        log.add("K10")
        log.raise_errors()
    if absent == "suppressed" and rule is not None:
        return rule.absent(zeros_shown=bool((counts == 0).any()))
    return (0.0, 0.0) if absent == "zero" else (np.nan, np.nan)


def seldom_named(present: xr.DataArray) -> str:
    """Name the labels that have few rows where others have many: they are likelier misspelt than without rows.

    Parameters
    ----------
    present
        True where there is a row; its dims are what rows are named by.

    Returns
    -------
    str
        The first three; nothing where there is none.

    Examples
    --------
    >>> rows = [[True, True, False], [True, True, True], [True, True, False], [True, True, False], [True, True, False]]
    >>> seldom_named(xr.DataArray(rows, {"procedure": ["hip", "knee", "kneee"]}, ("ics", "procedure")))
    "only 1 of 5 rows has procedure 'kneee': is it misspelt?"
    """
    found = []
    for dim in present.dims:
        rows = present.sum([other for other in present.dims if other != dim])
        full = present.size // present.sizes[dim]
        few = rows[(rows > 0) & (rows <= FEW_OF_ITS_ROWS * full)]
        if (rows > FEW_OF_ITS_ROWS * full).any():
            found += [(int(number), full, dim, label) for label, number in few.to_series().items()]
    return "; ".join(_seldom(*each) for each in sorted(found, key=lambda each: each[:2])[:3])


def _seldom(number: int, full: int, dim: Hashable, label: Hashable) -> str:
    return f"only {number:,} of {full:,} rows {'has' if number == 1 else 'have'} {dim} {str(label)!r}: is it misspelt?"
