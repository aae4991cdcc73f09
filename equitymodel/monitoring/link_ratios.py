"""By how much counts of a month were multiplied from one month of reporting to the next, and how sure that is."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

FEWEST = 4
"""Fewer months than this say too little of how a step spreads."""


@dataclass(frozen=True)
class LinkRatios:
    """Log ratios of one step of reporting.

    Attributes
    ----------
    months, weight
        How many months have passed the step, and the sum of the counts they began it with.
    middle, spread_squared
        Their mean, weighted by those counts, and the variance of a log ratio times the count it begins from.
    """

    months: int
    middle: float
    spread_squared: float
    weight: float


def link_ratios(wide: pd.DataFrame, step: int, following: int) -> LinkRatios:
    """Learn one step from the months that have passed it.

    Parameters
    ----------
    wide
        Counts, months by months since; missing where not reported yet. A count of 0 tells nothing of a ratio.
    step, following
        The columns that it goes from and to.

    Returns
    -------
    LinkRatios
        Without months, where none has passed it.

    Examples
    --------
    >>> wide = pd.DataFrame({1: [80.0, 160.0, 50.0], 2: [100.0, 200.0, np.nan]})
    >>> found = link_ratios(wide, 1, 2)
    >>> found.months, round(float(np.exp(found.middle)), 2)
    (2, 1.25)
    """
    pair = wide[[step, following]].dropna().to_numpy()
    pair = pair[(pair > 0).all(axis=1)]
    if not len(pair):
        return LinkRatios(0, 0.0, np.inf, 0.0)
    ratio, weight = np.log(pair[:, 1] / pair[:, 0]), pair[:, 0]
    middle = float(np.average(ratio, weights=weight))
    left = max(len(ratio) - 1, 1)
    spread = float((weight * (ratio - middle) ** 2).sum() / left)
    return LinkRatios(len(ratio), middle, max(spread, 1 / (weight.mean() * left)), float(weight.sum()))


def ratio_draws(
    learned: Sequence[LinkRatios], draws: int, rng: np.random.Generator
) -> list[tuple[np.ndarray, np.ndarray]]:
    """Draw the mean and the spread of each step: normal, with the prior that says nothing of either.

    Parameters
    ----------
    learned
        From `link_ratios`, each with two months or more.
    draws, rng
        How many, and the random numbers.

    Returns
    -------
    list of tuple
        Means, and standard deviations for a count of 1, one a draw, a pair a step.

    Examples
    --------
    >>> found = ratio_draws([LinkRatios(10, 0.2, 1.0, 1000.0)], 500, np.random.default_rng(1))
    >>> round(float(found[0][0].mean()), 1)
    0.2
    """
    made = []
    for step in learned:
        free = step.months - 1
        variance = step.spread_squared * free / rng.chisquare(free, draws)
        middle = step.middle + rng.standard_normal(draws) * np.sqrt(variance / step.weight)
        made.append((middle, np.sqrt(variance)))
    return made
