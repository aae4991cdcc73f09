"""A normalising transform that is adapted to the slopes of the log density at points drawn with it.

A profile at the optimum may be narrower than the marginal density, and says nothing of how hyperparameters go together
elsewhere. In the coordinates of a transform the target is exp(-z'z/2 + r(z)); the slopes of r at points of the sample,
regressed on their coordinates, say what the density of each coordinate is, averaged over the others, and which of them
go together. A map of each axis and a linear one take the standard normal there.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

import numpy as np
from scipy.interpolate import PchipInterpolator

from equitymodel.inference.laplace.curvature_by_owner import inverse_root
from equitymodel.inference.laplace.normalising_transform import TRUNCATION, map_each, map_to_density
from equitymodel.inference.laplace.optimum import Optimum
from equitymodel.inference.laplace.own_hyperparameters import OwnHyperparameters

FARTHEST_SLOPE = 2.5
"""Regressions are of points within about so many standard deviations; beyond it what they say stays as it is."""
LEAST_CURVATURE = 0.3
"""Least eigenvalue of the precision of adapted coordinates."""
SHAPES = 4
"""Coefficients of a slope along its own axis: Hermite polynomials up to the third degree."""
GRID = np.linspace(-6.5, 6.5, 1301)
MOST_CHANGE = np.array([1.0, 0.7, 0.5, 0.2])
"""Most that each of these may be: a step of one standard deviation, and a density that stays in one piece."""


class Transform(Protocol):
    """Coordinates in which the posterior of the hyperparameters is close to standard normal."""

    @property
    def optimum(self) -> Optimum:
        """The optimum that searches for latent modes begin from."""

    @property
    def axes(self) -> int:
        """Number of coordinates."""

    def place(self, standard: np.ndarray) -> np.ndarray:
        """Transform standard coordinates to hyperparameters; shape (batch, hyperparameter)."""

    def log_jacobian(self, standard: np.ndarray) -> np.ndarray:
        """Log Jacobian determinant, up to a constant; shape (batch,)."""

    def pull_back(self, standard: np.ndarray, gradient: np.ndarray) -> np.ndarray:
        """Transform a gradient in hyperparameters to one in standard coordinates, Jacobian included."""


@dataclass(frozen=True)
class AdaptedTransform:
    """A transform after another: coordinates are mixed, then mapped one by one, then go through the other.

    Attributes
    ----------
    before
        The transform that it was adapted from.
    mixing
        What coordinates are multiplied by, from the right; symmetric.
    maps
        The map of each mixed coordinate.
    """

    before: Transform
    mixing: np.ndarray
    maps: tuple[PchipInterpolator, ...]

    @property
    def optimum(self) -> Optimum:
        """The optimum that searches for latent modes begin from."""
        return self.before.optimum

    def place(self, standard: np.ndarray) -> np.ndarray:
        """Transform standard coordinates to hyperparameters; shape (batch, hyperparameter)."""
        return self.before.place(self._each(standard, 0))

    def log_jacobian(self, standard: np.ndarray) -> np.ndarray:
        """Log Jacobian determinant, up to a constant; shape (batch,)."""
        inside = (np.abs(standard @ self.mixing) < TRUNCATION).all(axis=1)
        own = np.where(inside, np.log(self._each(standard, 1)).sum(axis=1), -np.inf)
        return np.asarray(own + self.before.log_jacobian(self._each(standard, 0)))

    def pull_back(self, standard: np.ndarray, gradient: np.ndarray) -> np.ndarray:
        """Transform a gradient in hyperparameters to one in standard coordinates, Jacobian included."""
        first, second = self._each(standard, 1), self._each(standard, 2)
        before = self.before.pull_back(self._each(standard, 0), gradient)
        return np.asarray((before * first + second / first) @ self.mixing.T)

    @property
    def axes(self) -> int:
        """Number of coordinates."""
        return len(self.maps)

    def _each(self, standard: np.ndarray, derivative: int) -> np.ndarray:
        return map_each(self.maps, standard @ self.mixing, derivative)


def adapt_transform(
    transform: Transform, own: OwnHyperparameters | None, standard: np.ndarray, gradient: np.ndarray
) -> AdaptedTransform:
    """Adapt a transform to the gradients found at points of a sample drawn with it.

    Parameters
    ----------
    transform
        What the points were drawn with.
    own
        Which hyperparameters have an owner: they go with their companions alone. All go together if none.
    standard, gradient
        Standard coordinates, and the gradient of the log density in the hyperparameters; shape (point, hyperparameter).

    References
    ----------
    Opper M, Archambeau C (2009) The variational Gaussian approximation revisited. Neural Computation 21:786.
    doi:10.1162/neco.2008.08-07-592
    """
    usable = np.isfinite(gradient).all(axis=1)
    standard = standard[usable]
    excess = transform.pull_back(standard, gradient[usable]) + standard
    size = standard.shape[1]
    owned = np.zeros(size, bool) if own is None else own.is_own()
    coupling, maps = np.zeros((size, size)), []
    for place in range(size):
        companions = np.delete(np.arange(size), place) if own is None else own.companions(place)
        if not owned[place]:
            companions = companions[~owned[companions]]
        found = _regress(excess[:, place], standard[:, place], standard[:, companions])
        maps.append(map_to_density(GRID, _log_density(np.clip(found[:SHAPES], -MOST_CHANGE, MOST_CHANGE))))
        coupling[place, companions] = found[SHAPES:]
    # What is shared cannot be regressed on all that has an owner: there the other of the two regressions stands alone.
    alone = owned[:, None] != owned
    coupling = np.where(alone, coupling + coupling.T, (coupling + coupling.T) / 2)
    return AdaptedTransform(transform, inverse_root(np.eye(size) - coupling, LEAST_CURVATURE), tuple(maps))


def _regress(slope: np.ndarray, along: np.ndarray, others: np.ndarray) -> np.ndarray:
    """Regress slopes on their own coordinate and on others; coefficients within their error are shrunk towards 0.

    References
    ----------
    James W, Stein C (1961) Estimation with quadratic loss. Proc Fourth Berkeley Symp 1:361.
    """
    table = np.column_stack([_hermite(along), others])
    inverse = np.linalg.inv(table.T @ table)
    found = inverse @ (table.T @ slope)
    left = slope - table @ found
    squared_error = np.diag(inverse) * (left @ left) / max(len(table) - table.shape[1], 1)
    return np.asarray(found * np.maximum(1.0 - squared_error / np.maximum(found**2, 1e-300), 0.0))


def _hermite(values: np.ndarray) -> np.ndarray:
    """Hermite polynomials of degrees 0 to 3; shape (value, degree)."""
    return np.column_stack([np.ones_like(values), values, values**2 - 1.0, values**3 - 3.0 * values])


def _log_density(coefficients: np.ndarray) -> np.ndarray:
    """Log density over the grid whose slope, less that of a standard normal, has these coefficients."""
    slope = _hermite(np.clip(GRID, -FARTHEST_SLOPE, FARTHEST_SLOPE)) @ coefficients - GRID
    rise = np.concatenate([[0.0], np.cumsum((slope[1:] + slope[:-1]) / 2 * np.diff(GRID))])
    return np.asarray(rise - rise.max())
