"""Numbers larger than anything there is to count: beyond these, they lose digits or overflow on their way."""

from __future__ import annotations

import pandas as pd

from equitymodel.data.tables.findings import DataLog
from equitymodel.data.tables.rules import Rule

RULES = (
    Rule(
        "C40",
        "error",
        "a number larger than anything there is to count",
        "correct the number: a count is 10,000,000,000 at most, which is more than there are people; any other number "
        "1,000,000,000,000, more than England's budget for health in pounds; give larger amounts in thousands",
    ),
)
LARGEST, LARGEST_COUNT = 1e12, 1e10
"""What any number, and a count of admissions, may be at most; the rule says why."""


def check_too_large(numbers: pd.Series, log: DataLog, *, largest: float = LARGEST) -> None:
    """Record the rows whose number is larger than anything there is to count.

    Parameters
    ----------
    numbers
        As read; infinite ones are recorded as no numbers before.
    log
        Where it is recorded.
    largest
        What they may be at most.
    """
    too_large = (numbers.abs() > largest) & (numbers.abs() != float("inf"))
    if too_large.any():
        rows = [f"{row}: {number:g}" for row, number in numbers[too_large].items()]
        log.add("C40", detail=f"column {numbers.name}", rows=rows)
