"""What estimands take: a fit, or draws; estimands do not know how either was made."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol, runtime_checkable

import xarray as xr

from equitymodel.data.cells.cell_facts import CellFacts
from equitymodel.data.cells.cross_checks import name_cells
from equitymodel.data.tables.findings import NAMED_ROWS
from equitymodel.errors import OptionError
from equitymodel.vocabulary import SAMPLE_DIMS


@runtime_checkable
class Fitted(Protocol):
    """What estimands need of a fit: cells, and draws of ratios and admissions of each."""

    @property
    def cells(self) -> xr.Dataset:
        """What was observed."""
        ...

    @property
    def ratio(self) -> xr.DataArray:
        """Standardised ratio of each cell, draw by draw; 1 = as expected from need."""
        ...

    @property
    def fitted(self) -> xr.DataArray:
        """Mean admissions of each cell, draw by draw."""
        ...

    @property
    def expected(self) -> xr.DataArray:
        """Expected admissions with the fullest adjustment."""
        ...

    def expected_under(self, adjustment: str | None = None) -> xr.DataArray:
        """Give expected admissions by what they are adjusted for."""
        ...

    @property
    def covariate_terms(self) -> Mapping[str, xr.DataArray]:
        """What each covariate adds to the log of use in each cell, by its name."""
        ...

    @property
    def counted_covariates(self) -> tuple[str, ...]:
        """Those of them that count as need, and are in expected admissions."""
        ...

    def require_sound(self) -> object:
        """Refuse a fit that failed its diagnosis."""
        ...


UNORDERED_MEASURES = "share_to_move, theil_index or index_of_disparity"
"""Measures over all groups of an area that need no order."""

type FitOrDraws = Fitted | xr.DataArray


def as_fit(given: object) -> Fitted:
    """Take something for a fit, if it has what estimands need of one and did not fail its diagnosis.

    Raises
    ------
    OptionError
        When it is neither a fit nor draws.
    DiagnosisError
        When it is a fit that failed its diagnosis and was not forced.

    Examples
    --------
    >>> as_fit([0.8])
    Traceback (most recent call last):
    equitymodel.errors.OptionError: give a fit, or draws as an xarray.DataArray; this is a list
    """
    if isinstance(given, Fitted):
        given.require_sound()
        return given
    raise OptionError(f"give a fit, or draws as an xarray.DataArray; this is a {type(given).__name__}")


def ratio_of(given: FitOrDraws) -> xr.DataArray:
    """Take the standardised ratios of a fit; draws stay as they are, and anything else is refused.

    Examples
    --------
    >>> ratio_of(xr.DataArray(0.8)).item()
    0.8
    """
    return given if isinstance(given, xr.DataArray) else as_fit(given).ratio


def admissions_of(fitted: FitOrDraws, expected: xr.DataArray | None) -> tuple[xr.DataArray, xr.DataArray]:
    """Take fitted and expected admissions from a fit, or as they are given.

    Parameters
    ----------
    fitted
        A fit, or draws of mean admissions.
    expected
        Expected admissions for the same cells; for a fit, by default those of the fullest adjustment.

    Returns
    -------
    tuple of xarray.DataArray
        Fitted and expected, in admissions.

    Raises
    ------
    OptionError
        When draws come without expected admissions, or cells with admissions have none expected.

    Examples
    --------
    >>> admissions_of(xr.DataArray(80.0), None)
    Traceback (most recent call last):
    equitymodel.errors.OptionError: draws of admissions come with expected admissions; or give the fit alone
    """
    if not isinstance(fitted, xr.DataArray):
        fit = as_fit(fitted)
        return fit.fitted, fit.expected if expected is None else expected
    if expected is None:
        raise OptionError("draws of admissions come with expected admissions; or give the fit alone")
    _check_expected(fitted, expected)
    return fitted, expected


def _check_expected(fitted: xr.DataArray, expected: xr.DataArray) -> None:
    """Refuse cells with admissions for which nothing is known of what is expected: a sum would take half of them."""
    known = fitted.notnull().any([dim for dim in SAMPLE_DIMS if dim in fitted.dims])
    lonely = known & expected.isnull()
    if bool(lonely.any()):
        where = "; ".join(name_cells(lonely)[:NAMED_ROWS]) if lonely.dims else "in all"
        raise OptionError(f"expected admissions are missing where there are admissions: {where}; give them, or leave "
                          f"those cells out of both")  # fmt: skip


def people_of(fit: Fitted) -> xr.DataArray:
    """Give the person-years of the cells in which the procedure is offered."""
    return fit.cells["population"].where(fit.cells["offered"])


def population_of(given: FitOrDraws, population: xr.DataArray | None) -> xr.DataArray:
    """Take person-years from a fit, or as they are given.

    Raises
    ------
    OptionError
        When rates or admissions come without population.

    Examples
    --------
    >>> population_of(xr.DataArray(200.0), None)
    Traceback (most recent call last):
    equitymodel.errors.OptionError: rates come with the population they are of; or give a fit alone
    """
    if population is not None:
        return population
    if isinstance(given, xr.DataArray):
        raise OptionError("rates come with the population they are of; or give a fit alone")
    return people_of(as_fit(given))


def check_order(given: FitOrDraws, instead: str = UNORDERED_MEASURES) -> None:
    """Refuse a fit whose groups have no order, and name the measure to use instead.

    Raises
    ------
    OptionError
        When the groups of a fit have no order.
    """
    if isinstance(given, xr.DataArray):
        return
    group = CellFacts.of(as_fit(given).cells).group
    if group.crossed:
        raise OptionError(
            f"deprivation is within each group of {group.main}: use gap_within, gap_between or standardised_margins of "
            "equitymodel.estimands"
        )
    if not group.ordered:
        raise OptionError(f"groups of {group.words} have no order, from most to least deprived; use {instead}")
