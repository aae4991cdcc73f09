"""From the mode to the mean, and from the Gaussian to a skewed density: the same for every latent Gaussian model."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from equitymodel.inference.laplace.latent_gaussian import Gaussian, Modes


@dataclass(frozen=True)
class Corrections:
    """First-order corrections to the Gaussian approximation at each mode, and what they are made of.

    Attributes
    ----------
    shift
        Posterior mean less mode, a latent vector.
    variance
        Posterior variance of each log mean.
    third
        Minus the third derivative of the log probability of each count.
    """

    shift: Any
    variance: np.ndarray
    third: np.ndarray


def correct(modes: Modes) -> Corrections:
    r"""Compute the posterior mean less the mode, to first order, with variances and third derivatives.

    .. math:: H\,\delta = -\tfrac12 A' (m_3 \circ \mathrm{diag}(A H^{-1} A'))

    with :math:`H` the precision, :math:`A` the map to log means and :math:`m_3` minus the third
    derivative of the log probability of each count.
    """
    variance, third = modes.gaussian.variance(), modes.third()
    return Corrections(modes.gaussian.solve(-0.5 * third * variance), variance, third)


def correct_skew(gaussian: Gaussian, third: np.ndarray, variance: np.ndarray, away: Any) -> Any:
    """Skew correction: map Gaussian departures from the mode to departures with the right mean and skewness.

    Notes
    -----
    With H and T the second and third derivatives of minus the log density, the map
    x -> x - H^-1 (T[x, x] / 6 + T[H^-1] / 3) takes the Gaussian to exp(-x'Hx/2 - T[x, x, x]/6),
    to first order in T.
    """
    along = gaussian.log_means(away)
    return away.plus(gaussian.solve(third * (variance / 3.0 + along**2 / 6.0)), -1.0)
