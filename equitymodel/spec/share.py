"""The prior of the share of a variance that lasts from year to year."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy import special, stats

from equitymodel.errors import SpecError

LEAST_SHARE = 1e-6
"""Shares are kept this far from 0 and 1, where the logarithm of one of the two parts would be infinite."""


@dataclass(frozen=True)
class ShareThatLasts:
    """A Beta prior of the share of a variance that lasts; the rest is new every year.

    Attributes
    ----------
    a, b
        As many earlier variances of equal weight that lasted, and that did not.

    Examples
    --------
    >>> share = ShareThatLasts(2.0, 1.0)
    >>> print(share, round(share.quantile(0.5), 2))
    Beta(2, 1) 0.71
    """

    a: float
    b: float

    def __post_init__(self) -> None:
        """Refuse numbers that have no meaning."""
        if not (0 < self.a < np.inf and 0 < self.b < np.inf):
            raise SpecError(f"a Beta prior needs two numbers above 0, not {self.a} and {self.b}")

    def __str__(self) -> str:
        """Write the prior as a statistician would."""
        return f"Beta({self.a:g}, {self.b:g})"

    def quantile(self, probability: float) -> float:
        """Give a quantile."""
        return float(stats.beta.ppf(probability, self.a, self.b))

    def from_normal(self, score: np.ndarray) -> np.ndarray:
        """Transform standard normal scores to shares with this prior.

        Examples
        --------
        >>> ShareThatLasts(1.0, 1.0).from_normal(np.array([0.0])).item()
        0.5
        """
        share = special.betaincinv(self.a, self.b, special.ndtr(score))
        return np.asarray(np.clip(share, LEAST_SHARE, 1.0 - LEAST_SHARE))

    def to_normal(self, share: np.ndarray) -> np.ndarray:
        """Transform shares to standard normal scores: the inverse of `from_normal`."""
        return np.asarray(special.ndtri(special.betainc(self.a, self.b, share)))

    def slope(self, score: np.ndarray) -> np.ndarray:
        """Differentiate `from_normal`: by how much the share grows with the score."""
        share = self.from_normal(score)
        log_density = special.xlogy(self.a - 1.0, share) + special.xlog1py(self.b - 1.0, -share)
        log_density -= special.betaln(self.a, self.b)
        return np.asarray(np.exp(-0.5 * np.square(score) - log_density) / np.sqrt(2.0 * np.pi))


def read_share(entry: object, where: str, word: str = "share_that_lasts") -> ShareThatLasts:
    """Read a share that lasts, or of neighbours, from a table of a specification file.

    Raises
    ------
    SpecError
        When it is not a Beta prior with two numbers.

    Examples
    --------
    >>> read_share({"family": "beta", "a": 2, "b": 1}, "effect 'ics_deviation'")
    ShareThatLasts(a=2.0, b=1.0)
    """
    shape = f"{word} = {{ family = 'beta', a = 2.0, b = 1.0 }}"
    if not isinstance(entry, dict) or set(entry) != {"family", "a", "b"} or entry["family"] != "beta":
        raise SpecError(f"{where}: a {word.replace('_', ' ')} has a beta prior, written {shape}")
    numbers = [entry["a"], entry["b"]]
    if not all(isinstance(number, int | float) and not isinstance(number, bool) for number in numbers):
        raise SpecError(f"{where}: a and b are numbers, as in {shape}")
    return ShareThatLasts(*map(float, numbers))
