"""Integrate over the hyperparameters by importance sampling from a proposal shaped axis by axis.

A variance near zero has a long tail on the log scale that no normal or Student proposal fits.
So the density is first evaluated along each axis of the standard coordinates, and the proposal
is the product of what was found there.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.interpolate import PchipInterpolator
from scipy.stats import qmc

from equitymodel.inference.laplace.explore import Shape
from equitymodel.inference.laplace.latent import Latent
from equitymodel.inference.laplace.target import Target

NODES = np.array([-4.5, -3.0, -2.0, -1.0, 1.0, 2.0, 3.0, 4.5])
"""Where the density is evaluated along each axis, in standard coordinates."""
REACH = 9.0
"""The proposal ends here."""
TEMPER = 0.9
"""The proposal is this power of what was found, so that its tails are a little wider."""
GRID = np.linspace(-REACH, REACH, 1201)


@dataclass(frozen=True)
class Weighted:
    """Points in the space of hyperparameters, with their weights.

    Attributes
    ----------
    hyper
        Hyperparameters; shape (point, hyperparameter).
    weight
        Normalised weights.
    latent
        The mode at each point.
    """

    hyper: np.ndarray
    weight: np.ndarray
    latent: Latent

    @property
    def effective(self) -> float:
        """How many equally weighted points these are worth."""
        return float(1.0 / (self.weight**2).sum())


@dataclass(frozen=True)
class Proposal:
    """Independent densities along the axes of the standard coordinates, on a grid."""

    log_density: np.ndarray
    cumulative: np.ndarray

    def place(self, uniform: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Turn uniform numbers into standard coordinates, and give their log density."""
        standard = np.empty_like(uniform)
        total = np.zeros(len(uniform))
        for axis in range(uniform.shape[1]):
            standard[:, axis] = np.interp(uniform[:, axis], self.cumulative[axis], GRID)
            total += np.interp(standard[:, axis], GRID, self.log_density[axis])
        return standard, total


def shape_proposal(target: Target, shape: Shape) -> Proposal:
    """Shape a proposal by evaluating the density along every axis."""
    size = target.field.hyperparameters
    standard = np.concatenate([np.eye(size)[axis] * NODES[:, None] for axis in range(size)])
    hyper = shape.place(standard)
    found = target.evaluate(hyper, shape.anchor.predict(hyper)).density.reshape(size, -1) - shape.density
    logs = np.array([_along(drop) for drop in found])
    mass = np.exp(logs)
    cumulative = np.concatenate([np.zeros((size, 1)), np.cumsum((mass[:, 1:] + mass[:, :-1]) / 2, axis=1)], axis=1)
    step = GRID[1] - GRID[0]
    total = cumulative[:, -1:] * step
    return Proposal(logs - np.log(total), cumulative / cumulative[:, -1:])


def _along(drop: np.ndarray) -> np.ndarray:
    """Interpolate the log density along one axis; straight lines beyond the last nodes."""
    drop = np.where(np.isfinite(drop), drop, -NODES**2)
    at = np.insert(NODES, len(NODES) // 2, 0.0)
    correction = PchipInterpolator(at, np.insert(drop, len(NODES) // 2, 0.0) + at**2 / 2)
    inside = np.clip(GRID, at[0], at[-1])
    log = correction(inside) - inside**2 / 2
    for end, side in ((0, GRID < at[0]), (-1, GRID > at[-1])):
        slope = max(float(abs((drop[end] - drop[1 if end == 0 else -2]) / (NODES[end] - NODES[1 if end == 0 else -2]))), 1.0)
        log[side] = log[side] - slope * np.abs(GRID[side] - at[end])
    return TEMPER * np.maximum(log, -60.0)


def sample_importance(target: Target, shape: Shape, *, points: int, seed: int) -> Weighted:
    """Draw quasi-random points from a shaped proposal, and weigh them.

    Parameters
    ----------
    target, shape
        The density and its shape.
    points
        How many; a power of two is best.
    seed
        Seed of the scrambling.

    Returns
    -------
    Weighted
        Points, weights and modes.
    """
    proposal = shape_proposal(target, shape)
    sequence = qmc.Sobol(target.field.hyperparameters, rng=np.random.default_rng(seed))
    standard, log_proposal = proposal.place(sequence.random(points))
    hyper = shape.place(standard)
    found = target.evaluate(hyper, shape.anchor.predict(hyper))
    log_weight = found.density - log_proposal
    weight = np.exp(log_weight - log_weight.max())
    return Weighted(hyper, weight / weight.sum(), found.latent)
