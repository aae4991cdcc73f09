"""Weeks, four weeks, months, quarters and years: found from dates, laid end to end, and measured in true time."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from equitymodel.errors import OptionError
from equitymodel.vocabulary import nearest

ENOUGH_TO_TELL = 3
WEEK, FOUR_WEEKS, YEAR = 7, 28, 12
"""Days in a week and in four, and months in a year."""
DAYS_A_YEAR = 365.2425
FEWEST_FOR_SEASON = 2


@dataclass(frozen=True)
class Frequency:
    """One length of period.

    Attributes
    ----------
    name
        ``monthly``, ``quarterly``, ``weekly``, ``four_weekly`` or ``annual``.
    unit
        What time is counted in: ``months``, for example.
    per_year
        How many make a year, on average.
    months
        How many months one lasts; 0 where it is counted in days.
    days
        How many days one lasts; 0 where it is counted in months.

    Examples
    --------
    >>> starts = pd.DatetimeIndex(["2019-10-01", "2020-01-01", "2020-07-01"])
    >>> FREQUENCIES["quarterly"].elapsed(starts)
    array([0., 1., 3.])
    """

    name: str
    unit: str
    per_year: float
    months: int
    days: int = 0

    @property
    def step(self) -> pd.DateOffset | pd.Timedelta:
        """The time from the start of one to that of the next."""
        return pd.DateOffset(months=self.months) if self.months else pd.Timedelta(days=self.days)

    @property
    def has_season(self) -> bool:
        """Whether there is more than one in a year, so that a season can be told."""
        return self.per_year >= FEWEST_FOR_SEASON

    @property
    def most_harmonics(self) -> int:
        """How many harmonics of a yearly season periods of this length can tell apart.

        Examples
        --------
        >>> [each.most_harmonics for each in FREQUENCIES.values()]
        [6, 2, 26, 6, 0]
        """
        return int(self.per_year // 2)

    @property
    def in_months(self) -> float:
        """How many months a period lasts, on average.

        Examples
        --------
        >>> FREQUENCIES["quarterly"].in_months, round(FREQUENCIES["weekly"].in_months, 3)
        (3.0, 0.23)
        """
        return 12 / self.per_year

    def elapsed(self, starts: pd.DatetimeIndex, *, since: pd.Timestamp | None = None) -> np.ndarray:
        """Give the time from the first period, or another, to the start of each, in periods."""
        origin = pd.DatetimeIndex([starts.min() if since is None else since])
        passed: np.ndarray = self.number(starts) - self.number(origin)
        return passed

    def number(self, starts: pd.DatetimeIndex) -> np.ndarray:
        """Count periods from a day long ago, so that neighbours differ by 1; parts of periods are fractions."""
        if not self.months:
            return np.asarray((starts - pd.Timestamp("1970-01-05")) / pd.Timedelta(days=self.days), dtype=float)
        within = (starts.day.to_numpy() - 1) / starts.days_in_month.to_numpy()
        whole: np.ndarray = starts.year.to_numpy() * 12 + starts.month.to_numpy() - 1
        return np.asarray((whole + within) / self.months)

    def ends(self, starts: pd.DatetimeIndex) -> pd.DatetimeIndex:
        """Give the day after the last of each period."""
        return starts + self.step

    def between(self, first: pd.Timestamp, last: pd.Timestamp) -> pd.DatetimeIndex:
        """List the starts of every period from one to another, both included."""
        return pd.date_range(first, last, freq=self.step)

    def label(self, start: pd.Timestamp) -> str:
        """Name a period by its start: ``2023-04``, ``2023-Q2`` or ``week of 2023-04-03``.

        Examples
        --------
        >>> FREQUENCIES["annual"].label(pd.Timestamp("2023-04-01"))
        '2023/24'
        >>> FREQUENCIES["four_weekly"].label(pd.Timestamp("2023-04-03"))
        '4 weeks from 2023-04-03'
        """
        if not self.months:
            return f"{'week of' if self.days == WEEK else '4 weeks from'} {start:%Y-%m-%d}"
        if self.months == YEAR:
            return _year_label(start)
        return f"{start:%Y-%m}" if self.months == 1 else f"{start.year}-Q{start.quarter}"


def _year_label(start: pd.Timestamp) -> str:
    """Name a year: a calendar year by its number, a financial year by both."""
    following = f"{(start.year + 1) % 100:02d}"
    known = {1: f"{start.year}", 4: f"{start.year}/{following}"}
    return known.get(start.month, f"year from {start:%Y-%m-%d}")


FREQUENCIES = {
    "monthly": Frequency("monthly", "months", 12.0, 1),
    "quarterly": Frequency("quarterly", "quarters", 4.0, 3),
    "weekly": Frequency("weekly", "weeks", DAYS_A_YEAR / WEEK, 0, WEEK),
    "four_weekly": Frequency("four_weekly", "periods of four weeks", DAYS_A_YEAR / FOUR_WEEKS, 0, FOUR_WEEKS),
    "annual": Frequency("annual", "years", 1.0, YEAR),
}


def frequency_named(name: str) -> Frequency:
    """Look a frequency up by its name.

    Raises
    ------
    OptionError
        When there is none of that name.

    Examples
    --------
    >>> frequency_named("weekly").unit
    'weeks'
    """
    if name not in FREQUENCIES:
        raise OptionError(f"there is no frequency '{name}'. {nearest(name, FREQUENCIES)}")
    return FREQUENCIES[name]


def find_frequency(dates: pd.DatetimeIndex) -> str:
    """Find how long periods are, from the dates that name them.

    Parameters
    ----------
    dates
        One date a period, in order, without repeats.

    Returns
    -------
    str
        ``monthly``, ``quarterly``, ``weekly`` or ``four_weekly``; ``off weekday`` for weeks whose dates do not all
        fall on one weekday; ``mixed`` where periods are of more than one length; ``other`` for
        daily or yearly dates, or too few to tell. Years are never found: one count a year is a series
        only for who says so.

    Notes
    -----
    Periods left out do not change the answer: a gap counts as several periods.

    Examples
    --------
    >>> find_frequency(pd.date_range("2020-01-31", periods=5, freq="ME"))
    'monthly'
    >>> find_frequency(pd.date_range("2020-01-05", periods=5, freq="7D"))
    'weekly'
    >>> find_frequency(pd.date_range("2020-01-06", periods=5, freq="28D"))
    'four_weekly'
    """
    if len(dates) < ENOUGH_TO_TELL:
        return "other"
    steps = np.diff(FREQUENCIES["monthly"].number(dates.to_period("M").to_timestamp())).round().astype(int)
    days = np.diff(dates.to_numpy()) // np.timedelta64(1, "D")
    if same_place_in_month(dates):
        return _by_months(steps)
    return _by_days(days)


def same_place_in_month(dates: pd.DatetimeIndex) -> bool:
    """Say whether all dates are last days of months, or all the same day of a month."""
    return bool(dates.is_month_end.all() or (dates.day == dates.day[0]).all())


def _by_months(steps: np.ndarray) -> str:
    if (steps % 12 == 0).all():
        return "other"
    if (steps % 3 == 0).all():
        return "quarterly"
    runs_of_both = (steps == 3).sum() >= ENOUGH_TO_TELL and np.isin(steps, (1, 3)).all()
    return "mixed" if runs_of_both else "monthly"


def _by_days(days: np.ndarray) -> str:
    if (days % FOUR_WEEKS == 0).all():
        return "four_weekly"
    if (days % WEEK == 0).all():
        return "weekly"
    longer = ((days >= 28) & (days <= 92)).sum()
    if longer >= ENOUGH_TO_TELL and (days <= WEEK).sum() >= ENOUGH_TO_TELL:
        return "mixed"
    return "off weekday" if np.median(days) == WEEK else "other"
