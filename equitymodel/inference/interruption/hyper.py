"""Hyperparameters of the model for interrupted series: their scale, their prior, and the unbounded line they lie on."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.special import expit, logit


@dataclass(frozen=True)
class Spread:
    """A standard deviation with a half-normal prior; its logarithm is unbounded.

    Attributes
    ----------
    name
        What it is called among the draws.
    scale
        Of its half-normal prior.
    """

    name: str
    scale: float

    @property
    def begin(self) -> float:
        """Where a search for the optimum begins, unbounded."""
        return float(np.log(0.06))

    def value(self, unbounded: np.ndarray) -> np.ndarray:
        """Give it on its own scale."""
        return np.exp(unbounded)

    def log_prior(self, unbounded: np.ndarray) -> np.ndarray:
        """Give the log density of the unbounded value, up to a constant."""
        return unbounded - 0.5 * (np.exp(unbounded) / self.scale) ** 2


@dataclass(frozen=True)
class Correlation:
    """A correlation with a uniform prior between two ends; the logit of its place is unbounded.

    Attributes
    ----------
    name
        What it is called among the draws.
    low, high
        The ends.
    """

    name: str
    low: float
    high: float

    @property
    def begin(self) -> float:
        """Where a search for the optimum begins, unbounded."""
        return float(logit(0.4))

    def value(self, unbounded: np.ndarray) -> np.ndarray:
        """Give it on its own scale."""
        return self.low + (self.high - self.low) * expit(unbounded)

    def log_prior(self, unbounded: np.ndarray) -> np.ndarray:
        """Give the log density of the unbounded value, up to a constant."""
        return -np.logaddexp(0, unbounded) - np.logaddexp(0, -unbounded)


Hyper = Spread | Correlation
