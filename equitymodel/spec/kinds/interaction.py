"""What a cell of both groupings does beside its main group, its deprivation group and the gradient of the former."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import xarray as xr

from equitymodel.spec.kinds.departure import over_positions
from equitymodel.spec.kinds.deviation import deviation_basis
from equitymodel.spec.kinds.main_contrast import KIND as MAIN_CONTRAST
from equitymodel.spec.kinds.main_contrast import main_basis


def interaction_basis(cells: xr.Dataset) -> np.ndarray:
    """Contrasts of main groups times deviations of deprivation groups from a straight line.

    Parameters
    ----------
    cells
        With the coordinates ``main_group``, ``deprivation_group`` and ``position`` along their groups.

    Returns
    -------
    numpy.ndarray
        One row a cell of both groupings, G - 1 times Q - 2 columns; each sums to zero over the deprivation groups of
        every main group, and over the main groups of every deprivation group.
    """
    main, within = main_basis(cells), over_positions(cells, deviation_basis)
    return np.asarray(main[:, :, None] * within[:, None, :]).reshape(len(main), -1)


KIND = replace(
    MAIN_CONTRAST,
    name="interaction", symbol=" x interaction", shape_dim="interaction_shape",
    statement="what a deprivation group of one main group does beside both of them and a straight gradient",
    compared="ratio of a cell to what both its groups and the gradient of its main group say",
    basis=interaction_basis,
)  # fmt: skip
