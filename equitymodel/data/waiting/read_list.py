"""A table of people by weeks waited to one labelled dataset: who waits, who is added, treated and removed a week."""

from __future__ import annotations

import numpy as np
import pandas as pd
import xarray as xr

from equitymodel.data.cells.cell_facts import CellFacts
from equitymodel.data.cells.label_cells import CellTables, area_coords, find_group, in_order, with_index
from equitymodel.data.series.read_series import name_areas
from equitymodel.data.tables.checked_table import CheckedTable, open_table, refuse_absent
from equitymodel.data.tables.deprivation import Deprivation
from equitymodel.data.tables.files import Source
from equitymodel.data.tables.findings import DataLog
from equitymodel.data.tables.footprints import AreaCheck
from equitymodel.data.tables.kept_as_text import TableSource
from equitymodel.data.tables.keys import Groups
from equitymodel.data.tables.suppression import HIGH, LOW, SmallNumberRule, SmallNumbers
from equitymodel.data.waiting.list_values import FLOWS, read_list_values
from equitymodel.data.waiting.week_bands import read_band, read_bands, spread_over_weeks
from equitymodel.errors import OptionError
from equitymodel.vocabulary import CELL_DIMS, ICS, PRIORITY, WEEKS_WAITED

BAND = "band"


def read_list(
    source: Source, *, groups: Groups = Deprivation(), areas: AreaCheck = "icb", ignore_columns: tuple[str, ...] = (),
    small_numbers: SmallNumbers | SmallNumberRule | str = SmallNumbers(),
) -> xr.Dataset:  # fmt: skip
    """Read people by weeks waited, hold them against the contract, and lay them out; see `read_waiting`."""
    reading = open_table("waiting", source, groups=groups, areas=areas, ignore_columns=ignore_columns)
    bands, small = read_bands(reading.frame[WEEKS_WAITED], reading.log), SmallNumbers.of(small_numbers)
    refuse_absent(ignore_columns, reading.columns)
    footprint = name_areas(reading.frame[ICS], reading)
    read_list_values(reading, small)
    table = reading.finish("admissions", rule=small.bounds_rule)
    log, tables = DataLog("waiting", group=table.group), CellTables(table, table)
    named = with_index(groups, tables, log)
    group = find_group(tables, named, log)
    found = lay_out_list(_rows(table), [band.label for band in bands])
    found[BAND + "_share"] = ((BAND, WEEKS_WAITED), spread_over_weeks(bands, _people(found)))
    _refuse_unknown(found)
    log.raise_errors()
    index = named.index_name if isinstance(named, Deprivation) else Deprivation().index_name
    sources = (TableSource("waiting", table.source, table.sha256),)
    facts = CellFacts(group, deprivation_index=index, findings=(*table.findings, *log.findings), sources=sources,
                      footprint=footprint)  # fmt: skip
    ordered = in_order(found.assign(population=found["waiting_high"].sum([BAND, PRIORITY])), group)
    plain = ordered.drop_vars(["population", "position"], errors="ignore")
    return facts.keep_with(plain.assign_coords(area_coords(ordered, [table.frame])))


def _rows(table: CheckedTable) -> pd.DataFrame:
    written = table.frame[WEEKS_WAITED].astype(str)
    read = {text: read_band(text) for text in written.unique()}
    labels = {text: band.label for text, band in read.items() if band is not None}
    return table.frame.assign(band=written.map(labels), **({} if PRIORITY in table.frame else {PRIORITY: 1}))


def lay_out_list(rows: pd.DataFrame, bands: list[str]) -> xr.Dataset:
    """Lay rows out over lists, groups, priorities and bands; a band without a row holds nobody.

    Parameters
    ----------
    rows
        Columns of labels, ``band``, ``priority``, ``admissions_low``, ``admissions_high`` and flows.
    bands
        Labels in order.

    Returns
    -------
    xarray.Dataset
        ``waiting_low, waiting_high`` by band, ``treated`` by band, ``added`` and ``removed`` without; people a week.
    """
    dims = [*CELL_DIMS, PRIORITY, BAND]
    columns = [LOW, HIGH, *(name for name in FLOWS if name in rows)]
    given = rows.set_index(dims)[columns].to_xarray().astype(float)
    absent = ~rows.assign(there=1.0).set_index(dims)["there"].to_xarray().notnull()
    given = given.where(~absent, 0.0).reindex({BAND: bands}, fill_value=0.0)
    found = given.rename({LOW: "waiting_low", HIGH: "waiting_high"})
    for name in ("added", "removed"):
        if name in found:
            found[name] = found[name].sum(BAND)
    return found


def _people(found: xr.Dataset) -> np.ndarray:
    middle = (found["waiting_low"] + found["waiting_high"]) / 2
    people: np.ndarray = middle.sum([name for name in middle.dims if name != BAND]).values
    return people


def _refuse_unknown(found: xr.Dataset) -> None:
    """Refuse a list of which some counts are not known at all, as nothing can be run from it."""
    unknown = int(found["waiting_high"].isnull().sum())
    if unknown:
        raise OptionError(f"{unknown:,} counts of those who wait are not known; name the rule of hidden counts, such "
                          "as small_numbers 'hes', or leave their lists out")  # fmt: skip
