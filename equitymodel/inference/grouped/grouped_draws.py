"""Draws of every effect and hyperparameter of a model of cells, under the names that a sampler would give them."""

from __future__ import annotations

import numpy as np

from equitymodel.inference.grouped.effect_parts import EffectPart, all_parts
from equitymodel.inference.grouped.effect_shapes import value_dims
from equitymodel.inference.grouped.grouped_latent import GroupedLatent
from equitymodel.inference.grouped.latent_blocks import BlockVector
from equitymodel.inference.grouped.named_scales import NamedScales
from equitymodel.vocabulary import SAMPLE_DIMS


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
        for part in all_parts(field.spec):
            order = value_dims(part.effect)
            for block, arrays, dims in zip(field.blocks, self.blocks, axes, strict=True):
                own = [array for component, array in zip(block, arrays, strict=True) if component.part == part]
                if part.smooth and own:
                    own = [own[0] @ field.mixing[[component.part for component in block].index(part)]]
                if own:
                    laid = [array.transpose(0, *(1 + dims.index(dim) for dim in order)) for array in own]
                    named[part.variable] = self._named_values(part, order, laid)
        scales = NamedScales(field.spec, field.scales, field.first_scale, field.sd_count, field.coords)
        named |= scales.named(self.hyper)
        split = {}
        for name, (dims, values) in named.items():
            split[name] = ((*SAMPLE_DIMS, *dims), values.reshape(chains, -1, *values.shape[1:]))
        return split

    def _named_values(
        self, part: EffectPart, order: tuple[str, ...], weights: list[np.ndarray]
    ) -> tuple[tuple[str, ...], np.ndarray]:
        """Map the weights of the shapes of a part to its values over groups and years."""
        tail = part.tail(self.field.coords)
        values = np.stack(weights, axis=-1) @ self.field.value_bases[part.variable].T
        sizes = [len(self.field.coords[dim]) for dim in tail]
        return (*order, *tail), values.reshape(*values.shape[:-1], *sizes)
