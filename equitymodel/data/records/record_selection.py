"""Which records are counted, and how they are cut into ages and years: declared before anything is read."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date

from equitymodel.argument_types import refuse_other_fields
from equitymodel.data.tables.strata import OLDEST, band_edges, band_label
from equitymodel.errors import OptionError

MONTHS_A_YEAR = 12
MONTH = re.compile(r"(\d{4})-(0[1-9]|1[0-2])")
ELECTIVE = ("11", "12", "13")
"""Methods of admission of HES that are elective: from a waiting list, booked, planned."""
FIVE_YEARS = (*(f"{low}-{low + 4}" for low in range(0, 85, 5)), "85+")


@dataclass(frozen=True)
class RecordSelection:
    """Which records of an extract are counted.

    Attributes
    ----------
    methods
        Methods of admission that count, as HES codes them.
    every_episode
        Whether each episode of a spell counts, in place of the first alone.
    day_cases
        Whether day cases count; if not, only ordinary admissions (``classpat`` 1) do.
    first, last
        The first and the last month that count, as ``2022-04``; by default those that the records have.
    year_starts
        The month in which a year begins: 4 for financial years, 1 for calendar years.
    age_bands
        Bands of age at admission, from 0 upwards and without a gap.
    date_format
        How dates are written where they are text and not as 2024-04-01 or 20240401, such as ``%d/%m/%Y``.
    today
        Admissions after this day have a wrong date; by default the day of the run.

    Examples
    --------
    >>> RecordSelection(age_bands=("0-64", "65+")).edges
    (0, 65)
    >>> RecordSelection(first="2022-04", last="2024-03").months
    (24267, 24290)
    """

    methods: Sequence[str] = ELECTIVE
    every_episode: bool = False
    day_cases: bool = True
    first: str | None = None
    last: str | None = None
    year_starts: int = 4
    age_bands: Sequence[str] = FIVE_YEARS
    date_format: str | None = None
    today: date = field(default_factory=date.today)

    def __post_init__(self) -> None:
        """Refuse what has no meaning.

        Raises
        ------
        OptionError
            When there is no method, a month or band cannot be read, bands leave a gap, or years begin in another
            month than January or April.
        """
        refuse_other_fields(self)
        if not self.methods:
            raise OptionError("methods of admission are a list of codes, such as ('11', '12', '13')")
        if self.year_starts not in (1, 4):
            raise OptionError(f"years begin in January (1) or April (4), not in month {self.year_starts}")
        first, last = self.months
        if first is not None and last is not None and last < first:
            raise OptionError(f"the last month, {self.last}, is before the first, {self.first}")
        self._check_bands()

    def _check_bands(self) -> None:
        pairs = [band_edges(label) for label in self.age_bands]
        follow = [pair[1] for pair in pairs if pair]
        if None in pairs or [pair[0] for pair in pairs if pair] != [0, *follow[:-1]] or follow[-1] != OLDEST:
            raise OptionError(f"age bands begin at 0, follow one another and end open, as in 0-64,65-74,75+; "
                              f"these are {','.join(self.age_bands)}")  # fmt: skip

    @property
    def edges(self) -> tuple[int, ...]:
        """The lowest age of each band."""
        return tuple(pair[0] for label in self.age_bands if (pair := band_edges(label)))

    @property
    def bands(self) -> list[str]:
        """The bands, written as in cells."""
        return [band_label(*pair) for label in self.age_bands if (pair := band_edges(label))]

    @property
    def months(self) -> tuple[int | None, int | None]:
        """The first and the last month that count, in months since the year 0."""
        return _month(self.first, "first"), _month(self.last, "last")


def _month(text: str | None, name: str) -> int | None:
    if text is None:
        return None
    if not (found := MONTH.fullmatch(text)):
        raise OptionError(f"the {name} month is written as 2022-04, not {text!r}")
    return int(found[1]) * MONTHS_A_YEAR + int(found[2]) - 1


def month_label(number: int) -> str:
    """Write a month, of months since the year 0.

    Examples
    --------
    >>> month_label(24267)
    '2022-04'
    """
    return f"{number // MONTHS_A_YEAR}-{number % MONTHS_A_YEAR + 1:02d}"


def year_label(first_month: int, year_starts: int) -> str:
    """Write a year, by its first month.

    Examples
    --------
    >>> year_label(24267, 4), year_label(24264, 1)
    ('2022/23', '2022')
    """
    year = first_month // MONTHS_A_YEAR
    return str(year) if year_starts == 1 else f"{year}/{(year + 1) % 100:02d}"
