"""Years as periods of a series: only where somebody says that they are, since one count a year tells little."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd

from equitymodel.data.series.frequency import FREQUENCIES, YEAR, same_place_in_month


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
