"""One pass over time for each series: the compiled arithmetic under `ar1_precision`.

Arrays have points (sets of hyperparameters) first, then series, and time last; features are (series,
time, feature). Results are put into the arrays that are given; what is said to be added needs zeros.
"""

from __future__ import annotations

import numba
import numpy as np


@numba.njit(cache=True, nogil=True, error_model="numpy")
def factorise(diagonal: np.ndarray, off_diagonal: np.ndarray, pivot: np.ndarray, ratio: np.ndarray) -> None:
    """Factorise tridiagonal matrices; `pivot` comes with the weights that are added to the diagonal."""
    for p in range(pivot.shape[0]):
        for s in range(pivot.shape[1]):
            pivot[p, s, 0] += diagonal[p, 0]
            for t in range(1, pivot.shape[2]):
                ratio[p, s, t - 1] = off_diagonal[p, t - 1] / pivot[p, s, t - 1]
                pivot[p, s, t] += diagonal[p, t] - ratio[p, s, t - 1] * off_diagonal[p, t - 1]


@numba.njit(cache=True, nogil=True, error_model="numpy")
def solve(pivot: np.ndarray, ratio: np.ndarray, columns: np.ndarray) -> None:
    """Solve for the columns of one series in place; shape (time, column)."""
    periods, size = columns.shape
    for t in range(1, periods):
        link = ratio[t - 1]
        for k in range(size):
            columns[t, k] -= link * columns[t - 1, k]
    scale = 1.0 / pivot[periods - 1]
    for k in range(size):
        columns[periods - 1, k] *= scale
    for t in range(periods - 2, -1, -1):
        link, scale = ratio[t], 1.0 / pivot[t]
        for k in range(size):
            columns[t, k] = columns[t, k] * scale - link * columns[t + 1, k]


@numba.njit(cache=True, nogil=True, error_model="numpy")
def solve_each(pivot: np.ndarray, ratio: np.ndarray, right: np.ndarray) -> None:
    """Solve for one right-hand side of each series in place; shape (point, series, time)."""
    for p in range(right.shape[0]):
        for s in range(right.shape[1]):
            solve(pivot[p, s], ratio[p, s], right[p, s].reshape(-1, 1))


@numba.njit(cache=True, nogil=True, error_model="numpy")
def sample(pivot: np.ndarray, ratio: np.ndarray, standard: np.ndarray) -> None:
    """Turn standard normal numbers into draws in place; shape (point, series, time)."""
    last = standard.shape[2] - 1
    for p in range(standard.shape[0]):
        for s in range(standard.shape[1]):
            standard[p, s, last] /= np.sqrt(pivot[p, s, last])
            for t in range(last - 1, -1, -1):
                standard[p, s, t] = standard[p, s, t] / np.sqrt(pivot[p, s, t]) - ratio[p, s, t] * standard[p, s, t + 1]


@numba.njit(cache=True, nogil=True, error_model="numpy")
def eliminate(
    pivot: np.ndarray, ratio: np.ndarray, weight: np.ndarray, features: np.ndarray, prior: np.ndarray,
    starts: np.ndarray, feature: np.ndarray, coefficient: np.ndarray, part: np.ndarray,
    inverse: np.ndarray, gain: np.ndarray, cross: np.ndarray, precision: np.ndarray,
) -> None:  # fmt: skip
    """Eliminate the noise of each series and its own coefficients, and add up the precision of shared ones.

    Values of shared noise are the last coefficients; what own coefficients take of them is not taken
    away, since one product of `cross` and `gain` does so for all series.
    """
    points, series, periods = weight.shape
    size, shared, own = features.shape[2], precision.shape[1] - cross.shape[3], len(prior)
    columns, row, table = np.empty((periods, size)), np.empty(periods), np.empty((size, size + cross.shape[3]))
    for p in range(points):
        for s in range(series):
            _reduce_features(pivot[p, s], ratio[p, s], weight[p, s], features[s], columns, table)
            if cross.shape[3]:
                _add_moments(pivot[p, s], ratio[p, s], weight[p, s], row, precision[p, shared:, shared:])
                cross[p, s] = table[:own, size:]
            _eliminate_own(table, prior, inverse[p, s], gain[p, s])
            at = slice(starts[s], starts[s + 1])
            _add_to_shared(table[own:, own:], feature[at], coefficient[at], part[at], precision[p])
        for i in range(shared, precision.shape[1]):
            precision[p, i, :i] = precision[p, :i, i]


@numba.njit(cache=True, nogil=True, error_model="numpy")
def _reduce_features(
    pivot: np.ndarray, ratio: np.ndarray, weight: np.ndarray, features: np.ndarray, columns: np.ndarray,
    table: np.ndarray,
) -> None:  # fmt: skip
    """Give what the noise of a series leaves of the precision of features, and of what ties them to shared noise."""
    periods, size = features.shape
    _less_noise(pivot, ratio, weight, features, columns)
    table[:, :] = 0.0
    for t in range(periods):
        for k in range(size):
            value = weight[t] * columns[t, k]
            for j in range(size):
                table[k, j] += value * features[t, j]
            if table.shape[1] > size:
                table[k, size + t] = value


@numba.njit(cache=True, nogil=True, error_model="numpy")
def _add_moments(pivot: np.ndarray, ratio: np.ndarray, weight: np.ndarray, row: np.ndarray, among: np.ndarray) -> None:
    """Add weights less what the noise takes of them, above the diagonal; row by row of the inverse, from the last."""
    own = 0.0
    for i in range(len(pivot) - 1, -1, -1):
        after, into, link = row[i + 1 :], among[i, i + 1 :], -ratio[i] if i < len(ratio) else 0.0
        own = 1.0 / pivot[i] + link**2 * own
        row[i] = own * weight[i]
        among[i, i] += weight[i] - weight[i] * row[i]
        for j in range(len(after)):
            after[j] *= link
            into[j] -= weight[i] * after[j]


@numba.njit(cache=True, nogil=True, error_model="numpy")
def _eliminate_own(table: np.ndarray, prior: np.ndarray, inverse: np.ndarray, gain: np.ndarray) -> None:
    """Eliminate the first features of one series; what is left of the others changes in place."""
    own = len(prior)
    for k in range(own):
        for j in range(own):
            inverse[k, j] = table[k, j]
        inverse[k, k] += prior[k]
    _invert(inverse)
    for k in range(own):
        for j in range(own):
            for m in range(gain.shape[1]):
                gain[k, m] -= inverse[k, j] * table[j, own + m]
    for k in range(own, len(table)):
        for j in range(own):
            for m in range(gain.shape[1]):
                table[k, own + m] += table[k, j] * gain[j, m]


@numba.njit(cache=True, nogil=True, error_model="numpy")
def _invert(matrix: np.ndarray) -> None:
    """Invert a small positive definite matrix in place."""
    size = len(matrix)
    for k in range(size):
        pivot = 1.0 / matrix[k, k]
        matrix[k, k] = 1.0
        for j in range(size):
            matrix[k, j] *= pivot
        for i in range(size):
            if i != k:
                factor = matrix[i, k]
                matrix[i, k] = 0.0
                for j in range(size):
                    matrix[i, j] -= factor * matrix[k, j]


@numba.njit(cache=True, nogil=True, error_model="numpy")
def _add_to_shared(
    table: np.ndarray, feature: np.ndarray, coefficient: np.ndarray, part: np.ndarray, precision: np.ndarray
) -> None:
    """Add what one series says about shared coefficients, some parts of which make its features."""
    size = len(table)
    shared = len(precision) - (table.shape[1] - size)
    for a in range(len(part)):
        for b in range(len(part)):
            precision[coefficient[a], coefficient[b]] += part[a] * part[b] * table[feature[a], feature[b]]
        for t in range(table.shape[1] - size):
            precision[coefficient[a], shared + t] += part[a] * table[feature[a], size + t]


@numba.njit(cache=True, nogil=True, error_model="numpy")
def variance(
    pivot: np.ndarray, ratio: np.ndarray, weight: np.ndarray, features: np.ndarray, covariance: np.ndarray,
    mixed: np.ndarray, common: np.ndarray, found: np.ndarray,
) -> None:  # fmt: skip
    """Give the variance of log means: of the noise, of coefficients, and, where it has any, of shared noise."""
    points, series, periods = weight.shape
    size, shared = features.shape[2], common.shape[1] > 0
    left, across = np.empty((periods, size)), np.zeros((periods, size))
    both, row = np.empty((periods, periods if shared else 0)), np.empty(periods)
    for p in range(points):
        for s in range(series):
            _add_own(pivot[p, s], ratio[p, s], found[p, s])
            _less_noise(pivot[p, s], ratio[p, s], weight[p, s], features[s], left)
            if shared:
                _less_noise(pivot[p, s], ratio[p, s], weight[p, s], mixed[p, s].T, across)
                _add_shared(pivot[p, s], ratio[p, s], weight[p, s], common[p], both, row, found[p, s])
            _add_features(left, covariance[p, s], across, found[p, s])


@numba.njit(cache=True, nogil=True, error_model="numpy")
def _add_own(pivot: np.ndarray, ratio: np.ndarray, found: np.ndarray) -> None:
    """Give the variance of the noise of one series."""
    last = len(pivot) - 1
    found[last] = 1.0 / pivot[last]
    for t in range(last - 1, -1, -1):
        found[t] = 1.0 / pivot[t] + ratio[t] ** 2 * found[t + 1]


@numba.njit(cache=True, nogil=True, error_model="numpy")
def _less_noise(
    pivot: np.ndarray, ratio: np.ndarray, weight: np.ndarray, columns: np.ndarray, left: np.ndarray
) -> None:
    """Give what is left of columns when the noise has answered to them; shape (time, column)."""
    periods, size = columns.shape
    for t in range(periods):
        for k in range(size):
            left[t, k] = weight[t] * columns[t, k]
    solve(pivot, ratio, left)
    for t in range(periods):
        for k in range(size):
            left[t, k] = columns[t, k] - left[t, k]


@numba.njit(cache=True, nogil=True, error_model="numpy")
def _add_features(left: np.ndarray, covariance: np.ndarray, across: np.ndarray, found: np.ndarray) -> None:
    """Add the variance of coefficients, and twice their covariance with shared noise."""
    for t in range(len(found)):
        for k in range(left.shape[1]):
            found[t] += 2.0 * left[t, k] * across[t, k]
            for j in range(left.shape[1]):
                found[t] += left[t, k] * covariance[k, j] * left[t, j]


@numba.njit(cache=True, nogil=True, error_model="numpy")
def _add_shared(
    pivot: np.ndarray, ratio: np.ndarray, weight: np.ndarray, common: np.ndarray, both: np.ndarray, row: np.ndarray,
    found: np.ndarray,
) -> None:  # fmt: skip
    """Add the variance of shared noise, less what the series' own noise takes of it."""
    periods = len(pivot)
    _less_noise(pivot, ratio, weight, common, both)
    _add_own(pivot, ratio, row)
    for i in range(periods):
        inverse = row[i]
        found[i] += both[i, i] - both[i, i] * weight[i] * inverse
        for j in range(i - 1, -1, -1):
            inverse *= -ratio[j]
            found[i] -= both[i, j] * weight[j] * inverse
            found[j] -= both[j, i] * weight[i] * inverse
