"""The latent Gaussian model of interrupted series: modes and Laplace densities, many hyperparameters at a time.

Modes are found by Newton's method, each step of which solves a `GaussianApproximation`. Arrays have points
(sets of hyperparameters) first, then series, and time last.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from equitymodel.inference.likelihood.count_model import CountModel
from equitymodel.inference.likelihood.interval_censored import find_interval_censored
from equitymodel.inference.series.ar1 import Ar1Precision, ar1_precision
from equitymodel.inference.series.gaussian_approximation import Design, GaussianApproximation, SeriesVector
from equitymodel.inference.series.hyperparameters import innovation_log_ratio
from equitymodel.inference.series.series_layout import SeriesLayout
from equitymodel.inference.series.shared_map import SharedMap
from equitymodel.inference.series.shared_prior import SharedPrior

STEPS = 40
NEWTON_TOLERANCE = 1e-6
"""Newton's method stops when no log mean moves by more than this."""
LARGEST_STEP = 2.0
"""No step moves any log mean further than this."""


@dataclass(frozen=True)
class SeriesModes:
    """The mode at each point, and the Gaussian approximation there.

    Attributes
    ----------
    predictor
        Linear predictor without the offset; shape (point, series, time).
    gaussian
        The Gaussian approximation.
    latent
        Noise and coefficients at the mode.
    density
        Laplace log density of the hyperparameters; shape (point,).
    converged
        Whether Newton's method converged.
    """

    predictor: np.ndarray
    gaussian: GaussianApproximation
    latent: SeriesVector
    density: np.ndarray
    converged: np.ndarray


class Conditional(NamedTuple):
    """The model given hyperparameters: prior of noise, prior of shared coefficients, and count model."""

    noise: Ar1Precision
    shared: SharedPrior
    counts: CountModel


class SeriesLatent:
    """The latent Gaussian model of a series: everything that is a function of the hyperparameters.

    Parameters
    ----------
    layout
        From `lay_out_series`.
    """

    def __init__(self, layout: SeriesLayout):
        self.layout = layout
        self.low, self.high, known = (array.T[None, None, None] for array in layout.counts)
        self.censored = find_interval_censored(self.low, self.high, known.astype(float))
        self.exact = (known & (self.low == self.high)).astype(float)
        self.offset = np.ascontiguousarray(layout.offset.T)
        features = np.ascontiguousarray(layout.features.swapaxes(0, 1))
        self.design = Design(features, SharedMap.from_dense(layout.shared), 1.0 / layout.own_sd**2, layout.common)

    def values(self, hyper: np.ndarray) -> dict[str, np.ndarray]:
        """Transform unbounded hyperparameters to their own scales, by name; shape (point, hyperparameter).

        Unbounded values of standard deviations of autocorrelated noise are log innovation standard deviations.
        """
        marginal = hyper - innovation_log_ratio(self.layout.hypers, hyper)
        return {each.name: each.value(marginal[:, k]) for k, each in enumerate(self.layout.hypers)}

    def log_prior(self, hyper: np.ndarray) -> np.ndarray:
        """Log prior density of unbounded hyperparameters, up to a constant; shape (point,)."""
        marginal = hyper - innovation_log_ratio(self.layout.hypers, hyper)
        return np.sum([each.log_prior(marginal[:, k]) for k, each in enumerate(self.layout.hypers)], axis=0)

    def noise_precision(self, hyper: np.ndarray) -> Ar1Precision:
        """Compute the prior precision of the noise of each series."""
        values = self.values(hyper)
        return ar1_precision(self.layout.gap, values["sd"], values["rho"])

    def shared_prior(self, hyper: np.ndarray) -> SharedPrior:
        """Compute the prior precision of shared coefficients and shared noise."""
        values = self.values(hyper)
        sd = np.broadcast_to(self.layout.shared_sd, (len(hyper), len(self.layout.shared_sd))).copy()
        learned = self.layout.sd_index >= 0
        sd[:, learned] = np.exp(hyper[:, 2 + self.layout.sd_index[learned]])
        noise = None
        if self.layout.common:
            noise = ar1_precision(self.layout.gap, values["common sd"], values["common rho"])
        return SharedPrior(1.0 / sd**2, noise)

    def count_model(self, hyper: np.ndarray) -> CountModel:
        """Make the count model at each point."""
        squared = None
        if "variation" in self.layout.hyper:
            squared = self.values(hyper)["variation"][None, :, None, None, None] ** 2
        return CountModel(self.low, self.exact, squared, self.censored)

    def conditional(self, hyper: np.ndarray) -> Conditional:
        """Make priors and count model given hyperparameters."""
        return Conditional(self.noise_precision(hyper), self.shared_prior(hyper), self.count_model(hyper))

    def log_mean(self, predictor: np.ndarray) -> np.ndarray:
        """Add the offset to a linear predictor, in the shape of the count model: (1, point, 1, series, time)."""
        return (predictor + self.offset)[None, :, None]

    def find_modes(self, hyper: np.ndarray, predictor: np.ndarray | None = None) -> SeriesModes:
        """Find the mode of noise and coefficients at each point by Newton's method.

        Parameters
        ----------
        hyper
            Unbounded hyperparameters; shape (point, hyperparameter).
        predictor
            Where to start: the linear predictor without the offset.

        Returns
        -------
        SeriesModes
            The mode and the Laplace log density of the hyperparameters.
        """
        given = self.conditional(hyper)
        shape = (len(hyper), *self.offset.shape)
        predictor = np.zeros(shape) if predictor is None else np.broadcast_to(predictor, shape)
        moved = np.full(len(hyper), np.inf)
        for _ in range(STEPS):
            score, weight = self.score_and_weight(given.counts, predictor)
            gaussian = GaussianApproximation.at_weights(self.design, given.noise, given.shared, weight)
            latent = gaussian.solve(weight * predictor + score)
            step = self.design.predictor(latent) - predictor
            moved = np.abs(step).max(axis=(1, 2))
            damping = np.minimum(1.0, LARGEST_STEP / np.maximum(moved, NEWTON_TOLERANCE))
            predictor = predictor + step * damping[:, None, None]
            if (moved < NEWTON_TOLERANCE).all():
                break
        density = self._laplace(given, gaussian, latent, predictor) + self.log_prior(hyper)
        return SeriesModes(predictor, gaussian, latent, density, moved < 1e3 * NEWTON_TOLERANCE)

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
            + (latent.own**2 / self.layout.own_sd**2).sum(axis=(1, 2))
            + given.shared.squares(latent.shared)
        )
        size = len(self.offset)
        prior_determinant = (
            size * given.noise.log_determinant
            - 2 * size * np.log(self.layout.own_sd).sum()
            + given.shared.log_determinant
        )
        return likelihood - squares / 2 + (prior_determinant - gaussian.log_determinant) / 2

    def correction(self, hyper: np.ndarray, modes: SeriesModes) -> SeriesVector:
        r"""Compute the first-order difference of posterior mean and mode.

        .. math:: H\,\delta = -\tfrac12 A' (m_3 \circ \mathrm{diag}(A H^{-1} A'))

        with :math:`H` the precision, :math:`A` the map to log means and :math:`m_3` minus the third
        derivative of the log probability of each count.
        """
        counts = self.count_model(hyper)
        log_mean = self.log_mean(modes.predictor)
        third = np.broadcast_to(counts.third(log_mean, counts.slopes(log_mean)[1]), log_mean.shape)[0, :, 0]
        return modes.gaussian.solve(-0.5 * third * modes.gaussian.variance())
