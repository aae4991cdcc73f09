"""Draws of every effect and hyperparameter of a model of cells, under the names that a sampler would give them."""

from __future__ import annotations

import numpy as np

from equitymodel.inference.grouped.effect_shapes import value_dims
from equitymodel.inference.grouped.grouped_latent import GroupedLatent
from equitymodel.inference.grouped.latent_blocks import BlockVector
from equitymodel.vocabulary import SAMPLE_DIMS, group_dim


class GroupedDraws:
    """Draws of every effect and hyperparameter, stored point by point.

    Parameters
    ----------
    field
        From `lay_out_latent`.
    draws
        How many in all.
    """

    def __init__(self, field: GroupedLatent, draws: int):
        self.field = field
        self.hyper = np.empty((draws, field.hyperparameters))
        rows, columns = field.sizes
        shapes = ((rows, columns), (rows,), (columns,), ())
        self.blocks = [
            [np.empty((draws, *shape)) for _ in block] for block, shape in zip(field.blocks, shapes, strict=True)
        ]

    def store(self, places: np.ndarray, hyper: np.ndarray, latent: BlockVector) -> None:
        """Store the draws of one integration point."""
        self.hyper[places] = hyper
        for into, values in zip(self.blocks, latent, strict=True):
            for array, part in zip(into, values, strict=True):
                array[places] = part[0]

    def named(self, chains: int) -> dict[str, tuple[tuple[str, ...], np.ndarray]]:
        """Name every variable among the draws: dimensions and values, chains and draws first."""
        field = self.field
        named: dict[str, tuple[tuple[str, ...], np.ndarray]] = {}
        axes = (field.axes, field.axes[:1], field.axes[1:], ())
        for effect in field.spec.effects:
            order = value_dims(effect)
            for block, arrays, dims in zip(field.blocks, self.blocks, axes, strict=True):
                own = [array for part, array in zip(block, arrays, strict=True) if part.effect is effect]
                if not own:
                    continue
                laid = [array.transpose(0, *(1 + dims.index(dim) for dim in order)) for array in own]
                if effect.shaped:
                    basis = field.bases[effect.kind]
                    named[effect.variable] = ((*order, group_dim(field.coords)), np.stack(laid, axis=-1) @ basis.T)
                else:
                    named[effect.variable] = (order, laid[0])
        named |= self._named_hyperparameters()
        split = {}
        for name, (dims, values) in named.items():
            split[name] = ((*SAMPLE_DIMS, *dims), values.reshape(chains, -1, *values.shape[1:]))
        return split

    def _named_hyperparameters(self) -> dict[str, tuple[tuple[str, ...], np.ndarray]]:
        field, values = self.field, np.exp(self.hyper)
        named: dict[str, tuple[tuple[str, ...], np.ndarray]] = {}
        at = 0
        for effect in (effect for effect in field.spec.effects if effect.pooled):
            dims = effect.spread_over
            shape = [len(field.coords[dim]) for dim in dims]
            count = int(np.prod(shape, dtype=int))
            named[effect.spread_variable] = (dims, values[:, at : at + count].reshape(-1, *shape))
            at += count
        if field.overdispersion_index is not None:
            dims = field.spec.overdispersion_over
            shape = [len(field.coords[dim]) for dim in dims]
            named["extra_variation"] = (dims, values[:, at:].reshape(-1, *shape))
        return named
