"""Tridiagonal factorisation, solution, sampling and Schur complements for AR(1) noise, compiled.

Arrays have points (sets of hyperparameters) first, then series, and time last; features are (series,
time, feature). Results are written into the arrays given last; what is added to must hold zeros.
"""

from __future__ import annotations

from typing import NamedTuple

import numba
import numpy as np


class TridiagonalFactor(NamedTuple):
    """The factor L D L' of Q + W: an AR(1) precision Q with weights W added to its diagonal.

    Attributes
    ----------
    weight
        W; shape (point, series, time), or (time,) for one series.
    pivot
        D; same shape.
    ratio
        The entries of L below the diagonal, one fewer.
    """

    weight: np.ndarray
    pivot: np.ndarray
    ratio: np.ndarray


class Loadings(NamedTuple):
    """The loadings of features on shared coefficients that are not zero, ordered by series.

    Attributes
    ----------
    starts
        Where the loadings of each series begin, and where the last ones end.
    feature, coefficient
        Row and column of each loading.
    loading
        Its value.
    """

    starts: np.ndarray
    feature: np.ndarray
    coefficient: np.ndarray
    loading: np.ndarray


class Complements(NamedTuple):
    """Where `eliminate` writes the Schur complements.

    Attributes
    ----------
    own_covariance
        Inverse of the complement for own coefficients; shape (point, series, own, own).
    gain
        Minus this inverse times their coupling to the rest; shape (point, series, own, other feature + time).
    coupling
        Coupling of own coefficients to shared noise; shape (point, series, own, time), no time without it.
    precision
        Complement for shared coefficients and shared noise; shape (point, coefficient + time, same).
    """

    own_covariance: np.ndarray
    gain: np.ndarray
    coupling: np.ndarray
    precision: np.ndarray


class CoefficientCovariance(NamedTuple):
    """Covariance of everything but the noise of each series.

    Attributes
    ----------
    features
        Of the coefficients of each series; shape (point, series, feature, feature).
    mixed
        Of these and shared noise; shape (point, series, feature, time), no time without shared noise.
    common
        Of shared noise; shape (point, time, time).
    """

    features: np.ndarray
    mixed: np.ndarray
    common: np.ndarray


@numba.njit(cache=True, nogil=True, error_model="numpy")
def factorise(diagonal: np.ndarray, off_diagonal: np.ndarray, pivot: np.ndarray, ratio: np.ndarray) -> None:
    """Factorise tridiagonal matrices as L D L'; `pivot` holds the weights to add to the diagonal."""
    for p in range(pivot.shape[0]):
        for s in range(pivot.shape[1]):
            pivot[p, s, 0] += diagonal[p, 0]
            for t in range(1, pivot.shape[2]):
                ratio[p, s, t - 1] = off_diagonal[p, t - 1] / pivot[p, s, t - 1]
                pivot[p, s, t] += diagonal[p, t] - ratio[p, s, t - 1] * off_diagonal[p, t - 1]


@numba.njit(cache=True, nogil=True, error_model="numpy")
def solve(pivot: np.ndarray, ratio: np.ndarray, columns: np.ndarray) -> None:
    """Solve L D L' x = b for many right-hand sides b of one series, in place; shape (time, column)."""
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
    """Solve L D L' x = b for one right-hand side a series, in place; shape (point, series, time)."""
    for p in range(right.shape[0]):
        for s in range(right.shape[1]):
            solve(pivot[p, s], ratio[p, s], right[p, s].reshape(-1, 1))


@numba.njit(cache=True, nogil=True, error_model="numpy")
def sample(pivot: np.ndarray, ratio: np.ndarray, standard: np.ndarray) -> None:
    """Turn standard normal numbers z into draws L'^-1 D^-1/2 z, in place; shape (point, series, time)."""
    last = standard.shape[2] - 1
    for p in range(standard.shape[0]):
        for s in range(standard.shape[1]):
            standard[p, s, last] /= np.sqrt(pivot[p, s, last])
            for t in range(last - 1, -1, -1):
                standard[p, s, t] = standard[p, s, t] / np.sqrt(pivot[p, s, t]) - ratio[p, s, t] * standard[p, s, t + 1]


@numba.njit(cache=True, nogil=True, error_model="numpy")
def eliminate(
    factor: TridiagonalFactor, features: np.ndarray, own_prior: np.ndarray, loadings: Loadings, into: Complements
) -> np.ndarray:
    """Compute Schur complements: of the AR(1) block for the coefficients, then of own for shared coefficients.

    Values of shared noise come last among the shared coefficients. For these the complement of own
    coefficients is left to the caller: one matrix product of coupling and gain over all series. Give the log
    determinant of the complement for own coefficients; shape (point, series).
    """
    weight, coupling, precision = factor.weight, into.coupling, into.precision
    points, series, periods = weight.shape
    size, shared, own = features.shape[2], precision.shape[1] - coupling.shape[3], own_prior.shape[1]
    weighted, among, row = np.empty((periods, size)), np.empty((size, size)), np.empty(periods)
    work, log_determinant = _own_work(size, own, coupling.shape[3]), np.empty((points, series))
    for p in range(points):
        for s in range(series):
            one = TridiagonalFactor(weight[p, s], factor.pivot[p, s], factor.ratio[p, s])
            _weigh_projected(one, features[s], weighted)
            np.dot(features[s].T, weighted, among)
            if coupling.shape[3]:
                _add_reduced_weights(one, row, precision[p, shared:, shared:])
            _lay_out(among, weighted, work)
            if coupling.shape[3]:
                coupling[p, s] = work.border[:, size - own :]
            log_determinant[p, s] = _eliminate_own(work, own_prior[p], into.own_covariance[p, s], into.gain[p, s])
            at = slice(loadings.starts[s], loadings.starts[s + 1])
            _add_to_shared(
                work.rest, loadings.feature[at], loadings.coefficient[at], loadings.loading[at], precision[p]
            )
        for i in range(shared, precision.shape[1]):
            precision[p, i, :i] = precision[p, :i, i]
    return log_determinant


@numba.njit(cache=True, nogil=True, error_model="numpy")
def _weigh_projected(factor: TridiagonalFactor, features: np.ndarray, weighted: np.ndarray) -> None:
    """Compute (W - W P^-1 W)F with P = Q + W, the AR(1) block of one series eliminated; shape (time, feature)."""
    weight, pivot, ratio, (periods, size) = factor.weight, factor.pivot, factor.ratio, features.shape
    for k in range(size):
        weighted[0, k] = weight[0] * features[0, k]
    for t in range(1, periods):
        for k in range(size):
            weighted[t, k] = weight[t] * features[t, k] - ratio[t - 1] * weighted[t - 1, k]
    for k in range(size):
        weighted[periods - 1, k] /= pivot[periods - 1]
    for t in range(periods - 2, -1, -1):
        link, scale, heavy = ratio[t], 1.0 / pivot[t], weight[t + 1]
        for k in range(size):
            solved = weighted[t + 1, k]
            weighted[t, k] = weighted[t, k] * scale - link * solved
            weighted[t + 1, k] = heavy * (features[t + 1, k] - solved)
    for k in range(size):
        weighted[0, k] = weight[0] * (features[0, k] - weighted[0, k])


@numba.njit(cache=True, nogil=True, error_model="numpy")
def _add_reduced_weights(factor: TridiagonalFactor, row: np.ndarray, among: np.ndarray) -> None:
    """Add W - W P^-1 W of one series above the diagonal; rows of the inverse follow one another from the last."""
    weight, pivot, ratio = factor.weight, factor.pivot, factor.ratio
    own = 0.0
    for i in range(len(pivot) - 1, -1, -1):
        after, into, link = row[i + 1 :], among[i, i + 1 :], -ratio[i] if i < len(ratio) else 0.0
        own = 1.0 / pivot[i] + link**2 * own
        row[i] = own * weight[i]
        among[i, i] += weight[i] - weight[i] * row[i]
        for j in range(len(after)):
            after[j] *= link
            into[j] -= weight[i] * after[j]


class OwnWork(NamedTuple):
    """Room for the elimination of the own coefficients of one series; columns of shared noise come last.

    Attributes
    ----------
    inner
        Own by own; later minus the inverse.
    border
        Own by others: other coefficients, then shared noise.
    across
        Other coefficients by own.
    rest
        Other coefficients by others; later their complement.
    product
        Of the same shape.
    """

    inner: np.ndarray
    border: np.ndarray
    across: np.ndarray
    rest: np.ndarray
    product: np.ndarray


@numba.njit(cache=True, nogil=True, error_model="numpy")
def _own_work(size: int, own: int, common: int) -> OwnWork:
    others = size - own
    wide = others + common
    return OwnWork(
        np.empty((own, own)), np.empty((own, wide)), np.empty((others, own)), np.empty((others, wide)),
        np.empty((others, wide)),
    )  # fmt: skip


@numba.njit(cache=True, nogil=True, error_model="numpy")
def _lay_out(among: np.ndarray, weighted: np.ndarray, work: OwnWork) -> None:
    """Cut the precision of the coefficients of one series, and its coupling to shared noise, into contiguous blocks."""
    own, others = len(work.inner), len(work.across)
    work.inner[:, :], work.across[:, :] = among[:own, :own], among[own:, :own]
    work.border[:, :others], work.rest[:, :others] = among[:own, own:], among[own:, own:]
    if work.border.shape[1] > others:
        work.border[:, others:], work.rest[:, others:] = weighted[:, :own].T, weighted[:, own:].T


@numba.njit(cache=True, nogil=True, error_model="numpy")
def _eliminate_own(work: OwnWork, prior: np.ndarray, covariance: np.ndarray, gain: np.ndarray) -> float:
    """Eliminate the own coefficients of one series: log determinant; the complement of others is left in `rest`."""
    for k in range(len(prior)):
        work.inner[k, k] += prior[k]
    log_determinant = _invert(work.inner)
    covariance[:, :] = work.inner
    for k in range(len(prior)):
        for j in range(len(prior)):
            work.inner[k, j] = -work.inner[k, j]
    np.dot(work.inner, work.border, gain)
    np.dot(work.across, gain, work.product)
    for k in range(len(work.rest)):
        for m in range(work.rest.shape[1]):
            work.rest[k, m] += work.product[k, m]
    return log_determinant


@numba.njit(cache=True, nogil=True, error_model="numpy")
def _invert(matrix: np.ndarray) -> float:
    """Invert a small positive definite matrix in place, and give the logarithm of its determinant."""
    size, log_determinant = len(matrix), 0.0
    for k in range(size):
        log_determinant += np.log(matrix[k, k])
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
    return log_determinant


@numba.njit(cache=True, nogil=True, error_model="numpy")
def _add_to_shared(
    table: np.ndarray, feature: np.ndarray, coefficient: np.ndarray, loading: np.ndarray, precision: np.ndarray
) -> None:
    """Add the precision of one series to that of shared coefficients: B' T B with B its loadings."""
    size = len(table)
    shared = len(precision) - (table.shape[1] - size)
    for a in range(len(loading)):
        for b in range(len(loading)):
            precision[coefficient[a], coefficient[b]] += loading[a] * loading[b] * table[feature[a], feature[b]]
        for t in range(table.shape[1] - size):
            precision[coefficient[a], shared + t] += loading[a] * table[feature[a], size + t]


@numba.njit(cache=True, nogil=True, error_model="numpy")
def variance(
    factor: TridiagonalFactor, features: np.ndarray, covariance: CoefficientCovariance, into: np.ndarray
) -> None:
    """Compute the variance of each log mean: of AR(1) noise, of coefficients, and of shared noise if there is any."""
    points, series, periods = factor.weight.shape
    size, shared = features.shape[2], covariance.common.shape[1] > 0
    left, across = np.empty((periods, size)), np.zeros((periods, size))
    both, row = np.empty((periods, periods if shared else 0)), np.empty(periods)
    for p in range(points):
        for s in range(series):
            one = TridiagonalFactor(factor.weight[p, s], factor.pivot[p, s], factor.ratio[p, s])
            _inverse_diagonal(one.pivot, one.ratio, into[p, s])
            _project_out(one, features[s], left)
            if shared:
                _project_out(one, covariance.mixed[p, s].T, across)
                _add_shared_noise(one, covariance.common[p], both, row, into[p, s])
            _add_coefficients(left, covariance.features[p, s], across, into[p, s])


@numba.njit(cache=True, nogil=True, error_model="numpy")
def _inverse_diagonal(pivot: np.ndarray, ratio: np.ndarray, into: np.ndarray) -> None:
    """Compute the diagonal of (L D L')^-1, the conditional variance of the noise of one series."""
    last = len(pivot) - 1
    into[last] = 1.0 / pivot[last]
    for t in range(last - 1, -1, -1):
        into[t] = 1.0 / pivot[t] + ratio[t] ** 2 * into[t + 1]


@numba.njit(cache=True, nogil=True, error_model="numpy")
def _project_out(factor: TridiagonalFactor, columns: np.ndarray, left: np.ndarray) -> None:
    """Compute (I - P^-1 W) X with P = Q + W: columns X, AR(1) noise of one series eliminated; shape (time, column)."""
    weight, (periods, size) = factor.weight, columns.shape
    for t in range(periods):
        for k in range(size):
            left[t, k] = weight[t] * columns[t, k]
    solve(factor.pivot, factor.ratio, left)
    for t in range(periods):
        for k in range(size):
            left[t, k] = columns[t, k] - left[t, k]


@numba.njit(cache=True, nogil=True, error_model="numpy")
def _add_coefficients(left: np.ndarray, covariance: np.ndarray, across: np.ndarray, into: np.ndarray) -> None:
    """Add the variance of coefficients, and twice their covariance with shared noise."""
    for t in range(len(into)):
        for k in range(left.shape[1]):
            into[t] += 2.0 * left[t, k] * across[t, k]
            for j in range(left.shape[1]):
                into[t] += left[t, k] * covariance[k, j] * left[t, j]


@numba.njit(cache=True, nogil=True, error_model="numpy")
def _add_shared_noise(
    factor: TridiagonalFactor, common: np.ndarray, both: np.ndarray, row: np.ndarray, into: np.ndarray
) -> None:
    """Add the diagonal of (I - P^-1 W) C (I - P^-1 W)' with C the covariance of shared noise."""
    weight, ratio = factor.weight, factor.ratio
    periods = len(factor.pivot)
    _project_out(factor, common, both)
    _inverse_diagonal(factor.pivot, ratio, row)
    for i in range(periods):
        inverse = row[i]
        into[i] += both[i, i] - both[i, i] * weight[i] * inverse
        for j in range(i - 1, -1, -1):
            inverse *= -ratio[j]
            into[i] -= both[i, j] * weight[j] * inverse
            into[j] -= both[j, i] * weight[i] * inverse
