"""Integrate over the hyperparameters by importance sampling in normalised coordinates."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy.stats import norm, qmc

from equitymodel.inference.laplace.latent_gaussian import Modes
from equitymodel.inference.laplace.normalising_transform import NormalisingTransform
from equitymodel.inference.laplace.target import Target

PROPOSAL_SCALE = 1.05
"""Standard deviation of the proposal in normalised coordinates, so that no tail is missed."""


@dataclass(frozen=True)
class WeightedPoints:
    """Integration points of the hyperparameters, with their importance weights.

    Attributes
    ----------
    hyper
        Hyperparameters; shape (point, hyperparameter).
    weight
        Normalised weights.
    start
        Start of a search for the latent mode at each point.
    modes
        Their Gaussian approximations, if there was room to keep them.
    log_weight
        Logs of weights before they are normalised, with which more points of the same sequence can be added.
    """

    hyper: np.ndarray
    weight: np.ndarray
    start: Any
    modes: tuple[Modes, ...] = ()
    log_weight: np.ndarray | None = None

    @property
    def effective(self) -> float:
        """Effective number of points, 1 / sum of squared weights."""
        return float(1.0 / (self.weight**2).sum())


def sample_importance(
    target: Target, transform: NormalisingTransform, *, points: int, seed: int, first: WeightedPoints | None = None
) -> WeightedPoints:
    """Draw Sobol points that are standard normal in normalised coordinates, and weight them.

    Parameters
    ----------
    target, transform
        The density, and the coordinates.
    points
        How many; a power of two is best.
    seed
        Seed of the scrambling.
    first
        Fewer points of the same sequence, which are not evaluated again.

    Returns
    -------
    WeightedPoints
        Points, weights and modes.
    """
    known = 0 if first is None else len(first.hyper)
    sequence = qmc.Sobol(transform.axes, rng=np.random.default_rng(seed))
    standard = PROPOSAL_SCALE * norm.ppf(sequence.random(points)[known:])
    hyper = transform.place(standard)
    keep = target.fits_in_memory(points)

    def work(modes: Modes, _first: int) -> tuple[np.ndarray, Any, tuple[Modes, ...]]:
        return target.density(modes), modes.start, (modes,) if keep else ()

    densities, starts, kept = zip(*target.map(work, hyper, transform.optimum.expansion.predict(hyper)), strict=True)
    log_proposal = -0.5 * (standard**2).sum(axis=1) / PROPOSAL_SCALE**2
    log_weight = np.concatenate(densities) + transform.log_jacobian(standard) - log_proposal
    modes = tuple(batch for batches in kept for batch in batches)
    start = starts[0].joined(starts[1:])
    if first is not None and first.log_weight is not None:
        hyper, log_weight = np.concatenate([first.hyper, hyper]), np.concatenate([first.log_weight, log_weight])
        start, modes = first.start.joined([start]), (*first.modes, *modes) if keep else ()
    weight = np.exp(log_weight - log_weight.max())
    return WeightedPoints(hyper, weight / weight.sum(), start, modes, log_weight)


def allocate_draws(weight: np.ndarray, draws: int, rng: np.random.Generator) -> np.ndarray:
    """Allocate draws to weighted points by systematic resampling.

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
