"""Integrate over the hyperparameters: by importance sampling where that is efficient, otherwise by chains."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from equitymodel.inference.laplace.draw import DrawPoints
from equitymodel.inference.laplace.hamiltonian import Moves, sample_hamiltonian
from equitymodel.inference.laplace.importance import WeightedPoints, allocate_draws, sample_importance
from equitymodel.inference.laplace.normalising_transform import NormalisingTransform, normalise_axes
from equitymodel.inference.laplace.optimum import Optimum
from equitymodel.inference.laplace.settings import Laplace
from equitymodel.inference.laplace.target import ModeExpansion, Target
from equitymodel.inference.progress import Progress

RETRY_FACTOR = 4
"""How many times as many points are tried before Hamiltonian Monte Carlo."""
FEW, ADAPTATIONS = 10, 3
"""With at most so many hyperparameters, a poor importance sample is drawn again from what it found; how many times."""
NARROWEST = 1e-4
"""Least variance of an adapted proposal along any axis, as a share of the largest: few points may carry all weight."""
WIDER = 1.1
"""How much wider the variance of an adapted proposal is than that of the sample it is adapted to."""


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
        weighted = _sample(target, transform, settings, seed)
        if weighted.effective >= settings.enough_points:
            return _from_weights(weighted, total, seed)
    moves = Moves(settings.moving_chains, settings.tune, settings.moves)
    chains = sample_hamiltonian(target, transform, moves, seed=seed, progress=progress)
    hyper = chains.hyper.reshape(-1, chains.hyper.shape[-1])
    counts = allocate_draws(np.full(len(hyper), 1.0 / len(hyper)), total, np.random.default_rng([seed, 1]))
    return Integration(DrawPoints(hyper, chains.start, counts), chains.effective, chains.agreement, "chains")


def _sample(target: Target, transform: NormalisingTransform, settings: Laplace, seed: int) -> WeightedPoints:
    """Sample by importance: once, and again with more points where that can help."""
    more, few = RETRY_FACTOR * settings.points, target.field.hyperparameters <= FEW
    needed = settings.points * settings.enough_points
    weighted = sample_importance(target, transform, points=settings.points, seed=seed)
    if weighted.effective >= settings.enough_points / RETRY_FACTOR:
        for points in (more // 2, more):
            if weighted.effective < settings.enough_points and weighted.effective * points >= needed:
                weighted = sample_importance(target, transform, points=points, seed=seed, first=weighted)
    for number in range(ADAPTATIONS if few else 0):
        if weighted.effective >= settings.enough_points:
            break
        transform = normalise_axes(target, _adapt(target, transform.optimum, weighted))
        weighted = sample_importance(target, transform, points=more, seed=seed + number)
    return weighted


def _adapt(target: Target, optimum: Optimum, weighted: WeightedPoints) -> Optimum:
    """Move the centre of the proposal to the mean of a weighted sample, and give it its covariance.

    Weights are truncated, so that no point decides alone.

    References
    ----------
    Ionides EL (2008) Truncated importance sampling. J Comput Graph Stat 17:295. doi:10.1198/106186008X320456
    """
    weight = np.minimum(weighted.weight, len(weighted.weight) ** -0.5)
    centre = weight @ weighted.hyper / weight.sum()
    away = weighted.hyper - centre
    values, vectors = np.linalg.eigh(WIDER * (away.T * weight) @ away / weight.sum())
    values = np.maximum(values, NARROWEST * values[-1])
    inverse_root = (vectors / np.sqrt(values)) @ vectors.T
    nearest = np.array([int(np.argmin(((away @ inverse_root) ** 2).sum(axis=1)))])
    found = target.evaluate(centre[None], weighted.start.batches(nearest))
    expansion = ModeExpansion(centre[None], found.start, optimum.expansion.tangent)
    return Optimum(expansion, np.linalg.inv(inverse_root), float(found.density[0]), optimum.converged)


def _from_weights(weighted: WeightedPoints, total: int, seed: int) -> Integration:
    """Allocate draws to the points of an importance sample."""
    counts = allocate_draws(weighted.weight, total, np.random.default_rng([seed, 1]))
    points = DrawPoints(weighted.hyper, weighted.start, counts, weighted.modes)
    return Integration(points, weighted.effective, 1.0, "importance")
