"""A fast twin of the model for interrupted series, for studies of thousands of replicates.

The same priors, noise and change, with two simplifications: logs of counts are taken as normal with
known variance, and standard deviation and correlation of the noise lie on a grid. All replicates of a
cell then share every factorisation.
"""

from __future__ import annotations

import numpy as np
from scipy.linalg import solve_triangular
from scipy.stats import norm

from equitymodel.spec.library import load_series_model

MONTHS, HARMONICS = 12, (1, 2)
SD_RANGE, STEPS = (0.002, 1.0), 25
SMALLEST_COUNT = 0.5
MODEL = load_series_model()
PRIOR_SD = np.array([MODEL.sd(name) for name in ("start", "trend", "level", "slope", *["season"] * 2 * len(HARMONICS))])


def design(before: int, after: int) -> np.ndarray:
    """Give columns over months: level before, trend, change of level, change of trend, season."""
    months = np.arange(before + after)
    years, since = months / MONTHS, (months >= before).astype(float)
    season = [wave(2 * np.pi * k * years) for k in HARMONICS for wave in (np.sin, np.cos)]
    return np.column_stack(
        [np.ones_like(years), years - years.mean(), since, since * (months - before) / MONTHS, *season]
    )


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
    average[2:4] = columns[columns[:, 2] > 0, 2:4].mean(axis=0)
    apart, counting = np.abs(np.subtract.outer(months, months)), np.eye(len(months)) / expected
    log_weights, above = [], []
    for sd, rho, log_prior in _grid():
        root = np.linalg.cholesky(sd**2 * rho**apart + counting)
        white, seen = (solve_triangular(root, part, lower=True) for part in (columns, y))
        precision, pull = white.T @ white + np.diag(PRIOR_SD**-2.0), white.T @ seen
        best = np.linalg.solve(precision, pull)
        explained = (pull * best).sum(axis=0)
        determinant = np.log(np.diag(root)).sum() + np.linalg.slogdet(precision)[1] / 2
        log_weights.append(log_prior - determinant - ((seen**2).sum(axis=0) - explained) / 2)
        above.append(norm.cdf(average @ best / np.sqrt(average @ np.linalg.solve(precision, average))))
    weight = np.exp(np.array(log_weights) - np.max(log_weights, axis=0))
    return (weight * np.array(above)).sum(axis=0) / weight.sum(axis=0)


def _grid() -> list[tuple[float, float, float]]:
    """Lay standard deviations out evenly in their log, and correlations in their inverse hyperbolic tangent."""
    edges = np.linspace(*np.arctanh(MODEL.correlation("own")), STEPS + 1)
    rhos = np.tanh((edges[1:] + edges[:-1]) / 2)
    sds = np.exp(np.linspace(*np.log(SD_RANGE), STEPS))
    return [
        (sd, rho, -0.5 * (sd / MODEL.sd("own")) ** 2 + np.log(sd) + np.log1p(-(rho**2))) for sd in sds for rho in rhos
    ]
