"""Which further counts to hide, so that no hidden count can be worked out."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import partial

import numpy as np
from scipy import sparse

from equitymodel.errors import ComputationError
from equitymodel.report.disclosure.attack import Known, Reach, attack
from equitymodel.report.disclosure.disclosure_rules import DisclosureRules
from equitymodel.report.disclosure.release_cells import ReleaseCells

EVERYONE, ALONE = "anyone", "people alone in a cell"
"""Who might work a count out."""
FEW = 400
"""Up to so many cells, each further count that was hidden is tried shown again."""


@dataclass(frozen=True)
class Hidden:
    """Which cells are hidden: small ones for their own sake, further ones so that none can be worked out."""

    small: np.ndarray
    further: np.ndarray

    @property
    def either(self) -> np.ndarray:
        """All that are hidden."""
        return self.small | self.further


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
        The rules, taken to be known, and also which hidden counts are small: more than the release says.
    grows
        Whether a part is taken to be within its whole, and what was counted before within what is counted now.

    Returns
    -------
    Known
        Bounds of every sum.
    """
    shown = rules.rounded(np.where(np.isnan(cells.counts), 0, cells.counts))
    low, high = rules.bounds_of_shown(shown)
    low = np.where(hidden.small, rules.first, np.where(hidden.further, rules.last + 1, low)).astype(float)
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

    def safe(self, low: np.ndarray, high: np.ndarray, rules: DisclosureRules) -> np.ndarray:
        """Mark what is safe if it may be anything between these."""
        safe = rules.is_safe(low, high)
        none_left = (high < 1) | (low > rules.last)
        safe[len(self.cells) :] |= none_left[len(self.cells) :]
        return safe

    def attack(self, rules: DisclosureRules, *, to_the_end: bool = False) -> Reach:
        """Find what this reader could find, to the end or until all is known to be safe or not."""
        return attack(self.known, self.sums, settled=None if to_the_end else partial(_wide, rules))


def _wide(rules: DisclosureRules, low: np.ndarray, high: np.ndarray) -> np.ndarray:
    return rules.is_safe(low, high)


def views(cells: ReleaseCells, hidden: Hidden, rules: DisclosureRules) -> list[View]:
    """Give what readers know and must not find.

    Parameters
    ----------
    cells
        From `release_cells`.
    hidden
        Which are hidden.
    rules
        The rules.

    Returns
    -------
    list of View
        Of anyone; and, if the rules ask for it and there are such people, of those alone in a cell, all of them together.
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
    least, most = known.least.copy(), known.most.copy()
    least[unknowns[lonely]] = most[unknowns[lonely]] = 1
    others = np.setdiff1d(secret, places[lonely])
    return [*found, View(ALONE, replace(known, least=least, most=most), cells.matrix[others], others)]


def _grows(cells: ReleaseCells, hidden: Hidden, rules: DisclosureRules) -> bool:
    """Say whether a part may be within its whole everywhere, given what is published; where counts were revised it is not."""
    if not cells.differences.shape[0]:
        return True
    try:
        what_is_known(cells, hidden, rules).solve(np.zeros(cells.matrix.shape[1]))
    except ComputationError:
        return False
    return True


def suppress(cells: ReleaseCells, rules: DisclosureRules) -> Hidden:
    """Hide further counts until no hidden one, and no remainder, can be worked out; then show again what need not be hidden.

    Parameters
    ----------
    cells
        From `release_cells`.
    rules
        The rules.

    Returns
    -------
    Hidden
        Which cells are hidden, and why.

    Notes
    -----
    An interval that is too narrow rests on published cells: those with multipliers in the linear programmes of its ends. Of
    these the cells that serve most narrow intervals at least cost are hidden, and all is attacked again. Costs grow with
    the logarithm of the count, so that small inner cells go before totals. Zeros that are shown stay.

    Examples
    --------
    >>> import pandas as pd
    >>> from equitymodel.report.disclosure.count_table import CountTable
    >>> from equitymodel.report.disclosure.disclosure_rules import disclosure_rules
    >>> from equitymodel.report.disclosure.release_cells import release_cells
    >>> frame = pd.DataFrame({"ics": ["A", "B", "C"], "admissions": [8, 7, 40]})
    >>> cells = release_cells([CountTable("by_ics", frame, ("ics",), margins="all")], {})
    >>> suppress(cells, disclosure_rules("hes")).either.tolist()
    [False, True, False, False]
    """
    hidden = first_hidden(cells, rules)
    if not rules.secondary:
        return hidden
    while True:
        wanted = [sets for view in views(cells, hidden, rules) for sets in _to_choose_from(view, cells, hidden, rules)]
        chosen = _cheapest(wanted, cells)
        if not chosen:
            break
        hidden.further[chosen] = True
    return _shown_again(cells, hidden, rules) if len(cells.keys) <= FEW else hidden


def _to_choose_from(view: View, cells: ReleaseCells, hidden: Hidden, rules: DisclosureRules) -> list[np.ndarray]:
    """Give, for each interval that is too narrow, the shown cells that it rests on."""
    reach = view.attack(rules)
    free = ~hidden.either & ~cells.earlier & (cells.counts > rules.last)
    of_unknown = np.full(cells.matrix.shape[1], -1)
    places, unknowns = singles(cells)
    of_unknown[unknowns[free[places]]] = places[free[places]]
    narrow = np.flatnonzero(~view.safe(reach.low, reach.high, rules))
    found = [_shown_of(reach.leans[target], free, of_unknown) for target in narrow if target in reach.leans]
    return [sets for sets in found if len(sets)]


def _shown_of(leans: tuple[np.ndarray, np.ndarray], free: np.ndarray, of_unknown: np.ndarray) -> np.ndarray:
    rows, unknowns = leans[0][leans[0] < len(free)], of_unknown[leans[1]]
    return np.union1d(rows[free[rows]], unknowns[unknowns >= 0])


def _cheapest(wanted: list[np.ndarray], cells: ReleaseCells) -> list[int]:
    """Choose cells until each set has one: the one in most sets for its cost first."""
    if not wanted:
        return []
    cost = cost_of(cells)
    sets = sparse.lil_array((len(wanted), len(cost)))
    for row, members in enumerate(wanted):
        sets[row, members] = 1
    left, chosen = sparse.csr_array(sets), []
    while left.shape[0]:
        best = int(np.argmax(left.sum(axis=0) / cost))
        chosen.append(best)
        left = left[np.flatnonzero(left[:, [best]].toarray()[:, 0] == 0)]
    return chosen


def cost_of(cells: ReleaseCells) -> np.ndarray:
    """Give what it costs to hide each cell: one, and more for every tenfold count."""
    cost: np.ndarray = 1 + np.log10(1 + np.nan_to_num(cells.counts))
    return cost


def _shown_again(cells: ReleaseCells, hidden: Hidden, rules: DisclosureRules) -> Hidden:
    """Show again, dearest first, each further cell without which all is as safe as it was."""
    narrow = _narrow(cells, hidden, rules)
    further = np.flatnonzero(hidden.further)
    for place in further[np.argsort(-cost_of(cells)[further], kind="stable")]:
        fewer = replace(hidden, further=hidden.further & (np.arange(len(hidden.further)) != place))
        if _narrow(cells, fewer, rules) <= narrow:
            hidden = fewer
    return hidden


def _narrow(cells: ReleaseCells, hidden: Hidden, rules: DisclosureRules) -> int:
    """Count the intervals that are too narrow, of any reader."""
    found = [(view, view.attack(rules)) for view in views(cells, hidden, rules)]
    return sum(int((~view.safe(reach.low, reach.high, rules)).sum()) for view, reach in found)
