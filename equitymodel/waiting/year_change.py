"""How additions and leaving had to change for the list of one year to become that of the next, list by list."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from equitymodel.errors import OptionError
from equitymodel.waiting.waits_by_week import CHANGES, HALF, ByWeek, a_year_later, by_week, in_marks

PRIOR_SD = np.array([0.5, 0.5, 0.5, 1.0, 1.0])
"""Of changes, on the log scale; it decides only what a list does not tell."""
ROUNDS, STEP, MOST, TINY = 15, 0.5, 3.0, 1e-3
LEAST_ERROR = 0.003
"""Of the log of people a year later, where there are many: a list is not followed more closely."""


@dataclass(frozen=True)
class YearChange:
    """What changed in a year.

    Attributes
    ----------
    change
        A row a list, columns `CHANGES`: natural logs of ratios to a list that stays as it was.
    size
        People on each list at the start.
    """

    change: pd.DataFrame
    size: pd.Series

    @property
    def level(self) -> pd.Series:
        """The mean over lists: what the year did to all of them."""
        return self.change.mean()

    @property
    def own(self) -> pd.DataFrame:
        """What a list did beside that."""
        return self.change - self.level


def year_change(before: pd.DataFrame, after: pd.DataFrame) -> YearChange:
    """Find how additions and leaving changed, so that one list became the other in 52 weeks.

    Parameters
    ----------
    before, after
        People in bands, as for `by_week`, a year apart; lists that are not in both are left out.

    Returns
    -------
    YearChange
        The most probable changes given four bands a year later, each change normal about 0 (`PRIOR_SD`). It holds all
        that a year brought: more or fewer people, faster or slower treatment, chance, and what bands do not tell.

    Raises
    ------
    OptionError
        When no list is in both.

    Examples
    --------
    A tenth more are added, and those beyond 18 weeks leave faster:

    >>> before = pd.DataFrame({0: [10000.0], 18: [5000.0], 52: [400.0], 65: [50.0]}, index=["QMF"])
    >>> later = in_marks(a_year_later(by_week(before), np.array([[0.1, 0.0, 0.2, 0.2, 0.2]])))
    >>> found = year_change(before, pd.DataFrame(later, before.index, before.columns))
    >>> found.change.round(1).iloc[0, :3].tolist()
    [0.1, 0.0, 0.2]
    """
    both = before.index.intersection(after.index)
    if not len(both):
        raise OptionError("no list is in both years; name the lists alike in both tables")
    now = by_week(before.loc[both])
    later = in_marks(by_week(after.loc[both]).waiting)
    change = _most_probable(now, later)
    return YearChange(pd.DataFrame(change, index=both, columns=CHANGES), before.loc[both].sum(axis=1))


def _most_probable(now: ByWeek, later: np.ndarray) -> np.ndarray:
    """Find changes by Gauss-Newton steps, all lists at once."""
    seen, error = np.log(later + HALF), np.sqrt(1 / (later + 1) + LEAST_ERROR**2) / 2
    change = np.zeros((len(later), len(CHANGES)))
    for _ in range(ROUNDS):
        said, slopes = _with_slopes(now, change)
        weighted = slopes / error[:, :, None]
        curvature = weighted.transpose(0, 2, 1) @ weighted + np.diag(1 / PRIOR_SD**2)
        pull = (weighted * ((seen - said) / error)[:, :, None]).sum(axis=1) - change / PRIOR_SD**2
        step = np.linalg.solve(curvature, pull[..., None])[..., 0]
        change = np.clip(change + np.clip(step, -STEP, STEP), -MOST, MOST)
    return change


def _with_slopes(now: ByWeek, change: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Give the logs of people a year later by band, and how they move with each change."""
    said = _logs(now, change)
    moved = [(_logs(now, change + TINY * one) - said) / TINY for one in np.eye(len(CHANGES))]
    return said, np.stack(moved, axis=-1)


def _logs(now: ByWeek, change: np.ndarray) -> np.ndarray:
    logs: np.ndarray = np.log(in_marks(a_year_later(now, change)) + HALF)
    return logs


def swings(years: Sequence[YearChange]) -> pd.DataFrame:
    """Give how what a year does to all lists moved from each year to the one that follows.

    Parameters
    ----------
    years
        In order, each beginning when the one before ends.

    Returns
    -------
    pandas.DataFrame
        A row a pair of years, columns `CHANGES`.
    """
    return pd.DataFrame([year.level for year in years]).diff().iloc[1:].reset_index(drop=True)
