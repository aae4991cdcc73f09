"""A departure: smooth shapes over deprivation groups that a straight gradient cannot follow."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import xarray as xr

from equitymodel.data.tables.crossed_groups import WITHIN
from equitymodel.spec.kinds.deviation import KIND as DEVIATION
from equitymodel.spec.kinds.deviation import deviation_basis


def departure_basis(position: np.ndarray) -> np.ndarray:
    r"""Smooth shapes over the groups that a straight gradient cannot follow.

    Columns are orthogonal to a constant and to the position itself, and scaled so that a
    standard-normal weight on each gives a random walk of order one, projected off the line,
    whose typical marginal standard deviation before projection is 1.

    Parameters
    ----------
    position
        As for `deviation_basis`.

    Returns
    -------
    numpy.ndarray
        Shape (Q, Q - 2); no columns when there are two groups.

    References
    ----------
    Sorbye SH, Rue H (2014) Scaling intrinsic Gaussian Markov random field priors in spatial
    modelling. Spatial Statistics 8:39. doi:10.1016/j.spasta.2013.06.004

    Examples
    --------
    >>> basis = departure_basis(np.array([0.1, 0.3, 0.5, 0.7, 0.9]))
    >>> basis.shape, bool(abs(basis.sum(axis=0)).max() < 1e-12)
    ((5, 3), True)
    """
    off_line = deviation_basis(position)
    step = np.diff(np.eye(len(position)), axis=0)
    precision = step.T @ step
    typical_variance = np.exp(np.mean(np.log(np.diag(np.linalg.pinv(precision)))))
    covariance = np.linalg.inv(off_line.T @ precision @ off_line)
    return np.asarray(off_line @ np.linalg.cholesky(covariance) / np.sqrt(typical_variance))


def over_positions(cells: xr.Dataset, basis: Callable[[np.ndarray], np.ndarray]) -> np.ndarray:
    """Lay shapes over deprivation groups out over the groups of cells, of which several may be of one.

    Parameters
    ----------
    cells
        With the coordinate ``position`` along their groups, and ``deprivation_group`` where they are of two groupings.
    basis
        From the positions of the deprivation groups, each once, to shapes.

    Returns
    -------
    numpy.ndarray
        One row a group of the cells.

    Examples
    --------
    >>> groups = {"position": ("group", [0.2, 0.5, 0.9] * 2), "deprivation_group": ("group", [1, 2, 3] * 2)}
    >>> cells = xr.Dataset(coords=groups)
    >>> shapes = over_positions(cells, departure_basis)
    >>> shapes.shape, bool((shapes[:3] == shapes[3:]).all())
    ((6, 1), True)
    """
    if WITHIN not in cells.coords:
        return basis(cells["position"].values)
    _, first, place = np.unique(cells[WITHIN].values, return_index=True, return_inverse=True)
    return basis(cells["position"].values[first])[place]


KIND = replace(
    DEVIATION,
    name="departure",
    statement="a smooth shape over deprivation groups that a straight gradient cannot follow",
    basis=lambda cells: over_positions(cells, departure_basis),
    symbol=" x shape",
    shape_dim="shape",
    spreads_freely=False,
    sums_freely=False,
)
