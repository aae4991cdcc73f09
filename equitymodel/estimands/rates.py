"""Ratios, rates, and the admissions each group would have at a reference rate."""

from __future__ import annotations

from typing import Literal

import xarray as xr

from equitymodel.errors import EquityModelError
from equitymodel.vocabulary import DEPRIVATION, ICS, nearest

Reference = Literal[
    "national",
    "ics_average",
    "least_deprived_ics",
    "least_deprived_national",
    "reference_group_ics",
    "reference_group_national",
    "best_performing",
]
REFERENCES = {
    "national": "the average of all ICSs and groups together",
    "ics_average": "the average of all groups of the same ICS",
    "least_deprived_ics": "the least deprived group of the same ICS",
    "least_deprived_national": "the least deprived group of all ICSs together",
    "reference_group_ics": "the reference group of the same ICS, where groups have no order",
    "reference_group_national": "the reference group of all ICSs together, where groups have no order",
    "best_performing": "the ICS at the 80th percentile, found anew in each draw",
}
GOOD_PERCENTILE = 0.80


def standardised_ratio(fitted: xr.DataArray, expected: xr.DataArray) -> xr.DataArray:
    r"""Compare fitted with expected admissions.

    .. math:: \theta_{iqp} = \mu_{iqp} / E_{iqp}

    Parameters
    ----------
    fitted
        Mean admissions; any dims, in admissions.
    expected
        Expected admissions for the same cells, in admissions.

    Returns
    -------
    xarray.DataArray
        Ratios, no unit; 1 = as need would give; missing where nothing is expected.

    Examples
    --------
    >>> float(standardised_ratio(xr.DataArray(80.0), xr.DataArray(100.0)))
    0.8
    """
    return (fitted / expected.where(expected > 0)).rename("standardised_ratio")


def reference_ratio(fitted: xr.DataArray, expected: xr.DataArray, *, reference: Reference = "national") -> xr.DataArray:
    r"""Give the ratio that a reference has, draw by draw.

    .. math:: R = \frac{\sum_{c \in \text{reference}} \mu_c}{\sum_{c \in \text{reference}} E_c}

    Parameters
    ----------
    fitted
        Mean admissions; dims ``ics, deprivation`` and any others, in admissions.
    expected
        Expected admissions, same cells.
    reference
        Which rate counts as the reference; see `REFERENCES`.

    Returns
    -------
    xarray.DataArray
        Ratios, no unit; dims of `fitted` less those the reference adds up.

    Raises
    ------
    EquityModelError
        When the reference is not known; names the nearest.

    Notes
    -----
    ``best_performing`` takes a percentile in each draw, never the highest ICS, which is
    highest partly by luck.

    Examples
    --------
    >>> fitted = xr.DataArray([[60.0, 100], [80, 120]], dims=("ics", "deprivation"))
    >>> expected = xr.full_like(fitted, 100.0)
    >>> float(reference_ratio(fitted, expected, reference="national"))
    0.9
    """
    if reference not in REFERENCES:
        raise EquityModelError(f"no reference '{reference}'. {nearest(reference, REFERENCES)}")
    if reference == "best_performing":
        by_ics = fitted.sum(DEPRIVATION) / expected.sum(DEPRIVATION)
        return by_ics.quantile(GOOD_PERCENTILE, dim=ICS).drop_vars("quantile")
    if reference.startswith(("least_deprived", "reference_group")):  # both come last
        last = {DEPRIVATION: -1}
        fitted, expected = (array.isel(last, drop=True) for array in (fitted, expected))
    over = {
        "national": [ICS, DEPRIVATION],
        "ics_average": [DEPRIVATION],
        "least_deprived_ics": [],
        "least_deprived_national": [ICS],
        "reference_group_ics": [],
        "reference_group_national": [ICS],
    }[reference]
    bottom = expected.sum(over)
    return fitted.sum(over) / bottom.where(bottom > 0)


def expected_at_reference(
    fitted: xr.DataArray, expected: xr.DataArray, *, reference: Reference = "national"
) -> xr.DataArray:
    r"""Give the admissions every group would have at the reference rate, for its own need.

    .. math:: E^r_{iqp} = R \, E_{iqp}

    Parameters
    ----------
    fitted, expected, reference
        As for `reference_ratio`.

    Returns
    -------
    xarray.DataArray
        Need-adjusted expected admissions, dims of `fitted`, in admissions.

    Raises
    ------
    EquityModelError
        When the reference is not known.

    Examples
    --------
    >>> fitted = xr.DataArray([[60.0, 100]], dims=("ics", "deprivation"))
    >>> expected = xr.full_like(fitted, 100.0)
    >>> expected_at_reference(fitted, expected, reference="least_deprived_ics").values
    array([[100., 100.]])
    """
    at_reference = reference_ratio(fitted, expected, reference=reference) * expected
    return at_reference.transpose(*fitted.dims).rename("expected_admissions")


def shortfall(fitted: xr.DataArray, expected: xr.DataArray, *, reference: Reference = "national") -> xr.DataArray:
    r"""Give the signed shortfall: how many fewer admissions than at the reference rate.

    .. math:: D_{iqp} = E^r_{iqp} - \mu_{iqp}

    Parameters
    ----------
    fitted, expected, reference
        As for `reference_ratio`.

    Returns
    -------
    xarray.DataArray
        Admissions; positive = fewer than at the reference rate; 0 = no gap.

    Raises
    ------
    EquityModelError
        When the reference is not known.

    Notes
    -----
    Signed, so that noise cancels; the positive part alone is biased upward.

    Examples
    --------
    >>> fitted = xr.DataArray([[60.0, 100]], dims=("ics", "deprivation"))
    >>> expected = xr.full_like(fitted, 100.0)
    >>> shortfall(fitted, expected, reference="ics_average").values
    array([[ 20., -20.]])
    """
    # as a difference of ratios, so that a group compared with itself is exactly 0
    behind = reference_ratio(fitted, expected, reference=reference) - standardised_ratio(fitted, expected)
    return (behind * expected).transpose(*fitted.dims).rename("shortfall")


def adjusted_rate(fitted: xr.DataArray, expected: xr.DataArray, population: xr.DataArray) -> xr.DataArray:
    r"""Give need-adjusted admissions a person-year: the ratio at the national crude rate.

    .. math:: y_{iqp} = \theta_{iqp} \, \frac{\sum E}{\sum N}

    where both sums are over the cells in which the procedure is offered.

    Parameters
    ----------
    fitted, expected
        Mean and expected admissions; dims ``ics, deprivation`` and any others.
    population
        Person-years by ICS and deprivation group.

    Returns
    -------
    xarray.DataArray
        Admissions a person-year, comparable between groups of different need.

    Examples
    --------
    >>> fitted = xr.DataArray([[1.0, 3.0]], dims=("ics", "deprivation"))
    >>> people = xr.DataArray([[100.0, 100.0]], dims=("ics", "deprivation"))
    >>> adjusted_rate(fitted, xr.full_like(fitted, 2.0), people).values
    array([[0.01, 0.03]])
    """
    over = [ICS, DEPRIVATION]
    national = expected.sum(over) / population.where(expected.notnull()).sum(over)
    return (standardised_ratio(fitted, expected) * national).transpose(*fitted.dims).rename("adjusted_rate")
