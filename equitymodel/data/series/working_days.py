"""Working days of England: weekdays that are not bank holidays, in any stretch of time."""

from __future__ import annotations

from datetime import date, timedelta
from functools import cache

import numpy as np
import pandas as pd
from dateutil.easter import easter

from equitymodel.errors import OptionError

FIRST_YEAR = 1978
"""Bank holidays are computed from this year on, when the early May holiday began."""
MOVED = {date(1995, 5, 1): date(1995, 5, 8), date(2020, 5, 4): date(2020, 5, 8), date(2002, 5, 27): date(2002, 6, 4),
         date(2012, 5, 28): date(2012, 6, 4), date(2022, 5, 30): date(2022, 6, 2)}  # fmt: skip
ADDED = (date(1981, 7, 29), date(1999, 12, 31), date(2002, 6, 3), date(2011, 4, 29), date(2012, 6, 5),
         date(2022, 6, 3), date(2022, 9, 19), date(2023, 5, 8))  # fmt: skip
"""Holidays proclaimed once: weddings, jubilees, the millennium, a state funeral and a coronation."""


@cache
def bank_holidays(year: int) -> tuple[date, ...]:
    """List the bank holidays of England and Wales in a year, in order.

    Parameters
    ----------
    year
        From 1978 on; future years are as the law now stands.

    Returns
    -------
    tuple of datetime.date
        With substitute days, days that were moved, and days proclaimed once.

    Raises
    ------
    OptionError
        For a year before 1978.

    References
    ----------
    Banking and Financial Dealings Act 1971, schedule 1, and royal proclamations; as listed at
    https://www.gov.uk/bank-holidays

    Examples
    --------
    >>> [f"{day:%d %b}" for day in bank_holidays(2022)]
    ['03 Jan', '15 Apr', '18 Apr', '02 May', '02 Jun', '03 Jun', '29 Aug', '19 Sep', '26 Dec', '27 Dec']
    """
    if year < FIRST_YEAR:
        raise OptionError(f"bank holidays are known from {FIRST_YEAR} on, not for {year}")
    sunday = easter(year)
    usual = [
        _next_weekday(date(year, 1, 1)),
        sunday - timedelta(2),
        sunday + timedelta(1),
        _first_monday(date(year, 5, 1)),
        _first_monday(date(year, 5, 25)),
        _first_monday(date(year, 8, 25)),
        *_christmas(year),
    ]
    proclaimed = [day for day in ADDED if day.year == year]
    return tuple(sorted([*(MOVED.get(day, day) for day in usual), *proclaimed]))


def _christmas(year: int) -> tuple[date, date]:
    """Give Christmas and Boxing Day, or the weekdays that stand in for them."""
    first = _next_weekday(date(year, 12, 25))
    second = _next_weekday(date(year, 12, 26))
    return first, second + timedelta(1) if second == first else second


def _next_weekday(day: date) -> date:
    return day + timedelta((7 - day.weekday()) % 7 if day.weekday() > 4 else 0)


def _first_monday(day: date) -> date:
    return day + timedelta((7 - day.weekday()) % 7)


def count_working_days(starts: pd.DatetimeIndex, ends: pd.DatetimeIndex) -> np.ndarray:
    """Count the weekdays that are not bank holidays in England, in each stretch of time.

    Parameters
    ----------
    starts, ends
        First days, and days after the last.

    Returns
    -------
    numpy.ndarray
        Whole numbers of days.

    Raises
    ------
    OptionError
        When a stretch begins before 1978.

    Notes
    -----
    Scotland and Northern Ireland have other holidays: there the count is a day or two out in
    January, April, August and November.

    Examples
    --------
    >>> months = pd.DatetimeIndex(["2024-03-01", "2024-04-01", "2024-05-01"])
    >>> count_working_days(months[:2], months[1:])
    array([20, 21])
    """
    years = range(starts.min().year, ends.max().year + 1)
    holidays = np.array([day for year in years for day in bank_holidays(year)], dtype="datetime64[D]")
    days: np.ndarray = np.busday_count(
        starts.to_numpy().astype("datetime64[D]"), ends.to_numpy().astype("datetime64[D]"), holidays=holidays
    )
    return days
