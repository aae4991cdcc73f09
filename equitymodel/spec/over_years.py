"""How an effect changes from year to year: constant, walking, along a trend, fading slowly, or new each year."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from equitymodel.errors import SpecError
from equitymodel.vocabulary import nearest


@dataclass(frozen=True)
class OverYears:
    """How the values of an effect change from year to year.

    Attributes
    ----------
    name, statement
        Its word in a model file, and what that means.
    basis
        From the middles of the years, and the correlation from one year to the next where there is one, to a
        matrix, years by shapes: standard normal weights on its columns give the values of each year.
    symbol
        What follows an effect in the formula of a model.
    correlated
        Whether it has a correlation from one year to the next.
    between_years
        Whether it is nothing but a difference between years, which a single year does not have.

    Examples
    --------
    >>> OVER_YEARS["walk"].basis(np.array([2021.0, 2022.0, 2023.0]), 0.0)
    array([[1., 1.],
           [0., 1.],
           [0., 0.]])
    """

    name: str
    statement: str
    basis: Callable[[np.ndarray, float], np.ndarray]
    symbol: str = ""
    correlated: bool = False
    between_years: bool = False

    @property
    def constant(self) -> bool:
        """Whether it is the same in every year."""
        return self.name == CONSTANT


CONSTANT, YEARLY, WALK, TREND = "constant", "yearly", "walk", "trend"


def _walk(years: np.ndarray, _correlation: float) -> np.ndarray:
    """Add up steps between years, each with a variance of one a year, backwards from the last year, which is 0."""
    steps = np.sqrt(np.diff(years))
    later = np.arange(len(years))[:, None] <= np.arange(len(years) - 1)[None]
    return np.where(later, steps, 0.0)


def _trend(years: np.ndarray, _correlation: float) -> np.ndarray:
    """Years after the last one; no column where there is one year only."""
    return np.asarray((years - years[-1])[:, None][:, : len(years) - 1])


def _fading(years: np.ndarray, correlation: float) -> np.ndarray:
    """Square root of an autoregressive correlation of order one; the first weight is the value of the last year."""
    apart = np.abs(years[:, None] - years[None])
    backwards = np.linalg.cholesky((correlation**apart)[::-1, ::-1])
    return np.asarray(backwards[::-1])


OVER_YEARS = {
    way.name: way
    for way in (
        OverYears(CONSTANT, "the same in every year", lambda years, _: np.ones((len(years), 1))),
        OverYears(
            WALK, "the difference from the last year: a random walk; sd is that of a step of one year",
            _walk, " x year", between_years=True,
        ),
        OverYears(
            "trend", "a change a year, the same every year, counted from the last year", _trend, " x years",
            between_years=True,
        ),
        OverYears(
            "fading", "lasts, and fades slowly from year to year", _fading, " x year", correlated=True
        ),
        OverYears(YEARLY, "new and independent in every year", lambda years, _: np.eye(len(years)), " x year"),
    )
}  # fmt: skip
"""Every way to change over years by its name; `yearly` is what a share that lasts leaves over."""


def refuse_over_years(name: str, correlation: float | None) -> str | None:
    """Say what is wrong with a way to change over years; None where nothing is.

    Examples
    --------
    >>> refuse_over_years("fading", None)
    'over_years = fading needs a correlation between 0 and 1, from one year to the next'
    """
    known = [way for way in OVER_YEARS if way != YEARLY]
    if name not in known:
        return f"unknown over_years '{name}'. {nearest(name, known)}"
    if not OVER_YEARS[name].correlated:
        return None if correlation is None else f"a correlation has no meaning for over_years = {name}"
    if correlation is None or not 0 < correlation < 1:
        return f"over_years = {name} needs a correlation between 0 and 1, from one year to the next"
    return None


def basis_over_years(name: str, years: np.ndarray, correlation: float | None) -> np.ndarray:
    """Make the basis of a way to change, for the middles of some years; years by shapes.

    Parameters
    ----------
    name
        One of `OVER_YEARS`.
    years
        Middles of the years, rising; in years.
    correlation
        From one year to the next, for ``fading``.

    Raises
    ------
    SpecError
        When years do not rise.

    Examples
    --------
    >>> basis_over_years("fading", np.array([2021.0, 2022.0]), 0.6)
    array([[0.6, 0.8],
           [1. , 0. ]])
    """
    if (np.diff(years) <= 0).any():
        raise SpecError(f"years must rise, not {years.tolist()}")
    return OVER_YEARS[name].basis(years, correlation or 0.0)
