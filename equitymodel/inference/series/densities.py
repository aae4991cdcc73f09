"""Densities of many sets of hyperparameters: in batches that fit in memory, up to four at a time."""

from __future__ import annotations

import itertools
import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import cache

import numpy as np
from threadpoolctl import ThreadpoolController

from equitymodel.inference.series.series_latent import SeriesLatent

ROOM = 600_000
"""Numbers in the largest array of one batch."""
WORTHWHILE, MOST_THREADS = 100_000, 4
"""Numbers for which another thread is worth its while, and how many threads there may be."""


@dataclass(frozen=True)
class Densities:
    """What was found at each set of hyperparameters.

    Attributes
    ----------
    value
        Log density; minus infinity where no mode was found.
    found
        Whether it was.
    predictor
        Linear predictors without the offset; shape (point, series, time).
    """

    value: np.ndarray
    found: np.ndarray
    predictor: np.ndarray

    @property
    def best(self) -> np.ndarray:
        """The line of the largest density, to start the next search from, or zeros; shape (1, series, time)."""
        log_density = int(np.argmax(self.value))
        return (
            self.predictor[log_density : log_density + 1]
            if np.isfinite(self.value[log_density])
            else np.zeros_like(self.predictor[:1])
        )


def densities(field: SeriesLatent, hyper: np.ndarray, predictor: np.ndarray | None = None) -> Densities:
    """Give the log density at each set of hyperparameters; shape (point, hyperparameter).

    Parameters
    ----------
    field
        The model.
    hyper
        Unbounded hyperparameters.
    predictor
        Where searches for modes begin, as in `Densities.line`: one for all.

    Returns
    -------
    Densities
        In the order of the points.
    """
    value, found = np.empty(len(hyper)), np.empty(len(hyper), dtype=bool)
    lines = np.empty((len(hyper), *field.offset.shape))

    def one(part: slice) -> None:
        modes = field.find_modes(hyper[part], predictor)
        value[part], found[part], lines[part] = modes.density, modes.found, modes.predictor

    for_each(one, batches(field, len(hyper)))
    return Densities(np.where(found & np.isfinite(value), value, -np.inf), found, lines)


def batches(field: SeriesLatent, size: int) -> list[slice]:
    """Cut points into batches that fit in memory and keep threads busy; alike for any number of cores."""
    series, periods, features = field.design.features.shape
    common = periods if field.design.common else 0
    of_series = series * max(features * (features + common), periods)
    each = max(of_series, (field.design.map.shape[2] + common) ** 2)
    count = max(-(-size * each // ROOM), min(MOST_THREADS, size * each // WORTHWHILE), 1)
    ends = np.linspace(0, size, min(count, size) + 1).round().astype(int)
    return [slice(start, end) for start, end in itertools.pairwise(ends)]


def for_each(work: Callable[[slice], None], parts: list[slice]) -> None:
    """Do the same for every part, several at a time; linear algebra takes one thread in each."""
    with _libraries().limit(limits=1, user_api="blas"):
        if len(parts) == 1:
            work(parts[0])
            return
        with ThreadPoolExecutor(min(MOST_THREADS, os.cpu_count() or 1)) as pool:
            list(pool.map(work, parts))  # the list raises what a thread raised


@cache
def _libraries() -> ThreadpoolController:
    """Find the libraries of linear algebra, once: it takes longer than a small fit."""
    return ThreadpoolController()
