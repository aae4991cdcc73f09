"""Limits of charts of counts, proportions and rates: classical, and Laney's for large denominators."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, get_args

import numpy as np
from numpy.typing import NDArray

from equitymodel.argument_types import refuses_other_types
from equitymodel.errors import OptionError
from equitymodel.monitoring.control_limits import (
    LARGEST_RANGE,
    ControlLimits,
    Numbers,
    mean_moving_range,
    xmr_limits,
)
from equitymodel.vocabulary import nearest

ChartKind = Literal["xmr", "mr", "c", "p", "p_prime", "u", "u_prime", "t"]
OF_COUNTS: tuple[ChartKind, ...] = ("p", "p_prime", "u", "u_prime")
"""Kinds that chart a numerator over a denominator."""
SIGMAS, RANGE_TO_SD, WEIBULL = 3.0, 1.128, 3.6
"""Limits in standard deviations; the mean moving range of those (d2); the power that makes times between events normal
(Nelson 1994)."""


@dataclass(frozen=True)
class Charted:
    """What is charted, one entry a point.

    Attributes
    ----------
    values
        The measure itself: a proportion or rate where there are denominators.
    sizes
        Denominators; 1 where there are none.

    Examples
    --------
    >>> Charted.of(np.array([2.0, 3.0]), np.array([50.0, 60.0])).values.tolist()
    [0.04, 0.05]
    """

    values: Numbers
    sizes: Numbers

    @classmethod
    def of(cls, counts: Numbers, sizes: Numbers | None = None) -> Charted:
        """Divide counts by their denominators, where there are any."""
        return cls(counts, np.ones_like(counts)) if sizes is None else cls(counts / sizes, sizes)

    def take(self, points: NDArray[np.bool_] | NDArray[np.intp]) -> Charted:
        """Give some of the points."""
        return Charted(self.values[points], self.sizes[points])


@refuses_other_types
def chart_limits(
    charted: Charted, kind: str = "xmr", *, sets: NDArray[np.bool_] | None = None, screen: bool = False
) -> ControlLimits:  # fmt: skip
    """Set the limits of a chart from some of its points.

    Parameters
    ----------
    charted
        From `Charted.of`, in the order of time.
    kind
        ``xmr`` single values, ``mr`` their moving ranges, ``c`` counts, ``p`` proportions, ``u`` rates,
        ``p_prime`` and ``u_prime`` the same with large denominators (Laney), ``t`` times between events.
    sets
        Which points set the limits; all by default.
    screen
        Of ``xmr`` and ``t``: as for `mean_moving_range`.

    Returns
    -------
    ControlLimits
        One entry a point; those that set no limits have them too.

    Raises
    ------
    OptionError
        When there is no such kind, too few points set the limits, or shares are above 1.

    Notes
    -----
    With denominators of thousands, limits of a ``p`` or ``u`` chart are narrow enough that nearly every point is
    outside: sampling alone is then not what varies. Laney's limits are as many times wider as the points vary more.

    References
    ----------
    Laney DB (2002) Improved control charts for attributes. Quality Engineering 14:531. Nelson LS (1994) A control
    chart for parts-per-million nonconforming items. Journal of Quality Technology 26:239.

    Examples
    --------
    >>> charted = Charted.of(np.array([12.0, 15, 8, 10]), np.full(4, 50.0))
    >>> chart_limits(charted, "p").upper.round(3).tolist()
    [0.402, 0.402, 0.402, 0.402]
    """
    if kind not in get_args(ChartKind):
        raise OptionError(f"no chart is called '{kind}'. {nearest(kind, get_args(ChartKind))}")
    chosen = np.ones(charted.values.size, bool) if sets is None else sets
    if chosen.sum() < 2:
        raise OptionError("limits take two points at least that may set them; give a longer series")
    if kind.startswith("p") and (charted.values > 1).any():
        raise OptionError(
            f"{int((charted.values > 1).sum())} shares are above 1, so that a chart of kind '{kind}' has no limits; "
            "the numerator is to be a part of the denominator; rates are charted as kind 'u' or 'u_prime'"
        )
    if kind in OF_COUNTS:
        return _of_counts(charted, kind, chosen)
    own = charted.values[chosen]
    made = {
        "xmr": lambda: _repeated(xmr_limits(own, screen=screen), charted),
        "mr": lambda: _of_ranges(own, charted),
        "c": lambda: _around(own.mean(), SIGMAS * np.sqrt(own.mean()), charted, least=0.0),
        "t": lambda: _of_times(own, charted, screen=screen),
    }
    return made[kind]()


def _repeated(limits: ControlLimits, charted: Charted) -> ControlLimits:
    return limits.at(np.zeros(charted.values.size, np.intp))


def _around(centre: float, reach: float, charted: Charted, *, least: float = -np.inf) -> ControlLimits:
    size = charted.values.size
    return ControlLimits.around(np.full(size, centre), np.full(size, reach), least=least)


def _of_ranges(own: Numbers, charted: Charted) -> ControlLimits:
    mean = mean_moving_range(own)
    return _around(mean, (LARGEST_RANGE - 1) * mean, charted, least=0.0)


def _of_times(own: Numbers, charted: Charted, *, screen: bool) -> ControlLimits:
    """Set limits where times between events are as good as normal, and bring them back."""
    limits = _repeated(xmr_limits(own ** (1 / WEIBULL), screen=screen, spread=SIGMAS / RANGE_TO_SD), charted)
    return ControlLimits(*(np.maximum(values, 0.0) ** WEIBULL for values in vars(limits).values()))


def _of_counts(charted: Charted, kind: str, sets: NDArray[np.bool_]) -> ControlLimits:
    own = charted.take(sets)
    mean = (own.values * own.sizes).sum() / own.sizes.sum()
    spread = np.sqrt(mean * (1 - mean if kind.startswith("p") else 1.0) / charted.sizes)
    widened = laney_sigma((own.values - mean) / spread[sets]) if kind.endswith("prime") else 1.0
    most = 1.0 if kind.startswith("p") else np.inf
    return ControlLimits.around(
        np.full(charted.values.size, mean), SIGMAS * spread * widened, least=0.0, most=most
    )  # fmt: skip


def laney_sigma(scores: Numbers) -> float:
    """Say how many times more points vary than sampling alone would let them, from neighbours in time.

    Parameters
    ----------
    scores
        How far each is from the mean, in standard deviations of its sampling.

    Returns
    -------
    float
        1 = sampling alone.

    Examples
    --------
    >>> round(laney_sigma(np.array([-1.0, 1.0, -1.0, 1.0])), 3)
    1.773
    """
    return mean_moving_range(scores) / RANGE_TO_SD
