"""Contrasts: differences between groups that know no order."""

from __future__ import annotations

import numpy as np

from equitymodel.spec.kinds.effect_kind import EffectKind
from equitymodel.vocabulary import group_dim


def contrast_basis(groups: int) -> np.ndarray:
    r"""Differences between groups that sum to zero, as orthonormal columns.

    A standard-normal weight on each gives every group the same variance, :math:`1 - 1/Q`, and every
    two groups the same covariance: no group is special, whatever the order of the labels.

    Parameters
    ----------
    groups
        How many groups there are, Q.

    Returns
    -------
    numpy.ndarray
        Shape (Q, Q - 1).

    Examples
    --------
    >>> basis = contrast_basis(4)
    >>> basis.shape, bool(np.allclose(basis @ basis.T, np.eye(4) - 1 / 4))
    ((4, 3), True)
    """
    basis = np.zeros((groups, groups - 1))
    for column in range(groups - 1):
        before = column + 1
        basis[:before, column] = 1.0 / before
        basis[before, column] = -1.0
        basis[:, column] /= np.sqrt(1.0 + 1.0 / before)
    return basis


KIND = EffectKind(
    name="contrast",
    statement="differences of the log ratio between groups, which sum to zero and know no order",
    compared="ratio of a group to the average of all groups",
    basis=lambda cells: contrast_basis(cells.sizes[group_dim(cells.dims)]),
    symbol=" x contrast",
    shape_count=lambda groups: groups - 1,
    shape_dim="contrast",
    spreads_freely=True,
    sums_freely=True,
)
