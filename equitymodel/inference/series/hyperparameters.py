"""Hyperparameters of the model for interrupted series: priors, and transformations to an unbounded scale."""

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
        """Initial value of the search for the optimum, on the unbounded scale."""
        return float(np.log(0.06))

    def value(self, unbounded: np.ndarray) -> np.ndarray:
        """Transform from the unbounded to its own scale."""
        return np.exp(unbounded)

    def log_prior(self, unbounded: np.ndarray) -> np.ndarray:
        """Log prior density of the unbounded value, Jacobian included, up to a constant."""
        return unbounded - 0.5 * (np.exp(unbounded) / self.scale) ** 2


@dataclass(frozen=True)
class Correlation:
    """An autocorrelation with a uniform prior between two bounds; the logit of its relative position is unbounded.

    Attributes
    ----------
    name
        What it is called among the draws.
    low, high
        The bounds.
    """

    name: str
    low: float
    high: float

    @property
    def initial(self) -> float:
        """Initial value of the search for the optimum, on the unbounded scale."""
        return float(logit(0.4))

    def value(self, unbounded: np.ndarray) -> np.ndarray:
        """Transform from the unbounded to its own scale."""
        return self.low + (self.high - self.low) * expit(unbounded)

    def log_prior(self, unbounded: np.ndarray) -> np.ndarray:
        """Log prior density of the unbounded value, Jacobian included, up to a constant."""
        return -np.logaddexp(0, unbounded) - np.logaddexp(0, -unbounded)


Hyper = StandardDeviation | Correlation

AUTOCORRELATED = (("sd", "rho"), ("common sd", "common rho"))
"""Names of the standard deviation and the autocorrelation of each kind of autocorrelated noise."""


def innovation_log_ratio(hypers: tuple[Hyper, ...], hyper: np.ndarray) -> np.ndarray:
    r"""Compute the log ratio of innovation to marginal sd of AR(1) noise, :math:`\tfrac12 \log(1 - \rho^2)`.

    The innovation standard deviation :math:`\sigma \sqrt{1 - \rho^2}` is well identified. The marginal
    :math:`\sigma` is not near a unit root, where it trades off against :math:`\rho`; so the optimiser and
    the grid work with the innovation standard deviation.

    Parameters
    ----------
    hypers
        The hyperparameters.
    hyper
        Unbounded values; shape (point, hyperparameter).

    Returns
    -------
    numpy.ndarray
        Same shape; 0 for all but standard deviations of autocorrelated noise. Add it to a log marginal
        standard deviation for the log innovation standard deviation; subtract it for the way back.

    Examples
    --------
    >>> hypers = (StandardDeviation("sd", 0.3), Correlation("rho", 0.0, 1.0))
    >>> np.exp(2 * innovation_log_ratio(hypers, np.array([[-3.0, 0.0]]))).round(3)
    array([[0.75, 1.  ]])
    """
    at, ratio = {each.name: k for k, each in enumerate(hypers)}, np.zeros_like(hyper)
    for sd, rho in AUTOCORRELATED:
        if sd in at:
            ratio[:, at[sd]] = 0.5 * np.log1p(-(hypers[at[rho]].value(hyper[:, at[rho]]) ** 2))
    return ratio
