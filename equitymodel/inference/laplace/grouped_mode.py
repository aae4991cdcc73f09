"""The most probable latent field given hyperparameters, and the Laplace marginal there."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from equitymodel.inference.laplace.block_elimination import Elimination, eliminate
from equitymodel.inference.laplace.grouped_latent import GroupedLatent
from equitymodel.inference.laplace.latent_blocks import BlockVector
from equitymodel.inference.likelihood.count_model import CountModel

NEWTON_TOLERANCE = 1e-6
"""A mode is found when one more Newton step would gain no more than half of this."""
UNCHECKED_STEP = 0.3
"""A full Newton step that changes no log mean by more than this needs no check."""
STEPS = 50
HALVINGS = 12


@dataclass(frozen=True)
class GroupedModes:
    """Modes of the latent field, one for each setting of the hyperparameters.

    Attributes
    ----------
    hyper
        Log spreads, then log extra variations; shape (batch, hyperparameter).
    latent
        The modes.
    log_mean, weight
        At every cell: log fitted count, and curvature of minus the log likelihood.
    precision
        Prior precision of every value.
    elimination
        The factorised curvature at the mode.
    found
        Whether Newton's method settled; shape (batch,).
    """

    field: GroupedLatent
    hyper: np.ndarray
    latent: BlockVector
    log_mean: np.ndarray
    weight: np.ndarray
    precision: BlockVector
    elimination: Elimination
    model: CountModel
    found: np.ndarray

    @cached_property
    def log_marginal(self) -> np.ndarray:
        """Laplace's log marginal likelihood of the hyperparameters; shape (batch,)."""
        likelihood = (self.model.log_probability(self.log_mean) + self.model.shape_constant())[:, 0]
        prior = log_prior(self.field, self.hyper, self.latent, self.precision)
        if self.field.need is not None:
            likelihood = likelihood + self.field.need.log_probability(self.field.coefficients(self.latent))[:, 0]
        return likelihood + prior - 0.5 * self.elimination.log_determinant


def count_model(field: GroupedLatent, hyper: np.ndarray) -> CountModel:
    """Give the count model of some hyperparameters."""
    log_overdispersion = field.log_overdispersion(hyper)
    squared = None if log_overdispersion is None else np.exp(2.0 * log_overdispersion)[None]
    return CountModel(field.low, field.exact, squared, field.censored)


def find_modes(field: GroupedLatent, hyper: np.ndarray, start: BlockVector) -> GroupedModes:
    """Find the modes of the latent field by Newton's method, all settings at once.

    Parameters
    ----------
    field
        From `lay_out_latent`.
    hyper
        Log spreads, then log extra variations; shape (batch, hyperparameter).
    start
        Where to begin; one for each setting, or one for all. Sums held at zero must be zero.

    Returns
    -------
    Modes
        With `found` false where the method did not settle.
    """
    model, precision = count_model(field, hyper), field.precision(hyper)
    latent = start.repeat(len(hyper))
    log_mean = field.log_expected + field.at_cells(field.coefficients(latent))
    for _ in range(STEPS):
        score, weight = model.slopes(log_mean)
        elimination = eliminate(field, field.curvature(weight), precision)
        right = _log_posterior_gradient(field, score, latent, precision)
        step = elimination.solve(right)
        gain = right.times(step).total()[:, 0]
        along = field.at_cells(field.coefficients(step))
        settled = gain < NEWTON_TOLERANCE
        size = np.ones(len(hyper))
        if np.abs(along).max() > UNCHECKED_STEP:
            size = _backtrack(field, model, precision, latent, step, log_mean, along)
        latent = latent.plus(step, size)
        log_mean = log_mean + size.reshape(-1, 1, 1, 1) * along
        if settled.all():
            break
    return GroupedModes(field, hyper, latent, log_mean, weight, precision, elimination, model, settled)


def _log_posterior_gradient(
    field: GroupedLatent, score: np.ndarray, latent: BlockVector, precision: BlockVector
) -> BlockVector:
    """Slope of the log posterior in every value."""
    shapes = field.to_shapes(score)
    if field.need is not None:
        shapes += field.need.score(field.coefficients(latent))
    return field.to_latent(shapes).plus(field.centred(latent).times(precision), -1.0)


def log_prior(field: GroupedLatent, hyper: np.ndarray, latent: BlockVector, precision: BlockVector) -> np.ndarray:
    """Give the log prior of a field, without the constants that Laplace's method cancels; shape (batch,)."""
    away = field.centred(latent)
    square = away.times(away).times(precision).total()[:, 0]
    return -0.5 * square - field.log_sds(hyper) @ field.degrees_of_freedom


def _backtrack(
    field: GroupedLatent,
    model: CountModel,
    precision: BlockVector,
    latent: BlockVector,
    step: BlockVector,
    log_mean: np.ndarray,
    along: np.ndarray,
) -> np.ndarray:
    """Halve the step of each batch until it does not lose; shape (batch,)."""

    def worth(size: np.ndarray) -> np.ndarray:
        away = field.centred(latent.plus(step, size))
        prior = -0.5 * away.times(away).times(precision).total()[:, 0]
        with np.errstate(over="ignore", invalid="ignore"):
            value = model.log_probability(log_mean + size.reshape(-1, 1, 1, 1) * along)[:, 0] + prior
        if field.need is not None:
            value += field.need.log_probability(field.coefficients(latent.plus(step, size)))[:, 0]
        return np.where(np.isfinite(value), value, -np.inf)

    size = np.ones(log_mean.shape[1])
    before = worth(size * 0.0)
    for _ in range(HALVINGS):
        worse = worth(size) < before - 1e-9 * np.abs(before)
        if not worse.any():
            break
        size = np.where(worse, size / 2.0, size)
    return size


@dataclass(frozen=True)
class Corrections:
    """What Laplace's method leaves out to first order, at each mode.

    Attributes
    ----------
    shift
        How far the mean lies from the mode.
    variances
        Posterior variance of every value, hyperparameters given.
    cell_variance
        Posterior variance of the log mean of every cell.
    covariance
        Posterior covariance of the coefficients of each pair; shape (shape, shape, batch, 1, row, column).
    third
        Minus the third derivative of the log likelihood at every cell.
    """

    shift: BlockVector
    variances: BlockVector
    cell_variance: np.ndarray
    covariance: np.ndarray
    third: np.ndarray


def correct(modes: GroupedModes) -> Corrections:
    """Work out by how much the mean differs from the mode.

    Notes
    -----
    To second order the mean is the mode less half the inverse curvature times the third
    derivatives weighted by the cells' variances.
    """
    field = modes.field
    variances, covariance = modes.elimination.covariance()
    cell_variance = field.variance_at_cells(covariance)
    third = modes.model.third(modes.log_mean, modes.weight)
    right = field.to_latent(field.to_shapes(-0.5 * third * cell_variance))
    return Corrections(modes.elimination.solve(right), variances, cell_variance, covariance, third)


def marginal_gradient(modes: GroupedModes) -> np.ndarray:
    """Give the gradient of Laplace's log marginal in the hyperparameters; shape (batch, hyperparameter)."""
    field, found = modes.field, correct(modes)
    away = field.centred(modes.latent)
    square = away.times(away).plus(found.variances).plus(away.times(found.shift), 2.0)
    expected = field.sum_by_sd(square.times(modes.precision))
    in_spreads = expected - field.degrees_of_freedom[: field.sd_count]
    if field.overdispersion_index is None:
        return in_spreads
    value, score, weight = modes.model.in_log_overdispersion(modes.log_mean)
    shift = field.at_cells(field.coefficients(found.shift))
    by_pair = (value + shift * score - 0.5 * found.cell_variance * weight).sum(axis=0)[:, 0]
    flat = by_pair.reshape(len(by_pair), -1)
    which = field.overdispersion_index.ravel()
    in_variation = np.array([np.bincount(which, row, minlength=field.overdispersion_count) for row in flat])
    return np.concatenate([in_spreads, in_variation], axis=1)
