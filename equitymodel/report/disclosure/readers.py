"""What readers of a release know, and what they must not find."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from scipy import sparse

from equitymodel.errors import ComputationError
from equitymodel.report.disclosure.attack import Known, Reach, attack
from equitymodel.report.disclosure.disclosure_rules import DisclosureRules
from equitymodel.report.disclosure.release_cells import ReleaseCells

EVERYONE, ALONE = "anyone", "people alone in a cell"
"""Who might work a count out."""


@dataclass(frozen=True)
class Hidden:
    """Which cells are hidden: small ones for their own sake, further ones so that none can be worked out."""

    small: np.ndarray
    further: np.ndarray

    @property
    def either(self) -> np.ndarray:
        """All that are hidden."""
        return np.asarray(self.small | self.further)


def first_hidden(cells: ReleaseCells, rules: DisclosureRules) -> Hidden:
    """Hide the counts that are small; cells released before are as they were."""
    missing = np.isnan(cells.counts)
    small = missing | (~cells.earlier & rules.is_small(cells.counts))
    return Hidden(small, np.zeros(len(small), dtype=bool))


def what_is_known(cells: ReleaseCells, hidden: Hidden, rules: DisclosureRules, *, grows: bool = True) -> Known:
    """Give the bounds that the release sets: shown counts by rounding, small ones by the rule, unknowns by population.

    Parameters
    ----------
    cells
        From `release_cells`.
    hidden
        Which are hidden.
    rules
        The rules, taken to be known; and it is taken to be known which hidden counts are small, as the release itself,
        with one mark for all, does not say.
    grows
        Whether a part is taken to be within its whole, and what was counted before within what is counted now.

    Returns
    -------
    Known
        Bounds of every sum.
    """
    shown = rules.rounded(np.where(np.isnan(cells.counts), 0, cells.counts))
    low, high = rules.bounds_of_shown(shown)
    low = np.where(hidden.either, rules.first, low).astype(float)
    high = np.where(hidden.small & ~cells.earlier, rules.last, np.where(hidden.either, np.inf, high))
    linked, ordered = cells.links.shape[0], cells.differences.shape[0] if grows else 0
    rows = sparse.vstack([cells.matrix, cells.links, cells.differences[:ordered]], format="csr")
    known = Known(
        sparse.csr_array(rows),
        np.concatenate([low, np.zeros(linked + ordered)]),
        np.concatenate([high, np.zeros(linked), np.full(ordered, np.inf)]),
        np.zeros(rows.shape[1]),
        cells.most.copy(),
    )
    return _bounds_of_single(known, cells)


def _bounds_of_single(known: Known, cells: ReleaseCells) -> Known:
    """Take the bounds of a cell that is one unknown as bounds of the unknown."""
    places, unknowns = singles(cells)
    np.maximum.at(known.least, unknowns, known.low[places])
    np.minimum.at(known.most, unknowns, known.high[places])
    return known


def singles(cells: ReleaseCells) -> tuple[np.ndarray, np.ndarray]:
    """Give the cells that are a single unknown, and which."""
    places = np.flatnonzero(np.diff(cells.matrix.indptr) == 1)
    return places, cells.matrix.indices[cells.matrix.indptr[places]]


@dataclass(frozen=True)
class View:
    """What one kind of reader knows, and what they must not find.

    Attributes
    ----------
    who
        Anyone, or people who are alone in a cell and so know that count.
    known
        All they know.
    sums
        What they must not find, as sums of unknowns: hidden cells, then remainders.
    cells
        The numbers of the hidden cells.
    """

    who: str
    known: Known
    sums: sparse.csr_array
    cells: np.ndarray

    def without(self, safe: np.ndarray) -> View:
        """Leave out what is known to be safe."""
        left = np.flatnonzero(~safe)
        return replace(self, sums=self.sums[left], cells=self.cells[left[left < len(self.cells)]])

    def safe(self, reach: Reach, rules: DisclosureRules) -> np.ndarray:
        """Mark what is safe, as far as was searched; of remainders also what is surely nobody, or surely many."""
        safe = rules.is_safe(reach.low, reach.high)
        none_left = reach.proven & ((reach.high < 1) | (reach.low > rules.last))
        safe[len(self.cells) :] |= none_left[len(self.cells) :]
        return safe

    def attack(self, rules: DisclosureRules, *, enough: int | None = None, barred: np.ndarray | None = None) -> Reach:
        """Find what this reader could find, until of each it is known whether it is safe; or one barred is not."""
        return attack(self.known, self.sums, settled=rules.is_safe, enough=enough, barred=barred)


def views(cells: ReleaseCells, hidden: Hidden, rules: DisclosureRules) -> list[View]:
    """Give what readers know and must not find.

    Parameters
    ----------
    cells, hidden, rules
        As for `what_is_known`.

    Returns
    -------
    list of View
        Of anyone; and, if the rules ask for it and there are such people, of those alone in a cell, all of them
        together.
    """
    known = what_is_known(cells, hidden, rules, grows=_grows(cells, hidden, rules))
    secret = np.flatnonzero(hidden.either & ~cells.earlier)
    remainders = cells.remainders if rules.differencing else cells.remainders[:0]
    all_sums = sparse.csr_array(sparse.vstack([cells.matrix[secret], remainders], format="csr"))
    found = [View(EVERYONE, known, all_sums, secret)]
    places, unknowns = singles(cells)
    lonely = hidden.small[places] & (cells.counts[places] == 1)
    if not (rules.alone and lonely.any()):
        return found
    theirs = _with_ones(known, places[lonely], unknowns[lonely])
    about_others = cells.matrix[secret] @ (theirs.least < theirs.most).astype(float) > 0
    return [*found, View(ALONE, theirs, cells.matrix[secret[about_others]], secret[about_others])]


def _with_ones(known: Known, places: np.ndarray, unknowns: np.ndarray) -> Known:
    """Take some cells, each a single unknown, to be known as 1."""
    low, high, least, most = (part.copy() for part in (known.low, known.high, known.least, known.most))
    low[places] = high[places] = least[unknowns] = most[unknowns] = 1
    return replace(known, low=low, high=high, least=least, most=most)


def _grows(cells: ReleaseCells, hidden: Hidden, rules: DisclosureRules) -> bool:
    """Say whether a part may be within its whole, given what is published; where counts were revised it is not."""
    if not cells.differences.shape[0]:
        return True
    try:
        what_is_known(cells, hidden, rules).solve(np.zeros(cells.matrix.shape[1]))
    except ComputationError:
        return False
    return True
