"""Priors as values: a family, its numbers, and what it implies for a ratio."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy import stats

from equitymodel.errors import SpecError
from equitymodel.vocabulary import nearest

FAMILIES = {"normal": ("mean", "sd"), "half_normal": ("sd",)}


@dataclass(frozen=True)
class Prior:
    """A prior distribution, named by its family.

    Attributes
    ----------
    family
        ``normal`` (with ``mean`` and ``sd``) or ``half_normal`` (with ``sd``).
    sd
        Standard deviation of the normal, or of the normal that is folded; log scale.
    mean
        Centre of a normal; 0 otherwise.

    Examples
    --------
    >>> print(Prior("half_normal", sd=0.3))
    HalfNormal(0.3)
    """

    family: str
    sd: float
    mean: float = 0.0

    def __post_init__(self) -> None:
        """Refuse families and values that have no meaning."""
        if self.family not in FAMILIES:
            raise SpecError(f"unknown prior family '{self.family}'. {nearest(self.family, FAMILIES)}")
        if not 0 < self.sd < np.inf:
            raise SpecError(f"a prior's sd must be above 0 and finite, not {self.sd}")
        if not np.isfinite(self.mean):
            raise SpecError(f"a prior's mean must be a finite number, not {self.mean}")
        if self.family == "half_normal" and self.mean:
            raise SpecError("a half_normal prior has no mean")

    def __str__(self) -> str:
        """Write the prior as a statistician would."""
        if self.family == "normal":
            return f"Normal({self.mean:g}, {self.sd:g})"
        return f"HalfNormal({self.sd:g})"

    def quantile(self, probability: float) -> float:
        """Give a quantile on the log scale.

        Examples
        --------
        >>> round(Prior("normal", sd=0.5).quantile(0.975), 2)
        0.98
        """
        if self.family == "normal":
            return float(stats.norm.ppf(probability, self.mean, self.sd))
        return float(stats.halfnorm.ppf(probability, scale=self.sd))

    def implied_ratio(self, distance: float = 1.0) -> tuple[float, float]:
        r"""Give the 95 % range of the ratio that the prior implies.

        For a spread (``half_normal``) it is the ratio of a group two standard deviations
        above the average to the average, at the median and at the 97.5th percentile of the
        spread.

        Parameters
        ----------
        distance
            How far apart on the deprivation scale the groups compared are; 1 for levels.

        Returns
        -------
        tuple of float
            Lower and upper ratio; no unit.

        Examples
        --------
        >>> tuple(round(value, 2) for value in Prior("normal", sd=0.5).implied_ratio())
        (0.38, 2.66)
        """
        if self.family == "normal":
            ends = sorted(self.quantile(p) * distance for p in (0.025, 0.975))
            return float(np.exp(ends[0])), float(np.exp(ends[1]))
        return (float(np.exp(2 * self.quantile(0.5) * distance)), float(np.exp(2 * self.quantile(0.975) * distance)))


def read_prior(entry: object, where: str) -> Prior:
    """Read a prior from a table of a specification file.

    Raises
    ------
    SpecError
        When a word is unknown or a number is lacking; names the nearest word.

    Examples
    --------
    >>> read_prior({"family": "normal", "mean": 0, "sd": 0.5}, "effect 'level'")
    Prior(family='normal', sd=0.5, mean=0.0)
    """
    if not isinstance(entry, dict):
        raise SpecError(f"{where}: a prior is a table such as {{ family = 'normal', mean = 0, sd = 0.5 }}")
    family = str(entry.get("family", ""))
    if family not in FAMILIES:
        raise SpecError(f"{where}: unknown prior family '{family}'. {nearest(family, FAMILIES)}")
    numbers: dict[str, Any] = {word: value for word, value in entry.items() if word != "family"}
    for word in numbers:
        if word not in FAMILIES[family]:
            raise SpecError(f"{where}: '{word}' has no meaning for {family}. {nearest(word, FAMILIES[family])}")
    for word in FAMILIES[family]:
        if not isinstance(numbers.get(word), int | float) or isinstance(numbers.get(word), bool):
            raise SpecError(f"{where}: a {family} prior needs a number for '{word}'")
    return Prior(family, **{word: float(value) for word, value in numbers.items()})
