"""The counts that inform a model, cell by cell: their places, bounds and log expected admissions."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import xarray as xr

from equitymodel.data.cells.read_cells import headline_expected
from equitymodel.data.tables.suppression import count_bounds
from equitymodel.inference.grouped.effect_shapes import known_cells
from equitymodel.vocabulary import cell_dims


class KnownCounts(NamedTuple):
    """Cells with a known count, in the order of flattened cells.

    Attributes
    ----------
    where
        Places among all cells, flattened.
    low, high
        Bounds of each count, equal where it is known exactly.
    log_expected
        Log expected admissions with the fullest adjustment.
    """

    where: np.ndarray
    low: np.ndarray
    high: np.ndarray
    log_expected: np.ndarray


def known_counts(cells: xr.Dataset) -> KnownCounts:
    """List the counts that inform a model, and refuse cells of which none is known.

    Examples
    --------
    >>> from equitymodel.simulate.simulated_cells import simulate_cells
    >>> cells, _ = simulate_cells(areas=2, procedures=1, seed=1)
    >>> known_counts(cells).where.tolist()
    [0, 1, 2, 3, 4, 5, 6, 7, 8, 9]
    """
    where = np.nonzero(known_cells(cells).values.ravel())[0]
    low, high, expected = (
        array.transpose(*cell_dims(cells.dims)).values.ravel()[where]
        for array in (*count_bounds(cells), headline_expected(cells))
    )
    return KnownCounts(where, low, high, np.log(expected))
