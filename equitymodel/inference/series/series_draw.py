"""Draw exactly from the approximation at each point: shared coefficients, then own ones, then noise."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from equitymodel.inference.laplace.importance import allocate_draws
from equitymodel.inference.series.densities import batches, for_each
from equitymodel.inference.series.gaussian_approximation import SeriesVector, weigh
from equitymodel.inference.series.series_integration import IntegrationPoints
from equitymodel.inference.series.series_latent import SeriesLatent


@dataclass(frozen=True)
class SeriesDraws:
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


def draw_series(
    field: SeriesLatent, points: IntegrationPoints, *, draws: int, seed: int, correct: bool = True
) -> SeriesDraws:
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
    times = allocate_draws(points.weight, draws, rng)
    used = np.flatnonzero(times)
    found, order = _allocate(field, draws), rng.permutation(draws)
    ends = np.cumsum(times[used])
    parts = batches(field, len(used))
    own = dict(zip((part.start for part in parts), rng.spawn(len(parts)), strict=True))

    def one(part: slice) -> None:
        mine = used[part]
        rows = order[ends[part.start] - times[mine[0]] : ends[part.stop - 1]]
        _draw_batch(field, points, mine, times[mine], own[part.start], correct, found, rows)

    for_each(one, parts)
    hyper = np.empty((draws, points.hyper.shape[1]))
    hyper[order] = np.repeat(points.hyper[used], times[used], axis=0)
    return SeriesDraws(field.values(hyper), *found)


DrawArrays = tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]


def _allocate(field: SeriesLatent, draws: int) -> DrawArrays:
    """Make room for shared coefficients, coefficients of series, and means with and without the interruption."""
    series, periods, features = field.design.features.shape
    shared = field.design.map.shape[2] + (periods if field.design.common else 0)
    sizes = ((shared,), (series, features), (series, periods), (series, periods))
    found = tuple(np.empty((draws, *size)) for size in sizes)
    return found[0], found[1], found[2], found[3]


def _draw_batch(
    field: SeriesLatent, points: IntegrationPoints, used: np.ndarray, times: np.ndarray, rng: np.random.Generator, correct: bool,
    found: DrawArrays, rows: np.ndarray,
) -> None:  # fmt: skip
    hyper = points.hyper[used]
    modes = field.find_modes(hyper, points.predictor[used])
    centre = modes.latent + field.correction(hyper, modes) if correct else modes.latent
    index = np.repeat(np.arange(len(hyper)), times)
    for part in batches(field, len(index)):
        at = index[part]
        drawn = _means(field, centre.at(at) + modes.gaussian_approximation.at(at).sample(rng))
        for array, values in zip(found, drawn, strict=True):
            array[rows[part]] = values


def _means(field: SeriesLatent, latent: SeriesVector) -> DrawArrays:
    design, effect = field.design, list(field.layout.effect)
    predictor, beta = design.predictor(latent) + field.offset, design.beta(latent.own, latent.shared)
    change = weigh(design.features[..., effect], beta[..., effect])
    return latent.shared, beta, np.exp(predictor), np.exp(predictor - change)
