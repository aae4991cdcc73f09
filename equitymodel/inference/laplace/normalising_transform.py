"""Coordinates in which the posterior of the hyperparameters is close to standard normal.

A variance near zero has a long tail on the log scale that no normal or Student density fits. So
the density is evaluated along each axis around the optimum, and each axis is stretched until
what was found there is standard normal. Importance sampling and Hamiltonian moves both work in
these coordinates.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.interpolate import PchipInterpolator
from scipy.stats import norm

from equitymodel.inference.laplace.grouped_optimum import GroupedOptimum
from equitymodel.inference.laplace.target import Target

NODES = np.array([-12.0, -6.0, -3.0, -1.4, 1.4, 3.0, 5.0])
"""Where the density is evaluated along each axis, in units of its width at the optimum."""
GRID = np.linspace(-60.0, 15.0, 7501)
TRUNCATION = 7.0
"""Beyond this many standard deviations the density is taken to be zero."""
KNOTS = np.linspace(-TRUNCATION, TRUNCATION, 141)
LEAST_TAIL_SLOPE = 0.1
"""Least slope of the log density that tails are given beyond the last node."""


@dataclass(frozen=True)
class NormalisingTransform:
    """A smooth, one-to-one map from standard coordinates to hyperparameters.

    Attributes
    ----------
    shape
        The optimum and a square root of the inverse curvature there.
    maps
        For each axis, the map that makes what was found along it standard normal.
    """

    shape: GroupedOptimum
    maps: tuple[PchipInterpolator, ...]

    @property
    def axes(self) -> int:
        """How many coordinates there are."""
        return len(self.maps)

    def place(self, standard: np.ndarray) -> np.ndarray:
        """Turn standard coordinates into hyperparameters; shape (batch, hyperparameter)."""
        return self.shape.place(self._each(standard, 0))

    def log_volume(self, standard: np.ndarray) -> np.ndarray:
        """Log of how much the map stretches volumes, up to a constant; -inf out of reach; shape (batch,)."""
        inside = (np.abs(standard) < TRUNCATION).all(axis=1)
        return np.where(inside, np.log(self._each(standard, 1)).sum(axis=1), -np.inf)

    def pull_back(self, standard: np.ndarray, gradient: np.ndarray) -> np.ndarray:
        """Turn a gradient of the log density in hyperparameters into one in standard coordinates."""
        first, second = self._each(standard, 1), self._each(standard, 2)
        return (gradient @ self.shape.root_covariance.T) * first + second / first

    def _each(self, standard: np.ndarray, derivative: int) -> np.ndarray:
        constrained = np.clip(standard, -TRUNCATION, TRUNCATION)
        return np.column_stack([axis(constrained[:, k], nu=derivative) for k, axis in enumerate(self.maps)])


def normalise_axes(target: Target, shape: GroupedOptimum) -> NormalisingTransform:
    """Evaluate the density along every axis, and stretch the axes accordingly."""
    size = shape.root_covariance.shape[0]
    at = np.concatenate([np.eye(size)[axis] * NODES[:, None] for axis in range(size)])
    hyper = shape.place(at)
    found = target.evaluate(hyper, shape.expansion.predict(hyper)).density.reshape(size, -1)
    return NormalisingTransform(shape, tuple(normalising_map(row - shape.density) for row in found))


def normalising_map(drop: np.ndarray) -> PchipInterpolator:
    """Make one axis standard normal, from how far the log density drops along it."""
    drop = np.minimum(np.where(np.isfinite(drop), drop, -(NODES**2)), -1e-6)
    middle = int(np.searchsorted(NODES, 0.0))
    at, root = np.insert(NODES, middle, 0.0), np.insert(np.sign(NODES) * np.sqrt(-2.0 * drop), middle, 0.0)
    inside = np.clip(GRID, at[0], at[-1])
    log = -0.5 * PchipInterpolator(at, root)(inside) ** 2
    for end, near in ((0, 1), (-1, -2)):
        slope = max(abs((drop[end] - drop[near]) / (NODES[end] - NODES[near])), LEAST_TAIL_SLOPE)
        log -= slope * np.where(np.sign(GRID) == np.sign(at[end]), np.abs(GRID - inside), 0.0)
    mass = np.exp(log)
    step = (mass[1:] + mass[:-1]) / 2.0
    below, above = np.cumsum(step), np.cumsum(step[::-1])[::-1]
    total = below[-1]
    score = np.where(below < total / 2, norm.ppf(below / total), -norm.ppf(np.append(above[1:], 0.0) / total))
    useful = np.abs(score) < TRUNCATION + 1.0
    return PchipInterpolator(KNOTS, _monotone(score[useful], GRID[1:][useful]))


def _monotone(score: np.ndarray, at: np.ndarray) -> np.ndarray:
    """Positions of the knots; beyond what was found, straight on."""
    keep = np.concatenate([[True], np.diff(score) > 1e-9])
    score, at = score[keep], at[keep]
    positions = np.interp(KNOTS, score, at)
    low, high = score[0] > KNOTS, score[-1] < KNOTS
    positions[low] = at[0] + (KNOTS[low] - score[0]) * (at[1] - at[0]) / (score[1] - score[0])
    positions[high] = at[-1] + (KNOTS[high] - score[-1]) * (at[-1] - at[-2]) / (score[-1] - score[-2])
    return positions
