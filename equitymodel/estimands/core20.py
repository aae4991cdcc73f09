"""The Core20, the most deprived fifth of people, against all others: gaps, shortfalls and routes."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import xarray as xr

from equitymodel.data.cells.same_labels import on_same_labels
from equitymodel.errors import OptionError
from equitymodel.estimands.add_up import add_up
from equitymodel.estimands.fitted import FitOrDraws, admissions_of, population_of
from equitymodel.estimands.gaps import rate_difference, rate_ratio
from equitymodel.estimands.rates import RATE_UNIT, SHORTFALL, adjusted_rate, per_100_000, ratio_where_expected
from equitymodel.estimands.reading import deficit_reading, ratio_reading, read_as
from equitymodel.estimands.routes import CHANGE, Scope, in_regions, level_shortfall, route_change
from equitymodel.vocabulary import DEPRIVATION, GROUP, SAMPLE_DIMS, Route

FIFTHS = 5
FIFTH, OTHERS = 1, 2
"""Labels of the two groups that are compared, the more deprived first."""
FEWER, MORE = "the most deprived fifth have fewer", "the most deprived fifth have more"


def why_no_core20(values: xr.DataArray | xr.Dataset) -> str:
    """Say why the most deprived fifth cannot be set against all others; empty where it can.

    Parameters
    ----------
    values
        Draws or cells, with the dimension of the groups.

    Returns
    -------
    str
        The reason.

    Examples
    --------
    >>> why_no_core20(xr.DataArray([0.8, 0.9, 1.0, 1.1], coords={"deprivation": [1, 2, 3, 4]}))
    'the number of deprivation groups is 4, and no whole number of them makes up a fifth'
    >>> why_no_core20(xr.DataArray(range(10), dims="deprivation"))
    ''
    """
    if DEPRIVATION not in values.dims:
        return "the groups are not of deprivation" if GROUP in values.dims else "there are no groups of deprivation"
    count = values.sizes[DEPRIVATION]
    if count % FIFTHS:
        return f"the number of deprivation groups is {count}, and no whole number of them makes up a fifth"
    if sorted(_labels(values)) != list(range(1, count + 1)):
        return f"the deprivation groups are not all there: their labels are not 1 to {count}"
    return ""


def fifth_and_others(values: xr.DataArray) -> xr.DataArray:
    """Add up over the most deprived fifth, and over all others: two groups in place of five, ten or more.

    Parameters
    ----------
    values
        Admissions or people; dims ``deprivation`` (labels from 1, the most deprived) and any others. Without labels
        the most deprived come first.

    Returns
    -------
    xarray.DataArray
        Same dims, with ``deprivation`` 1, the most deprived fifth, and 2, all others; missing where all that is
        added up is.

    Raises
    ------
    OptionError
        When the groups hold no exact fifth.

    Examples
    --------
    >>> fifth_and_others(xr.DataArray([10.0, 20, 30, 40, 50], coords={"deprivation": [1, 2, 3, 4, 5]})).values
    array([ 10., 140.])
    """
    if why := why_no_core20(values):
        instead = "rate_ratio" if DEPRIVATION in values.dims else "rate_ratio_to_reference"
        raise OptionError(f"no comparison of the most deprived fifth with all others: {why}; use {instead}")
    first = np.array(_labels(values)) <= values.sizes[DEPRIVATION] // FIFTHS
    parts = [add_up(values.isel({DEPRIVATION: chosen}), DEPRIVATION, min_count=1) for chosen in (first, ~first)]
    joined = xr.concat(parts, xr.Variable(DEPRIVATION, [FIFTH, OTHERS]))
    return joined.transpose(*values.dims)


@on_same_labels
def core20_ratio(fitted: FitOrDraws, expected: xr.DataArray | None = None) -> xr.DataArray:
    r"""Compare the most deprived fifth with all others, as a ratio.

    .. math:: \frac{\sum_{q \in F} \mu_{iqp} / \sum_{q \in F} E_{iqp}}
              {\sum_{q \notin F} \mu_{iqp} / \sum_{q \notin F} E_{iqp}}

    where :math:`F` is the most deprived fifth: the first quintile, or the first two deciles.

    Parameters
    ----------
    fitted
        A fit; or mean admissions, dims ``deprivation`` and any others.
    expected
        Need-adjusted expected admissions, same cells; by default those of the fit.

    Returns
    -------
    xarray.DataArray
        Ratios, no unit, without ``deprivation``; 1 = no gap, below 1 = the most deprived fifth have fewer admissions
        than the others for equal need; missing where one side has nobody or the others have none.

    Raises
    ------
    OptionError
        When the groups are not of deprivation, or hold no exact fifth.

    Notes
    -----
    The others are weighted by need. This is no `rate_ratio`: it is nearer to 1, as the others hold groups that are
    deprived too. In one ICS the fifth is the part of its residents who live in the most deprived fifth of areas of
    the country, whatever their share there.

    References
    ----------
    NHS England (2021) Core20PLUS5: an approach to reducing healthcare inequalities.

    Examples
    --------
    >>> fitted = xr.DataArray([80.0, 90, 100, 100, 110], coords={"deprivation": [1, 2, 3, 4, 5]})
    >>> float(core20_ratio(fitted, xr.full_like(fitted, 100.0)))
    0.8
    """
    ratio = ratio_where_expected(*core20_admissions(fitted, expected))
    return read_as(rate_ratio(ratio), replace(ratio_reading(), above=MORE, below=FEWER), "core20_ratio")


@on_same_labels
def core20_difference(
    fitted: FitOrDraws, expected: xr.DataArray | None = None, population: xr.DataArray | None = None
) -> xr.DataArray:
    """Compare all others with the most deprived fifth, as a difference of need-adjusted rates.

    Parameters
    ----------
    fitted, expected
        As for `core20_ratio`.
    population
        Person-years by ICS and deprivation group; by default those of the fit.

    Returns
    -------
    xarray.DataArray
        Admissions per 100,000 person-years, without ``deprivation``; positive = the most deprived fifth have the
        lower rate; 0 = no gap.

    Raises
    ------
    OptionError
        As for `core20_ratio`, or when draws come without population.

    Examples
    --------
    >>> fitted = xr.DataArray([[80.0, 100, 100, 100, 100]], dims=("ics", "deprivation"))
    >>> people = xr.full_like(fitted, 50_000.0)
    >>> core20_difference(fitted, xr.full_like(fitted, 100.0), people).values
    array([40.])
    """
    people = population_of(fitted, population)
    pair = admissions_of(fitted, expected)
    rate = per_100_000(adjusted_rate(*core20_admissions(*pair), fifth_and_others(people.where(_known(*pair)))))
    reading = replace(deficit_reading(RATE_UNIT), above=FEWER, below=MORE)
    return read_as(rate_difference(rate), reading, "core20_difference")


@on_same_labels
def core20_shortfall(fitted: FitOrDraws, expected: xr.DataArray | None = None, *, scope: Scope = "ics") -> xr.DataArray:
    r"""Give the signed shortfall of the most deprived fifth against the rate of all others.

    .. math:: (r_{\mathrm{others}} - r_F) \, m_F

    Parameters
    ----------
    fitted, expected
        As for `core20_ratio`.
    scope
        Whether the others are those of the same ICS, of its region, or of all ICSs together.

    Returns
    -------
    xarray.DataArray
        Admissions, without ``deprivation``; positive = the fifth have fewer than at the rate of the others.

    Raises
    ------
    OptionError
        As for `core20_ratio`, or when the scope is not known.

    Examples
    --------
    >>> fitted = xr.DataArray([[80.0, 100, 100, 100, 100]], dims=("ics", "deprivation"))
    >>> core20_shortfall(fitted, xr.full_like(fitted, 100.0)).values
    array([20.])
    """
    short = level_shortfall(*core20_admissions(fitted, expected), scope=scope)
    return read_as(short.isel({DEPRIVATION: 0}, drop=True), SHORTFALL, "core20_shortfall")


@on_same_labels
def core20_change(
    fitted: FitOrDraws, expected: xr.DataArray | None = None, *, route: Route, scope: Scope = "ics"
) -> xr.DataArray:
    """Give the change in admissions of the most deprived fifth that closes its gap with all others.

    Parameters
    ----------
    fitted, expected
        As for `core20_ratio`.
    route
        As for `route_change`: levelling aims at the rate of the others; ``zero_sum`` at that of everybody, and
        the others then change by as much the other way.
    scope
        As for `core20_shortfall`; under ``zero_sum``, where the total is kept.

    Returns
    -------
    xarray.DataArray
        Additional (positive) or fewer (negative) admissions of the fifth, without ``deprivation``.

    Raises
    ------
    OptionError
        As for `core20_ratio`, or when the route or scope is not known.

    Examples
    --------
    >>> fitted = xr.DataArray([[80.0, 100, 100, 100, 100]], dims=("ics", "deprivation"))
    >>> expected = xr.full_like(fitted, 100.0)
    >>> [round(core20_change(fitted, expected, route=route).item(), 9) for route in ("level_up", "zero_sum")]
    [20.0, 16.0]
    """
    change = route_change(*core20_admissions(fitted, expected), route=route, scope=scope)
    return read_as(change.isel({DEPRIVATION: 0}, drop=True), CHANGE, "core20_change")


def core20_admissions(fitted: FitOrDraws, expected: xr.DataArray | None = None) -> tuple[xr.DataArray, xr.DataArray]:
    """Give fitted and expected admissions of the most deprived fifth and of all others, for any measure of groups.

    Parameters
    ----------
    fitted, expected
        As for `core20_ratio`.

    Returns
    -------
    tuple of xarray.DataArray
        Fitted and expected, in two groups; a cell in which either is missing counts for neither.

    Raises
    ------
    OptionError
        As for `core20_ratio`.

    Examples
    --------
    >>> fitted = xr.DataArray([80.0, 90, 100, 100, 110], coords={"deprivation": [1, 2, 3, 4, 5]})
    >>> [values.values.tolist() for values in core20_admissions(fitted, xr.full_like(fitted, 100.0))]
    [[80.0, 400.0], [100.0, 400.0]]
    """
    fitted, expected = in_regions(fitted, expected)
    known = _known(fitted, expected)
    return fifth_and_others(fitted.where(known)), fifth_and_others(expected.where(known))


def _known(fitted: xr.DataArray, expected: xr.DataArray) -> xr.DataArray:
    """Mark the cells in which both are known, which does not change from draw to draw."""
    both = fitted.notnull() & expected.notnull()
    return both.isel({dim: 0 for dim in SAMPLE_DIMS if dim in both.dims}, drop=True)


def _labels(values: xr.DataArray | xr.Dataset) -> list[int]:
    """Give the labels of the groups; from 1, by their place, where they have none."""
    if DEPRIVATION in values.coords:
        return [int(label) for label in values[DEPRIVATION].values]
    return list(range(1, values.sizes[DEPRIVATION] + 1))
