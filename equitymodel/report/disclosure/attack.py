"""What someone could work out: the least and the most of each hidden count, by linear programming.

All that is published bounds sums of unknowns; a hidden count is a further sum. Its least and most over all unknowns
that fit are found by linear programmes (HiGHS, through scipy). Each solution says what is possible of every hidden
count, so that most need none of their own.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import numpy as np
from scipy import sparse
from scipy.optimize import OptimizeResult, linprog
from scipy.sparse import csgraph

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
    """The constraints on some unknowns, as `linprog` takes them.

    Attributes
    ----------
    unknowns
        Those that are free, and of which constraints speak.
    constraints
        Of them alone: others are fixed, or do not touch them.
    equal, unequal
        The sums that the constraints come from.
    """

    unknowns: np.ndarray
    constraints: dict[str, Any]
    equal: np.ndarray
    unequal: np.ndarray

    def leaned_on(self, found: OptimizeResult) -> tuple[np.ndarray, np.ndarray]:
        """Give the sums, and the unknowns with bounds, that a solution rests on: without one, it might be less."""
        parts = ((self.equal, found.eqlin.marginals), (self.unequal, found.ineqlin.marginals))
        rows = [places[np.abs(marginals) > WEIGHT] for places, marginals in parts if len(places)]
        bounds = np.abs(found.lower.marginals) + np.abs(found.upper.marginals)
        return np.concatenate([np.array([], dtype=int), *rows]), self.unknowns[bounds > WEIGHT]


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
    def open_rows(self) -> tuple[np.ndarray, np.ndarray]:
        """The sums that the bounds of unknowns alone would let go above, and below, what is known of them."""
        least, most = self.reach(self.rows)
        return most > self.high, least < self.low

    @cached_property
    def blocks(self) -> np.ndarray:
        """Number unknowns so that those have one number which some open sum ties together; fixed ones have none."""
        free = self.least < self.most
        rows = self.rows[np.flatnonzero(self.open_rows[0] | self.open_rows[1])] * free
        ties = sparse.block_array([[None, rows], [rows.T, None]], format="csr")
        ties.eliminate_zeros()
        numbers = csgraph.connected_components(ties, directed=False)[1][rows.shape[0] :]
        return np.where(free, numbers, -1)

    @cached_property
    def whole(self) -> Programme:
        """The programme of all unknowns."""
        return self.programme(np.flatnonzero(self.blocks >= 0))

    def programme(self, unknowns: np.ndarray) -> Programme:
        """Give the constraints on unknowns that no open sum ties to others."""
        above, below = self.open_rows
        touched = np.abs(self.rows[:, unknowns]).sum(axis=1) > 0
        exact, fixed = self.low == self.high, self.rows @ np.where(self.least == self.most, self.least, 0.0)
        equal = np.flatnonzero(touched & (above | below) & exact)
        upper, lower = np.flatnonzero(touched & above & ~exact), np.flatnonzero(touched & below & ~exact)
        rows = self.rows[:, unknowns]
        constraints: dict[str, Any] = {
            "bounds": np.column_stack([self.least, np.minimum(self.most, BIG)])[unknowns],
            "A_ub": sparse.vstack([rows[upper], -rows[lower]], format="csr"),
            "b_ub": np.concatenate([(self.high - fixed)[upper], (fixed - self.low)[lower]]),
            "A_eq": rows[equal],
            "b_eq": (self.low - fixed)[equal],
        }
        return Programme(unknowns, constraints, equal, np.concatenate([upper, lower]))

    def solve(
        self, objective: np.ndarray, programme: Programme | None = None, rest: np.ndarray | None = None
    ) -> tuple[np.ndarray, OptimizeResult | None]:
        """Find unknowns that fit all that is known and make the objective least.

        Parameters
        ----------
        objective
            A weight for each unknown.
        programme
            Of the unknowns that are to be found. All of them if None.
        rest
            Values of the others, which fit too.

        Returns
        -------
        tuple
            Every unknown, and what the solver says of those it found.

        Raises
        ------
        ComputationError
            When nothing fits, so that what is known contradicts itself, or the solver gives up.
        """
        programme = programme or self.whole
        values = (self.least if rest is None else rest).copy()
        if not len(programme.unknowns):
            return values, None
        found = linprog(objective[programme.unknowns], method="highs", **programme.constraints)
        if found.x is None:
            raise ComputationError(f"no counts fit all that is published: {found.message}")
        values[programme.unknowns] = found.x
        return values, found


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


def attack(
    known: Known,
    sums: sparse.csr_array,
    *,
    settled: Settled | None = None,
    enough: int | None = None,
    barred: np.ndarray | None = None,
) -> Reach:
    """Find the least and the most of each sum, given all that is known.

    Parameters
    ----------
    known
        Bounds of sums and of unknowns.
    sums
        The sums that are asked about, by unknowns.
    settled
        Given least and most found possible, marks those that need no further search. If None, all are searched to the
        end.
    enough
        Search no further once so many have been searched to the end and are not settled.
    barred
        Marks sums of which one that is not settled is enough: they are searched first, and no further than that.

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
    Counts are taken as real numbers in between, and the ends of an interval then inward to whole numbers. Of two-way
    tables these are exact; of tables with more ways someone who tries whole numbers only might, rarely, find a
    narrower interval.

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
    least, most = known.reach(sums)
    ends = (np.round(least), np.round(most))
    fitting = _push_together(known, sums, reach, lambda: _open(reach, ends, settled))
    first = np.zeros(sums.shape[0], dtype=bool) if barred is None else barred
    for target in np.argsort(~first, kind="stable").tolist():
        if enough is not None and len(reach.leans) >= enough:
            break
        if not _open(reach, ends, settled)[target]:
            continue
        _search(known, sums, reach, (target, fitting))
        if first[target] and settled is not None and not settled(reach.low, reach.high)[target]:
            break
    reach.proven |= (reach.low <= ends[0]) & (reach.high >= ends[1])
    if settled is not None:
        _lean_on_their_own(sums, reach, reach.proven & ~settled(reach.low, reach.high))
    return reach


def _lean_on_their_own(sums: sparse.csr_array, reach: Reach, narrow: np.ndarray) -> None:
    """Say of narrow intervals that no sum narrows that they rest on the bounds of their own unknowns."""
    for target in np.flatnonzero(narrow):
        own = sums[[target]]
        reach.leans.setdefault(int(target), (np.array([], dtype=int), own.indices[own.data != 0]))


def _open(reach: Reach, ends: tuple[np.ndarray, np.ndarray], settled: Settled | None) -> np.ndarray:
    """Mark the sums still to be searched: not at the ends that bounds of unknowns allow, nor settled."""
    open_ = ~reach.proven & ((reach.low > ends[0]) | (reach.high < ends[1]))
    return open_ if settled is None else open_ & ~settled(reach.low, reach.high)


def _push_together(known: Known, sums: sparse.csr_array, reach: Reach, open_: Callable[[], np.ndarray]) -> np.ndarray:
    """Push all open sums up and down at once, in random directions; give unknowns that fit."""
    rng = np.random.default_rng(1)
    fitting = known.least
    for step in range(DIRECTIONS):
        weights = open_() * rng.uniform(0.5, 1.5, sums.shape[0])
        if not weights.any():
            break
        signs = np.ones(len(weights)) if step == 0 else rng.choice([-1.0, 1.0], len(weights))
        for way in (1, -1):
            fitting, _ = known.solve(way * (signs * weights) @ sums)
            reach.take(sums @ fitting)
    return fitting


def _search(known: Known, sums: sparse.csr_array, reach: Reach, at: tuple[int, np.ndarray]) -> None:
    """Find both ends of one sum, and what they rest on, among the unknowns that some open sum ties to its own."""
    target, fitting = at
    objective = sums[[target]].toarray()[0]
    nothing = np.array([], dtype=int)
    tied = np.unique(known.blocks[objective != 0])
    programme = known.programme(np.flatnonzero(np.isin(known.blocks, tied[tied >= 0])))
    leans = [(nothing, nothing)]
    for way in (1, -1):
        values, found = known.solve(way * objective, programme, fitting)
        reach.take(sums @ values)
        leans += [programme.leaned_on(found)] if found is not None else []
    reach.proven[target] = True
    rows, unknowns = (np.unique(np.concatenate(parts)) for parts in zip(*leans, strict=True))
    reach.leans[target] = (rows, np.union1d(unknowns, _fixed_in(known, rows, objective)))


def _fixed_in(known: Known, rows: np.ndarray, objective: np.ndarray) -> np.ndarray:
    """Give the unknowns with one possible value in sums and in what is asked: these rest on them too."""
    within = (np.abs(known.rows[rows]).sum(axis=0) > 0) | (objective != 0)
    return np.flatnonzero(within & (known.least == known.most))


def _up(values: np.ndarray) -> np.ndarray:
    up: np.ndarray = np.ceil(values - WHOLE) + 0.0
    return up


def _down(values: np.ndarray) -> np.ndarray:
    down: np.ndarray = np.floor(values + WHOLE)
    return down
