"""Spellings of periods: what one label may name, for cells and for series alike; none of them is guessed at.

Each spelling is one entry of `SPELLINGS`: its pattern, how it is read, and labels that have it. To add a
spelling, add an entry; the page of spellings is made from this table.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Literal

import pandas as pd

YEARS = range(1978, 2101)
"""Years of which bank holidays are known."""
APRIL = 4
"""The month in which a financial year begins."""
MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
EXCEL_ZERO = date(1899, 12, 30).toordinal()
KIND_OF_MONTHS = {1: "month", 3: "quarter", 12: "year"}
KIND_OF_DAYS = {7: "week", 28: "four weeks"}

Order = Literal["day", "month", "year"]
"""Which part of a date such as 01/04/22 comes first."""


@dataclass(frozen=True)
class PeriodReading:
    """What a label names.

    Attributes
    ----------
    kind
        ``year``, ``quarter``, ``month``, ``four weeks``, ``week`` or ``day``.
    start
        Its first day.
    rule
        The rule under which the reading is recorded; empty for what is read as it stands.
    """

    kind: str
    start: pd.Timestamp
    rule: str = ""


Found = PeriodReading | None


@dataclass(frozen=True)
class PeriodSpelling:
    """One way of writing a period: the pattern, how a match is read, and labels that are written so."""

    pattern: re.Pattern[str]
    read: Callable[[re.Match[str]], Found]
    examples: tuple[str, ...]


def first_day(kind: str, year: int, month: int, day: int = 1, rule: str = "") -> Found:
    """Give a reading, if there is such a day and its year is one of which bank holidays are known."""
    if year not in YEARS:
        return None
    try:
        return PeriodReading(kind, pd.Timestamp(date(year, month, day)), rule)
    except ValueError:
        return None


def _year(text: str) -> int:
    """Read the number of a year; two digits are of this century."""
    return int(text) + (2000 if len(text) == 2 else 0)


def _month(text: str) -> int:
    return MONTHS.index(text[:3].lower()) + 1


def _is_pair(match: re.Match[str]) -> bool:
    """Say whether two numbers are a year and the one after it."""
    return int(match["second"]) % 100 == (_year(match["first"]) + 1) % 100


def _numbered_month(match: re.Match[str]) -> Found:
    return first_day("month", int(match["year"]), int(match["month"]))


def _named_month(match: re.Match[str]) -> Found:
    rule = "T11" if match.groupdict().get("before") else ""
    return first_day("month", _year(match["year"]), _month(match["name"]), rule=rule)


def _numbered_day(match: re.Match[str]) -> Found:
    return first_day("day", int(match["year"]), int(match["month"]), int(match["day"]))


def _named_day(match: re.Match[str]) -> Found:
    return first_day("day", _year(match["year"]), _month(match["name"]), int(match["day"]))


def _stamp(match: re.Match[str]) -> Found:
    """Give the day of a time stamp: as written where that is midnight, otherwise on UK clocks."""
    try:
        moment = pd.Timestamp(f"{match['day']} {match['time']}{match['zone'] or ''}")
    except ValueError:
        return None
    plain = match["zone"] is None and float(match["time"].replace(":", "")) == 0
    if moment.tzinfo is not None and moment != moment.normalize():
        moment = moment.tz_convert("Europe/London")
    return first_day("day", moment.year, moment.month, moment.day, "" if plain else "T10")


def _quarter(match: re.Match[str]) -> Found:
    return first_day("quarter", int(match["year"]), 3 * int(match["number"]) - 2)


def _financial_quarter(match: re.Match[str]) -> Found:
    """Read ``2023/24 Q1`` as April to June 2023."""
    return _of_financial_year("quarter", match, 3 * int(match["number"]) - 2)


def _financial_month(match: re.Match[str]) -> Found:
    """Read ``2022/23 M01`` as April 2022."""
    return _of_financial_year("month", match, int(match["number"])) if 1 <= int(match["number"]) <= 12 else None


def _of_financial_year(kind: str, match: re.Match[str], month: int) -> Found:
    """Give the period that begins in a month of a financial year, counted from April."""
    passed = APRIL - 2 + month
    return (
        first_day(kind, _year(match["first"]) + passed // 12, passed % 12 + 1, rule="T11") if _is_pair(match) else None
    )


def _week(match: re.Match[str]) -> Found:
    """Read the number of a week as ISO 8601 has it: from Monday, week 1 with the first Thursday of the year."""
    try:
        monday = date.fromisocalendar(int(match["year"]), int(match["number"]), 1)
    except ValueError:
        return None
    return first_day("week", monday.year, monday.month, monday.day)


def _calendar_year(match: re.Match[str]) -> Found:
    return first_day("year", int(match["year"]), 1)


def _financial_year(match: re.Match[str]) -> Found:
    return first_day("year", _year(match["first"]), APRIL) if _is_pair(match) else None


def _days_between(match: re.Match[str]) -> Found:
    """Read a first and a last day."""
    try:
        first, last = pd.Timestamp(match["from"]), pd.Timestamp(match["to"])
    except ValueError:
        return None
    return _between(first, last + pd.Timedelta(days=1))


def _months_between(match: re.Match[str]) -> Found:
    """Read a first and a last month; the year of the first may be left to that of the last."""
    last = first_day("month", _year(match["last_year"]), _month(match["to"]))
    year = _year(match["first_year"] or match["last_year"])
    first = first_day("month", year, _month(match["from"]))
    return _between(first.start, last.start + pd.DateOffset(months=1)) if first and last else None


def _ending(match: re.Match[str]) -> Found:
    """Read ``year ending March 2023`` by its last month, and by the last day of it where that is said."""
    last = first_day("month", _year(match["year"]), _month(match["name"]))
    if last is None or (match["day"] and int(match["day"]) != last.start.days_in_month):
        return None
    end = last.start + pd.DateOffset(months=1)
    return _between(end - pd.DateOffset(months=LENGTHS[match["length"].split()[0].lower()]), end)


def _between(start: pd.Timestamp, end: pd.Timestamp) -> Found:
    months = 12 * (end.year - start.year) + end.month - start.month
    whole = KIND_OF_MONTHS.get(months) if start.day == end.day == 1 else None
    kind = whole or KIND_OF_DAYS.get((end - start).days)
    if kind is None or (kind == "quarter" and start.month % 3 != 1):
        return None
    return first_day(kind, start.year, start.month, start.day, "T11")


NAME = (
    r"jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?|"
    r"nov(?:ember)?|dec(?:ember)?"
)
NAMED, FOUR, TWO_OR_FOUR = rf"(?P<name>{NAME})", r"(?P<year>\d{4})", r"(?P<year>\d{4}|\d{2})"
PAIR = r"(?:FY\s*)?(?P<first>\d{4})\s*[-/]\s*(?P<second>\d{4}|\d{2})"
QUARTER, NUMBER_OF_MONTH = r"(?:Q|Qtr|Quarter)\s*(?P<number>[1-4])", r"(?:M|Month|Period|P)\s*(?P<number>\d{1,2})"
WEEK = r"(?:W|Wk|Week)\s*(?P<number>\d{1,2})"
GAP = r"[-\s,]*"
LENGTHS = {"year": 12, "12": 12, "twelve": 12, "quarter": 3, "3": 3, "three": 3, "month": 1}
"""How many months periods last that are named by their end."""
LENGTH = r"(?P<length>year|(?:12|twelve|3|three) months|quarter|month)\s+(?:ending|ended|to)(?:\s+the)?"
RETURNS = "RTT|DM01|MSitAE|CWT|QAR|KH03"
"""Monthly and quarterly returns of NHS England, which put their own name before the month."""
ISO_DAY = r"\d{4}-\d{2}-\d{2}"


def _spelling(pattern: str, read: Callable[[re.Match[str]], Found], *examples: str) -> PeriodSpelling:
    return PeriodSpelling(re.compile(rf"^{pattern}$", re.IGNORECASE), read, examples)


NUMBERED_MONTH = _spelling(FOUR + r"(?:\s*[-/.]\s*|\s*-?M)?(?P<month>\d{1,2})", _numbered_month,
                           "2022-04", "2022/04", "202204", "2022M04")  # fmt: skip
FINANCIAL_YEAR = _spelling(PAIR, _financial_year, "2022-23", "2022/23", "2022/2023", "FY2022/23")
SPELLINGS = (
    NUMBERED_MONTH,
    _spelling(r"(?P<month>\d{1,2})[-/](?P<year>\d{4})", _numbered_month, "04/2022"),
    _spelling(rf"(?P<before>(?:{RETURNS})[-_\s]+)?{NAMED}[-\s'/.,_]*{TWO_OR_FOUR}", _named_month,
              "Apr-22", "April 2022", "RTT-April-2023"),
    _spelling(rf"{FOUR}[-\s/]*{NAMED}", _named_month, "2022 APR"),
    _spelling(r"(?P<year>\d{4})([-/.]?)(?P<month>\d{2})\2(?P<day>\d{2})", _numbered_day, "2022-04-01", "20220401"),
    _spelling(r"(?P<year>\d{4})([-/.])(?P<month>\d{1,2})\2(?P<day>\d{1,2})", _numbered_day, "2022/4/1"),
    _spelling(rf"(?P<day>\d{{1,2}})(?:st|nd|rd|th)?[-\s]*{NAMED}[-\s',]*{TWO_OR_FOUR}", _named_day,
              "01-Apr-2022", "1 April 2022"),
    _spelling(rf"(?P<day>{ISO_DAY})[T ](?P<time>\d{{2}}:\d{{2}}(?::\d{{2}}(?:\.\d+)?)?)\s*"
              r"(?P<zone>Z|UTC|[+-]\d{2}:?\d{2})?", _stamp, "2022-04-01 00:00", "2022-03-31T23:00:00Z"),
    _spelling(rf"{FOUR}{GAP}{QUARTER}", _quarter, "2022-Q2", "2022 Quarter 2"),
    _spelling(rf"{QUARTER}{GAP}{FOUR}", _quarter, "Q2 2022"),
    _spelling(rf"{PAIR}{GAP}{QUARTER}", _financial_quarter, "2022-23 Q1", "2022/23 Q1"),
    _spelling(rf"{QUARTER}{GAP}{PAIR}", _financial_quarter, "Q1 2022/23"),
    _spelling(rf"{PAIR}{GAP}{NUMBER_OF_MONTH}", _financial_month, "2022/23 M01", "2022-23 Month 1"),
    _spelling(rf"{NUMBER_OF_MONTH}{GAP}{PAIR}", _financial_month, "M01 2022/23"),
    _spelling(rf"{FOUR}{GAP}{WEEK}", _week, "2020 Week 53", "2020-W53"),
    _spelling(rf"{WEEK}{GAP}{FOUR}", _week, "Week 53 2020"),
    _spelling(FOUR, _calendar_year, "2022"),
    FINANCIAL_YEAR,
    _spelling(r"FY\s*(?P<first>\d{2})\s*[-/]\s*(?P<second>\d{2})", _financial_year, "FY22/23"),
    _spelling(r"(?P<first>\d{4})(?P<second>\d{2}|\d{4})", _financial_year, "202223", "20222023"),
    _spelling(rf"(?P<from>{ISO_DAY})\s*(?:/|to)\s*(?P<to>{ISO_DAY})", _days_between,
              "2022-04-04/2022-04-10", "2022-04-01 to 2023-03-31"),
    _spelling(rf"(?P<from>{NAME})[-\s']*(?P<first_year>\d{{4}}|\d{{2}})?\s*(?:-|to)\s*(?P<to>{NAME})[-\s']*"
              r"(?P<last_year>\d{4}|\d{2})", _months_between, "April 2022 to March 2023", "Apr-Jun 2022"),
    _spelling(rf"{LENGTH}\s+(?:(?P<day>\d{{1,2}})(?:st|nd|rd|th)?\s+)?{NAMED}[-\s']*{TWO_OR_FOUR}", _ending,
              "year ending March 2023", "12 months to March 2023", "Year ended 31 March 2023",
              "quarter ending June 2022"),
)  # fmt: skip
"""Every spelling but dates of which the day, the month or the year may come first: those are `EITHER_DAY`."""

EITHER_DAY = re.compile(
    r"^(?P<a>\d{1,2})([-/.])(?P<b>\d{1,2})\2(?P<c>\d{4}|\d{2})(?:[T ](?P<time>\d{1,2}:\d{2}(?::\d{2})?))?$"
)
EITHER_EXAMPLES = ("01/04/2022", "01/04/2022 00:00", "30/04/22")
WEEK_DATED = re.compile(
    r"^(?:(?P<ends>w/?e|week\s+(?:ending|ended|to))|w/?[cb]|week\s+(?:commencing|beginning|starting))"
    r"\s*:?\s+(?P<date>.+)$",
    re.IGNORECASE,
)
WEEK_EXAMPLES = ("w/e 5 April 2024", "week ending 2024-04-05", "w/c 1 April 2024", "week commencing 2024-04-01")
"""Weeks named by the day on which they end or begin."""
SERIAL = re.compile(r"^[2-6]\d{4}$")
MAY_BE_EITHER_YEAR = re.compile(r"^FY\s*(\d{4}|\d{2})$", re.IGNORECASE)


def plain_label(text: str) -> str:
    """Write a label without what a spreadsheet or a table of numbers has put around it.

    Examples
    --------
    >>> plain_label(" 20220401.0 "), plain_label("2022\u201323")
    ('20220401', '2022-23')
    """
    spaced = " ".join(text.split()).replace("\u2013", "-").replace("\u2014", "-")
    return re.sub(r"^(\d+)\.0$", r"\1", spaced)


def readings_of(label: str, order: Order = "day") -> tuple[PeriodReading, ...]:
    """Read one label: no reading, one, or two where it may be a month or a year.

    Parameters
    ----------
    label
        As written.
    order
        Which part of a date such as 01/04/22 comes first.

    Examples
    --------
    >>> readings_of("RTT-April-2023")[0].start, [reading.kind for reading in readings_of("2004-05")]
    (Timestamp('2023-04-01 00:00:00'), ['month', 'year'])
    >>> readings_of("spring")
    ()
    """
    text = plain_label(label)
    if match := WEEK_DATED.match(text):
        return _week_dated(match, order)
    if EITHER_DAY.match(text):
        found = either_day(text, order)
        return (found,) if found else ()
    if SERIAL.match(text):
        return ()
    read = [spelling.read(match) for spelling in SPELLINGS if (match := spelling.pattern.match(text))]
    return tuple({reading.kind: reading for reading in read if reading}.values())


def _week_dated(match: re.Match[str], order: Order) -> tuple[PeriodReading, ...]:
    """Give the week that ends or begins on a day."""
    before = pd.Timedelta(days=6 if match["ends"] else 0)
    days = [reading for reading in readings_of(match["date"], order) if reading.kind == "day"]
    return tuple(PeriodReading("week", day.start - before, "T11") for day in days)


def date_within(text: str) -> str:
    """Give the date that names a week, or the label itself.

    Examples
    --------
    >>> date_within("w/e 05/04/2024"), date_within("2024-04")
    ('05/04/2024', '2024-04')
    """
    match = WEEK_DATED.match(text)
    return match["date"] if match else text


def either_day(text: str, order: Order) -> Found:
    """Read a date whose day, month or year comes first; two digits of a year are of this century, up to this year."""
    match = EITHER_DAY.match(text)
    if match is None or (order == "year" and len(match["c"]) == 4):
        return None
    places = {"day": "cba", "month": "cab", "year": "abc"}[order]
    year, month, day = (match[place] for place in places)
    if len(year) == 1 or (len(year) == 2 and _year(year) > pd.Timestamp.today().year):
        return None
    midnight = float((match["time"] or "0").replace(":", "")) == 0
    return first_day("day", _year(year), int(month), int(day), "" if midnight else "T10")


def why_unread(label: str) -> tuple[str, str]:
    """Say under which rule a label is not read, and what it may be.

    Examples
    --------
    >>> why_unread("FY2022")
    ('T03', ' may be 2021/22 or 2022/23; write the one it is')
    """
    text = plain_label(label)
    if SERIAL.match(re.sub(r"\.\d+$", "", text)):
        meant = date.fromordinal(EXCEL_ZERO + int(text[:5]))
        return "T04", f" is probably {meant:%Y-%m-%d}"
    if match := MAY_BE_EITHER_YEAR.match(text):
        year = _year(match[1])
        pairs = " or ".join(f"{first}/{(first + 1) % 100:02d}" for first in (year - 1, year))
        return "T03", f" may be {pairs}; write the one it is"
    return "T03", ""


def write_period(period: pd.Period) -> str:
    """Write a period of pandas so that it is read back as the days it has, whatever month its year ends in.

    Examples
    --------
    >>> [write_period(pd.Period("2023", freq)) for freq in ("M", "Y-MAR", "Y-JUN")]
    ['2023-01', '2022/23', '2022-07-01 to 2023-06-30']
    """
    first, last = period.start_time, period.end_time
    days = f"{first:%Y-%m-%d} to {last:%Y-%m-%d}"
    if first.day != 1 or not last.is_month_end:
        return days
    months = 12 * (last.year - first.year) + last.month - first.month + 1
    pair = f"{first.year}/{last.year % 100:02d}", f"{first.year}/{last.year}"
    known = {1: (f"{first:%Y-%m}", f"{first:%B %Y}"), 3: (f"{first.year} Q{first.quarter}",),
             12: (f"{first.year}",) if first.month == 1 else pair}  # fmt: skip
    return next((label for label in known.get(months, ()) if _names_only(label, first)), days)


def _names_only(label: str, start: pd.Timestamp) -> bool:
    return [reading.start for reading in readings_of(label)] == [start]


def write_periods(column: pd.Series) -> pd.Series:
    """Write periods of pandas as text; every other value is left as it is.

    Examples
    --------
    >>> write_periods(pd.Series(pd.period_range("2021-04", periods=2, freq="Y-MAR"))).tolist()
    ['2021/22', '2022/23']
    """
    if isinstance(column.dtype, pd.PeriodDtype) or column.map(lambda value: isinstance(value, pd.Period)).any():
        return column.astype(object).map(lambda value: write_period(value) if isinstance(value, pd.Period) else value)
    return column
