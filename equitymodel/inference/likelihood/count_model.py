"""The count model: log probabilities of counts and their derivatives in the log mean, for whole arrays.

Negative binomial with variance mean + mean² x overdispersion², so the overdispersion is a coefficient of
variation; Poisson where there is none. Everything is parametrised by the overdispersion, so that very
small ones need no special case. Interval-censored counts are summed over their interval by `count_kernel`.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.special import digamma, gammaln

from equitymodel.inference.likelihood.interval_censored import IntervalCensoredCounts

VALUE, SCORE, WEIGHT, THIRD = range(4)
"""Places of the terms of an interval, as `count_kernel` orders them; those in the log overdispersion follow."""
SERIES_BELOW = 1e-9
"""Below this squared overdispersion log gamma functions cancel, and a series to third order takes over."""
FIRST_ORDER_BELOW = 1e-7
"""Below this squared overdispersion the derivative in it is expanded to first order."""


@dataclass(frozen=True)
class CountModel:
    """Counts, exact or interval-censored, with the squared overdispersion of each cell.

    Attributes
    ----------
    counts, known
        One value a cell; `known` is 0 where a cell has no weight, or its count is interval-censored.
    squared
        Squared coefficient of variation beyond Poisson noise, broadcast to cells; none for Poisson.
    censored
        The interval-censored counts, if any.
    """

    counts: np.ndarray
    known: np.ndarray
    squared: np.ndarray | None
    censored: IntervalCensoredCounts | None = None

    def log_probability(self, log_mean: np.ndarray) -> np.ndarray:
        """Log likelihood of all counts, without `shape_constant`; shape (batch, draw)."""
        return self.by_cell(log_mean).sum(axis=(0, 3, 4))

    def by_cell(self, log_mean: np.ndarray) -> np.ndarray:
        """Log probability of each count, up to terms that do not depend on the mean."""
        value = self.counts * log_mean
        mean = np.exp(log_mean)
        if self.squared is None:
            value -= mean
        else:
            excess = np.log1p(self.squared * mean)
            value -= self.counts * excess + excess / self.squared
        value *= self.known
        if self.censored is not None:
            self.censored.store(value, self._interval_terms(log_mean)[VALUE])
        return value

    def shape_constant(self) -> np.ndarray:
        """Sum the terms of the log likelihood that depend on the overdispersion alone; shape (batch, draw)."""
        return (self.shape_constants() * self.known).sum(axis=(0, 3, 4))

    def shape_constants(self) -> np.ndarray:
        """Compute the terms that depend on the overdispersion alone, for each count."""
        if self.squared is None:
            return np.zeros(1)
        size, y = 1.0 / np.maximum(self.squared, SERIES_BELOW), self.counts
        exact = gammaln(y + size) - gammaln(size) - y * np.log(size)
        pairs = y * (y - 1) / 2
        series = self.squared * pairs * (1 - self.squared * (2 * y - 1) / 6 + self.squared**2 * pairs / 3)
        return np.where(self.squared > SERIES_BELOW, exact, series)

    def slopes(self, log_mean: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """First derivative in the log mean (score), and minus the second (weight), in every cell."""
        score, weight = self._slopes(log_mean)
        if self.censored is not None:
            terms = self._interval_terms(log_mean)
            self.censored.store(score, terms[SCORE])
            self.censored.store(weight, terms[WEIGHT])
        return score, weight

    def _slopes(self, log_mean: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        mean = np.exp(log_mean)
        if self.squared is None:
            mean *= self.known
            return self.counts * self.known - mean, mean
        share = 1.0 / (1.0 + self.squared * mean)
        score = (self.counts - mean) * share
        weight = mean * share
        weight *= share
        weight *= 1.0 + self.squared * self.counts
        score *= self.known
        weight *= self.known
        return score, weight

    def third(self, log_mean: np.ndarray, weight: np.ndarray) -> np.ndarray:
        """Minus the third derivative in every cell: the derivative of the weight in the log mean."""
        third = self._third(log_mean, weight)
        if self.censored is not None:
            third = np.array(third)
            self.censored.store(third, self._interval_terms(log_mean)[THIRD])
        return third

    def _third(self, log_mean: np.ndarray, weight: np.ndarray) -> np.ndarray:
        if self.squared is None:
            return weight
        return weight * (2.0 / (1.0 + self.squared * np.exp(log_mean)) - 1.0)

    def in_log_overdispersion(self, log_mean: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Differentiate, in the log overdispersion, log probability, score and weight, in every cell."""
        derivatives = self._in_log_overdispersion(log_mean)
        if self.censored is not None:
            for array, own in zip(derivatives, self._interval_terms(log_mean)[THIRD + 1 :], strict=True):
                self.censored.store(array, own)
        return derivatives

    def _in_log_overdispersion(self, log_mean: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        assert self.squared is not None  # a Poisson model has no overdispersion
        mean, squared, counts = np.exp(log_mean), self.squared, self.counts
        share = 1.0 / (1.0 + squared * mean)
        size = 1.0 / np.maximum(squared, FIRST_ORDER_BELOW)
        inside = digamma(counts + size) - digamma(size) - np.log1p(mean / size) + (mean - counts) / (size + mean)
        exact = -2.0 * size * inside
        expanded = ((counts - mean) ** 2 - counts) * squared
        value = np.where(squared > FIRST_ORDER_BELOW, exact, expanded)
        score = -2.0 * squared * mean * share**2 * (counts - mean)
        weight = 2.0 * squared * mean * share**2 * (counts - 2.0 * mean * share * (1.0 + squared * counts))
        return value * self.known, score * self.known, weight * self.known

    def mean(self, log_mean: np.ndarray) -> np.ndarray:
        """Mean count in every cell."""
        return np.asarray(np.exp(log_mean))

    def _interval_terms(self, log_mean: np.ndarray) -> np.ndarray:
        """Compute the `IntervalTerms` of interval-censored counts; shape (term, cell, batch, draw)."""
        from equitymodel.inference.likelihood.count_kernel import many_interval_terms

        assert self.censored is not None  # only called where counts are interval-censored
        at = self.censored.at(log_mean)
        squared = self.censored.at(np.broadcast_to(0.0 if self.squared is None else self.squared, log_mean.shape))
        flat = (array.reshape(len(at), -1) for array in (at, squared))
        return many_interval_terms(self.censored.low, self.censored.high, *flat).reshape(-1, *at.shape)
