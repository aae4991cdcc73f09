"""Which further counts to hide, so that no hidden count can be worked out."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import partial

import numpy as np
from scipy import sparse

from equitymodel.errors import ComputationError
from equitymodel.report.disclosure.attack import BIG, Known, Reach, attack
from equitymodel.report.disclosure.disclosure_rules import DisclosureRules
from equitymodel.report.disclosure.release_cells import ReleaseCells

EVERYONE, ALONE = "anyone", "people alone in a cell"
"""Who might work a count out."""
ENOUGH = 40
"""So many narrow intervals are found before further cells are hidden and all is attacked again."""
PATIENCE = 4
"""After so many rounds, and again after as many more, each narrow interval costs one more cell."""
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

    def safe(self, low: np.ndarray, high: np.ndarray, rules: DisclosureRules) -> np.ndarray:
        """Mark what is safe if it may be anything between these."""
        safe = rules.is_safe(low, high)
        none_left = (high < 1) | (low > rules.last)
        safe[len(self.cells) :] |= none_left[len(self.cells) :]
        return safe

    def attack(self, rules: DisclosureRules, *, enough: int | None = None) -> Reach:
        """Find what this reader could find, until of each it is known whether it is safe."""
        return attack(self.known, self.sums, settled=rules.is_safe, enough=enough)


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
    others = np.setdiff1d(secret, places[lonely])
    return [*found, View(ALONE, _with_ones(known, places[lonely], unknowns[lonely]), cells.matrix[others], others)]


def _with_ones(known: Known, places: np.ndarray, unknowns: np.ndarray) -> Known:
    """Take some cells, each a single unknown, to be known as 1."""
    low, high, least, most = (part.copy() for part in (known.low, known.high, known.least, known.most))
    low[places] = high[places] = least[unknowns] = most[unknowns] = 1
    return replace(known, low=low, high=high, least=least, most=most)


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
    for find in (by_additions, partial(by_programmes, safe={})):
        step = 0
        while wanted := find(cells, hidden, rules):
            for _ in range(1 + step // PATIENCE):
                hidden.further[cheapest_cover(wanted, cost_of(cells))] = True
                free = _free(cells, hidden, rules)
                wanted = [left for members in wanted if len(left := members[free[members]])]
            step += 1
    return _shown_again(cells, hidden, rules) if len(cells.keys) <= FEW else hidden


def by_additions(cells: ReleaseCells, hidden: Hidden, rules: DisclosureRules) -> list[np.ndarray]:
    """Give, for each hidden cell that one total and its parts alone give away, the shown cells among these.

    Quick and not enough: it finds what can be worked out in one step, so that programmes are left with little.
    """
    wanted = []
    for view in views(cells, hidden, rules):
        low, high = view.known.low[: len(cells.keys)], np.minimum(view.known.high[: len(cells.keys)], BIG)
        rows, places = cells.additions.tocoo().coords
        least, most = _left_over(cells.additions, low, high, (rows, places))
        secret = np.isin(places, view.cells)
        narrow = secret & ~rules.is_safe(np.maximum(least, low[places]), np.minimum(most, high[places]))
        wanted += [cells.additions[[row]].indices for row in np.unique(rows[narrow])]
    free = _free(cells, hidden, rules)
    return [members[free[members]] for members in wanted if free[members].any()]


def _left_over(
    additions: sparse.csr_array, low: np.ndarray, high: np.ndarray, at: tuple[np.ndarray, np.ndarray]
) -> tuple[np.ndarray, np.ndarray]:
    """Give what each cell of each addition may be by the other cells of it."""
    rows, places = at
    signs = additions.tocoo().data
    few = np.where(signs > 0, low[places], -high[places])
    many = np.where(signs > 0, high[places], -low[places])
    least = np.bincount(rows, few, additions.shape[0])[rows] - few
    most = np.bincount(rows, many, additions.shape[0])[rows] - many
    return np.where(signs > 0, -most, least), np.where(signs > 0, -least, most)


def by_programmes(
    cells: ReleaseCells, hidden: Hidden, rules: DisclosureRules, safe: dict[str, np.ndarray]
) -> list[np.ndarray]:
    """Give, for each interval that is too narrow, the shown cells that it rests on.

    What was safe stays so when more is hidden: `safe` keeps it, by reader, and grows.
    """
    wanted, free = [], _free(cells, hidden, rules)
    for view in views(cells, hidden, rules):
        kept = safe.setdefault(view.who, np.zeros(len(cells.keys) + cells.remainders.shape[0], dtype=bool))
        remainders = np.arange(view.sums.shape[0] - len(view.cells))
        numbers = np.concatenate([view.cells, len(cells.keys) + remainders])
        left = view.without(kept[numbers])
        reach = left.attack(rules, enough=ENOUGH)
        found = left.safe(reach.low, reach.high, rules)
        kept[numbers[~kept[numbers]][found]] = True
        wanted += _rested_on(reach, found, cells, free)
    return wanted


def _free(cells: ReleaseCells, hidden: Hidden, rules: DisclosureRules) -> np.ndarray:
    """Mark the cells that may still be hidden."""
    free: np.ndarray = ~hidden.either & ~cells.earlier & (cells.counts > rules.last)
    return free


def _rested_on(reach: Reach, safe: np.ndarray, cells: ReleaseCells, free: np.ndarray) -> list[np.ndarray]:
    of_unknown = np.full(cells.matrix.shape[1], -1)
    places, unknowns = singles(cells)
    of_unknown[unknowns[free[places]]] = places[free[places]]
    narrow = [target for target in reach.leans if not safe[target]]
    found = [_shown_of(reach.leans[target], free, of_unknown) for target in narrow]
    return [members for members in found if len(members)]


def _shown_of(leans: tuple[np.ndarray, np.ndarray], free: np.ndarray, of_unknown: np.ndarray) -> np.ndarray:
    rows, unknowns = leans[0][leans[0] < len(free)], of_unknown[leans[1]]
    return np.union1d(rows[free[rows]], unknowns[unknowns >= 0])


def cheapest_cover(wanted: list[np.ndarray], cost: np.ndarray) -> list[int]:
    """Choose cells until each set has one: the one in most sets for its cost first.

    Examples
    --------
    >>> cheapest_cover([np.array([0, 1]), np.array([1, 2])], np.ones(3))
    [1]
    """
    chosen: list[int] = []
    if not wanted:
        return chosen
    ends = np.cumsum([0, *map(len, wanted)])
    columns = np.concatenate(wanted)
    left = sparse.csr_array((np.ones(len(columns)), columns, ends), shape=(len(wanted), len(cost)))
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
