"""Bands of weeks waited: how they are written, whether they follow one another, and how people lie within them."""

from __future__ import annotations

import re
from dataclasses import dataclass

import numpy as np
import pandas as pd

from equitymodel.data.tables.findings import DataLog
from equitymodel.data.tables.rules import Rule

RULES = (
    Rule("Q01", "error", "weeks waited that cannot be read",
         "write whole weeks: 7, a band with both its ends such as 0-17, or the last one as 52+"),
    Rule("Q02", "error", "bands of weeks overlap, leave weeks out, or do not begin at 0",
         "give bands that follow one another from 0 on, such as 0-17, 18-51, 52+"),
    Rule("Q03", "warning", "people of a band of several weeks are spread evenly over its weeks, and of the last, open "
         "one over weeks in falling numbers",
         "give single weeks, as they are published, for waits near a threshold"),
)  # fmt: skip
BAND = re.compile(
    r"^(?:(?P<from>\d+)\s*(?:-|\N{EN DASH}|to)\s*(?P<to>\d+)|(?P<one>\d+)|(?P<open>\d+)\s*\+)\s*(?:weeks?)?$"
)
FURTHER_WEEKS = 52
"""Weeks over which an open band is spread at most."""
LEAST_KEPT, MOST_KEPT = 0.5, 0.98
"""Limits of the share that is still there a week later, in an open band."""
TOLD_APART = 4
"""Weeks of a band beyond which spreading evenly is said."""


@dataclass(frozen=True)
class WeekBand:
    """Whole weeks waited, with both ends; an open band has none.

    Attributes
    ----------
    first, last
        Whole weeks, both in the band; the last is missing where it is open.

    Examples
    --------
    >>> read_band("0-17"), read_band("52+").label, read_band("soon")
    (WeekBand(first=0, last=17), '52+', None)
    """

    first: int
    last: int | None

    @property
    def label(self) -> str:
        """As it is written."""
        if self.last is None:
            return f"{self.first}+"
        return str(self.first) if self.first == self.last else f"{self.first}-{self.last}"


def read_band(text: str) -> WeekBand | None:
    """Read a band; nothing where it cannot be read."""
    found = BAND.match(str(text).strip().lower())
    if found is None:
        return None
    if found["open"] is not None:
        return WeekBand(int(found["open"]), None)
    first = int(found["one"] or found["from"])
    last = int(found["one"] or found["to"])
    return WeekBand(first, last) if first <= last else None


def read_bands(column: pd.Series, log: DataLog) -> list[WeekBand]:
    """Read the bands of a column, in order (rules Q01 and Q02).

    Parameters
    ----------
    column
        As they are written.
    log
        Where what is wrong is recorded.

    Raises
    ------
    EquityDataError
        When a band cannot be read, or they do not follow one another.

    Examples
    --------
    >>> [band.label for band in read_bands(pd.Series(["18+", "0 to 17", "18+"]), DataLog("waiting"))]
    ['0-17', '18+']
    """
    read = {str(text): read_band(text) for text in column.unique()}
    bad = column[column.astype(str).map(lambda text: read[text] is None)]
    if len(bad):
        log.add("Q01", rows=[f"{row}: {value!r}" for row, value in bad.items()])
    log.raise_errors()
    bands = sorted({band for band in read.values() if band is not None}, key=lambda band: (band.first, band.label))
    _check_order(bands, log)
    if any(band.last is None or band.last - band.first >= TOLD_APART for band in bands):
        log.add("Q03", detail=", ".join(band.label for band in bands[-3:]))
    return bands


def _check_order(bands: list[WeekBand], log: DataLog) -> None:
    following, wrong = 0, []
    for band in bands:
        if band.first != following:
            wrong.append(f"band {band.label}: week {following if following >= 0 else 'of none'} was to follow")
        following = -1 if band.last is None else band.last + 1
    if wrong:
        log.add("Q02", rows=wrong)
    log.raise_errors()


def spread_over_weeks(bands: list[WeekBand], people: np.ndarray) -> np.ndarray:
    """Give the share of each band that lies in each week.

    Parameters
    ----------
    bands
        From `read_bands`.
    people
        In each band; they say how fast an open one falls.

    Returns
    -------
    numpy.ndarray
        Bands by weeks; each band sums to 1. A closed band is even; an open one falls by the share that makes its number
        follow from that of the band before.

    Examples
    --------
    >>> shares = spread_over_weeks([WeekBand(0, 1), WeekBand(2, None)], np.array([20.0, 20.0]))
    >>> shares[0, :2], shares[1, 2:5].round(3)
    (array([0.5, 0.5]), array([0.5  , 0.25 , 0.125]))
    """
    open_, known = bands[-1].last is None, bands[-1].first if bands[-1].last is None else bands[-1].last + 1
    shares = np.zeros((len(bands), known + (FURTHER_WEEKS if open_ else 0)))
    for number, band in enumerate(bands):
        if band.last is not None:
            shares[number, band.first : band.last + 1] = 1 / (band.last + 1 - band.first)
    if open_:
        falling = _kept(bands, people) ** np.arange(FURTHER_WEEKS)
        shares[-1, known:] = falling / falling.sum()
    return shares


def _kept(bands: list[WeekBand], people: np.ndarray) -> float:
    """Give the share of an open band that is there a week later, from the people a week of the band before."""
    if len(bands) < 2 or not people[-1] > 0:
        return LEAST_KEPT
    before = bands[-2]
    weekly = people[-2] / (1 + (before.last or before.first) - before.first)
    return float(np.clip(1 - weekly / people[-1], LEAST_KEPT, MOST_KEPT))
