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

TANGENT_VALUES = 30_000_000
"""Modes are predicted to first order only if the tangent has no more values than this."""

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
        covariance = self.covariance[1][:, :, 0, 0, rows, columns]
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
        if np.abs(along).max() > UNCHECKED_STEP:
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
    variance = elimination.pair_inverse[own, own]
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


def in_log_sds(modes: GroupedModes) -> np.ndarray:
    """Gradient of the Laplace log marginal likelihood in the log standard deviations of effects; shape (batch, sd)."""
    return _in_log_scales(modes)[:, : modes.field.sd_count]


def marginal_gradient(modes: GroupedModes) -> np.ndarray:
    """Gradient of the Laplace log marginal likelihood in the hyperparameters; shape (batch, hyperparameter)."""
    return np.einsum("bs,bsh->bh", _in_log_scales(modes), modes.field.scales.slopes(modes.hyper))


def _in_log_scales(modes: GroupedModes) -> np.ndarray:
    """Gradient in the logs of standard deviations of effects, then of overdispersions; shape (batch, scale)."""
    field, (variances, covariance) = modes.field, modes.elimination.covariance()
    cell_variance = field.variance_at_cells(covariance)
    right = field.to_latent(field.to_shapes(-0.5 * modes.third() * cell_variance))
    tails = _PullOfTails.of(modes, variances)
    if tails is not None:
        right.pair[tails.component] += tails.on_mode
    shift = modes.elimination.solve(right)
    away = field.centred(modes.latent)
    square = away.times(away).plus(variances).plus(away.times(shift), 2.0)
    expected = field.sum_by_sd(square.times(modes.precision))
    in_log_sds = expected - field.degrees_of_freedom[: field.sd_count]
    if tails is not None:
        in_log_sds[:, tails.scale] = tails.in_log_scale(shift.pair[tails.component])
    if field.overdispersion_index is None:
        return in_log_sds
    value, score, weight = modes.model.in_log_overdispersion(modes.log_mean)
    along = modes.gaussian.log_means(shift)
    by_pair = (value + along * score - 0.5 * cell_variance * weight).sum(axis=0)[:, 0]
    flat = by_pair.reshape(len(by_pair), -1)
    which = field.overdispersion_index.ravel()
    in_log_overdispersion = np.array([np.bincount(which, row, minlength=field.overdispersion_count) for row in flat])
    return np.concatenate([in_log_sds, in_log_overdispersion], axis=1)


@dataclass(frozen=True)
class _PullOfTails:
    """How the Laplace log marginal likelihood moves with effects that have heavy tails.

    Attributes
    ----------
    component, scale
        Which of the components of pairs it is, and which of the scales.
    mode, site
        The mode of each value, and what is known of it.
    spread
        Posterior variance of each value that it has from shared effects.
    in_scale, mean_in_scale
        Derivatives of the normal factor and of the mean in the log scale, the estimates held fixed.
    on_mode
        Pull of the log determinant on each mode.
    """

    component: int
    scale: int
    mode: np.ndarray
    site: TailSite
    spread: np.ndarray
    in_scale: NormalFactor
    mean_in_scale: np.ndarray
    on_mode: np.ndarray

    @classmethod
    def of(cls, modes: GroupedModes, variances: BlockVector) -> _PullOfTails | None:
        """Work it out at the modes; none where the model has no heavy tails."""
        tails, site = modes.field.tails, modes.site
        if tails is None or site is None:
            return None
        own = tails.component
        spread = variances.pair[own] - modes.elimination.pair_inverse[own, own]
        in_scale, mean_in_scale, in_estimate = site.factor_slopes()
        on_mode = -0.5 * spread * in_estimate * site.error / site.variance
        return cls(own, tails.scale, modes.latent.pair[own], site, spread, in_scale, mean_in_scale, on_mode)

    def in_log_scale(self, shift: np.ndarray) -> np.ndarray:
        """Gradient in the log scale, given posterior mean less mode of each value; shape (batch,)."""
        through_factor = -0.5 * self.spread * self.in_scale.precision - self.on_mode * self.mean_in_scale
        through_mode = shift * (self.in_scale.pull - self.in_scale.precision * self.mode)
        return np.asarray(self.site.in_log_scale() + (through_factor + through_mode).sum(axis=(1, 2, 3)))


def mode_tangent(modes: GroupedModes) -> BlockVector | None:
    """Differentiate the first mode in the hyperparameters, implicitly; they come on the draw axis.

    Gives none where it would take too much memory.
    """
    field, here = modes.field, slice(0, 1)
    latent = modes.latent.batches(here)
    if field.hyperparameters * sum(part.size for part in latent) > TANGENT_VALUES:
        return None
    slopes = field.scales.slopes(modes.hyper[:1])[0]
    of_sds = np.concatenate([slopes[: field.sd_count], np.zeros((len(field.fixed_log_sd), slopes.shape[1]))])
    pull = field.centred(latent).times(modes.precision.batches(here))
    right = [
        np.moveaxis(2.0 * values[:, 0, 0, ..., None] * of_sds[of], -1, 1)[:, None]
        for values, of in zip(pull, field.sd_index, strict=True)
    ]
    if field.overdispersion_index is not None:
        score = modes.model.in_log_overdispersion(modes.log_mean)[1][:, :1]
        for number in range(field.overdispersion_count):
            own = field.to_latent(field.to_shapes(score * (field.overdispersion_index == number)))
            along = slopes[field.sd_count + number]
            right = [
                into + values[:, :, 0][:, :, None] * along.reshape(-1, *(1,) * (values.ndim - 3))
                for into, values in zip(right, own, strict=True)
            ]
    return modes.elimination.batch(0).solve(BlockVector(*right))
