"""Dates as users have them: text, `datetime.date` or `pandas.Timestamp`."""

from __future__ import annotations

import datetime as dt
import re

import pandas as pd

from equitymodel.errors import SpecError

Day = str | dt.date | pd.Timestamp
"""Text such as ``2023-04``, ``2023-04-17`` or ``2023-Q2``, a `datetime.date`, or a `pandas.Timestamp`."""
PATTERN = re.compile(r"^(\d{4})-(\d{2})(?:-(\d{2}))?$")
QUARTER = re.compile(r"^(\d{4})[- ]?Q([1-4])$")


def read_day(value: Day) -> dt.date:
    """Read a day; the first of the month or calendar quarter where only that is given, and without its time of day.

    Parameters
    ----------
    value
        Text, a date or a timestamp.

    Returns
    -------
    datetime.date
        The day.

    Raises
    ------
    SpecError
        When it is no date; says how to write one.

    Examples
    --------
    >>> read_day("2023-Q2"), read_day(pd.Timestamp("2023-04-17 09:30"))
    (datetime.date(2023, 4, 1), datetime.date(2023, 4, 17))
    """
    if isinstance(value, dt.datetime) and not pd.isna(value):
        return value.date()
    if isinstance(value, dt.date) and not pd.isna(value):
        return value
    match = PATTERN.match(QUARTER.sub(_first_month, value)) if isinstance(value, str) else None
    if not match:
        raise SpecError(f"interruption: '{value}' is not a date; write 2023-04, 2023-04-17 or 2023-Q2")
    try:
        return dt.date(int(match[1]), int(match[2]), int(match[3] or 1))
    except ValueError as error:
        raise SpecError(f"interruption: '{value}' is not a date: {error}") from error


def _first_month(quarter: re.Match[str]) -> str:
    """Write the first month of a calendar quarter."""
    return f"{quarter[1]}-{3 * int(quarter[2]) - 2:02d}"
