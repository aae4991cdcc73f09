"""Lengths of time as people say them, in months or in weeks: counted in months, said as they were given."""

from __future__ import annotations

import math
import re
from typing import Self, override

from equitymodel.errors import SpecError

Duration = float | str
"""A number of months, or text such as ``6 weeks``, ``6w``, ``2 months`` or ``2m``."""
WEEKS_A_MONTH = 365.2425 / 7 / 12
WRITTEN = re.compile(r"^\s*(\d+(?:\.\d+)?)\s*(w|weeks?|m|months?)?\s*$", re.IGNORECASE)


class Months(float):
    """A number of months that remembers in which unit it was given.

    Attributes
    ----------
    words
        How it was given, for example ``6 weeks``.

    Examples
    --------
    >>> washout = Months.of_weeks(6)
    >>> round(washout, 2), str(washout)
    (1.38, '6 weeks')
    """

    words: str

    @classmethod
    def of_weeks(cls, weeks: float) -> Self:
        """Give so many weeks as months of average length."""
        found = cls(weeks / WEEKS_A_MONTH)
        found.words = f"{weeks:g} week{'' if weeks == 1 else 's'}"
        return found

    @override
    def __str__(self) -> str:
        """Say it as it was given."""
        return self.words


def read_months(value: object, name: str = "a length of time") -> float:
    """Read a length of time as months.

    Parameters
    ----------
    value
        A number of months, or text such as ``6 weeks``, ``6w`` or ``2 months``.
    name
        What it is, for the message.

    Returns
    -------
    float
        Months, 0 or more; of weeks, as `Months`, which say that they were weeks.

    Raises
    ------
    SpecError
        When it is neither, or below 0.

    Examples
    --------
    >>> read_months("2 months"), str(read_months("6w"))
    (2.0, '6 weeks')
    """
    if isinstance(value, str) and (match := WRITTEN.match(value)):
        number = float(match[1])
        return Months.of_weeks(number) if (match[2] or "m")[0].lower() == "w" else number
    number_given = isinstance(value, int | float) and not isinstance(value, bool)
    if number_given and math.isfinite(value) and value >= 0:  # type: ignore[arg-type, operator]
        return value  # type: ignore[return-value]
    raise SpecError(f"interruption: {name} is a number of months, 0 or more, or weeks such as '6 weeks', not {value!r}")


def months_in_words(months: Duration) -> str:
    """Say a length of time in the unit in which it was given.

    Examples
    --------
    >>> months_in_words(2), months_in_words(1), months_in_words(read_months("6w"))
    ('2 months', '1 month', '6 weeks')
    """
    if isinstance(months, Months):
        return str(months)
    return f"{float(months):g} month{'' if months == 1 else 's'}"
