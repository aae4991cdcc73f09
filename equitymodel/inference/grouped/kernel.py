"""The log density of a specification and its gradient, as one compiled function.

The same function serves every specification and every size of data, so it is compiled once
for a machine, in seconds, and never again. Tests hold it against the PyMC model of the same
specification, value and gradient.
"""

from __future__ import annotations

import math

import numba
import numpy as np

# One row a block of values; see `layout`.
POOLED, ZERO_SUM, CENTRED, GROUPS, WIDTH, FREE, VALUES, SDS, SD_EACH = range(9)
LARGE = 1e100
"""Sums of relative probabilities are scaled down by this before they overflow."""
NEARLY_POISSON = 1e7
"""Beyond this size of the negative binomial, its first-order expansion is exact to rounding."""


@numba.njit(cache=True, nogil=True, error_model="numpy")
def digamma(x: float) -> float:
    """Give the derivative of the log gamma function, for x > 0."""
    result = 0.0
    while x < 8.0:
        result -= 1.0 / x
        x += 1.0
    square = 1.0 / (x * x)
    series = square * (1 / 12 - square * (1 / 120 - square * (1 / 252 - square * (1 / 240 - square / 132))))
    return result + math.log(x) - 0.5 / x - series


@numba.njit(cache=True, nogil=True, error_model="numpy")
def sd_at(theta: np.ndarray, block: np.ndarray, group: int) -> float:
    """Give the standard deviation of one group of a block; 1 where it is not pooled."""
    if block[POOLED] == 0:
        return 1.0
    return math.exp(theta[block[SDS] + (group if block[SD_EACH] else 0)])


@numba.njit(cache=True, nogil=True, error_model="numpy")
def fill_values(theta: np.ndarray, blocks: np.ndarray, centred: np.ndarray, values: np.ndarray) -> None:
    """Turn free parameters into the values of every effect."""
    for b in range(blocks.shape[0]):
        block = blocks[b]
        width, zero = block[WIDTH], block[ZERO_SUM]
        free = width - zero
        for g in range(block[GROUPS]):
            scale = 1.0 if centred[block[CENTRED] + g] else sd_at(theta, block, g)
            start, out = block[FREE] + g * free, block[VALUES] + g * width
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
    theta: np.ndarray, gradient: np.ndarray, blocks: np.ndarray, centred: np.ndarray, priors: np.ndarray
) -> float:
    """Add the log prior of every block, and its gradient, constants left out."""
    log_prior = 0.0
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
                spread = block[SDS] + (g if block[SD_EACH] else 0)
                log_prior -= free * theta[spread]
                gradient[spread] += total - free
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
def cell_likelihood(count: float, log_mean: float, log_overdispersion: float) -> tuple[float, float, float]:
    """Give the log probability of a count, and its slopes in log mean and log variation."""
    mean = math.exp(log_mean)
    if log_overdispersion == -np.inf:
        return count * log_mean - mean, count - mean, 0.0
    size = math.exp(-2.0 * log_overdispersion)
    if size > NEARLY_POISSON:
        excess = 0.5 * ((count - mean) ** 2 - count) / size
        return count * log_mean - mean + excess, count - mean - (count - mean) * mean / size, 2.0 * excess
    total = size + mean
    log_share = math.log(size / total)
    value = math.lgamma(count + size) - math.lgamma(size) + size * log_share + count * (log_mean - math.log(total))
    in_size = digamma(count + size) - digamma(size) + log_share + (mean - count) / total
    return value, (count - mean) * size / total, -2.0 * size * in_size


@numba.njit(cache=True, nogil=True, error_model="numpy")
def interval_likelihood(
    low: float, high: float, log_mean: float, log_overdispersion: float
) -> tuple[float, float, float]:
    """Give the log probability that a count lies in an interval, and its slopes: a sum over its counts.

    Each term follows from the one before by a ratio, so that only the first needs gamma functions.
    """
    first, own, own_in_overdispersion = cell_likelihood(low, log_mean, log_overdispersion)
    first -= math.lgamma(low + 1.0)
    mean = math.exp(log_mean)
    poisson = log_overdispersion == -np.inf
    size = 0.0 if poisson else math.exp(-2.0 * log_overdispersion)
    step = 1.0 if poisson else size / (size + mean)
    weight, total, slope, in_overdispersion = 1.0, 1.0, own, own_in_overdispersion
    count = low
    while count < high:
        weight *= mean / (count + 1.0) * (1.0 if poisson else (size + count) / (size + mean))
        own += step
        if not poisson:
            own_in_overdispersion -= 2.0 * size * (mean - count) / ((count + size) * (size + mean))
        count += 1.0
        total += weight
        slope += weight * own
        in_overdispersion += weight * own_in_overdispersion
        if total > LARGE:
            weight, total, slope, in_overdispersion = (
                weight / LARGE,
                total / LARGE,
                slope / LARGE,
                in_overdispersion / LARGE,
            )
            first += math.log(LARGE)
    return first + math.log(total), slope / total, in_overdispersion / total


@numba.njit(cache=True, nogil=True, error_model="numpy")
def add_need_measurement(
    values: np.ndarray, slopes: np.ndarray, places: np.ndarray, reported: np.ndarray, precision: np.ndarray
) -> float:
    """Add the log probability of the need that was stated, given the true need, and its slopes."""
    total = 0.0
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
    gradient: np.ndarray,
    blocks: np.ndarray,
    centred: np.ndarray,
    values: np.ndarray,
    slopes: np.ndarray,
) -> None:
    """Carry slopes in the values of effects back to the free parameters."""
    for b in range(blocks.shape[0]):
        block = blocks[b]
        width, zero = block[WIDTH], block[ZERO_SUM]
        free = width - zero
        for g in range(block[GROUPS]):
            scale = 1.0 if centred[block[CENTRED] + g] else sd_at(theta, block, g)
            start, out = block[FREE] + g * free, block[VALUES] + g * width
            total = 0.0
            along = 0.0
            for j in range(free):
                total += slopes[out + j]
            for j in range(width):
                along += slopes[out + j] * values[out + j]
            shift = total / (math.sqrt(width) + width) + slopes[out + width - 1] / math.sqrt(width) if zero else 0.0
            for j in range(free):
                gradient[start + j] += scale * (slopes[out + j] - shift)
            if block[POOLED] and not centred[block[CENTRED] + g]:
                gradient[block[SDS] + (g if block[SD_EACH] else 0)] += along


@numba.njit(cache=True, nogil=True, error_model="numpy")
def log_density(
    theta: np.ndarray,
    blocks: np.ndarray,
    centred: np.ndarray,
    priors: np.ndarray,
    places: np.ndarray,
    weights: np.ndarray,
    low: np.ndarray,
    high: np.ndarray,
    log_expected: np.ndarray,
    overdispersion_index: np.ndarray,
    overdispersion_sd: float,
    size: int,
    need_places: np.ndarray,
    need_reported: np.ndarray,
    need_precision: np.ndarray,
) -> tuple[float, np.ndarray]:
    """Give the log posterior density of free parameters, up to a constant, and its gradient."""
    gradient = np.zeros(theta.shape[0])
    values, slopes = np.empty(size), np.zeros(size)
    fill_values(theta, blocks, centred, values)
    total = add_priors(theta, gradient, blocks, centred, priors)
    if overdispersion_sd > 0:
        for at in range(overdispersion_index.min(), overdispersion_index.max() + 1):
            total += add_half_normal(theta, gradient, at, overdispersion_sd)
    for c in range(low.shape[0]):
        log_mean = log_expected[c]
        for k in range(places.shape[0]):
            log_mean += weights[k, c] * values[places[k, c]]
        log_overdispersion = theta[overdispersion_index[c]] if overdispersion_sd > 0 else -np.inf
        if low[c] == high[c]:
            value, slope, in_overdispersion = cell_likelihood(low[c], log_mean, log_overdispersion)
        else:
            value, slope, in_overdispersion = interval_likelihood(low[c], high[c], log_mean, log_overdispersion)
        total += value
        for k in range(places.shape[0]):
            slopes[places[k, c]] += weights[k, c] * slope
        if overdispersion_sd > 0:
            gradient[overdispersion_index[c]] += in_overdispersion
    total += add_need_measurement(values, slopes, need_places, need_reported, need_precision)
    pull_back(theta, gradient, blocks, centred, values, slopes)
    return total, gradient
