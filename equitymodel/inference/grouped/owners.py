"""Which hyperparameters of a model of cells belong to one procedure, or one ICS, alone."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from equitymodel.inference.grouped.grouped_latent import GroupedLatent
from equitymodel.inference.laplace.own_hyperparameters import OwnHyperparameters

BLOCK_AXES = ((0, 1), (0,), (1,), ())
"""Axes of the values of each block: rows are 0, columns 1."""


def find_own(field: GroupedLatent) -> OwnHyperparameters | None:
    """Find the hyperparameters of one label each, along whichever grouping more of them have one.

    Examples
    --------
    >>> from equitymodel.inference.grouped.lay_out_latent import lay_out_latent
    >>> from equitymodel.simulate.simulated_cells import simulate_cells
    >>> from equitymodel.spec.library import load_model
    >>> find_own(lay_out_latent(load_model(), simulate_cells(areas=5, procedures=3, seed=1)[0])).own.shape
    (3, 2)
    """
    found = [OwnHyperparameters.of(_owners(field, axis)) for axis in (0, 1)]
    return max((own for own in found if own is not None), key=lambda own: own.own.size, default=None)


def _owners(field: GroupedLatent, axis: int) -> np.ndarray:
    """Find the only label of a grouping that each hyperparameter is about; -1 where it is about several."""
    scales = field.scales
    first, last = np.full(scales.count, field.sizes[axis]), np.full(scales.count, -1)
    for labels, scale in _uses(field, axis):
        shared = scales.share[scale] >= 0
        for hyper, at in ((scales.total[scale], labels), (scales.totals + scales.share[scale[shared]], labels[shared])):
            np.minimum.at(first, hyper, at)
            np.maximum.at(last, hyper, at)
    return np.where(first == last, first, -1)


def _uses(field: GroupedLatent, axis: int) -> Iterator[tuple[np.ndarray, np.ndarray]]:
    """Give pairs of a label and a scale that its values have; values without the grouping are about every label."""
    tables = [(of, axes) for block, axes in zip(field.sd_index, BLOCK_AXES, strict=True) for of in block]
    if field.overdispersion_index is not None:
        index = np.broadcast_to(field.overdispersion_index, field.sizes)
        tables.append((field.sd_count + index, (0, 1)))
    fixed = range(field.sd_count, field.sd_count + len(field.fixed_log_sd))
    for number, (scale, axes) in enumerate(tables):
        if number < len(tables) - (field.overdispersion_index is not None) and np.isin(scale, fixed).all():
            continue
        shape = [field.sizes[axis] if at == axis else 1 for at in axes]
        labels = np.arange(field.sizes[axis]).reshape(shape) if axis in axes else np.array([0, field.sizes[axis] - 1])
        wide = scale if axis in axes else np.asarray(scale)[..., None]
        labels, wide = np.broadcast_arrays(labels, wide)
        yield labels.ravel(), wide.ravel()
