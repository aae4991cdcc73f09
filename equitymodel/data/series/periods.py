"""Labels of periods to the days on which they start: many spellings, none of them guessed at."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, get_args

import pandas as pd

from equitymodel.argument_types import refuse_other_fields
from equitymodel.data.series.annual_periods import are_years, starts_of_years
from equitymodel.data.series.breaks import Breaks, is_file, named_breaks
from equitymodel.data.series.frequency import FREQUENCIES, Frequency, find_frequency
from equitymodel.data.series.period_column import PeriodColumn, read_period_column
from equitymodel.data.tables.findings import DataLog
from equitymodel.data.tables.period_spellings import PeriodReading
from equitymodel.data.tables.rules import Rule
from equitymodel.errors import OptionError
from equitymodel.vocabulary import nearest

RULES = (
    Rule(
        "T03",
        "error",
        "a period that cannot be read",
        "write months as 2023-04, quarters as 2023-Q2 and weeks by one date each, as 2023-04-03",
    ),
    Rule(
        "T04",
        "error",
        "a period that a spreadsheet has turned into a serial number",
        "export again with the column formatted as a date or as text",
    ),
    Rule(
        "T05",
        "error",
        "a whole year is too long a period for a series",
        "give months, quarters or weeks; a financial quarter is written as 2023/24 Q1. Where years are all there is, "
        "say frequency='annual'; a verdict then takes 8 years before the start and 3 after",
    ),
    Rule(
        "T06",
        "error",
        "dates that may have the day or the month first",
        "write them as 2023-04-01, or say day_first=True or day_first=False",
    ),
    Rule(
        "T07",
        "error",
        "periods are not all months, all quarters, all weeks or all four weeks",
        "keep one length of period in a table, at least three of them, and add days up to weeks or months. Years "
        "are read where frequency='annual' says so",
    ),
    Rule(
        "T08",
        "error",
        "weekly dates do not all fall on one weekday",
        "name each week by the same weekday: its Monday, or the Sunday that ends it",
    ),
    Rule(
        "T09",
        "error",
        "weekly dates do not say whether weeks start or end on them",
        "say week='starting' or week='ending'",
    ),
    Rule(
        "T24",
        "error",
        "one period alone, which may be a month or a year",
        "give the other periods too: a series takes three at least, and they tell which it is",
    ),
    Rule("T10", "repair", "time stamps were read as days: as written if midnight, else on UK clocks"),
    Rule("T11", "repair", "labels were read as the periods they stand for"),
)
NO_YEARS = "years are dated by the first or the last day of a month, a year apart, or written as 2016 or 2016/17"
Week = Literal["starting", "ending"]
FrequencyName = Literal["monthly", "quarterly", "weekly", "four_weekly", "annual"]
Gaps = Literal["error", "keep"]
Days = Literal["working", "calendar", "equal"]
DAYS = {
    "working": "working days in England: planned care",
    "calendar": "all days: care that never closes",
    "equal": "nothing: periods are alike, or what admissions are compared with already follows the calendar",
}
"""What admissions of a period are spread over."""


@dataclass(frozen=True)
class Periods:
    """How the periods of a series are read, and what belongs to them.

    Attributes
    ----------
    frequency
        ``"monthly"``, ``"quarterly"``, ``"weekly"`` or ``"four_weekly"`` (13 a year); found from the dates if not
        given. ``"annual"``, for years, is never found: it has to be said. Years have no season and no working days.
    breaks
        What is masked: names from `known_breaks`, a table with ``start`` and ``end`` (text, dates or
        time stamps), or ``None``.
    gaps
        Whether periods that nobody has rows for are an ``"error"``, or to ``"keep"`` as a gap in time.
    days
        What admissions of a period are spread over: ``"working"`` days in England (planned care),
        ``"calendar"`` days (care that never closes), or ``"equal"`` (expected admissions that
        already follow the calendar, such as those of the same week in earlier years).
    drop_last
        How many periods to leave out at the end, for example because they are still filling up.
    week
        Whether dates name the start or the end of a week, or of four: ``"starting"`` or ``"ending"``. Mondays are
        read as starts and Sundays as ends unless this says otherwise.
    day_first
        How to read dates such as 03/04/2023 where no date in the column settles it.

    Examples
    --------
    >>> Periods(breaks="england_pandemc")
    Traceback (most recent call last):
    equitymodel.errors.OptionError: no break is known as 'england_pandemc'. Did you mean 'england_pandemic'?
    """

    frequency: FrequencyName | None = None
    breaks: Breaks = "england_pandemic"
    gaps: Gaps = "error"
    days: Days = "working"
    drop_last: int = 0
    week: Week | None = None
    day_first: bool | None = None

    def __post_init__(self) -> None:
        """Check that each word has a meaning.

        Raises
        ------
        OptionError
            When one has none; its message names those that have.
        """
        refuse_other_fields(self)
        words = {"frequency": (None, *FREQUENCIES), "gaps": get_args(Gaps), "days": tuple(DAYS),
                 "week": (None, *get_args(Week))}  # fmt: skip
        for name, known in words.items():
            check_word(name, getattr(self, name), known)
        if isinstance(self.drop_last, bool) or not isinstance(self.drop_last, int) or self.drop_last < 0:
            raise OptionError(f"drop_last counts periods from the end; it cannot be {self.drop_last!r}")
        if isinstance(self.breaks, str | tuple | list) and not is_file(self.breaks):
            named_breaks(self.breaks)


def check_word(name: str, word: str | None, known: Sequence[str | None]) -> None:
    """Refuse a word that has no meaning for an option.

    Raises
    ------
    OptionError
        When it is not one of those known; its message names the nearest.

    Examples
    --------
    >>> check_word("week", "ending", ("starting", "ending"))
    """
    if word not in known:
        raise OptionError(f"{name} cannot be '{word}'. {nearest(str(word), filter(None, known))}")


def read_periods(labels: pd.Series, log: DataLog, periods: Periods = Periods()) -> tuple[pd.Series, Frequency]:
    """Read labels of periods as the days on which they start, and find how long they are.

    Understands the spellings of `SPELLINGS` and dates at the start or end of a month or week; ``2023`` and
    ``2023/24`` where years were asked for.

    Parameters
    ----------
    labels
        One label a row, as text.
    log
        Where rules T03 to T11 are recorded.
    periods
        How long they are, and how to read dates that can be read in two ways.

    Returns
    -------
    tuple
        Starts, one a row; and the frequency.

    Raises
    ------
    EquityDataError
        When labels cannot be read, or do not show how long periods are.

    Examples
    --------
    >>> starts, frequency = read_periods(pd.Series(["2023-04", "2023-05", "2023-06"]), DataLog())
    >>> f"{starts.iloc[0]:%d %B %Y}", frequency.name
    ('01 April 2023', 'monthly')
    """
    unique = labels.drop_duplicates()
    first = dict(zip(unique, unique.index.astype(str), strict=True))
    annual = periods.frequency == "annual"
    column = read_period_column(first, day_first=periods.day_first, years=annual if periods.frequency else None)
    _record(column, first, log, annual=annual)
    log.raise_errors()
    kind = _one_kind(column.readings, first, log)
    log.raise_errors()
    days = {label: reading.start for label, reading in column.readings.items()}
    found = _frequency(kind, days, periods.frequency, log)
    log.raise_errors()
    starts = _starts(days, kind, found, periods.week, log)
    log.raise_errors()
    return labels.map(starts), found


def _record(column: PeriodColumn, first: Mapping[str, str], log: DataLog, *, annual: bool) -> None:
    """Record what was not read, and what was read as something else, under the rule that says why."""
    if column.open_order:
        log.add("T06", detail=column.open_order, count=column.dates)
    elif column.order is not None:
        log.add("T11", detail=f"dates have the {column.order} first", count=column.dates)
    faults: dict[str, list[str]] = {}
    for label, (rule, hint) in column.unread.items():
        faults.setdefault(rule, []).append(f"{first[label]}: {label!r}{hint}")
    for label, reading in column.readings.items():
        if reading.kind == "year" and not annual:
            faults.setdefault("T05", []).append(f"{first[label]}: {label!r}")
        elif reading.rule:
            faults.setdefault(reading.rule, []).append(f"{first[label]}: {label!r} read as {reading.start:%Y-%m-%d}")
    for rule, rows in faults.items():
        log.add(rule, rows=rows)


def _one_kind(readings: Mapping[str, PeriodReading], first: Mapping[str, str], log: DataLog) -> str:
    kinds = {reading.kind: label for label, reading in readings.items()}
    if len(kinds) > 1:
        log.add("T07", rows=[f"{first[label]}: {label!r} names a {kind}" for kind, label in kinds.items()])
    return next(iter(kinds), "day")


def _frequency(kind: str, days: dict[str, pd.Timestamp], asked: FrequencyName | None, log: DataLog) -> Frequency:
    found = {"quarter": "quarterly", "week": "weekly", "four weeks": "four_weekly"}.get(kind)
    found = found or find_frequency(pd.DatetimeIndex(sorted(set(days.values()))))
    if asked == "annual" and are_years(kind, pd.DatetimeIndex(sorted(set(days.values())))):
        found = "annual"
    if kind == "week" and len({day.day_name() for day in days.values()}) > 1:
        found = "off weekday"
    if asked == "weekly" and found == "four_weekly":
        found = "weekly"  # every fourth week, which the rule on gaps then judges
    if asked == "monthly" and found == "quarterly" and kind != "quarter":
        found = "monthly"  # every third month, which the rule on gaps then judges
    if kind == "year" and found != "annual":
        log.add("T07", detail="some are calendar years and some financial years")
    elif found == "off weekday":
        log.add("T08", rows=_off_weekday(days))
    elif found not in FREQUENCIES:
        reason = {"mixed": "periods of more than one length", "other": "fewer than three periods, or days or years"}
        why = NO_YEARS if asked == "annual" else reason[found]
        log.add("T07", detail=f"{len(set(days.values()))} different dates; {why}")
    elif asked is not None and asked != found:
        log.add("T07", detail=f"asked for {asked}, but the dates are {found}")
    return FREQUENCIES.get(asked or found, FREQUENCIES["monthly"])


def _off_weekday(days: dict[str, pd.Timestamp]) -> list[str]:
    weekdays = pd.Series({label: day.day_name() for label, day in days.items()})
    usual = weekdays.mode()[0]
    return [f"{label} is a {name}; most are a {usual}" for label, name in weekdays[weekdays != usual].items()]


def _starts(
    days: dict[str, pd.Timestamp], kind: str, frequency: Frequency, week: Week | None, log: DataLog
) -> dict[str, pd.Timestamp]:
    """Move each date to the first day of the period it names."""
    if frequency.name == "annual":
        return starts_of_years(days)
    if frequency.months:
        starts = {label: day.to_period("M" if frequency.months == 1 else "Q").to_timestamp()
                  for label, day in days.items()}  # fmt: skip
        if moved := [label for label, day in days.items() if day != starts[label]]:
            log.add("T11", detail=f"a date stands for the period it lies in: {moved[0]} for "
                                  f"{frequency.label(starts[moved[0]])}", count=len(moved))  # fmt: skip
        return starts
    if kind in ("week", "four weeks"):
        return days
    weekday = next(iter(days.values())).day_name()
    meant = week or {"Monday": "starting", "Sunday": "ending"}.get(weekday)
    if meant is None:
        log.add("T09", detail=f"every date is a {weekday}")
        return days
    if meant == "starting":
        return days
    log.add("T11", detail=f"dates are the last days of {frequency.unit}, each a {weekday}", count=len(days))
    return {label: day - pd.Timedelta(days=frequency.days - 1) for label, day in days.items()}
