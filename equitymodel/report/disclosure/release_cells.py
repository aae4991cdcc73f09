"""Every cell of a release as a sum of unknown counts: one incidence matrix over all of its tables.

The unknowns are the rows of the finest tables. A cell that two tables publish is one cell. Tables of one unit are
linked where they have columns in common; a table as it was released before, and a whole of which a unit is part, by
differences.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache

import numpy as np
import pandas as pd
from scipy import sparse

from equitymodel.errors import OptionError
from equitymodel.report.disclosure.count_table import ALL, CountTable

BEFORE = " (as released before)"
Labels = frozenset[tuple[str, str]]
Key = tuple[str, Labels]
"""A cell: what is counted, and the columns that say which, with their labels."""


@dataclass(frozen=True)
class Grain:
    """The finest rows known of a unit by some columns: unknowns, each a column of the matrix.

    Attributes
    ----------
    unit, dims
        What is counted, and by what.
    labels
        One row an unknown.
    first
        The number of its first unknown.
    """

    unit: str
    dims: tuple[str, ...]
    labels: pd.DataFrame
    first: int

    def sums(self, kept: Sequence[str]) -> dict[Labels, np.ndarray]:
        """Give the unknowns that add up to each combination of labels of the columns kept."""
        if not kept:
            return {frozenset(): self.first + np.arange(len(self.labels))}
        groups = self.labels.groupby(list(kept), sort=False).indices
        return {
            frozenset(zip(kept, key if isinstance(key, tuple) else (key,), strict=True)): self.first + np.asarray(rows)
            for key, rows in groups.items()
        }


@dataclass(frozen=True)
class ReleaseCells:
    """All cells of a release, as sums of unknowns, and what ties unknowns together.

    Attributes
    ----------
    keys
        What each cell is; rows of `matrix`.
    matrix
        Cells by unknowns: 1 where an unknown counts towards a cell.
    counts
        True counts of cells; of those released before, as shown, and missing where they were hidden.
    earlier
        Which cells were released before: they stay as they are.
    most
        The most that each unknown may be, by its population.
    links
        Sums of unknowns that are 0, as two tables count the same people.
    differences
        Sums of unknowns that are 0 or more, as a part is within a whole, and what was counted before within now.
    additions
        Totals less the cells that they are sums of, by cells: each is 0.
    remainders, remainder_keys
        Differences of two published cells, sums of unknowns: counts too, though nobody publishes them.
    """

    keys: tuple[Key, ...]
    matrix: sparse.csr_array
    counts: np.ndarray
    earlier: np.ndarray
    most: np.ndarray
    links: sparse.csr_array
    differences: sparse.csr_array
    additions: sparse.csr_array
    remainders: sparse.csr_array
    remainder_keys: tuple[Key, ...] = ()


@dataclass
class _Unfinished:
    """A release while it is being laid out."""

    grains: list[Grain] = field(default_factory=list)
    cells: dict[Key, np.ndarray] = field(default_factory=dict)
    counts: dict[Key, float] = field(default_factory=dict)
    most: list[np.ndarray] = field(default_factory=list)
    wholes: dict[str, str] = field(default_factory=dict)
    links: list[tuple[np.ndarray, np.ndarray]] = field(default_factory=list)
    differences: list[tuple[np.ndarray, np.ndarray]] = field(default_factory=list)

    @property
    def size(self) -> int:
        """How many unknowns there are."""
        return sum(map(len, self.most))

    def add_grain(self, unit: str, dims: tuple[str, ...], labels: pd.DataFrame, most: np.ndarray) -> Grain:
        """Add unknowns, and link them to those of the same unit that are there."""
        grain = Grain(unit, dims, labels.reset_index(drop=True), self.size)
        for other in [other for other in self.grains if other.unit == unit]:
            shared = [dim for dim in dims if dim in other.dims]
            ours, theirs = grain.sums(shared), other.sums(shared)
            nothing = np.array([], dtype=int)
            self.links += [
                (ours.get(key, nothing), theirs.get(key, nothing)) for key in dict.fromkeys([*ours, *theirs])
            ]
        self.grains.append(grain)
        self.most.append(most)
        return grain

    def grain_of(self, table: CountTable) -> Grain:
        """Give the unknowns that the cells of a table are sums of, adding them if there are none so fine."""
        for grain in self.grains:
            if grain.unit == table.unit and set(table.dims) <= set(grain.dims):
                return grain
        labels = table.frame[list(table.dims)].astype(str)
        most = table.frame[table.population].to_numpy(float) if table.population else np.full(len(labels), np.inf)
        return self.add_grain(table.unit, table.dims, labels, most)

    def add_table(self, table: CountTable) -> None:
        """Add the cells that a table publishes."""
        grain, shown = self.grain_of(table), true_cells(table)
        self.wholes |= {table.unit: table.part_of} if table.part_of else {}
        for kept in table.kept():
            sums = grain.sums(kept)
            counts = {key: count for key, count in shown.items() if {dim for dim, _ in key} == set(kept)}
            for labels, count in counts.items():
                self._add_cell((table.unit, labels), sums.get(labels), count, table)

    def _add_cell(self, key: Key, unknowns: np.ndarray | None, count: float, table: CountTable) -> None:
        known = self.counts.get(key, count)
        if unknowns is None or known != count:
            known = 0.0 if unknowns is None else known
            raise OptionError(
                f"table '{table.name}' has {count:.0f} for {said(key[1])}, and another of the unit '{table.unit}' has "
                f"{known:.0f}; give tables of other people another unit, and say what it is part of with part_of"
            )
        self.cells[key], self.counts[key] = unknowns, count

    def check_sums(self, tables: Iterable[CountTable]) -> None:
        """Refuse tables of one unit whose totals over common columns differ."""
        totals: dict[Key, tuple[float, str]] = {}
        for table in tables:
            for other in [grain for grain in self.grains if grain.unit == table.unit]:
                shared = tuple(dim for dim in table.dims if dim in other.dims)
                for labels, count in _summed(table, shared).items():
                    before, name = totals.setdefault((table.unit, labels), (count, table.name))
                    if before != count:
                        raise OptionError(
                            f"table '{table.name}' adds up to {count:.0f} for {said(labels)}, and '{name}' to "
                            f"{before:.0f}, though both are of the unit '{table.unit}'; give tables of other people "
                            "another unit, and say what it is part of with part_of"
                        )

    def add_before(self, table: CountTable, released: pd.DataFrame) -> None:
        """Add a table as it was released before, whose rows are part of what is counted now."""
        unit = table.unit + BEFORE
        labels = released[list(table.dims)].astype(str)
        shown = pd.to_numeric(released[table.count], errors="coerce").to_numpy(float, na_value=np.nan)
        fine = ~(labels == ALL).any(axis=1)
        grain = self.add_grain(unit, table.dims, labels[fine], np.full(int(fine.sum()), np.inf))
        self.wholes[unit] = table.unit
        sums = cache(lambda *kept: grain.sums(kept))
        for (_, row), count in zip(labels.iterrows(), shown, strict=True):
            kept = [dim for dim in table.dims if row[dim] != ALL]
            key = frozenset((dim, row[dim]) for dim in kept)
            self.cells.setdefault((unit, key), sums(*kept)[key])
            self.counts.setdefault((unit, key), float(count))

    def add_differences(self) -> None:
        """Take every unit to be within the whole that it is part of, by all columns they have in common."""
        for part in [grain for grain in self.grains if grain.unit in self.wholes]:
            for whole in [grain for grain in self.grains if grain.unit == self.wholes[part.unit]]:
                shared = [dim for dim in part.dims if dim in whole.dims]
                ours, theirs = part.sums(shared), whole.sums(shared)
                self.differences += [(theirs[key], ours[key]) for key in theirs if key in ours]


def release_cells(tables: Sequence[CountTable], before: Mapping[str, pd.DataFrame]) -> ReleaseCells:
    """Lay all tables of a release out as sums of the same unknowns.

    Parameters
    ----------
    tables
        What is to be released.
    before
        Tables as they were released before, by the name of the table that follows them.

    Returns
    -------
    ReleaseCells
        Cells, links and differences.

    Raises
    ------
    OptionError
        When tables of one unit do not agree on a count.

    Examples
    --------
    >>> frame = pd.DataFrame({"ics": ["A", "B"], "admissions": [3, 20]})
    >>> release_cells([CountTable("by_ics", frame, ("ics",), margins="all")], {}).matrix.toarray().tolist()
    [[1.0, 0.0], [0.0, 1.0], [1.0, 1.0]]
    """
    drawing = _Unfinished()
    for table in sorted(tables, key=lambda table: -len(table.dims)):
        drawing.add_table(table)
    drawing.check_sums(tables)
    now = len(drawing.cells)
    for table in tables:
        if table.name in before:
            drawing.add_before(table, before[table.name])
    drawing.add_differences()
    return _laid_out(drawing, now)


def _laid_out(drawing: _Unfinished, now: int) -> ReleaseCells:
    nothing, size = np.array([], dtype=int), drawing.size
    pairs = [
        ((unit, labels), (drawing.cells[whole, labels], unknowns))
        for (unit, labels), unknowns in drawing.cells.items()
        for whole in [drawing.wholes.get(unit)]
        if whole is not None and (whole, labels) in drawing.cells
    ]
    return ReleaseCells(
        tuple(drawing.cells),
        _rows([(unknowns, nothing) for unknowns in drawing.cells.values()], size),
        np.array(list(drawing.counts.values()), dtype=float),
        np.arange(len(drawing.cells)) >= now,
        np.concatenate([np.zeros(0), *drawing.most]),
        _rows(drawing.links, size),
        _rows(drawing.differences, size),
        _additions(tuple(drawing.cells)),
        _rows([pair for _, pair in pairs], size),
        tuple(key for key, _ in pairs),
    )


def _additions(keys: Sequence[Key]) -> sparse.csr_array:
    """Find what adds up: each total, and the cells next below it by some further columns."""
    blocks: dict[tuple[str, frozenset[str]], dict[Labels, int]] = {}
    for place, (unit, labels) in enumerate(keys):
        blocks.setdefault((unit, frozenset(dim for dim, _ in labels)), {})[labels] = place
    pairs = []
    for unit, kept in blocks:
        finer = [other for known, other in blocks if known == unit and kept < other]
        for below in [dims for dims in finer if not any(other < dims for other in finer)]:
            parts: dict[Labels, list[int]] = {}
            for labels, place in blocks[unit, below].items():
                parts.setdefault(frozenset(pair for pair in labels if pair[0] in kept), []).append(place)
            totals = blocks[unit, kept]
            pairs += [(np.array([totals[key]]), np.array(places)) for key, places in parts.items() if key in totals]
    return _rows(pairs, len(keys))


def _rows(pairs: Sequence[tuple[np.ndarray, np.ndarray]], size: int) -> sparse.csr_array:
    """Make a matrix with a row for each pair: 1 for the unknowns that are added, -1 for those taken away."""
    plus = sparse.csr_array(_ones([pair[0] for pair in pairs], size))
    minus = sparse.csr_array(_ones([pair[1] for pair in pairs], size))
    return sparse.csr_array(plus - minus)


def _ones(rows: Sequence[np.ndarray], size: int) -> sparse.csr_array:
    ends = np.cumsum([0, *map(len, rows)])
    columns = np.concatenate([np.array([], dtype=int), *rows])
    return sparse.csr_array((np.ones(len(columns)), columns, ends), shape=(len(rows), size))


def _summed(table: CountTable, kept: Sequence[str], column: str = "") -> dict[Labels, float]:
    counts = pd.to_numeric(table.frame[column or table.count])
    if not kept:
        return {frozenset(): float(counts.sum())}
    by = [table.frame[dim].astype(str) for dim in kept]
    sums = counts.groupby(by, sort=False).sum()
    keys = sums.index if len(kept) > 1 else [(key,) for key in sums.index]
    return {frozenset(zip(kept, key, strict=True)): float(count) for key, count in zip(keys, sums, strict=True)}


def true_cells(table: CountTable, column: str = "") -> dict[Labels, float]:
    """Give the true count of every cell that a table publishes, totals from true counts, in the order of its rows.

    Examples
    --------
    >>> frame = pd.DataFrame({"ics": ["A", "B"], "admissions": [3, 20]})
    >>> list(true_cells(CountTable("by_ics", frame, ("ics",), margins="all")).values())
    [3.0, 20.0, 23.0]
    """
    cells: dict[Labels, float] = {}
    for kept in table.kept():
        cells |= _summed(table, kept, column)
    return cells


def said(labels: Labels, dims: Sequence[str] = ()) -> str:
    """Name a cell by its labels, in the order of the columns.

    Examples
    --------
    >>> said(frozenset({("ics", "Devon"), ("deprivation", "1")}), ("ics", "deprivation"))
    'ics Devon, deprivation 1'
    """
    order = {dim: place for place, dim in enumerate(dims)}
    parts = sorted(labels, key=lambda pair: (order.get(pair[0], len(order)), pair))
    return ", ".join(f"{dim} {label}" for dim, label in parts) or "all together"
