"""Worlds of cells, most of them unlike the model: how their areas differ, what of it lasts, and what a year adds."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Literal

from equitymodel.errors import OptionError
from equitymodel.simulate.simulated_cells import LocalVariation

Tails = Literal["normal", "t3"]
_UNEQUAL = 0.6


@dataclass(frozen=True)
class CellSizes:
    """How many of everything there are, and how many admissions.

    Attributes
    ----------
    areas, groups, procedures
        Sizes.
    unequal
        Whether ICSs differ in size, and procedures too: standard deviation of log expected admissions 0.6 each.
    expected
        Expected admissions a year of a cell: on average, or where sizes are unequal the median.
    years
        How many.

    Raises
    ------
    OptionError
        When there is nothing of something.

    Examples
    --------
    >>> CellSizes(years=0)
    Traceback (most recent call last):
    equitymodel.errors.OptionError: there is at least one ICS, one procedure and one year, and there are two groups
    """

    areas: int = 12
    groups: int = 5
    procedures: int = 3
    unequal: bool = False
    expected: float = 400.0
    years: int = 1

    def __post_init__(self) -> None:
        """Check that there is something of everything."""
        if min(self.areas, self.procedures, self.years) < 1 or self.groups < 2:
            raise OptionError("there is at least one ICS, one procedure and one year, and there are two groups")
        if self.expected <= 0:
            raise OptionError("a cell expects more than 0 admissions")

    @property
    def spread(self) -> float:
        """Give the standard deviation of log expected admissions between ICSs, and between procedures."""
        return _UNEQUAL if self.unequal else 0.0


@dataclass(frozen=True)
class Deviations:
    """How cells deviate from level and straight gradient, as log ratios by ICS, group and procedure.

    Attributes
    ----------
    sd
        Their standard deviation, what lasts and what does not together.
    common
        The share of their variance that all procedures of an ICS and group have in common.
    lasts
        The share of their variance that lasts; the rest is drawn anew each year. Two numbers are the
        parameters of a beta distribution from which the share is drawn, apart for the common part and for
        that of single procedures.
    tails
        Of what lasts: normal, or Student's t with 3 degrees of freedom, with the same standard deviation.
    correlation
        Of what lasts, from one year to the next; below 1 it fades, and its standard deviation stays.

    Raises
    ------
    OptionError
        When a share or the correlation does not lie between 0 and 1, or the standard deviation is below 0.

    Examples
    --------
    >>> Deviations(0.08, common=1.0, lasts=0.0)
    Deviations(sd=0.08, common=1.0, lasts=0.0, tails='normal', correlation=1.0)
    """

    sd: float
    common: float = 0.5
    lasts: float | tuple[float, float] = 1.0
    tails: Tails = "normal"
    correlation: float = 1.0

    def __post_init__(self) -> None:
        """Check that shares are shares."""
        shares = [self.common, self.correlation, *([] if isinstance(self.lasts, tuple) else [self.lasts])]
        if self.sd < 0 or not all(0 <= share <= 1 for share in shares):
            raise OptionError("shares and correlations lie between 0 and 1, and a standard deviation is not below 0")


@dataclass(frozen=True)
class Outlier:
    """One ICS, the first, whose gap is unlike all others: straight, but another one.

    Attributes
    ----------
    log_gap
        Log of its rate ratio, most against least deprived; above 0 its most deprived have more.
    everywhere
        In all procedures, or only in the first.
    """

    log_gap: float = 0.23
    everywhere: bool = False


@dataclass(frozen=True)
class World:
    """What is true of simulated cells; by default what the model assumes.

    Attributes
    ----------
    gradient
        National log ratio of the least to the most deprived end, for every procedure.
    variation
        How much levels and gradients of ICSs differ, and the extra variation of a cell in a year.
    tails
        Of these levels and gradients.
    deviations
        Beyond level and straight gradient; several add up.
    outlier
        An ICS unlike all others, if there is one.
    bend
        Standard deviation by which gradients of ICSs are bent, in all procedures alike: log ratio, on average
        over groups.
    peak
        Log ratio of the rate half way over deprivation to that of both ends, in every ICS and procedure alike.
    overdispersion
        Extra variation by procedure, in turn, where procedures differ in it.
    misreported
        Standard deviation of the log of reported over true population, by ICS and group, in all years alike.
    level_walk
        Standard deviation of the change of log level from year to year, by ICS and procedure.

    Examples
    --------
    >>> World(bend=0.08).deviations
    ()
    """

    gradient: float = 0.3
    variation: LocalVariation = field(default_factory=LocalVariation)
    tails: Tails = "normal"
    deviations: tuple[Deviations, ...] = ()
    outlier: Outlier | None = None
    bend: float = 0.0
    peak: float = 0.0
    overdispersion: tuple[float, ...] = ()
    misreported: float = 0.0
    level_walk: float = 0.0

    def extra_variation(self, procedures: int) -> list[float]:
        """Give the extra variation of each procedure.

        Examples
        --------
        >>> World(overdispersion=(0.0, 0.1)).extra_variation(3)
        [0.0, 0.1, 0.0]
        """
        unlike = self.overdispersion or (self.variation.extra_variation,)
        return [unlike[number % len(unlike)] for number in range(procedures)]


_LASTING = Deviations(0.08)
WORLDS = {
    "model true": World(),
    "lasting deviations 4 %": World(deviations=(replace(_LASTING, sd=0.04),)),
    "lasting deviations 8 %": World(deviations=(_LASTING,)),
    "lasting deviations 15 %": World(deviations=(replace(_LASTING, sd=0.15),)),
    "lasting deviations 8 % that fade": World(deviations=(replace(_LASTING, correlation=0.95),)),
    "levels that walk 5 %": World(level_walk=0.05),
    "t(3) effects": World(tails="t3"),
    "outlier in one procedure": World(outlier=Outlier()),
    "outlier in all procedures": World(outlier=Outlier(everywhere=True)),
    "shock of a year 8 %": World(deviations=(Deviations(0.08, common=1.0, lasts=0.0),)),
    "gradients bent by ICS": World(bend=0.08),
    "overdispersion unlike by procedure": World(overdispersion=(0.0, 0.05, 0.15)),
    "population misreported 3 %": World(misreported=0.03),
    "no gap anywhere": World(gradient=0.0, variation=LocalVariation(ics_gradient=0.0, ics_by_procedure_gradient=0.0)),
    "share that lasts from Beta(2, 1)": World(deviations=(replace(_LASTING, lasts=(2.0, 1.0)),)),
    "share that lasts 0": World(deviations=(replace(_LASTING, lasts=0.0),)),
    "share that lasts 1": World(deviations=(_LASTING,)),
}
"""Worlds to try a model in, by name; in the last three deviations of 8 % in all last in part, not, or wholly."""
