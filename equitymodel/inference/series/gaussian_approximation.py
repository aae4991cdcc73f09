"""The Gaussian approximation at given weights: a precision matrix in blocks, factorised by Schur complements.

Three blocks are eliminated in turn: the AR(1) noise of each series (tridiagonal, one pass over time), the
coefficients that each series has to itself, and the coefficients that series share. Values of noise that
series share, one a period, come last among the shared coefficients.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np

from equitymodel.inference.series import ar1_kernel, matrix_kernel
from equitymodel.inference.series.ar1 import Ar1Factor, Ar1Precision, factorise
from equitymodel.inference.series.ar1_kernel import CoefficientCovariance, Complements, Loadings
from equitymodel.inference.series.arrowhead import Arrowhead
from equitymodel.inference.series.shared_map import SharedMap
from equitymodel.inference.series.shared_prior import SharedPrior


@dataclass(frozen=True)
class SeriesVector:
    """Values of the latent Gaussian model: noise and coefficients.

    Attributes
    ----------
    noise
        AR(1) noise of each series; shape (point, series, time).
    own
        Coefficients that each series has to itself; shape (point, series, own).
    shared
        Coefficients that series share, then the noise they share; shape (point, coefficient).
    """

    noise: np.ndarray
    own: np.ndarray
    shared: np.ndarray

    def plus(self, other: SeriesVector, step: np.ndarray | float = 1.0) -> SeriesVector:
        """Add a multiple of another vector."""
        return SeriesVector(
            self.noise + step * other.noise, self.own + step * other.own, self.shared + step * other.shared
        )

    def select(self, index: np.ndarray) -> SeriesVector:
        """Choose points, perhaps more than once."""
        return SeriesVector(self.noise[index], self.own[index], self.shared[index])


@dataclass(frozen=True)
class Design:
    """The design matrix of the linear predictor: features, and how coefficients are shared.

    Attributes
    ----------
    features
        Those with a coefficient of its own in each series come first; shape (series, time, feature).
    map
        Loadings of the other features on shared coefficients.
    common
        Whether the series share noise.
    """

    features: np.ndarray
    map: SharedMap
    common: bool

    @property
    def own(self) -> int:
        """How many features have a coefficient of its own in each series."""
        return self.features.shape[2] - self.map.shape[1]

    def predictor(self, latent: SeriesVector) -> np.ndarray:
        """Compute the linear predictor without the offset; shape (point, series, time)."""
        return latent.noise + self.without_own_noise(latent.own, latent.shared)

    def without_own_noise(self, own: np.ndarray, shared: np.ndarray) -> np.ndarray:
        """Compute the linear predictor without the noise of each series; shape (point, series, time)."""
        predictor = weigh(self.features, self.beta(own, shared))
        return predictor + shared[:, None, self.map.shape[2] :] if self.common else predictor

    def beta(self, own: np.ndarray, shared: np.ndarray) -> np.ndarray:
        """Compute the coefficient of each feature in each series; shape (point, series, feature)."""
        return np.concatenate([own, self.map.forward(shared[:, : self.map.shape[2]])], axis=2)


@dataclass(frozen=True)
class GaussianApproximation:
    """The precision matrix H of noise and coefficients at given weights, factorised in blocks.

    Attributes
    ----------
    design
        What the log means are made of.
    factor
        Of the AR(1) block of each series.
    own_covariance
        Conditional covariance of the own coefficients of each series, given the shared ones; shape
        (point, series, own, own).
    gain
        Regression of own coefficients on the coefficients of the other features and on shared noise; shape
        (point, series, own, other feature + time).
    shared_precision
        Marginal precision of the shared coefficients, as an arrowhead matrix.
    own_log_determinant
        Minus log determinant of `own_covariance`; shape (point, series).
    which
        The point of each vector that is solved for or drawn: every point once, unless others were chosen.
    """

    design: Design
    factor: Ar1Factor
    own_covariance: np.ndarray
    gain: np.ndarray
    shared_precision: Arrowhead
    own_log_determinant: np.ndarray
    which: np.ndarray

    @classmethod
    def at_weights(
        cls, design: Design, prior: Ar1Precision, own_prior: np.ndarray, shared_prior: SharedPrior, weight: np.ndarray
    ) -> GaussianApproximation:
        """Factorise H at weights of shape (point, series, time) and prior precisions of own ones, (point, own)."""
        factor, loadings = factorise(prior, weight), design.map
        points, series, periods = weight.shape
        own, common = design.own, periods if design.common else 0
        shared = loadings.shape[2]
        into = Complements(
            own_covariance=np.empty((points, series, own, own)),
            gain=np.empty((points, series, own, loadings.shape[1] + common)),
            coupling=np.empty((points, series, own, common)),
            precision=np.zeros((points, shared + common, shared + common)),
        )
        sparse = Loadings(loadings.starts, loadings.feature, loadings.coefficient, loadings.loading)
        own_determinant = ar1_kernel.eliminate(factor, design.features, own_prior, sparse, into)
        precision = into.precision
        if common:
            gain = into.gain[..., loadings.shape[1] :].reshape(points, -1, common)
            precision[:, shared:, shared:] += np.swapaxes(into.coupling.reshape(gain.shape), 1, 2) @ gain
        shared_prior.add_to(precision)
        arrowhead = Arrowhead.factorise(precision, loadings.independent)
        return cls(design, factor, into.own_covariance, into.gain, arrowhead, own_determinant, np.arange(points))

    @property
    def log_determinant(self) -> np.ndarray:
        """log|H|; shape (point,)."""
        own = (self.factor.log_determinant + self.own_log_determinant).sum(axis=1)
        return own + self.shared_precision.log_determinant

    @cached_property
    def own_root(self) -> np.ndarray:
        """Square root of the conditional covariance of own coefficients; shape (point, series, own, own)."""
        return np.linalg.cholesky(self.own_covariance)

    def for_draws(self, index: np.ndarray) -> GaussianApproximation:
        """Choose the point of each draw."""
        shared = self.shared_precision.select(index)
        chosen = replace(self, factor=self.factor.select(index), shared_precision=shared, which=self.which[index])
        vars(chosen)["own_root"] = self.own_root
        return chosen

    def take(self, values: np.ndarray, index: np.ndarray) -> np.ndarray:
        """Choose those of the point of each draw."""
        return values[index]

    def log_means(self, vector: SeriesVector) -> np.ndarray:
        """Compute A x, with A the map to log means; shape (point, series, time)."""
        return self.design.predictor(vector)

    def solve(self, right: np.ndarray) -> SeriesVector:
        """Solve H x = A'b with A the map to log means and b of shape (point, series, time)."""
        own, features = self.design.own, self.design.map.shape[1]
        reduced = right - self.factor.weight * self.factor.solve(right)
        score = (np.swapaxes(self.design.features, 1, 2) @ reduced[..., None])[..., 0]
        passed = self._each(matrix_kernel.multiply_transposed, self.gain, score[..., :own])
        vector = self.design.map.backward(score[..., own:] + passed[..., :features])
        if self.design.common:
            vector = np.concatenate([vector, (reduced + passed[..., features:]).sum(axis=1)], axis=1)
        shared = self.shared_precision.solve(vector)
        given = self._each(matrix_kernel.multiply, self.own_covariance, score[..., :own])
        given = given + self._own_given_shared(shared)
        return SeriesVector(self.factor.solve(right - self._weighted_predictor(given, shared)), given, shared)

    def sample(self, rng: np.random.Generator) -> SeriesVector:
        """Draw from N(0, H^-1) once at each point: shared coefficients, own ones given these, noise given both."""
        (_, series, own, _), points = self.own_covariance.shape, len(self.which)
        shared = self.shared_precision.sample(rng.normal(size=(points, self.shared_precision.rows.total)))
        conditional = self._each(matrix_kernel.multiply, self.own_root, rng.normal(size=(points, series, own)))
        given = conditional + self._own_given_shared(shared)
        noise = self.factor.sample(rng.normal(size=self.factor.pivot.shape))
        return SeriesVector(noise - self.factor.solve(self._weighted_predictor(given, shared)), given, shared)

    def variance(self) -> np.ndarray:
        """Compute diag(A H^-1 A'), the variance of each log mean; shape (point, series, time)."""
        return self.factor.variance(self.design.features, self.coefficient_covariance())

    def coefficient_covariance(self) -> CoefficientCovariance:
        """Compute the covariance of the coefficients of each series, and of these with shared noise."""
        _, features, size = self.design.map.shape
        covariance = self.shared_precision.covariance()
        others = self.design.map.feature_covariance(covariance[:, :size, :size])
        mixed = self.design.map.forward_columns(covariance[:, :size, size:])
        common = np.ascontiguousarray(covariance[:, size:, size:])
        by_features, by_noise = self.gain[..., :features], self.gain[..., features:]
        own_others = by_features @ others + by_noise @ np.swapaxes(mixed, -1, -2)
        own_mixed = by_features @ mixed + by_noise @ common[:, None]
        own = self.own_covariance + own_others @ np.swapaxes(by_features, -1, -2)
        own = own + own_mixed @ np.swapaxes(by_noise, -1, -2)
        whole = np.block([[own, own_others], [np.swapaxes(own_others, -1, -2), others]])
        return CoefficientCovariance(whole, np.concatenate([own_mixed, mixed], axis=2), common)

    def draw_some(self, series: np.ndarray, draws: int, rng: np.random.Generator) -> np.ndarray:
        """Draw departures of the log means of some series at the first point; shape (series, draw, time).

        Every series gets the same random numbers, and the symmetric square root of its covariance: that of an
        eigenvector's sign would be decided by rounding, and so by the order of the series.
        """
        whole, mixed, common = self.coefficient_covariance()
        size, periods = whole.shape[-1], common.shape[-1]
        joint = np.empty((len(series), size + periods, size + periods))
        joint[:, :size, :size], joint[:, size:, size:] = whole[0, series], common[0]
        joint[:, :size, size:] = mixed[0, series]
        joint[:, size:, :size] = np.swapaxes(mixed[0, series], 1, 2)
        values, vectors = np.linalg.eigh(joint)
        root = (vectors * np.sqrt(np.maximum(values, 0.0))[:, None]) @ np.swapaxes(vectors, 1, 2)
        coefficients = np.swapaxes(root @ rng.standard_normal((size + periods, draws)), 1, 2)
        along = coefficients[..., :size] @ np.swapaxes(self.design.features[series], 1, 2)
        if periods:
            along = along + coefficients[..., size:]
        one = Ar1Factor(*(part[:1, series].repeat(draws, axis=0) for part in self.factor))
        noise = one.sample(np.repeat(rng.standard_normal((draws, 1, along.shape[2])), len(series), axis=1))
        along = np.swapaxes(along, 0, 1)
        return np.swapaxes(along + noise - one.solve(one.weight * along), 0, 1)

    def _own_given_shared(self, shared: np.ndarray) -> np.ndarray:
        """Compute the conditional mean of own coefficients given shared ones; shape (point, series, own)."""
        size = self.design.map.shape[2]
        others = self.design.map.forward(shared[:, :size])
        if self.design.common:
            noise = np.broadcast_to(shared[:, None, size:], (*others.shape[:2], shared.shape[1] - size))
            others = np.concatenate([others, noise], axis=2)
        return self._each(matrix_kernel.multiply, self.gain, others)

    def _each(self, product: Callable[..., np.ndarray], matrices: np.ndarray, vectors: np.ndarray) -> np.ndarray:
        """Multiply the vector of each series by the matrix of its point; shape (point, series, column)."""
        series = matrices.shape[1]
        which = (self.which[:, None] * series + np.arange(series)).ravel()
        flat = np.ascontiguousarray(vectors.reshape(-1, vectors.shape[2]))
        return product(matrices.reshape(-1, *matrices.shape[2:]), which, flat).reshape(*vectors.shape[:2], -1)

    def _weighted_predictor(self, own: np.ndarray, shared: np.ndarray) -> np.ndarray:
        """Compute W A x without the noise of each series: the coupling of coefficients to the AR(1) block."""
        return self.factor.weight * self.design.without_own_noise(own, shared)


def weigh(features: np.ndarray, beta: np.ndarray) -> np.ndarray:
    """Multiply features of shape (series, time, feature) by coefficients; shape (point, series, time)."""
    return (features @ beta[..., None])[..., 0]
