"""How many months a verdict, a placebo date and a forecast take at least: more where a period is a year."""

from __future__ import annotations

from dataclasses import dataclass

import xarray as xr

from equitymodel.data.series.series_facts import SeriesFacts


@dataclass(frozen=True)
class LeastMonths:
    """Months below which nothing is judged.

    Attributes
    ----------
    before, after
        For a verdict, before the start and after it.
    placebo_before, placebo_after
        For a date before the start at which nothing happened, on either side of it.
    learned
        For a forecast, before the day from which it is made.
    """

    before: int
    after: int
    placebo_before: int
    placebo_after: int
    learned: int


SEVERAL_A_YEAR = LeastMonths(before=24, after=12, placebo_before=18, placebo_after=6, learned=24)
ONE_A_YEAR = LeastMonths(before=96, after=36, placebo_before=60, placebo_after=24, learned=60)
"""A level, a trend and the spread of years about it take three numbers from the years before: with 8, five are left to
learn the spread from. A change that one year alone shows cannot be told from that year's noise: 3 say whether it stays.
Two years and one, which 24 and 12 months would be, fit any line exactly."""


def least_months(series: xr.Dataset) -> LeastMonths:
    """Give the months below which nothing is judged, for periods as long as those of a series.

    Parameters
    ----------
    series
        From `read_series`.

    Examples
    --------
    >>> yearly, weekly = (xr.Dataset(attrs={"frequency": name}) for name in ("annual", "weekly"))
    >>> least_months(yearly).before, least_months(weekly).before
    (96, 24)
    """
    return SEVERAL_A_YEAR if SeriesFacts.of(series).frequency.has_season else ONE_A_YEAR
