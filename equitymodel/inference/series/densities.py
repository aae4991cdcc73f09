"""Laplace log densities of many sets of hyperparameters: in batches that fit in memory, up to four in parallel."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import cache

import numpy as np
from threadpoolctl import ThreadpoolController

from equitymodel.inference.cores import available_cores
from equitymodel.inference.series.series_latent import SeriesLatent

ROOM = 600_000
"""Numbers in the largest array of one batch."""
WORTHWHILE, MOST_THREADS = 100_000, 4
"""Numbers for which another thread is worthwhile, and the most threads."""


@dataclass(frozen=True)
class Densities:
    """Laplace log densities at sets of hyperparameters, with the modes.

    Attributes
    ----------
    value
        Log density; minus infinity where the mode search did not converge.
    converged
        Whether it did.
    predictor
        Linear predictors without the offset; shape (point, series, time).
    """

    value: np.ndarray
    converged: np.ndarray
    predictor: np.ndarray

    @property
    def best(self) -> np.ndarray:
        """The linear predictor at the largest density, for the next search, or zeros; shape (1, series, time)."""
        top = int(np.argmax(self.value))
        return self.predictor[top : top + 1] if np.isfinite(self.value[top]) else np.zeros_like(self.predictor[:1])


def densities(field: SeriesLatent, hyper: np.ndarray, predictor: np.ndarray | None = None) -> Densities:
    """Compute the Laplace log density of each set of hyperparameters; shape (point, hyperparameter).

    Parameters
    ----------
    field
        The model.
    hyper
        Unbounded hyperparameters.
    predictor
        Where searches for modes begin, as in `Densities.predictor`: one for all.

    Returns
    -------
    Densities
        In the order of the points.
    """
    value, converged = np.empty(len(hyper)), np.empty(len(hyper), dtype=bool)
    predictors = np.empty((len(hyper), *field.offset.shape))

    def one(part: slice) -> None:
        modes = field.find_modes(hyper[part], predictor)
        value[part], converged[part], predictors[part] = modes.density, modes.converged, modes.predictor

    for_each(one, batches(field, len(hyper)))
    return Densities(np.where(converged & np.isfinite(value), value, -np.inf), converged, predictors)


def batches(field: SeriesLatent, size: int) -> list[slice]:
    """Cut points into batches that fit in memory and keep threads busy; the same for any number of cores."""
    series, periods, features = field.design.features.shape
    common = periods if field.design.common else 0
    of_series = series * max(features * (features + common), periods)
    each = max(of_series, (field.design.map.shape[2] + common) ** 2)
    count = max(-(-size * each // ROOM), min(MOST_THREADS, size * each // WORTHWHILE), 1)
    ends = np.linspace(0, size, min(count, size) + 1).round().astype(int)
    return [slice(start, end) for start, end in itertools.pairwise(ends)]


def for_each(work: Callable[[slice], None], parts: list[slice]) -> None:
    """Run `work` on every part in a thread pool, with single-threaded linear algebra in each."""
    with _libraries().limit(limits=1, user_api="blas"):
        if len(parts) == 1:
            work(parts[0])
            return
        with ThreadPoolExecutor(min(MOST_THREADS, available_cores())) as pool:
            list(pool.map(work, parts))  # the list raises what a thread raised


@cache
def _libraries() -> ThreadpoolController:
    """Find the linear algebra libraries, once: it takes longer than a small fit."""
    return ThreadpoolController()
