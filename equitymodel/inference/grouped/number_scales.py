"""Which standard deviation each value of the latent field has, and which hyperparameters make it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from equitymodel.inference.grouped.effect_parts import EffectPart
from equitymodel.inference.grouped.grouped_latent import Component
from equitymodel.inference.grouped.scales import ScaleTable
from equitymodel.spec.model_spec import ModelSpec


class ScaleNumbering:
    """Number standard deviations: those of pooled effects, then those of effects that are not pooled.

    Attributes
    ----------
    table
        Scales as functions of totals and shares: standard deviations of pooled effects, then overdispersions.
    sd_count
        How many of the scales are standard deviations of effects.
    fixed
        Standard deviations of effects that are not pooled; they follow those of pooled ones.
    """

    def __init__(self, spec: ModelSpec, parts: Sequence[EffectPart], sizes: Mapping[str, int]):
        self.sizes = sizes
        self.start: dict[str, int] = {}
        self.table = ScaleTable()
        self.fixed: list[float] = []
        own, whole = {}, {}
        for effect in (effect for effect in spec.effects if effect.pooled and not effect.part_of_extra_variation):
            own[effect.name] = self.table.add_totals(effect.belief, self._count(effect.spread_over))
        each = self._count(spec.overdispersion_over)
        if spec.overdispersion is not None:
            whole = {"total": self.table.add_totals(spec.overdispersion, each)}
        shares = {effect.name: self.table.add_share(effect.share)
                  for effect in spec.effects if effect.share is not None}  # fmt: skip
        for part in (part for part in parts if part.effect.pooled):
            effect = part.effect
            total = whole["total"] if effect.part_of_extra_variation else own[effect.name]
            self.start[part.variable] = self.table.add_scales(
                total, self._count(effect.spread_over), shares.get(effect.name, -1), lasts=part.lasts is not False
            )
        self.sd_count = len(self.table.rows)
        if whole:
            lasting = [shares[effect.name] for effect in spec.effects if effect.part_of_extra_variation]
            self.table.add_scales(whole["total"], each, lasting[0] if lasting else -1, lasts=False)
        for part in (part for part in parts if not part.effect.pooled):
            self.start[part.variable] = self.sd_count + len(self.fixed)
            self.fixed.append(part.effect.belief.scale)

    def _count(self, dims: Sequence[str]) -> int:
        return int(np.prod([self.sizes[dim] for dim in dims], dtype=int))

    def index(self, block: Sequence[Component], dims: tuple[str, ...]) -> np.ndarray:
        """Index of the standard deviation of every value of a block; shape (component, *dims)."""
        shape = tuple(self.sizes[dim] for dim in dims)
        numbers = np.zeros((len(block), *shape), dtype=np.int64)
        for k, component in enumerate(block):
            numbers[k] = self.start[component.part.variable]
            for axis, dim in enumerate(dims):
                if dim in component.part.effect.spread_over:
                    along = np.arange(self.sizes[dim]).reshape([-1 if i == axis else 1 for i in range(len(dims))])
                    numbers[k] += along
        return numbers

    def degrees_of_freedom(self, parts: Sequence[Sequence[Component]], dims: Sequence[tuple[str, ...]]) -> np.ndarray:
        """Count the effects of each standard deviation, less one for each sum-to-zero constraint."""
        every = self.sd_count + len(self.fixed)
        count = np.zeros(every)
        for block, over in zip(parts, dims, strict=True):
            numbers = self.index(block, over)
            count += np.bincount(numbers.ravel(), minlength=every)
            for component, own in zip(block, numbers, strict=True):
                if component.zero is not None:
                    axis = over.index(component.part.sum_to_zero or "")
                    count -= np.bincount(np.take(own, 0, axis=axis).ravel(), minlength=every)
        return count
