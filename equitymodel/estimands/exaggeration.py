"""How much larger than the truth a change looks when it is found at all: the error of magnitude (type M)."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.stats import norm

from equitymodel.errors import OptionError
from equitymodel.estimands.power import ONE_LOOK

LIKELY_EXAGGERATED = 0.5
"""Chance of finding the change that matters, below which what is found is probably exaggerated."""


@dataclass(frozen=True)
class Exaggeration:
    """A change that is true, the chance of finding it, and how large it looks when it is found.

    Attributes
    ----------
    true_change
        The change supposed to be true, as a share.
    power
        The chance of finding a change, in either direction.
    ratio
        The expected size of what is found (log ratio, whatever its sign), over the true size.
    """

    true_change: float
    power: float
    ratio: float

    @property
    def seen(self) -> float:
        """How large the change looks when it is found, on average, as a share."""
        return float(np.expm1(self.ratio * np.log1p(self.true_change)))

    @property
    def sentence(self) -> str:
        """One sentence where what is found is probably exaggerated; none otherwise."""
        if self.power >= LIKELY_EXAGGERATED:
            return ""
        return (
            f"A true change of {100 * self.true_change:.3g} % would be found in "
            f"{100 * self.power:.0f} % of cases, and would then look {self.ratio:.1f} times as large on average."
        )

    def to_dict(self) -> dict[str, float]:
        """Give everything in plain types, ready for JSON."""
        return {"true_change": self.true_change, "power": self.power, "exaggeration_ratio": self.ratio}


def exaggeration(true_change: float, standard_error: float, *, threshold: float = ONE_LOOK) -> Exaggeration:
    r"""Work out how much larger than the truth a change looks, given that it was found.

    .. math:: \frac{E(|\hat\theta| \mid |\hat\theta| > c)}{\theta}, \qquad \hat\theta \sim N(\theta, s), \quad c = z s

    Parameters
    ----------
    true_change
        The change supposed to be true, a share above 0.
    standard_error
        Of the log ratio, above 0.
    threshold
        The tail probability that counts.

    Returns
    -------
    Exaggeration
        The power, and how many times too large
        what is found looks: 1 = as large as it is.

    Raises
    ------
    OptionError
        When there is no true change, or no error.

    Notes
    -----
    Gelman and Carlin 2014, Beyond power calculations: assessing type S (sign) and type M (magnitude) errors.
    Perspectives on Psychological Science 9: 641-651.

    Examples
    --------
    >>> found = exaggeration(0.05, 0.04)
    >>> round(found.power, 2), round(found.ratio, 1)
    (0.23, 2.1)
    """
    if not (true_change > 0 and standard_error > 0):
        raise OptionError("an exaggeration needs a true change and a standard error above 0")
    theta, least = np.log1p(true_change) / standard_error, norm.ppf(threshold)
    above, below = norm.sf(least - theta), norm.cdf(-least - theta)
    power = above + below
    size = theta * (above - below) + norm.pdf(least - theta) + norm.pdf(least + theta)
    return Exaggeration(true_change, float(power), float(size / power / theta))
