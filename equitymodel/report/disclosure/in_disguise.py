"""Counts in disguise: a rate of a known population, or a target less a count, gives the count away."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import pandas as pd


@dataclass(frozen=True)
class InDisguise:
    """A column from which a count can be worked out, with what anyone knows: ``value = shift + scale x count``.

    Attributes
    ----------
    column
        The column that is published: ``crude_rate``.
    per
        What a count is divided by, a column that adds up over rows: ``person_years`` of a crude rate. None for 1.
    times
        A number that it is multiplied by: 100,000 of a rate, -1 of a target less a count.
    less_from
        What it is taken from, a column that adds up over rows: ``target`` of a target less a count. None for 0.
    digits
        Digits after the point that are published.

    Examples
    --------
    >>> rate = InDisguise("crude_rate", per="person_years", times=100_000, digits=1)
    >>> rate.of(np.array([10.0]), pd.DataFrame({"person_years": [40_000.0]})).tolist()
    [25.0]
    """

    column: str
    per: str | None = None
    times: float = 1.0
    less_from: str | None = None
    digits: int = 1

    @property
    def sources(self) -> tuple[str, ...]:
        """The columns it is worked out from, which add up over rows."""
        return tuple(column for column in (self.per, self.less_from) if column)

    def of(self, counts: np.ndarray, rows: pd.DataFrame) -> np.ndarray:
        """Work the column out from counts as they are shown, so that it says no more than they do."""
        per = rows[self.per].to_numpy(float) if self.per else np.ones(len(rows))
        shift = rows[self.less_from].to_numpy(float) if self.less_from else np.zeros(len(rows))
        value: np.ndarray = np.round(shift + self.times * counts / np.where(per > 0, per, np.nan), self.digits)
        return value


def counts_behind(
    value: float, *, per: float = 1.0, times: float = 1.0, less_from: float = 0.0, digits: int = 1
) -> tuple[int, int]:
    """Give the least and the most that the count behind a published value may be, for someone who knows the rest.

    Parameters
    ----------
    value
        As published, rounded to `digits`.
    per, times, less_from
        The value is ``less_from + times x count / per``: of a rate per 100,000, `per` is the population and `times`
        100,000; of a target less a count, `less_from` is the target and `times` -1.
    digits
        Digits after the point.

    Returns
    -------
    tuple of int
        Both ends are possible; the first is above the second if no count would give the value.

    Examples
    --------
    A rate of 12.5 per 100,000 in a district of 24,000 is 3 people.

    >>> counts_behind(12.5, per=24_000, times=100_000)
    (3, 3)
    >>> counts_behind(6.0, less_from=10.0, times=-1, digits=0)
    (4, 4)
    """
    half = 0.5 * 10.0**-digits
    ends = sorted((value + step - less_from) * per / times for step in (-half, half))
    return max(0, math.ceil(ends[0] - 1e-9)), math.floor(ends[1] + 1e-9)


def percentage_shown(part: float | None, whole: float | None, *, digits: int = 1) -> float | None:
    """Give a percentage from counts as they are shown, so that it says no more than they do; none if one is hidden.

    Examples
    --------
    >>> percentage_shown(10, 40), percentage_shown(None, 40)
    (25.0, None)
    """
    if part is None or whole is None or pd.isna(part) or pd.isna(whole) or whole == 0:
        return None
    return round(100 * part / whole, digits)
