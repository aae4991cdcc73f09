"""The area as it is, this year's count and next year's count: three quantities that never stand in for one another."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

import xarray as xr

from equitymodel.data.cells.same_labels import align_fields
from equitymodel.estimands.measures import Measure, measured
from equitymodel.estimands.reading import ADMISSIONS, Reading, read_as

INTERVAL_FOR = {
    "fitted": "the area as it is",
    "this_year": "this year's count, count noise left out",
    "next_year": "next year's count, at this year's reference rates, population and need",
}
"""What an interval is for, by quantity: with the noise of no year, of this year, or of the year to come."""


@dataclass(frozen=True)
class ThreeQuantities:
    """Draws of admissions a year: as the area is, in this year, and in the next.

    Attributes
    ----------
    fitted
        As the area is: what lasts. Dims ``chain, draw`` and those of cells.
    this_year
        With the noise of this year, without that of counting; where it was worked out.
    next_year
        Counts of the next year: with the noise of a year, change of level and count noise; where worked out.
    """

    fitted: xr.DataArray
    this_year: xr.DataArray | None = None
    next_year: xr.DataArray | None = None

    def __post_init__(self) -> None:
        align_fields(self)

    def measures(self) -> Iterator[Measure]:
        """Give the records of the three, as far as they were worked out.

        Returns
        -------
        iterator of Measure
            Posterior means, which add up, with the interval of each quantity.

        Examples
        --------
        >>> draws = xr.DataArray([[[10.0, 20.0], [14.0, 24.0]]], dims=("chain", "draw", "ics"))
        >>> [measure.key for measure in ThreeQuantities(draws, next_year=draws.round()).measures()]
        ['fitted', 'next_year']
        """
        for key in INTERVAL_FOR:
            draws = getattr(self, key)
            if draws is not None:
                read = read_as(draws.where(self.fitted.notnull()), Reading(ADMISSIONS), key)
                yield replace(measured(read, key), centre="mean")


def interval_for(quantity: str) -> str:
    """Say what the interval of a quantity is for; all but the counts of a year are of the area as it is.

    Examples
    --------
    >>> interval_for("next_year"), interval_for("shortfall")
    ("next year's count, at this year's reference rates, population and need", 'the area as it is')
    """
    return INTERVAL_FOR.get(quantity, INTERVAL_FOR["fitted"])
