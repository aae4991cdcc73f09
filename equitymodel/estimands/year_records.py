"""The gap of every year, its change between years and its trend a year, as records."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import xarray as xr

from equitymodel.data.tables.comparisons import LEAST_DEPRIVED
from equitymodel.data.tables.groups import Group
from equitymodel.estimands.between_years import (
    MOST_DEPRIVED,
    Pair,
    difference_change,
    gap_narrowing,
    ratio_change,
    trend_a_year,
    year_pairs,
)
from equitymodel.estimands.core20 import core20_ratio, why_no_core20
from equitymodel.estimands.disparity import rate_difference_to_reference
from equitymodel.estimands.fitted import Fitted
from equitymodel.estimands.gap_records import OTHERS
from equitymodel.estimands.gaps import gap_between, rate_difference
from equitymodel.estimands.gradients import relative_index, slope_index
from equitymodel.estimands.measures import Measure, measured
from equitymodel.estimands.reading import RATIO, read_like, reading_of
from equitymodel.estimands.yearly_admissions import YearlyAdmissions
from equitymodel.vocabulary import PROCEDURE, group_dim

CHANGE, NARROWING, TREND = "_change", "_narrowing", "_trend"
"""What is added to the name of a gap for its change, its narrowing and its trend a year."""


@dataclass(frozen=True)
class YearlyGap:
    """A gap that is followed over years.

    Attributes
    ----------
    key, variant
        As in the table of gaps.
    draws
        Works it out for every year, with its reading; dim ``period``.
    ordered
        Whether it needs groups in order, or only suits those without; either by default.
    fifth
        Whether it sets the most deprived fifth against all others, so that the groups must hold one.

    Examples
    --------
    >>> [gap.key for gap in GAPS if gap.suits(Group("sex", "F"))]
    ['rate_ratio', 'rate_difference']
    """

    key: str
    variant: str
    draws: Callable[[YearlyAdmissions], xr.DataArray]
    ordered: bool | None = None
    fifth: bool = False

    def suits(self, group: Group) -> bool:
        """Say whether it means something for these groups."""
        return self.ordered is None or self.ordered == group.ordered


def _differences(years: YearlyAdmissions) -> xr.DataArray:
    """Give the difference of every group but the reference group from it."""
    away = rate_difference_to_reference(years.rate)
    return away.isel({group_dim(away.dims): slice(0, -1)})


GAPS = [
    YearlyGap("rate_ratio", "ends", lambda years: gap_between(years.ratio, years.group), ordered=True),
    YearlyGap("rate_difference", "ends", lambda years: rate_difference(years.rate), ordered=True),
    YearlyGap("slope_index", "national_linear", lambda years: slope_index(years.rate, years.people), ordered=True),
    YearlyGap(
        "relative_index",
        "national_ends_loglinear",
        lambda years: relative_index(years.rate, years.people, loglinear=True),
        ordered=True,
    ),
    YearlyGap(
        "core20_ratio",
        "fifth_to_others",
        lambda years: core20_ratio(years.fitted, years.expected),
        ordered=True,
        fifth=True,
    ),
    YearlyGap("rate_ratio", "to_reference", lambda years: gap_between(years.ratio, years.group), ordered=False),
    YearlyGap("rate_difference", "to_reference", _differences, ordered=False),
]
"""The gaps that are followed over years, the headline first; a further one is one more entry."""


def year_measures(fit: Fitted) -> Iterator[Measure]:
    """Give every gap by year, its change between years, by how much it narrowed, and its trend a year.

    Parameters
    ----------
    fit
        A fit to cells with a ``period``.

    Returns
    -------
    iterator of Measure
        By ICS and for all ICSs together, by procedure and for all procedures together. Gaps of a year have the
        dim ``period``; changes ``period_from`` and ``period_to``, the first against the last year first. All are
        of the area as it is.

    Raises
    ------
    OptionError
        When the cells have no years.
    """
    years = YearlyAdmissions.of(fit)
    for gap, draws in gaps_by_year(years):
        yield from gap_over_years(gap, draws, years)


def gaps_by_year(years: YearlyAdmissions) -> list[tuple[YearlyGap, xr.DataArray]]:
    """Work out every gap that suits the groups, by year.

    Parameters
    ----------
    years
        Admissions of every year.

    Returns
    -------
    list of tuple
        Each of `GAPS` with its draws, by ICS and for all together, by procedure and for all together.
    """
    no_fifth = bool(why_no_core20(years.fitted))
    chosen = [gap for gap in GAPS if gap.suits(years.group) and not (gap.fifth and no_fifth)]
    parts = [[gap.draws(whole) for gap in chosen] for whole in (part.with_all_ics() for part in years.by_procedures())]
    return [(gap, _side_by_side(found)) for gap, *found in zip(chosen, *parts, strict=True)]


def _side_by_side(parts: list[xr.DataArray]) -> xr.DataArray:
    """Put the procedures of one measure side by side."""
    if len(parts) == 1:
        return parts[0]
    return read_like(xr.concat(parts, PROCEDURE).transpose(*parts[0].dims), parts[0])


def gap_over_years(gap: YearlyGap, draws: xr.DataArray, years: YearlyAdmissions) -> Iterator[Measure]:
    """Give one gap by year, its changes between years and its trend.

    Parameters
    ----------
    gap, draws
        Which gap, and its draws by year.
    years
        Admissions of every year.

    Returns
    -------
    iterator of Measure
        The gap; for each pair of `year_pairs` its change and narrowing; and, of ratios, the trend a year.
    """
    reference = OTHERS if gap.fifth else LEAST_DEPRIVED if years.group.ordered else years.group.reference
    for key, found in _over_years(gap, draws, years):
        yield measured(
            found, key, quantity=gap.key, variant=gap.variant, adjustment=years.facts.fullest, reference=reference,
            headline=key == "rate_ratio",
        )  # fmt: skip


def _over_years(gap: YearlyGap, draws: xr.DataArray, years: YearlyAdmissions) -> Iterator[tuple[str, xr.DataArray]]:
    """Give a gap by year, its changes and its trend, each with its name."""
    yield gap.key, draws
    for pair in year_pairs(years.periods):
        yield from _changes(gap, draws, pair)
    if reading_of(draws).unit == RATIO and len(years.periods) > 1:
        yield f"{gap.key}{TREND}", trend_a_year(draws, years.year, _who(draws))


def _changes(gap: YearlyGap, draws: xr.DataArray, pair: Pair) -> Iterator[tuple[str, xr.DataArray]]:
    """Give the change of a gap between two years and by how much it narrowed, each with its name."""
    if reading_of(draws).unit == RATIO:
        yield f"{gap.key}{CHANGE}", ratio_change(draws, pair, _who(draws))
        yield f"{gap.key}{NARROWING}", gap_narrowing(draws, pair)
    else:
        yield f"{gap.key}{CHANGE}", difference_change(draws, pair, _who(draws))
        yield f"{gap.key}{NARROWING}", gap_narrowing(draws, pair, no_gap=0.0)


def _who(draws: xr.DataArray) -> str:
    return "the group" if group_dim(draws.dims) in draws.dims else MOST_DEPRIVED
