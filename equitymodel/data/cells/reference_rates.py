"""National rates by age and sex, with the differences between cells held fixed."""

from __future__ import annotations

from collections.abc import Hashable, Sequence

import numpy as np
import xarray as xr

from equitymodel.data.cells.same_labels import on_same_labels
from equitymodel.data.cells.standardise import check_people
from equitymodel.data.tables.suppression import poisson_within
from equitymodel.errors import ComputationError

SETTLED = 1e-10
"""The relative change of a cell ratio at which rates are taken as settled."""


@on_same_labels
def reference_rates(
    admissions: xr.DataArray, population: xr.DataArray, *, cells: Sequence[Hashable], tolerance: float = SETTLED
) -> xr.DataArray:
    r"""Estimate national rates by stratum, with the differences between cells held fixed.

    Crude national rates carry the inequity they are meant to reveal: where the most deprived
    are younger and under-served, low use is read as low need. Here rates and cell ratios are
    estimated together, by maximum likelihood of

    .. math:: Y_{ca} \sim \mathrm{Poisson}(N_{ca}\, r_a\, \theta_c)

    Parameters
    ----------
    admissions
        Observed counts by cell and stratum; missing where not known.
    population
        Person-years by cell and stratum; dims may lack ``procedure``.
    cells
        The dimensions that make a cell, for example ``("ics", "deprivation")``.
    tolerance
        Largest relative change of a cell ratio at which the iteration stops.

    Returns
    -------
    xarray.DataArray
        Admissions a person-year by stratum, scaled to reproduce the observed total.

    Raises
    ------
    ComputationError
        When the iteration does not settle in 1,000 rounds.
    OptionError
        When labels differ, or there are admissions where the population is 0.

    Notes
    -----
    Assumes that age and sex act in the same way in every cell; see `direct and indirect` in the docs.

    References
    ----------
    Gravelle H (2003) Measuring income related inequality in health: standardisation and the
    partial concentration index. Health Economics 12:803. doi:10.1002/hec.813

    Examples
    --------
    >>> people = xr.DataArray([[100.0, 50], [50, 100]], dims=("ics", "age_band"))
    >>> counts = people * xr.DataArray([0.1, 0.4], dims="age_band") * xr.DataArray([0.5, 2], dims="ics")
    >>> rates = reference_rates(counts, people, cells=["ics"])
    >>> (rates[1] / rates[0]).round(6).item()
    4.0
    """
    check_people(admissions, population)
    return _settle(admissions, population, cells, tolerance)


@on_same_labels
def reference_rates_within(
    low: xr.DataArray,
    high: xr.DataArray,
    population: xr.DataArray,
    *,
    cells: Sequence[Hashable],
    tolerance: float = 1e-5,
) -> xr.DataArray:
    """Estimate reference rates where some counts are only known to lie in an interval.

    Hidden counts take their Poisson mean within the interval, given the rates; the rates are
    estimated again, until they stay. Nothing else uses these values.

    Parameters
    ----------
    low, high
        What the count of each cell and stratum may be; missing where nothing is known.
    population, cells
        As for `reference_rates`.
    tolerance
        Largest relative change of a rate at which to stop.

    Returns
    -------
    xarray.DataArray
        As from `reference_rates`, which it equals where no count is hidden.

    Raises
    ------
    ComputationError
        When the rates do not settle.

    References
    ----------
    Dempster AP, Laird NM, Rubin DB (1977) Maximum likelihood from incomplete data via the EM
    algorithm. JRSS B 39:1.

    Examples
    --------
    >>> people = xr.DataArray([[1000.0, 500], [800, 900]], dims=("ics", "age_band"))
    >>> low = xr.DataArray([[20.0, 1], [16, 72]], dims=("ics", "age_band"))
    >>> high = xr.DataArray([[20.0, 7], [16, 72]], dims=("ics", "age_band"))
    >>> rates = reference_rates_within(low, high, people, cells=["ics"])
    >>> bool(rates[1] > rates[0])
    True
    """
    check_people(low, population)
    if not bool((low < high).any()):
        return _settle(low, population, cells, SETTLED)
    least, most, people = (each.values for each in xr.broadcast(low, high, population))
    axes = _axes(low, population, cells)
    middle = (least + most) / 2
    rates = _settled(middle, people, *axes, SETTLED)
    for _ in range(200):
        reached = people * rates
        counted, due = (np.nansum(values, axes[1], keepdims=True) for values in (middle, reached))
        ratio = _over(counted, due, nothing=np.nan)
        middle = poisson_within(least, most, reached * ratio)
        update = _settled(middle, people, *axes, SETTLED)
        change = np.nanmax(abs(_over(update, rates, nothing=np.nan) - 1), initial=0.0, where=rates > 0)
        rates = update
        if change < tolerance:
            return _labelled(rates, low, population, cells)
    raise ComputationError("reference rates did not settle: too many counts are hidden; give --rates")


def _settle(
    admissions: xr.DataArray, population: xr.DataArray, cells: Sequence[Hashable], tolerance: float
) -> xr.DataArray:
    """Alternate between rates and cell ratios until they stay."""
    counts, people = (each.values for each in xr.broadcast(admissions, population))
    rates = _settled(counts, people, *_axes(admissions, population, cells), tolerance)
    return _labelled(rates, admissions, population, cells)


def _axes(
    counts: xr.DataArray, population: xr.DataArray, cells: Sequence[Hashable]
) -> tuple[tuple[int, ...], tuple[int, ...]]:
    """Give the axes of cells and of strata, once both arrays are laid out alike."""
    dims = list(dict.fromkeys((*counts.dims, *population.dims)))
    strata = [dim for dim in population.dims if dim not in cells]
    return tuple(dims.index(dim) for dim in cells), tuple(dims.index(dim) for dim in strata)


def _labelled(
    rates: np.ndarray, counts: xr.DataArray, population: xr.DataArray, cells: Sequence[Hashable]
) -> xr.DataArray:
    """Give rates their labels."""
    labels = counts.sum(cells) * population.sum(cells)
    return labels.copy(data=rates.squeeze(_axes(counts, population, cells)[0]))


def _settled(
    counts: np.ndarray, people: np.ndarray, cells: tuple[int, ...], strata: tuple[int, ...], tolerance: float
) -> np.ndarray:
    """Alternate on plain arrays: labels would take longer than the arithmetic."""
    known = ~np.isnan(counts).any(strata, keepdims=True)
    counts, people = np.where(known, counts, 0.0), np.where(known & ~np.isnan(people), people, 0.0)
    by_stratum, by_cell = counts.sum(cells, keepdims=True), counts.sum(strata, keepdims=True)
    ratio = np.ones_like(by_cell)
    for _ in range(1000):
        rates = _over(by_stratum, (people * ratio).sum(cells, keepdims=True))
        update = _over(by_cell, (people * rates).sum(strata, keepdims=True))
        change = np.nanmax(abs(update - ratio)) / max(np.nanmax(update), 1e-300)
        ratio = update
        if change < tolerance:
            reached = (people * rates).sum((*cells, *strata), keepdims=True)
            scaled: np.ndarray = rates * _over(by_cell.sum(cells, keepdims=True), reached, nothing=np.nan)
            return scaled
    raise ComputationError("reference rates did not settle: check for strata with almost no people")


def _over(one: np.ndarray, other: np.ndarray, nothing: float = 0.0) -> np.ndarray:
    """Divide; where neither has anything, that is nothing."""
    with np.errstate(divide="ignore", invalid="ignore"):
        found: np.ndarray = one / other
    return np.where(np.isnan(found), nothing, found)
