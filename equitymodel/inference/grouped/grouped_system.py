"""The latent Gaussian model of cells as the nested Laplace approximation sees it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import numpy as np

from equitymodel.inference.grouped.grouped_draws import GroupedDraws
from equitymodel.inference.grouped.grouped_latent import GroupedLatent
from equitymodel.inference.grouped.grouped_mode import GroupedModes, find_modes
from equitymodel.inference.grouped.grouped_start import GroupedStart
from equitymodel.inference.grouped.latent_blocks import BlockVector
from equitymodel.inference.grouped.marginal_gradient import in_log_sds, marginal_gradient, mode_tangent
from equitymodel.inference.grouped.owners import find_own
from equitymodel.inference.laplace.own_hyperparameters import OwnHyperparameters

CELLS_AT_ONCE = 30_000
"""Cells x settings of a batch, so that its arrays stay in the processor's cache, whatever the number of workers."""
VALUES_AT_ONCE, DRAWS_AT_ONCE = 2_000_000, 4
"""Draws are made in pieces of at most this many cells x draws, but of so many draws however many cells there are: one
by one, a draw takes a third longer."""
WARM_UP = 4
"""EM-like steps before the optimiser takes over; they cover long distances cheaply."""


class GroupedSystem:
    """The latent Gaussian model of cells: a `LatentGaussian`.

    Hyperparameters are those of `Scales`: logs of standard deviations and overdispersions, then shares that last.

    Parameters
    ----------
    field
        From `lay_out_latent`.
    """

    bounds = None
    least_curvature = 0.05
    integrated_over: Mapping[int, int] = {}

    def __init__(self, field: GroupedLatent):
        self.field = field
        self.batch = max(1, CELLS_AT_ONCE // field.known.size)

    @property
    def hyperparameters(self) -> int:
        """Number of hyperparameters."""
        return self.field.hyperparameters

    @property
    def values_a_mode(self) -> int:
        """How many numbers a Gaussian approximation keeps."""
        pairs, (rows, columns) = len(self.field.blocks.pair), self.field.sizes
        return self.field.known.size * 3 + rows * columns * (pairs + 1) * (pairs + 8)

    def initial(self) -> tuple[np.ndarray, GroupedStart]:
        """Take a few EM-like steps: each standard deviation is set to what the latent field then implies."""
        field, scales = self.field, self.field.scales
        log_totals = np.log(0.67 * scales.prior_scale)[None]
        start, of, own = GroupedStart(field.zeros()), scales.total[: field.sd_count], self._own_totals()
        degrees = np.bincount(of, field.degrees_of_freedom[: field.sd_count], minlength=scales.totals)[own]
        shares = np.zeros((1, len(scales.shares)))
        for _ in range(WARM_UP if field.hyperparameters else 0):
            modes = find_modes(field, np.hstack([scales.score_of(log_totals), shares]), start)
            start = modes.start
            growth = np.bincount(of, in_log_sds(modes)[0], minlength=scales.totals)[own] / degrees
            log_totals[0, own] += np.clip(0.5 * np.log(np.clip(1.0 + growth, 0.05, 20.0)), -1.0, 1.0)
        return np.hstack([scales.score_of(log_totals), shares]), start

    def _own_totals(self) -> np.ndarray:
        """Find the totals that are of effects alone, not of the variation of a cell."""
        scales, sds = self.field.scales, self.field.sd_count
        return np.setdiff1d(scales.total[:sds], scales.total[sds:])

    def scale(self) -> np.ndarray:
        """Rough posterior standard deviations, from the number of effects or counts that inform each."""
        field, scales = self.field, self.field.scales
        information = np.concatenate(
            [field.degrees_of_freedom[: field.sd_count], self._counts_by_overdispersion() / 2.0]
        )
        degrees = np.bincount(scales.total, information, minlength=scales.totals)
        return np.concatenate([1.0 / np.sqrt(2.0 * degrees + 2.0), np.ones(len(scales.shares))])

    def _counts_by_overdispersion(self) -> np.ndarray:
        """Count the known cells of each overdispersion."""
        field = self.field
        if field.overdispersion_index is None:
            return np.zeros(0)
        counts = field.known.sum(axis=0)[0, 0].ravel()
        return np.bincount(field.overdispersion_index.ravel(), counts, minlength=field.overdispersion_count)

    def subset(self) -> None:
        """Search all cells at once: the cost of a step is linear in cells."""

    def own(self) -> OwnHyperparameters | None:
        """Say which hyperparameters belong to one procedure, or one ICS, alone."""
        return find_own(self.field)

    def log_prior(self, hyper: np.ndarray) -> np.ndarray:
        """Priors of totals and shares; shape (batch,)."""
        return self.field.scales.log_prior(hyper)

    def find_modes(self, hyper: np.ndarray, start: GroupedStart | BlockVector) -> GroupedModes:
        """Find the modes of the latent field by Newton's method, all settings at once."""
        return find_modes(self.field, hyper, start)

    def gradient(self, modes: GroupedModes) -> np.ndarray:
        """Gradient of the log posterior density of the hyperparameters; shape (batch, hyperparameter)."""
        return marginal_gradient(modes) - modes.hyper

    def tangent(self, modes: GroupedModes) -> BlockVector | None:
        """Differentiate the first mode in the hyperparameters, by implicit differentiation."""
        return mode_tangent(modes)

    def batches(self, size: int) -> list[slice]:
        """Cut settings of the hyperparameters into batches; the same for any number of workers."""
        return [slice(at, at + self.batch) for at in range(0, size, self.batch)]

    def pieces(self, counts: np.ndarray) -> Iterator[np.ndarray]:
        """Cut draws into pieces, each of one setting of the hyperparameters."""
        most = max(DRAWS_AT_ONCE, VALUES_AT_ONCE // self.field.known.size)
        for setting, count in enumerate(counts):
            for at in range(0, int(count), most):
                yield np.full(min(most, int(count) - at), setting)

    def new_draws(self, size: int, _seed: int) -> GroupedDraws:
        """Make room for draws, in the order of the integration points."""
        return GroupedDraws(self.field, size)
