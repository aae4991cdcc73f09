"""Days of records, as they are written: read to whole numbers such as 20240401, alike by every engine."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from equitymodel.data.records.optional_engines import ibis
from equitymodel.data.records.record_columns import as_number
from equitymodel.errors import OptionError

if TYPE_CHECKING:
    from ibis.expr.types import Value

USUAL = r"^\d{4}(-\d{2}-\d{2}([ T].*)?|/\d{2}/\d{2}|\d{4})$"
"""2024-04-01, with a time or without, 2024/04/01 or 20240401."""
PARTS = {"d": r"(\d{1,2})", "m": r"(\d{1,2})", "Y": r"(\d{4})", "y": r"(\d{2})", "b": "([A-Za-z]{3})",
         "B": "([A-Za-z]+)", "H": r"\d{1,2}", "M": r"\d{1,2}", "S": r"\d{1,2}", "f": r"\d+", "%": "%"}  # fmt: skip
"""What each sign of a format stands for; those in brackets make up a day."""
MONTHS = ("JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC")
SIGN = re.compile(r"%-?(.)|([.^$*+?{}\[\]\\|()])")
LAST_TWO_DIGITS_OF_2000S = 68
"""Years of two digits up to this one are of 2000, those after it of 1900, as POSIX has them."""


def as_day(column: Value, written: str | None = None) -> Value:
    """Read a day as a whole number, such as 20240401; nothing where there is no such day.

    Parameters
    ----------
    column
        Dates, times, whole numbers such as 20240401, or text.
    written
        How text is written where it is not 2024-04-01 or 20240401, such as ``%d/%m/%Y``.

    Raises
    ------
    OptionError
        When a format has signs that are not known, or no day, month and year.
    """
    kind = column.type()
    if kind.is_date() or kind.is_timestamp():
        return column.year().cast("int64") * 10_000 + column.month() * 100 + column.day()
    if not kind.is_string():
        return _that_exists(as_number(column))
    text = column.strip()
    return _that_exists(_usual(text) if written is None else _as_written(text, written))


def as_month(column: Value, day: Value) -> Value:
    """Give the month, in months since the year 0, of a column and its days as `as_day` reads them.

    Months of dates are asked of the engine: worked out from the days, counting took a tenth longer.
    """
    if column.type().is_date() or column.type().is_timestamp():
        return column.year().cast("int64") * 12 + column.month() - 1
    return (day // 10_000) * 12 + (day // 100) % 100 - 1


def _usual(text: Value) -> Value:
    digits = text.left(10).replace("-", "").replace("/", "")
    return ibis().ifelse(text.re_search(USUAL), digits, ibis().null("string")).try_cast("int64")


def _as_written(text: Value, written: str) -> Value:
    pattern, signs = pattern_of(written)
    group = {sign: text.re_extract(pattern, number + 1) for number, sign in enumerate(signs)}
    number = {sign: as_number(found) for sign, found in group.items()}
    if "y" in number:
        number["Y"] = number["y"] + ibis().ifelse(number["y"] <= LAST_TWO_DIGITS_OF_2000S, 2000, 1900)
    name = group.get("b", group.get("B"))
    if name is not None:
        number["m"] = name.left(3).upper().cases(*((month, place + 1) for place, month in enumerate(MONTHS)))
    return number["Y"] * 10_000 + number["m"] * 100 + number["d"]


def pattern_of(written: str) -> tuple[str, list[str]]:
    """Turn a format of dates into a pattern, and name what its brackets hold.

    Raises
    ------
    OptionError
        When a sign is not known, or day, month and year are not all there, once each.

    Examples
    --------
    >>> pattern_of("%b%Y%d")[1]
    ['b', 'Y', 'd']
    """
    signs = [found[1] for found in SIGN.finditer(written) if found[1]]
    held = [sign for sign in signs if PARTS.get(sign, "").startswith("(")]
    kinds = sorted({"b": "m", "B": "m", "y": "Y"}.get(sign, sign) for sign in held)
    if kinds != ["Y", "d", "m"] or not set(signs) <= set(PARTS):
        raise OptionError(f"--date-format (date_format= in RecordSelection) cannot be {written!r}: give day, month and "
                          f"year, as %d/%m/%Y or %d%b%y; the signs known are {', '.join(f'%{sign}' for sign in PARTS)}"
                          )  # fmt: skip
    return f"^{SIGN.sub(lambda found: PARTS[found[1]] if found[1] else chr(92) + found[2], written)}$", held


def _that_exists(day: Value) -> Value:
    """Leave out days that no calendar has, such as 30 February."""
    year, month, number = day // 10_000, (day // 100) % 100, day % 100
    leap = ((year % 4 == 0) & (year % 100 != 0)) | (year % 400 == 0)
    longest = ibis().cases(
        (month == 2, ibis().ifelse(leap, 29, 28)), (month.isin([4, 6, 9, 11]), 30), (month.between(1, 12), 31), else_=0
    )
    return ibis().ifelse(number.between(1, longest), day, ibis().null("int64"))
