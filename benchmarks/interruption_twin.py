"""A fast twin of the model for interrupted series, for studies of thousands of replicates.

The same priors, noise, bending trend and change, judged on the same months, with two simplifications: logs of
counts are taken as normal with known variance, and standard deviations and correlation lie on a grid. All
replicates of a cell then share every factorisation.
"""

from __future__ import annotations

import numpy as np
import pandas as pd
from scipy.linalg import solve_triangular
from scipy.stats import norm

from equitymodel.simulate.series_world import Sizes
from equitymodel.simulate.simulated_series import empty_series
from equitymodel.spec.library import load_series_model
from equitymodel.spec.terms import bending_trend

MONTHS, HARMONICS, JUDGED = 12, (1, 2), 12
SD_RANGE, STEPS, BENDS = (0.002, 1.0), 25, 6
SMALLEST_COUNT = 0.5
AFTER_LAST = "2020-01-01"
MODEL = load_series_model()
TERMS = ("start", "trend", "level", "slope", "working_days", *["season"] * 2 * len(HARMONICS))
LEVEL, SLOPE = TERMS.index("level"), TERMS.index("slope")


def design(before: int, after: int) -> np.ndarray:
    """Give columns over months: those of `TERMS`, and those of a trend that bends."""
    months = np.arange(before + after)
    years, since = months / MONTHS, (months >= before).astype(float)
    first = pd.date_range(end=AFTER_LAST, periods=len(months) + 1, freq="MS")[:-1]
    days = np.log(empty_series(first, Sizes(), 1.0, np.random.default_rng(0))["working_days"].values)
    season = [wave(2 * np.pi * k * years) for k in HARMONICS for wave in (np.sin, np.cos)]
    return np.column_stack(
        [np.ones_like(years), years - years.mean(), since, since * (months - before) / MONTHS, days - days.mean(), *season,
         bending_trend(years)]
    )  # fmt: skip


def simulate(expected: float, rho: float, sd: float, sizes: tuple[int, int], replicates: int, seed: int) -> np.ndarray:
    """Simulate counts without any change; shape (month, replicate)."""
    rng, months = np.random.default_rng(seed), np.arange(sum(sizes))
    root = np.linalg.cholesky(rho ** np.abs(np.subtract.outer(months, months)))
    season = 0.05 * np.sin(2 * np.pi * months / MONTHS)
    noise = sd * root @ rng.normal(size=(len(months), replicates))
    return rng.poisson(expected * np.exp(season[:, None] + noise)).astype(float)


def tail_probabilities(counts: np.ndarray, expected: float, sizes: tuple[int, int]) -> np.ndarray:
    """Give the posterior probability that the average log change is above zero; shape (replicate,)."""
    columns, months = design(*sizes), np.arange(len(counts))
    y = np.log(np.maximum(counts, SMALLEST_COUNT) / expected)
    average = np.zeros(columns.shape[1])
    average[[LEVEL, SLOPE]] = columns[columns[:, LEVEL] > 0][:JUDGED, [LEVEL, SLOPE]].mean(axis=0)
    apart, counting = np.abs(np.subtract.outer(months, months)), np.eye(len(months)) / expected
    log_weights, above = [], []
    for sd, rho, log_prior in _grid():
        root = np.linalg.cholesky(sd**2 * rho**apart + counting)
        white, seen = (solve_triangular(root, part, lower=True) for part in (columns, y))
        pull, squares, known = white.T @ seen, (seen**2).sum(axis=0), white.T @ white
        for prior_sd in _prior_sds(columns.shape[1]):
            precision = known + np.diag(prior_sd**-2.0)
            best = np.linalg.solve(precision, pull)
            determinant = np.log(np.diag(root)).sum() + np.linalg.slogdet(precision)[1] / 2 + np.log(prior_sd).sum()
            log_weights.append(log_prior - determinant - (squares - (pull * best).sum(axis=0)) / 2)
            above.append(norm.cdf(average @ best / np.sqrt(average @ np.linalg.solve(precision, average))))
    weight = np.exp(np.array(log_weights) - np.max(log_weights, axis=0))
    return (weight * np.array(above)).sum(axis=0) / weight.sum(axis=0)


def _prior_sds(columns: int) -> list[np.ndarray]:
    """Give standard deviations of coefficients: those of terms, and of the bends equally likely values of theirs."""
    known = np.array([MODEL.sd(name) for name in TERMS])
    bends = MODEL.sd("bend") * norm.ppf(0.5 + (np.arange(BENDS) + 0.5) / (2 * BENDS))
    return [np.concatenate([known, np.full(columns - len(known), bend)]) for bend in bends]


def _grid() -> list[tuple[float, float, float]]:
    """Lay standard deviations out evenly in their log, and correlations in their inverse hyperbolic tangent."""
    edges = np.linspace(*np.arctanh(MODEL.correlation("own")), STEPS + 1)
    rhos = np.tanh((edges[1:] + edges[:-1]) / 2)
    sds = np.exp(np.linspace(*np.log(SD_RANGE), STEPS))
    return [
        (sd, rho, -0.5 * (sd / MODEL.sd("own")) ** 2 + np.log(sd) + np.log1p(-(rho**2))) for sd in sds for rho in rhos
    ]
