"""Student t values with two degrees of freedom as a function of standard normal ones, and back, in closed form."""

from __future__ import annotations

import math

import numba
import numpy as np
from scipy import special


@numba.njit(cache=True, nogil=True, error_model="numpy")
def to_heavy(score: float) -> tuple[float, float]:
    r"""Transform a standard normal score to a Student t value with two degrees of freedom; gives its slope, too.

    .. math:: g(z) = \frac{2p - 1}{\sqrt{2 p (1 - p)}}, \quad g'(z) = \frac{\phi(z)}{(2 p (1 - p))^{3/2}},
              \quad p = \Phi(z)

    Examples
    --------
    >>> to_heavy(0.0)[0], round(to_heavy(2.0)[0], 2)
    (0.0, 4.53)
    """
    x = score / math.sqrt(2.0)
    both = 0.5 * math.erfc(x) * math.erfc(-x)
    density = math.exp(-x * x) / math.sqrt(2.0 * math.pi)
    return math.erf(x) / math.sqrt(both), density / both / math.sqrt(both)


def from_heavy(value: np.ndarray) -> np.ndarray:
    """Transform Student t values with two degrees of freedom to standard normal scores: the inverse of `to_heavy`.

    Examples
    --------
    >>> from_heavy(np.array([to_heavy(-3.0)[0]])).round(12)
    array([-3.])
    """
    square = 2.0 + np.square(value)
    beyond = 1.0 / (square * (1.0 + np.abs(value) / np.sqrt(square)))
    return np.asarray(-np.sign(value) * special.ndtri(beyond))
