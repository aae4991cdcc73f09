"""Draw exactly from the approximation at each point: shared coefficients, then own ones, then noise."""

from __future__ import annotations

import itertools
from dataclasses import dataclass

import numpy as np

from equitymodel.inference.interruption.densities import batches, for_each
from equitymodel.inference.interruption.explore import Points
from equitymodel.inference.interruption.mode import Field, System, weigh
from equitymodel.inference.laplace.importance import share_out


@dataclass(frozen=True)
class Draws:
    """Draws of everything, the draw first.

    Attributes
    ----------
    hyper
        On their own scales; shape (draw,) each.
    shared
        Shared coefficients; shape (draw, coefficient).
    beta
        Coefficients of each feature in each series; shape (draw, series, feature).
    fitted, counterfactual
        Mean admissions with the interruption and without it, the same noise in both; shape
        (draw, series, time).
    """

    hyper: dict[str, np.ndarray]
    shared: np.ndarray
    beta: np.ndarray
    fitted: np.ndarray
    counterfactual: np.ndarray


def draw(field: Field, points: Points, *, draws: int, seed: int, correct: bool = True) -> Draws:
    """Draw from the posterior.

    Parameters
    ----------
    field, points
        The model, and the weighted hyperparameters.
    draws
        How many.
    seed
        Seed of the random numbers.
    correct
        Whether to move the draws from the mode to the mean, to first order.

    Returns
    -------
    Draws
        In random order.
    """
    rng = np.random.default_rng(seed)
    times = share_out(points.weight, draws, rng)
    used = np.flatnonzero(times)
    parts = batches(field, len(used))
    own = dict(zip((part.start for part in parts), rng.spawn(len(parts)), strict=True))
    drawn = for_each(
        lambda part: _draw_batch(field, points, used[part], times[used[part]], own[part.start], correct), parts
    )
    order = rng.permutation(draws)
    hyper = field.values(np.repeat(points.hyper[used], times[used], axis=0))
    shared, beta, fitted, counterfactual = (
        np.concatenate(arrays)[order] for arrays in zip(*itertools.chain(*drawn), strict=True)
    )
    return Draws({name: values[order] for name, values in hyper.items()}, shared, beta, fitted, counterfactual)


Part = tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]


def _draw_batch(
    field: Field, points: Points, used: np.ndarray, times: np.ndarray, rng: np.random.Generator, correct: bool
) -> list[Part]:
    hyper = points.hyper[used]
    modes = field.find_modes(hyper, points.line[used])
    moved = field.correction(hyper, modes) if correct else None
    root = np.linalg.cholesky(modes.system.given_shared.inverse)
    index = np.repeat(np.arange(len(hyper)), times)
    found = []
    for part in batches(field, len(index)):
        at = index[part]
        shift = (moved.noise[at], moved.own[at], moved.shared[at]) if moved else (0.0, 0.0, 0.0)
        found.append(_one(field, modes.system, at, shift, root[at], rng))
    return found


def _one(
    field: Field, system: System, at: np.ndarray, shift: tuple, root: np.ndarray, rng: np.random.Generator
) -> Part:
    away = system.precision.at(at).scatter(rng.normal(size=system.shared[at].shape))
    fresh = (root @ rng.normal(size=(*root.shape[:-1], 1)))[..., 0]
    own_away = fresh + field.answer(system.given_shared.at(at), away)
    factor = system.factor.at(at)
    noise = factor.scatter(rng.normal(size=factor.pivot.shape))
    noise -= factor.solve(factor.weight * field.without_noise(own_away, away))
    own, shared = system.own[at] + own_away + shift[1], system.shared[at] + away + shift[2]
    line = system.noise[at] + noise + shift[0] + field.without_noise(own, shared) + field.offset
    beta, effect = field.beta(own, shared), list(field.layout.effect)
    change = weigh(field.features[..., effect], beta[..., effect])
    return shared, beta, np.exp(line), np.exp(line - change)
