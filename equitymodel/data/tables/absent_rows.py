"""Rows that are not there: which rule they meet, and what their counts may be."""

from __future__ import annotations

import numpy as np
import pandas as pd

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
