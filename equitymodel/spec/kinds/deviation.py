"""A deviation: whatever the groups do beside their level and a straight gradient, with no smoothness assumed."""

from __future__ import annotations

import numpy as np

from equitymodel.spec.kinds.effect_kind import EffectKind


def deviation_basis(position: np.ndarray) -> np.ndarray:
    """All shapes over the groups beside a constant and a straight line, as orthonormal columns.

    A standard-normal weight on each gives the part of independent noise of every group that level and gradient
    cannot follow: no shape is likelier than another.

    Parameters
    ----------
    position
        Ridits of the Q groups, shape (Q,).

    Returns
    -------
    numpy.ndarray
        Shape (Q, Q - 2); no columns when there are two groups.

    Examples
    --------
    >>> position = np.array([0.1, 0.3, 0.5, 0.7, 0.9])
    >>> basis = deviation_basis(position)
    >>> basis.shape, bool(np.allclose(basis.T @ position, 0)), bool(np.allclose(basis.T @ basis, np.eye(3)))
    ((5, 3), True, True)
    """
    groups = len(position)
    line = np.column_stack([np.ones(groups), position])
    return np.asarray(np.linalg.svd(line, full_matrices=True)[0][:, min(2, groups) :])


KIND = EffectKind(
    name="deviation",
    statement="what groups do beside level and straight gradient; no shape is likelier than another",
    compared="ratio of a group to the straight gradient (before what is straight is taken out)",
    basis=lambda cells: deviation_basis(cells["position"].values),
    symbol=" x deviation",
    ordered=True,
    shape_count=lambda groups: groups - 2,
    shape_dim="deviation_shape",
    spreads_freely=True,
    sums_freely=True,
)
