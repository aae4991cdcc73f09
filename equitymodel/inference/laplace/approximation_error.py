"""The error of the Gaussian approximation: shift of the mean, Pareto k of the remainder, share of small cells."""

from __future__ import annotations

import numpy as np
import xarray as xr

from equitymodel.inference.laplace.grouped_draw import lower_factor
from equitymodel.inference.laplace.grouped_latent import evaluate_shapes
from equitymodel.inference.laplace.grouped_mode import Corrections, GroupedModes
from equitymodel.inference.likelihood.count_model import CountModel
from equitymodel.inference.likelihood.interval_censored import find_interval_censored

HARMLESS_SD = 0.1
"""Remainders with a smaller standard deviation, on the log scale, are harmless whatever their tail."""
REMAINDER_DRAWS = 1000
PAIRS_EXAMINED = 100
"""Pairs of ICS and procedure whose remainder is examined: those with the most skewness."""


def measure_approximation_error(modes: GroupedModes, corrections: Corrections, seed: int) -> xr.Dataset:
    """Measure, at the optimum, how far the posterior of the latent field is from a Gaussian.

    Returns
    -------
    xarray.Dataset
        ``largest_shift``: the largest distance of mean and mode, in posterior standard deviations.
        ``pareto_k``: for each of the most skewed pairs of row and column, the Pareto k of the remainder
        of the log likelihood of their cells beyond its quadratic expansion, or 0 where that hardly varies.
        ``small_cells``: share of cells fitted below 1 admission.
    """
    from arviz_stats.base import array_stats  # seconds to load, and only used here

    field = modes.field
    shifts = [
        float(np.max(np.abs(shift) / np.sqrt(variance), initial=0.0))
        for shift, variance in zip(corrections.shift, corrections.variances, strict=True)
    ]
    skewness = (corrections.third**2 * corrections.cell_variance**3).sum(axis=0)[0, 0].ravel()
    most_skewed = np.argsort(skewness)[-PAIRS_EXAMINED:]
    rows, columns = np.unravel_index(most_skewed[skewness[most_skewed] > 0], field.sizes)
    remainder = _remainders(modes, corrections, rows, columns, np.random.default_rng([seed, 3]))
    pareto = array_stats.psislw(remainder, axis=-1)[1]
    labels = {f"pair_{dim}": ("pair", [str(field.coords[dim][i]) for i in where])
              for dim, where in zip(field.axes, (rows, columns), strict=True)}  # fmt: skip
    known = field.known > 0
    small = (np.exp(modes.log_mean) < 1.0) & known
    return xr.Dataset(
        {
            "largest_shift": max(shifts),
            "pareto_k": ("pair", np.where(remainder.std(axis=1) < HARMLESS_SD, 0.0, pareto)),
            "small_cells": float(small.sum() / known.sum()),
        },
        coords=labels,
    )


def _remainders(
    modes: GroupedModes, corrections: Corrections, rows: np.ndarray, columns: np.ndarray, rng: np.random.Generator
) -> np.ndarray:
    """Draw the remainder of the log likelihood of some pairs beyond its quadratic expansion; shape (pair, draw)."""
    field = modes.field
    covariance = corrections.covariance[:, :, 0, 0, rows, columns]
    plain = rng.standard_normal((len(covariance), len(rows), REMAINDER_DRAWS))
    covariates = field.covariates[:, :, 0, 0, rows, columns, None] if len(field.covariates) else field.covariates
    along = evaluate_shapes(field.design, covariates, np.einsum("ijp,jpn->ipn", lower_factor(covariance), plain))

    def pick(cells: np.ndarray) -> np.ndarray:
        """Choose the pairs, laid out as columns of a single row; the draws come second."""
        overall = np.broadcast_to(cells, (len(along), 1, 1, *field.sizes))
        return overall[:, :, :, rows, columns][:, :, :, None]

    squared = modes.model.squared
    low, high, known = pick(field.low), pick(field.high), pick(field.known)
    model = CountModel(
        low, known * (low == high), None if squared is None else pick(squared), find_interval_censored(low, high, known)
    )
    log_mean, weight = pick(modes.log_mean), pick(modes.weight)
    moved = np.moveaxis(along, 2, 1)[:, None, :, None]
    left = model.by_cell(log_mean + moved) - model.by_cell(log_mean)
    left += 0.5 * weight * moved**2 - model.slopes(log_mean)[0] * moved
    return left.sum(axis=0)[0, :, 0].T
