"""The log posterior density of a grouped model and its gradient, compiled.

The same function serves every specification and every size of data, so it is compiled once on a machine,
in seconds, and cached. Tests check it against the PyMC model of the same specification, value and
gradient.
"""

from __future__ import annotations

import math
from typing import NamedTuple

import numba
import numpy as np

from equitymodel.inference.likelihood.count_kernel import cell_likelihood, interval_terms

POOLED, ZERO_SUM, CENTRED, GROUPS, WIDTH, FREE, VALUES, SDS, SD_EACH = range(9)
"""Columns of `EffectTable.rows`: whether pooled and zero-sum; places of flags; groups and their width; places of
free parameters, values and standard deviations; whether each group has a standard deviation of its own."""


class EffectTable(NamedTuple):
    """The effects of a model as arrays.

    Attributes
    ----------
    rows
        One row an effect, of integers; shape (effect, 9).
    centred
        For each group of values, whether they are sampled directly.
    priors
        Mean and standard deviation of the prior of each effect, or scale of that of its standard deviation.
    size
        How many values there are.
    """

    rows: np.ndarray
    centred: np.ndarray
    priors: np.ndarray
    size: int


class CellTable(NamedTuple):
    """The cells with a known count as arrays.

    Attributes
    ----------
    places, weights
        Which values make the log ratio of each cell, and with what weights; shape (term, cell).
    low, high
        Bounds of each count, equal where it is known exactly.
    log_expected
        Log expected admissions.
    overdispersion_index
        The parameter that is the log overdispersion of each cell.
    overdispersion_sd
        Scale of the half-normal prior of overdispersion; 0 for Poisson counts.
    """

    places: np.ndarray
    weights: np.ndarray
    low: np.ndarray
    high: np.ndarray
    log_expected: np.ndarray
    overdispersion_index: np.ndarray
    overdispersion_sd: float


class NeedTable(NamedTuple):
    """Reported need of cells as arrays; empty where need is taken as known.

    Attributes
    ----------
    places
        Which values make the log true need of each cell; shape (term, cell).
    reported, precision
        Log need as reported, and one over its squared standard error.
    """

    places: np.ndarray
    reported: np.ndarray
    precision: np.ndarray


@numba.njit(cache=True, nogil=True, error_model="numpy")
def sd_at(theta: np.ndarray, block: np.ndarray, group: int) -> float:
    """Look up the standard deviation of effects of one group of a block; 1 where it is not pooled."""
    if block[POOLED] == 0:
        return 1.0
    return math.exp(theta[block[SDS] + (group if block[SD_EACH] else 0)])


@numba.njit(cache=True, nogil=True, error_model="numpy")
def locate(theta: np.ndarray, effects: EffectTable, block: np.ndarray, group: int) -> tuple[float, int, int, int]:
    """Locate one group of a block: the scale of its values, its first free parameter, how many, and its first value."""
    free = block[WIDTH] - block[ZERO_SUM]
    scale = 1.0 if effects.centred[block[CENTRED] + group] else sd_at(theta, block, group)
    return scale, block[FREE] + group * free, free, block[VALUES] + group * block[WIDTH]


@numba.njit(cache=True, nogil=True, error_model="numpy")
def fill_values(theta: np.ndarray, effects: EffectTable, values: np.ndarray) -> None:
    """Compute the values of every effect from free parameters: non-centred ones are scaled, zero-sum ones projected."""
    for block in effects.rows:
        width, zero = block[WIDTH], block[ZERO_SUM]
        for g in range(block[GROUPS]):
            scale, start, free, out = locate(theta, effects, block, g)
            total = 0.0
            for j in range(free):
                total += theta[start + j]
            shift = total / (math.sqrt(width) + width) if zero else 0.0
            for j in range(free):
                values[out + j] = scale * (theta[start + j] - shift)
            if zero:
                values[out + free] = -scale * total / math.sqrt(width)


@numba.njit(cache=True, nogil=True, error_model="numpy")
def add_priors(theta: np.ndarray, gradient: np.ndarray, effects: EffectTable) -> float:
    """Add the log prior of every effect, and its gradient, constants left out."""
    log_prior = 0.0
    blocks, centred, priors = effects.rows, effects.centred, effects.priors
    for b in range(blocks.shape[0]):
        block = blocks[b]
        mean, sd = priors[b, 0], priors[b, 1]
        free = block[WIDTH] - block[ZERO_SUM]
        for g in range(block[GROUPS]):
            direct = centred[block[CENTRED] + g]
            scale = sd_at(theta, block, g) if direct else 1.0
            if block[POOLED] == 0:
                scale = sd
            centre = 0.0 if block[POOLED] else mean
            total = 0.0
            for j in range(free):
                at = block[FREE] + g * free + j
                distance = (theta[at] - centre) / scale
                total += distance * distance
                gradient[at] -= distance / scale
            log_prior -= 0.5 * total
            if block[POOLED] and direct:
                at = block[SDS] + (g if block[SD_EACH] else 0)
                log_prior -= free * theta[at]
                gradient[at] += total - free
        if block[POOLED]:
            for s in range(block[GROUPS] if block[SD_EACH] else 1):
                log_prior += add_half_normal(theta, gradient, block[SDS] + s, sd)
    return log_prior


@numba.njit(cache=True, nogil=True, error_model="numpy")
def add_half_normal(theta: np.ndarray, gradient: np.ndarray, at: int, sd: float) -> float:
    """Add a half-normal prior on the exponential of one parameter, with its Jacobian."""
    square = (math.exp(theta[at]) / sd) ** 2
    gradient[at] += 1.0 - square
    return theta[at] - 0.5 * square


@numba.njit(cache=True, nogil=True, error_model="numpy")
def add_need_measurement(values: np.ndarray, slopes: np.ndarray, need: NeedTable) -> float:
    """Add the log likelihood of reported need given true need, and its derivatives in the values."""
    total = 0.0
    places, reported, precision = need.places, need.reported, need.precision
    for c in range(reported.shape[0]):
        away = reported[c]
        for k in range(places.shape[0]):
            away -= values[places[k, c]]
        total -= 0.5 * precision[c] * away * away
        for k in range(places.shape[0]):
            slopes[places[k, c]] += precision[c] * away
    return total


@numba.njit(cache=True, nogil=True, error_model="numpy")
def pull_back(
    theta: np.ndarray, gradient: np.ndarray, effects: EffectTable, values: np.ndarray, slopes: np.ndarray
) -> None:
    """Chain rule: from derivatives in the values of effects to the gradient in free parameters."""
    for block in effects.rows:
        width, zero = block[WIDTH], block[ZERO_SUM]
        for g in range(block[GROUPS]):
            scale, start, free, out = locate(theta, effects, block, g)
            total = 0.0
            along = 0.0
            for j in range(free):
                total += slopes[out + j]
            for j in range(width):
                along += slopes[out + j] * values[out + j]
            shift = total / (math.sqrt(width) + width) + slopes[out + width - 1] / math.sqrt(width) if zero else 0.0
            for j in range(free):
                gradient[start + j] += scale * (slopes[out + j] - shift)
            if block[POOLED] and not effects.centred[block[CENTRED] + g]:
                gradient[block[SDS] + (g if block[SD_EACH] else 0)] += along


@numba.njit(cache=True, nogil=True, error_model="numpy")
def log_density(theta: np.ndarray, effects: EffectTable, cells: CellTable, need: NeedTable) -> tuple[float, np.ndarray]:
    """Log posterior density of free parameters, up to a constant, and its gradient."""
    gradient = np.zeros(theta.shape[0])
    values, slopes = np.empty(effects.size), np.zeros(effects.size)
    fill_values(theta, effects, values)
    total = add_priors(theta, gradient, effects)
    places, weights, index = cells.places, cells.weights, cells.overdispersion_index
    low, high, overdispersed = cells.low, cells.high, cells.overdispersion_sd > 0
    if overdispersed:
        for at in range(index.min(), index.max() + 1):
            total += add_half_normal(theta, gradient, at, cells.overdispersion_sd)
    for c in range(low.shape[0]):
        log_mean = cells.log_expected[c]
        for k in range(places.shape[0]):
            log_mean += weights[k, c] * values[places[k, c]]
        log_overdispersion = theta[index[c]] if overdispersed else -np.inf
        if low[c] == high[c]:
            value, slope, in_overdispersion = cell_likelihood(low[c], log_mean, log_overdispersion)
        else:
            terms = interval_terms(low[c], high[c], log_mean, math.exp(2.0 * log_overdispersion))
            value, slope, in_overdispersion = terms.value, terms.score, terms.in_value
        total += value
        for k in range(places.shape[0]):
            slopes[places[k, c]] += weights[k, c] * slope
        if overdispersed:
            gradient[index[c]] += in_overdispersion
    total += add_need_measurement(values, slopes, need)
    pull_back(theta, gradient, effects, values, slopes)
    return total, gradient
