"""The error of the Gaussian approximation: shift of the mean, Pareto k of the remainder, share of small counts."""

from __future__ import annotations

import numpy as np
import xarray as xr

from equitymodel.inference.laplace.latent_gaussian import Modes
from equitymodel.inference.laplace.skew_correction import Corrections

HARMLESS_SD = 0.1
"""Remainders with a smaller standard deviation, on the log scale, are harmless whatever their tail."""
FIRST_DRAWS, MORE_DRAWS = 1000, 64_000
"""Draws of the remainder of every block examined, and of the blocks with the largest Pareto k."""
DOUBTFUL = 0.7
"""Where a Pareto k may be above this, the blocks with the largest are drawn again."""
BLOCKS_EXAMINED, EXAMINED_AGAIN = 100, 4
"""Blocks whose remainder is examined: those with the most skewness, and those with the largest Pareto k again."""
SEED = 20_100
"""Seed of the remainders: their tails are a property of model and data, and their verdict not one of the fit's seed."""


def measure_approximation_error(modes: Modes, corrections: Corrections) -> xr.Dataset:
    """Measure, at the optimum, how far the posterior of the latent field is from a Gaussian.

    Returns
    -------
    xarray.Dataset
        ``largest_shift``: the largest distance of mean and mode, in posterior standard deviations.
        ``pareto_k``: for each of the most skewed blocks, the Pareto k of the remainder of the log
        likelihood beyond its quadratic expansion, or 0 where that hardly varies; ``pareto_k_error``: its
        Monte Carlo standard error. ``small_cells``: share of counts fitted below 1 admission.

    Notes
    -----
    Every block gets the same random numbers, so that the answer does not depend on the order of labels. The
    blocks with the largest k are drawn again, many times more often; numbers that are extreme by chance are
    so for all blocks, so that no other block is then taken to have a larger k than these.
    """
    skewness = modes.skewness(corrections)
    blocks = np.argsort(skewness)[-BLOCKS_EXAMINED:]
    blocks = blocks[skewness[blocks] > 0]
    k, error = _pareto_k(modes, blocks, FIRST_DRAWS)
    again = np.argsort(k)[-EXAMINED_AGAIN:]
    if (k[again] + 2 * error[again] > DOUBTFUL).any():
        k[again], error[again] = _pareto_k(modes, blocks[again], MORE_DRAWS)
        k, error = np.minimum(k, k[again].max()), np.minimum(error, error[again].max())
    labels = {f"pair_{dim}": ("pair", names) for dim, names in modes.block_labels(blocks).items()}
    return xr.Dataset(
        {
            "largest_shift": modes.largest_shift(corrections),
            "pareto_k": ("pair", k),
            "pareto_k_error": ("pair", error),
            "small_cells": modes.small_share(),
        },
        coords=labels,
    )


def _pareto_k(modes: Modes, blocks: np.ndarray, draws: int) -> tuple[np.ndarray, np.ndarray]:
    """Pareto k of the remainder of some blocks, 0 where it hardly varies, with its Monte Carlo standard error."""
    from arviz_stats.base import array_stats  # seconds to load, and only used here

    if not len(blocks):
        return np.zeros(0), np.zeros(0)
    remainder = modes.draw_blocks(blocks, draws, np.random.default_rng(SEED)).remainder()
    k = np.where(remainder.std(axis=1) < HARMLESS_SD, 0.0, array_stats.psislw(remainder, axis=-1)[1])
    tail = min(draws / 5, 3 * np.sqrt(draws))
    return k, np.where(k > 0, (1.0 + k) / np.sqrt(tail), 0.0)
