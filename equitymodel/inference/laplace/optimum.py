"""The mode of the posterior of the hyperparameters, and the curvature there."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from scipy.optimize import OptimizeResult, minimize

from equitymodel.inference.laplace.curvature_by_owner import (
    choose_probes,
    inverse_root,
    read_curvature,
    root_of_inverse,
)
from equitymodel.inference.laplace.own_hyperparameters import OwnHyperparameters
from equitymodel.inference.laplace.target import ModeExpansion, Target, finite

GRADIENT_TOLERANCE = 0.02
"""The optimiser stops when no scaled gradient exceeds this; integration does not need more."""
DENSITY_TOLERANCE = 1e-4
"""A search with gradients by differences also stops when the density rises by less than this share of its rise."""
GRADIENT_DIFFERENCE, DENSITY_DIFFERENCE = 0.1, 0.5
"""Steps, in scaled units, of finite differences for the curvature: of gradients, and of densities."""
FAR = 0.5
"""A Newton step longer than this, in scaled units, is followed by another."""
MOST_STEPS = 4
"""Most Newton steps after the search."""
FARTHEST = 3.0
"""From the optimum of a part, the first step to that of the whole is no longer than this, in scaled units."""
OTHER_SCALE, MOST_SCALES = 2.0, 4
"""Scales that differ by this factor are not the same, and most searches, each in the scale found by the one before."""


@dataclass(frozen=True)
class Optimum:
    """The posterior mode of the hyperparameters, with the inverse curvature there.

    Attributes
    ----------
    expansion
        The optimum, its latent mode, and the tangent of latent modes.
    root_covariance
        A square root of the inverse curvature: takes standard coordinates to hyperparameters.
    density
        Log density at the optimum.
    converged
        Whether densities and modes around it were found, and the last step to it was short.
    """

    expansion: ModeExpansion
    root_covariance: np.ndarray
    density: float
    converged: bool

    def place(self, standard: np.ndarray) -> np.ndarray:
        """Transform standard coordinates to hyperparameters; shape (batch, hyperparameter)."""
        return self.expansion.hyper + standard @ self.root_covariance


@dataclass(frozen=True)
class _Surroundings:
    """The log density near a place, in scaled units: its curvature, gradient and mode; and whether all are finite."""

    curvature: np.ndarray
    slope: np.ndarray
    expansion: ModeExpansion
    known: bool
    own: OwnHyperparameters | None = None

    def newton_step(self, least: float) -> np.ndarray:
        """Step to the maximum of the quadratic expansion, no further than 1 along any axis."""
        values, vectors = np.linalg.eigh(self.curvature)
        return np.clip(vectors @ ((vectors.T @ self.slope) / np.maximum(values, least)), -1.0, 1.0)

    def root_covariance(self, scale: np.ndarray, least: float) -> np.ndarray:
        """Square root of the inverse curvature."""
        if self.own is not None:
            return root_of_inverse(self.own, self.curvature, least) * scale
        return inverse_root(self.curvature, least) * scale


def find_optimum(target: Target) -> Optimum:
    """Find the posterior mode of the hyperparameters by a quasi-Newton search, and the curvature there.

    Notes
    -----
    A very large model is searched by a random part of it first; the whole then takes a few Newton steps.
    """
    field = target.field
    if not field.hyperparameters:
        modes = field.find_modes(target.initial, target.start)
        expansion = ModeExpansion(target.initial, modes.start, None)
        return Optimum(expansion, np.zeros((0, 0)), float(target.density(modes)[0]), bool(modes.converged.all()))
    hyper, start = _search(target)
    around = _look_around(target, hyper, start)
    for step in range(MOST_STEPS):
        move = around.newton_step(field.least_curvature)
        hyper = _within(target, around.expansion.hyper + move * target.scale)
        modes = field.find_modes(hyper, around.expansion.predict(hyper))
        if np.abs(move).max() < FAR or step == MOST_STEPS - 1:
            break
        around = _look_around(target, hyper, modes.start)
    tangent = field.tangent(modes)
    expansion = ModeExpansion(hyper, modes.start.batches(slice(0, 1)), tangent or around.expansion.tangent)
    converged = bool(around.known and modes.converged.all() and np.abs(move).max() < FAR)
    return Optimum(
        expansion,
        around.root_covariance(target.scale, field.least_curvature),
        float(target.density(modes)[0]),
        converged,
    )


def _search(target: Target) -> tuple[np.ndarray, Any]:
    """Search for the optimum: the hyperparameters, and a start of the latent mode there."""
    part = target.field.subset()
    if part is None:
        return _climb_in_scale(target)
    smaller, share = part
    found = find_optimum(Target(smaller, target.workers))
    covariance = found.root_covariance.T @ found.root_covariance * share
    widths = np.sqrt(np.diag(covariance))
    target.begin_at(found.expansion.hyper, target.start, widths)
    at = target.evaluate(target.initial, target.start, gradient=True)
    assert at.gradient is not None
    step = np.clip(at.gradient @ covariance / widths, -FARTHEST, FARTHEST) * widths
    return _within(target, target.initial + step), at.start


def _climb_in_scale(target: Target) -> tuple[np.ndarray, Any]:
    """Search, and again wherever the scale at the end is far from that at the start, which differences depend on."""
    for _ in range(MOST_SCALES):
        best, start = _climb(target)
        hyper, used = (best.x * target.scale)[None], target.scale
        target.begin_at(hyper, start)
        if np.abs(np.log(target.scale / used)).max() < np.log(OTHER_SCALE):
            break
    return hyper, start


def _climb(target: Target) -> tuple[OptimizeResult, Any]:
    """Search in scaled units by BFGS, within bounds if there are any; give the last latent mode found on the way."""
    scale, kept = target.scale, [target.start]
    first = float(target.evaluate(target.initial, target.start).density[0]) if target.field.bounds else 0.0

    def loss(scaled: np.ndarray) -> tuple[float, np.ndarray]:
        values = target.evaluate((scaled * scale)[None], kept[0], gradient=True)
        assert values.gradient is not None
        if not np.isfinite(values.density[0]):
            return np.inf, np.zeros_like(scaled)
        kept[0] = values.start
        return first - float(values.density[0]), -values.gradient[0] * scale

    bounds = target.field.bounds
    options: dict[str, float] = {"gtol": GRADIENT_TOLERANCE, "maxiter": 500}
    if bounds is None:
        return minimize(loss, target.initial[0] / scale, jac=True, method="BFGS", options=options), kept[0]
    box = [(bounds[0] / width, bounds[1] / width) for width in scale]
    best = minimize(loss, target.initial[0] / scale, jac=True, method="L-BFGS-B", bounds=box,
                    options=options | {"ftol": DENSITY_TOLERANCE})  # fmt: skip
    return best, kept[0]


def _within(target: Target, hyper: np.ndarray) -> np.ndarray:
    """Keep hyperparameters within their bounds."""
    return hyper if target.field.bounds is None else np.clip(hyper, *target.field.bounds)


def _look_around(target: Target, hyper: np.ndarray, start: Any) -> _Surroundings:
    """Compute gradient and curvature of the log density, from gradients where they are known in closed form."""
    modes = target.field.find_modes(hyper, start)
    tangent = target.field.tangent(modes)
    expansion = ModeExpansion(hyper, modes.start.batches(slice(0, 1)), tangent)
    if target.field.gradient(modes) is None:
        return _from_densities(target, expansion)
    own = target.own
    probes = np.eye(len(target.scale)) if own is None else choose_probes(own)
    around = hyper + np.concatenate([probes, -probes]) * GRADIENT_DIFFERENCE * target.scale
    values = target.evaluate(around, expansion.predict(around), gradient=True)
    assert values.gradient is not None
    up, down = np.split(values.gradient * target.scale, 2)
    fell = (down - up) / (2 * GRADIENT_DIFFERENCE)
    known = bool(np.isfinite(values.density).all() and np.isfinite(fell).all())
    curvature = (fell + fell.T) / 2 if own is None else read_curvature(own, probes, fell)
    return _Surroundings(curvature, (up + down).mean(axis=0) / 2, expansion, known, own)


def _from_densities(target: Target, expansion: ModeExpansion) -> _Surroundings:
    """Compute gradient, curvature and the tangent of latent modes by differences of densities."""
    size, scale = len(target.scale), target.scale
    unit = np.eye(size) * DENSITY_DIFFERENCE
    first, second = np.tril_indices(size, -1)
    axes = expansion.hyper + np.concatenate([unit, -unit, np.zeros((1, size))]) * scale
    values = target.evaluate(axes, expansion.start.repeat(len(axes)))
    up, down, centre = values.density[:size], values.density[size : 2 * size], values.density[-1]
    tangent = values.start.tangent(2 * DENSITY_DIFFERENCE * scale)
    expansion = replace(expansion, tangent=tangent)
    both = np.concatenate([unit[first] + unit[second], -unit[first] - unit[second]]) * scale
    pairs = target.evaluate(expansion.hyper + both, expansion.predict(expansion.hyper + both)).density
    curvature = np.diag(finite((2 * centre - up - down) / DENSITY_DIFFERENCE**2, instead=1.0))
    mixed = np.add(*np.split(pairs, 2)) - (up + down)[first] - (up + down)[second] + 2 * centre
    curvature[first, second] = curvature[second, first] = -finite(mixed) / (2 * DENSITY_DIFFERENCE**2)
    known = bool(np.isfinite(values.density).all())
    return _Surroundings(curvature, finite(up - down) / (2 * DENSITY_DIFFERENCE), expansion, known)
