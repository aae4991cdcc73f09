"""The mode of all coefficients and of the noise, many sets of hyperparameters at a time.

The noise of each series is eliminated first (one pass over time), then the coefficients that each
series has to itself, and last those that series share: three Schur complements, the same in every
step of Newton's method. Values of noise that series share, one a period, come last among the shared
coefficients. Arrays have points (sets of hyperparameters) first, then series, and time last.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from equitymodel.inference.interruption.arrow import Arrow
from equitymodel.inference.interruption.chain import Chain, Factor, Left, Own, chain, factorise
from equitymodel.inference.interruption.hyper import fresh_part
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
    given_shared
        The own coefficients of each series, given the shared ones.
    precision
        Of the shared coefficients.
    noise, own, shared
        The solution.
    """

    factor: Factor
    given_shared: Own
    precision: Arrow
    noise: np.ndarray
    own: np.ndarray
    shared: np.ndarray

    @property
    def log_determinant(self) -> np.ndarray:
        """Of the whole precision; shape (point,)."""
        own = np.linalg.slogdet(self.given_shared.inverse)[1].sum(axis=1)
        return self.factor.log_determinant.sum(axis=1) - own + self.precision.log_determinant


@dataclass(frozen=True)
class Modes:
    """The mode at each point, and the approximation around it.

    Attributes
    ----------
    line
        Linear predictor without the offset; shape (point, series, time).
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
            array.T[None, None, None] for array in (layout.counts_low, layout.counts_high, layout.known)
        )
        self.hidden = find_hidden(self.low, self.high, known.astype(float))
        self.exact = (known & (self.low == self.high)).astype(float)
        self.offset = np.ascontiguousarray(layout.offset.T)
        self.features = np.ascontiguousarray(layout.features.swapaxes(0, 1))
        self.map = SharedMap.of(layout.shared)

    def values(self, hyper: np.ndarray) -> dict[str, np.ndarray]:
        """Give hyperparameters by name on their own scales, from unbounded ones; shape (point, hyperparameter).

        The logs of standard deviations of noise that lasts are those of what is fresh in a period.
        """
        whole = hyper - fresh_part(self.layout.hypers, hyper)
        return {each.name: each.value(whole[:, k]) for k, each in enumerate(self.layout.hypers)}

    def log_prior(self, hyper: np.ndarray) -> np.ndarray:
        """Give the log prior density of unbounded hyperparameters, up to a constant; shape (point,)."""
        whole = hyper - fresh_part(self.layout.hypers, hyper)
        return np.sum([each.log_prior(whole[:, k]) for k, each in enumerate(self.layout.hypers)], axis=0)

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
        """Add the offset, in the shape of the count model: (1, point, 1, series, time)."""
        return (line + self.offset)[None, :, None]

    def without_noise(self, own: np.ndarray, shared: np.ndarray) -> np.ndarray:
        """Add up features and the noise that series share; shape (point, series, time)."""
        found = weigh(self.features, self.beta(own, shared))
        return found + shared[:, None, self.map.shape[2] :] if self.layout.common else found

    def beta(self, own: np.ndarray, shared: np.ndarray) -> np.ndarray:
        """Give the coefficients of each feature in each series; shape (point, series, feature)."""
        return np.concatenate([own, self.map.forward(shared[:, : self.map.shape[2]])], axis=2)

    def answer(self, own: Own, shared: np.ndarray) -> np.ndarray:
        """Give what own coefficients answer to shared ones; shape (point, series, own)."""
        _, features, size = self.map.shape
        found = own.answer[..., :features] @ self.map.forward(shared[:, :size])[..., None]
        if self.layout.common:
            found += own.answer[..., features:] @ shared[:, None, size:, None]
        return found[..., 0]

    def solve(self, prior: Chain, shared_prior: SharedPrior, weight: np.ndarray, right: np.ndarray) -> System:
        """Eliminate noise, own and shared coefficients in turn; weight and right have (point, series, time)."""
        factor = factorise(prior, weight)
        left = factor.eliminate(right, self.features, common=self.layout.common)
        given_shared = left.eliminate_own(1.0 / self.layout.own_sd**2)
        precision, vector = self._gather(left)
        shared_prior.add_to(precision)
        arrow = Arrow.of(precision, self.map.alone)
        shared = arrow.solve(vector)
        told = left.vector[..., : len(self.layout.own), None]
        own = (given_shared.inverse @ told)[..., 0] + self.answer(given_shared, shared)
        noise = factor.solve(right - factor.weight * self.without_noise(own, shared))
        return System(factor, given_shared, arrow, noise, own, shared)

    def _gather(self, left: Left) -> tuple[np.ndarray, np.ndarray]:
        """Add up what the series say about shared coefficients: precision and vector."""
        own, size = len(self.layout.own), left.vector.shape[2]
        precision = self.map.gather(left.table[..., own:, own:size])
        found = self.map.backward(left.vector[..., own:])
        if not self.layout.common:
            return precision, found
        mixed = self.map.backward_columns(left.table[..., own:, size:])
        return (
            np.block([[precision, mixed], [np.swapaxes(mixed, 1, 2), left.among]]),
            np.concatenate([found, left.moments], axis=1),
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
        shape = (len(hyper), *self.offset.shape)
        line = np.zeros(shape) if line is None else np.broadcast_to(line, shape)
        moved = np.full(len(hyper), np.inf)
        for _ in range(STEPS):
            score, weight = self._slopes(model, line)
            system = self.solve(prior, shared_prior, weight, weight * line + score)
            step = system.noise + self.without_noise(system.own, system.shared) - line
            moved = np.abs(step).max(axis=(1, 2))
            line = line + step * np.minimum(1.0, LONGEST / np.maximum(moved, CLOSE))[:, None, None]
            if (moved < CLOSE).all():
                break
        density = self._density(hyper, model, prior, shared_prior, system, line)
        return Modes(line, system, density, moved < 1e3 * CLOSE)

    def _slopes(self, model: CountModel, line: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        score, weight = model.slopes(self.log_mean(line))
        return score[0, :, 0], weight[0, :, 0]

    def _density(
        self, hyper: np.ndarray, model: CountModel, prior: Chain, shared_prior: SharedPrior, system: System,
        line: np.ndarray,
    ) -> np.ndarray:  # fmt: skip
        likelihood = (model.log_probability(self.log_mean(line)) + model.shape_constant())[:, 0]
        squares = (
            (system.noise * prior.product(system.noise)).sum(axis=(1, 2))
            + (system.own**2 / self.layout.own_sd**2).sum(axis=(1, 2))
            + shared_prior.squares(system.shared)
        )
        size = len(self.offset)
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
        third = np.broadcast_to(model.third(log_mean, weight), log_mean.shape)[0, :, 0]
        right = -0.5 * third * self.variance(modes.system)
        return self.solve(self.chain(hyper), self.shared_prior(hyper), weight[0, :, 0], right)

    def variance(self, system: System) -> np.ndarray:
        """Give the variance of each log mean; shape (point, series, time)."""
        covariance, size, features = system.precision.covariance(), self.map.shape[2], self.map.shape[1]
        others, common = self.map.spread(covariance[:, :size, :size]), np.ascontiguousarray(covariance[:, size:, size:])
        mixed = self.map.forward_columns(covariance[:, :size, size:])
        given = system.given_shared
        by_features, by_noise = given.answer[..., :features], given.answer[..., features:]
        own_others = by_features @ others + by_noise @ np.swapaxes(mixed, -1, -2)
        own_mixed = by_features @ mixed + by_noise @ common[:, None]
        own = given.inverse + own_others @ np.swapaxes(by_features, -1, -2) + own_mixed @ np.swapaxes(by_noise, -1, -2)
        whole = np.block([[own, own_others], [np.swapaxes(own_others, -1, -2), others]])
        return system.factor.variance(self.features, whole, np.concatenate([own_mixed, mixed], axis=2), common)


def weigh(features: np.ndarray, beta: np.ndarray) -> np.ndarray:
    """Add features of shape (series, time, feature) up with coefficients; shape (point, series, time)."""
    return (features @ beta[..., None])[..., 0]
