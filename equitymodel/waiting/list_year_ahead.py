"""The lists of next year: additions and leaving move from this year to the next as they moved in years before."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
import xarray as xr

from equitymodel.argument_types import refuses_other_types
from equitymodel.errors import OptionError
from equitymodel.vocabulary import WEEKS_WAITED
from equitymodel.waiting.list_flows import DRAW
from equitymodel.waiting.list_measures import CENTILE, centile_of
from equitymodel.waiting.waits_by_week import CHANGES, MARKS, a_year_later, by_week, in_marks
from equitymodel.waiting.year_change import YearChange

LIST = "list"
OVER = MARKS[1:]
FEWEST_SWINGS = 5
NEIGHBOURS = 4
"""A list draws from the years of a part of all lists, one in so many, that are nearest to it in size."""
FEWEST = 50


@refuses_other_types
def predict_next_year(
    now: pd.DataFrame, years: Sequence[YearChange], national: pd.DataFrame, *, draws: int = 1000, seed: int = 1
) -> xr.Dataset:
    r"""Predict lists a year from now, with the noise of a year.

    .. math:: \theta_l = \bar\theta_{last} + \eta + \epsilon_l

    Changes :math:`\theta` of additions and of leaving by band (`year_change`) begin from what the last year did to all
    lists. What the next does to all is a random walk: :math:`\eta` is multivariate t, of the covariance of earlier
    steps and as many degrees of freedom as there are. What a list does beside that, :math:`\epsilon_l`, is drawn from
    what lists of about its size did in all years given, all five changes of a list and year together.

    Parameters
    ----------
    now
        People in bands, as for `by_week`.
    years
        From `year_change`, in order: years of such lists that ended by now. Of two or more, what a list does by itself
        is better known.
    national
        From `swings`, of a longer series of the country where there is one: a row a step from one year to the next.
    draws, seed
        How many, and of random numbers.

    Returns
    -------
    xarray.Dataset
        By ``list`` and ``draw``: whole people ``on_list, over_18, over_52, over_65``; and ``median`` and ``centile_92``
        of weeks waited.

    Raises
    ------
    OptionError
        When no year is given, fewer than 5 steps of the country, or steps of other names than those of `swings`.

    Notes
    -----
    Nothing that is known of the next year, such as a target or its money, goes in. Lists share what the year does to
    all; what lists of one ICB or specialty share beside that is not told apart, so that sums over them are too certain.

    Examples
    --------
    >>> from equitymodel.waiting.year_change import year_change
    >>> rng = np.random.default_rng(1)
    >>> first = pd.DataFrame(np.outer(rng.uniform(500, 5000, 80), [0.6, 0.35, 0.04, 0.01]), columns=[0, 18, 52, 65])
    >>> later = first * rng.lognormal(0, 0.1, first.shape)
    >>> steps = pd.DataFrame(rng.normal(0, 0.05, (9, 5)), columns=CHANGES)
    >>> found = predict_next_year(later, [year_change(first, later)], steps, draws=200)
    >>> dict(found.sizes), list(found)
    ({'list': 80, 'draw': 200}, ['on_list', 'over_18', 'over_52', 'over_65', 'median', 'centile_92'])
    """
    if not years or len(national) < FEWEST_SWINGS:
        raise OptionError(f"a year is predicted from earlier ones: give one year of lists or more, and {FEWEST_SWINGS} "
                          f"steps of the country or more, not {len(years)} and {len(national)}")  # fmt: skip
    if lacking := [name for name in CHANGES if name not in national]:
        raise OptionError(f"steps of the country have no {', '.join(lacking)}; give them as swings does")
    if draws < 1:
        raise OptionError(f"draws is 1 or more, such as 1000, not {draws}")
    rng = np.random.default_rng(seed)
    lists, pool = by_week(now), _Pool.of(years)
    shared = years[-1].level.to_numpy() + _walk(national[list(CHANGES)].to_numpy(float), draws, rng)
    made = [_measures(a_year_later(lists.part(slice(at, at + 1)), shared + pool.near(size, draws, rng)), rng)
            for at, size in enumerate(now.sum(axis=1))]  # fmt: skip
    return xr.concat(made, LIST).assign_coords({LIST: [str(name) for name in now.index]})


class _Pool:
    """What lists did beside what all did, in years before, in the order of their sizes."""

    def __init__(self, own: np.ndarray, size: np.ndarray) -> None:
        order = np.argsort(size, kind="stable")
        self._own, self._size = own[order], size[order]

    @classmethod
    def of(cls, years: Sequence[YearChange]) -> _Pool:
        own = np.concatenate([year.own[list(CHANGES)].to_numpy(float) for year in years])
        return cls(own, np.concatenate([year.size.to_numpy(float) for year in years]))

    def near(self, size: float, draws: int, rng: np.random.Generator) -> np.ndarray:
        """Draw from those of about a size."""
        wanted = min(len(self._size), max(FEWEST, len(self._size) // NEIGHBOURS))
        first = int(np.searchsorted(self._size, size)) - wanted // 2
        first = int(np.clip(first, 0, len(self._size) - wanted))
        drawn: np.ndarray = self._own[first + rng.integers(wanted, size=draws)]
        return drawn


def _walk(steps: np.ndarray, draws: int, rng: np.random.Generator) -> np.ndarray:
    """Draw the next step: multivariate t about 0, as steps have no mean that they are known to keep."""
    known = len(steps)
    normal = rng.standard_normal((draws, known)) @ steps / np.sqrt(known)
    drawn: np.ndarray = normal * np.sqrt(known / rng.chisquare(known, draws))[:, None]
    return drawn


def _measures(waits: np.ndarray, rng: np.random.Generator) -> xr.Dataset:
    """Give what is published of a list: whole people over so many weeks, and centiles of the wait."""
    people = rng.poisson(in_marks(waits))
    over = people[:, ::-1].cumsum(axis=1)[:, ::-1]
    named = ("on_list", *(f"over_{mark}" for mark in OVER))
    spread = xr.DataArray(waits, dims=(DRAW, WEEKS_WAITED))
    centiles = {"median": centile_of(spread, 0.5), "centile_92": centile_of(spread, CENTILE)}
    return xr.Dataset({name: (DRAW, over[:, at]) for at, name in enumerate(named)} | centiles)
