"""Draw exactly from the approximation at each point: shared coefficients, then own ones, then noise."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from equitymodel.inference.interruption.explore import Points, batches
from equitymodel.inference.interruption.mode import Field, Modes, weigh
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
        (draw, time, series).
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
    parts = [
        part
        for batch in batches(field, len(used))
        for part in _draw_batch(field, points.hyper[used[batch]], times[used[batch]], points.line, rng, correct)
    ]
    order = rng.permutation(draws)
    hyper = field.values(np.repeat(points.hyper[used], times[used], axis=0))
    shared, beta, fitted, counterfactual = (np.concatenate(arrays)[order] for arrays in zip(*parts, strict=True))
    return Draws({name: values[order] for name, values in hyper.items()}, shared, beta, fitted, counterfactual)


Part = tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]


def _draw_batch(
    field: Field, hyper: np.ndarray, times: np.ndarray, line: np.ndarray, rng: np.random.Generator, correct: bool
) -> Iterator[Part]:
    modes = field.find_modes(hyper, line)
    moved = field.correction(hyper, modes) if correct else None
    precision, own = modes.system.shared_precision, modes.system.own_inverse
    roots = np.swapaxes(np.linalg.inv(np.linalg.cholesky(precision)), 1, 2), np.linalg.cholesky(own)
    index = np.repeat(np.arange(len(hyper)), times)
    for part in batches(field, len(index)):
        at = index[part]
        shift = (moved.noise[:, at], moved.own[at], moved.shared[at]) if moved else (0.0, 0.0, 0.0)
        yield _one(field, modes, at, shift, roots, rng)


def _one(field: Field, modes: Modes, at: np.ndarray, shift: tuple, roots: tuple, rng: np.random.Generator) -> Part:
    system, layout = modes.system, field.layout
    away = (roots[0][at] @ rng.normal(size=(*system.shared[at].shape, 1)))[..., 0]
    between = field.between(away)[..., None]
    own = (roots[1][at] @ rng.normal(size=(*system.own[at].shape, 1)) + system.own_by_shared[at] @ between)[..., 0]
    beta = field.beta(own, away)
    factor = type(system.factor)(system.factor.pivot[:, at], system.factor.ratio[:, at])
    fresh = factor.scatter(rng.normal(size=(*factor.pivot.shape, 1)))[..., 0]
    noise = fresh - np.einsum("tbsk,bsk->tbs", system.response[:, at], beta)
    shared = system.shared[at] + away + shift[2]
    beta = field.beta(system.own[at] + own + shift[1], shared)
    line = field.predictor(system.noise[:, at] + noise + shift[0], beta) + layout.offset[:, None, :]
    effect = list(layout.effect)
    change = weigh(layout.features[..., effect], beta[..., effect])
    return shared, beta, *(np.moveaxis(np.exp(part), 0, 1) for part in (line, line - change))
