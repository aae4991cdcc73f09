"""Years as periods of a series: only where somebody says that they are, since one count a year tells little."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date

import numpy as np
import pandas as pd

from equitymodel.data.series.frequency import FREQUENCIES, YEAR, same_place_in_month

YEARS = range(1978, 2101)
ONE_YEAR = re.compile(r"^(FY)?\s*(\d{4})(\.0)?$", re.IGNORECASE)
YEAR_PAIR = re.compile(r"^(?:FY)?\s*(\d{4})\s*[-/\u2013]\s*(\d{2}|\d{4})$", re.IGNORECASE)
APRIL = 4

Reading = tuple[str, pd.Timestamp]
"""What a label names (``year``, ``month``, ``quarter``, ``week`` or ``day``), and its first day."""


def is_financial_year(text: str) -> bool:
    """Say whether a label such as ``2022/23`` or ``2022-23`` names a financial year.

    Examples
    --------
    >>> is_financial_year("2022/23"), is_financial_year("2022-12")
    (True, False)
    """
    match = YEAR_PAIR.match(text)
    return match is not None and int(match[2]) % 100 == (int(match[1]) + 1) % 100


def names_a_year(text: str) -> bool:
    """Say whether a label is the number of a year, such as ``2022``, ``2022.0`` or ``FY2022``."""
    return ONE_YEAR.match(text) is not None


def read_year(text: str) -> tuple[str, Reading | None]:
    """Read a label as a calendar year or a financial year; with a hint where it may be either of two.

    Examples
    --------
    >>> read_year("2022/23")[1], read_year("2022")[1]
    (('year', Timestamp('2022-04-01 00:00:00')), ('year', Timestamp('2022-01-01 00:00:00')))
    >>> read_year("FY2022")
    (' may be 2021/22 or 2022/23; write the one it is', None)
    """
    if is_financial_year(text) and (pair := YEAR_PAIR.match(text)):
        return "", first_day("year", int(pair[1]), APRIL, 1)
    if not (match := ONE_YEAR.match(text)):
        return "", None
    year = int(match[2])
    if match[1]:
        pairs = " or ".join(f"{first}/{(first + 1) % 100:02d}" for first in (year - 1, year))
        return f" may be {pairs}; write the one it is", None
    return "", first_day("year", year, 1, 1)


def first_day(kind: str, year: int, month: int, day: int) -> Reading | None:
    """Give a reading, if there is such a day and its year is one of which bank holidays are known."""
    if year not in YEARS:
        return None
    try:
        return kind, pd.Timestamp(date(year, month, day))
    except ValueError:
        return None


def are_years(kind: str, dates: pd.DatetimeIndex) -> bool:
    """Say whether periods are years of one kind: all calendar years, or all from one day to the same a year on.

    Parameters
    ----------
    kind
        What their labels name.
    dates
        One date a period, in order, without repeats.

    Examples
    --------
    >>> are_years("day", pd.DatetimeIndex(["2020-03-31", "2021-03-31", "2023-03-31"]))
    True
    >>> are_years("year", pd.DatetimeIndex(["2020-01-01", "2021-04-01"]))
    False
    """
    months = np.diff(FREQUENCIES["monthly"].number(dates.to_period("M").to_timestamp())).round().astype(int)
    one_day = bool((dates.day == 1).all() or dates.is_month_end.all())
    return kind in ("year", "month", "day") and one_day and same_place_in_month(dates) and not (months % YEAR).any()


def starts_of_years(days: Mapping[str, pd.Timestamp]) -> dict[str, pd.Timestamp]:
    """Give the first day of each year, which its label names by its first day or by its last.

    Examples
    --------
    >>> starts_of_years({"2023-03-31": pd.Timestamp("2023-03-31")})["2023-03-31"].date().isoformat()
    '2022-04-01'
    """
    ends = all(day.is_month_end for day in days.values())
    back = pd.DateOffset(days=1) if ends else pd.DateOffset(days=0)
    return {label: day + back - pd.DateOffset(months=YEAR if ends else 0) for label, day in days.items()}
