"""Integrate over the hyperparameters by importance sampling in warped coordinates."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.stats import norm, qmc

from equitymodel.inference.laplace.grouped_mode import GroupedModes
from equitymodel.inference.laplace.latent_blocks import BlockVector, join
from equitymodel.inference.laplace.normalising_transform import NormalisingTransform
from equitymodel.inference.laplace.target import Target

PROPOSAL_SCALE = 1.05
"""The proposal is this much wider than standard normal, so that no tail is missed."""


@dataclass(frozen=True)
class WeightedPoints:
    """Points in the space of hyperparameters, with their weights.

    Attributes
    ----------
    hyper
        Hyperparameters; shape (point, hyperparameter).
    weight
        Normalised weights.
    latent
        The mode at each point.
    modes
        Everything about those modes, if there was room to keep it.
    """

    hyper: np.ndarray
    weight: np.ndarray
    latent: BlockVector
    modes: tuple[GroupedModes, ...] = ()

    @property
    def effective(self) -> float:
        """How many equally weighted points these are worth."""
        return float(1.0 / (self.weight**2).sum())


def sample_importance(target: Target, transform: NormalisingTransform, *, points: int, seed: int) -> WeightedPoints:
    """Draw quasi-random points that are standard normal in warped coordinates, and weigh them.

    Parameters
    ----------
    target, transform
        The density, and the coordinates.
    points
        How many; a power of two is best.
    seed
        Seed of the scrambling.

    Returns
    -------
    Weighted
        Points, weights and modes.
    """
    sequence = qmc.Sobol(transform.axes, rng=np.random.default_rng(seed))
    standard = PROPOSAL_SCALE * norm.ppf(sequence.random(points))
    hyper = transform.place(standard)
    kept = target.kept(points)

    def work(modes: GroupedModes, _first: int) -> tuple[np.ndarray, BlockVector, tuple[GroupedModes, ...]]:
        return target.density(modes), modes.latent, (modes,) if kept else ()

    found = list(target.map(work, hyper, transform.shape.expansion.predict(hyper)))
    log_proposal = -0.5 * (standard**2).sum(axis=1) / PROPOSAL_SCALE**2
    log_weight = np.concatenate([density for density, _, _ in found]) + transform.log_volume(standard) - log_proposal
    weight = np.exp(log_weight - log_weight.max())
    modes = tuple(batch for _, _, batches in found for batch in batches)
    return WeightedPoints(hyper, weight / weight.sum(), join([latent for _, latent, _ in found]), modes)


def allocate_draws(weight: np.ndarray, draws: int, rng: np.random.Generator) -> np.ndarray:
    """Share draws out over weighted points, as evenly as whole numbers allow.

    Examples
    --------
    >>> allocate_draws(np.array([0.5, 0.25, 0.25]), 8, np.random.default_rng(1))
    array([4, 2, 2])
    """
    edges = np.cumsum(weight) / weight.sum() * draws
    edges[-1] = draws
    upto = np.floor(edges + rng.random() * (1.0 - 1e-9)).clip(0, draws).astype(int)
    upto[-1] = draws
    return np.diff(upto, prepend=0)
