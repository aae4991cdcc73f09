"""Labels of periods to the days on which they start: many spellings, none of them guessed at."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from typing import Literal, get_args

import pandas as pd

from equitymodel.argument_types import refuse_other_fields
from equitymodel.data.series.annual_periods import (
    Reading,
    are_years,
    first_day,
    is_financial_year,
    names_a_year,
    read_year,
    starts_of_years,
)
from equitymodel.data.series.breaks import Breaks, is_file, named_breaks
from equitymodel.data.series.frequency import FREQUENCIES, Frequency, find_frequency
from equitymodel.data.tables.findings import DataLog
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
    Rule("T10", "repair", "time stamps were read as days on the clocks of the United Kingdom"),
    Rule("T11", "repair", "labels were read as the periods they stand for"),
)
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

MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
EXCEL_ZERO = date(1899, 12, 30).toordinal()

SERIAL = re.compile(r"^([2-6]\d{4})(\.\d+)?$")
MONTH = re.compile(r"^(\d{4})(?:\s*[-/]\s*|M)?(\d{1,2})$", re.IGNORECASE)
DAY = re.compile(r"^(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})$")
STAMP = re.compile(r"^(\d{4}-\d{2}-\d{2})[T ](\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)?)\s*(Z|UTC|[+-]\d{2}:?\d{2})?$")
EITHER_DAY = re.compile(r"^(\d{1,2})[-/.](\d{1,2})[-/.](\d{4})$")
NAMED_MONTH = re.compile(r"^(?:(\d{1,2})[-\s])?([a-z]{3,9})[-\s']+(\d{4}|\d{2})$", re.IGNORECASE)
QUARTER = re.compile(r"^(\d{4})[-\s]*Q([1-4])$|^Q([1-4])[-\s]*(\d{4})$", re.IGNORECASE)
YEAR_QUARTER = re.compile(
    r"^(\d{4})[-/](\d{2}|\d{4})[-\s]*Q([1-4])$|^Q([1-4])[-\s]*(\d{4})[-/](\d{2}|\d{4})$", re.IGNORECASE
)
ISO_WEEK = re.compile(r"^(\d{4})-?W(\d{1,2})$", re.IGNORECASE)


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
            if (word := getattr(self, name)) not in known:
                raise OptionError(f"{name} cannot be '{word}'. {nearest(str(word), filter(None, known))}")
        if isinstance(self.drop_last, bool) or not isinstance(self.drop_last, int) or self.drop_last < 0:
            raise OptionError(f"drop_last counts periods from the end; it cannot be {self.drop_last!r}")
        if isinstance(self.breaks, str | tuple | list) and not is_file(self.breaks):
            named_breaks(self.breaks)


def read_periods(labels: pd.Series, log: DataLog, periods: Periods = Periods()) -> tuple[pd.Series, Frequency]:
    """Read labels of periods as the days on which they start, and find how long they are.

    Understands ``2023-04``, ``2023-04-01``, ``Apr 2023``, ``2023-Q2``, ``2023/24 Q1`` (financial),
    ``2023-W14``, dates at the start or end of a month or week, and time stamps; ``2023`` and ``2023/24`` where
    years were asked for.

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
    order = settle_day_order(list(first), log, periods.day_first)
    log.raise_errors()
    spelt = {label: year_first(label, order) for label in first}
    readings = _read_labels(spelt, first, log, annual=periods.frequency == "annual")
    log.raise_errors()
    kind = _one_kind(readings, log)
    log.raise_errors()
    days = {label: day for label, (_, day) in readings.items()}
    found = _frequency(kind, days, periods.frequency, log)
    log.raise_errors()
    starts = _starts(days, kind, found, periods.week, log)
    log.raise_errors()
    return labels.map(starts), found


def _read_labels(
    spelt: dict[str, str], first: dict[str, str], log: DataLog, *, annual: bool = False
) -> dict[str, Reading]:
    """Read each label once, and record those that cannot be read under the rule that says why."""
    years = not annual and all(is_financial_year(text) for text in spelt.values())
    in_years = annual and all(is_financial_year(text) or names_a_year(text) for text in spelt.values())
    readings: dict[str, Reading] = {}
    faults: dict[str, list[str]] = {}
    changed: dict[str, list[str]] = {}
    for label, text in spelt.items():
        unclear, year = read_year(text) if in_years else ("", None)
        rule, hint, reading = ("", "", year) if year else read_label(text, years=years)
        rule, hint = ("T03", unclear) if unclear else (rule, hint)
        if reading is None:
            faults.setdefault(rule, []).append(f"{first[label]}: {label!r}{hint}")
        else:
            readings[label] = reading
            if rule:
                changed.setdefault(rule, []).append(f"{first[label]}: {label!r} read as {reading[1]:%Y-%m-%d}")
    for rule, rows in {**faults, **changed}.items():
        log.add(rule, rows=rows)
    return readings


def read_label(text: str, *, years: bool) -> tuple[str, str, Reading | None]:
    """Give the rule that is met, if any, a hint, and the reading of a label, if there is one.

    Examples
    --------
    >>> read_label("Apr-22", years=False)
    ('', '', ('month', Timestamp('2022-04-01 00:00:00')))
    """
    if match := SERIAL.match(text):
        meant = date.fromordinal(EXCEL_ZERO + int(match[1]))
        return "T04", f" is probably {meant:%Y-%m-%d}", None
    if names_a_year(text) or years or (is_financial_year(text) and not _month(text)):
        return "T05", "", None
    if stamp := STAMP.match(text):
        reading = _day_of_stamp(stamp)
        plain = stamp[3] is None and float(stamp[2].replace(":", "")) == 0
        return ("" if plain else "T10") if reading else "T03", "", reading
    if financial := _financial_quarter(text):
        return "T11", "", financial
    reading = _month(text) or _day(text) or _quarter(text) or _week(text)
    return ("" if reading else "T03"), "", reading


def _month(text: str) -> Reading | None:
    if match := MONTH.match(text):
        return first_day("month", int(match[1]), int(match[2]), 1)
    if (match := NAMED_MONTH.match(text)) and match[2][:3].lower() in MONTHS:
        year = int(match[3]) + (2000 if len(match[3]) == 2 else 0)
        kind = "day" if match[1] else "month"
        return first_day(kind, year, MONTHS.index(match[2][:3].lower()) + 1, int(match[1] or 1))
    return None


def _day(text: str) -> Reading | None:
    match = DAY.match(text)
    return first_day("day", *map(int, match.groups())) if match else None


def _quarter(text: str) -> Reading | None:
    if match := QUARTER.match(text):
        year, number = int(match[1] or match[4]), int(match[2] or match[3])
        return first_day("quarter", year, 3 * number - 2, 1)
    return None


def _financial_quarter(text: str) -> Reading | None:
    """Read ``2023/24 Q1`` as April to June 2023."""
    if match := YEAR_QUARTER.match(text):
        year, number = int(match[1] or match[5]), int(match[3] or match[4])
        second = int(match[2] or match[6])
        if second % 100 == (year + 1) % 100:
            return first_day("quarter", year + (number == 4), 1 if number == 4 else 3 * number + 1, 1)
    return None


def _week(text: str) -> Reading | None:
    if match := ISO_WEEK.match(text):
        try:
            return "week", pd.Timestamp(date.fromisocalendar(int(match[1]), int(match[2]), 1))
        except ValueError:
            return None
    return None


def _day_of_stamp(stamp: re.Match[str]) -> Reading | None:
    """Give the day of a time stamp on the clocks of the United Kingdom."""
    try:
        moment = pd.Timestamp(f"{stamp[1]} {stamp[2]}{stamp[3] or ''}")
    except ValueError:
        return None
    if moment.tzinfo is not None:
        moment = moment.tz_convert("Europe/London").tz_localize(None)
    return first_day("day", moment.year, moment.month, moment.day)


def settle_day_order(labels: list[str], log: DataLog, day_first: bool | None) -> bool:
    """Settle whether dates such as 03/04/2023 have the day first."""
    parts = {label: match for label in labels if (match := EITHER_DAY.match(label))}
    if not parts:
        return True
    must = {True: any(int(match[1]) > 12 for match in parts.values()),
            False: any(int(match[2]) > 12 for match in parts.values())}  # fmt: skip
    if day_first is None and must[True] == must[False]:
        both = " (some fit only one way, some only the other)" if must[True] else ""
        log.add("T06", detail=f"for example {next(iter(parts))!r}{both}", count=len(parts))
        return True
    order = must[True] if day_first is None else day_first
    if must[not order]:
        log.add("T03", detail=f"read with the {'day' if order else 'month'} first", count=len(parts))
    else:
        log.add("T11", detail=f"dates have the {'day' if order else 'month'} first", count=len(parts))
    return order


def year_first(label: str, day_first: bool) -> str:
    """Write a date with its year first, whichever way round it was."""
    match = EITHER_DAY.match(label)
    if not match:
        return label
    month, day = (match[2], match[1]) if day_first else (match[1], match[2])
    return f"{match[3]}-{month}-{day}"


def _one_kind(readings: dict[str, Reading], log: DataLog) -> str:
    kinds = {kind: label for label, (kind, _) in readings.items()}
    if len(kinds) > 1:
        log.add("T07", rows=[f"{label!r} names a {kind}" for kind, label in kinds.items()])
    return next(iter(kinds), "day")


def _frequency(kind: str, days: dict[str, pd.Timestamp], asked: FrequencyName | None, log: DataLog) -> Frequency:
    found = {"quarter": "quarterly", "week": "weekly"}.get(kind)
    found = found or find_frequency(pd.DatetimeIndex(sorted(set(days.values()))))
    if asked == "annual" and are_years(kind, pd.DatetimeIndex(sorted(set(days.values())))):
        found = "annual"
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
        log.add("T07", detail=f"{len(set(days.values()))} different dates; {reason[found]}")
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
    if kind == "week":
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
