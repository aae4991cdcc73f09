"""Ratios, rates, and the admissions each group would have at a reference rate."""

from __future__ import annotations

from typing import Literal

import xarray as xr

from equitymodel.argument_types import refuses_other_types
from equitymodel.data.cells.same_labels import on_same_labels
from equitymodel.errors import OptionError
from equitymodel.estimands.add_up import add_up
from equitymodel.estimands.fitted import FitOrDraws, admissions_of, population_of
from equitymodel.estimands.reading import ADMISSIONS, RATIO, Reading, read_as
from equitymodel.vocabulary import ICS, group_dim, nearest

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
PER = 100_000
RATE_UNIT = "admissions per 100,000 person-years"
AGAINST_NEED = Reading(
    RATIO, 1, above="more than expected for its need", below="fewer than expected for its need", stated="below",
    sign="more",
)  # fmt: skip
SHORTFALL = Reading(
    ADMISSIONS, 0, above="fewer than at the reference rate", below="more than at the reference rate", stated="above",
    sign="fewer",
)  # fmt: skip


@on_same_labels
def standardised_ratio(fitted: FitOrDraws, expected: xr.DataArray | None = None) -> xr.DataArray:
    r"""Compare fitted with expected admissions.

    .. math:: \theta_{iqp} = \mu_{iqp} / E_{iqp}

    Parameters
    ----------
    fitted
        A fit; or mean admissions, any dims.
    expected
        Expected admissions for the same cells; by default those of the fit.

    Returns
    -------
    xarray.DataArray
        Ratios, no unit; 1 = as need would give; missing where nothing is expected.

    Raises
    ------
    OptionError
        When draws come without expected admissions.

    Examples
    --------
    >>> float(standardised_ratio(xr.DataArray(80.0), xr.DataArray(100.0)))
    0.8
    """
    return read_as(ratio_where_expected(*admissions_of(fitted, expected)), AGAINST_NEED, "standardised_ratio")


def ratio_where_expected(fitted: xr.DataArray, expected: xr.DataArray) -> xr.DataArray:
    """Divide fitted by expected admissions where any are expected.

    Examples
    --------
    >>> ratio_where_expected(xr.DataArray([80.0, 0.0]), xr.DataArray([100.0, 0.0])).values
    array([0.8, nan])
    """
    return fitted / expected.where(expected > 0)


@on_same_labels
def reference_ratio(
    fitted: FitOrDraws, expected: xr.DataArray | None = None, *, reference: Reference = "national"
) -> xr.DataArray:
    r"""Give the ratio that a reference has, draw by draw.

    .. math:: R = \frac{\sum_{c \in \text{reference}} \mu_c}{\sum_{c \in \text{reference}} E_c}

    Parameters
    ----------
    fitted
        A fit; or mean admissions, dims ``ics, deprivation`` and any others.
    expected
        Expected admissions, same cells; by default those of the fit.
    reference
        Which rate counts as the reference; see `REFERENCES`.

    Returns
    -------
    xarray.DataArray
        Ratios, no unit; dims of `fitted` less those the reference adds up.

    Raises
    ------
    OptionError
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
        raise OptionError(f"no reference '{reference}'. {nearest(reference, REFERENCES)}")
    fitted, expected = admissions_of(fitted, expected)
    groups = group_dim(fitted.dims)
    if reference == "best_performing":
        by_ics = fitted.sum(groups) / expected.sum(groups)
        return by_ics.quantile(GOOD_PERCENTILE, dim=ICS).drop_vars("quantile")
    if reference.startswith(("least_deprived", "reference_group")):  # both come last
        last = {groups: -1}
        fitted, expected = (array.isel(last, drop=True) for array in (fitted, expected))
    over = {
        "national": [ICS, groups],
        "ics_average": [groups],
        "least_deprived_ics": [],
        "least_deprived_national": [ICS],
        "reference_group_ics": [],
        "reference_group_national": [ICS],
    }[reference]
    return ratio_where_expected(add_up(fitted, over), add_up(expected, over))


@on_same_labels
def expected_at_reference(
    fitted: FitOrDraws, expected: xr.DataArray | None = None, *, reference: Reference = "national"
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
    OptionError
        When the reference is not known.

    Examples
    --------
    >>> fitted = xr.DataArray([[60.0, 100]], dims=("ics", "deprivation"))
    >>> expected = xr.full_like(fitted, 100.0)
    >>> expected_at_reference(fitted, expected, reference="least_deprived_ics").values
    array([[100., 100.]])
    """
    fitted, expected = admissions_of(fitted, expected)
    at_reference = reference_ratio(fitted, expected, reference=reference) * expected
    return read_as(at_reference.transpose(*fitted.dims), Reading(ADMISSIONS), "expected_admissions")


@refuses_other_types
@on_same_labels
def shortfall(
    fitted: FitOrDraws, expected: xr.DataArray | None = None, *, reference: Reference = "national"
) -> xr.DataArray:
    r"""Give the signed shortfall: how many fewer admissions than at the reference rate.

    .. math:: D_{iqp} = E^r_{iqp} - \mu_{iqp}

    Parameters
    ----------
    fitted, expected, reference
        As for `reference_ratio`, which is the rate that groups are compared with.

    Returns
    -------
    xarray.DataArray
        Admissions; positive = fewer than at the reference rate; 0 = no gap.

    Raises
    ------
    OptionError
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
    fitted, expected = admissions_of(fitted, expected)
    return distance_to(reference_ratio(fitted, expected, reference=reference), fitted, expected)


def distance_to(target: xr.DataArray | float, fitted: xr.DataArray, expected: xr.DataArray) -> xr.DataArray:
    """Give the admissions between each group and a target ratio; a group that is its own target is at exactly 0.

    Examples
    --------
    >>> distance_to(1.0, xr.DataArray([80.0, 110.0]), xr.DataArray([100.0, 100.0])).values
    array([ 20., -10.])
    """
    behind = (target - ratio_where_expected(fitted, expected)) * expected
    return read_as(behind.transpose(*fitted.dims), SHORTFALL, "shortfall")


@on_same_labels
def adjusted_rate(
    fitted: FitOrDraws, expected: xr.DataArray | None = None, population: xr.DataArray | None = None
) -> xr.DataArray:
    r"""Give need-adjusted admissions a person-year: the ratio at the national crude rate.

    .. math:: y_{iqp} = \theta_{iqp} \, \frac{\sum E}{\sum N}

    where both sums are over the cells in which the procedure is offered.

    Parameters
    ----------
    fitted, expected
        A fit; or mean and expected admissions, dims ``ics, deprivation`` and any others.
    population
        Person-years by ICS and deprivation group; by default those of the fit.

    Returns
    -------
    xarray.DataArray
        Admissions a person-year, comparable between groups of different need.

    Raises
    ------
    OptionError
        When draws come without expected admissions or population.

    Examples
    --------
    >>> fitted = xr.DataArray([[1.0, 3.0]], dims=("ics", "deprivation"))
    >>> people = xr.DataArray([[100.0, 100.0]], dims=("ics", "deprivation"))
    >>> adjusted_rate(fitted, xr.full_like(fitted, 2.0), people).values
    array([[0.01, 0.03]])
    """
    population = population_of(fitted, population)
    fitted, expected = admissions_of(fitted, expected)
    over = [ICS, group_dim(fitted.dims)]
    national = expected.sum(over) / population.where(expected.notnull()).sum(over)
    rate = ratio_where_expected(fitted, expected) * national
    return read_as(rate.transpose(*fitted.dims), Reading("admissions a person-year"), "adjusted_rate")


def per_100_000(rate: xr.DataArray) -> xr.DataArray:
    """Turn admissions a person-year into admissions per 100,000 person-years.

    Examples
    --------
    >>> per_100_000(xr.DataArray(0.002)).item()
    200.0
    """
    return read_as(rate * PER, Reading(RATE_UNIT), "adjusted_rate")


def rate_of(given: FitOrDraws) -> xr.DataArray:
    """Take the need-adjusted rates of a fit, per 100,000 person-years; rates stay as they are."""
    return given if isinstance(given, xr.DataArray) else per_100_000(adjusted_rate(given))


def rate_and_people(given: FitOrDraws, population: xr.DataArray | None) -> tuple[xr.DataArray, xr.DataArray]:
    """Take need-adjusted rates and person-years from a fit, or as they are given.

    Raises
    ------
    OptionError
        When rates come without population.

    Examples
    --------
    >>> rate_and_people(xr.DataArray(200.0), None)
    Traceback (most recent call last):
    equitymodel.errors.OptionError: rates come with the population they are of; or give a fit alone
    """
    return rate_of(given), population_of(given, population)
