"""Published lists in a few bands of weeks: people by single weeks, how fast they leave, and the list a year later."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from equitymodel.errors import OptionError

MARKS = (0, 18, 52, 65)
"""First weeks of the bands between which additions and rates of leaving change by themselves."""
CHANGES = ("additions", "leaving_under_18", "leaving_18_to_52", "leaving_52_to_65", "leaving_over_65")
"""What changes from one year to the next, as natural logs of ratios."""
YEAR = 52
LONGEST = 200
OPEN_WIDTH = 13
"""Weeks over which people of the last, open band are taken to lie when its slope is found."""
LEAST_LEAVING = 0.002
HALF = 0.5
"""Of a person, added so that a band in which nobody waits has a logarithm."""


@dataclass(frozen=True)
class ByWeek:
    """Lists by single weeks waited.

    Attributes
    ----------
    waiting, leaving
        People, and how fast they leave the list whether treated or not, a week: lists by weeks.
    """

    waiting: np.ndarray
    leaving: np.ndarray

    @property
    def additions(self) -> np.ndarray:
        """How many are added in a week, if a list stays as it is: as many as leave in it."""
        turnover: np.ndarray = (self.waiting * np.expm1(self.leaving)).sum(axis=-1)
        return turnover

    def part(self, lists: slice) -> ByWeek:
        """Give some of the lists."""
        return ByWeek(self.waiting[lists], self.leaving[lists])


def by_week(bands: pd.DataFrame) -> ByWeek:
    """Give people by single weeks, and how fast they leave, from people in bands.

    Parameters
    ----------
    bands
        People: a row a list, a column a band, named by its first week; the last is open. 0, 18, 52 and 65 are among
        them, as monthly waits from referral to treatment are published.

    Returns
    -------
    ByWeek
        The logarithm of people a week is a straight line between the middles of bands; each band keeps its people. How
        fast it falls is the rate of leaving of a list that stays as it is.

    Raises
    ------
    OptionError
        When bands lack one of those weeks, are out of order, or hold what is no number of people; or when two lists
        have one name.

    Examples
    --------
    >>> lists = pd.DataFrame({0: [1000.0], 18: [500.0], 52: [40.0], 65: [5.0]})
    >>> found = by_week(lists)
    >>> found.waiting[0, :18].sum().round(6), found.additions.round(1)
    (np.float64(1000.0), array([85.5]))
    """
    first = _checked(bands)
    people = bands.to_numpy(float)
    widths = np.diff([*first, first[-1] + OPEN_WIDTH])
    middles = first + widths / 2
    logs = np.log((people + HALF) / widths)
    slopes = np.minimum(np.diff(logs, axis=1) / np.diff(middles), -LEAST_LEAVING)
    weeks = np.arange(LONGEST) + 0.5
    piece = np.clip(np.searchsorted(middles, weeks) - 1, 0, len(first) - 2)
    steps = np.cumsum(slopes * np.diff(middles), axis=1)
    level = np.concatenate([np.zeros((len(people), 1)), steps], axis=1)[:, piece]
    density = np.exp(level + slopes[:, piece] * (weeks - middles[piece]))
    band = np.searchsorted(first, np.arange(LONGEST), side="right") - 1
    inside = np.eye(len(first))[band]
    return ByWeek(density * (people / (density @ inside))[:, band], -slopes[:, piece])


def _checked(bands: pd.DataFrame) -> np.ndarray:
    """Give the first weeks of bands, or refuse them."""
    first, people = _numbers(bands)
    lacking = [str(week) for week in MARKS if week not in first]
    if lacking or list(first) != sorted(set(first)):
        raise OptionError(f"bands begin at {', '.join(map(str, first))}; give columns from the shortest wait to the "
                          f"longest, with {', '.join(map(str, MARKS))} among them")  # fmt: skip
    if not bands.index.is_unique:
        twice = bands.index[bands.index.duplicated()][0]
        raise OptionError(f"two lists are named {twice}; add their rows up, or give each a name of its own")
    if not len(people) or not (np.isfinite(people).all() and (people >= 0).all()):
        raise OptionError(
            "people on a list are 0 or more, in one list or more; leave out lists that are not known whole"
        )
    return first


def _numbers(bands: pd.DataFrame) -> tuple[np.ndarray, np.ndarray]:
    """Give first weeks and people as numbers."""
    try:
        return np.array([int(week) for week in bands.columns]), bands.to_numpy(float)
    except (TypeError, ValueError) as error:
        raise OptionError(
            f"bands are named by their first week, such as 18, and hold numbers of people: {error}. Rename columns, "
            "and leave out lists with suppressed counts"
        ) from None


def a_year_later(now: ByWeek, change: np.ndarray) -> np.ndarray:
    r"""Run lists for a year in which additions and leaving are changed throughout.

    .. math:: n_w(52) = A e^{\theta_0} S(w) \text{ for } w < 52, \quad n_{w - 52}(0)\, S(w) / S(w - 52) \text{ beyond}

    with :math:`S` the share that has not left by a wait.

    Parameters
    ----------
    now
        From `by_week`.
    change
        Logs of ratios, `CHANGES` last; lists, or draws of one list, first.

    Returns
    -------
    numpy.ndarray
        People by weeks waited, expected.

    Examples
    --------
    Nothing changes, and the list stays as it was but for what bands do not tell:

    >>> now = by_week(pd.DataFrame({0: [1000.0], 18: [500.0], 52: [40.0], 65: [5.0]}))
    >>> a_year_later(now, np.zeros((1, 5))).sum().round(0), a_year_later(now, np.full((1, 5), 0.1)).sum().round(0)
    (np.float64(1543.0), np.float64(1555.0))
    """
    band = np.searchsorted(MARKS, np.arange(LONGEST), side="right")
    kept = np.cumsum(now.leaving * np.exp(change)[..., band], axis=-1)
    added = (now.additions * np.exp(change[..., 0]))[..., None]
    young = added * np.exp(-kept[..., :YEAR])
    old = now.waiting[..., :-YEAR] * np.exp(kept[..., :-YEAR] - kept[..., YEAR:])
    return np.concatenate([young, old], axis=-1)


def in_marks(waits: np.ndarray) -> np.ndarray:
    """Sum people by weeks into the bands of `MARKS`."""
    return np.add.reduceat(waits, MARKS, axis=-1)
