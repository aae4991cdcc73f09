"""The parts of a simulated world of series: its sizes, what is usual, what changes, and the noise."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from equitymodel.errors import OptionError
from equitymodel.spec.interruption import Shape


@dataclass(frozen=True)
class Sizes:
    """How many of everything there are.

    Attributes
    ----------
    areas, groups, procedures, periods
        Sizes; periods are months, the last of them December 2019.
    before
        Months before the interruption.
    exposed_areas
        How many areas, the first ones, are exposed; the others are controls. All if not given.

    Examples
    --------
    >>> Sizes(periods=10, before=10)
    Traceback (most recent call last):
    equitymodel.errors.OptionError: an interruption after 10 of 10 months leaves none on one side
    """

    areas: int = 1
    groups: int = 1
    procedures: int = 1
    periods: int = 60
    before: int = 36
    exposed_areas: int | None = None

    def __post_init__(self) -> None:
        """Check that there are months on both sides, and something of everything.

        Raises
        ------
        OptionError
            When there are not.
        """
        if min(self.areas, self.groups, self.procedures) < 1:
            raise OptionError("there is at least one area, one group and one procedure")
        if not 0 < self.before < self.periods:
            raise OptionError(f"an interruption after {self.before} of {self.periods} months leaves none on one side")


@dataclass(frozen=True)
class Change:
    """What the interruption changes, as log ratios.

    Attributes
    ----------
    level
        The change on average over the deprivation scale.
    gap
        Change of the log ratio of the least to the most deprived end; negative narrows a gap in
        which the most deprived have fewer.
    by_group
        What each group has besides, the most deprived first.
    shape, lag, ramp_months
        As for `Interruption`.
    """

    level: float = 0.0
    gap: float = 0.0
    by_group: Sequence[float] | None = None
    shape: Shape = "both"
    lag: float = 0
    ramp_months: float | None = None


@dataclass(frozen=True)
class MonthlyNoise:
    """Autocorrelated noise of log rates.

    Attributes
    ----------
    sd
        Its standard deviation.
    autocorrelation
        Its correlation from month to month.
    shared
        The part of its variance that all cells share, 0 to 1.
    """

    sd: float = 0.05
    autocorrelation: float = 0.3
    shared: float = 0.0

    def __post_init__(self) -> None:
        """Check that there is such noise.

        Raises
        ------
        OptionError
            When there is none with such a correlation, standard deviation or shared part.
        """
        if not (-1 < self.autocorrelation < 1 and self.sd >= 0 and 0 <= self.shared <= 1):
            raise OptionError("autocorrelation lies between -1 and 1, sd is 0 or more, and shared between 0 and 1")


@dataclass(frozen=True)
class Usual:
    """What there would be without any interruption.

    Attributes
    ----------
    expected
        Expected admissions a month in a typical cell.
    gradient
        Log ratio of the least to the most deprived end.
    trend
        Change of the log rate a year.
    season
        Height of a yearly wave of the log rate.
    """

    expected: float = 100.0
    gradient: float = 0.2
    trend: float = 0.0
    season: float = 0.05


@dataclass(frozen=True)
class Shock:
    """What happens to all areas at the start of the interruption, exposed or not, and is none of its doing.

    Attributes
    ----------
    level, gap
        As for `Change`.
    """

    level: float = 0.0
    gap: float = 0.0
