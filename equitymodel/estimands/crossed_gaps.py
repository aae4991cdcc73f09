"""Gaps of groups within groups: by deprivation within each main group, and between main groups of equal deprivation.

All is worked out draw by draw. What is said of a cell of both groupings is a ratio or a number of admissions; numbers
of admissions add up, from cells to each margin and to the total, and ratios do not.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import pandas as pd
import xarray as xr

from equitymodel.argument_types import refuses_other_types
from equitymodel.data.cells.same_labels import on_same_labels
from equitymodel.data.tables.crossed_groups import MAIN, WITHIN, labels_apart
from equitymodel.errors import OptionError
from equitymodel.estimands.fitted import FitOrDraws, admissions_of
from equitymodel.estimands.rates import SHORTFALL, ratio_where_expected
from equitymodel.estimands.reading import ratio_reading, read_as
from equitymodel.vocabulary import ALL_GROUPS, GROUP, ICS

MARGINS = (MAIN, WITHIN)
PART, PARTS = "part", ("within", "between", "total")


def groups_apart(values: xr.DataArray) -> xr.DataArray:
    """Lay values out by main group and by deprivation, in place of the cells of both.

    Parameters
    ----------
    values
        Dims ``group``, with labels of both groupings, and any others.

    Returns
    -------
    xarray.DataArray
        Dims ``main_group`` and ``deprivation_group`` in its place, the group to compare with last; missing where
        nobody is of both.

    Raises
    ------
    OptionError
        When the groups are of one grouping.

    Examples
    --------
    >>> labels = ["A, deprivation 1", "A, deprivation 2", "B, deprivation 1", "B, deprivation 2"]
    >>> groups_apart(xr.DataArray([1.0, 2.0, 3.0, 4.0], {"group": labels})).values.tolist()
    [[1.0, 2.0], [3.0, 4.0]]
    """
    labels = values[GROUP].values.tolist() if GROUP in values.coords else []
    if not labels or not all(_of_both(label) for label in labels):
        raise OptionError(
            "these groups are of one grouping; for gaps of one within the other read the tables by two columns, such "
            "as Group('ethnicity,deprivation', 'White British')"
        )
    mains, withins = zip(*map(labels_apart, labels), strict=True)
    plain = values.drop_vars([name for name in values.coords if name not in values.dims])
    both = pd.MultiIndex.from_arrays([mains, withins], names=[MAIN, WITHIN])
    wide = plain.drop_vars(GROUP).assign_coords(xr.Coordinates.from_pandas_multiindex(both, GROUP)).unstack(GROUP)
    place = list(values.dims).index(GROUP)
    rest = [dim for dim in values.dims if dim != GROUP]
    return wide.sel({MAIN: list(dict.fromkeys(mains)), WITHIN: sorted(set(withins))}).transpose(
        *rest[:place], MAIN, WITHIN, *rest[place:]
    )


def _of_both(label: object) -> bool:
    main, mark, within = str(label).rpartition(", deprivation ")
    return bool(main and mark) and within.isdigit()


@refuses_other_types
@on_same_labels
def gap_within(fitted: FitOrDraws, expected: xr.DataArray | None = None) -> xr.DataArray:
    r"""Compare each deprivation group with the least deprived of the same main group, as a ratio.

    .. math:: \mathrm{RR}^{within}_{img} = \theta_{imqp} / \theta_{imQp}

    with :math:`m` the main group, :math:`q` the deprivation group and :math:`Q` the least deprived.

    Parameters
    ----------
    fitted, expected
        A fit; or mean and expected admissions, dims ``group`` and any others.

    Returns
    -------
    xarray.DataArray
        Ratios, no unit; dims ``main_group, deprivation_group`` without the least deprived, and the others. Below 1 =
        fewer admissions than the least deprived of the main group have for the same need; missing where one of the
        two has nobody.

    Raises
    ------
    OptionError
        When the groups are of one grouping.

    Examples
    --------
    >>> labels = ["A, deprivation 1", "A, deprivation 2", "B, deprivation 1", "B, deprivation 2"]
    >>> fitted = xr.DataArray([40.0, 50, 72, 80], {"group": labels})
    >>> gap_within(fitted, xr.full_like(fitted, 100.0)).values.round(3).tolist()
    [[0.8], [0.9]]
    """
    gap = _against_last(_ratio_apart(fitted, expected), WITHIN)
    return read_as(gap, ratio_reading("the least deprived of the same main group"), "gap_within")


@refuses_other_types
@on_same_labels
def gap_between(fitted: FitOrDraws, expected: xr.DataArray | None = None) -> xr.DataArray:
    r"""Compare each main group with the reference group of the same deprivation, as a ratio.

    .. math:: \mathrm{RR}^{between}_{imqp} = \theta_{imqp} / \theta_{i,\mathrm{ref},q,p}

    Parameters
    ----------
    fitted, expected
        As for `gap_within`.

    Returns
    -------
    xarray.DataArray
        Ratios, no unit; dims ``main_group`` without the reference group, ``deprivation_group``, and the others.

    Raises
    ------
    OptionError
        When the groups are of one grouping.

    Examples
    --------
    >>> labels = ["A, deprivation 1", "A, deprivation 2", "B, deprivation 1", "B, deprivation 2"]
    >>> fitted = xr.DataArray([36.0, 40, 72, 80], {"group": labels})
    >>> gap_between(fitted, xr.full_like(fitted, 100.0)).values.round(3).tolist()
    [[0.5, 0.5]]
    """
    gap = _against_last(_ratio_apart(fitted, expected), MAIN)
    return read_as(gap, ratio_reading("the reference group of the same deprivation"), "gap_between")


def _against_last(ratio: xr.DataArray, grouping: str) -> xr.DataArray:
    """Divide the ratios of all groups of one grouping but the last, which is compared with, by those of the last."""
    last = ratio.isel({grouping: -1}, drop=True)
    return (ratio / last.where(last > 0)).isel({grouping: slice(0, -1)}).transpose(*ratio.dims)


class Margins(NamedTuple):
    """Ratios of each main group, and of each deprivation group, at one and the same mix of the other grouping."""

    by_main: xr.DataArray
    by_deprivation: xr.DataArray


@refuses_other_types
@on_same_labels
def standardised_margins(
    fitted: FitOrDraws, expected: xr.DataArray | None = None, *, standard: xr.DataArray | None = None
) -> Margins:
    r"""Give each main group at the deprivation mix of a standard population, and the other way round.

    .. math:: \theta_{imp} = \sum_q w_{qp}\, \theta_{imqp}, \qquad \theta_{iqp} = \sum_m v_{mp}\, \theta_{imqp}

    with :math:`w` and :math:`v` the shares of need in the standard population, by deprivation and by main group.

    Parameters
    ----------
    fitted, expected
        As for `gap_within`; with the dim ``ics`` unless a standard is given.
    standard
        Need of the standard population: expected admissions, dims ``group`` and any of the others. By default that of
        all ICSs together, the same for every ICS.

    Returns
    -------
    Margins
        Ratios, no unit: ``by_main`` without the dim of deprivation, ``by_deprivation`` without that of main groups.
        Missing where nobody of a cell lives in the ICS, as its ratio is then not known.

    Raises
    ------
    OptionError
        When the groups are of one grouping, or there are no ICSs and no standard.

    Notes
    -----
    Without a standard the ratio of a main group, all its admissions over all its expected ones, is at its own mix, so
    that a group of whom more are deprived looks worse by that alone.

    Examples
    --------
    >>> labels = ["A, deprivation 1", "A, deprivation 2", "B, deprivation 1", "B, deprivation 2"]
    >>> expected = xr.DataArray([[90.0, 10, 10, 90]], {"ics": ["x"], "group": labels})
    >>> fitted = expected * xr.DataArray([0.6, 1.0, 0.6, 1.0], {"group": labels})
    >>> standardised_margins(fitted, expected).by_main.values.round(3).tolist()
    [[0.8, 0.8]]
    """
    fitted, expected = admissions_of(fitted, expected)
    if standard is None and ICS not in expected.dims:
        raise OptionError("the standard population is that of all ICSs together, and these are of none; give standard")
    ratio = groups_apart(ratio_where_expected(fitted, expected))
    need = groups_apart(expected.sum(ICS) if standard is None else standard).fillna(0.0)
    found = []
    for over in (WITHIN, MAIN):
        share = need.sum([dim for dim in MARGINS if dim != over])
        known = ratio.notnull() | (share == 0)
        mean = (ratio.fillna(0.0) * share / share.sum(over)).sum(over).where(known.all(over))
        rest = [dim for dim in ratio.dims if dim != over]
        found.append(read_as(mean.transpose(*rest), ratio_reading("the national rate"), "standardised_margins"))
    return Margins(*found)


@refuses_other_types
@on_same_labels
def crossed_shortfall(fitted: FitOrDraws, expected: xr.DataArray | None = None) -> xr.DataArray:
    r"""Split the shortfall of each cell in two: by deprivation within its main group, and between main groups.

    .. math:: E_{mq}(\theta_{\mathrm{ref},Q} - \theta_{mq}) = E_{mq}(\theta_{mQ} - \theta_{mq})
              + E_{mq}(\theta_{\mathrm{ref},Q} - \theta_{mQ})

    Parameters
    ----------
    fitted, expected
        As for `gap_within`.

    Returns
    -------
    xarray.DataArray
        Admissions; positive = fewer than at the rate compared with. Dims ``part`` (``within, between, total``),
        ``main_group, deprivation_group`` and the others; 0 where nobody is of both. Missing throughout for an ICS and
        procedure in which nobody is of a cell that others are compared with.

    Raises
    ------
    OptionError
        When the groups are of one grouping.

    Notes
    -----
    ``within`` is what it would take to bring each cell to the rate of the least deprived of its own main group,
    ``between`` what it would then take to bring these to that of the reference group. The other way round, first
    between groups of equal deprivation, gives other parts and the same total. All of them add up over cells: see
    `with_margins`. They are signed, as level-up by cell is not, so noise cancels in sums.

    Examples
    --------
    >>> labels = ["A, deprivation 1", "A, deprivation 2", "B, deprivation 1", "B, deprivation 2"]
    >>> fitted = xr.DataArray([30.0, 50, 70, 80], {"group": labels})
    >>> crossed_shortfall(fitted, xr.full_like(fitted, 100.0)).sel(main_group="A").values.round(1).tolist()
    [[20.0, 0.0], [30.0, 30.0], [50.0, 30.0]]
    """
    fitted, expected = (groups_apart(values) for values in admissions_of(fitted, expected))
    ratio = ratio_where_expected(fitted, expected)
    own = ratio.isel({WITHIN: -1}, drop=True)
    reference = own.isel({MAIN: -1}, drop=True)
    need = expected.where(expected > 0)
    total = need * reference - fitted
    parts = xr.concat([need * own - fitted, need * (reference - own), total], pd.Index(PARTS, name=PART))
    known = (parts.notnull() | need.isnull()).all([PART, *MARGINS]) & need.notnull().any(MARGINS)
    laid = parts.fillna(0.0).where(known).transpose(PART, *ratio.dims)
    return read_as(laid, SHORTFALL, "crossed_shortfall")


def with_margins(values: xr.DataArray) -> xr.DataArray:
    """Add sums over deprivation, over main groups, and over both, to admissions of cells of both groupings.

    Parameters
    ----------
    values
        Admissions, such as shortfalls or changes: dims ``group``, or ``main_group`` and ``deprivation_group``.

    Returns
    -------
    xarray.DataArray
        With the label ``All groups`` last along both. Cells without people count as 0; missing where all are.

    Examples
    --------
    >>> labels = ["A, deprivation 1", "A, deprivation 2", "B, deprivation 1", "B, deprivation 2"]
    >>> with_margins(xr.DataArray([1.0, 2.0, 3.0, 4.0], {"group": labels})).values.tolist()
    [[1.0, 2.0, 3.0], [3.0, 4.0, 7.0], [4.0, 6.0, 10.0]]
    """
    values = groups_apart(values) if GROUP in values.dims else values
    for dim in MARGINS:
        named = values.assign_coords({dim: values[dim].astype(object)})
        whole = values.sum(dim, min_count=1).expand_dims({dim: np.array([ALL_GROUPS], dtype=object)})
        values = xr.concat([named, whole], dim).transpose(*values.dims)
    return values


def _ratio_apart(fitted: FitOrDraws, expected: xr.DataArray | None) -> xr.DataArray:
    return groups_apart(ratio_where_expected(*admissions_of(fitted, expected)))
