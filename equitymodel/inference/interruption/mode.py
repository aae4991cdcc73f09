"""The mode of all coefficients and of the noise, many sets of hyperparameters at a time.

The noise of each series is eliminated first (one pass over time), then the coefficients that each
series has to itself, and last those that series share: three Schur complements, the same in every
step of Newton's method. Values of noise that series share, one a period, are among the shared
coefficients: each series has a feature for each period, whose coefficient they are.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from scipy.linalg import cho_solve

from equitymodel.inference.interruption.chain import Chain, Factor, chain, factorise
from equitymodel.inference.interruption.layout import Layout
from equitymodel.inference.interruption.shared_map import SharedMap
from equitymodel.inference.interruption.shared_prior import SharedPrior
from equitymodel.inference.laplace.count_model import CountModel
from equitymodel.inference.laplace.hidden_counts import find_hidden

STEPS = 40
CLOSE = 1e-6
LONGEST = 2.0
"""No step moves any log mean further than this."""


@dataclass(frozen=True)
class System:
    """The Gaussian approximation at given weights: factors, and the solution for one right-hand side.

    Attributes
    ----------
    factor
        Of the noise, given its coefficients.
    response
        How the noise answers to coefficients; shape (time, point, series, feature).
    own_inverse
        Covariance of the own coefficients of a series, given the shared ones.
    own_by_shared
        How own coefficients answer to shared ones; shape (point, series, own, shared feature).
    shared_precision
        Precision of the shared coefficients; shape (point, coefficient, coefficient).
    log_determinant
        Of the whole precision; shape (point,).
    noise, own, shared
        The solution.
    """

    factor: Factor
    response: np.ndarray
    own_inverse: np.ndarray
    own_by_shared: np.ndarray
    shared_precision: np.ndarray
    log_determinant: np.ndarray
    noise: np.ndarray
    own: np.ndarray
    shared: np.ndarray


@dataclass(frozen=True)
class Modes:
    """The mode at each point, and the approximation around it.

    Attributes
    ----------
    line
        Linear predictor without the offset; shape (time, point, series).
    system
        The approximation.
    density
        Log density of the hyperparameters, noise and coefficients integrated out; shape (point,).
    found
        Whether Newton's method settled.
    """

    line: np.ndarray
    system: System
    density: np.ndarray
    found: np.ndarray


class Field:
    """A layout with its count model: everything that is a function of the hyperparameters.

    Parameters
    ----------
    layout
        From `lay_out`.
    """

    def __init__(self, layout: Layout):
        self.layout = layout
        self.low, self.high, known = (
            array[:, None, None, :, None] for array in (layout.counts_low, layout.counts_high, layout.known)
        )
        self.hidden = find_hidden(self.low, self.high, known.astype(float))
        self.exact = (known & (self.low == self.high)).astype(float)
        periods = len(layout.features)
        moments = np.broadcast_to(np.eye(periods)[:, None], (periods, layout.offset.shape[1], periods))
        self.features = np.concatenate([layout.features, moments], axis=-1) if layout.common else layout.features
        self.map = SharedMap.of(layout.shared)
        self.own, self.others = slice(0, len(layout.own)), slice(len(layout.own), self.features.shape[2])

    @cached_property
    def own_precision(self) -> np.ndarray:
        """Prior precision of own coefficients; shape (own, own)."""
        return np.diag(1.0 / self.layout.own_sd**2)

    def values(self, hyper: np.ndarray) -> dict[str, np.ndarray]:
        """Give hyperparameters by name on their own scales; unbounded ones have shape (point, hyperparameter)."""
        return {each.name: each.value(hyper[:, k]) for k, each in enumerate(self.layout.hypers)}

    def log_prior(self, hyper: np.ndarray) -> np.ndarray:
        """Give the log prior density of unbounded hyperparameters, up to a constant; shape (point,)."""
        return np.sum([each.log_prior(hyper[:, k]) for k, each in enumerate(self.layout.hypers)], axis=0)

    def chain(self, hyper: np.ndarray) -> Chain:
        """Give the prior precision of the noise."""
        values = self.values(hyper)
        return chain(self.layout.gap, values["sd"], values["rho"])

    def shared_prior(self, hyper: np.ndarray) -> SharedPrior:
        """Give the prior of shared coefficients."""
        values = self.values(hyper)
        sd = np.broadcast_to(self.layout.shared_sd, (len(hyper), len(self.layout.shared_sd))).copy()
        learned = self.layout.spread_of >= 0
        sd[:, learned] = np.exp(hyper[:, 2 + self.layout.spread_of[learned]])
        noise = chain(self.layout.gap, values["common sd"], values["common rho"]) if self.layout.common else None
        return SharedPrior(1.0 / sd**2, noise)

    def count_model(self, hyper: np.ndarray) -> CountModel:
        """Give the count model at each point."""
        squared = None
        if "variation" in self.layout.hyper:
            squared = self.values(hyper)["variation"][None, :, None, None, None] ** 2
        return CountModel(self.low, self.exact, squared, self.hidden)

    def log_mean(self, line: np.ndarray) -> np.ndarray:
        """Add the offset, in the shape of the count model: (time, point, 1, series, 1)."""
        return (line + self.layout.offset[:, None, :])[:, :, None, :, None]

    def predictor(self, noise: np.ndarray, beta: np.ndarray) -> np.ndarray:
        """Add up noise and features; shape (time, point, series)."""
        return noise + weigh(self.features, beta)

    def beta(self, own: np.ndarray, shared: np.ndarray) -> np.ndarray:
        """Give the coefficients of each feature in each series; shape (point, series, feature)."""
        found = np.empty((*own.shape[:2], self.features.shape[2]))
        found[..., self.own] = own
        found[..., self.others] = self.between(shared)
        return found

    def between(self, shared: np.ndarray) -> np.ndarray:
        """Give what shared coefficients make of each series' other features; shape (point, series, feature)."""
        size = self.map.shape[2]
        found = self.map.forward(shared[:, :size])
        if not self.layout.common:
            return found
        noise = shared[:, None, size:]
        return np.concatenate([found, np.broadcast_to(noise, (*found.shape[:2], noise.shape[2]))], axis=2)

    def solve(self, prior: Chain, shared_prior: SharedPrior, weight: np.ndarray, right: np.ndarray) -> System:
        """Eliminate noise, own and shared coefficients in turn; weight and right have (time, point, series)."""
        factor = factorise(prior, weight)
        response, settled, gram, vector = self._without_noise(factor, weight, right)
        own_inverse = np.linalg.inv(gram[..., self.own, self.own] + self.own_precision)
        cross = gram[..., self.own, self.others]
        by_shared = -own_inverse @ cross
        inner = gram[..., self.others, self.others] + np.swapaxes(cross, -1, -2) @ by_shared
        inner_vector = vector[..., self.others] + (np.swapaxes(by_shared, -1, -2) @ vector[..., self.own, None])[..., 0]
        precision, shared_vector = self._gather(inner, inner_vector)
        shared_prior.add_to(precision)
        roots = np.linalg.cholesky(precision)
        shared = np.stack([cho_solve((root, True), part) for root, part in zip(roots, shared_vector, strict=True)])
        between = self.between(shared)
        own = (own_inverse @ vector[..., self.own, None] + by_shared @ between[..., None])[..., 0]
        noise = settled - np.einsum("tbsk,bsk->tbs", response, self.beta(own, shared))
        log_determinant = (
            factor.log_determinant.sum(axis=1)
            - np.linalg.slogdet(own_inverse)[1].sum(axis=1)
            + 2.0 * np.log(np.diagonal(roots, axis1=1, axis2=2)).sum(axis=1)
        )
        return System(factor, response, own_inverse, by_shared, precision, log_determinant, noise, own, shared)

    def _without_noise(
        self, factor: Factor, weight: np.ndarray, right: np.ndarray
    ) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
        """Eliminate the noise: its response to features and to the right, and what is left of both."""
        features, size = self.layout.features[:, None], self.layout.features.shape[2]
        columns = np.empty((*weight.shape, size + 1))
        columns[..., :size] = weight[..., None] * features
        columns[..., size] = right
        answer = factor.solve(columns)
        left = np.moveaxis(features - answer[..., :size], 0, -1)
        table = left @ np.moveaxis(columns, 0, 2)
        if not self.layout.common:
            return answer[..., :size], answer[..., size], table[..., :size], table[..., size]
        return self._with_moments(factor, weight, right, answer, left, table)

    def _with_moments(
        self, factor: Factor, weight: np.ndarray, right: np.ndarray, answer: np.ndarray, left: np.ndarray,
        table: np.ndarray,
    ) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:  # fmt: skip
        """Go on to the features for each period, whose products need no sums."""
        size, whole, settled = answer.shape[-1] - 1, self.features.shape[2], answer[..., -1]
        weights, periods = np.moveaxis(weight, 0, -1), np.arange(size, whole)
        response = np.concatenate([answer[..., :size], factor.inverse() * weights], axis=-1)
        gram = np.empty((*weights.shape[:2], whole, whole))
        gram[..., :size, :size] = table[..., :size]
        gram[..., :size, size:] = left * weights[..., None, :]
        gram[..., size:, :size] = np.swapaxes(gram[..., :size, size:], -1, -2)
        np.multiply(-weights[..., None], np.moveaxis(response[..., size:], 0, 2), out=gram[..., size:, size:])
        gram[..., periods, periods] += weights
        return (
            response,
            settled,
            gram,
            np.concatenate([table[..., size], np.moveaxis(right - weight * settled, 0, -1)], axis=-1),
        )

    def _gather(self, inner: np.ndarray, vector: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Add up what the series say about the shared coefficients."""
        features = self.map.shape[1]
        precision, found = self.map.gather(inner[..., :features, :features]), self.map.backward(vector[..., :features])
        if not self.layout.common:
            return precision, found
        mixed = np.stack([self.map.backward(np.moveaxis(each, -1, 0)).T for each in inner[..., :features, features:]])
        among = inner[:, :, features:, features:].sum(axis=1)
        return (
            np.block([[precision, mixed], [np.swapaxes(mixed, 1, 2), among]]),
            np.concatenate([found, vector[..., features:].sum(axis=1)], axis=1),
        )

    def find_modes(self, hyper: np.ndarray, line: np.ndarray | None = None) -> Modes:
        """Find the mode at each point by Newton's method.

        Parameters
        ----------
        hyper
            Unbounded hyperparameters; shape (point, hyperparameter).
        line
            Where to start: the linear predictor without the offset.

        Returns
        -------
        Modes
            The mode and the log density of the hyperparameters.
        """
        prior, shared_prior, model = self.chain(hyper), self.shared_prior(hyper), self.count_model(hyper)
        shape = (len(self.layout.features), len(hyper), self.layout.offset.shape[1])
        line = np.zeros(shape) if line is None else np.broadcast_to(line, shape)
        moved = np.full(len(hyper), np.inf)
        for _ in range(STEPS):
            score, weight = self._slopes(model, line)
            system = self.solve(prior, shared_prior, weight, weight * line + score)
            step = self.predictor(system.noise, self.beta(system.own, system.shared)) - line
            moved = np.abs(step).max(axis=(0, 2))
            line = line + step * np.minimum(1.0, LONGEST / np.maximum(moved, CLOSE))[:, None]
            if (moved < CLOSE).all():
                break
        density = self._density(hyper, model, prior, shared_prior, system, line)
        return Modes(line, system, density, moved < 1e3 * CLOSE)

    def _slopes(self, model: CountModel, line: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        score, weight = model.slopes(self.log_mean(line))
        return score[:, :, 0, :, 0], weight[:, :, 0, :, 0]

    def _density(
        self, hyper: np.ndarray, model: CountModel, prior: Chain, shared_prior: SharedPrior, system: System,
        line: np.ndarray,
    ) -> np.ndarray:  # fmt: skip
        likelihood = (model.log_probability(self.log_mean(line)) + model.shape_constant())[:, 0]
        squares = (
            (system.noise * prior.product(system.noise)).sum(axis=(0, 2))
            + (system.own**2 / self.layout.own_sd**2).sum(axis=(1, 2))
            + shared_prior.squares(system.shared)
        )
        size = self.layout.offset.shape[1]
        prior_determinant = (
            size * prior.log_determinant - 2 * size * np.log(self.layout.own_sd).sum() + shared_prior.log_determinant
        )
        return likelihood - squares / 2 + (prior_determinant - system.log_determinant) / 2 + self.log_prior(hyper)

    def correction(self, hyper: np.ndarray, modes: Modes) -> System:
        r"""Give how far means lie from modes, to first order.

        .. math:: H\,\delta = -\tfrac12 A' (m_3 \circ \mathrm{diag}(A H^{-1} A'))

        with :math:`H` the precision, :math:`A` the map to log means and :math:`m_3` minus the third
        derivative of the log probability of each count.
        """
        model = self.count_model(hyper)
        log_mean = self.log_mean(modes.line)
        weight = model.slopes(log_mean)[1]
        third = np.broadcast_to(model.third(log_mean, weight), log_mean.shape)[:, :, 0, :, 0]
        right = -0.5 * third * self.variance(modes.system)
        return self.solve(self.chain(hyper), self.shared_prior(hyper), weight[:, :, 0, :, 0], right)

    def variance(self, system: System) -> np.ndarray:
        """Give the variance of each log mean; shape (time, point, series)."""
        between = self._covariance(np.linalg.inv(system.shared_precision))
        size = between.shape[2]
        spread = np.concatenate([system.own_by_shared, np.broadcast_to(np.eye(size), between.shape)], axis=2)
        whole = spread @ between @ np.swapaxes(spread, -1, -2)
        whole[..., self.own, self.own] += system.own_inverse
        left = np.moveaxis(self.features[:, None] - system.response, 0, 2)
        return system.factor.variance() + np.moveaxis(((left @ whole) * left).sum(axis=-1), 2, 0)

    def _covariance(self, covariance: np.ndarray) -> np.ndarray:
        """Give the covariance of what shared coefficients make of each series' features: `between`, squared."""
        size = self.map.shape[2]
        found = self.map.spread(covariance[:, :size, :size])
        if not self.layout.common:
            return found
        mixed = np.stack([np.moveaxis(self.map.forward(each.T), 0, -1) for each in covariance[:, :size, size:]])
        among = np.broadcast_to(
            covariance[:, None, size:, size:], (*found.shape[:2], *covariance[0, size:, size:].shape)
        )
        return np.block([[found, mixed], [np.swapaxes(mixed, -1, -2), among]])


def weigh(features: np.ndarray, beta: np.ndarray) -> np.ndarray:
    """Add features up with the coefficients of each series; shape (time, point, series)."""
    return np.moveaxis(np.swapaxes(beta, 0, 1) @ np.moveaxis(features, 0, -1), -1, 0).swapaxes(1, 2)
