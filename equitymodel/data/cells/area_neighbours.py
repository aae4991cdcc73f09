"""Which areas are neighbours: a table of pairs, read, checked and kept with cells."""

from __future__ import annotations

import numpy as np
import xarray as xr
from scipy.sparse.csgraph import connected_components

from equitymodel.argument_types import refuses_other_types
from equitymodel.data.cells.cell_facts import CellFacts
from equitymodel.data.tables.checked_table import CheckedTable, open_table
from equitymodel.data.tables.files import Source
from equitymodel.data.tables.findings import DataLog
from equitymodel.data.tables.rules import Rule
from equitymodel.errors import OptionError
from equitymodel.vocabulary import ICS

RULES = (
    Rule("B01", "warning", "neighbours that are not among the areas of the cells: left out"),
    Rule("B02", "repair", "pairs written one way only were read both ways"),
    Rule("B03", "repair", "an area named as its own neighbour: the row was left out"),
    Rule(
        "B04",
        "warning",
        "islands: areas without a neighbour among the cells. They learn from all areas alike, and from no neighbour",
        "join each to the area that its people travel through, where that is known",
    ),
    Rule("B05", "warning", "areas fall into groups with no border between them; each is smoothed by itself"),
    Rule(
        "B06", "error", "no two areas of the cells are neighbours", "write codes of areas as the admissions have them"
    ),
    Rule("B07", "error", "a row without an area or its neighbour", "fill it in, or delete the row"),
)
NEIGHBOURS, NEIGHBOUR, AREA = "neighbours", "neighbour", "area"
"""The variable of cells, 1 for a pair of neighbours; its second dimension; and the column of the first of a pair."""


@refuses_other_types
def read_neighbours(source: Source) -> CheckedTable:
    """Read which areas are neighbours: a row a pair.

    Parameters
    ----------
    source
        Columns ``area, neighbour``, codes as in the admissions; a file or a DataFrame. A pair may be written one way or
        both ways.

    Returns
    -------
    CheckedTable
        As it was written, without areas that are their own neighbours.

    Raises
    ------
    EquityDataError
        Rule B07, and those of columns.

    Examples
    --------
    >>> import pandas as pd
    >>> len(read_neighbours(pd.DataFrame({"area": ["a", "b"], "neighbour": ["b", "b"]})).frame)
    1
    """
    table = open_table(NEIGHBOURS, source)
    pairs = table.frame[[AREA, NEIGHBOUR]].fillna("").astype(str)
    if (empty := (pairs == "").any(axis=1)).any():
        table.log.add("B07", rows=[str(row) for row in pairs.index[empty]])
    if (own := (pairs[AREA] == pairs[NEIGHBOUR]) & ~empty).any():
        table.log.add("B03", rows=[f"{row}: {pairs[AREA][row]}" for row in pairs.index[own]])
    table.frame = table.frame.assign(area=pairs[AREA], neighbour=pairs[NEIGHBOUR])[~own]
    return table.finish()


@refuses_other_types
def with_neighbours(cells: xr.Dataset, neighbours: Source | CheckedTable) -> xr.Dataset:
    """Let cells know which of their areas are neighbours, for models with a ``share_of_neighbours``.

    Parameters
    ----------
    cells
        From `read_cells`.
    neighbours
        The table, or what `read_neighbours` made of it.

    Returns
    -------
    xarray.Dataset
        With ``neighbours`` over ``ics, neighbour``: 1 for a pair, 0 for others.

    Raises
    ------
    EquityDataError
        Rule B06, when no two areas are neighbours; and those of `read_neighbours`.

    Examples
    --------
    >>> import pandas as pd
    >>> from equitymodel.simulate import simulate_cells
    >>> cells, _ = simulate_cells(areas=4, procedures=1, seed=1)
    >>> first, second, third, _ = map(str, cells["ics"].values)
    >>> pairs = pd.DataFrame({"area": [first, second], "neighbour": [second, third]})
    >>> adjacency_of(with_neighbours(cells, pairs)).sum(axis=1)
    array([1., 2., 1., 0.])
    """
    table = neighbours if isinstance(neighbours, CheckedTable) else read_neighbours(neighbours)
    log, codes = DataLog(table.name), [str(code) for code in cells[ICS].values]
    pairs = set(zip(table.frame[AREA].astype(str), table.frame[NEIGHBOUR].astype(str), strict=True))
    if unknown := sorted({code for pair in pairs for code in pair} - set(codes)):
        log.add("B01", rows=unknown)
    known = {pair for pair in pairs if set(pair) <= set(codes)}
    if one_way := sorted(pair for pair in known if pair[::-1] not in known):
        log.add("B02", rows=[" and ".join(pair) for pair in one_way])
    place = {code: number for number, code in enumerate(codes)}
    matrix = np.zeros((len(codes), len(codes)))
    for first, second in known:
        matrix[place[first], place[second]] = matrix[place[second], place[first]] = 1.0
    _note_components(matrix, codes, log)
    log.raise_errors()
    said = CellFacts.of(cells).with_table(table, *log.findings)
    return said.keep_with(cells.assign({NEIGHBOURS: ((ICS, NEIGHBOUR), matrix)}).assign_coords({NEIGHBOUR: codes}))


def _note_components(matrix: np.ndarray, codes: list[str], log: DataLog) -> None:
    """Say which areas have no neighbours, and whether the others fall into groups."""
    if not matrix.any():
        log.add("B06")
        return
    alone = matrix.sum(axis=1) == 0
    if alone.any():
        log.add("B04", rows=[code for code, island in zip(codes, alone, strict=True) if island])
    count, component = connected_components(matrix, directed=False)
    sizes = sorted((int(size) for size in np.bincount(component, minlength=count) if size > 1), reverse=True)
    if len(sizes) > 1:
        log.add("B05", rows=[f"{size} areas" for size in sizes])


def adjacency_of(cells: xr.Dataset) -> np.ndarray:
    """Give which areas of cells, or of a selection of them, are neighbours; shape (area, area).

    Raises
    ------
    OptionError
        When the cells do not know.
    """
    if NEIGHBOURS not in cells:
        raise OptionError(
            "the model has a share_of_neighbours, and these cells do not know which areas are neighbours: give their "
            "table (--neighbours, with_neighbours)"
        )
    return np.asarray(cells[NEIGHBOURS].sel({NEIGHBOUR: [str(code) for code in cells[ICS].values]}).values)
