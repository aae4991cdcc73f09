"""Normalising transform of the hyperparameters: coordinates in which their posterior is close to standard normal.

A standard deviation near zero has a long tail on the log scale that no normal or Student density fits. So
the density is evaluated along each axis around the optimum, and each axis is transformed so that this
profile is standard normal. Importance sampling and Hamiltonian Monte Carlo both work in these coordinates.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.interpolate import PchipInterpolator
from scipy.special import logsumexp
from scipy.stats import norm

from equitymodel.inference.laplace.optimum import Optimum
from equitymodel.inference.laplace.own_axes import own_profiles
from equitymodel.inference.laplace.target import Target

NODES = np.array([-12.0, -6.0, -3.0, -1.4, 1.4, 3.0, 5.0])
"""Where the density is evaluated along each axis, in standard deviations at the optimum."""
GRID = np.linspace(-60.0, 15.0, 7501)
TRUNCATION = 7.0
"""The density is truncated beyond this many standard deviations."""
KNOTS = np.linspace(-TRUNCATION, TRUNCATION, 141)
QUADRATURE_NODES = 5
"""Gauss-Hermite nodes over which the density of a hyperparameter is integrated."""
LEAST_TAIL_SLOPE = 0.1
"""Least slope of the log density in the tails beyond the last node."""


@dataclass(frozen=True)
class NormalisingTransform:
    """A smooth, one-to-one map from standard normal coordinates to hyperparameters.

    Attributes
    ----------
    optimum
        The optimum and a square root of the inverse curvature there.
    maps
        For each axis, the map that makes the profile density along it standard normal.
    """

    optimum: Optimum
    maps: tuple[PchipInterpolator, ...]

    @property
    def axes(self) -> int:
        """Number of coordinates."""
        return len(self.maps)

    def place(self, standard: np.ndarray) -> np.ndarray:
        """Transform standard coordinates to hyperparameters; shape (batch, hyperparameter)."""
        return self.optimum.place(self._each(standard, 0))

    def log_jacobian(self, standard: np.ndarray) -> np.ndarray:
        """Log Jacobian determinant, up to a constant; -inf beyond the truncation; shape (batch,)."""
        inside = (np.abs(standard) < TRUNCATION).all(axis=1)
        return np.where(inside, np.log(self._each(standard, 1)).sum(axis=1), -np.inf)

    def pull_back(self, standard: np.ndarray, gradient: np.ndarray) -> np.ndarray:
        """Transform a gradient in hyperparameters to one in standard coordinates, Jacobian included."""
        first, second = self._each(standard, 1), self._each(standard, 2)
        return (gradient @ self.optimum.root_covariance.T) * first + second / first

    def _each(self, standard: np.ndarray, derivative: int) -> np.ndarray:
        return map_each(self.maps, standard, derivative)


def map_each(maps: Sequence[PchipInterpolator], standard: np.ndarray, derivative: int) -> np.ndarray:
    """Evaluate the map of each coordinate, or a derivative of it, within the truncation."""
    clipped = np.clip(standard, -TRUNCATION, TRUNCATION)
    return np.column_stack([axis(clipped[:, k], nu=derivative) for k, axis in enumerate(maps)])


def normalise_axes(target: Target, optimum: Optimum) -> NormalisingTransform:
    """Make the normalising map of each hyperparameter from its profile density, or from its marginal density.

    A hyperparameter may be weakly identified given another one, as a correlation is where its noise is small:
    its density given the optimum is then too narrow, and is integrated over the other one. Where hyperparameters are
    explored by owner, the profiles of all owners are read at once.
    """
    size, over, own = optimum.root_covariance.shape[0], target.field.integrated_over, target.own
    each = {} if own is None else own_profiles(target, optimum, own, GRID)
    profiled = [axis for axis in range(size) if axis not in over and axis not in each]
    maps = {axis: map_to_density(GRID, log_density - log_density.max()) for axis, log_density in each.items()}
    at = np.concatenate([np.eye(size)[axis] * NODES[:, None] for axis in profiled])
    profiles = _log_density(target, optimum, at).reshape(len(profiled), -1)
    maps |= {axis: normalising_map(row - optimum.density) for axis, row in zip(profiled, profiles, strict=True)}
    for axis, other in over.items():
        maps[axis] = normalising_map(_marginal(target, optimum, maps[other], other, axis))
    return NormalisingTransform(optimum, tuple(maps[axis] for axis in range(size)))


def _log_density(target: Target, optimum: Optimum, standard: np.ndarray) -> np.ndarray:
    """Evaluate the log density at standard coordinates."""
    hyper = optimum.place(standard)
    return target.evaluate(hyper, optimum.expansion.predict(hyper)).density


def _marginal(target: Target, optimum: Optimum, along: PchipInterpolator, other: int, axis: int) -> np.ndarray:
    """Log marginal density of one axis at each node, relative to the optimum, by quadrature over another axis."""
    standard, weight = np.polynomial.hermite_e.hermegauss(QUADRATURE_NODES)
    nodes = np.concatenate([[0.0], NODES])
    at = np.zeros((len(nodes), QUADRATURE_NODES, optimum.root_covariance.shape[0]))
    at[..., other], at[..., axis] = along(standard), nodes[:, None]
    value = _log_density(target, optimum, at.reshape(-1, at.shape[2]))
    log_weight = np.log(weight) + standard**2 / 2 + np.log(along(standard, nu=1))
    marginal = logsumexp(value.reshape(len(nodes), QUADRATURE_NODES) + log_weight, axis=1)
    return marginal[1:] - marginal[0]


def normalising_map(drop: np.ndarray) -> PchipInterpolator:
    """Make the map that takes a standard normal to the density with these log density drops at `NODES`."""
    drop = np.minimum(np.where(np.isfinite(drop), drop, -(NODES**2)), -1e-6)
    middle = int(np.searchsorted(NODES, 0.0))
    at, root = np.insert(NODES, middle, 0.0), np.insert(np.sign(NODES) * np.sqrt(-2.0 * drop), middle, 0.0)
    inside = np.clip(GRID, at[0], at[-1])
    log = -0.5 * PchipInterpolator(at, root)(inside) ** 2
    for end, near in ((0, 1), (-1, -2)):
        slope = max(abs((drop[end] - drop[near]) / (NODES[end] - NODES[near])), LEAST_TAIL_SLOPE)
        log -= slope * np.where(np.sign(GRID) == np.sign(at[end]), np.abs(GRID - inside), 0.0)
    return map_to_density(GRID, log)


def map_to_density(grid: np.ndarray, log_density: np.ndarray) -> PchipInterpolator:
    """Make the map that takes a standard normal to a density known on a grid, up to a constant."""
    mass = np.exp(log_density)
    step = (mass[1:] + mass[:-1]) / 2.0
    below, above = np.cumsum(step), np.cumsum(step[::-1])[::-1]
    total = below[-1]
    score = np.where(below < total / 2, norm.ppf(below / total), -norm.ppf(np.append(above[1:], 0.0) / total))
    useful = np.abs(score) < TRUNCATION + 1.0
    return PchipInterpolator(KNOTS, _monotone(score[useful], grid[1:][useful]))


def _monotone(score: np.ndarray, at: np.ndarray) -> np.ndarray:
    """Interpolate positions of the knots, linearly extrapolated at both ends."""
    keep = np.concatenate([[True], np.diff(score) > 1e-9])
    score, at = score[keep], at[keep]
    positions = np.interp(KNOTS, score, at)
    low, high = score[0] > KNOTS, score[-1] < KNOTS
    positions[low] = at[0] + (KNOTS[low] - score[0]) * (at[1] - at[0]) / (score[1] - score[0])
    positions[high] = at[-1] + (KNOTS[high] - score[-1]) * (at[-1] - at[-2]) / (score[-1] - score[-2])
    return positions
