"""The gap between the most and the least deprived group."""

from __future__ import annotations

import xarray as xr

from equitymodel.vocabulary import DEPRIVATION, ICS


def rate_ratio(ratio: xr.DataArray, *, most: int | None = None, least: int | None = None) -> xr.DataArray:
    r"""Compare the most with the least deprived group, as a ratio.

    .. math:: \mathrm{RR}_{ip} = \theta_{i,\mathrm{most},p} / \theta_{i,\mathrm{least},p}

    Parameters
    ----------
    ratio
        Standardised ratios or rates; dims ``deprivation`` and any others.
    most, least
        Labels of the groups to compare; the first and the last by default.

    Returns
    -------
    xarray.DataArray
        Ratios, no unit, without ``deprivation``; 1 = no gap, below 1 = the most deprived
        have fewer admissions than equal use for equal need would give; missing where the
        least deprived have none.

    Raises
    ------
    KeyError
        When a label is not among the groups.

    Notes
    -----
    Uses two groups only; `slope_index` uses all. Assumes that expected admissions measure
    need alike in both.

    References
    ----------
    Harper S, Lynch J (2005) Methods for measuring cancer disparities. NCI.

    Examples
    --------
    >>> ratio = xr.DataArray([0.8, 1.0], coords={"deprivation": [1, 2]})
    >>> float(rate_ratio(ratio))
    0.8
    """
    worst, best = _ends(ratio, most, least)
    return (worst / best.where(best > 0)).rename("rate_ratio")


def rate_difference(rate: xr.DataArray, *, most: int | None = None, least: int | None = None) -> xr.DataArray:
    r"""Compare the least with the most deprived group, as a difference.

    .. math:: \mathrm{RD}_{ip} = y_{i,\mathrm{least},p} - y_{i,\mathrm{most},p}

    Parameters
    ----------
    rate
        Rates; dims ``deprivation`` and any others; the unit is that of the result.
    most, least
        Labels of the groups to compare; the first and the last by default.

    Returns
    -------
    xarray.DataArray
        Differences; positive = the most deprived have the lower rate; 0 = no gap.

    Raises
    ------
    KeyError
        When a label is not among the groups.

    References
    ----------
    Harper S, Lynch J (2005) Methods for measuring cancer disparities. NCI.

    Examples
    --------
    >>> rate = xr.DataArray([160.0, 220.0], coords={"deprivation": [1, 5]})
    >>> float(rate_difference(rate))
    60.0
    """
    worst, best = _ends(rate, most, least)
    return (best - worst).rename("rate_difference")


def pooled_ratio(fitted: xr.DataArray, expected: xr.DataArray) -> xr.DataArray:
    r"""Give the ratio of each deprivation group in all ICSs together.

    .. math:: \theta_{qp} = \sum_i \mu_{iqp} / \sum_i E_{iqp}

    Parameters
    ----------
    fitted, expected
        Mean and expected admissions; dims ``ics`` and any others.

    Returns
    -------
    xarray.DataArray
        Ratios, no unit, without ``ics``.

    Examples
    --------
    >>> fitted = xr.DataArray([[60.0, 100], [80, 120]], dims=("ics", "deprivation"))
    >>> pooled_ratio(fitted, xr.full_like(fitted, 100.0)).values
    array([0.7, 1.1])
    """
    bottom = expected.sum(ICS)
    return fitted.sum(ICS) / bottom.where(bottom > 0)


def _ends(values: xr.DataArray, most: int | None, least: int | None) -> tuple[xr.DataArray, xr.DataArray]:
    first = values.isel(deprivation=0, drop=True) if most is None else values.sel({DEPRIVATION: most}, drop=True)
    last = values.isel(deprivation=-1, drop=True) if least is None else values.sel({DEPRIVATION: least}, drop=True)
    return first, last
