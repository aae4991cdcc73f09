"""The mode of the latent field of cells given hyperparameters, the Laplace approximation there, and its gradient."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from typing import NamedTuple

import numpy as np

from equitymodel.inference.grouped.block_elimination import Elimination, eliminate
from equitymodel.inference.grouped.grouped_gaussian import GroupedGaussian, lower_factor
from equitymodel.inference.grouped.grouped_latent import GroupedLatent, evaluate_shapes
from equitymodel.inference.grouped.grouped_start import GroupedStart
from equitymodel.inference.grouped.heavy_tails import NormalFactor, TailDrawing, TailSite
from equitymodel.inference.grouped.latent_blocks import BlockVector, with_batches
from equitymodel.inference.laplace.block_draws import BlockDraws
from equitymodel.inference.laplace.skew_correction import Corrections
from equitymodel.inference.likelihood.binomial_model import BinomialModel
from equitymodel.inference.likelihood.count_model import CountModel
from equitymodel.inference.likelihood.interval_censored import find_interval_censored

NEWTON_TOLERANCE = 1e-6
"""Newton's method has converged when the Newton decrement is below this: a gain of half of it is left."""
SITE_TOLERANCE = 3e-2
"""Normal factors of heavy tails have settled, and are kept, when none would change by more than this."""
UNCHECKED_STEP = 0.3
"""A full Newton step that changes no log mean by more than this needs no line search."""
TOGETHER, ROUNDS = 2, 20
"""Factorisations made for all settings together, and rounds of as many for those that have not converged."""
CHEAP_STEPS = 6
"""Most further steps by a factorisation."""
HALVINGS = 12
"""Most halvings of a step in the line search."""


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
    model: CountModel | BinomialModel
    converged: np.ndarray
    site: TailSite | None = None
    factor: NormalFactor | None = None

    @property
    def start(self) -> GroupedStart:
        """Where searches for modes nearby begin."""
        return GroupedStart(self.latent, self.site)

    @cached_property
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

    def replaced(self, places: np.ndarray, others: GroupedModes) -> GroupedModes:
        """Put the modes of other settings in the place of some of these."""
        if len(places) == len(self.hyper):
            return others
        site = factor = None
        if self.site is not None and self.factor is not None and others.site is not None and others.factor is not None:
            site, factor = self.site.replaced(places, others.site), self.factor.replaced(places, others.factor)
        return replace(
            self,
            latent=self.latent.replaced(places, others.latent),
            log_mean=with_batches(self.log_mean, places, others.log_mean, axis=1),
            weight=with_batches(self.weight, places, others.weight, axis=1),
            precision=self.precision.replaced(places, others.precision),
            elimination=self.elimination.replaced(places, others.elimination),
            converged=with_batches(self.converged, places, others.converged),
            site=site,
            factor=factor,
        )

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
        return float(((self.model.mean(self.log_mean) < 1.0) & known).sum() / known.sum())

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

        moved = np.moveaxis(along, 2, 1)[:, None, :, None]
        return BlockDraws(self._some_counts(pick, rows, columns), pick(self.log_mean), pick(self.weight), moved)

    def _some_counts(
        self, pick: Callable[[np.ndarray], np.ndarray], rows: np.ndarray, columns: np.ndarray
    ) -> CountModel | BinomialModel:
        """Make the count model of some pairs."""
        if isinstance(self.model, BinomialModel):
            return self.model.picked(pick, rows, columns)
        low, high, known = pick(self.field.low), pick(self.field.high), pick(self.field.known)
        squared = None if self.model.squared is None else pick(self.model.squared)
        return CountModel(low, known * (low == high), squared, find_interval_censored(low, high, known))

    def block_labels(self, blocks: np.ndarray) -> Mapping[str, list[str]]:
        """Labels of some pairs, by dimension."""
        field, places = self.field, np.unravel_index(blocks, self.field.sizes)
        return {
            dim: [str(field.coords[dim][at]) for at in where] for dim, where in zip(field.axes, places, strict=True)
        }


def count_model(field: GroupedLatent, hyper: np.ndarray) -> CountModel | BinomialModel:
    """Make the count model given hyperparameters."""
    if field.passages is not None:
        return field.passages
    log_overdispersion = field.log_overdispersion(hyper)
    squared = None if log_overdispersion is None else np.exp(2.0 * log_overdispersion)[None]
    return CountModel(field.low, field.exact, squared, field.censored)


class _Place(NamedTuple):
    """A latent field, or a step of it, and its log means."""

    latent: BlockVector
    log_mean: np.ndarray


class _Search:
    """A search for the modes of some settings: a place for each, and the last factorisation made there.

    Parameters
    ----------
    field, hyper
        The model, and settings of its hyperparameters.
    latent
        Where to begin, one for each setting.
    factor
        Normal factors of heavy tails to begin with; none for those of the prior.
    """

    def __init__(
        self, field: GroupedLatent, hyper: np.ndarray, latent: BlockVector, factor: NormalFactor | None = None
    ):
        self.field, self.hyper, self.latent = field, hyper, latent
        self.model, self.prior = count_model(field, hyper), field.precision(hyper)
        self.factor = factor or _first_factor(field, self.prior)
        self.log_mean = field.log_expected + field.at_cells(field.coefficients(latent))
        self.site: TailSite | None = None
        self.elimination: Elimination
        self.conditional: np.ndarray | None = None

    def only(self, left: np.ndarray) -> _Search:
        """Go on with some settings alone."""
        factor = None if self.factor is None else self.factor.batches(left)
        return _Search(self.field, self.hyper[left], self.latent.batches(left), factor)

    def run(self) -> GroupedModes:
        """Search with a few factorisations, and cheap steps after each: those that the last factorisation allows."""
        for _ in range(TOGETHER):
            score, weight = self.model.slopes(self.log_mean)
            factor, precision = self.factor, self._precision()
            self._factorise(weight, precision)
            converged = self._step(score, NEWTON_TOLERANCE)
            if converged.all():
                break
            for _ in range(CHEAP_STEPS):
                if self._step(self.model.slopes(self.log_mean)[0], NEWTON_TOLERANCE).all():
                    break
        return GroupedModes(self.field, self.hyper, self.latent, self.log_mean, weight, precision,
                            self.elimination, self.model, converged, self.site, factor)  # fmt: skip

    def _precision(self) -> BlockVector:
        """Prior precision, with that of the normal factor of each effect with heavy tails in place."""
        return self.prior if self.factor is None else _with_precision(self.prior, self.field, self.factor)

    def _factorise(self, weight: np.ndarray, precision: BlockVector) -> None:
        """Factorise the precision of the latent field, and find what data say of each effect with heavy tails."""
        self.elimination = eliminate(self.field, self.field.curvature(weight), precision)
        if self.factor is not None and self.field.tails is not None:
            variance = self.elimination.pair_variance(self.field.tails.component)
            self.conditional = 1.0 / variance - self.factor.precision

    def _step(self, score: np.ndarray, tolerance: float) -> np.ndarray:
        """Move to where the last factorisation leads, and say which settings had arrived; shape (batch,)."""
        field, precision = self.field, self._precision()
        right = _log_posterior_gradient(field, score, self.latent, precision, self.factor)
        step = self.elimination.solve(right)
        arrived = right.times(step).total()[:, 0] < tolerance
        along = field.at_cells(field.coefficients(step))
        size = np.ones(len(self.hyper))
        if np.nanmax(np.abs(along), initial=0.0) > UNCHECKED_STEP:
            here, there = _Place(self.latent, self.log_mean), _Place(step, along)
            size = _backtrack(field, self.model, precision, self.factor, here, there)
        self.latent = self.latent.plus(step, size)
        self.log_mean = self.log_mean + size.reshape(-1, 1, 1, 1) * along
        return np.asarray(arrived & self._settle())

    def _settle(self) -> np.ndarray:
        """Update the normal factors of heavy tails, and say for which settings they had settled; shape (batch,)."""
        if self.factor is None or self.conditional is None:
            return np.ones(len(self.hyper), bool)
        tails = self.field.tails
        assert tails is not None  # only models with heavy tails have factors
        variance = 1.0 / (self.conditional + self.factor.precision)
        log_scale = _log_scale_of_tails(self.field, self.hyper)
        self.site = tails.site(self.latent.pair[tails.component], variance, self.factor, log_scale)
        settled = self.factor.change(self.site.factor) < SITE_TOLERANCE
        self.factor = self.factor.where(settled, self.site.factor)
        return settled


@np.errstate(over="ignore", invalid="ignore", divide="ignore")  # a batch that runs away has a density of zero
def find_modes(field: GroupedLatent, hyper: np.ndarray, start: GroupedStart | BlockVector) -> GroupedModes:
    """Find the modes of the latent field by Newton's method, all settings at once.

    Factorising costs more than ten times what solving does, so that each factorisation serves several steps. After
    a few of them, those settings that have not converged go on alone.

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
    GroupedModes
        With `converged` false where the method did not converge.
    """
    begin = GroupedStart.of(start).repeat(len(hyper))
    factor = None if field.tails is None else begin.factor(_log_scale_of_tails(field, hyper))
    search = _Search(field, hyper, begin.latent, factor)
    modes, left = search.run(), np.arange(len(hyper))
    for _ in range(ROUNDS):
        known = np.isfinite(modes.log_mean[:, left]).all(axis=(0, 2, 3, 4))
        late = np.flatnonzero(known & ~modes.converged[left])
        if not len(late):
            break
        search, left = search.only(late), left[late]
        modes = modes.replaced(left, search.run())
    return modes


def _first_factor(field: GroupedLatent, precision: BlockVector) -> NormalFactor | None:
    """Begin with a normal prior of the same scale for effects with heavy tails; none where the model has none."""
    if field.tails is None:
        return None
    own = np.broadcast_to(precision.pair[field.tails.component], (precision.pair.shape[1], 1, *field.sizes))
    return NormalFactor(own, np.zeros_like(own))


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
    model: CountModel | BinomialModel,
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
