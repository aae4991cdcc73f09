"""Periods of cells: which days a label names, and months, quarters or weeks that make up whole years."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

import numpy as np
import pandas as pd

from equitymodel.data.series.annual_periods import is_financial_year, names_a_year
from equitymodel.data.series.frequency import ENOUGH_TO_TELL, FREQUENCIES, WEEK, find_frequency, same_place_in_month
from equitymodel.data.series.periods import read_label, settle_day_order, year_first
from equitymodel.data.tables.findings import DataLog

DAYS_A_YEAR = 365.2425
"""Of the calendar, leap years included."""
ALMOST = 0.98
"""A period is covered by its parts if they cover this share of it: weeks do not add up to a year exactly."""
APRIL = 4
"""The month in which a financial year begins."""


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


def read_cell_periods(labels: Sequence[str]) -> tuple[dict[str, CellPeriod], list[str]]:
    """Read labels of periods as the days they name.

    Parameters
    ----------
    labels
        Different labels, as written: years (``2021``, ``2021/22``), quarters, months or weeks, as a
        series may have them, or dates, whose spacing says how long periods are.

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
    if all(map(_names_year, labels)):
        found, faults = _read_years(labels)
    else:
        found, faults = _read_dates(labels)
    periods = sorted(found, key=lambda period: (period.start, period.label))
    faults = faults or [
        f"{one.label!r} and {other.label!r} {'name the same period' if one.end == other.end else 'overlap'}"
        for one, other in pairwise(periods)
        if other.start < one.end
    ]
    return ({} if faults else {period.label: period for period in periods}), faults


def _names_year(label: str) -> bool:
    return names_a_year(label) or is_financial_year(label)


def _read_years(labels: Sequence[str]) -> tuple[list[CellPeriod], list[str]]:
    financial = {label: is_financial_year(label) for label in labels}
    unclear = [
        f"{label!r} may begin in the year before" for label in labels if not (financial[label] or label[:1].isdigit())
    ]
    if unclear:
        return [], unclear
    if len(set(financial.values())) > 1:
        return [], [f"{label!r} is a {'financial' if own else 'calendar'} year" for label, own in financial.items()]
    starts = {
        label: pd.Timestamp(int(label.upper().removeprefix("FY").strip()[:4]), APRIL if own else 1, 1)
        for label, own in financial.items()
    }
    return [CellPeriod(label, start, start + pd.DateOffset(years=1)) for label, start in starts.items()], []


def _read_dates(labels: Sequence[str]) -> tuple[list[CellPeriod], list[str]]:
    scratch = DataLog()
    order = settle_day_order(list(labels), scratch, None)
    if any(item.severity == "error" for item in scratch.findings):
        return [], [f"{item.detail}: the day or the month may be first" for item in scratch.findings]
    readings = {label: read_label(year_first(label, order), years=False)[2] for label in labels}
    if unreadable := [repr(label) for label, reading in readings.items() if reading is None]:
        return [], unreadable
    days = {label: reading[1] for label, reading in readings.items() if reading}
    kinds = {reading[0]: label for label, reading in readings.items() if reading}
    if len(kinds) > 1:
        return [], [f"{label!r} names a {kind}" for kind, label in kinds.items()]
    months = {"quarter": 3, "month": 1, "week": 0}.get(next(iter(kinds)), _spacing(days.values()))
    if months is None:
        return [], [f"{', '.join(map(repr, labels))}: the dates do not say how long periods are"]
    return _from_days(days, months)


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
    return {"monthly": 1, "quarterly": 3, "weekly": 0}.get(find_frequency(days))


def _from_days(days: Mapping[str, pd.Timestamp], months: int) -> tuple[list[CellPeriod], list[str]]:
    dates = pd.DatetimeIndex(list(days.values()))
    if months == 0:
        weekdays = set(dates.day_name())
        if not weekdays <= {"Monday"} and not weekdays <= {"Sunday"}:
            return [], ["weeks are neither all named by their Mondays nor all by the Sundays that end them"]
        starts = dates if "Monday" in weekdays else dates - pd.Timedelta(days=WEEK - 1)
        step: pd.DateOffset | pd.Timedelta = pd.Timedelta(days=WEEK)
    else:
        step = pd.DateOffset(months=months)
        ends_there = months == 12 and bool(dates.is_month_end.all())
        starts = dates + pd.Timedelta(days=1) - step if ends_there else _first_days(dates, months)
    return [CellPeriod(label, start, start + step) for label, start in zip(days, starts, strict=True)], []


def _first_days(dates: pd.DatetimeIndex, months: int) -> pd.DatetimeIndex:
    if months == 12:
        return dates
    return dates.to_period("M" if months == 1 else "Q").to_timestamp()


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
