r"""Heavy tails: effects of pairs that follow a Student t distribution with two degrees of freedom.

Student's t is a mixture of normal distributions of different scales. Given everything else, the likelihood says
that the effect of a pair is about an estimate, with an error variance; how much each scale of the mixture
is believed follows from these two. The effect then enters the latent Gaussian field with a normal factor in place of
the mixture that gives it the same mean and variance (expectation propagation, with the shared effects held at their
mode), and its marginal likelihood is that of the mixture.

Minka TP (2001) Expectation propagation for approximate Bayesian inference. UAI 17:362.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np

from equitymodel.inference.grouped.latent_blocks import BlockVector, with_batches

SCALES = np.geomspace(0.15, 600.0, 14)
"""Squared scales of the normal distributions that are mixed."""
WEIGHTS = np.exp(-1.0 / SCALES) / SCALES / (np.exp(-1.0 / SCALES) / SCALES).sum()
"""Their weights: those of an inverse gamma distribution of shape and scale one, on a logarithmic grid."""
MOST_VARIANCE = 1e4
"""Error variance of an estimate that has no data."""
LEAST_PRECISION = 1e-3
"""Least precision of a normal factor, as a share of that of the estimate; the mixture may be less precise than that."""
LEAST_VARIANCE = 1e-8
"""Least variance of a value, as a share of that of its estimate: a scale of nearly nothing leaves less."""
STEP = 1e-4
"""Step of numerical derivatives of the normal factor, in standard deviations."""


@dataclass(frozen=True)
class HeavyTails:
    """The effect of pairs with heavy tails in a model.

    Attributes
    ----------
    component, scale
        Which of the components of pairs it is, and which of the scales is that of its values.
    held
        Components of pairs whose sums are held at zero, which a redrawn value leaves as they are.
    """

    component: int
    scale: int
    held: tuple[int, ...]

    def site(self, mode: np.ndarray, variance: np.ndarray, factor: NormalFactor, log_scale: np.ndarray) -> TailSite:
        """Give what the likelihood says of each value, from the mode and variance with a normal factor.

        Parameters
        ----------
        mode, variance
            Posterior mode, and posterior variance given the effects shared with other pairs.
        factor
            The normal factor that they were found with.
        log_scale
            Log scale of the values; shape (batch,).
        """
        error = 1.0 / np.maximum(1.0 / variance - factor.precision, 1.0 / MOST_VARIANCE)
        estimate = error * (mode / variance - factor.pull)
        return TailSite(estimate, error, np.exp(2.0 * log_scale)[:, None, None, None])


@dataclass(frozen=True)
class NormalFactor:
    """A normal factor of the density of each value, in place of its prior: exp(pull x - precision x^2 / 2).

    Attributes
    ----------
    precision, pull
        Shape (batch, 1, row, column).
    """

    precision: np.ndarray
    pull: np.ndarray

    def change(self, other: NormalFactor) -> np.ndarray:
        """Largest change from another factor, in standard deviations or as a share of precision; shape (batch,)."""
        by_pull = np.abs(self.pull - other.pull) / np.sqrt(self.precision + other.precision)
        by_precision = np.abs(np.log(self.precision / other.precision))
        return np.asarray(np.maximum(by_pull, by_precision).max(axis=(1, 2, 3)))

    def log_density(self, value: np.ndarray) -> np.ndarray:
        """Log of the part with the pull; shape (batch,)."""
        return np.asarray((self.pull * value).sum(axis=(1, 2, 3)))

    def where(self, kept: np.ndarray, other: NormalFactor) -> NormalFactor:
        """Keep the factors of some batches, and take those of another for the rest."""
        keep = kept.reshape(-1, 1, 1, 1)
        return NormalFactor(np.where(keep, self.precision, other.precision), np.where(keep, self.pull, other.pull))

    def batches(self, which: slice | np.ndarray) -> NormalFactor:
        """Choose some batches."""
        return NormalFactor(self.precision[which], self.pull[which])

    def replaced(self, places: np.ndarray, other: NormalFactor) -> NormalFactor:
        """Put other batches in some places."""
        return NormalFactor(
            with_batches(self.precision, places, other.precision), with_batches(self.pull, places, other.pull)
        )


@dataclass(frozen=True)
class TailSite:
    """Estimates of values with heavy tails, and what the mixture makes of them; shape (batch, draw, row, column).

    Attributes
    ----------
    estimate, error
        What the likelihood says of each value, and its error variance.
    squared
        The squared scale of the values.

    Examples
    --------
    >>> near, far = TailSite(np.array([0.1, 1.0]), np.array([0.01, 0.01]), np.array([0.01])).mean
    >>> round(float(near) / 0.1, 1), round(float(far) / 1.0, 2)
    (0.5, 0.97)
    """

    estimate: np.ndarray
    error: np.ndarray
    squared: np.ndarray

    @classmethod
    def joined(cls, sites: Sequence[TailSite]) -> TailSite:
        """Join the batches of many."""
        parts = ((site.estimate, site.error, site.squared) for site in sites)
        return cls(*map(np.concatenate, zip(*parts, strict=True)))

    def batches(self, which: slice | np.ndarray) -> TailSite:
        """Choose some batches."""
        return TailSite(self.estimate[which], self.error[which], self.squared[which])

    def replaced(self, places: np.ndarray, other: TailSite) -> TailSite:
        """Put other batches in some places."""
        pairs = ((self.estimate, other.estimate), (self.error, other.error), (self.squared, other.squared))
        return TailSite(*(with_batches(mine, places, own) for mine, own in pairs))

    def where(self, kept: np.ndarray, other: TailSite) -> TailSite:
        """Keep some batches, and take those of another for the rest."""
        return self.replaced(np.flatnonzero(~kept), other.batches(~kept))

    @cached_property
    def variances(self) -> np.ndarray:
        """Prior variance under each scale of the mixture, which comes first."""
        return np.multiply.outer(SCALES, np.broadcast_to(self.squared, self.error.shape))

    @cached_property
    def densities(self) -> np.ndarray:
        """Log density of each estimate under each scale, weight included."""
        total = self.error + self.variances
        log_weights = np.log(WEIGHTS).reshape(-1, *(1,) * self.error.ndim)
        at_zero = log_weights - 0.5 * np.log(2.0 * np.pi * total)
        densities = self.estimate**2 * (-0.5 / total)
        densities += at_zero
        return densities

    @cached_property
    def log_density(self) -> np.ndarray:
        """Log density of each estimate under the mixture."""
        return np.asarray(self.densities.max(axis=0) + np.log(self._all))

    @cached_property
    def _relative(self) -> np.ndarray:
        """Probability of each scale given the estimate, relative to that of the likeliest; scales first."""
        relative = self.densities - self.densities.max(axis=0)
        return np.exp(relative, out=relative)

    @cached_property
    def _all(self) -> np.ndarray:
        """Sum of relative probabilities."""
        return np.asarray(self._relative.sum(axis=0))

    @cached_property
    def _believed(self) -> np.ndarray:
        """Relative probability of each scale times the share of the estimate that it would believe; scales first."""
        return np.asarray(self._relative * self.shares)

    @cached_property
    def belief(self) -> np.ndarray:
        """Probability of each scale given the estimate; scales first."""
        return np.asarray(self._relative / self._all)

    @cached_property
    def shares(self) -> np.ndarray:
        """The share of the estimate that each scale would believe; scales first."""
        return np.asarray(self.variances / (self.error + self.variances))

    @cached_property
    def kept(self) -> np.ndarray:
        """The share of the estimate that is believed."""
        return np.asarray(self._believed.sum(axis=0) / self._all)

    @property
    def mean(self) -> np.ndarray:
        """Posterior mean of each value."""
        return self.kept * self.estimate

    @cached_property
    def variance(self) -> np.ndarray:
        """Posterior variance of each value."""
        squared = (self._believed * self.shares).sum(axis=0) / self._all
        return np.asarray(self.kept * self.error + (squared - self.kept**2) * self.estimate**2)

    @cached_property
    def factor(self) -> NormalFactor:
        """The normal factor with which each value has the mean, and if it may the variance, that the mixture gives."""
        information = 1.0 / self.error
        variance = np.maximum(self.variance, LEAST_VARIANCE * self.error)
        precision = np.maximum(1.0 / variance - information, LEAST_PRECISION * information)
        return NormalFactor(precision, self.mean * (information + precision) - self.estimate * information)

    def log_correction(self, factor: NormalFactor) -> np.ndarray:
        """Log density of the estimates under the mixture, less that under the normal factor; shape (batch,)."""
        total = 1.0 + self.error * factor.precision
        pulled = self.estimate + self.error * factor.pull
        normal = 0.5 * (pulled**2 / total - self.estimate**2) / self.error - 0.5 * np.log(total)
        return np.asarray((self.log_density - normal).sum(axis=(1, 2, 3)))

    def in_log_scale(self) -> np.ndarray:
        """Gradient of the log density of the estimates in the log scale; shape (batch,)."""
        slope = self.shares * (self.estimate**2 / (self.error + self.variances) - 1.0)
        return np.asarray((self.belief * slope).sum(axis=(0, 2, 3, 4)))

    def factor_slopes(self) -> tuple[NormalFactor, np.ndarray, np.ndarray]:
        """Differentiate factor and mean in the log scale, and the precision in the estimate, by small steps."""
        wider, further = replace(self, squared=self.squared * np.exp(2.0 * STEP)), STEP * np.sqrt(self.error)
        scaled, moved = wider.factor, replace(self, estimate=self.estimate + further).factor
        in_scale = NormalFactor(
            (scaled.precision - self.factor.precision) / STEP, (scaled.pull - self.factor.pull) / STEP
        )
        in_estimate = (moved.precision - self.factor.precision) / further
        return in_scale, (wider.mean - self.mean) / STEP, in_estimate

    def draw(self, rng: np.random.Generator) -> np.ndarray:
        """Draw each value given its estimate: first a scale, then a value."""
        upto = self._relative.copy()
        for scale in range(1, len(upto)):  # quicker than a cumulative sum over the first axis
            upto[scale] += upto[scale - 1]
        chosen = (rng.random(self.estimate.shape) * upto[-1] > upto[:-1]).sum(axis=0)
        prior = np.take_along_axis(self.variances, chosen[None], axis=0)[0]
        kept = prior / (prior + self.error)
        return np.asarray(kept * self.estimate + np.sqrt(kept * self.error) * rng.standard_normal(kept.shape))


@dataclass(frozen=True)
class TailDrawing:
    """How values with heavy tails are drawn again, given a draw of everything else from the Gaussian approximation.

    Attributes
    ----------
    tails, factor, log_scale
        The effect, the normal factor that the Gaussian approximation has for it, and its log scale.
    mode
        Posterior mode of each value; shape (1, 1, row, column).
    """

    tails: HeavyTails
    factor: NormalFactor
    log_scale: np.ndarray
    mode: np.ndarray

    def batch(self, at: int) -> TailDrawing:
        """Choose one batch."""
        here = slice(at, at + 1)
        return TailDrawing(self.tails, self.factor.batches(here), self.log_scale[here], self.mode[here])

    def redraw(
        self, away: BlockVector, upper: np.ndarray, inverse: np.ndarray, gain: np.ndarray, rng: np.random.Generator
    ) -> BlockVector:
        """Draw the values again, and move what else belongs to their pair along.

        Parameters
        ----------
        away
            Draws of departures from the mode.
        upper
            The departures of shared effects, summed to the slots of each pair.
        inverse, gain
            Covariance of the components of each pair given shared effects, and by how much those move them; shapes
            (batch, row, column, component, component) and (batch, row, column, component, slot).
        rng
            Random numbers.
        """
        own, held = self.tails.component, list(self.tails.held)
        passed = gain[..., : len(upper)] @ np.moveaxis(upper, (0, 2), (-2, -1))
        expected = -np.moveaxis(passed, (-2, -1), (0, 2))
        covariance = np.moveaxis(inverse, (-2, -1), (0, 1))[:, :, :, None].copy()
        for k in held:
            along = covariance[:, k] / covariance[k, k]
            expected = expected + along * (away.pair[k] - expected[k])
            covariance = covariance - along[:, None] * covariance[k]
        site = self.tails.site(self.mode + expected[own], covariance[own, own], self.factor, self.log_scale)
        change = site.draw(rng) - self.mode - away.pair[own]
        pair = away.pair + covariance[:, own] / covariance[own, own] * change
        pair[held] = away.pair[held]
        return away._replace(pair=pair)
