"""What is believed of the effect of a strategy before it is tried here: for the most and the least deprived, together.

Effects are logs of the ratio by which a passage changes. On that scale an effect that is the same for all groups
leaves the ratio of their passages as it is; on the log-odds scale it would not (a group of which fewer pass would gain
more), so that a gap would move although nobody said that the effect differs.
"""

from __future__ import annotations

import hashlib
import math
from dataclasses import dataclass

import numpy as np

from equitymodel.argument_types import refuse_other_fields
from equitymodel.errors import OptionError

NORMAL_975 = 1.959963984540054
USUAL_CORRELATION = 0.5
"""With it, the difference between groups is as uncertain as the effect itself."""


@dataclass(frozen=True)
class EffectPrior:
    r"""A prior of the log effects among the most and the least deprived.

    .. math:: (e_1, e_G) \sim N\{(\mu_1, \mu_G), \Sigma\}, \qquad e_g = (1 - w_g) e_1 + w_g e_G

    with :math:`w_g` the rank of group g from 0 (most deprived) to 1 (least deprived).

    Attributes
    ----------
    most, least
        Mean log ratio of the passage with and without the strategy, of those reached.
    most_sd, least_sd
        Standard deviations.
    correlation
        Between the two.

    Examples
    --------
    >>> prior = EffectPrior.alike(0.13, 0.05)
    >>> prior.difference_mean, round(prior.difference_sd, 3)
    (0.0, 0.05)
    """

    most: float
    least: float
    most_sd: float
    least_sd: float
    correlation: float = USUAL_CORRELATION

    def __post_init__(self) -> None:
        """Refuse what is no prior.

        Raises
        ------
        OptionError
            When a standard deviation is below 0, a correlation is beyond -1 to 1, or a number is not finite.
        """
        refuse_other_fields(self)
        values = (self.most, self.least, self.most_sd, self.least_sd, self.correlation)
        if not all(map(math.isfinite, values)) or min(self.most_sd, self.least_sd) < 0 or abs(self.correlation) > 1:
            raise OptionError(
                "means of a prior are finite, standard deviations 0 or more, and a correlation lies between -1 and 1; "
                f"this is {self}"
            )

    @classmethod
    def alike(cls, log_effect: float, sd: float, correlation: float = USUAL_CORRELATION) -> EffectPrior:
        """Make the prior of an effect of which nobody said that it differs: the difference has mean 0 exactly."""
        return cls(log_effect, log_effect, sd, sd, correlation)

    @property
    def difference_mean(self) -> float:
        """Mean of the log effect among the most less that among the least deprived."""
        return self.most - self.least

    @property
    def difference_sd(self) -> float:
        """Standard deviation of that difference."""
        shared = 2 * self.correlation * self.most_sd * self.least_sd
        return math.sqrt(max(0.0, self.most_sd**2 + self.least_sd**2 - shared))

    def draw(self, draws: int, groups: int, *, seed: int, of: str) -> np.ndarray:
        """Draw log effects.

        Parameters
        ----------
        draws
            How many.
        groups
            How many groups of deprivation, from the most to the least deprived.
        seed, of
            A seed, and what the effect is of: whatever else is drawn, and in whatever order, it gets the same draws.

        Returns
        -------
        numpy.ndarray
            Log ratios, draws by groups.

        Notes
        -----
        Draws are balanced (`balanced_normals`), so that Monte Carlo error gives no group an effect above that of
        another where the prior does not.

        Examples
        --------
        >>> found = EffectPrior.alike(0.1, 0.05).draw(4000, 5, seed=1, of="reminders")
        >>> found.shape, bool(abs((found[:, 0] - found[:, -1]).mean()) < 1e-15)
        ((4000, 5), True)
        """
        level, apart = balanced_normals(draws, _generator(seed, of))
        shared, own = math.sqrt((1 + self.correlation) / 2), math.sqrt((1 - self.correlation) / 2)
        most = self.most + self.most_sd * (shared * level + own * apart)
        least = self.least + self.least_sd * (shared * level - own * apart)
        rank = np.linspace(0, 1, groups) if groups > 1 else np.array([0.5])
        return most[:, None] * (1 - rank) + least[:, None] * rank


def log_effect_of(ratio: float, lower: float, upper: float) -> tuple[float, float]:
    """Turn a ratio with its 95 % interval into a mean and a standard deviation of its log.

    Parameters
    ----------
    ratio, lower, upper
        Of the passage with and without, such as a risk ratio; the ratio itself becomes the mean.

    Returns
    -------
    tuple of float
        Mean and standard deviation.

    Examples
    --------
    >>> [round(value, 4) for value in log_effect_of(1.14, 1.03, 1.26)]
    [0.131, 0.0514]
    """
    return math.log(ratio), (math.log(upper) - math.log(lower)) / (2 * NORMAL_975)


def balanced_normals(draws: int, rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    """Draw two standard normals such that both signs of each are there for every size, in a random order.

    Returns
    -------
    tuple of numpy.ndarray
        Both of mean 0 and uncorrelated exactly; up to three that are left over are 0.

    Examples
    --------
    >>> level, apart = balanced_normals(8, np.random.default_rng(1))
    >>> [abs(round(float(total.sum()), 12)) for total in (level, apart, level * apart)]
    [0.0, 0.0, 0.0]
    """
    one, other = rng.standard_normal((2, draws // 4))
    left = np.zeros(draws % 4)
    level = np.concatenate([one, one, -one, -one, left])
    apart = np.concatenate([other, -other, other, -other, left])
    order = rng.permutation(draws)
    return level[order], apart[order]


def _generator(seed: int, of: str) -> np.random.Generator:
    """Give random numbers that hang on what they are of, and on nothing else that is drawn."""
    digest = hashlib.sha256(of.encode()).digest()
    return np.random.default_rng([seed, int.from_bytes(digest[:8], "big")])
