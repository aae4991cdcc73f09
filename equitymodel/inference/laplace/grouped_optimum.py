"""The mode of the posterior of the hyperparameters, and the curvature there."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.optimize import OptimizeResult, minimize

from equitymodel.inference.laplace.grouped_latent import GroupedLatent
from equitymodel.inference.laplace.grouped_mode import find_modes, marginal_gradient
from equitymodel.inference.laplace.latent_blocks import BlockVector
from equitymodel.inference.laplace.target import ModeExpansion, Target, expand_mode

WARM_UP = 4
"""EM-like steps before the optimiser takes over; they cover long distances cheaply."""
GRADIENT_TOLERANCE = 0.02
"""The optimiser stops when no scaled gradient exceeds this; integration does not need more."""
DIFFERENCE_STEP = 0.1
"""Step, in scaled units, of finite differences of gradients."""
LEAST_CURVATURE = 0.05
"""Least eigenvalue of the curvature, in scaled units, so that flat directions stay bounded."""


@dataclass(frozen=True)
class GroupedOptimum:
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
        Whether the optimiser converged.
    """

    expansion: ModeExpansion
    root_covariance: np.ndarray
    density: float
    converged: bool

    def place(self, standard: np.ndarray) -> np.ndarray:
        """Transform standard coordinates to hyperparameters; shape (batch, hyperparameter)."""
        return self.expansion.hyper + standard @ self.root_covariance


def find_grouped_optimum(target: Target) -> GroupedOptimum:
    """Find the posterior mode of the hyperparameters by BFGS, and the curvature by differences of gradients.

    Notes
    -----
    A few EM-like steps come first: each standard deviation is set to what the latent field then implies.
    """
    field = target.field
    if not field.hyperparameters:
        modes = find_modes(field, np.zeros((1, 0)), field.zeros())
        return GroupedOptimum(
            expand_mode(modes), np.zeros((0, 0)), float(target.density(modes)[0]), bool(modes.converged.all())
        )
    scale = 1.0 / np.sqrt(
        2.0 * np.concatenate([field.degrees_of_freedom[: field.sd_count], _cells_by_overdispersion(field)]) + 2.0
    )
    best, latent = _climb(target, scale)
    expansion = expand_mode(find_modes(field, (best.x * scale)[None], latent))
    curvature, moved = _curvature(target, expansion, scale)
    values, vectors = np.linalg.eigh(curvature)
    values = np.maximum(values, LEAST_CURVATURE)
    newton = vectors @ ((vectors.T @ moved) / values)
    centre = expansion.hyper + (scale * np.clip(newton, -1.0, 1.0))[None]
    modes = find_modes(field, centre, expansion.predict(centre))
    converged = bool(np.abs(best.jac).max() < 10 * GRADIENT_TOLERANCE and modes.converged.all())
    root_covariance = (vectors / np.sqrt(values)) @ vectors.T * scale
    return GroupedOptimum(expand_mode(modes), root_covariance, float(target.density(modes)[0]), converged)


def _warm_up(target: Target) -> tuple[np.ndarray, BlockVector]:
    """Take a few EM-like steps: each standard deviation is set to what the latent field then implies."""
    field = target.field
    hyper, latent = np.log(0.67 * target.scale)[None], field.zeros()
    for _ in range(WARM_UP):
        modes = find_modes(field, hyper, latent)
        latent = modes.latent
        growth = marginal_gradient(modes)[:, : field.sd_count] / field.degrees_of_freedom[: field.sd_count]
        hyper[:, : field.sd_count] += np.clip(0.5 * np.log(np.clip(1.0 + growth, 0.05, 20.0)), -1.0, 1.0)
    return hyper, latent


def _climb(target: Target, scale: np.ndarray) -> tuple[OptimizeResult, BlockVector]:
    """Search for the optimum in scaled units by BFGS; give it with the last latent mode found on the way."""
    hyper, latent = _warm_up(target)
    kept = [latent]

    def loss(scaled: np.ndarray) -> tuple[float, np.ndarray]:
        modes = find_modes(target.field, (scaled * scale)[None], kept[0])
        if not modes.converged.all():
            return np.inf, np.zeros_like(scaled)
        kept[0] = modes.latent
        return -float(target.density(modes)[0]), -target.gradient(modes)[0] * scale

    best = minimize(
        loss, hyper[0] / scale, jac=True, method="BFGS", options={"gtol": GRADIENT_TOLERANCE, "maxiter": 500}
    )
    return best, kept[0]


def _cells_by_overdispersion(field: GroupedLatent) -> np.ndarray:
    """Half the number of known cells of each overdispersion: its degrees of freedom."""
    if field.overdispersion_index is None:
        return np.zeros(0)
    cells = field.known.sum(axis=0)[0, 0]
    return np.bincount(field.overdispersion_index.ravel(), cells.ravel(), minlength=field.overdispersion_count) / 2.0


def _curvature(target: Target, expansion: ModeExpansion, scale: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Minus the Hessian of the log density in scaled units, and its gradient."""
    steps = np.concatenate([np.eye(len(scale)), -np.eye(len(scale))]) * DIFFERENCE_STEP
    hyper = expansion.hyper + steps * scale
    values = target.evaluate(hyper, expansion.predict(hyper), gradient=True)
    assert values.gradient is not None
    up, down = np.split(values.gradient * scale, 2)
    curvature = (down - up) / (2 * DIFFERENCE_STEP)
    return (curvature + curvature.T) / 2, (up + down).mean(axis=0) / 2
