"""Cells of several years: whether they are, the cells of one of them, and cells of years joined."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd
import xarray as xr

from equitymodel.data.cells.bands import PREFIX, has_bands
from equitymodel.data.cells.cell_facts import CellFacts
from equitymodel.data.tables.suppression import HIGH, LOW, count_bounds, count_variables
from equitymodel.errors import OptionError
from equitymodel.vocabulary import PERIOD, nearest

YEAR, PERIOD_YEARS = "year", "period_years"
"""The middle of each period, as a year with a fraction, and its length in years."""


def has_years(cells: xr.Dataset | xr.DataArray) -> bool:
    """Say whether cells, or values of cells, have a dimension of periods.

    Examples
    --------
    >>> has_years(xr.Dataset()), has_years(xr.Dataset(coords={"period": ["2021/22"]}))
    (False, True)
    """
    return PERIOD in cells.dims


def a_year(admissions: xr.DataArray) -> xr.DataArray:
    """Give admissions a year: those of a period over its length in years.

    Parameters
    ----------
    admissions
        Admissions, or person-years; dim ``period`` with the coordinate ``period_years``, and any others. Without
        that coordinate they are taken to be those of one year.

    Returns
    -------
    xarray.DataArray
        Admissions a year, same dims.

    Examples
    --------
    >>> quarters = xr.DataArray([25.0, 30.0], dims="period").assign_coords(period_years=("period", [0.25, 0.25]))
    >>> a_year(quarters).values
    array([100., 120.])
    """
    if PERIOD_YEARS not in admissions.coords or bool((admissions[PERIOD_YEARS] == 1.0).all()):
        return admissions
    return admissions / admissions[PERIOD_YEARS]


def middles_of(cells: xr.Dataset) -> xr.DataArray:
    """Give the middle of each period, in years; by default they are a year apart.

    Examples
    --------
    >>> cells = xr.Dataset(coords={"period": ["2019/20", "2021/22"], "year": ("period", [2019.75, 2021.75])})
    >>> middles_of(cells).values
    array([2019.75, 2021.75])
    """
    labels = {PERIOD: [str(label) for label in cells[PERIOD].values]}
    middles = cells[YEAR].values if YEAR in cells.coords else range(cells.sizes[PERIOD])
    return xr.DataArray([float(middle) for middle in middles], coords=labels)


def one_year(cells: xr.Dataset, period: str | None = None) -> xr.Dataset:
    """Give the cells of one period, as `read_cells` gives them where the tables have no other.

    Parameters
    ----------
    cells
        From `read_cells`, of one or of several periods.
    period
        The label of the period; by default the last.

    Returns
    -------
    xarray.Dataset
        Without the dimension ``period`` and what lies along it, and with its `CellFacts`, whose
        ``periods`` is the one. Groups without people in that period are not offered. Cells without
        years are given as they are.

    Raises
    ------
    OptionError
        When there is no such period.

    Examples
    --------
    >>> cells = xr.Dataset({"admissions": (("ics", "period"), [[4.0, 5.0]]), "offered": ("ics", [True]),
    ...                     "population": (("ics", "period"), [[90.0, 95.0]])},
    ...                    {"period": ["2021/22", "2022/23"], "period_years": ("period", [1.0, 1.0])})
    >>> one_year(cells)["admissions"].item(), CellFacts.of(one_year(cells, "2021/22")).periods
    (5.0, ('2021/22',))
    """
    if not has_years(cells):
        return cells
    labels = [str(label) for label in cells[PERIOD].values]
    label = labels[-1] if period is None else period
    if label not in labels:
        raise OptionError(f"there is no period '{label}'. {nearest(label, labels)}")
    chosen = cells.isel({PERIOD: labels.index(label)}, drop=True).drop_vars([YEAR, PERIOD_YEARS], errors="ignore")
    facts = CellFacts.of(cells.isel({PERIOD: [labels.index(label)]}))
    return _kept_bounds(_with_people(chosen)).assign_attrs(facts.keep_with(xr.Dataset()).attrs)


def _with_people(chosen: xr.Dataset) -> xr.Dataset:
    """Let only groups that have people in the period be offered."""
    prefixes = ("", PREFIX) if has_bands(chosen) else ("",)
    own = {f"{prefix}offered": chosen[f"{prefix}offered"] & (chosen[f"{prefix}population"].fillna(0.0) > 0)
           for prefix in prefixes}  # fmt: skip
    return chosen.assign({name: array.assign_attrs(chosen[name].attrs) for name, array in own.items()})


def _kept_bounds(chosen: xr.Dataset) -> xr.Dataset:
    """Leave bounds out where no count of the period is hidden."""
    if LOW not in chosen or bool((chosen[LOW] < chosen[HIGH]).any()):
        return chosen
    return chosen.drop_vars([LOW, HIGH])


def join_years(own: Mapping[str, xr.Dataset]) -> xr.Dataset:
    """Join the cells of several periods along ``period``, the last dimension of all that differs between them.

    Parameters
    ----------
    own
        The cells of each period by its label, in time order; what is offered is the same in all.

    Returns
    -------
    xarray.Dataset
        Counts with bounds if some of any period are hidden; ``offered`` without periods.

    Examples
    --------
    >>> first = xr.Dataset({"admissions": ("ics", [4.0]), "offered": ("ics", [True])})
    >>> join_years({"2021": first, "2022": first * 2})["admissions"].dims
    ('ics', 'period')
    """
    each = []
    for cells in own.values():
        low, high = count_bounds(cells)
        each.append(cells.drop_vars("offered").assign({LOW: low, HIGH: high}))
    joined = xr.concat(each, pd.Index(list(own), name=PERIOD, dtype=object), combine_attrs="override", join="exact")
    first = next(iter(own.values()))
    counts = {name: array.assign_attrs(first["admissions"].attrs)
              for name, array in count_variables(joined[LOW], joined[HIGH]).items()}  # fmt: skip
    joined = joined.drop_vars([LOW, HIGH]).assign(counts).transpose(..., PERIOD)
    return joined.assign(offered=first["offered"])[[*_in_order(first, counts)]]


def _in_order(first: xr.Dataset, counts: Mapping[str, xr.DataArray]) -> list[str]:
    """Name variables in the order in which cells of one period have them."""
    return [*counts, *(str(name) for name in first.data_vars if name not in (*counts, LOW, HIGH))]
