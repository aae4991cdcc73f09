"""What someone could work out: the least and the most of each hidden count, by linear programming.

All that is published bounds sums of unknowns; a hidden count is a further sum. Its least and most over all unknowns that
fit are found by linear programmes (HiGHS, through scipy). Each solution says what is possible of every hidden count, so
that most need none of their own.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import numpy as np
from scipy import sparse
from scipy.optimize import OptimizeResult, linprog

from equitymodel.errors import ComputationError

WHOLE = 1e-6
"""How far from a whole number a bound may be and still be that number."""
WEIGHT = 1e-7
"""A multiplier below this is none."""
BIG = 1e8
"""Stands for no bound: more than any count of people that is hidden."""
DIRECTIONS = 5
"""Random directions in which all hidden counts are pushed together, each both ways."""
Settled = Callable[[np.ndarray, np.ndarray], np.ndarray]


@dataclass(frozen=True)
class Programme:
    """Constraints as `linprog` takes them, and which sums they are of."""

    constraints: dict[str, Any]
    equal: np.ndarray
    unequal: np.ndarray


@dataclass(frozen=True)
class Known:
    """What someone knows: bounds of sums of unknowns, and of the unknowns themselves.

    Attributes
    ----------
    rows
        Sums by unknowns.
    low, high
        The least and the most of each sum; infinite where nothing is known.
    least, most
        Of each unknown.
    """

    rows: sparse.csr_array
    low: np.ndarray
    high: np.ndarray
    least: np.ndarray
    most: np.ndarray

    def reach(self, sums: sparse.csr_array) -> tuple[np.ndarray, np.ndarray]:
        """Give the least and the most that sums can be by the bounds of the unknowns alone."""
        plus, minus = sums.maximum(0), (-sums).maximum(0)
        many = np.minimum(self.most, BIG)
        return plus @ self.least - minus @ many, plus @ many - minus @ self.least

    @cached_property
    def programme(self) -> Programme:
        """The constraints; a sum that the unknowns hold within its bounds is left out."""
        least, most = self.reach(self.rows)
        above, below, exact = most > self.high, least < self.low, self.low == self.high
        equal = np.flatnonzero((above | below) & exact)
        upper, lower = np.flatnonzero(above & ~exact), np.flatnonzero(below & ~exact)
        constraints: dict[str, Any] = {"bounds": np.column_stack([self.least, np.minimum(self.most, BIG)])}
        if len(upper) + len(lower):
            constraints["A_ub"] = sparse.vstack([self.rows[upper], -self.rows[lower]], format="csr")
            constraints["b_ub"] = np.concatenate([self.high[upper], -self.low[lower]])
        if len(equal):
            constraints |= {"A_eq": self.rows[equal], "b_eq": self.low[equal]}
        return Programme(constraints, equal, np.concatenate([upper, lower]))

    def solve(self, objective: np.ndarray) -> OptimizeResult:
        """Find unknowns that fit all that is known and make the objective least.

        Raises
        ------
        ComputationError
            When nothing fits, so that what is known contradicts itself, or the solver gives up.
        """
        found = linprog(objective, method="highs", **self.programme.constraints)
        if found.x is None:
            raise ComputationError(f"no counts fit all that is published: {found.message}")
        return found

    def leaned_on(self, found: OptimizeResult) -> tuple[np.ndarray, np.ndarray]:
        """Give the sums, and the unknowns with bounds, that a solution rests on: without one, it might be less."""
        programme = self.programme
        parts = ((programme.equal, found.eqlin.marginals), (programme.unequal, found.ineqlin.marginals))
        rows = [places[np.abs(marginals) > WEIGHT] for places, marginals in parts if len(places)]
        bounds = np.abs(found.lower.marginals) + np.abs(found.upper.marginals)
        return np.concatenate([np.array([], dtype=int), *rows]), np.flatnonzero(bounds > WEIGHT)


@dataclass
class Reach:
    """The least and the most of sums: what solutions have shown to be possible, narrowed to by proof.

    Attributes
    ----------
    low, high
        Found possible, as whole numbers: the true least is no more than `low`, the true most no less than `high`.
    proven
        Where they are the true least and most.
    leans
        For a sum whose ends were proven by programmes of its own: the known sums and unknowns that its ends rest on.
    """

    low: np.ndarray
    high: np.ndarray
    proven: np.ndarray
    leans: dict[int, tuple[np.ndarray, np.ndarray]] = field(default_factory=dict)

    def take(self, values: np.ndarray) -> None:
        """Take note of one more solution."""
        self.low, self.high = np.minimum(self.low, _up(values)), np.maximum(self.high, _down(values))


def attack(known: Known, sums: sparse.csr_array, *, settled: Settled | None = None) -> Reach:
    """Find the least and the most of each sum, given all that is known.

    Parameters
    ----------
    known
        Bounds of sums and of unknowns.
    sums
        The sums that are asked about, by unknowns.
    settled
        Given least and most found possible, marks those that need no further search. If None, all are searched to the end.

    Returns
    -------
    Reach
        Least and most, in counts.

    Raises
    ------
    ComputationError
        When what is known contradicts itself.

    Notes
    -----
    Counts are taken as real numbers in between, and the ends of an interval then inward to whole numbers. Of two-way tables
    these are exact; of tables with more ways someone who tries whole numbers only might, rarely, find a narrower interval.

    Examples
    --------
    Ten, twenty and a hidden count of 1 to 7, each rounded to 5, with a total shown as 40:

    >>> row = sparse.csr_array(np.ones((1, 3)))
    >>> known = Known(row, np.array([38.0]), np.array([42.0]), np.array([8.0, 18, 1]), np.array([12.0, 22, 7]))
    >>> found = attack(known, sparse.csr_array(np.array([[0.0, 0, 1]])))
    >>> found.low.tolist(), found.high.tolist()
    ([4.0], [7.0])
    """
    reach = Reach(np.full(sums.shape[0], np.inf), np.full(sums.shape[0], -np.inf), np.zeros(sums.shape[0], dtype=bool))
    ends = tuple(map(np.round, known.reach(sums)))
    _push_together(known, sums, reach, lambda: _open(reach, ends, settled))
    for target in range(sums.shape[0]):
        if _open(reach, ends, settled)[target]:
            _search(known, sums, reach, target)
    reach.proven |= (reach.low <= ends[0]) & (reach.high >= ends[1])
    return reach


def _open(reach: Reach, ends: tuple[np.ndarray, np.ndarray], settled: Settled | None) -> np.ndarray:
    """Mark the sums still to be searched: not at the ends that bounds of unknowns allow, nor settled."""
    open_ = ~reach.proven & ((reach.low > ends[0]) | (reach.high < ends[1]))
    return open_ if settled is None else open_ & ~settled(reach.low, reach.high)


def _push_together(known: Known, sums: sparse.csr_array, reach: Reach, open_: Callable[[], np.ndarray]) -> None:
    """Push all open sums up and down at once, in random directions."""
    rng = np.random.default_rng(1)
    for step in range(DIRECTIONS):
        weights = open_() * rng.uniform(0.5, 1.5, sums.shape[0])
        if not weights.any():
            return
        signs = np.ones(len(weights)) if step == 0 else rng.choice([-1.0, 1.0], len(weights))
        for way in (1, -1):
            reach.take(sums @ known.solve(way * (signs * weights) @ sums).x)


def _search(known: Known, sums: sparse.csr_array, reach: Reach, target: int) -> None:
    """Find both ends of one sum, and what they rest on."""
    objective = sums[[target]].toarray()[0]
    lowest, highest = known.solve(objective), known.solve(-objective)
    reach.take(sums @ lowest.x)
    reach.take(sums @ highest.x)
    reach.proven[target] = True
    pairs = [known.leaned_on(found) for found in (lowest, highest)]
    reach.leans[target] = (np.union1d(pairs[0][0], pairs[1][0]), np.union1d(pairs[0][1], pairs[1][1]))


def _up(values: np.ndarray) -> np.ndarray:
    up: np.ndarray = np.ceil(values - WHOLE)
    return up


def _down(values: np.ndarray) -> np.ndarray:
    down: np.ndarray = np.floor(values + WHOLE)
    return down
