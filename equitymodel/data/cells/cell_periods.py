"""Periods of cells: which days a label names, and months, quarters or weeks that make up whole years."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Literal, get_args

import numpy as np
import pandas as pd

from equitymodel.data.series.annual_periods import starts_of_years
from equitymodel.data.series.frequency import ENOUGH_TO_TELL, FREQUENCIES, WEEK, find_frequency, same_place_in_month
from equitymodel.data.series.period_column import ASK_LENGTH, PeriodColumn, read_period_column
from equitymodel.data.series.periods import Week, check_word
from equitymodel.data.tables.period_spellings import APRIL, PeriodReading

DAYS_A_YEAR = 365.2425
"""Of the calendar, leap years included."""
ALMOST = 0.98
"""A period is covered by its parts if they cover this share of it: weeks do not add up to a year exactly."""
PeriodUse = Literal["years", "quarters", "add_up"]
"""What is done with several periods: fit years together, fit quarters together, or add all up to one."""
CellFrequency = Literal["annual", "quarterly", "monthly", "weekly"]
MONTHS_OF: dict[str, int] = {"annual": 12, "quarterly": 3, "monthly": 1, "weekly": 0}
"""How many months periods of cells last; 0 for weeks."""
FOUR_WEEKS = "four weeks"
NO_WHOLE_YEAR = "periods of four weeks, 13 of which are 364 days and no whole year; give weeks or months"


@dataclass(frozen=True)
class CellTime:
    """How the periods of cells are read, and what is done with several of them.

    Attributes
    ----------
    use
        ``"years"`` fits years together, and adds shorter periods up to whole years; ``"quarters"`` keeps quarters;
        ``"add_up"`` adds all up to one.
    frequency
        How long the periods of the labels are, where labels leave it open: ``"annual"``, ``"quarterly"``,
        ``"monthly"`` or ``"weekly"``.
    week
        Whether dates name the ``"starting"`` or the ``"ending"`` day of weeks.
    day_first
        Whether dates such as 03/04/2023 are 3 April, where the column does not decide it.

    Examples
    --------
    >>> CellTime.of("quarters")
    CellTime(use='quarters', frequency=None, week=None, day_first=None)
    """

    use: PeriodUse = "years"
    frequency: CellFrequency | None = None
    week: Week | None = None
    day_first: bool | None = None

    def __post_init__(self) -> None:
        """Refuse words without a meaning, for what is done with periods, for their length and for what names a week."""
        check_word("periods", self.use, get_args(PeriodUse))
        check_word("frequency", self.frequency, (None, *MONTHS_OF))
        check_word("week", self.week, (None, *get_args(Week)))

    @classmethod
    def of(cls, periods: PeriodUse | CellTime) -> CellTime:
        """Take the whole, or what is done with several periods alone."""
        return periods if isinstance(periods, CellTime) else cls(periods)


@dataclass(frozen=True)
class CellPeriod:
    """One period of cells.

    Attributes
    ----------
    label
        As the user wrote it.
    start, end
        Its first day, and the day after its last.

    Examples
    --------
    >>> year = CellPeriod("2021/22", pd.Timestamp("2021-04-01"), pd.Timestamp("2022-04-01"))
    >>> year.years, year.middle
    (1.0, 2021.75)
    """

    label: str
    start: pd.Timestamp
    end: pd.Timestamp

    @property
    def years(self) -> float:
        """How long it is, in years; months are twelfths."""
        if self.start.day == self.end.day:
            return (12 * (self.end.year - self.start.year) + self.end.month - self.start.month) / 12
        return (self.end - self.start).days / DAYS_A_YEAR

    @property
    def middle(self) -> float:
        """Its middle, as a year with a fraction."""
        within = (self.start.day - 1) / self.start.days_in_month
        return self.start.year + (self.start.month - 1 + within) / 12 + self.years / 2

    @property
    def is_year(self) -> bool:
        """Whether it lasts a year or longer."""
        return self.years > ALMOST

    def holds(self, other: CellPeriod) -> bool:
        """Say whether another period lies in this one: a week by its middle, all others as a whole."""
        if (other.end - other.start).days == WEEK:
            return self.start <= other.middle_day < self.end
        return self.start <= other.start and other.end <= self.end

    @property
    def middle_day(self) -> pd.Timestamp:
        """The day in its middle: of a week from Monday, its Thursday."""
        return self.start + (self.end - self.start) / 2


def read_cell_periods(labels: Sequence[str], time: CellTime = CellTime()) -> tuple[dict[str, CellPeriod], list[str]]:
    """Read labels of periods as the days they name.

    Parameters
    ----------
    labels
        Different labels, as written: years (``2021``, ``2021/22``), quarters, months or weeks, as a
        series may have them, or dates, whose spacing says how long periods are.
    time
        How long they are and how dates are read, where the labels leave it open.

    Returns
    -------
    tuple
        The periods by label, in time order; and what could not be read, named. One of them is empty.

    Examples
    --------
    >>> periods, _ = read_cell_periods(["2022-23", "2021-22"])
    >>> [(period.label, period.middle) for period in periods.values()]
    [('2021-22', 2021.75), ('2022-23', 2022.75)]
    >>> read_cell_periods(["before", "2022 Q1"])
    ({}, ["'before'"])
    """
    found, faults = date_labels(labels, time)
    periods = sorted(found, key=lambda period: (period.start, period.label))
    faults = faults or [
        f"{one.label!r} and {other.label!r} {'name the same period' if one.end == other.end else 'overlap'}"
        for one, other in pairwise(periods)
        if other.start < one.end
    ]
    return ({} if faults else {period.label: period for period in periods}), faults


def date_labels(labels: Sequence[str], time: CellTime = CellTime()) -> tuple[list[CellPeriod], list[str]]:
    """Read labels as the days they name, where two labels may name the same.

    Examples
    --------
    >>> found, _ = date_labels(["2022-23", "2022/23"])
    >>> found[0].start == found[1].start
    True
    """
    years = time.frequency == "annual" if time.frequency else None
    column = read_period_column(labels, day_first=time.day_first, years=years)
    if faults := _unread(column):
        return [], faults
    first = {label: reading.start for label, reading in column.readings.items()}
    kinds = {_kind(reading): label for label, reading in column.readings.items()}
    if len(kinds) > 1:
        return [], [f"{label!r} is a {kind}" for kind, label in kinds.items()]
    kind = next(iter(kinds), "day")
    if kind == FOUR_WEEKS or (time.frequency is None and _spaced(first.values()) == "four_weekly"):
        return [], [f"{', '.join(map(repr, labels))}: {NO_WHOLE_YEAR}"]
    lasting = {"quarter": 3, "month": 1, "week": 0}.get(kind, 12 if kind.endswith("year") else None)
    asked = None if time.frequency is None else MONTHS_OF[time.frequency]
    months = _spacing(first.values()) if lasting is None and asked is None else lasting if asked is None else asked
    if months is None or (lasting is not None and months < lasting):
        return [], [f"{', '.join(map(repr, labels))}: {_why_no_length(time, kind)}"]
    return _from_days(first, months, kind, time.week)


def ask_length(labels: Sequence[str], time: CellTime) -> bool:
    """Say whether a label may be a month or a year, and nothing decides it.

    Examples
    --------
    >>> ask_length(["2004-05"], CellTime()), ask_length(["2004-05"], CellTime(frequency="annual"))
    (True, False)
    """
    years = time.frequency == "annual" if time.frequency else None
    return any(rule == ASK_LENGTH for rule, _ in read_period_column(labels, years=years).unread.values())


def _unread(column: PeriodColumn) -> list[str]:
    if column.open_order:
        return [f"{column.open_order}: the day or the month may be first; say --day-first or --no-day-first"]
    return [f"{label!r}{hint}" for label, (_, hint) in column.unread.items()]


def _kind(reading: PeriodReading) -> str:
    """Name what a label names; years by the month they begin with, since they are not mixed."""
    known = {1: "calendar year", APRIL: "financial year"}
    return known.get(reading.start.month, "other year") if reading.kind == "year" else reading.kind


def _why_no_length(time: CellTime, kind: str) -> str:
    if kind == "day":
        return "the dates do not say how long periods are; say --frequency annual, quarterly, monthly or weekly"
    return (
        f"each is a {kind}, which is longer than --frequency {time.frequency}" if time.frequency else f"each is {kind}"
    )


def _spacing(dates: Iterable[pd.Timestamp]) -> int | None:
    """Find from dates how many months periods last, 0 for weeks; none where the dates do not say."""
    days = pd.DatetimeIndex(sorted(set(dates)))
    if len(days) < ENOUGH_TO_TELL - 1:
        return None
    steps = np.diff(FREQUENCIES["monthly"].number(days.to_period("M").to_timestamp())).round().astype(int)
    if same_place_in_month(days) and (steps % 12 == 0).all():
        return 12
    if len(days) < ENOUGH_TO_TELL:
        return {True: 3 if steps[0] % 3 == 0 else 1}.get(same_place_in_month(days))
    return {"monthly": 1, "quarterly": 3, "weekly": 0}.get(_spaced(days))


def _spaced(dates: Iterable[pd.Timestamp]) -> str:
    return find_frequency(pd.DatetimeIndex(sorted(set(dates))))


def _from_days(
    days: Mapping[str, pd.Timestamp], months: int, kind: str, week: Week | None
) -> tuple[list[CellPeriod], list[str]]:
    dates = pd.DatetimeIndex(list(days.values()))
    if months:
        step: pd.DateOffset | pd.Timedelta = pd.DateOffset(months=months)
        starts = _first_days(days, months)
    else:
        step = pd.Timedelta(days=WEEK)
        weekdays = set(dates.day_name())
        ends = week == "ending" if week else weekdays == {"Sunday"}
        if len(weekdays) > 1 or not (week or kind == "week" or weekdays & {"Monday", "Sunday"}):
            return [], ["weeks are neither all named by their Mondays nor all by the Sundays that end them; where they "
                        "have one weekday, say --week starting or --week ending"]  # fmt: skip
        starts = dates - pd.Timedelta(days=WEEK - 1) if ends and kind == "day" else dates
    return [CellPeriod(label, start, start + step) for label, start in zip(days, starts, strict=True)], []


def _first_days(days: Mapping[str, pd.Timestamp], months: int) -> pd.DatetimeIndex:
    """Give the first day of each period; a year is named by its first day or by its last, others by any."""
    if months == 12:
        return pd.DatetimeIndex(list(starts_of_years(days).values()))
    return pd.DatetimeIndex(list(days.values())).to_period("M" if months == 1 else "Q").to_timestamp()


def add_up_to(months: int, parts: Iterable[CellPeriod]) -> tuple[dict[str, CellPeriod], list[str]]:
    """Say which year, or quarter, each shorter period belongs to.

    Parameters
    ----------
    months
        How long the periods are that the parts are added up to: 12, or 3.
    parts
        Months, quarters or weeks. The first of them says when a year begins: 1 April, 1 January, or the
        first of another month. A week belongs to the year that holds its Thursday.

    Returns
    -------
    tuple
        The longer period, by the label of the part; and those that are not whole, named. One is empty.

    Examples
    --------
    >>> months, _ = read_cell_periods([f"2022-{month:02d}" for month in range(4, 13)])
    >>> add_up_to(12, months.values())
    ({}, ['2022/23: 9 of 12 months'])
    """
    ordered = sorted(parts, key=lambda part: part.start)
    first = ordered[0].middle_day
    weekly = (ordered[0].end - ordered[0].start).days == WEEK
    if weekly and first.day > WEEK:
        return {}, [f"weeks begin with that of {ordered[0].start:%Y-%m-%d}, which is not the first of a month"]
    begins = first.month if weekly else ordered[0].start.month
    start_of = {part.label: _start_of_whole(part.middle_day, begins, months) for part in ordered}
    wholes = {start: _whole(start, months) for start in start_of.values()}
    faults = [fault for whole in wholes.values() if (fault := _lacking(whole, ordered))]
    if weekly:
        wholes = {start: _of_weeks(whole, ordered) for start, whole in wholes.items()}
    return ({} if faults else {label: wholes[start] for label, start in start_of.items()}), faults


def _of_weeks(whole: CellPeriod, weeks: Sequence[CellPeriod]) -> CellPeriod:
    """Let a year begin and end with its weeks."""
    inside = [week for week in weeks if whole.start <= week.middle_day < whole.end]
    return replace(whole, start=inside[0].start, end=inside[-1].end)


def _start_of_whole(day: pd.Timestamp, begins: int, months: int) -> pd.Timestamp:
    passed = (day.month - begins) % months
    return pd.Timestamp(day.year, day.month, 1) - pd.DateOffset(months=passed)


def _whole(start: pd.Timestamp, months: int) -> CellPeriod:
    end = start + pd.DateOffset(months=months)
    label = f"{start:%B %Y} to {end - pd.Timedelta(days=1):%B %Y}"
    if months == 12 and start.month in (1, APRIL):
        label = f"{start.year}" if start.month == 1 else f"{start.year}/{end.year % 100:02d}"
    elif months == 3 and start.month % 3 == 1:
        label = f"{start.year} Q{start.quarter}"
    return CellPeriod(label, start, end)


def _lacking(whole: CellPeriod, parts: Sequence[CellPeriod]) -> str:
    """Name a whole that its parts do not cover, or give nothing."""
    inside = [part for part in parts if whole.holds(part)]
    covered = sum(part.years for part in inside)
    if covered >= ALMOST * whole.years:
        return ""
    unit = {3: "quarters", 1: "months"}.get(round(12 * inside[0].years), "weeks")
    needed = round(whole.years / inside[0].years)
    return f"{whole.label}: {len(inside)} of {needed} {unit}"
