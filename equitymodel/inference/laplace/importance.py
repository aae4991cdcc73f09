"""Integrate over the hyperparameters by importance sampling in normalised coordinates."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from scipy.stats import norm, qmc

from equitymodel.inference.laplace.adapted_transform import Transform
from equitymodel.inference.laplace.latent_gaussian import Modes
from equitymodel.inference.laplace.target import Target

PROPOSAL_SCALE, SCALE_OF_OWN = 1.05, 1.01
"""Standard deviation of the proposal in normalised coordinates, so that no tail is missed; less along each axis of
those explored by owner, as they are many and every one would take its share of the weights."""


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
    standard, gradient
        Their standard coordinates, and the gradient of the log density in the hyperparameters if it was asked for.
    """

    hyper: np.ndarray
    weight: np.ndarray
    start: Any
    modes: tuple[Modes, ...] = ()
    log_weight: np.ndarray | None = None
    standard: np.ndarray | None = None
    gradient: np.ndarray | None = None

    @classmethod
    def weigh(
        cls, hyper: np.ndarray, log_weight: np.ndarray, start: Any, modes: tuple[Modes, ...] = ()
    ) -> WeightedPoints:
        """Make points of logs of their weights."""
        if not np.isfinite(log_weight).any():  # nothing was found: as good as a single point
            return cls(hyper, np.eye(1, len(hyper))[0], start, modes, log_weight)
        weight = np.exp(log_weight - log_weight.max())
        return cls(hyper, weight / weight.sum(), start, modes, log_weight)

    def joined(self, others: WeightedPoints, *, keep: bool) -> WeightedPoints:
        """Append other points of the same sequence; their Gaussian approximations too, if they are to be kept."""
        assert self.log_weight is not None
        assert others.log_weight is not None
        return WeightedPoints.weigh(
            np.concatenate([self.hyper, others.hyper]),
            np.concatenate([self.log_weight, others.log_weight]),
            self.start.joined([others.start]),
            (*self.modes, *others.modes) if keep else (),
        )

    @property
    def effective(self) -> float:
        """Effective number of points, 1 / sum of squared weights."""
        return float(1.0 / (self.weight**2).sum())


def sample_importance(
    target: Target,
    transform: Transform,
    *,
    points: int,
    seed: int,
    first: WeightedPoints | None = None,
    gradient: bool = False,
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
    gradient
        Whether to evaluate gradients too, which are not added to those of `first`.

    Returns
    -------
    WeightedPoints
        Points, weights and modes.
    """
    known = 0 if first is None else len(first.hyper)
    sequence = qmc.Sobol(transform.axes, rng=np.random.default_rng(seed))
    scale = PROPOSAL_SCALE if target.own is None else np.where(target.own.is_own(), SCALE_OF_OWN, PROPOSAL_SCALE)
    drawn = norm.ppf(sequence.random(points)[known:])
    standard = scale * drawn
    hyper = transform.place(standard)
    keep = target.fits_in_memory(points)

    def work(modes: Modes, _first: int) -> tuple[np.ndarray, np.ndarray | None, Any, tuple[Modes, ...]]:
        slope = target.field.gradient(modes) if gradient else None
        return target.density(modes), slope, modes.start, (modes,) if keep else ()

    each = target.map(work, hyper, transform.optimum.expansion.predict(hyper))
    densities, slopes, starts, kept = zip(*each, strict=True)
    known_slopes = [slope for slope in slopes if slope is not None]
    found = WeightedPoints.weigh(
        hyper,
        np.concatenate(densities) + transform.log_jacobian(standard) + 0.5 * (drawn**2).sum(axis=1),
        starts[0].joined(starts[1:]),
        tuple(batch for batches in kept for batch in batches),
    )
    found = replace(found, standard=standard, gradient=np.concatenate(known_slopes) if known_slopes else None)
    return found if first is None else first.joined(found, keep=keep)


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
