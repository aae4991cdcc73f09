"""Where searches for modes of the latent field begin: a latent field, and what data say of effects with heavy tails."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from equitymodel.inference.grouped.heavy_tails import NormalFactor, TailSite
from equitymodel.inference.grouped.latent_blocks import BlockVector


@dataclass(frozen=True)
class GroupedStart:
    """A start of the search for each setting of the hyperparameters: a `SearchStart`.

    What data say of an effect with heavy tails hardly depends on the hyperparameters, but what the mixture makes
    of it does: so normal factors are made anew where a search begins.

    Attributes
    ----------
    latent
        Values of the latent field, which meet the sum-to-zero constraints.
    site
        What data say of effects with heavy tails; none where that is not known yet, or there are no such effects.
    """

    latent: BlockVector
    site: TailSite | None = None

    @classmethod
    def of(cls, start: GroupedStart | BlockVector) -> GroupedStart:
        """Take a latent field alone as a start."""
        return cls(start) if isinstance(start, BlockVector) else start

    def factor(self, log_scale: np.ndarray) -> NormalFactor | None:
        """Make the normal factors of effects with heavy tails of another log scale; shape (batch,)."""
        if self.site is None:
            return None
        return TailSite(self.site.estimate, self.site.error, np.exp(2.0 * log_scale)[:, None, None, None]).factor

    def batches(self, which: slice | np.ndarray) -> GroupedStart:
        """Choose some batches."""
        return GroupedStart(self.latent.batches(which), None if self.site is None else self.site.batches(which))

    def repeat(self, batches: int) -> GroupedStart:
        """Repeat one batch, unless there are as many already."""
        return self if self.latent.overall.shape[1] == batches else self.batches(np.zeros(batches, int))

    def moved(self, tangent: BlockVector, change: np.ndarray) -> GroupedStart:
        """Move along a tangent of latent fields for a change of the hyperparameters."""
        here = self.repeat(len(change))
        return GroupedStart(here.latent.moved(tangent, change), here.site)

    def choose(self, taken: np.ndarray, other: GroupedStart) -> GroupedStart:
        """Keep the batches that are taken, and those of another start in place of the rest."""
        site = None if self.site is None or other.site is None else self.site.where(taken, other.site)
        return GroupedStart(self.latent.choose(taken, other.latent), site)

    def joined(self, others: Sequence[GroupedStart]) -> GroupedStart:
        """Append the batches of others."""
        sites = [start.site for start in (self, *others) if start.site is not None]
        latent = self.latent.joined([start.latent for start in others])
        return GroupedStart(latent, TailSite.joined(sites) if len(sites) == len(others) + 1 else None)

    def tangent(self, steps: np.ndarray) -> BlockVector:
        """Make a tangent of batches one step up each hyperparameter, then one step down; `steps` are between them."""
        return self.latent.tangent(steps)
