"""The mode of the latent field given hyperparameters, the Laplace approximation there, and its gradient."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

import numpy as np

from equitymodel.inference.laplace.block_elimination import Elimination, eliminate
from equitymodel.inference.laplace.grouped_latent import GroupedLatent
from equitymodel.inference.laplace.latent_blocks import BlockVector
from equitymodel.inference.likelihood.count_model import CountModel

NEWTON_TOLERANCE = 1e-6
"""Newton's method has converged when the Newton decrement is below this: a gain of half of it is left."""
UNCHECKED_STEP = 0.3
"""A full Newton step that changes no log mean by more than this needs no line search."""
STEPS = 50
HALVINGS = 12
"""Most Newton steps, and most halvings of one in the line search."""


@dataclass(frozen=True)
class GroupedModes:
    """Modes of the latent field, one for each setting of the hyperparameters.

    Attributes
    ----------
    hyper
        Log standard deviations of effects, then log overdispersions; shape (batch, hyperparameter).
    latent
        The modes.
    log_mean, weight
        In every cell: log fitted count, and minus the second derivative of the log likelihood.
    precision
        Prior precision of every value.
    elimination
        The factorised precision of the Gaussian approximation.
    converged
        Whether Newton's method converged; shape (batch,).
    """

    field: GroupedLatent
    hyper: np.ndarray
    latent: BlockVector
    log_mean: np.ndarray
    weight: np.ndarray
    precision: BlockVector
    elimination: Elimination
    model: CountModel
    converged: np.ndarray

    @cached_property
    def log_marginal(self) -> np.ndarray:
        """Laplace approximation of the log marginal likelihood of the hyperparameters; shape (batch,)."""
        likelihood = (self.model.log_probability(self.log_mean) + self.model.shape_constant())[:, 0]
        prior = log_prior(self.field, self.hyper, self.latent, self.precision)
        if self.field.need is not None:
            likelihood = likelihood + self.field.need.log_probability(self.field.coefficients(self.latent))[:, 0]
        return likelihood + prior - 0.5 * self.elimination.log_determinant


def count_model(field: GroupedLatent, hyper: np.ndarray) -> CountModel:
    """Make the count model given hyperparameters."""
    log_overdispersion = field.log_overdispersion(hyper)
    squared = None if log_overdispersion is None else np.exp(2.0 * log_overdispersion)[None]
    return CountModel(field.low, field.exact, squared, field.censored)


class _Place(NamedTuple):
    """A latent field, or a step of it, and its log means."""

    latent: BlockVector
    log_mean: np.ndarray


def find_modes(field: GroupedLatent, hyper: np.ndarray, start: BlockVector) -> GroupedModes:
    """Find the modes of the latent field by Newton's method, all settings at once.

    Parameters
    ----------
    field
        From `lay_out_latent`.
    hyper
        Log standard deviations of effects, then log overdispersions; shape (batch, hyperparameter).
    start
        Where to begin; one for each setting, or one for all. It must meet the sum-to-zero constraints.

    Returns
    -------
    Modes
        With `converged` false where the method did not converge.
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
        converged = gain < NEWTON_TOLERANCE
        size = np.ones(len(hyper))
        if np.abs(along).max() > UNCHECKED_STEP:
            size = _backtrack(field, model, precision, _Place(latent, log_mean), _Place(step, along))
        latent = latent.plus(step, size)
        log_mean = log_mean + size.reshape(-1, 1, 1, 1) * along
        if converged.all():
            break
    return GroupedModes(field, hyper, latent, log_mean, weight, precision, elimination, model, converged)


def _log_posterior_gradient(
    field: GroupedLatent, score: np.ndarray, latent: BlockVector, precision: BlockVector
) -> BlockVector:
    """Gradient of the log posterior in every value of the latent field."""
    shapes = field.to_shapes(score)
    if field.need is not None:
        shapes += field.need.score(field.coefficients(latent))
    return field.to_latent(shapes).plus(field.centred(latent).times(precision), -1.0)


def log_prior(field: GroupedLatent, hyper: np.ndarray, latent: BlockVector, precision: BlockVector) -> np.ndarray:
    """Log prior density of a latent field, without constants that cancel in the marginal; shape (batch,)."""
    away = field.centred(latent)
    square = away.times(away).times(precision).total()[:, 0]
    return -0.5 * square - field.log_sds(hyper) @ field.degrees_of_freedom


def _backtrack(field: GroupedLatent, model: CountModel, precision: BlockVector, at: _Place, step: _Place) -> np.ndarray:
    """Backtracking line search: halve the step of each batch until the log posterior does not fall; shape (batch,)."""

    def log_posterior(size: np.ndarray) -> np.ndarray:
        latent = at.latent.plus(step.latent, size)
        away = field.centred(latent)
        prior = -0.5 * away.times(away).times(precision).total()[:, 0]
        with np.errstate(over="ignore", invalid="ignore"):
            value = model.log_probability(at.log_mean + size.reshape(-1, 1, 1, 1) * step.log_mean)[:, 0] + prior
        if field.need is not None:
            value += field.need.log_probability(field.coefficients(latent))[:, 0]
        return np.where(np.isfinite(value), value, -np.inf)

    size = np.ones(at.log_mean.shape[1])
    before = log_posterior(size * 0.0)
    for _ in range(HALVINGS):
        worse = log_posterior(size) < before - 1e-9 * np.abs(before)
        if not worse.any():
            break
        size = np.where(worse, size / 2.0, size)
    return size


@dataclass(frozen=True)
class Corrections:
    """First-order corrections to the Gaussian approximation at each mode, and what they are made of.

    Attributes
    ----------
    shift
        Posterior mean less mode.
    variances
        Posterior variance of every value, given hyperparameters.
    cell_variance
        Posterior variance of the log mean of every cell.
    covariance
        Posterior covariance of the coefficients of each pair; shape (shape, shape, batch, 1, row, column).
    third
        Minus the third derivative of the log likelihood in every cell.
    """

    shift: BlockVector
    variances: BlockVector
    cell_variance: np.ndarray
    covariance: np.ndarray
    third: np.ndarray


def correct(modes: GroupedModes) -> Corrections:
    """Compute the posterior mean less the mode, to first order, with variances and third derivatives.

    Notes
    -----
    With H the precision, A the map to log means, m3 minus the third derivatives and v the variances of
    log means, the shift is -H^-1 A'(m3 v) / 2.
    """
    field = modes.field
    variances, covariance = modes.elimination.covariance()
    cell_variance = field.variance_at_cells(covariance)
    third = modes.model.third(modes.log_mean, modes.weight)
    right = field.to_latent(field.to_shapes(-0.5 * third * cell_variance))
    return Corrections(modes.elimination.solve(right), variances, cell_variance, covariance, third)


def marginal_gradient(modes: GroupedModes) -> np.ndarray:
    """Gradient of the Laplace log marginal likelihood in the hyperparameters; shape (batch, hyperparameter)."""
    field, corrections = modes.field, correct(modes)
    away = field.centred(modes.latent)
    square = away.times(away).plus(corrections.variances).plus(away.times(corrections.shift), 2.0)
    expected = field.sum_by_sd(square.times(modes.precision))
    in_log_sds = expected - field.degrees_of_freedom[: field.sd_count]
    if field.overdispersion_index is None:
        return in_log_sds
    value, score, weight = modes.model.in_log_overdispersion(modes.log_mean)
    shift = field.at_cells(field.coefficients(corrections.shift))
    by_pair = (value + shift * score - 0.5 * corrections.cell_variance * weight).sum(axis=0)[:, 0]
    flat = by_pair.reshape(len(by_pair), -1)
    which = field.overdispersion_index.ravel()
    in_log_overdispersion = np.array([np.bincount(which, row, minlength=field.overdispersion_count) for row in flat])
    return np.concatenate([in_log_sds, in_log_overdispersion], axis=1)
