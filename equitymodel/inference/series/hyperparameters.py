"""Hyperparameters of the model for interrupted series: priors, and standardised coordinates.

A hyperparameter is moved to the coordinate in which its prior is standard normal. Where the data say
little about it, its posterior is then close to standard normal too, with no long tail to integrate over.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.special import ndtr, ndtri

FURTHEST = 7.0
"""Standardised values further out are taken as this, so that no standard deviation is 0 and no correlation 1."""


@dataclass(frozen=True)
class StandardDeviation:
    """A standard deviation with a half-normal prior.

    Attributes
    ----------
    name
        What it is called among the draws.
    scale
        Of its half-normal prior.

    Examples
    --------
    >>> sd = StandardDeviation("sd", 0.3)
    >>> sd.standardised(sd.value(np.array([-1.0, 0.5]))).round(6)
    array([-1. ,  0.5])
    """

    name: str
    scale: float

    @property
    def initial(self) -> float:
        """Initial value of the search for the optimum, standardised."""
        return float(self.standardised(np.array(0.06)))

    def value(self, standardised: np.ndarray) -> np.ndarray:
        """Transform from the standardised to its own scale."""
        return -self.scale * ndtri(ndtr(-standardised) / 2.0)

    def standardised(self, value: np.ndarray) -> np.ndarray:
        """Transform from its own to the standardised scale."""
        return -ndtri(2.0 * ndtr(-value / self.scale))

    def log_density(self, value: np.ndarray) -> np.ndarray:
        """Log prior density on its own scale, up to a constant."""
        return -0.5 * (value / self.scale) ** 2


@dataclass(frozen=True)
class Correlation:
    """An autocorrelation with a uniform prior between two bounds.

    Attributes
    ----------
    name
        What it is called among the draws.
    low, high
        The bounds.

    Examples
    --------
    >>> float(Correlation("rho", 0.0, 0.98).value(np.array(0.0)))
    0.49
    """

    name: str
    low: float
    high: float

    @property
    def initial(self) -> float:
        """Initial value of the search for the optimum, standardised."""
        return float(ndtri(0.4))

    def value(self, standardised: np.ndarray) -> np.ndarray:
        """Transform from the standardised to its own scale."""
        return self.low + (self.high - self.low) * ndtr(standardised)

    def standardised(self, value: np.ndarray) -> np.ndarray:
        """Transform from its own to the standardised scale."""
        return np.asarray(ndtri((value - self.low) / (self.high - self.low)))


Hyper = StandardDeviation | Correlation

AUTOCORRELATED = (("sd", "rho"), ("common sd", "common rho"))
"""Names of the standard deviation and the autocorrelation of each kind of autocorrelated noise."""


@dataclass(frozen=True)
class Hypers:
    r"""The hyperparameters of a model, in the order of the vector of standardised values.

    The innovation standard deviation :math:`\sigma \sqrt{1 - \rho^2}` of AR(1) noise is well identified. The marginal
    :math:`\sigma` is not near a unit root, where it trades off against :math:`\rho`; so the standardised value
    of a standard deviation of autocorrelated noise is that of its innovation.

    Attributes
    ----------
    each
        The hyperparameters.

    Examples
    --------
    >>> hypers = Hypers((StandardDeviation("sd", 0.3), Correlation("rho", 0.0, 1.0)))
    >>> values = hypers.values(np.array([[-1.0, 0.0]]))
    >>> float(values["rho"][0]), bool(np.isclose(hypers.standardise(values), [[-1.0, 0.0]]).all())
    (0.5, True)
    """

    each: tuple[Hyper, ...]

    @property
    def names(self) -> tuple[str, ...]:
        """Their names."""
        return tuple(hyper.name for hyper in self.each)

    @property
    def autocorrelated(self) -> list[tuple[int, int]]:
        """Places of the standard deviation and the correlation of each kind of autocorrelated noise."""
        place = {name: at for at, name in enumerate(self.names)}
        return [(place[sd], place[rho]) for sd, rho in AUTOCORRELATED if rho in place]

    def values(self, standardised: np.ndarray) -> dict[str, np.ndarray]:
        """Transform to their own scales, by name; from shape (point, hyperparameter)."""
        within = np.clip(standardised, -FURTHEST, FURTHEST)
        own = [hyper.value(within[:, at]) for at, hyper in enumerate(self.each)]
        for sd, rho in self.autocorrelated:
            own[sd] = own[sd] / np.sqrt(1.0 - own[rho] ** 2)
        return dict(zip(self.names, own, strict=True))

    def standardise(self, values: dict[str, np.ndarray]) -> np.ndarray:
        """Transform from their own scales; shape (point, hyperparameter)."""
        own = [values[name] for name in self.names]
        for sd, rho in self.autocorrelated:
            own[sd] = own[sd] * np.sqrt(1.0 - own[rho] ** 2)
        return np.stack([hyper.standardised(value) for hyper, value in zip(self.each, own, strict=True)], axis=1)

    def log_prior(self, standardised: np.ndarray) -> np.ndarray:
        r"""Log prior density of standardised values, up to a constant; shape (point,).

        Standard normal, but for the step from innovation :math:`\tau` to marginal :math:`\sigma`: the density of the
        marginal over that of the innovation, and the Jacobian :math:`1 / \sqrt{1 - \rho^2}`.
        """
        density = -0.5 * (standardised**2).sum(axis=1)
        for sd, rho in self.autocorrelated:
            hyper, left = self.each[sd], 1.0 - self.each[rho].value(standardised[:, rho]) ** 2
            assert isinstance(hyper, StandardDeviation)
            innovation = hyper.value(standardised[:, sd])
            density += hyper.log_density(innovation / np.sqrt(left)) - hyper.log_density(innovation) - np.log(left) / 2
        return density
