"""Integrate over the hyperparameters: by importance sampling where that is efficient, otherwise by chains."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from equitymodel.inference.laplace.draw import DrawPoints
from equitymodel.inference.laplace.hamiltonian import Moves, sample_hamiltonian
from equitymodel.inference.laplace.importance import WeightedPoints, allocate_draws, sample_importance
from equitymodel.inference.laplace.normalising_transform import normalise_axes
from equitymodel.inference.laplace.optimum import Optimum
from equitymodel.inference.laplace.settings import Laplace
from equitymodel.inference.laplace.target import Target
from equitymodel.inference.progress import Progress

RETRY_FACTOR = 4
"""How many times as many points are tried before Hamiltonian Monte Carlo."""


@dataclass(frozen=True)
class Integration:
    """The posterior of the hyperparameters, integrated: points to draw at, and how well they integrate.

    Attributes
    ----------
    points
        Integration points, and how many draws each gets.
    effective
        Effective number of points.
    agreement
        R-hat of the points: 1 where they are independent.
    method
        ``none needed``, ``importance`` or ``chains``.
    """

    points: DrawPoints
    effective: float
    agreement: float
    method: str


def integrate(target: Target, optimum: Optimum, settings: Laplace, *, seed: int, progress: Progress) -> Integration:
    """Choose integration points of the hyperparameters and how many draws each gets.

    Parameters
    ----------
    target, optimum
        The density of the hyperparameters, and its mode.
    settings
        How many points, and when they are enough.
    seed
        Seed of the quasi-random points, of their draws and of the chains.
    progress
        Called with what is being done and the share of it that is done.

    Returns
    -------
    Integration
        By importance sampling where its effective points are enough; otherwise by Hamiltonian Monte Carlo.
    """
    total = settings.draws * settings.chains
    if not target.field.hyperparameters:
        points = DrawPoints(optimum.expansion.hyper, optimum.expansion.start, np.array([total]))
        return Integration(points, float(total), 1.0, "none needed")
    transform = normalise_axes(target, optimum)
    if target.field.hyperparameters <= settings.most_hyperparameters:
        for size in (settings.points, RETRY_FACTOR * settings.points):
            weighted = sample_importance(target, transform, points=size, seed=seed)
            if weighted.effective >= settings.enough_points:
                return _from_weights(weighted, total, seed)
            if weighted.effective * RETRY_FACTOR < settings.enough_points:
                break
    moves = Moves(settings.moving_chains, settings.tune, settings.moves)
    chains = sample_hamiltonian(target, transform, moves, seed=seed, progress=progress)
    hyper = chains.hyper.reshape(-1, chains.hyper.shape[-1])
    counts = allocate_draws(np.full(len(hyper), 1.0 / len(hyper)), total, np.random.default_rng([seed, 1]))
    return Integration(DrawPoints(hyper, chains.start, counts), chains.effective, chains.agreement, "chains")


def _from_weights(weighted: WeightedPoints, total: int, seed: int) -> Integration:
    """Allocate draws to the points of an importance sample."""
    counts = allocate_draws(weighted.weight, total, np.random.default_rng([seed, 1]))
    points = DrawPoints(weighted.hyper, weighted.start, counts, weighted.modes)
    return Integration(points, weighted.effective, 1.0, "importance")
