"""The audit of a release, and the log of what was hidden: for whoever decides on it, never part of it."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from equitymodel.report.disclosure.attack import BIG, attack
from equitymodel.report.disclosure.count_table import CountTable
from equitymodel.report.disclosure.disclosure_rules import DisclosureRules
from equitymodel.report.disclosure.readers import EVERYONE, Hidden, View, views
from equitymodel.report.disclosure.release_cells import BEFORE, Key, ReleaseCells, said, true_cells

AUDIT_COLUMNS = ("tables", "cell", "what", "known_to", "min", "max", "exact", "safe", "reason")
LOG_COLUMNS = ("table", "cell", "hidden_as", "reason")
TO_THE_END = 200
"""Up to so many hidden counts, each interval is searched to its ends; of more, until it is known to be safe or not."""
SMALL, FURTHER, REMAINDER = "small", "further", "difference"


def audit_table(
    cells: ReleaseCells, hidden: Hidden, rules: DisclosureRules, tables: Sequence[CountTable]
) -> pd.DataFrame:
    """Say of every hidden count what it can be narrowed to by everything published.

    One row a hidden count, or difference of two published ones: ``tables``, ``cell``, ``what`` it is, ``known_to``,
    ``min`` and ``max``, whether these are ``exact`` (of many hidden counts, some intervals are at least as wide as
    this), ``safe`` and the ``reason``. Of people alone in a cell, only what they could narrow too far.
    """
    rows = [row for view in views(cells, hidden, rules) for row in _rows_of(view, cells, hidden, rules)]
    frame = pd.DataFrame(rows, columns=["key", *AUDIT_COLUMNS[2:]])
    names, dims = _names_of(tables), _order_of(tables)
    frame.insert(0, "tables", [", ".join(names.get(key, names.get(_now(key), ["?"]))) for key in frame["key"]])
    frame.insert(1, "cell", [said(key[1], dims) for key in frame.pop("key")])
    return frame.astype({"min": float, "max": float, "exact": bool, "safe": bool})


def _rows_of(
    view: View, cells: ReleaseCells, hidden: Hidden, rules: DisclosureRules
) -> list[tuple[Key, str, str, float, float, bool, bool, str]]:
    anyone, few = view.who == EVERYONE, view.sums.shape[0] <= TO_THE_END
    reach = attack(view.known, view.sums) if anyone and few else view.attack(rules)
    safe = view.safe(reach, rules)
    keys = [cells.keys[place] for place in view.cells] + [*cells.remainder_keys][: len(safe) - len(view.cells)]
    what = [SMALL if hidden.small[place] else FURTHER for place in view.cells]
    what += [REMAINDER] * (len(keys) - len(what))
    most = np.where(reach.high >= BIG / 2, np.inf, reach.high)
    return [
        (
            keys[at],
            what[at],
            view.who,
            reach.low[at],
            most[at],
            bool(reach.proven[at]),
            bool(safe[at]),
            _reason(reach.low[at], most[at], rules),
        )
        for at in range(len(keys))
        if anyone or not safe[at]
    ]


def _reason(low: float, high: float, rules: DisclosureRules) -> str:
    """Say why an interval is safe, or that it is not."""
    if low <= rules.first and high >= rules.last:
        return f"may be anything from {rules.first} to {rules.last}"
    if high - low >= rules.width:
        return f"what it may be spans {rules.width} or more"
    if high < 1:
        return "nobody"
    if low > rules.last:
        return f"more than {rules.last}, but hidden and known to less than {rules.width}"
    return f"can be narrowed to less than {rules.width}"


def log_table(
    cells: ReleaseCells, hidden: Hidden, rules: DisclosureRules, tables: Sequence[CountTable]
) -> pd.DataFrame:
    """List what was hidden in each table, and why.

    One row a hidden cell of a table: ``table``, ``cell``, ``hidden_as`` (``small`` or ``further``), ``reason``.
    """
    places = {key: place for place, key in enumerate(cells.keys)}
    own = f"a count of {rules.first} to {rules.last}"
    other = "a hidden count, or a difference, could be worked out from it"
    rows = [
        (table.name, said(labels, table.dims), SMALL if small else FURTHER, own if small else other)
        for table in tables
        for labels in true_cells(table)
        for place in [places[table.unit, labels]]
        for small in [hidden.small[place]]
        if hidden.either[place]
    ]
    return pd.DataFrame(rows, columns=LOG_COLUMNS)


def _names_of(tables: Sequence[CountTable]) -> dict[Key, list[str]]:
    names: dict[Key, list[str]] = {}
    for table in tables:
        for labels in true_cells(table):
            names.setdefault((table.unit, labels), []).append(table.name)
    return names


def _order_of(tables: Sequence[CountTable]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(dim for table in tables for dim in table.dims))


def _now(key: Key) -> Key:
    """Give the cell of this release that one released before stands for."""
    return key[0].removesuffix(BEFORE), key[1]
