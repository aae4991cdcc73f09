"""The periods of a series as one value: when they start and end, how long they are, and which are masked."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pandas as pd

from equitymodel.data.series.frequency import Frequency

Day = str | dt.date | pd.Timestamp
"""A day, as text such as ``2023-04-01``, a date or a time stamp."""


@dataclass(frozen=True, eq=False)
class Calendar:
    """The periods of a series; two with the same periods and mask are equal, so that what follows is derived once.

    Attributes
    ----------
    frequency
        How long periods are.
    starts
        The first day of each.
    masked
        Which lie in a declared break.

    Examples
    --------
    >>> from equitymodel.data.series.frequency import FREQUENCIES
    >>> months = pd.date_range("2023-01-01", periods=3, freq="MS")
    >>> calendar = Calendar(FREQUENCIES["monthly"], months, np.zeros(3, bool))
    >>> calendar == Calendar(FREQUENCIES["monthly"], months[:], np.zeros(3, bool)), calendar.ended_by("2023-03-01")
    (True, array([ True,  True, False]))
    """

    frequency: Frequency
    starts: pd.DatetimeIndex
    masked: np.ndarray

    @cached_property
    def ends(self) -> pd.DatetimeIndex:
        """The day after the last of each period."""
        return self.frequency.ends(self.starts)

    @cached_property
    def known_by(self) -> tuple[str, str, bytes, bytes]:
        """What calendars are compared and hashed by."""
        return self.frequency.name, str(self.starts.dtype), self.starts.asi8.tobytes(), self.masked.tobytes()

    def ended_by(self, day: Day) -> np.ndarray:
        """Say which periods end by a day, so that nothing in them is later."""
        return np.asarray(self.ends <= pd.Timestamp(day))

    def __eq__(self, other: object) -> bool:
        """Compare periods and mask."""
        return isinstance(other, Calendar) and self.known_by == other.known_by

    def __hash__(self) -> int:
        """Hash periods and mask."""
        return hash(self.known_by)
