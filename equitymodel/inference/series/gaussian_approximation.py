"""The Gaussian approximation at given weights: noise, own and shared coefficients, eliminated one after the other.

The noise of each series goes first (one pass over time), then the coefficients that each series has to
itself, and last those that series share: three Schur complements. Values of noise that series share, one
a period, come last among the shared coefficients.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from equitymodel.inference.series import ar1_kernel as ar1_kernel
from equitymodel.inference.series.ar1 import Ar1Factor, Ar1Precision, factorise
from equitymodel.inference.series.arrowhead import Arrowhead
from equitymodel.inference.series.shared_map import SharedMap
from equitymodel.inference.series.shared_prior import SharedPrior


@dataclass(frozen=True)
class SeriesVector:
    """Values of everything that is not a hyperparameter.

    Attributes
    ----------
    noise
        That each series has to itself; shape (point, series, time).
    own
        Coefficients that each series has to itself; shape (point, series, own).
    shared
        Coefficients that series share, then the noise they share; shape (point, coefficient).
    """

    noise: np.ndarray
    own: np.ndarray
    shared: np.ndarray

    def __add__(self, other: SeriesVector) -> SeriesVector:
        """Add up."""
        return SeriesVector(self.noise + other.noise, self.own + other.own, self.shared + other.shared)

    def at(self, points: np.ndarray) -> SeriesVector:
        """Choose points, perhaps more than once."""
        return SeriesVector(self.noise[points], self.own[points], self.shared[points])


@dataclass(frozen=True)
class Design:
    """How noise and coefficients make up the log means.

    Attributes
    ----------
    features
        Those that each series has a coefficient of its own for come first; shape (series, time, feature).
    map
        How shared coefficients make the coefficients of the other features.
    own_precision
        Prior precisions of own coefficients.
    common
        Whether the series share noise.
    """

    features: np.ndarray
    map: SharedMap
    own_precision: np.ndarray
    common: bool

    def predictor(self, latent: SeriesVector) -> np.ndarray:
        """Add everything up; shape (point, series, time)."""
        return latent.noise + self.without_own_noise(latent.own, latent.shared)

    def without_own_noise(self, own: np.ndarray, shared: np.ndarray) -> np.ndarray:
        """Add up features and the noise that series share; shape (point, series, time)."""
        found = weigh(self.features, self.beta(own, shared))
        return found + shared[:, None, self.map.shape[2] :] if self.common else found

    def beta(self, own: np.ndarray, shared: np.ndarray) -> np.ndarray:
        """Give the coefficients of each feature in each series; shape (point, series, feature)."""
        return np.concatenate([own, self.map.forward(shared[:, : self.map.shape[2]])], axis=2)


@dataclass(frozen=True)
class GaussianApproximation:
    """The precision of everything, factorised.

    Attributes
    ----------
    design
        What the log means are made of.
    factor
        Of the noise, given its coefficients.
    inverse
        Covariance of the own coefficients of each series, given the shared ones; shape (point, series, own, own).
    gain
        How they answer to the other features and to shared noise; shape (point, series, own, other
        feature + time).
    precision
        Of the shared coefficients.
    """

    design: Design
    factor: Ar1Factor
    inverse: np.ndarray
    gain: np.ndarray
    precision: Arrowhead

    @classmethod
    def of(
        cls, design: Design, prior: Ar1Precision, shared_prior: SharedPrior, weight: np.ndarray
    ) -> GaussianApproximation:
        """Eliminate noise, own and shared coefficients in turn; weights have shape (point, series, time)."""
        factor, mapped = factorise(prior, weight), design.map
        points, series, periods = weight.shape
        own, common = len(design.own_precision), periods if design.common else 0
        shared = mapped.shape[2]
        inverse, cross = np.empty((points, series, own, own)), np.empty((points, series, own, common))
        gain = np.zeros((points, series, own, mapped.shape[1] + common))
        precision = np.zeros((points, shared + common, shared + common))
        ar1_kernel.eliminate(
            factor.pivot, factor.ratio, factor.weight, design.features, design.own_precision,
            mapped.starts, mapped.feature, mapped.coefficient, mapped.part, inverse, gain, cross, precision,
        )  # fmt: skip
        if common:
            answers = gain[..., mapped.shape[1] :].reshape(points, -1, common)
            precision[:, shared:, shared:] += np.swapaxes(cross.reshape(answers.shape), 1, 2) @ answers
        shared_prior.add_to(precision)
        return cls(design, factor, inverse, gain, Arrowhead.of(precision, mapped.diagonal_index))

    @property
    def log_determinant(self) -> np.ndarray:
        """Of the whole precision; shape (point,)."""
        own = np.linalg.slogdet(self.inverse)[1].sum(axis=1)
        return self.factor.log_determinant.sum(axis=1) - own + self.precision.log_determinant

    def at(self, points: np.ndarray) -> GaussianApproximation:
        """Choose points, perhaps more than once."""
        return GaussianApproximation(
            self.design, self.factor.at(points), self.inverse[points], self.gain[points], self.precision.at(points)
        )

    def solve(self, right: np.ndarray) -> SeriesVector:
        """Solve for what log means are told; shape (point, series, time)."""
        own, features = len(self.design.own_precision), self.design.map.shape[1]
        left = right - self.factor.weight * self.factor.solve(right)
        told = (np.swapaxes(self.design.features, 1, 2) @ left[..., None])[..., 0]
        passed = (told[..., None, :own] @ self.gain)[..., 0, :]
        vector = self.design.map.backward(told[..., own:] + passed[..., :features])
        if self.design.common:
            vector = np.concatenate([vector, (left + passed[..., features:]).sum(axis=1)], axis=1)
        shared = self.precision.solve(vector)
        given = (self.inverse @ told[..., :own, None])[..., 0] + self._own_given_shared(shared)
        return SeriesVector(self.factor.solve(right - self._weighted_predictor(given, shared)), given, shared)

    def sample(self, rng: np.random.Generator) -> SeriesVector:
        """Draw once at each point, around zero."""
        points, series, own = self.inverse.shape[:3]
        shared = self.precision.sample(
            rng.normal(size=(points, len(self.precision.diagonal_index) + len(self.precision.dense_index)))
        )
        innovation = np.linalg.cholesky(self.inverse) @ rng.normal(size=(points, series, own, 1))
        given = innovation[..., 0] + self._own_given_shared(shared)
        noise = self.factor.sample(rng.normal(size=self.factor.pivot.shape))
        return SeriesVector(noise - self.factor.solve(self._weighted_predictor(given, shared)), given, shared)

    def variance(self) -> np.ndarray:
        """Give the variance of each log mean; shape (point, series, time)."""
        _, features, size = self.design.map.shape
        covariance = self.precision.covariance()
        others = self.design.map.spread(covariance[:, :size, :size])
        mixed = self.design.map.forward_columns(covariance[:, :size, size:])
        common = np.ascontiguousarray(covariance[:, size:, size:])
        by_features, by_noise = self.gain[..., :features], self.gain[..., features:]
        own_others = by_features @ others + by_noise @ np.swapaxes(mixed, -1, -2)
        own_mixed = by_features @ mixed + by_noise @ common[:, None]
        own = self.inverse + own_others @ np.swapaxes(by_features, -1, -2) + own_mixed @ np.swapaxes(by_noise, -1, -2)
        whole = np.block([[own, own_others], [np.swapaxes(own_others, -1, -2), others]])
        return self.factor.variance(self.design.features, whole, np.concatenate([own_mixed, mixed], axis=2), common)

    def _own_given_shared(self, shared: np.ndarray) -> np.ndarray:
        """Give what own coefficients answer to shared ones; shape (point, series, own)."""
        _, features, size = self.design.map.shape
        found = self.gain[..., :features] @ self.design.map.forward(shared[:, :size])[..., None]
        if self.design.common:
            found += self.gain[..., features:] @ shared[:, None, size:, None]
        return found[..., 0]

    def _weighted_predictor(self, own: np.ndarray, shared: np.ndarray) -> np.ndarray:
        """Give what coefficients and shared noise take of what the noise of each series is told."""
        return self.factor.weight * self.design.without_own_noise(own, shared)


def weigh(features: np.ndarray, beta: np.ndarray) -> np.ndarray:
    """Add features of shape (series, time, feature) up with coefficients; shape (point, series, time)."""
    return (features @ beta[..., None])[..., 0]
