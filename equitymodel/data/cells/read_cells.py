"""Checked tables to cells: one labelled dataset of ICS x deprivation group x procedure."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

import numpy as np
import pandas as pd
import xarray as xr

from equitymodel.data.cells.align import ABSENT, Incomplete, absent_row, align_strata
from equitymodel.data.cells.assemble import Strata, add_bands, add_up_strata, assemble
from equitymodel.data.cells.bands import AgeBands, stratum_sets
from equitymodel.data.cells.cross_checks import check_counts, check_keys, name_cells, over_cells
from equitymodel.data.cells.rate_error import RATE_ERROR, RateError
from equitymodel.data.tables.areas import AreaCheck, area_names, area_regions
from equitymodel.data.tables.contracts import DataLog, Finding, findings_frame, raise_errors
from equitymodel.data.tables.deprivation import ridit
from equitymodel.data.tables.files import Source
from equitymodel.data.tables.groups import Group, group_column, group_of, read_reference
from equitymodel.data.tables.read_tables import (
    CheckedTable,
    read_admissions,
    read_need,
    read_not_offered,
    read_population,
    read_rates,
)
from equitymodel.data.tables.suppression import HIGH, LOW, SmallNumbers
from equitymodel.errors import EquityModelError
from equitymodel.vocabulary import (
    ADJUSTMENTS,
    AGE_BAND,
    CELL_DIMS,
    DEPRIVATION,
    ICS,
    PERIOD,
    PROCEDURE,
    SEX,
)


def read_cells(
    admissions: Source,
    population: Source,
    *,
    need: Source | None = None,
    rates: Source | None = None,
    not_offered: Source | None = None,
    group: str = DEPRIVATION,
    reference_group: str | None = None,
    most_deprived: int = 1,
    deprivation_index: str | None = None,
    incomplete: Incomplete = "error",
    small_numbers: SmallNumbers = "error",
    age_bands: AgeBands = False,
    sexes_apart: bool = False,
    rate_error: RateError | None = None,
    areas: AreaCheck = "icb2023",
    ignore_columns: tuple[str, ...] = (),
) -> xr.Dataset:
    """Read admissions and population (and need) into one checked dataset of cells.

    Parameters
    ----------
    admissions, population, need, rates, not_offered
        CSV or Parquet files, or DataFrames; see `read_admissions` and its companions.
    group, reference_group
        For groups other than deprivation: the column that holds them in place of ``deprivation``,
        for example ``"ethnicity"``, and the group that all are compared with. Where the groups are
        of age (``age_band``) or ``sex``, that stratum is not adjusted for.
    most_deprived
        The label of the most deprived group in the files.
    deprivation_index
        The index and its version, for example ``"IMD 2019"``.
    incomplete
        What an absent row means: ``"zero"``, ``"missing"``, ``"suppressed"`` (a small count, as
        `small_numbers` says), or an ``"error"`` (the default).
    small_numbers
        ``"hes"``, ``"lt5"``, ``"lt6"`` or a rule such as ``"1-9"`` reads suppressed and rounded
        counts as what they may be; ``"exclude"`` reads suppressed ones as not known.
    age_bands, sexes_apart, rate_error
        As for `make_cells`.
    areas, ignore_columns
        As for `read_admissions`.

    Returns
    -------
    xarray.Dataset
        See `make_cells`.

    Raises
    ------
    EquityDataError
        When any rule of the contract is broken.
    EquityModelError
        When options of deprivation and of other groups are mixed.

    Examples
    --------
    >>> from equitymodel.simulate import example
    >>> tables = example.example_tables(seed=1, procedures=["cataract"])
    >>> cells = read_cells(tables.admissions, tables.population, deprivation_index="IMD 2019")
    >>> dict(cells.sizes)["ics"]
    42
    """
    if group_column(group) != DEPRIVATION and most_deprived != 1:
        raise EquityModelError("most_deprived goes with groups of deprivation, and with no others")
    keys: dict[str, Any] = {"group": group, "most_deprived": most_deprived, "areas": areas}
    return make_cells(
        read_admissions(admissions, small_numbers=small_numbers, ignore_columns=ignore_columns, **keys),
        read_population(population, ignore_columns=ignore_columns, **keys),
        need=None if need is None else read_need(need, ignore_columns=ignore_columns, **keys),
        rates=None if rates is None else read_rates(rates),
        not_offered=None if not_offered is None else read_not_offered(not_offered),
        reference_group=reference_group,
        deprivation_index=deprivation_index,
        incomplete=incomplete,
        age_bands=age_bands,
        sexes_apart=sexes_apart,
        rate_error=rate_error,
    )


def make_cells(
    admissions: CheckedTable,
    population: CheckedTable,
    *,
    need: CheckedTable | None = None,
    rates: CheckedTable | None = None,
    not_offered: CheckedTable | None = None,
    reference_group: str | None = None,
    deprivation_index: str | None = None,
    incomplete: Incomplete = "error",
    age_bands: AgeBands = False,
    sexes_apart: bool = False,
    rate_error: RateError | None = None,
) -> xr.Dataset:
    """Join checked tables into cells, and check each table against the others.

    Parameters
    ----------
    admissions, population, need, rates, not_offered
        Tables that keep the contract.
    reference_group
        For groups other than deprivation: the one that all are compared with.
    deprivation_index
        For deprivation: the index and its version.
    incomplete
        What an absent row means.
    age_bands
        To model broad age bands apart, where age acts differently by deprivation: the bands, such
        as ``("0-44", "45-64", "65+")``, or true to have them chosen from the ages of the data.
        Results are per procedure all the same, directly standardised over the bands.
    sexes_apart
        Whether the sexes are modelled apart too, within the bands.
    rate_error
        To draw the reference rates by age and sex, rather than take them as known.

    Returns
    -------
    xarray.Dataset
        ``admissions`` (counts; missing where not known), where any are hidden
        ``admissions_low`` and ``admissions_high`` (what they may be), ``expected_admissions`` (by
        ``adjustment``: population, age_sex, need), ``population`` (person-years), ``offered``
        (whether the cell exists), and ``need_ratio`` and ``need_ratio_se`` where they were given,
        over ``ics, deprivation, procedure``. For deprivation, the national ridit is the coordinate
        ``position``; other groups are along the same dimension, the reference group last, and the
        attributes ``group, group_kind, reference_group`` tell what they are. The log is `data_log`.
        With age bands the cells carry those of the bands, which `by_band` gives; with drawn rates,
        ``rate_error`` is the log of drawn over stated expected admissions, by ``rate_draw``.

    Raises
    ------
    EquityDataError
        When any rule of the contract is broken.
    EquityModelError
        When options of deprivation and of other groups are mixed, or an option has nothing to act on.

    Examples
    --------
    >>> rows = pd.DataFrame({"ics": "E54000055", "deprivation": [1, 2], "procedure": "hernia",
    ...                      "admissions": [30, 20], "population": [500, 500]})
    >>> cells = make_cells(read_admissions(rows.drop(columns="population")),
    ...                    read_population(rows.drop(columns=["procedure", "admissions"])))
    >>> cells["expected_admissions"].sel(adjustment="population").values.ravel()
    array([25., 25.])
    """
    log = DataLog("cells", group=admissions.group)
    group = _find_group(admissions, (population, need), reference_group, deprivation_index, log)
    log.raise_errors()
    given = None if rates is None else rates.frame
    absent = absent_row(admissions.frame["admissions"], admissions.rule, incomplete, log)
    counts, people = align_strata(admissions.frame, population.frame, given, incomplete, absent, log)
    log.raise_errors()
    check_keys(counts, people, incomplete, log)
    log.raise_errors()
    persons = _to_array(people, ["population"], (ICS, DEPRIVATION))["population"]
    offered = _offered(counts, persons, not_offered, log)
    periods = admissions.frame[PERIOD].nunique() if PERIOD in admissions.frame else 1
    bounds = _bounds(counts, persons, offered, incomplete, (absent[0] * periods, absent[1] * periods), log)
    log.raise_errors()
    totals = add_up_strata(bounds, offered)
    ratio = None if need is None else _need_ratio(need, totals[HIGH], log)
    log.raise_errors()
    _check_options(bounds, rates, age_bands, sexes_apart, rate_error)
    strata = Strata(bounds, persons, offered, rates, rate_error)
    cells = assemble(strata, ratio, log, bands=int(age_bands is False))
    check_counts(totals, persons, cells["expected_admissions"], offered, log)
    if age_bands is not False:
        cells = add_bands(cells, strata, ratio, stratum_sets(bounds, age_bands, sexes_apart, log), log)
    log.raise_errors()
    tables = [table for table in (admissions, population, need, rates, not_offered) if table]
    findings = [item for table in tables for item in table.findings] + log.findings
    cells = cells.assign({} if ratio is None else {name: array.where(offered) for name, array in ratio.items()})
    if RATE_ERROR in cells and rate_error is not None:
        cells = cells.assign_attrs({RATE_ERROR: json.dumps(asdict(rate_error))})
    return _label(_in_order(cells, group), tables, findings, deprivation_index)


def data_log(cells: xr.Dataset) -> pd.DataFrame:
    """Show every warning and repair met on the way from the files to these cells.

    Parameters
    ----------
    cells
        From `read_cells` or `make_cells`.

    Returns
    -------
    pandas.DataFrame
        One row a finding; columns as in `findings_frame`.

    Examples
    --------
    >>> data_log(xr.Dataset(attrs={"findings": "[]"})).empty
    True
    """
    return findings_frame(stored_findings(cells))


def stored_findings(cells: xr.Dataset) -> list[Finding]:
    """Read the findings kept with the cells."""
    kept = json.loads(cells.attrs.get("findings", "[]"))
    return [Finding(**{**item, "rows": tuple(item["rows"])}) for item in kept]


def headline_expected(cells: xr.Dataset) -> xr.DataArray:
    """Give expected admissions with the fullest adjustment the tables allow, in admissions.

    Examples
    --------
    >>> cells = xr.Dataset({"expected_admissions": ("adjustment", [1.0, 2.0])},
    ...                    {"adjustment": ["population", "age_sex"]})
    >>> float(headline_expected(cells))
    2.0
    """
    return cells["expected_admissions"].isel(adjustment=-1)


def _check_options(
    bounds: xr.Dataset, rates: CheckedTable | None, bands: AgeBands, sexes_apart: bool, rate_error: RateError | None
) -> None:
    """Refuse options that have nothing to act on."""
    if sexes_apart and bands is False:
        raise EquityModelError("sexes_apart goes with age_bands, which says which ages are modelled apart")
    if rate_error is not None and (rates is not None or set(bounds.dims) <= set(CELL_DIMS)):
        raise EquityModelError(
            "rate_error was asked for, but reference rates are not estimated from these admissions: they have no age "
            "or sex, or the rates come from elsewhere; leave rate_error out"
        )


def _find_group(
    admissions: CheckedTable,
    others: Sequence[CheckedTable | None],
    reference: str | None,
    deprivation_index: str | None,
    log: DataLog,
) -> Group:
    """Tell what the groups are, and refuse tables or options that say different things."""
    name = admissions.group
    for table in (table for table in others if table and table.group != name):
        log.add("U02", detail=f"admissions are by {name}, {table.name} by {table.group}")
    if name == DEPRIVATION:
        if reference is not None:
            raise EquityModelError("reference_group goes with groups other than deprivation; name their column: group")
        if deprivation_index is None:
            log.add("D04")
        return Group()
    if deprivation_index is not None:
        raise EquityModelError(f"deprivation_index goes with groups of deprivation, and these are of {name}")
    return Group(name, read_reference(reference, name, sorted(set(admissions.frame[DEPRIVATION])), log))


def _in_order(cells: xr.Dataset, group: Group) -> xr.Dataset:
    """Put the group to compare with last, and give deprivation its national positions."""
    cells = cells.assign_attrs(group.attrs())
    if group.ordered:
        return cells.assign_coords(position=ridit(cells["population"].sum(ICS)))
    labels = sorted(str(label) for label in cells[DEPRIVATION].values)
    return cells.sel({DEPRIVATION: [*(label for label in labels if label != group.reference), group.reference]})


def _to_array(frame: pd.DataFrame, values: Sequence[str], first: Sequence[str]) -> xr.Dataset:
    dims = [*first, *(key for key in (AGE_BAND, SEX) if key in frame)]
    return frame.set_index(dims)[list(values)].to_xarray().astype(float)


def _offered(
    counts: pd.DataFrame, persons: xr.DataArray, not_offered: CheckedTable | None, log: DataLog
) -> xr.DataArray:
    procedures = xr.DataArray(np.unique(counts[PROCEDURE].astype(str)), dims=PROCEDURE)
    offered = (over_cells(persons).fillna(0) > 0).expand_dims({PROCEDURE: procedures.values}).copy()
    if not_offered is not None:
        declared = not_offered.frame
        for ics, procedure in zip(declared[ICS], declared[PROCEDURE], strict=True):
            if ics not in offered[ICS] or procedure not in offered[PROCEDURE]:
                log.add("G03", detail=f"--not-offered names {ics}, {procedure}, which has no admissions rows at all")
                continue
            offered.loc[{ICS: ics, PROCEDURE: procedure}] = False
            given = counts[(counts[ICS] == ics) & (counts[PROCEDURE] == procedure)][LOW].sum()
            if given > 0:
                log.add("C10", rows=[f"{ics}, {procedure}: {given:g} admissions"])
    return offered.transpose(*CELL_DIMS)


def _bounds(
    counts: pd.DataFrame,
    persons: xr.DataArray,
    offered: xr.DataArray,
    incomplete: Incomplete,
    absent: tuple[float, float],
    log: DataLog,
) -> xr.Dataset:
    """Lay out what the admissions of every cell and stratum may be."""
    given = _to_array(counts.assign(present=1.0), ["present", LOW, HIGH], CELL_DIMS)
    people = persons if set(given.dims) >= set(persons.dims) else over_cells(persons)
    given = given.reindex({**people.coords, PROCEDURE: offered[PROCEDURE]})
    present, bounds = given["present"].notnull(), given[[LOW, HIGH]]
    empty = ~(people.fillna(0) > 0)
    stray = present & (bounds[LOW] > 0) & empty
    if stray.any():
        log.add("P01", rows=name_cells(stray, bounds[LOW], group=log.group))
    unseen = ~present & ~empty & offered
    bounds = bounds.where(present | ~(empty | ~offered), 0.0)
    if unseen.any():
        log.add(ABSENT[incomplete], rows=name_cells(unseen, group=log.group))
    if incomplete not in ("zero", "suppressed"):
        return bounds
    return xr.Dataset({name: bounds[name].where(~unseen, end) for name, end in zip((LOW, HIGH), absent, strict=True)})


def _need_ratio(need: CheckedTable, totals: xr.DataArray, log: DataLog) -> xr.Dataset:
    """Lay out need ratios, and their standard errors if they are given."""
    columns = [name for name in ("need_ratio", "need_ratio_se") if name in need.frame]
    given = need.frame.set_index(list(CELL_DIMS))[columns].to_xarray().reindex(totals.coords)
    ratio = given["need_ratio"]
    lacking = ratio.isnull() & totals.notnull()
    if lacking.any():
        log.add("N02", rows=name_cells(lacking, group=log.group))
        log.raise_errors()
    average = ratio.mean(CELL_DIMS[:2])
    if (abs(np.log(average)) > np.log(1.25)).any():
        log.add("N03", detail=", ".join(f"{name}: {value:.2g}" for name, value in average.to_series().items()))
    return given


def _label(
    cells: xr.Dataset, tables: Sequence[CheckedTable], findings: Sequence[Finding], deprivation_index: str | None
) -> xr.Dataset:
    raise_errors(findings)
    codes = [str(code) for code in cells[ICS].values]
    names = area_names(codes)
    for table in tables:
        if "ics_name" in table.frame:
            names |= dict(zip(table.frame[ICS].astype(str), table.frame["ics_name"], strict=True))
    regions = area_regions(codes)
    adjustment = str(cells["adjustment"].values[-1])
    sources = {table.name: {"file": table.source, "sha256": table.sha256} for table in tables}
    return cells.assign_coords(
        ics_name=(ICS, [names[code] for code in codes]),
        region=(ICS, [regions[code] for code in codes]),
    ).assign_attrs(
        deprivation_index=deprivation_index or "not named",
        adjustment=group_of(cells).adjusted(ADJUSTMENTS[adjustment]),
        findings=json.dumps([asdict(item) for item in findings]),
        sources=json.dumps(sources),
    )
