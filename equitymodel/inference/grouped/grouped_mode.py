"""The mode of the latent field of cells given hyperparameters, the Laplace approximation there, and its gradient."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

import numpy as np

from equitymodel.inference.grouped.block_elimination import Elimination, eliminate
from equitymodel.inference.grouped.grouped_gaussian import GroupedGaussian, lower_factor
from equitymodel.inference.grouped.grouped_latent import GroupedLatent, evaluate_shapes
from equitymodel.inference.grouped.heavy_tails import NormalFactor, TailDrawing, TailSite
from equitymodel.inference.grouped.latent_blocks import BlockVector
from equitymodel.inference.laplace.block_draws import BlockDraws
from equitymodel.inference.laplace.skew_correction import Corrections
from equitymodel.inference.likelihood.count_model import CountModel
from equitymodel.inference.likelihood.interval_censored import find_interval_censored

NEWTON_TOLERANCE = 1e-6
"""Newton's method has converged when the Newton decrement is below this: a gain of half of it is left."""
SITE_TOLERANCE = 3e-2
"""Normal factors of heavy tails have settled, and are kept, when none would change by more than this."""
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
    site, factor
        What is known of effects with heavy tails, and the normal factor they were found with; none where the model
        has none.
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
    site: TailSite | None = None
    factor: NormalFactor | None = None

    @property
    def start(self) -> BlockVector:
        """Where searches for modes nearby begin."""
        return self.latent

    @property
    def gaussian(self) -> GroupedGaussian:
        """The Gaussian approximation at each mode."""
        return GroupedGaussian(self.field, self.elimination, self.weight, self.precision, self._tail_drawing())

    def _tail_drawing(self) -> TailDrawing | None:
        """How effects with heavy tails are drawn again; none where the model has none."""
        tails = self.field.tails
        if tails is None or self.factor is None:
            return None
        return TailDrawing(
            tails, self.factor, _log_scale_of_tails(self.field, self.hyper), self.latent.pair[tails.component]
        )

    @cached_property
    def covariance(self) -> tuple[BlockVector, np.ndarray]:
        """Variances of values and covariances of coefficients of each pair, kept where the error is measured."""
        return self.elimination.covariance()

    @cached_property
    def log_marginal(self) -> np.ndarray:
        """Laplace approximation of the log marginal likelihood of the hyperparameters; shape (batch,)."""
        likelihood = (self.model.log_probability(self.log_mean) + self.model.shape_constant())[:, 0]
        prior = log_prior(self.field, self.hyper, self.latent, self.precision)
        if self.field.need is not None:
            likelihood = likelihood + self.field.need.log_probability(self.field.coefficients(self.latent))[:, 0]
        if self.field.tails is not None and self.site is not None and self.factor is not None:
            scores = np.prod(self.field.sizes) * _log_scale_of_tails(self.field, self.hyper)
            prior = prior + scores + self.site.log_correction(self.factor)
            prior = prior + self.factor.log_density(self.latent.pair[self.field.tails.component])
        return likelihood + prior - 0.5 * self.elimination.log_determinant

    def third(self) -> np.ndarray:
        """Minus the third derivative of the log likelihood in every cell."""
        return self.model.third(self.log_mean, self.weight)

    def largest_shift(self, corrections: Corrections) -> float:
        """Largest distance of mean and mode of any value, in posterior standard deviations."""
        variances, _ = self.covariance
        return max(
            float(np.max(np.abs(shift) / np.sqrt(variance), initial=0.0))
            for shift, variance in zip(corrections.shift, variances, strict=True)
        )

    def small_share(self) -> float:
        """Share of cells fitted below 1 admission."""
        known = self.field.known > 0
        return float(((np.exp(self.log_mean) < 1.0) & known).sum() / known.sum())

    def skewness(self, corrections: Corrections) -> np.ndarray:
        """Measure the skewness of every pair of row and column."""
        return (corrections.third**2 * corrections.variance**3).sum(axis=0)[0, 0].ravel()

    def draw_blocks(self, blocks: np.ndarray, draws: int, rng: np.random.Generator) -> BlockDraws:
        """Draw the log means of some pairs from the Gaussian approximation."""
        field, (rows, columns) = self.field, np.unravel_index(blocks, self.field.sizes)
        covariance = np.moveaxis(self.covariance[1][0, rows, columns], 0, -1)
        plain = np.broadcast_to(rng.standard_normal((len(covariance), 1, draws)), (len(covariance), len(rows), draws))
        covariates = field.covariates[:, :, 0, 0, rows, columns, None] if len(field.covariates) else field.covariates
        along = evaluate_shapes(field.design, covariates, np.einsum("ijp,jpn->ipn", lower_factor(covariance), plain))

        def pick(cells: np.ndarray) -> np.ndarray:
            """Choose the pairs, laid out as columns of a single row; the draws come second."""
            overall = np.broadcast_to(cells, (len(along), 1, 1, *field.sizes))
            return overall[:, :, :, rows, columns][:, :, :, None]

        low, high, known = pick(field.low), pick(field.high), pick(field.known)
        squared = None if self.model.squared is None else pick(self.model.squared)
        model = CountModel(low, known * (low == high), squared, find_interval_censored(low, high, known))
        moved = np.moveaxis(along, 2, 1)[:, None, :, None]
        return BlockDraws(model, pick(self.log_mean), pick(self.weight), moved)

    def block_labels(self, blocks: np.ndarray) -> Mapping[str, list[str]]:
        """Labels of some pairs, by dimension."""
        field, places = self.field, np.unravel_index(blocks, self.field.sizes)
        return {
            dim: [str(field.coords[dim][at]) for at in where] for dim, where in zip(field.axes, places, strict=True)
        }


def count_model(field: GroupedLatent, hyper: np.ndarray) -> CountModel:
    """Make the count model given hyperparameters."""
    log_overdispersion = field.log_overdispersion(hyper)
    squared = None if log_overdispersion is None else np.exp(2.0 * log_overdispersion)[None]
    return CountModel(field.low, field.exact, squared, field.censored)


class _Place(NamedTuple):
    """A latent field, or a step of it, and its log means."""

    latent: BlockVector
    log_mean: np.ndarray


@np.errstate(over="ignore", invalid="ignore", divide="ignore")  # a batch that runs away has a density of zero
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
    latent, site = start.repeat(len(hyper)), None
    factor = _first_factor(field, precision)
    log_mean = field.log_expected + field.at_cells(field.coefficients(latent))
    for _ in range(STEPS):
        before = factor
        own = precision if factor is None else _with_precision(precision, field, factor)
        score, weight = model.slopes(log_mean)
        elimination = eliminate(field, field.curvature(weight), own)
        right = _log_posterior_gradient(field, score, latent, own, factor)
        step = elimination.solve(right)
        gain = right.times(step).total()[:, 0]
        along = field.at_cells(field.coefficients(step))
        converged = gain < NEWTON_TOLERANCE
        size = np.ones(len(hyper))
        if np.nanmax(np.abs(along), initial=0.0) > UNCHECKED_STEP:
            size = _backtrack(field, model, own, factor, _Place(latent, log_mean), _Place(step, along))
        latent = latent.plus(step, size)
        log_mean = log_mean + size.reshape(-1, 1, 1, 1) * along
        if factor is not None:
            site = _site(field, hyper, latent, factor, elimination)
            settled = factor.change(site.factor) < SITE_TOLERANCE
            factor = factor.where(settled, site.factor)
            converged &= settled
        if converged.all():
            break
    return GroupedModes(field, hyper, latent, log_mean, weight, own, elimination, model, converged, site, before)


def _first_factor(field: GroupedLatent, precision: BlockVector) -> NormalFactor | None:
    """Begin with a normal prior of the same scale for effects with heavy tails; none where the model has none."""
    if field.tails is None:
        return None
    own = np.broadcast_to(precision.pair[field.tails.component], (precision.pair.shape[1], 1, *field.sizes))
    return NormalFactor(own, np.zeros_like(own))


def _site(
    field: GroupedLatent, hyper: np.ndarray, latent: BlockVector, factor: NormalFactor, elimination: Elimination
) -> TailSite:
    """Find what is known of effects with heavy tails, given the effects that are shared with other pairs."""
    assert field.tails is not None  # only models with heavy tails come here
    own = field.tails.component
    variance = elimination.pair_variance(own)
    return field.tails.site(latent.pair[own], variance, factor, _log_scale_of_tails(field, hyper))


def _log_scale_of_tails(field: GroupedLatent, hyper: np.ndarray) -> np.ndarray:
    """Log scale of effects with heavy tails; shape (batch,)."""
    assert field.tails is not None  # only models with heavy tails come here
    return np.asarray(field.scales.log_scales(hyper)[:, field.tails.scale])


def _with_precision(precision: BlockVector, field: GroupedLatent, factor: NormalFactor) -> BlockVector:
    """Put the precision of the normal factor of each effect with heavy tails in place."""
    assert field.tails is not None  # only models with heavy tails come here
    pair = np.broadcast_to(precision.pair, (len(precision.pair), *factor.precision.shape)).copy()
    pair[field.tails.component] = factor.precision
    return precision._replace(pair=pair)


def _log_posterior_gradient(
    field: GroupedLatent,
    score: np.ndarray,
    latent: BlockVector,
    precision: BlockVector,
    factor: NormalFactor | None,
) -> BlockVector:
    """Gradient of the log posterior in every value of the latent field."""
    shapes = field.to_shapes(score)
    if field.need is not None:
        shapes += field.need.score(field.coefficients(latent))
    slope = field.to_latent(shapes).plus(field.centred(latent).times(precision), -1.0)
    if field.tails is not None and factor is not None:
        slope.pair[field.tails.component] += factor.pull
    return slope


def log_prior(field: GroupedLatent, hyper: np.ndarray, latent: BlockVector, precision: BlockVector) -> np.ndarray:
    """Log prior density of a latent field, without constants that cancel in the marginal; shape (batch,)."""
    away = field.centred(latent)
    square = away.times(away).times(precision).total()[:, 0]
    return -0.5 * square - field.log_sds(hyper) @ field.degrees_of_freedom


def _backtrack(
    field: GroupedLatent,
    model: CountModel,
    precision: BlockVector,
    factor: NormalFactor | None,
    at: _Place,
    step: _Place,
) -> np.ndarray:
    """Backtracking line search: halve the step of each batch until the log posterior does not fall; shape (batch,)."""

    def log_posterior(size: np.ndarray) -> np.ndarray:
        latent = at.latent.plus(step.latent, size)
        away = field.centred(latent)
        prior = -0.5 * away.times(away).times(precision).total()[:, 0]
        with np.errstate(over="ignore", invalid="ignore"):
            value = model.log_probability(at.log_mean + size.reshape(-1, 1, 1, 1) * step.log_mean)[:, 0] + prior
        if field.need is not None:
            value += field.need.log_probability(field.coefficients(latent))[:, 0]
        if field.tails is not None and factor is not None:
            value += factor.log_density(latent.pair[field.tails.component])
        return np.where(np.isfinite(value), value, -np.inf)

    size = np.ones(at.log_mean.shape[1])
    before = log_posterior(size * 0.0)
    for _ in range(HALVINGS):
        worse = log_posterior(size) < before - 1e-9 * np.abs(before)
        if not worse.any():
            break
        size = np.where(worse, size / 2.0, size)
    return size
