"""Priors as values: a family, its numbers, and what it implies for a ratio."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
from scipy import stats

from equitymodel.errors import SpecError
from equitymodel.vocabulary import nearest

EXPONENTIAL = 0.0
"""The shape of an exponential distribution; others are the degrees of freedom of a folded Student t."""


class Family(NamedTuple):
    """A family of priors: the words of its numbers, how it is written, and its distribution.

    Attributes
    ----------
    words
        Its numbers, as a model file names them.
    written
        How a statistician writes it.
    scale, shape
        Of a prior of standard deviations: what its values are in units of, and degrees of freedom of a folded Student t
        (infinite for a folded normal; `EXPONENTIAL`).
    """

    words: tuple[str, ...]
    written: str
    scale: Callable[[Prior], float]
    shape: Callable[[Prior], float] | None = None


FAMILIES = {
    "normal": Family(("mean", "sd"), "Normal({mean:g}, {sd:g})", lambda prior: prior.sd),
    "half_normal": Family(("sd",), "HalfNormal({sd:g})", lambda prior: prior.sd, lambda _: np.inf),
    "half_student_t": Family(
        ("sd", "degrees_of_freedom"), "HalfStudentT({degrees_of_freedom:g}, {sd:g})",
        lambda prior: prior.sd, lambda prior: prior.degrees_of_freedom,
    ),
    "exponential": Family(
        ("mean",), "Exponential(mean {mean:g})", lambda prior: prior.mean, lambda _: EXPONENTIAL
    ),
    "pc": Family(
        ("upper", "chance"), "PC({chance:g} above {upper:g})",
        lambda prior: -prior.upper / float(np.log(prior.chance)), lambda _: EXPONENTIAL,
    ),
}  # fmt: skip
SPREADS = tuple(name for name, family in FAMILIES.items() if family.shape is not None)
"""Families of priors of standard deviations."""


@dataclass(frozen=True)
class Prior:
    """A prior distribution, named by its family.

    Attributes
    ----------
    family
        ``normal`` (with ``mean`` and ``sd``); of standard deviations ``half_normal`` (``sd``), ``half_student_t``
        (``sd`` and ``degrees_of_freedom``), ``exponential`` (``mean``) or ``pc`` (``upper`` and ``chance``).
    sd
        Standard deviation of the normal, or of the normal that is folded; the scale of a folded Student t; log scale.
    mean
        Centre of a normal, or mean of an exponential; log scale.
    degrees_of_freedom
        Of a folded Student t: 1 for a half-Cauchy.
    upper, chance
        A prior of penalised complexity, which is exponential: the chance that the standard deviation is above `upper`.

    References
    ----------
    Gelman A (2006) Prior distributions for variance parameters in hierarchical models. Bayesian Analysis 1:515.
    Simpson D et al (2017) Penalising model component complexity. Statistical Science 32:1. doi:10.1214/16-STS576

    Examples
    --------
    >>> print(Prior("half_normal", sd=0.3), Prior("pc", upper=0.3, chance=0.05))
    HalfNormal(0.3) PC(0.05 above 0.3)
    """

    family: str
    sd: float = 0.0
    mean: float = 0.0
    degrees_of_freedom: float = 0.0
    upper: float = 0.0
    chance: float = 0.0

    def __post_init__(self) -> None:
        """Refuse families and values that have no meaning."""
        if self.family not in FAMILIES:
            raise SpecError(f"unknown prior family '{self.family}'. {nearest(self.family, FAMILIES)}")
        for word in ("sd", "mean", "degrees_of_freedom", "upper", "chance"):
            if reason := self._refuse(word, getattr(self, word)):
                raise SpecError(reason)

    def _refuse(self, word: str, value: float) -> str | None:
        said = word.replace("_", " ")
        if word not in FAMILIES[self.family].words:
            return f"a {self.family} prior has no {said}" if value else None
        if self.family == "normal" and word == "mean":
            return None if np.isfinite(value) else f"a prior's mean must be a finite number, not {value}"
        if not 0 < value < (1 if word == "chance" else np.inf):
            return f"a prior's {said} must be above 0 and {'below 1' if word == 'chance' else 'finite'}, not {value}"
        return None

    def __str__(self) -> str:
        """Write the prior as a statistician would."""
        return FAMILIES[self.family].written.format(**vars(self))

    def __repr__(self) -> str:
        """Name the family and the numbers that it has."""
        numbers = (f"{word}={getattr(self, word)!r}" for word in FAMILIES[self.family].words)
        return f"Prior({', '.join([repr(self.family), *numbers])})"

    @property
    def scale(self) -> float:
        """What its values are in units of: the standard deviation of a normal; log scale."""
        return float(FAMILIES[self.family].scale(self))

    @property
    def shape(self) -> float:
        """Of a prior of standard deviations: its shape, as `Family` has it; none for a normal, which is an infinity."""
        shape = FAMILIES[self.family].shape
        return float("inf") if shape is None else float(shape(self))

    @property
    def law(self) -> Any:
        """The distribution, as SciPy has it."""
        if self.family == "normal":
            return stats.norm(self.mean, self.sd)
        if self.shape == EXPONENTIAL:
            return stats.expon(scale=self.scale)
        return stats.halfnorm(scale=self.scale) if np.isinf(self.shape) else _FoldedT(self.scale, self.shape)

    def changed(self, where: str, family: str | None, numbers: Mapping[str, float]) -> Prior:
        """Make another prior from new numbers, and from its own where the family stays the same.

        Raises
        ------
        SpecError
            As `read_prior`.

        Examples
        --------
        >>> print(Prior("normal", mean=0.1, sd=0.3).changed("level", None, {"sd": 0.5}))
        Normal(0.1, 0.5)
        """
        own = {word: getattr(self, word) for word in FAMILIES[self.family].words}
        kept = own if family in (None, self.family) else {}
        return read_prior({"family": family or self.family, **kept, **numbers}, f"'{where}'")

    def quantile(self, probability: float) -> float:
        """Give a quantile on the log scale.

        Examples
        --------
        >>> round(Prior("normal", sd=0.5).quantile(0.975), 2)
        0.98
        """
        return float(self.law.ppf(probability))

    def draw(self, rng: np.random.Generator, size: tuple[int, ...]) -> np.ndarray:
        """Draw values of a shape.

        Examples
        --------
        >>> Prior("exponential", mean=0.1).draw(np.random.default_rng(1), (2,)).round(3)
        array([0.107, 0.031])
        """
        return np.asarray(self.law.rvs(size=size, random_state=rng))

    def implied_ratio(self, distance: float = 1.0) -> tuple[float, float]:
        r"""Give the 95 % range of the ratio that the prior implies.

        For a standard deviation it is the ratio of a group two standard deviations
        above the average to the average, at the median and at the 97.5th percentile of the
        standard deviation.

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


class _FoldedT:
    """The absolute value of a Student t, which SciPy has no distribution for."""

    def __init__(self, scale: float, degrees_of_freedom: float):
        self.scale, self.two_sided = scale, stats.t(degrees_of_freedom, scale=scale)

    def ppf(self, probability: float) -> float:
        return float(self.two_sided.ppf(0.5 + 0.5 * probability))

    def logpdf(self, value: np.ndarray) -> np.ndarray:
        return np.asarray(np.where(np.asarray(value) < 0, -np.inf, np.log(2.0) + self.two_sided.logpdf(value)))

    def rvs(self, size: tuple[int, ...], random_state: np.random.Generator) -> np.ndarray:
        return np.asarray(np.abs(self.two_sided.rvs(size=size, random_state=random_state)))


def read_prior(entry: object, where: str) -> Prior:
    """Read a prior from a table of a specification file.

    Raises
    ------
    SpecError
        When a word is unknown or a number is lacking; names the nearest word.

    Examples
    --------
    >>> read_prior({"family": "normal", "mean": 0, "sd": 0.5}, "effect 'level'")
    Prior('normal', mean=0.0, sd=0.5)
    """
    if not isinstance(entry, dict):
        raise SpecError(f"{where}: a prior is a table such as {{ family = 'normal', mean = 0, sd = 0.5 }}")
    family = str(entry.get("family", ""))
    if family not in FAMILIES:
        raise SpecError(f"{where}: unknown prior family '{family}'. {nearest(family, FAMILIES)}")
    known = FAMILIES[family].words
    numbers: dict[str, Any] = {word: value for word, value in entry.items() if word != "family"}
    for word in numbers:
        if word not in known:
            raise SpecError(f"{where}: '{word}' has no meaning for {family}. {nearest(word, known)}")
    for word in known:
        if not isinstance(numbers.get(word), int | float) or isinstance(numbers.get(word), bool):
            raise SpecError(f"{where}: a {family} prior needs a number for '{word}'")
    return Prior(family, **{word: float(value) for word, value in numbers.items()})
