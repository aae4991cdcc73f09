"""Those who pass out of a count before: log probabilities and their derivatives in the logit, for whole arrays.

Where a count, or the one before, is known only within bounds, the probability is summed over every pair of whole
numbers that is possible. The count before is then taken to be any of its values, all alike: what is known of it from
earlier stages is left to those.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from scipy.special import expit, gammaln, logsumexp

from equitymodel.inference.likelihood.interval_censored import Places

WIDEST = 40
"""Bounds wider than this are thinned to about so many whole numbers, evenly."""


@dataclass(frozen=True)
class PossiblePairs:
    """Whole numbers that a count and the one before may be, of each cell whose numbers are not known exactly.

    Attributes
    ----------
    places
        Deprivation group, row and column of each cell.
    passed, before
        Pairs that are possible; shape (cell, pair, 1, 1), the last ones of no weight where a cell has fewer.
    log_weight
        Log number of ways in which so many pass.
    """

    places: Places
    passed: np.ndarray
    before: np.ndarray
    log_weight: np.ndarray

    def at(self, cells: np.ndarray) -> np.ndarray:
        """Select the cells; (deprivation, batch, draw, row, column) becomes (cell, 1, batch, draw)."""
        group, row, column = self.places
        return cells[group, :, :, row, column][:, None]

    def store(self, cells: np.ndarray, values: np.ndarray) -> None:
        """Store values of the cells in their places."""
        group, row, column = self.places
        cells[group, :, :, row, column] = values

    def chosen(self, rows: np.ndarray, columns: np.ndarray) -> PossiblePairs | None:
        """Keep the cells of some pairs of row and column, laid out as columns of a single row."""
        group, row, column = self.places
        kept = [
            (cell, at)
            for cell in range(len(group))
            for at in np.flatnonzero((rows == row[cell]) & (columns == column[cell]))
        ]
        if not kept:
            return None
        cells, at = np.array(kept).T
        places = (group[cells], np.zeros(len(cells), int), at)
        return PossiblePairs(places, self.passed[cells], self.before[cells], self.log_weight[cells])


@dataclass(frozen=True)
class BinomialModel:
    """Counts that pass out of counts before, exact or within bounds; as `CountModel`, with the logit as log mean.

    Attributes
    ----------
    passed, before
        One value a cell: in the middle of its bounds where it is not known exactly.
    known
        1 where both are known exactly, otherwise 0.
    possible
        The other cells with something known, if any.
    """

    passed: np.ndarray
    before: np.ndarray
    known: np.ndarray
    possible: PossiblePairs | None = None
    squared: None = None

    def log_probability(self, logit: np.ndarray) -> np.ndarray:
        """Log likelihood of all counts, up to a constant; shape (batch, draw)."""
        return np.asarray(self.by_cell(logit).sum(axis=(0, 3, 4)))

    def by_cell(self, logit: np.ndarray) -> np.ndarray:
        """Log probability of each count, up to terms that do not depend on the logit."""
        value = self.known * (self.passed * logit - self.before * np.logaddexp(0.0, logit))
        if self.possible is not None:
            self.possible.store(value, self._terms(logit)[0])
        return np.asarray(value)

    def shape_constant(self) -> np.ndarray:
        """Give 0: nothing depends on an overdispersion, as extra variation is an effect."""
        return np.zeros((1, 1))

    def slopes(self, logit: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """First derivative in the logit (score), and minus the second (weight), in every cell."""
        passage = expit(logit)
        expected = self.known * self.before * passage
        score, weight = self.known * self.passed - expected, expected * (1.0 - passage)
        if self.possible is not None:
            terms = self._terms(logit)
            self.possible.store(score, terms[1])
            self.possible.store(weight, terms[2])
        return score, weight

    def third(self, logit: np.ndarray, weight: np.ndarray) -> np.ndarray:
        """Minus the third derivative in every cell: the derivative of the weight in the logit."""
        third = np.array(weight * (1.0 - 2.0 * expit(logit)))
        if self.possible is not None:
            self.possible.store(third, self._terms(logit)[3])
        return third

    def in_log_overdispersion(self, logit: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Give 0: there is no overdispersion beside the effects."""
        nothing = np.zeros_like(logit)
        return nothing, nothing, nothing

    def mean(self, logit: np.ndarray) -> np.ndarray:
        """Mean count in every cell."""
        return np.asarray(self.before * expit(logit))

    def picked(self, pick: Callable[[np.ndarray], np.ndarray], rows: np.ndarray, columns: np.ndarray) -> BinomialModel:
        """Keep some pairs of row and column, laid out as columns of a single row."""
        possible = None if self.possible is None else self.possible.chosen(rows, columns)
        return BinomialModel(pick(self.passed), pick(self.before), pick(self.known), possible)

    def _terms(self, logit: np.ndarray) -> np.ndarray:
        """Log probability, score, weight and its derivative of cells within bounds; shape (4, cell, batch, draw)."""
        assert self.possible is not None  # only called where there are some
        own, at = self.possible, self.possible.at(logit)
        passage = expit(at)
        joint = own.log_weight + own.passed * at - own.before * np.logaddexp(0.0, at)
        value = logsumexp(joint, axis=1, keepdims=True)
        share = np.exp(joint - value)

        def average(values: np.ndarray) -> np.ndarray:
            return np.asarray((share * values).sum(axis=1, keepdims=True))

        residual = own.passed - own.before * passage
        score, before, spread = average(residual), average(own.before), passage * (1.0 - passage)
        away = residual - score
        weight = before * spread - average(away**2)
        third = (before * (1.0 - 2.0 * passage) + 3.0 * average(away * own.before)) * spread - average(away**3)
        concave = weight > 0
        return np.stack([value, score, np.where(concave, weight, 0.0), np.where(concave, third, 0.0)])[:, :, 0]


def lay_out_binomial(
    low: np.ndarray, high: np.ndarray, before: tuple[np.ndarray, np.ndarray], known: np.ndarray
) -> BinomialModel:
    """Lay out counts that pass out of counts before, each with its bounds.

    Parameters
    ----------
    low, high
        What each count may be; shape (deprivation, 1, 1, row, column).
    before
        The same of the count before.
    known
        1 where anything is known.

    Examples
    --------
    >>> def cells(*values):
    ...     return np.array(values, dtype=float).reshape(1, 1, 1, 1, -1)
    >>> model = lay_out_binomial(cells(3, 1), cells(3, 7), (cells(10, 10), cells(10, 10)), cells(1, 1))
    >>> model.slopes(cells(0, 0))[0].ravel().round(3)
    array([-2.   , -0.181])
    """
    least, most = before
    exact = known * (low == high) * (least == most)
    return BinomialModel((low + high) / 2, (least + most) / 2, exact, _find_possible(low, high, before, known - exact))


def _find_possible(
    low: np.ndarray, high: np.ndarray, before: tuple[np.ndarray, np.ndarray], within: np.ndarray
) -> PossiblePairs | None:
    """List the pairs of whole numbers that are possible in each cell that is known within bounds."""
    group, _, _, row, column = np.nonzero(within > 0)
    if not len(group):
        return None
    ends = [array[group, 0, 0, row, column] for array in (low, high, *before)]
    pairs = [_pairs(*cell) for cell in zip(*ends, strict=True)]
    longest = max(len(passed) for passed, _, _ in pairs)
    filled = [np.full((len(pairs), longest), fill) for fill in (0.0, 0.0, -np.inf)]
    for cell, parts in enumerate(pairs):
        for into, part in zip(filled, parts, strict=True):
            into[cell, : len(part)] = part
    passed, total, weight = (array[:, :, None, None] for array in filled)
    return PossiblePairs((group, row, column), passed, total, weight)


def _pairs(low: float, high: float, least: float, most: float) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """List what a count and the one before may be together, with the log number of ways."""
    passed, before = np.meshgrid(_between(low, min(high, most)), _between(max(least, low), most), indexing="ij")
    possible = passed <= before
    passed, before = passed[possible], before[possible]
    ways = gammaln(before + 1) - gammaln(passed + 1) - gammaln(before - passed + 1)
    return passed, before, ways


def _between(low: float, high: float) -> np.ndarray:
    """List whole numbers between two ends, thinned where there are very many."""
    step = max(1, int(high - low) // WIDEST)
    return np.arange(low, high + 1, step)
