"""Contrasts between main groups, the same in every group of deprivation within them."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import xarray as xr

from equitymodel.data.tables.crossed_groups import MAIN
from equitymodel.spec.kinds.contrast import KIND as CONTRAST
from equitymodel.spec.kinds.contrast import contrast_basis


def main_basis(cells: xr.Dataset) -> np.ndarray:
    """Differences between main groups that sum to zero, laid out over the cells of both groupings.

    Parameters
    ----------
    cells
        With the coordinate ``main_group`` along their groups.

    Returns
    -------
    numpy.ndarray
        One row a cell of both groupings, one column for each main group but one.

    Examples
    --------
    >>> labels = ("group", ["A", "A", "A", "B", "B", "B"])
    >>> main_basis(xr.Dataset(coords={"main_group": labels})).round(2)[:, 0].tolist()
    [0.71, 0.71, 0.71, -0.71, -0.71, -0.71]
    """
    labels = cells[MAIN].values
    known = np.array(list(dict.fromkeys(labels.tolist())))
    return np.asarray(contrast_basis(len(known))[(labels[:, None] == known).argmax(axis=1)])


KIND = replace(
    CONTRAST,
    name="main_contrast",
    statement="differences between main groups, the same in every deprivation group within them; they sum to zero",
    compared="ratio of a main group to the average of all main groups",
    basis=main_basis,
    symbol=" x main group",
    shape_dim="main_contrast",
    crossed=True,
)
