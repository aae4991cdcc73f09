"""Which further counts to hide, so that no hidden count can be worked out."""

from __future__ import annotations

from dataclasses import replace
from functools import partial

import numpy as np
from scipy import sparse

from equitymodel.report.disclosure.attack import BIG, Reach
from equitymodel.report.disclosure.disclosure_rules import DisclosureRules
from equitymodel.report.disclosure.readers import Hidden, View, first_hidden, singles, views
from equitymodel.report.disclosure.release_cells import ReleaseCells

ENOUGH = 40
"""So many narrow intervals are found before further cells are hidden and all is attacked again."""
PATIENCE = 4
"""After so many rounds, and again after as many more, each narrow interval costs one more cell."""
FEW = 400
"""Up to so many cells, each further count that was hidden is tried shown again."""


def suppress(cells: ReleaseCells, rules: DisclosureRules) -> Hidden:
    """Hide further counts until no hidden one, and no remainder, can be worked out, and no more than that takes.

    Notes
    -----
    An interval that is too narrow rests on published cells: those with multipliers in the linear programmes of its
    ends. Of these the cells that serve most narrow intervals at least cost are hidden, and all is attacked again.
    Costs grow with the logarithm of the count, so that small inner cells go before totals. Zeros that are shown stay.

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
        wanted += [cells.additions[[row]].indices for row in np.unique(_given_away(view, cells, rules)[0])]
    free = _free(cells, hidden, rules)
    return [members[free[members]] for members in wanted if free[members].any()]


def _given_away(view: View, cells: ReleaseCells, rules: DisclosureRules) -> tuple[np.ndarray, np.ndarray]:
    """Give the hidden cells that one total and its parts alone give away, and by which additions: these first."""
    low, high = view.known.low[: len(cells.keys)], np.minimum(view.known.high[: len(cells.keys)], BIG)
    rows, places = cells.additions.tocoo().coords
    least, most = _left_over(cells.additions, low, high, (rows, places))
    secret = np.isin(places, view.cells)
    narrow = secret & ~rules.is_safe(np.maximum(least, low[places]), np.minimum(most, high[places]))
    return rows[narrow], places[narrow]


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
        rested_on = _rested_on(reach, left.safe(reach, rules), cells, free)
        if not rested_on and len(reach.leans) >= ENOUGH:
            reach = left.attack(rules)
            rested_on = _rested_on(reach, left.safe(reach, rules), cells, free)
        kept[numbers[~kept[numbers]][left.safe(reach, rules)]] = True
        wanted += rested_on
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
    """Show again, dearest first, each further cell without which all is still safe."""
    further = np.flatnonzero(hidden.further)
    for place in further[np.argsort(-cost_of(cells)[further], kind="stable")]:
        if hidden.further[place]:
            hidden = _without(cells, hidden, rules, np.array([place])) or hidden
    return hidden


def _without(cells: ReleaseCells, hidden: Hidden, rules: DisclosureRules, shown: np.ndarray) -> Hidden | None:
    """Show further cells, and with them those that they give away; nothing if that gives away more.

    What is given away in one step is looked for first, as it takes no programmes.
    """
    for find in (_narrow_by_additions, _narrow):
        found = shown
        while len(found):
            hidden = replace(hidden, further=hidden.further & ~np.isin(np.arange(len(hidden.further)), found))
            narrow = [find(view, cells, hidden, rules) for view in views(cells, hidden, rules)]
            found = np.unique(np.concatenate([places for places, _ in narrow]))
            if any(remainders for _, remainders in narrow) or hidden.small[found].any():
                return None
    return hidden


def _narrow_by_additions(
    view: View, cells: ReleaseCells, _hidden: Hidden, rules: DisclosureRules
) -> tuple[np.ndarray, int]:
    """Give the cells that a reader can narrow too far in one step."""
    return _given_away(view, cells, rules)[1], 0


def _narrow(view: View, _cells: ReleaseCells, hidden: Hidden, rules: DisclosureRules) -> tuple[np.ndarray, int]:
    """Give the cells that a reader can narrow too far, and how many remainders; one small count is enough."""
    barred = np.zeros(view.sums.shape[0], dtype=bool)
    barred[: len(view.cells)] = hidden.small[view.cells]
    narrow = np.flatnonzero(~view.safe(view.attack(rules, barred=barred), rules))
    of_cells = narrow[narrow < len(view.cells)]
    return view.cells[of_cells], len(narrow) - len(of_cells)
