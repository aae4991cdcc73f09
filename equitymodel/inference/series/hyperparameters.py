"""Hyperparameters of the model for interrupted series: their scale, their prior, and the unbounded line they lie on."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.special import expit, logit


@dataclass(frozen=True)
class StandardDeviation:
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
    def initial(self) -> float:
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
    def initial(self) -> float:
        """Where a search for the optimum begins, unbounded."""
        return float(logit(0.4))

    def value(self, unbounded: np.ndarray) -> np.ndarray:
        """Give it on its own scale."""
        return self.low + (self.high - self.low) * expit(unbounded)

    def log_prior(self, unbounded: np.ndarray) -> np.ndarray:
        """Give the log density of the unbounded value, up to a constant."""
        return -np.logaddexp(0, unbounded) - np.logaddexp(0, -unbounded)


Hyper = StandardDeviation | Correlation

AUTOCORRELATED = (("sd", "rho"), ("common sd", "common rho"))
"""Standard deviation and correlation of each kind of noise that lasts."""


def innovation_log_ratio(hypers: tuple[Hyper, ...], hyper: np.ndarray) -> np.ndarray:
    r"""Give :math:`\tfrac12 \log(1 - \rho^2)` for the standard deviation of noise that lasts, and 0 elsewhere.

    What is fresh in a period has the standard deviation :math:`\sigma \sqrt{1 - \rho^2}`. Data tell it
    apart from the correlation; :math:`\sigma` itself they do not where noise nearly is a drift, so that
    the search goes along what is fresh.

    Parameters
    ----------
    hypers
        The hyperparameters.
    hyper
        Unbounded values; shape (point, hyperparameter).

    Returns
    -------
    numpy.ndarray
        Of the same shape; add it to logs of :math:`\sigma` for logs of what is fresh, or take it away.

    Examples
    --------
    >>> found = innovation_log_ratio((StandardDeviation("sd", 0.3), Correlation("rho", 0.0, 1.0)), np.array([[-3.0, 0.0]]))
    >>> np.exp(2 * found).round(3)
    array([[0.75, 1.  ]])
    """
    at, found = {each.name: k for k, each in enumerate(hypers)}, np.zeros_like(hyper)
    for sd, rho in AUTOCORRELATED:
        if sd in at:
            found[:, at[sd]] = 0.5 * np.log1p(-(hypers[at[rho]].value(hyper[:, at[rho]]) ** 2))
    return found
