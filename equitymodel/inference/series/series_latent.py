"""The mode of all coefficients and of the noise, many sets of hyperparameters at a time.

By Newton's method, each step of which solves a `GaussianApproximation`. Arrays have points (sets of hyperparameters)
first, then series, and time last.
"""

from __future__ import annotations

from dataclasses import dataclass

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
LARGEST_STEP = 2.0
"""No step moves any log mean further than this."""


@dataclass(frozen=True)
class SeriesModes:
    """The mode at each point, and the approximation around it.

    Attributes
    ----------
    predictor
        Linear predictor without the offset; shape (point, series, time).
    gaussian_approximation
        The approximation.
    latent
        What the line is made of.
    density
        Log density of the hyperparameters, noise and coefficients integrated out; shape (point,).
    found
        Whether Newton's method settled.
    """

    predictor: np.ndarray
    gaussian_approximation: GaussianApproximation
    latent: SeriesVector
    density: np.ndarray
    found: np.ndarray


class SeriesLatent:
    """A layout with its count model: everything that is a function of the hyperparameters.

    Parameters
    ----------
    layout
        From `lay_out_series`.
    """

    def __init__(self, layout: SeriesLayout):
        self.layout = layout
        self.low, self.high, known = (
            array.T[None, None, None] for array in (layout.counts_low, layout.counts_high, layout.known)
        )
        self.censored = find_interval_censored(self.low, self.high, known.astype(float))
        self.exact = (known & (self.low == self.high)).astype(float)
        self.offset = np.ascontiguousarray(layout.offset.T)
        features = np.ascontiguousarray(layout.features.swapaxes(0, 1))
        self.design = Design(features, SharedMap.of(layout.shared), 1.0 / layout.own_sd**2, layout.common)

    def values(self, hyper: np.ndarray) -> dict[str, np.ndarray]:
        """Give hyperparameters by name on their own scales, from unbounded ones; shape (point, hyperparameter).

        The logs of standard deviations of noise that lasts are those of what is fresh in a period.
        """
        whole = hyper - innovation_log_ratio(self.layout.hypers, hyper)
        return {each.name: each.value(whole[:, k]) for k, each in enumerate(self.layout.hypers)}

    def log_prior(self, hyper: np.ndarray) -> np.ndarray:
        """Give the log prior density of unbounded hyperparameters, up to a constant; shape (point,)."""
        whole = hyper - innovation_log_ratio(self.layout.hypers, hyper)
        return np.sum([each.log_prior(whole[:, k]) for k, each in enumerate(self.layout.hypers)], axis=0)

    def ar1_precision(self, hyper: np.ndarray) -> Ar1Precision:
        """Give the prior precision of the noise."""
        values = self.values(hyper)
        return ar1_precision(self.layout.gap, values["sd"], values["rho"])

    def shared_prior(self, hyper: np.ndarray) -> SharedPrior:
        """Give the prior of shared coefficients."""
        values = self.values(hyper)
        sd = np.broadcast_to(self.layout.shared_sd, (len(hyper), len(self.layout.shared_sd))).copy()
        learned = self.layout.sd_index >= 0
        sd[:, learned] = np.exp(hyper[:, 2 + self.layout.sd_index[learned]])
        noise = (
            ar1_precision(self.layout.gap, values["common sd"], values["common rho"]) if self.layout.common else None
        )
        return SharedPrior(1.0 / sd**2, noise)

    def count_model(self, hyper: np.ndarray) -> CountModel:
        """Give the count model at each point."""
        squared = None
        if "variation" in self.layout.hyper:
            squared = self.values(hyper)["variation"][None, :, None, None, None] ** 2
        return CountModel(self.low, self.exact, squared, self.censored)

    def log_mean(self, predictor: np.ndarray) -> np.ndarray:
        """Add the offset, in the shape of the count model: (1, point, 1, series, time)."""
        return (predictor + self.offset)[None, :, None]

    def find_modes(self, hyper: np.ndarray, predictor: np.ndarray | None = None) -> SeriesModes:
        """Find the mode at each point by Newton's method.

        Parameters
        ----------
        hyper
            Unbounded hyperparameters; shape (point, hyperparameter).
        predictor
            Where to start: the linear predictor without the offset.

        Returns
        -------
        Modes
            The mode and the log density of the hyperparameters.
        """
        prior, shared_prior, model = self.ar1_precision(hyper), self.shared_prior(hyper), self.count_model(hyper)
        shape = (len(hyper), *self.offset.shape)
        predictor = np.zeros(shape) if predictor is None else np.broadcast_to(predictor, shape)
        moved = np.full(len(hyper), np.inf)
        for _ in range(STEPS):
            score, weight = self._slopes(model, predictor)
            gaussian_approximation = GaussianApproximation.of(self.design, prior, shared_prior, weight)
            latent = gaussian_approximation.solve(weight * predictor + score)
            step = self.design.predictor(latent) - predictor
            moved = np.abs(step).max(axis=(1, 2))
            predictor = (
                predictor + step * np.minimum(1.0, LARGEST_STEP / np.maximum(moved, NEWTON_TOLERANCE))[:, None, None]
            )
            if (moved < NEWTON_TOLERANCE).all():
                break
        density = self._density(hyper, model, prior, shared_prior, gaussian_approximation, latent, predictor)
        return SeriesModes(predictor, gaussian_approximation, latent, density, moved < 1e3 * NEWTON_TOLERANCE)

    def _slopes(self, model: CountModel, predictor: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        score, weight = model.slopes(self.log_mean(predictor))
        return score[0, :, 0], weight[0, :, 0]

    def _density(
        self, hyper: np.ndarray, model: CountModel, prior: Ar1Precision, shared_prior: SharedPrior, gaussian_approximation: GaussianApproximation,
        latent: SeriesVector, predictor: np.ndarray,
    ) -> np.ndarray:  # fmt: skip
        likelihood = (model.log_probability(self.log_mean(predictor)) + model.shape_constant())[:, 0]
        squares = (
            (latent.noise * prior.product(latent.noise)).sum(axis=(1, 2))
            + (latent.own**2 / self.layout.own_sd**2).sum(axis=(1, 2))
            + shared_prior.squares(latent.shared)
        )
        size = len(self.offset)
        prior_determinant = (
            size * prior.log_determinant - 2 * size * np.log(self.layout.own_sd).sum() + shared_prior.log_determinant
        )
        return (
            likelihood
            - squares / 2
            + (prior_determinant - gaussian_approximation.log_determinant) / 2
            + self.log_prior(hyper)
        )

    def correction(self, hyper: np.ndarray, modes: SeriesModes) -> SeriesVector:
        r"""Give how far means lie from modes, to first order.

        .. math:: H\,\delta = -\tfrac12 A' (m_3 \circ \mathrm{diag}(A H^{-1} A'))

        with :math:`H` the precision, :math:`A` the map to log means and :math:`m_3` minus the third
        derivative of the log probability of each count.
        """
        model = self.count_model(hyper)
        log_mean = self.log_mean(modes.predictor)
        third = np.broadcast_to(model.third(log_mean, model.slopes(log_mean)[1]), log_mean.shape)[0, :, 0]
        return modes.gaussian_approximation.solve(-0.5 * third * modes.gaussian_approximation.variance())
