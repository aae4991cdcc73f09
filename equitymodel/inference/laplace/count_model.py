"""The log probability of counts and its derivatives in the log mean, for whole arrays.

Negative binomial with variance mean + mean² x variation²; Poisson where the variation is none.
Everything is written in the variation, so that very small ones need no special case.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.special import digamma, gammaln

TINY = 1e-9
"""Below this squared variation log gamma functions cancel, and a series to third order takes over."""
NEARLY_POISSON = 1e-7
"""Below this squared variation the slope in it is taken to first order."""


@dataclass(frozen=True)
class CountModel:
    """Counts, known or not, with the squared extra variation of each cell.

    Attributes
    ----------
    counts, known
        One value a cell; `known` is 0 where a cell weighs nothing.
    squared
        Squared coefficient of variation beyond Poisson noise, broadcast to cells; none for Poisson.
    """

    counts: np.ndarray
    known: np.ndarray
    squared: np.ndarray | None

    def log_probability(self, log_mean: np.ndarray) -> np.ndarray:
        """Give the log probability of all counts, without `shape_constant`; shape (batch, draw)."""
        return self.by_cell(log_mean).sum(axis=(0, 3, 4))

    def by_cell(self, log_mean: np.ndarray) -> np.ndarray:
        """Give the log probability of each count, up to what does not depend on the mean."""
        value = self.counts * log_mean
        mean = np.exp(log_mean)
        if self.squared is None:
            value -= mean
        else:
            excess = np.log1p(self.squared * mean)
            value -= self.counts * excess + excess / self.squared
        value *= self.known
        return value

    def shape_constant(self) -> np.ndarray:
        """Give the part of the log probability that depends on the variation and not on the mean."""
        if self.squared is None:
            return np.zeros((1, 1))
        size, y = 1.0 / np.maximum(self.squared, TINY), self.counts
        exact = gammaln(y + size) - gammaln(size) - y * np.log(size)
        pairs = y * (y - 1) / 2
        series = self.squared * pairs * (1 - self.squared * (2 * y - 1) / 6 + self.squared**2 * pairs / 3)
        return (np.where(self.squared > TINY, exact, series) * self.known).sum(axis=(0, 3, 4))

    def slopes(self, log_mean: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Give the first derivative, and minus the second, at every cell."""
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
        """Give minus the third derivative at every cell: how the weight changes with the log mean."""
        if self.squared is None:
            return weight
        return weight * (2.0 / (1.0 + self.squared * np.exp(log_mean)) - 1.0)

    def in_log_variation(self, log_mean: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Give derivatives in the log variation of: log probability, score and weight, at every cell."""
        assert self.squared is not None  # a Poisson model has no variation
        mean, squared, counts = np.exp(log_mean), self.squared, self.counts
        share = 1.0 / (1.0 + squared * mean)
        size = 1.0 / np.maximum(squared, NEARLY_POISSON)
        inside = digamma(counts + size) - digamma(size) - np.log1p(mean / size) + (mean - counts) / (size + mean)
        exact = -2.0 * size * inside
        expanded = ((counts - mean) ** 2 - counts) * squared
        value = np.where(squared > NEARLY_POISSON, exact, expanded)
        score = -2.0 * squared * mean * share**2 * (counts - mean)
        weight = 2.0 * squared * mean * share**2 * (counts - 2.0 * mean * share * (1.0 + squared * counts))
        return value * self.known, score * self.known, weight * self.known
