"""Hyperparameters under the names that they have among the draws, and back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from equitymodel.inference.grouped.scales import Scales
from equitymodel.spec.model_spec import ModelSpec

EXTRA_VARIATION = "extra_variation"
Named = dict[str, tuple[tuple[str, ...], np.ndarray]]
"""For each name: dimensions, and values whose first axis is draws."""


@dataclass(frozen=True)
class NamedScales:
    """The hyperparameters of a model and their names.

    Attributes
    ----------
    spec
        The model, for its cells.
    scales
        Standard deviations and overdispersions as functions of the hyperparameters.
    start
        For each part of an effect by its variable, the first of its scales.
    sd_count
        How many scales are standard deviations of effects; overdispersions follow.
    coords
        Labels of each dimension.
    """

    spec: ModelSpec
    scales: Scales
    start: Mapping[str, int]
    sd_count: int
    coords: Mapping[str, Sequence[object]]

    def dims(self) -> dict[str, tuple[str, ...]]:
        """Name the dimensions of every hyperparameter."""
        dims: dict[str, tuple[str, ...]] = {}
        for effect in (effect for effect in self.spec.effects if effect.pooled):
            dims[effect.spread_variable] = effect.spread_over
            if effect.share is not None:
                dims[effect.share_variable] = ()
        if self.spec.overdispersion is not None:
            dims[EXTRA_VARIATION] = self.spec.overdispersion_over
        return dims

    def shape(self, name: str) -> tuple[int, ...]:
        """Sizes of a hyperparameter."""
        return tuple(len(self.coords[dim]) for dim in self.dims()[name])

    def places(self, name: str) -> np.ndarray:
        """Find a standard deviation, a share or the whole of extra variation among the hyperparameters."""
        scales, count = self.scales, int(np.prod(self.shape(name), dtype=int))
        if name == EXTRA_VARIATION:
            first = scales.total[self.sd_count]
            return np.arange(first, first + count)
        effect = next(each for each in self.spec.effects if name in (each.spread_variable, each.share_variable))
        at = self.start[effect.variable]
        if name == effect.share_variable:
            return np.array([scales.totals + scales.share[at]])
        return np.arange(scales.total[at], scales.total[at] + count)

    def named(self, hyper: np.ndarray) -> Named:
        """Name hyperparameters of shape (draw, hyperparameter); extra variation is the part that is new every year."""
        totals, shares, log_scales = (
            np.exp(self.scales.log_totals(hyper)), self.scales.share_values(hyper), self.scales.log_scales(hyper)
        )  # fmt: skip
        named: Named = {}
        for name, dims in self.dims().items():
            if name == EXTRA_VARIATION:
                values = np.exp(log_scales[:, self.sd_count :])
            elif dims == () and self.places(name)[0] >= self.scales.totals:
                values = shares[:, self.places(name) - self.scales.totals]
            else:
                values = totals[:, self.places(name)]
            named[name] = (dims, values.reshape(-1, *self.shape(name)))
        return named

    def hyper(self, named: Mapping[str, np.ndarray]) -> np.ndarray:
        """Find hyperparameters from named values whose first axis is draws: the inverse of `named`."""
        draws = len(next(iter(named.values()))) if named else 1
        hyper, log_totals = np.empty((draws, self.scales.count)), np.empty((draws, self.scales.totals))
        whole = any(effect.part_of_extra_variation for effect in self.spec.effects)
        for name in self.dims():
            places, values = self.places(name), np.reshape(named[name], (draws, -1))
            if places[0] >= self.scales.totals:
                hyper[:, places] = self.scales.shares[places[0] - self.scales.totals].to_normal(values)
            elif name != EXTRA_VARIATION or not whole:
                log_totals[:, places] = np.log(values)
        hyper[:, : self.scales.totals] = self.scales.score_of(log_totals)
        return hyper
