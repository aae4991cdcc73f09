"""Covariates of a series, such as temperature or closed beds: read, checked, and kept with centre and scale."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
import xarray as xr

from equitymodel.data.series.frequency import Frequency
from equitymodel.data.tables.checked_table import TableReading
from equitymodel.data.tables.findings import DataLog
from equitymodel.data.tables.rules import Rule
from equitymodel.errors import OptionError
from equitymodel.vocabulary import CELL_DIMS, PERIOD, SERIES_DIMS

RULES = (
    Rule(
        "T31",
        "error",
        "a covariate has no value in a period that is used",
        "give its value for each period; one that is not known throughout cannot stand in the model",
    ),
    Rule("T32", "error", "a covariate does not change over time", "leave it out: nothing can be learned from it"),
    Rule(
        "T33",
        "error",
        "a covariate differs within a period",
        "give one value a period, or say that it may differ: Covariate(name, by_cell=True), or --covariate-by-cell",
    ),
)
COVARIATES, COVARIATE = "covariates", "covariate"
"""The variable of a series that holds them, and its dimension."""
CONSTANT = 1e-12


@dataclass(frozen=True)
class Covariate:
    """A column of a series that explains admissions from period to period, beside the intervention.

    Attributes
    ----------
    name
        Of the column.
    by_cell
        Whether it may differ between ICSs, groups and procedures; otherwise it has one value a period.

    Examples
    --------
    >>> Covariate("temperature")
    Covariate(name='temperature', by_cell=False)
    """

    name: str
    by_cell: bool = False

    @classmethod
    def of(cls, given: str | Covariate) -> Covariate:
        """Take a name as that of a covariate with one value a period."""
        return given if isinstance(given, Covariate) else cls(given)


def choose_covariates(given: Iterable[str | Covariate], taken: Iterable[str]) -> tuple[Covariate, ...]:
    """Name the covariates that are wanted, each once, and none that has a meaning of its own.

    Raises
    ------
    OptionError
        When a name is given twice, or is that of another column of the table.

    Examples
    --------
    >>> choose_covariates(["temperature"], ["period"])
    (Covariate(name='temperature', by_cell=False),)
    """
    if isinstance(given, str):
        raise OptionError(f"covariates is a sequence of names: say covariates=({given!r},)")
    chosen = tuple(Covariate.of(each) for each in given)
    names, known = [each.name for each in chosen], set(taken)
    for name in names:
        if names.count(name) > 1 or name in known:
            why = "has a meaning of its own in the table" if name in known else "is named twice"
            raise OptionError(f"covariate '{name}' {why}; name each column of covariates once")
    return chosen


def read_covariates(table: TableReading, chosen: Sequence[Covariate]) -> None:
    """Read the columns of covariates as numbers; an empty value stays missing."""
    for each in chosen:
        table.read_numbers(each.name, "T31", lambda numbers: numbers.notna() | numbers.isna())


def lay_out_covariates(
    frame: pd.DataFrame, chosen: Sequence[Covariate], series: xr.Dataset, log: DataLog, frequency: Frequency
) -> xr.Dataset:
    """Lay covariates out over the periods of a series, check them, and find their centre and scale.

    Parameters
    ----------
    frame
        Rows of the table, with ``period`` as the day on which each starts.
    chosen
        From `choose_covariates`.
    series
        The series they belong to, with its mask.
    log
        Where rules T31 to T33 are recorded.
    frequency
        By which periods are named.

    Returns
    -------
    xarray.Dataset
        The series, with ``covariates`` over ``covariate`` and ``period``, and over cells too where any may differ
        between them; in their own units. The coordinates ``covariate_centre`` and ``covariate_scale`` are mean and
        standard deviation over the periods that are not masked, by which fits standardise them.

    Examples
    --------
    >>> from equitymodel.data.series.read_series import read_series
    >>> rows = pd.DataFrame({"period": ["2018-01", "2018-02", "2018-03"], "admissions": [90, 84, 97],
    ...                      "population": 1000, "temperature": [4.0, 3.0, 8.0]})
    >>> series = read_series(rows, covariates=("temperature",))
    >>> series["covariates"].values, series["covariate_centre"].values
    (array([[4., 3., 8.]]), array([5.]))
    """
    if not chosen:
        return series
    by_cell = any(each.by_cell for each in chosen)
    parts = [_lay_out(frame, each, series, log, frequency) for each in chosen]
    whole = [part.broadcast_like(series["exposure"]) if by_cell else part for part in parts]
    names = [each.name for each in chosen]
    values = xr.concat(whole, dim=COVARIATE, coords="minimal", compat="override").assign_coords({COVARIATE: names})
    used = values.where(~series["masked"])
    over = [dim for dim in used.dims if dim != COVARIATE]
    centre, scale = used.mean(over), used.std(over)
    for name, spread in zip(names, scale.values, strict=True):
        if not spread > CONSTANT:
            log.add("T32", detail=f"column {name!r}")
    return series.assign({COVARIATES: values}).assign_coords(covariate_centre=centre, covariate_scale=scale)


def _lay_out(
    frame: pd.DataFrame, each: Covariate, series: xr.Dataset, log: DataLog, frequency: Frequency
) -> xr.DataArray:
    """Lay one covariate out over periods, and cells where it may differ."""
    if each.by_cell:
        values = frame.set_index(list(SERIES_DIMS))[each.name].to_xarray().reindex_like(series["exposure"])
        lacking = values.isnull() & series["exposure"].notnull() & ~series["masked"]
        lacking = lacking.any([dim for dim in CELL_DIMS if dim in lacking.dims])
    else:
        grouped = frame.groupby(PERIOD)[each.name]
        _name_periods("T33", each, grouped.nunique().loc[lambda count: count > 1].index, log, frequency)
        values = grouped.first().to_xarray().reindex({PERIOD: series[PERIOD]})
        lacking = values.isnull() & ~series["masked"]
    _name_periods("T31", each, pd.DatetimeIndex(series[PERIOD].values[lacking.values]), log, frequency)
    return values.astype(float)


def _name_periods(rule: str, each: Covariate, periods: pd.Index, log: DataLog, frequency: Frequency) -> None:
    if len(periods):
        named = [frequency.label(start) for start in pd.DatetimeIndex(periods)]
        log.add(rule, detail=f"column {each.name!r}", rows=named)


def add_up_covariates(series: xr.Dataset, over: Sequence[str]) -> xr.DataArray:
    """Give the covariates of a series added up over cells: their mean, by exposure.

    Parameters
    ----------
    series, over
        A series with covariates, and the dimensions to add up.

    Returns
    -------
    xarray.DataArray
        Over ``covariate``, ``period``, and the dimensions that are kept.

    Examples
    --------
    >>> cells = {"exposure": ("ics", [1.0, 3.0]), "covariates": (("covariate", "ics"), [[10.0, 20.0]])}
    >>> add_up_covariates(xr.Dataset(cells), ["ics"]).values
    array([17.5])
    """
    values, weight = series[COVARIATES], series["exposure"]
    dims = [dim for dim in over if dim in values.dims]
    if not dims:
        return values
    return (values * weight).sum(dims) / weight.where(values.notnull()).sum(dims)


def standardised_covariates(series: xr.Dataset) -> dict[str, xr.DataArray]:
    """Give each covariate of a series in standard deviations from its mean; 0 where it is not known.

    Parameters
    ----------
    series
        From `read_series`, or added up from one.

    Returns
    -------
    dict
        Arrays over ``period``, perhaps over cells, by name; empty where the series has no covariates.

    Examples
    --------
    >>> standardised_covariates(xr.Dataset())
    {}
    """
    if COVARIATES not in series:
        return {}
    values = (series[COVARIATES] - series["covariate_centre"]) / series["covariate_scale"]
    known = values.fillna(0.0).drop_vars(("covariate_centre", "covariate_scale"))
    return {str(name): known.sel({COVARIATE: name}, drop=True) for name in np.atleast_1d(series[COVARIATE].values)}
