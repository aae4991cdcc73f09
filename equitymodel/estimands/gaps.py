"""The gap between the most and the least deprived group, or between any group and the one it is compared with."""

from __future__ import annotations

import xarray as xr

from equitymodel.argument_types import refuses_other_types
from equitymodel.data.cells.cell_facts import CellFacts
from equitymodel.data.cells.same_labels import on_same_labels
from equitymodel.data.tables.groups import Group
from equitymodel.errors import OptionError
from equitymodel.estimands.add_up import add_up
from equitymodel.estimands.disparity import rate_ratio_to_reference
from equitymodel.estimands.fitted import FitOrDraws, admissions_of, as_fit, check_order, ratio_of
from equitymodel.estimands.rates import rate_of, ratio_where_expected
from equitymodel.estimands.reading import Reading, deficit_reading, ratio_reading, read_as
from equitymodel.vocabulary import DEPRIVATION, ICS, group_dim, nearest


@refuses_other_types
def rate_ratio(ratio: FitOrDraws, *, most: int | None = None, least: int | None = None) -> xr.DataArray:
    r"""Compare the most with the least deprived group, as a ratio.

    .. math:: \mathrm{RR}_{ip} = \theta_{i,\mathrm{most},p} / \theta_{i,\mathrm{least},p}

    Parameters
    ----------
    ratio
        A fit; or standardised ratios or rates, dims ``deprivation`` and any others.
    most, least
        Labels of the groups to compare; the first and the last by default.

    Returns
    -------
    xarray.DataArray
        Ratios, no unit, without ``deprivation``; 1 = no gap, below 1 = the most deprived
        have fewer admissions than equal use for equal need would give; missing where the
        least deprived have none. Of a fit: dims ``chain, draw, ics, procedure``.

    Raises
    ------
    OptionError
        When a label is not among the groups, or the groups of a fit have no order.

    Notes
    -----
    Uses two groups only; `slope_index` uses all. Assumes that expected admissions measure
    need equally well in both.

    References
    ----------
    Harper S, Lynch J (2005) Methods for measuring cancer disparities. NCI.

    Examples
    --------
    >>> ratio = xr.DataArray([0.8, 1.0], coords={"deprivation": [1, 2]})
    >>> float(rate_ratio(ratio))
    0.8
    """
    check_order(ratio, "rate_ratio_to_reference")
    worst, best = _ends(ratio_of(ratio), most, least)
    return read_as(worst / best.where(best > 0), ratio_reading(), "rate_ratio")


def rate_difference(rate: FitOrDraws, *, most: int | None = None, least: int | None = None) -> xr.DataArray:
    r"""Compare the least with the most deprived group, as a difference.

    .. math:: \mathrm{RD}_{ip} = y_{i,\mathrm{least},p} - y_{i,\mathrm{most},p}

    Parameters
    ----------
    rate
        A fit, for admissions per 100,000 person-years; or rates, dims ``deprivation`` and any
        others, whose unit is that of the result.
    most, least
        As for `rate_ratio`.

    Returns
    -------
    xarray.DataArray
        Differences; positive = the most deprived have the lower rate; 0 = no gap.

    Raises
    ------
    OptionError
        As for `rate_ratio`.

    References
    ----------
    Harper S, Lynch J (2005), as for `rate_ratio`.

    Examples
    --------
    >>> rate = xr.DataArray([160.0, 220.0], coords={"deprivation": [1, 5]})
    >>> float(rate_difference(rate))
    60.0
    """
    check_order(rate, "rate_difference_to_reference")
    rate = rate_of(rate)
    worst, best = _ends(rate, most, least)
    return read_as(best - worst, deficit_reading(rate.attrs.get("unit", "")), "rate_difference")


@refuses_other_types
@on_same_labels
def pooled_ratio(fitted: FitOrDraws, expected: xr.DataArray | None = None) -> xr.DataArray:
    r"""Give the ratio of each group in all ICSs together.

    .. math:: \theta_{qp} = \sum_i \mu_{iqp} / \sum_i E_{iqp}

    Parameters
    ----------
    fitted, expected
        As for `standardised_ratio`, with the dim ``ics``.

    Returns
    -------
    xarray.DataArray
        Ratios, no unit, without ``ics``.

    Raises
    ------
    OptionError
        As for `standardised_ratio`.

    Examples
    --------
    >>> fitted = xr.DataArray([[60.0, 100], [80, 120]], dims=("ics", "deprivation"))
    >>> pooled_ratio(fitted, xr.full_like(fitted, 100.0)).values
    array([0.7, 1.1])
    """
    sums = (add_up(values, ICS) for values in admissions_of(fitted, expected))
    return read_as(ratio_where_expected(*sums), Reading("ratio", 1), "pooled_ratio")


def gap_between(ratio: xr.DataArray, group: Group) -> xr.DataArray:
    """Compare groups as their kind allows: most with least deprived, or every other one with the reference.

    Parameters
    ----------
    ratio
        Standardised ratios; dims ``deprivation`` (the groups, the one to compare with last) and any others.
    group
        What the groups are.

    Returns
    -------
    xarray.DataArray
        Ratios; without the dim of the groups where they have an order.

    Examples
    --------
    >>> ratio = xr.DataArray([0.5, 0.8, 1.0], coords={"deprivation": [1, 2, 3]})
    >>> gap_between(ratio, Group()).values, gap_between(ratio, Group("ethnicity", "3")).values
    (array(0.5), array([0.5, 0.8]))
    """
    if group.ordered:
        return rate_ratio(ratio)
    return rate_ratio_to_reference(ratio).isel({group_dim(ratio.dims): slice(0, -1)})


def gap_of(given: FitOrDraws) -> xr.DataArray:
    """Take the gap of a fit, with its fullest adjustment; draws of a gap stay as they are.

    Examples
    --------
    >>> gap_of(xr.DataArray(0.8)).item()
    0.8
    """
    return (
        given
        if isinstance(given, xr.DataArray)
        else gap_between(ratio_of(given), CellFacts.of(as_fit(given).cells).group)
    )


def _ends(values: xr.DataArray, most: int | None, least: int | None) -> tuple[xr.DataArray, xr.DataArray]:
    return _group(values, most, 0), _group(values, least, -1)


def _group(values: xr.DataArray, label: int | None, place: int) -> xr.DataArray:
    """Choose a group by its label, or by its place if no label is given."""
    if label is None:
        return values.isel({DEPRIVATION: place}, drop=True)
    known = values[DEPRIVATION].values.tolist()
    if label not in known:
        names = [str(name) for name in known]
        raise OptionError(f"no {DEPRIVATION} group '{label}'. {nearest(str(label), names)}")
    return values.sel({DEPRIVATION: label}, drop=True)
