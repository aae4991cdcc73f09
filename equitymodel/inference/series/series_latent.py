"""The latent Gaussian model of interrupted series: modes and Laplace densities, many hyperparameters at a time.

Modes are found by Newton's method, each step of which solves a `GaussianApproximation`. Arrays have points
(sets of hyperparameters) first, then series, and time last.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

import numpy as np

from equitymodel.inference.jobs.free_memory import give_back_freed
from equitymodel.inference.laplace.block_draws import BlockDraws
from equitymodel.inference.laplace.skew_correction import Corrections
from equitymodel.inference.likelihood.count_model import CountModel
from equitymodel.inference.likelihood.interval_censored import find_interval_censored
from equitymodel.inference.series.ar1 import Ar1Precision, ar1_precision
from equitymodel.inference.series.gaussian_approximation import Design, GaussianApproximation, SeriesVector
from equitymodel.inference.series.series_draws import SeriesDraws
from equitymodel.inference.series.series_layout import SeriesLayout
from equitymodel.inference.series.shared_prior import SharedPrior

STEPS = 40
NEWTON_TOLERANCE = 1e-6
"""Newton's method stops when the squared step of the log means, weighted by information, is below this."""
LARGEST_STEP = 2.0
"""No step moves any log mean further than this."""
FURTHER_STEPS, SHORTER = 3, 0.1
"""Steps with the factor of the Newton step before, and the share of the squared length that each leaves at most."""
LOWEST, HIGHEST = -5.0, 5.0
"""Bounds of standardised hyperparameters: beyond them lies less than a millionth of the prior."""
VALUES_AT_ONCE = 600_000
"""Numbers in the largest array of one batch."""
WORTHWHILE, MOST_BATCHES = 100_000, 4
"""Numbers for which another batch is worthwhile, and the most batches where memory does not ask for more."""
SUBSET_SERIES = 400
"""With more than twice as many series, the search starts from a random subset of this size."""
FEW_ADMISSIONS = 5.0
"""A series with fewer fitted admissions in all is small."""


class Predictors(NamedTuple):
    """Linear predictors without the offset, where searches for modes begin; shape (point, series, time)."""

    values: np.ndarray

    def batches(self, which: slice | np.ndarray) -> Predictors:
        """Choose some points."""
        return Predictors(self.values[which])

    def repeat(self, batches: int) -> Predictors:
        """Repeat one point, unless there are as many already."""
        return Predictors(np.broadcast_to(self.values, (batches, *self.values.shape[1:])))

    def moved(self, tangent: Predictors, change: np.ndarray) -> Predictors:
        """Move along a tangent, one predictor a hyperparameter, for a change of the hyperparameters."""
        return Predictors(self.values + np.tensordot(change, tangent.values, axes=1))

    def choose(self, taken: np.ndarray, other: Predictors) -> Predictors:
        """Keep the points that are taken, and those of others in place of the rest."""
        return Predictors(np.where(taken[:, None, None], self.values, other.values))

    def tangent(self, steps: np.ndarray) -> Predictors:
        """Make a tangent of points one step up each hyperparameter, then one step down; `steps` are between them."""
        size = len(steps)
        return Predictors((self.values[:size] - self.values[size : 2 * size]) / steps[:, None, None])

    def joined(self, others: tuple[Predictors, ...]) -> Predictors:
        """Append the points of others."""
        return Predictors(np.concatenate([self.values, *(other.values for other in others)]))


@dataclass(frozen=True)
class SeriesModes:
    """The mode at each point, and the Gaussian approximation there.

    Attributes
    ----------
    field
        The model.
    hyper
        Standardised hyperparameters; shape (point, hyperparameter).
    start
        Linear predictor without the offset.
    gaussian
        The Gaussian approximation.
    latent
        Noise and coefficients at the mode.
    counts
        The count model at each point.
    log_marginal
        Laplace log marginal likelihood of the hyperparameters; shape (point,).
    converged
        Whether Newton's method converged.
    """

    field: SeriesLatent
    hyper: np.ndarray
    start: Predictors
    gaussian: GaussianApproximation
    latent: SeriesVector
    counts: CountModel
    log_marginal: np.ndarray
    converged: np.ndarray

    @cached_property
    def log_mean(self) -> np.ndarray:
        """Log means, in the shape of the count model."""
        return self.field.log_mean(self.start.values)

    def third(self) -> np.ndarray:
        """Minus the third derivative of the log probability of each count; shape (point, series, time)."""
        third = self.counts.third(self.log_mean, self.counts.slopes(self.log_mean)[1])
        return np.broadcast_to(third, self.log_mean.shape)[0, :, 0]

    def largest_shift(self, corrections: Corrections) -> float:
        """Largest distance of mean and mode of any log mean with a known count, in posterior standard deviations."""
        known, shift = self.field.layout.counts.known.T, self.gaussian.log_means(corrections.shift)[0]
        return float(np.max(np.abs(shift) / np.sqrt(corrections.variance[0]), where=known, initial=0.0))

    def small_share(self) -> float:
        """Share of series with few fitted admissions in all."""
        fitted = np.exp(self.log_mean[0, 0, 0]) * self.field.layout.counts.known.T
        return float((fitted.sum(axis=1) < FEW_ADMISSIONS).mean())

    def skewness(self, corrections: Corrections) -> np.ndarray:
        """Measure the skewness of every series."""
        return np.asarray((corrections.third**2 * corrections.variance**3)[0].sum(axis=1))

    def draw_blocks(self, blocks: np.ndarray, draws: int, rng: np.random.Generator) -> BlockDraws:
        """Draw the log means of some series from the Gaussian approximation."""
        moved = self.gaussian.draw_some(blocks, draws, rng)

        def pick(values: np.ndarray) -> np.ndarray:
            """Lay some series out with time first, as a count model takes them."""
            return np.ascontiguousarray(values[..., blocks, :].swapaxes(-1, -2)).reshape(-1, 1, 1, 1, len(blocks))

        low, high, known = (pick(array.T) for array in self.field.layout.counts)
        squared = None if self.counts.squared is None else self.counts.squared[:, :1]
        model = CountModel(low, known * (low == high), squared, find_interval_censored(low, high, known.astype(float)))
        weight = self.counts.slopes(self.log_mean)[1]
        return BlockDraws(
            model,
            pick(self.log_mean[0, 0, 0]),
            pick(weight[0, 0, 0]),
            np.moveaxis(moved, (2, 1), (0, 1))[:, None, :, None],
        )

    def block_labels(self, blocks: np.ndarray) -> dict[str, list[str]]:
        """Labels of some series, by dimension."""
        cells = self.field.layout.cells
        return {dim: [str(label) for label in cells[dim].values[blocks]] for dim in cells["cell"].to_index().names}


class Conditional(NamedTuple):
    """The model given hyperparameters: prior of noise, priors of own and shared coefficients, and count model."""

    noise: Ar1Precision
    own: np.ndarray
    shared: SharedPrior
    counts: CountModel


class SeriesLatent:
    """The latent Gaussian model of a series, a `LatentGaussian`: everything that is a function of the hyperparameters.

    Parameters
    ----------
    layout
        From `lay_out_series`.
    """

    bounds = (LOWEST, HIGHEST)
    least_curvature = 0.2

    def __init__(self, layout: SeriesLayout):
        self.layout = layout
        self.low, self.high, known = (array.T[None, None, None] for array in layout.counts)
        self.censored = find_interval_censored(self.low, self.high, known.astype(float))
        self.exact = (known & (self.low == self.high)).astype(float)
        self.offset = np.ascontiguousarray(layout.offset.T)
        features = np.ascontiguousarray(layout.features.swapaxes(0, 1))
        self.design = Design(features, layout.map, layout.common)

    @property
    def hyperparameters(self) -> int:
        """Number of hyperparameters."""
        return len(self.layout.hypers.each)

    @cached_property
    def integrated_over(self) -> dict[int, int]:
        """Each correlation, with the standard deviation it belongs to: where noise is small it is weakly identified."""
        return {rho: sd for sd, rho in self.layout.hypers.autocorrelated}

    @property
    def values_a_mode(self) -> int:
        """How many numbers a Gaussian approximation keeps."""
        series, periods, features = self.design.features.shape
        own, common = self.layout.own, periods if self.design.common else 0
        return series * (6 * periods + own * (own + features + 2 * common)) + (self.design.map.shape[2] + common) ** 2

    def initial(self) -> tuple[np.ndarray, Predictors]:
        """Give hyperparameters to begin the search from, and linear predictors of zero."""
        return np.array([[each.initial for each in self.layout.hypers.each]]), Predictors(
            np.zeros((1, *self.offset.shape))
        )

    def scale(self) -> None:
        """Measure rough posterior standard deviations: they depend on the noise."""

    def own(self) -> None:
        """Explore all hyperparameters together: series share theirs."""

    def subset(self) -> tuple[SeriesLatent, float] | None:
        """Give a random part of very many series to search first, and its share."""
        series = len(self.offset)
        if series <= 2 * SUBSET_SERIES:
            return None
        chosen = np.sort(np.random.default_rng(0).choice(series, SUBSET_SERIES, replace=False))
        return SeriesLatent(self.layout.subset(chosen)), SUBSET_SERIES / series

    def gradient(self, _modes: SeriesModes) -> None:
        """Take the gradient by differences: it is not known in closed form."""

    def tangent(self, _modes: SeriesModes) -> None:
        """Take the tangent by differences."""

    def batches(self, size: int) -> list[slice]:
        """Cut points into batches that fit in memory and keep threads busy; the same for any number of cores."""
        series, periods, features = self.design.features.shape
        common = periods if self.design.common else 0
        of_series = series * max(features * (features + common), periods)
        each = max(of_series, (self.design.map.shape[2] + common) ** 2)
        count = max(-(-size * each // VALUES_AT_ONCE), min(MOST_BATCHES, size * each // WORTHWHILE), 1)
        ends = np.linspace(0, size, min(count, size) + 1).round().astype(int)
        return [slice(start, end) for start, end in itertools.pairwise(ends.tolist())]

    def pieces(self, counts: np.ndarray) -> Iterator[np.ndarray]:
        """Cut draws into pieces that fit in memory: the point of each draw."""
        index = np.repeat(np.arange(len(counts)), counts)
        return (index[cut] for cut in self.batches(len(index))) if len(index) else iter(())

    def new_draws(self, size: int, seed: int) -> SeriesDraws:
        """Make room for draws, in random order."""
        give_back_freed()
        return SeriesDraws.allocate(self, size, seed)

    def values(self, hyper: np.ndarray) -> dict[str, np.ndarray]:
        """Transform standardised hyperparameters to their own scales, by name; from shape (point, hyperparameter)."""
        return self.layout.hypers.values(hyper)

    def log_prior(self, hyper: np.ndarray) -> np.ndarray:
        """Log prior density of standardised hyperparameters, up to a constant; shape (point,)."""
        return self.layout.hypers.log_prior(hyper)

    def noise_precision(self, hyper: np.ndarray) -> Ar1Precision:
        """Compute the prior precision of the noise of each series."""
        values = self.values(hyper)
        return ar1_precision(self.layout.gap, values["sd"], values["rho"])

    def shared_prior(self, hyper: np.ndarray) -> SharedPrior:
        """Compute the prior precision of shared coefficients and shared noise."""
        values = self.values(hyper)
        noise = None
        if self.layout.common:
            noise = ar1_precision(self.layout.gap, values["common sd"], values["common rho"])
        return SharedPrior(self.layout.shared_prior.precisions(values), noise)

    def count_model(self, hyper: np.ndarray) -> CountModel:
        """Make the count model at each point."""
        squared = None
        if "variation" in self.layout.hyper:
            squared = self.values(hyper)["variation"][None, :, None, None, None] ** 2
        return CountModel(self.low, self.exact, squared, self.censored)

    def conditional(self, hyper: np.ndarray) -> Conditional:
        """Make priors and count model given hyperparameters."""
        own = self.layout.own_prior.precisions(self.values(hyper))
        return Conditional(self.noise_precision(hyper), own, self.shared_prior(hyper), self.count_model(hyper))

    def log_mean(self, predictor: np.ndarray) -> np.ndarray:
        """Add the offset to a linear predictor, in the shape of the count model: (1, point, 1, series, time)."""
        return (predictor + self.offset)[None, :, None]

    def find_modes(self, hyper: np.ndarray, start: Predictors) -> SeriesModes:
        """Find the mode of noise and coefficients at each point by Newton's method.

        Parameters
        ----------
        hyper
            Standardised hyperparameters; shape (point, hyperparameter).
        start
            Where to begin: the linear predictor without the offset, of each point.

        Returns
        -------
        SeriesModes
            The mode and the Laplace log marginal likelihood of the hyperparameters.
        """
        given, predictor = self.conditional(hyper), start.repeat(len(hyper)).values
        for _ in range(STEPS):
            score, weight = self.score_and_weight(given.counts, predictor)
            gaussian = GaussianApproximation.at_weights(self.design, given.noise, given.own, given.shared, weight)
            latent = gaussian.solve(weight * predictor + score)
            step = self.design.predictor(latent) - predictor
            square = (weight * step**2).sum(axis=(1, 2))
            predictor = predictor + step * _damping(step)[:, None, None]
            if (square < NEWTON_TOLERANCE).all():
                break
            predictor = self._further(given.counts, gaussian, weight, predictor, square)
        log_marginal = self._laplace(given, gaussian, latent, predictor)
        start, converged = Predictors(predictor), square < NEWTON_TOLERANCE
        return SeriesModes(self, hyper, start, gaussian, latent, given.counts, log_marginal, converged)

    def _further(
        self, counts: CountModel, gaussian: GaussianApproximation, weight: np.ndarray, predictor: np.ndarray,
        square: np.ndarray,
    ) -> np.ndarray:  # fmt: skip
        """Take further steps with the same factor, which are a fraction of the work, where they grow shorter fast.

        Give the linear predictor of each point; `square` is the squared length of the step that led here.
        """
        for _ in range(FURTHER_STEPS):
            score, _ = self.score_and_weight(counts, predictor)
            step = self.design.predictor(gaussian.solve(weight * predictor + score)) - predictor
            before, square = square, (weight * step**2).sum(axis=(1, 2))
            taken = square < SHORTER * before
            square = np.where(taken, square, 0.0)
            predictor = predictor + np.where(taken[:, None, None], step, 0.0)
            if (~taken | (square < NEWTON_TOLERANCE)).all():
                break
        return predictor

    def score_and_weight(self, counts: CountModel, predictor: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """First derivative of the log likelihood in each log mean, and minus the second; (point, series, time)."""
        score, weight = counts.slopes(self.log_mean(predictor))
        return score[0, :, 0], weight[0, :, 0]

    def _laplace(
        self, given: Conditional, gaussian: GaussianApproximation, latent: SeriesVector, predictor: np.ndarray
    ) -> np.ndarray:
        r"""Laplace's log marginal likelihood of the hyperparameters; shape (point,).

        .. math:: \log p(y \mid \hat x) - \tfrac12 \hat x' Q \hat x + \tfrac12 \log|Q| - \tfrac12 \log|H|
        """
        likelihood = (given.counts.log_probability(self.log_mean(predictor)) + given.counts.shape_constant())[:, 0]
        squares = (
            (latent.noise * given.noise.product(latent.noise)).sum(axis=(1, 2))
            + (latent.own**2 * given.own[:, None]).sum(axis=(1, 2))
            + given.shared.squares(latent.shared)
        )
        size = len(self.offset)
        prior_determinant = (
            size * given.noise.log_determinant + size * np.log(given.own).sum(axis=1) + given.shared.log_determinant
        )
        return likelihood - squares / 2 + (prior_determinant - gaussian.log_determinant) / 2


def _damping(step: np.ndarray) -> np.ndarray:
    """Give the share of a step that is taken, so that no log mean moves too far; shape (point,)."""
    return np.minimum(1.0, LARGEST_STEP / np.maximum(np.abs(step).max(axis=(1, 2)), LARGEST_STEP))
