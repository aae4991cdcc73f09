"""Joint posterior draws of a series model: exact Gaussian draws at each integration point, moved from mode to mean."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from equitymodel.inference.laplace.importance import allocate_draws
from equitymodel.inference.series.densities import batches, for_each
from equitymodel.inference.series.gaussian_approximation import SeriesVector, weigh
from equitymodel.inference.series.series_integration import IntegrationPoints
from equitymodel.inference.series.series_latent import SeriesLatent


@dataclass(frozen=True)
class SeriesDraws:
    """Joint posterior draws, the draw first.

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


def draw_series(
    field: SeriesLatent, points: IntegrationPoints, *, draws: int, seed: int, correct: bool = True
) -> SeriesDraws:
    """Draw hyperparameters, coefficients and mean admissions from the posterior.

    Parameters
    ----------
    field, points
        The model, and the weighted hyperparameters.
    draws
        How many.
    seed
        Seed of the random numbers.
    correct
        Whether to move the draws from the mode to the posterior mean, to first order.

    Returns
    -------
    SeriesDraws
        In random order.
    """
    rng = np.random.default_rng(seed)
    times = allocate_draws(points.weight, draws, rng)
    used = np.flatnonzero(times)
    into, order = _allocate(field, draws), rng.permutation(draws)
    ends = np.cumsum(times[used])
    parts = batches(field, len(used))
    generators = dict(zip((part.start for part in parts), rng.spawn(len(parts)), strict=True))

    def one(part: slice) -> None:
        mine = used[part]
        rows = order[ends[part.start] - times[mine[0]] : ends[part.stop - 1]]
        batch = _Batch(points.hyper[mine], points.predictor[mine], times[mine], rows)
        _draw_batch(field, batch, generators[part.start], into, correct=correct)

    for_each(one, parts)
    hyper = np.empty((draws, points.hyper.shape[1]))
    hyper[order] = np.repeat(points.hyper[used], times[used], axis=0)
    return SeriesDraws(field.values(hyper), *into)


DrawArrays = tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]
"""Shared coefficients, coefficients of series, and means with and without the interruption; the draw first."""


class _Batch(NamedTuple):
    """Some integration points: modes to start from, how many draws of each, and the rows these go to."""

    hyper: np.ndarray
    predictor: np.ndarray
    times: np.ndarray
    rows: np.ndarray


def _allocate(field: SeriesLatent, draws: int) -> DrawArrays:
    """Allocate the arrays of all draws."""
    series, periods, features = field.design.features.shape
    shared = field.design.map.shape[2] + (periods if field.design.common else 0)
    sizes = ((shared,), (series, features), (series, periods), (series, periods))
    shared_draws, beta, fitted, counterfactual = (np.empty((draws, *size)) for size in sizes)
    return shared_draws, beta, fitted, counterfactual


def _draw_batch(
    field: SeriesLatent, batch: _Batch, rng: np.random.Generator, into: DrawArrays, *, correct: bool
) -> None:
    """Draw at some integration points, and write the draws into their rows."""
    modes = field.find_modes(batch.hyper, batch.predictor)
    centre = modes.latent + field.correction(batch.hyper, modes) if correct else modes.latent
    index = np.repeat(np.arange(len(batch.hyper)), batch.times)
    for part in batches(field, len(index)):
        at = index[part]
        drawn = _means(field, centre.select(at) + modes.gaussian.select(at).sample(rng))
        for array, values in zip(into, drawn, strict=True):
            array[batch.rows[part]] = values


def _means(field: SeriesLatent, latent: SeriesVector) -> DrawArrays:
    """Compute coefficients and mean admissions, fitted and counterfactual, from draws of the latent model."""
    design, effect = field.design, list(field.layout.effect)
    predictor, beta = design.predictor(latent) + field.offset, design.beta(latent.own, latent.shared)
    change = weigh(design.features[..., effect], beta[..., effect])
    return latent.shared, beta, np.exp(predictor), np.exp(predictor - change)
