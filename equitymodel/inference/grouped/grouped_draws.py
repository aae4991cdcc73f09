"""Draws of every effect and hyperparameter of a model of cells, under the names that a sampler would give them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from equitymodel.inference.grouped.effect_parts import EffectPart, all_parts
from equitymodel.inference.grouped.effect_shapes import value_dims
from equitymodel.inference.grouped.grouped_latent import GroupedLatent
from equitymodel.inference.grouped.latent_blocks import BlockVector
from equitymodel.inference.grouped.named_scales import NamedScales
from equitymodel.inference.grouped.room_for_draws import RoomForDraws
from equitymodel.vocabulary import SAMPLE_DIMS


@dataclass(frozen=True)
class _NamedPart:
    """How the values of a part of an effect follow from the latent field.

    Attributes
    ----------
    part
        The part.
    block, components
        Which block it is in, and which of the components of the block are its shapes.
    axes
        The axes of the block in the order in which values have them, draws first.
    dims, sizes
        The dimensions of its values, and their sizes.
    """

    part: EffectPart
    block: int
    components: list[int]
    axes: tuple[int, ...]
    dims: tuple[str, ...]
    sizes: tuple[int, ...]

    def values(self, field: GroupedLatent, latent: BlockVector) -> np.ndarray:
        """Map the weights of its shapes to its values over groups and years; shape (draw, ...)."""
        weights = [latent[self.block][component, 0] for component in self.components]
        if self.part.smooth:
            weights = [weights[0] @ field.mixing[self.components[0]]]
        laid, basis = [each.transpose(self.axes) for each in weights], field.value_bases[self.part.variable]
        values = laid[0] if basis.shape == (1, 1) and basis[0, 0] == 1.0 else np.stack(laid, axis=-1) @ basis.T
        return values.reshape(-1, *self.sizes)


class GroupedDraws:
    """Draws of every effect and hyperparameter, stored point by point where they stay.

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
        self.parts = list(_named_parts(field))
        self.room = RoomForDraws({each.part.variable: (draws, *each.sizes) for each in self.parts})

    def store(self, places: np.ndarray, hyper: np.ndarray, latent: BlockVector) -> None:
        """Store the draws of one integration point."""
        self.hyper[places] = hyper
        for each in self.parts:
            self.room.write(each.part.variable, places, each.values(self.field, latent))

    def named(self, chains: int) -> dict[str, tuple[tuple[str, ...], np.ndarray]]:
        """Name every variable among the draws: dimensions and values, chains and draws first."""
        field = self.field
        named = {each.part.variable: (each.dims, self.room.arrays[each.part.variable]) for each in self.parts}
        scales = NamedScales(field.spec, field.scales, field.first_scale, field.sd_count, field.coords)
        named |= scales.named(self.hyper)
        split = {}
        for name, (dims, values) in named.items():
            split[name] = ((*SAMPLE_DIMS, *dims), values.reshape(chains, -1, *values.shape[1:]))
        return split


def _named_parts(field: GroupedLatent) -> Iterator[_NamedPart]:
    """Find each part of the effects of a model among the blocks of its latent field."""
    axes = (field.axes, field.axes[:1], field.axes[1:], ())
    for part in all_parts(field.spec):
        order, tail = value_dims(part.effect), part.tail(field.coords)
        for number, (block, dims) in enumerate(zip(field.blocks, axes, strict=True)):
            own = [k for k, component in enumerate(block) if component.part == part]
            if own:
                placed = (0, *(1 + dims.index(dim) for dim in order))
                sizes = tuple(len(field.coords[dim]) for dim in (*order, *tail))
                yield _NamedPart(part, number, own, placed, (*order, *tail), sizes)
