"""Change of a gap between years, and its trend a year: always within each draw, never from two intervals."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise

import numpy as np
import xarray as xr

from equitymodel.data.cells.same_labels import on_same_labels
from equitymodel.errors import OptionError
from equitymodel.estimands.reading import RATIO, Reading, read_as, reading_of
from equitymodel.vocabulary import PERIOD

FROM, TO = "period_from", "period_to"
MOST_DEPRIVED = "the most deprived"
Pair = tuple[str, str]


def in_every_year(fitted: xr.DataArray, expected: xr.DataArray) -> xr.DataArray:
    """Mark the cells that exist in every year, so that years compare like with like.

    Parameters
    ----------
    fitted, expected
        Mean and expected admissions; dims those of cells with ``period``, and perhaps ``chain, draw``.

    Returns
    -------
    xarray.DataArray
        True where something is expected in every year; dims of cells without ``period``.

    Examples
    --------
    >>> expected = xr.DataArray([[10.0, 12.0], [5.0, np.nan]], dims=("ics", "period"))
    >>> in_every_year(expected, expected).values
    array([ True, False])
    """
    fitted, expected = (_first_draw(values) for values in (fitted, expected))
    return ((expected > 0) & fitted.notnull()).all(PERIOD)


def _first_draw(values: xr.DataArray) -> xr.DataArray:
    return values.isel({dim: 0 for dim in ("chain", "draw") if dim in values.dims}, drop=True)


def year_pairs(periods: Sequence[str]) -> list[Pair]:
    """List the years to compare: the first with the last, then each with the next.

    Parameters
    ----------
    periods
        Labels in the order of time.

    Returns
    -------
    list of tuple
        Labels of the earlier and the later year; none for one year.

    Examples
    --------
    >>> year_pairs(["2019", "2020", "2021"])
    [('2019', '2021'), ('2019', '2020'), ('2020', '2021')]
    """
    if len(periods) < 2:
        return []
    return list(dict.fromkeys([(periods[0], periods[-1]), *pairwise(periods)]))


def ratio_change(gap: xr.DataArray, pair: Pair, who: str = MOST_DEPRIVED) -> xr.DataArray:
    r"""Give the change of a gap that is a ratio: that of the later year over that of the earlier, in each draw.

    .. math:: \mathrm{RR}_{t_2} / \mathrm{RR}_{t_1}

    Parameters
    ----------
    gap
        Ratios such as those of `rate_ratio`; dim ``period`` and any others.
    pair
        Labels of the earlier and the later year.
    who
        Who is compared, in words.

    Returns
    -------
    xarray.DataArray
        Ratios, no unit; 1 = no change; above 1 = the most deprived gained, or lost where a gap above 1 means that
        they have fewer, as `relative_index` says of itself. Dims of `gap` without ``period``, and
        ``period_from, period_to``.

    Raises
    ------
    OptionError
        When a year is not among the periods.

    Examples
    --------
    >>> gap = xr.DataArray([0.8, 0.88], coords={"period": ["2019", "2020"]})
    >>> round(ratio_change(gap, ("2019", "2020")).item(), 6)
    1.1
    """
    before, after = ends_of_pair(gap, pair)
    return label_pair(after / before, pair, _change_reading(gap, who, Reading(RATIO, 1, sign="more")), "ratio_change")


def difference_change(gap: xr.DataArray, pair: Pair, who: str = MOST_DEPRIVED) -> xr.DataArray:
    r"""Give the change of a gap that is a difference: that of the later year less that of the earlier, in each draw.

    .. math:: \mathrm{SII}_{t_2} - \mathrm{SII}_{t_1}

    Parameters
    ----------
    gap
        Differences such as those of `slope_index`, positive = the most deprived have fewer; dim ``period``.
    pair, who
        As for `ratio_change`.

    Returns
    -------
    xarray.DataArray
        In the unit of `gap`; 0 = no change; below 0 = the most deprived gained. Dims as for `ratio_change`.

    Raises
    ------
    OptionError
        When a year is not among the periods.

    Examples
    --------
    >>> gap = xr.DataArray([40.0, 25.0], coords={"period": ["2019", "2020"]})
    >>> difference_change(gap, ("2019", "2020")).item()
    -15.0
    """
    before, after = ends_of_pair(gap, pair)
    reading = _change_reading(gap, who, Reading(reading_of(gap).unit, 0, sign="fewer"))
    return label_pair(after - before, pair, reading, "difference_change")


def gap_narrowing(gap: xr.DataArray, pair: Pair, *, no_gap: float = 1.0) -> xr.DataArray:
    r"""Give by how much a gap narrowed: how much closer it came to no gap, whoever had fewer before.

    .. math:: |\log \mathrm{RR}_{t_1}| - |\log \mathrm{RR}_{t_2}|

    Parameters
    ----------
    gap
        Ratios, or differences where `no_gap` is 0; dim ``period`` and any others.
    pair
        As for `ratio_change`.
    no_gap
        What no gap is: 1 for a ratio, 0 for a difference.

    Returns
    -------
    xarray.DataArray
        On the log scale for ratios, in the unit of `gap` for differences; positive = narrowed. Dims as for
        `ratio_change`.

    Raises
    ------
    OptionError
        When a year is not among the periods.

    Notes
    -----
    A gap that turns over to one of the same size has not narrowed: see `ratio_change` for who gained.

    Examples
    --------
    >>> gap = xr.DataArray([0.8, 1.25], coords={"period": ["2019", "2020"]})
    >>> abs(round(gap_narrowing(gap, ("2019", "2020")).item(), 6))
    0.0
    """
    ends = ends_of_pair(gap, pair)
    before, after = (abs(np.log(end.where(end > 0)) if no_gap == 1.0 else end) for end in ends)
    unit = "log ratio" if no_gap == 1.0 else reading_of(gap).unit
    reading = Reading(unit, 0, above="the gap narrowed", below="the gap widened", stated="above")
    return label_pair(before - after, pair, reading, "gap_narrowing")


@on_same_labels
def trend_a_year(gap: xr.DataArray, year: xr.DataArray, who: str = MOST_DEPRIVED) -> xr.DataArray:
    r"""Give the trend of a ratio a year: the least-squares slope of its log over years, in each draw.

    .. math:: \exp\!\left(\frac{\sum_t (y_t - \bar y) \log \mathrm{RR}_t}{\sum_t (y_t - \bar y)^2}\right)

    Parameters
    ----------
    gap
        Ratios; dim ``period`` and any others.
    year
        The middle of each period, in years; dim ``period``. Years need not be equally spaced.
    who
        Who is compared, in words.

    Returns
    -------
    xarray.DataArray
        Ratio a year; 1 = no trend; above 1 = the most deprived gain year by year. Missing where a year is missing.
        Dims of `gap` without ``period``, and ``period_from, period_to``: the first and the last.

    Raises
    ------
    OptionError
        When there is one year only.

    Notes
    -----
    A straight line on the log scale: it does not say when the gap changed. Over quarters the season is in it.

    Examples
    --------
    >>> gap = xr.DataArray([0.8, 0.88, 0.968], coords={"period": ["2019", "2020", "2021"]})
    >>> round(trend_a_year(gap, xr.DataArray([2019.5, 2020.5, 2021.5], dims="period")).item(), 6)
    1.1
    """
    periods = gap[PERIOD].values.tolist()
    if len(periods) < 2:
        raise OptionError("a trend needs two years or more; these cells have one")
    away = (year - year.mean(PERIOD)).drop_vars([name for name in year.coords if name != PERIOD])
    weight = away / (away**2).sum(PERIOD)
    slope = (np.log(gap.where(gap > 0)) * weight).sum(PERIOD, skipna=False)
    reading = _change_reading(gap, who, Reading("ratio a year", 1, sign="more"))
    return label_pair(np.exp(slope), (str(periods[0]), str(periods[-1])), reading, "trend_a_year")


def _change_reading(gap: xr.DataArray, who: str, of: Reading) -> Reading:
    """Say who gained and who lost, by what a larger value of the gap means, as it says of itself."""
    larger_is_more = (reading_of(gap).sign or of.sign) == "more"
    above, below = ("gained", "lost") if larger_is_more else ("lost", "gained")
    return replace(
        of, above=f"{who} {above}", below=f"{who} {below}", stated="above" if larger_is_more else "below",
        sign="more" if larger_is_more else "fewer",
    )  # fmt: skip


def ends_of_pair(values: xr.DataArray, pair: Pair) -> tuple[xr.DataArray, xr.DataArray]:
    """Choose the earlier and the later year.

    Raises
    ------
    OptionError
        When one of them is not among the periods.

    Examples
    --------
    >>> ends_of_pair(xr.DataArray([1.0, 2.0], coords={"period": ["2019", "2020"]}), ("2019", "2021"))
    Traceback (most recent call last):
    equitymodel.errors.OptionError: no period '2021' among these: 2019, 2020
    """
    known = values[PERIOD].values.tolist()
    for label in pair:
        if label not in known:
            raise OptionError(f"no period '{label}' among these: {', '.join(map(str, known))}")
    before, after = (values.sel({PERIOD: label}, drop=True) for label in pair)
    return before, after


def label_pair(values: xr.DataArray, pair: Pair, reading: Reading, name: str) -> xr.DataArray:
    """Label a change with the two years it lies between, and say how it is read.

    Examples
    --------
    >>> label_pair(xr.DataArray(1.1), ("2019", "2020"), Reading(RATIO, 1), "ratio_change").dims
    ('period_from', 'period_to')
    """
    return read_as(values.expand_dims({FROM: [pair[0]], TO: [pair[1]]}), reading, name)
