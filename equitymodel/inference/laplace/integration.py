"""Integrate over the hyperparameters: by importance sampling where that is efficient, otherwise by chains."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from equitymodel.inference.laplace.adapted_transform import Transform, adapt_transform
from equitymodel.inference.laplace.draw import DrawPoints
from equitymodel.inference.laplace.hamiltonian import Moves, sample_hamiltonian
from equitymodel.inference.laplace.importance import WeightedPoints, allocate_draws, sample_importance
from equitymodel.inference.laplace.normalising_transform import normalise_axes
from equitymodel.inference.laplace.optimum import Optimum
from equitymodel.inference.laplace.settings import Laplace
from equitymodel.inference.laplace.target import ModeExpansion, Target
from equitymodel.inference.progress import Progress

RETRY_FACTOR = 4
"""How many times as many points are tried before Hamiltonian Monte Carlo."""
MORE_BY_OWNER = 2
"""Where hyperparameters are explored by owner, so many times as many points again are tried."""
GOOD_SHARE = 0.6
"""Coordinates are adapted to slopes again until this share of points counts."""
FEW, ADAPTATIONS = 10, 3
"""With at most so many hyperparameters, a poor importance sample is drawn again from its mean and covariance; how many
times. So many times, too, coordinates are adapted to slopes."""
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
        ``none needed``, ``importance``, ``adapted importance`` or ``chains``.
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
    transform: Transform = normalise_axes(target, optimum)
    if target.field.hyperparameters <= settings.most_hyperparameters or target.own is not None:
        found = _sample(target, transform, settings, seed)
        if found.weighted.effective >= settings.enough_points:
            return _from_weights(found, total, seed)
        transform = found.transform
    moves = Moves(settings.moving_chains, settings.tune, settings.moves)
    chains = sample_hamiltonian(target, transform, moves, seed=seed, progress=progress)
    hyper = chains.hyper.reshape(-1, chains.hyper.shape[-1])
    counts = allocate_draws(np.full(len(hyper), 1.0 / len(hyper)), total, np.random.default_rng([seed, 1]))
    return Integration(DrawPoints(hyper, chains.start, counts), chains.effective, chains.agreement, "chains")


@dataclass(frozen=True)
class _Sample:
    """An importance sample, the coordinates it was drawn in, and whether these were adapted to slopes."""

    transform: Transform
    weighted: WeightedPoints
    adapted: bool = False


def _sample(target: Target, transform: Transform, settings: Laplace, seed: int) -> _Sample:
    """Sample by importance: again with more points where that can help, and in coordinates that fit better."""
    points, enough = settings.points, settings.enough_points
    if target.own is None:
        weighted = sample_importance(target, transform, points=points, seed=seed)
        found = _Sample(transform, _add_points(target, transform, weighted, settings, seed))
        for number in range(ADAPTATIONS if target.field.hyperparameters <= FEW else 0):
            if found.weighted.effective >= enough:
                break
            normalised = normalise_axes(target, _adapt(target, found.transform.optimum, found.weighted))
            more = sample_importance(target, normalised, points=RETRY_FACTOR * points, seed=seed + number)
            found = _Sample(normalised, more)
        if found.weighted.effective >= enough:
            return found
        transform = found.transform
    return _adapt_to_slopes(target, transform, settings, seed)


def _adapt_to_slopes(target: Target, transform: Transform, settings: Laplace, seed: int) -> _Sample:
    """Adapt coordinates to the slopes at the points of a sample, until enough of them count; then add points."""
    best: tuple[_Sample, int] | None = None
    for number in range(ADAPTATIONS + 1):
        weighted = sample_importance(target, transform, points=settings.points, seed=seed + number, gradient=True)
        if best is None or weighted.effective > best[0].weighted.effective:
            best = _Sample(transform, weighted, number > 0), seed + number
        if weighted.gradient is None or weighted.standard is None or weighted.effective >= GOOD_SHARE * settings.points:
            break
        transform = adapt_transform(transform, target.own, weighted.standard, weighted.gradient)
    assert best is not None  # there is always a first sample
    found, sequence = best
    return replace(found, weighted=_add_points(target, found.transform, found.weighted, settings, sequence))


def _add_points(
    target: Target, transform: Transform, weighted: WeightedPoints, settings: Laplace, seed: int
) -> WeightedPoints:
    """Take up to four times as many points, or eight times by owner, where enough of them should then count."""
    most = RETRY_FACTOR * settings.points * (1 if target.own is None else MORE_BY_OWNER)
    if weighted.effective * most < settings.points * settings.enough_points:
        return weighted
    points = 2 * settings.points
    while weighted.effective < settings.enough_points and points <= most:
        if weighted.effective * points >= len(weighted.weight) * settings.enough_points or points == most:
            weighted = sample_importance(target, transform, points=points, seed=seed, first=weighted)
        points *= 2
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


def _from_weights(found: _Sample, total: int, seed: int) -> Integration:
    """Allocate draws to the points of an importance sample."""
    weighted, method = found.weighted, "adapted importance" if found.adapted else "importance"
    counts = allocate_draws(weighted.weight, total, np.random.default_rng([seed, 1]))
    points = DrawPoints(weighted.hyper, weighted.start, counts, weighted.modes)
    return Integration(points, weighted.effective, 1.0, method)
