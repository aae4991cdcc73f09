"""A column of period labels read as a whole: what one label leaves open, the others decide, or the reader is asked."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace

import numpy as np
import pandas as pd

from equitymodel.data.series.frequency import FREQUENCIES, YEAR, find_frequency, same_place_in_month
from equitymodel.data.tables.period_spellings import (
    EITHER_DAY,
    Order,
    PeriodReading,
    either_day,
    plain_label,
    readings_of,
    why_unread,
)

ORDERS: tuple[Order, ...] = ("day", "month", "year")
ASK_LENGTH = "T24"


@dataclass(frozen=True)
class PeriodColumn:
    """The labels of a column, read.

    Attributes
    ----------
    readings
        By label.
    unread
        For each label that is not read: the rule, and what it may be.
    order
        Which part of dates such as 01/04/22 comes first; none where there are no such dates.
    dates
        How many such dates there are.
    open_order
        Why the order of such dates is not known, with an example; empty where it is known.
    """

    readings: dict[str, PeriodReading] = field(default_factory=dict)
    unread: dict[str, tuple[str, str]] = field(default_factory=dict)
    order: Order | None = None
    dates: int = 0
    open_order: str = ""


def read_period_column(
    labels: Iterable[str], *, day_first: bool | None = None, years: bool | None = None
) -> PeriodColumn:
    """Read the different labels of a column.

    Parameters
    ----------
    labels
        As written.
    day_first
        Whether dates such as 01/02/2018 have the day first, where somebody says so.
    years
        Whether labels such as 2004-05 are years, where somebody says so.

    Returns
    -------
    PeriodColumn
        Readings, and what stays open.

    Examples
    --------
    >>> monthly = read_period_column(f"01/{month:02d}/2018" for month in range(1, 13))
    >>> monthly.order, monthly.readings["01/02/2018"].start
    ('day', Timestamp('2018-02-01 00:00:00'))
    >>> {reading.kind for reading in read_period_column(["2003-04", "2004-05"]).readings.values()}
    {'year'}
    >>> read_period_column(["2004-05"]).unread
    {'2004-05': ('T24', ' may be May 2004 or the year 2004/05')}
    """
    spelt = {label: plain_label(label) for label in labels}
    dates = [text for text in spelt.values() if EITHER_DAY.match(text)]
    order, why = _settle_order(dates, day_first)
    if why:
        return PeriodColumn(dates=len(dates), open_order=why)
    found = {label: readings_of(text, order or "day") for label, text in spelt.items()}
    kinds = {reads[0].kind for reads in found.values() if len(reads) == 1}
    years = _settle_years(found.values(), kinds, years)
    read = {label: _choose(reads, years) for label, reads in found.items()}
    unread = {label: _why(label, found[label]) for label, reading in read.items() if reading is None}
    return PeriodColumn({label: one for label, one in read.items() if one}, unread, order, len(dates))


def _settle_order(dates: Sequence[str], day_first: bool | None) -> tuple[Order | None, str]:
    """Settle which part of dates comes first: as said, by a part above 12, or by what makes them regular."""
    if not dates:
        return None, ""
    if day_first is not None:
        return "day" if day_first else "month", ""
    read = {order: [either_day(text, order) for text in dates] for order in ORDERS}
    possible = {order: _days(found) for order, found in read.items() if all(found)}
    certain = [order for order in possible if order != "year"]
    if not possible:
        return None, f"for example {dates[0]!r} (some fit only one way, some only the other)"
    if len(possible) == 1 and certain:
        return certain[0], ""
    daily = {"day"} if "day" in possible and _are_daily(possible["day"]) else set()
    regular = [order for order, days in possible.items() if order in daily or _is_regular(days)]
    strong = [order for order in regular if order in daily or _at_an_edge(possible[order])]
    decided = regular if len(regular) == 1 else strong
    return (decided[0], "") if len(decided) == 1 else (None, f"for example {dates[0]!r}")


def _days(found: Iterable[PeriodReading | None]) -> pd.DatetimeIndex:
    return pd.DatetimeIndex(sorted({reading.start for reading in found if reading}))


def _is_regular(days: pd.DatetimeIndex) -> bool:
    """Say whether dates are those of weeks, months, quarters or years."""
    return find_frequency(days) in FREQUENCIES or _are_yearly(days)


def _are_daily(days: pd.DatetimeIndex) -> bool:
    return len(days) > 1 and bool((np.diff(days.to_numpy()) == np.timedelta64(1, "D")).all())


def _are_yearly(days: pd.DatetimeIndex) -> bool:
    months = 12 * days.year + days.month
    return len(days) > 1 and same_place_in_month(days) and not ((months - months[0]) % YEAR).any()


def _at_an_edge(days: pd.DatetimeIndex) -> bool:
    """Say whether dates are first or last days of months, or all of one weekday."""
    return bool((days.day == 1).all() or days.is_month_end.all() or len(set(days.day_of_week)) == 1)


def _settle_years(found: Iterable[tuple[PeriodReading, ...]], kinds: set[str], said: bool | None) -> bool | None:
    """Settle whether labels that may be months or years are years: by other labels, as said, or by their distance."""
    both = [reads for reads in found if len(reads) > 1]
    if kinds & {"year", "month"}:
        return "year" in kinds
    if said is not None or kinds:
        return bool(said)
    return True if len(both) > 1 else None


def _choose(reads: tuple[PeriodReading, ...], years: bool | None) -> PeriodReading | None:
    if len(reads) < 2:
        return reads[0] if reads else None
    wanted = [reading for reading in reads if years is not None and (reading.kind == "year") == years]
    return replace(wanted[0]) if len(wanted) == 1 else None


def _why(label: str, reads: tuple[PeriodReading, ...]) -> tuple[str, str]:
    if len(reads) < 2:
        return why_unread(label)
    month, year = (next(reading.start for reading in reads if reading.kind == kind) for kind in ("month", "year"))
    return ASK_LENGTH, f" may be {month:%B %Y} or the year {year.year}/{(year.year + 1) % 100:02d}"
