"""Covariates of areas, or of groups in areas: supply, waits, distance, rurality, read, checked and kept with cells."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import xarray as xr

from equitymodel.argument_types import refuses_other_types
from equitymodel.data.cells.cell_facts import CellFacts
from equitymodel.data.cells.cross_checks import over_periods
from equitymodel.data.tables.checked_table import CheckedTable, open_table
from equitymodel.data.tables.deprivation import Deprivation
from equitymodel.data.tables.files import Source
from equitymodel.data.tables.findings import DataLog
from equitymodel.data.tables.footprints import AreaCheck
from equitymodel.data.tables.keys import Groups
from equitymodel.data.tables.rules import Rule
from equitymodel.errors import OptionError
from equitymodel.vocabulary import DEPRIVATION, ICS, group_dim, nearest

RULES = (
    Rule("V01", "error", "a value of a covariate that is not a number", "give a number for each area, or leave it out"),
    Rule(
        "V02",
        "error",
        "a covariate without a unit, or with two",
        "write what one is in the column unit, the same in every row: 'km', 'weeks', 'beds per 1,000'",
    ),
    Rule(
        "V03",
        "error",
        "areas or groups without a value of a covariate",
        "give it for each that the cells have; what is not known everywhere cannot stand in the model",
    ),
    Rule("V04", "error", "a covariate that is the same everywhere", "leave it out: nothing can be learned from it"),
    Rule("V05", "error", "a covariate with two values for one area or group", "keep one row for each"),
    Rule("V06", "warning", "values of a covariate for areas or groups that are not among the cells: left out"),
)
COVARIATES, COVARIATE = "covariates", "covariate"
"""The variable of cells that holds them, in their own units, and its dimension."""
UNIT, CENTRE, SCALE = "covariate_unit", "covariate_centre", "covariate_scale"
"""The coordinates that say what each is measured in, its mean over people and its standard deviation."""
NAME, VALUE = "name", "value"
CONSTANT = 1e-12


@refuses_other_types
def read_area_covariates(
    source: Source,
    *,
    groups: Groups = Deprivation(),
    areas: AreaCheck = "icb",
) -> CheckedTable:
    """Read a long table of covariates: a row an area, or an area and group, and covariate.

    Parameters
    ----------
    source
        Columns ``ics, name, value, unit`` and, where a covariate differs between them, ``deprivation`` (or the column
        of the groups); a file or a DataFrame.
    groups, areas
        As for `read_admissions`.

    Returns
    -------
    CheckedTable
        Values in the units of the table.

    Raises
    ------
    EquityDataError
        Rules V01, V02 and V05; and those of columns, keys and areas.

    Examples
    --------
    >>> rows = {"ics": ["E54000055", "E54000056"], "name": "distance", "value": ["4.1", "7"], "unit": "km"}
    >>> read_area_covariates(pd.DataFrame(rows)).frame["value"].tolist()
    [4.1, 7.0]
    """
    whole = replace(groups, quintiles=False) if isinstance(groups, Deprivation) else groups
    table = open_table(COVARIATES, source, groups=whole, areas=areas)
    table.read_numbers(VALUE, "V01", lambda numbers: numbers.notna())
    frame, log = table.frame, table.log
    units = frame.assign(unit=frame["unit"].fillna("").astype(str)).groupby(NAME, sort=False)["unit"].unique()
    if odd := [f"{name}: {', '.join(map(repr, own))}" for name, own in units.items() if len(own) > 1 or not own[0]]:
        log.add("V02", rows=odd)
    keys = [key for key in (NAME, ICS, DEPRIVATION) if key in frame]
    twice = frame[frame.duplicated(keys, keep=False)]
    if len(twice):
        named = zip(twice.index, twice[keys].values, strict=True)
        log.add("V05", rows=[f"{row}: {', '.join(map(str, of))}" for row, of in named])
    return table.finish()


@refuses_other_types
def with_covariates(
    cells: xr.Dataset,
    covariates: Source | CheckedTable,
    *,
    groups: Groups = Deprivation(),
    areas: AreaCheck = "icb",
) -> xr.Dataset:
    """Let cells carry covariates of their areas, for models with effects of the kind ``covariate``.

    Parameters
    ----------
    cells
        From `read_cells`.
    covariates
        The table, or what `read_area_covariates` made of it.
    groups, areas
        As for `read_admissions`.

    Returns
    -------
    xarray.Dataset
        With ``covariates`` over ``covariate, ics`` and, where any differs between them, groups; in the units of the
        coordinate ``covariate_unit``. ``covariate_centre`` and ``covariate_scale`` are mean and standard deviation over
        the people of all cells, by which models standardise them. They hold for all periods.

    Raises
    ------
    EquityDataError
        Rules V01 to V05, and those of columns, keys and areas.

    Examples
    --------
    >>> from equitymodel.simulate import simulate_cells
    >>> cells, _ = simulate_cells(areas=4, procedures=1, seed=1)
    >>> rows = pd.DataFrame({"ics": cells["ics"].values, "name": "distance", "value": [4.0, 7, 5, 12], "unit": "km"})
    >>> made = with_covariates(cells, rows, areas="any")
    >>> made["covariates"].dims, made["covariate_unit"].values.tolist()
    (('covariate', 'ics'), ['km'])
    """
    table = covariates
    if not isinstance(table, CheckedTable):
        table = read_area_covariates(table, groups=groups, areas=areas)
    log = DataLog(table.name, group=table.group)
    values = _lay_out(table.frame, cells, log)
    log.raise_errors()
    centre, scale = _over_people(values, over_periods(cells["population"]).fillna(0.0), log)
    units = table.frame.drop_duplicates(NAME).set_index(NAME)["unit"]
    named = {UNIT: (COVARIATE, [str(units[name]) for name in values[COVARIATE].values]),
             CENTRE: (COVARIATE, centre.values), SCALE: (COVARIATE, scale.values)}  # fmt: skip
    known = CellFacts.of(cells).with_table(table, *log.findings)
    return known.keep_with(cells.assign({COVARIATES: values.assign_coords(named)}))


def _over_people(values: xr.DataArray, people: xr.DataArray, log: DataLog) -> tuple[xr.DataArray, xr.DataArray]:
    """Give the mean and the standard deviation of each covariate over people, and refuse one that is constant."""
    weight = people / people.sum()
    centre = (values * weight).sum(weight.dims)
    scale = np.sqrt(((values - centre) ** 2 * weight).sum(weight.dims))
    if same := [str(name) for name in values[COVARIATE].values[(scale <= CONSTANT * (1.0 + abs(centre))).values]]:
        log.add("V04", rows=same)
    log.raise_errors()
    return centre, scale


def _lay_out(frame: pd.DataFrame, cells: xr.Dataset, log: DataLog) -> xr.DataArray:
    """Lay values out over the areas and groups of cells, and say which lack one, and which are no cells."""
    group = group_dim(cells.dims)
    frame = frame.rename(columns={DEPRIVATION: group})
    dims = [NAME, ICS, *([group] if group in frame else [])]
    given = frame.set_index(dims)[VALUE].to_xarray().astype(float)
    wanted = {dim: cells[dim].values for dim in dims if dim != NAME}
    for dim, labels in wanted.items():
        if more := sorted({*map(str, given[dim].values)} - {*map(str, labels)}):
            log.add("V06", rows=[f"{dim} {label}" for label in more])
    values = given.reindex(wanted).transpose(*dims)
    rows = values.stack(row=dims)
    if empty := [", ".join(map(str, of)) for of in rows["row"].values[rows.isnull().values]]:
        log.add("V03", rows=empty)
    return values.rename({NAME: COVARIATE}).drop_attrs()


def standardised(cells: xr.Dataset, name: str) -> xr.DataArray:
    """Give a covariate of cells in standard deviations from its mean, the reference of predictions.

    Parameters
    ----------
    cells, name
        From `with_covariates`, and which of them.

    Returns
    -------
    xarray.DataArray
        Dims ``ics`` and, where it differs between them, groups; 0 = the mean over people.

    Raises
    ------
    OptionError
        When the cells have no covariate of this name.

    Examples
    --------
    >>> scale = {"covariate_centre": ("covariate", [2.0]), "covariate_scale": ("covariate", [0.5])}
    >>> cells = xr.Dataset({"covariates": (("covariate", "ics"), [[1.5, 3.0]])}, {"covariate": ["beds"], **scale})
    >>> standardised(cells, "beds").values
    array([-1.,  2.])
    """
    if name not in (there := names_of_covariates(cells)):
        known = nearest(name, there) if there else "They have none: give their table (--covariates, with_covariates)."
        raise OptionError(f"the model has a covariate '{name}', which these cells have not. {known}")
    own = cells[COVARIATES].sel({COVARIATE: name})
    return ((own - own[CENTRE]) / own[SCALE]).drop_vars([COVARIATE, UNIT, CENTRE, SCALE], errors="ignore")


def names_of_covariates(cells: xr.Dataset) -> list[str]:
    """Name the covariates that cells have, in the order of their table.

    Examples
    --------
    >>> names_of_covariates(xr.Dataset())
    []
    """
    return [str(name) for name in cells[COVARIATE].values] if COVARIATES in cells else []
