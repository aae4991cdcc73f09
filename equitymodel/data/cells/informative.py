"""Which cells inform a model: those that exist and whose count is known."""

from __future__ import annotations

import xarray as xr

from equitymodel.data.cells.read_cells import headline_expected
from equitymodel.data.tables.suppression import count_bounds
from equitymodel.vocabulary import cell_dims


def likelihood_cells(cells: xr.Dataset) -> xr.DataArray:
    """Mark the cells that inform a model: they exist, and their count is known exactly or within bounds.

    Parameters
    ----------
    cells
        From `read_cells`.

    Returns
    -------
    xarray.DataArray
        True or false; dims ``ics, deprivation, procedure``, and ``period`` if there are several.

    Examples
    --------
    >>> from equitymodel.simulate.simulated_cells import simulate_cells
    >>> cells, _ = simulate_cells(areas=2, procedures=1, seed=1)
    >>> int(likelihood_cells(cells).sum())
    10
    """
    usable = cells["offered"] & count_bounds(cells)[1].notnull() & (headline_expected(cells) > 0)
    return usable.transpose(*cell_dims(cells.dims))
