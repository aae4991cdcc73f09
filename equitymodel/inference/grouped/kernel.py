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

from equitymodel.inference.grouped.student_scores import to_heavy
from equitymodel.inference.likelihood.count_kernel import cell_likelihood, interval_terms
from equitymodel.spec.prior import EXPONENTIAL

POOLED, ZERO_SUM, CENTRED, GROUPS, WIDTH, FREE, VALUES, SDS, SD_EACH, HEAVY = range(10)
"""Columns of `EffectTable.rows`: whether pooled and zero-sum; places of flags; groups and their width; places of
free parameters, values and standard deviations; how many groups that follow each other share a standard deviation, 0
if all do; whether tails are heavy."""
LOG_LASTING, LOG_NEW, IN_LASTING, IN_NEW = range(4)
"""Columns of shares: log of the square roots of what lasts and of the rest, and their slopes in the score."""


class ScaleArrays(NamedTuple):
    """Standard deviations and overdispersions as functions of the first free parameters; see `Scales`.

    Attributes
    ----------
    prior_scale
        Of the prior of each total; logs of totals come first among the free parameters.
    prior_shape
        Of the same priors, as `Prior.shape` says it.
    total, share, lasts
        For each scale: its total, its share (-1 for none), and whether it is the part that lasts.
    """

    prior_scale: np.ndarray
    prior_shape: np.ndarray
    total: np.ndarray
    share: np.ndarray
    lasts: np.ndarray


class EffectTable(NamedTuple):
    """The parts of the effects of a model as arrays.

    Attributes
    ----------
    rows
        One row a part of an effect, of integers; shape (part, 10).
    centred
        For each group of values, whether they are sampled directly.
    priors
        Mean and standard deviation of the prior of each part that is not pooled.
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
    bounds
        The least and the most that each count may be, equal where it is known exactly; shape (2, cell).
    log_expected
        Log expected admissions.
    overdispersion_index
        The scale that is the overdispersion of each cell; -1 for Poisson counts.
    """

    places: np.ndarray
    weights: np.ndarray
    bounds: np.ndarray
    log_expected: np.ndarray
    overdispersion_index: np.ndarray


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
def fill_log_scales(theta: np.ndarray, scales: ScaleArrays, shares: np.ndarray) -> np.ndarray:
    """Compute the log of every scale from totals and shares."""
    log_scales = np.empty(scales.total.shape[0])
    for s in range(log_scales.shape[0]):
        log_scales[s] = theta[scales.total[s]]
        if scales.share[s] >= 0:
            log_scales[s] += shares[scales.share[s], LOG_LASTING if scales.lasts[s] else LOG_NEW]
    return log_scales


@numba.njit(cache=True, nogil=True, error_model="numpy")
def add_hyperpriors(theta: np.ndarray, gradient: np.ndarray, scales: ScaleArrays, shares: np.ndarray) -> float:
    """Add priors of totals and standard normal priors of the scores of shares."""
    total = 0.0
    totals = scales.prior_scale.shape[0]
    for at in range(totals):
        total += add_spread_prior(theta, gradient, at, scales.prior_scale[at], scales.prior_shape[at])
    for at in range(totals, totals + shares.shape[0]):
        total -= 0.5 * theta[at] * theta[at]
        gradient[at] -= theta[at]
    return total


@numba.njit(cache=True, nogil=True, error_model="numpy")
def pull_back_scales(gradient: np.ndarray, in_scales: np.ndarray, scales: ScaleArrays, shares: np.ndarray) -> None:
    """Chain rule: from derivatives in the logs of scales to the gradient in totals and scores of shares."""
    totals = scales.prior_scale.shape[0]
    for s in range(in_scales.shape[0]):
        gradient[scales.total[s]] += in_scales[s]
        if scales.share[s] >= 0:
            slope = shares[scales.share[s], IN_LASTING if scales.lasts[s] else IN_NEW]
            gradient[totals + scales.share[s]] += slope * in_scales[s]


@numba.njit(cache=True, nogil=True, error_model="numpy")
def scale_of(block: np.ndarray, group: int) -> int:
    """Look up which scale the values of one group of a block have."""
    return block[SDS] + (group // block[SD_EACH] if block[SD_EACH] else 0)


@numba.njit(cache=True, nogil=True, error_model="numpy")
def locate(log_scales: np.ndarray, effects: EffectTable, block: np.ndarray, group: int) -> tuple[float, int, int, int]:
    """Locate one group of a block: the scale of its values, its first free parameter, how many, and its first value."""
    free = block[WIDTH] - block[ZERO_SUM]
    direct = effects.centred[block[CENTRED] + group] or block[POOLED] == 0
    scale = 1.0 if direct else math.exp(log_scales[scale_of(block, group)])
    return scale, block[FREE] + group * free, free, block[VALUES] + group * block[WIDTH]


@numba.njit(cache=True, nogil=True, error_model="numpy")
def fill_values(theta: np.ndarray, log_scales: np.ndarray, effects: EffectTable, values: np.ndarray) -> None:
    """Compute the values of every part from free parameters: non-centred ones are scaled, zero-sum ones projected."""
    for block in effects.rows:
        width, zero = block[WIDTH], block[ZERO_SUM]
        for g in range(block[GROUPS]):
            scale, start, free, out = locate(log_scales, effects, block, g)
            if block[HEAVY]:
                for j in range(free):
                    values[out + j] = scale * to_heavy(theta[start + j])[0]
                continue
            total = 0.0
            for j in range(free):
                total += theta[start + j]
            shift = total / (math.sqrt(width) + width) if zero else 0.0
            for j in range(free):
                values[out + j] = scale * (theta[start + j] - shift)
            if zero:
                values[out + free] = -scale * total / math.sqrt(width)


@numba.njit(cache=True, nogil=True, error_model="numpy")
def add_priors(
    theta: np.ndarray, log_scales: np.ndarray, gradient: np.ndarray, in_scales: np.ndarray, effects: EffectTable
) -> float:
    """Add the log prior of the values of every part, and its gradient, constants left out."""
    log_prior = 0.0
    blocks, centred, priors = effects.rows, effects.centred, effects.priors
    for b in range(blocks.shape[0]):
        block = blocks[b]
        free = block[WIDTH] - block[ZERO_SUM]
        for g in range(block[GROUPS]):
            direct = block[POOLED] and centred[block[CENTRED] + g]
            at = scale_of(block, g)
            scale = math.exp(log_scales[at]) if direct else (1.0 if block[POOLED] else priors[b, 1])
            centre = 0.0 if block[POOLED] else priors[b, 0]
            total = 0.0
            for j in range(block[FREE] + g * free, block[FREE] + (g + 1) * free):
                distance = (theta[j] - centre) / scale
                total += distance * distance
                gradient[j] -= distance / scale
            log_prior -= 0.5 * total
            if direct:
                log_prior -= free * log_scales[at]
                in_scales[at] += total - free
    return log_prior


@numba.njit(cache=True, nogil=True, error_model="numpy")
def add_spread_prior(theta: np.ndarray, gradient: np.ndarray, at: int, scale: float, shape: float) -> float:
    """Add the prior of a standard deviation on the exponential of one parameter, with its Jacobian."""
    ratio = math.exp(theta[at]) / scale
    if shape == EXPONENTIAL:
        gradient[at] += 1.0 - ratio
        return theta[at] - ratio
    square = ratio**2
    if shape == math.inf:
        gradient[at] += 1.0 - square
        return theta[at] - 0.5 * square
    gradient[at] += 1.0 - (shape + 1.0) * square / (shape + square)
    return theta[at] - 0.5 * (shape + 1.0) * math.log1p(square / shape)


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
    theta: np.ndarray,
    log_scales: np.ndarray,
    effects: EffectTable,
    values: np.ndarray,
    slopes: np.ndarray,
    into: tuple[np.ndarray, np.ndarray],
) -> None:
    """Chain rule: from derivatives in the values of effects to the gradient in free parameters and log scales."""
    gradient, in_scales = into
    for block in effects.rows:
        width, zero = block[WIDTH], block[ZERO_SUM]
        for g in range(block[GROUPS]):
            scale, start, free, out = locate(log_scales, effects, block, g)
            total = 0.0
            along = 0.0
            for j in range(free):
                total += slopes[out + j]
            for j in range(width):
                along += slopes[out + j] * values[out + j]
            shift = total / (math.sqrt(width) + width) + slopes[out + width - 1] / math.sqrt(width) if zero else 0.0
            for j in range(free):
                steep = to_heavy(theta[start + j])[1] if block[HEAVY] else 1.0
                gradient[start + j] += scale * steep * (slopes[out + j] - shift)
            if block[POOLED] and not effects.centred[block[CENTRED] + g]:
                in_scales[scale_of(block, g)] += along


@numba.njit(cache=True, nogil=True, error_model="numpy")
def add_counts(
    values: np.ndarray, slopes: np.ndarray, log_scales: np.ndarray, in_scales: np.ndarray, cells: CellTable
) -> float:
    """Add the log likelihood of the counts, and its derivatives in the values of effects and in log scales."""
    total = 0.0
    places, weights, index = cells.places, cells.weights, cells.overdispersion_index
    low, high = cells.bounds[0], cells.bounds[1]
    for c in range(low.shape[0]):
        log_mean = cells.log_expected[c]
        for k in range(places.shape[0]):
            log_mean += weights[k, c] * values[places[k, c]]
        log_overdispersion = log_scales[index[c]] if index[c] >= 0 else -np.inf
        if low[c] == high[c]:
            value, slope, in_overdispersion = cell_likelihood(low[c], log_mean, log_overdispersion)
        else:
            terms = interval_terms(low[c], high[c], log_mean, math.exp(2.0 * log_overdispersion))
            value, slope, in_overdispersion = terms.value, terms.score, terms.in_value
        total += value
        for k in range(places.shape[0]):
            slopes[places[k, c]] += weights[k, c] * slope
        if index[c] >= 0:
            in_scales[index[c]] += in_overdispersion
    return total


@numba.njit(cache=True, nogil=True, error_model="numpy")
def log_density(
    theta: np.ndarray,
    shares: np.ndarray,
    scales: ScaleArrays,
    effects: EffectTable,
    cells: CellTable,
    need: NeedTable,
) -> tuple[float, np.ndarray]:
    """Log posterior density of free parameters, up to a constant, and its gradient."""
    log_scales = fill_log_scales(theta, scales, shares)
    gradient, in_scales = np.zeros(theta.shape[0]), np.zeros(log_scales.shape[0])
    values, slopes = np.empty(effects.size), np.zeros(effects.size)
    fill_values(theta, log_scales, effects, values)
    total = add_hyperpriors(theta, gradient, scales, shares)
    total += add_priors(theta, log_scales, gradient, in_scales, effects)
    total += add_counts(values, slopes, log_scales, in_scales, cells)
    total += add_need_measurement(values, slopes, need)
    pull_back(theta, log_scales, effects, values, slopes, (gradient, in_scales))
    pull_back_scales(gradient, in_scales, scales, shares)
    return total, gradient
