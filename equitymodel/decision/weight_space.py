"""What is known of the weights of criteria: ranges, an order, or nothing; and weights drawn from it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
import xarray as xr

from equitymodel.argument_types import refuses_other_types
from equitymodel.errors import ComputationError, OptionError
from equitymodel.vocabulary import nearest

CRITERION = "criterion"
WEIGHTING = "weighting"
TRIES = 2_000_000
"""Weights that are tried at most: ranges that leave fewer than one in a hundred thousand are refused."""
ONE = 1e-9


@dataclass(frozen=True)
class WeightSpace:
    """All weights, 0 or more and 1 in all, that agree with what those who decide have said.

    Attributes
    ----------
    criteria
        What options are judged by.
    ranges
        Lowest and highest weight of a criterion; those without lie between 0 and 1. A weight that is known has a
        range of one number.
    order
        Criteria from the most to the least important; those that are not named may have any weight.

    Raises
    ------
    OptionError
        When a criterion is not known or named twice, or no weights agree with the ranges.

    Examples
    --------
    >>> WeightSpace(("gap", "total", "cost"), order=("gap", "total")).sample(3, seed=1).sizes["weighting"]
    3
    """

    criteria: tuple[str, ...]
    ranges: Mapping[str, tuple[float, float]] = field(default_factory=dict)
    order: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        """Refuse what no weights agree with."""
        if not self.criteria or len(set(self.criteria)) < len(self.criteria):
            raise OptionError("name one criterion or more, each once")
        if len(set(self.order)) < len(self.order):
            raise OptionError("an order of weights names each criterion once")
        for name in (*self.ranges, *self.order):
            if name not in self.criteria:
                raise OptionError(f"no criterion '{name}' to weigh. {nearest(name, self.criteria)}")
        low, high = self._ends()
        if not ((low >= 0) & (low <= high) & (high <= 1)).all():
            raise OptionError("a range of weights goes from the lower to the higher, between 0 and 1")
        if low.sum() > 1 + ONE or high.sum() < 1 - ONE:
            raise OptionError(
                f"weights are 1 in all, but these ranges give {low.sum():.3g} to {high.sum():.3g}; widen them"
            )

    @property
    def words(self) -> str:
        """What was said of the weights, in a line."""
        order = [" over ".join(self.order)] if self.order else []
        ranges = [f"{name} {low:g}" if low == high else f"{name} {low:g} to {high:g}"
                  for name, (low, high) in self.ranges.items()]  # fmt: skip
        return "; ".join([*order, *ranges]) or "any weights"

    def sample(self, size: int, *, seed: int) -> xr.DataArray:
        """Draw weights that agree with what was said, each as likely as any other.

        Parameters
        ----------
        size
            How many, 1 or more.
        seed
            The same seed gives the same weights again.

        Returns
        -------
        xarray.DataArray
            Dims ``weighting, criterion``; 1 in all.

        Raises
        ------
        ComputationError
            When ranges and order leave next to nothing.
        """
        random, found, tried = np.random.default_rng(seed), 0, 0
        kept: list[np.ndarray] = []
        while found < size:
            candidates = self._candidates(max(4 * size, 1000), random)
            good = candidates[self._agree(candidates)]
            kept, found, tried = [*kept, good], found + len(good), tried + len(candidates)
            if tried >= TRIES and found < size:
                raise ComputationError(
                    f"ranges and order of weights leave {found:,} of {tried:,} weights that were tried; widen a range, "
                    "or leave out the order"
                )
        weights = np.concatenate(kept)[:size]
        return xr.DataArray(weights, {CRITERION: list(self.criteria)}, (WEIGHTING, CRITERION))

    def _ends(self) -> tuple[np.ndarray, np.ndarray]:
        ends = np.array([self.ranges.get(name, (0.0, 1.0)) for name in self.criteria], dtype=float)
        return ends[:, 0], ends[:, 1]

    def _candidates(self, size: int, random: np.random.Generator) -> np.ndarray:
        """Share out what is left above the lower ends; in order from the start where nothing but an order was said."""
        low, high = self._ends()
        free = high > low
        weights = np.tile(low, (size, 1))
        weights[:, free] += (1 - low.sum()) * random.dirichlet(np.ones(max(free.sum(), 1)), size)[:, : free.sum()]
        if self.order and not self.ranges:
            ordered = [self.criteria.index(name) for name in self.order]
            weights[:, ordered] = -np.sort(-weights[:, ordered], axis=1)
        return weights

    def _agree(self, weights: np.ndarray) -> np.ndarray:
        low, high = self._ends()
        within = ((weights >= low - ONE) & (weights <= high + ONE)).all(axis=1)
        ordered = weights[:, [self.criteria.index(name) for name in self.order]]
        return within & (np.diff(ordered, axis=1) <= ONE).all(axis=1)


@refuses_other_types
def centroid(ranks: int) -> np.ndarray:
    r"""Give the middle of all weights in one order, :math:`w_r = \frac1n \sum_{k \ge r} 1/k`.

    Parameters
    ----------
    ranks
        How many weights there are.

    Returns
    -------
    numpy.ndarray
        From the most to the least important; 1 in all.

    Raises
    ------
    OptionError
        When there is none.

    References
    ----------
    Barron FH, Barrett BE (1996) Decision quality using ranked attribute weights. Management Science 42:1515.
    10.1287/mnsc.42.11.1515

    Examples
    --------
    >>> (centroid(3) * 18).round(6).tolist()
    [11.0, 5.0, 2.0]
    """
    if ranks < 1:
        raise OptionError("there is one rank or more")
    return np.cumsum(1 / np.arange(ranks, 0, -1))[::-1] / ranks


def named(criteria: Sequence[str]) -> WeightSpace:
    """Give the space of all weights, where nothing was said of them.

    Examples
    --------
    >>> named(["gap", "cost"]).words
    'any weights'
    """
    return WeightSpace(tuple(criteria))
