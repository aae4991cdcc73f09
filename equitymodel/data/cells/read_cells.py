"""Checked tables to cells: one labelled dataset of ICS x deprivation group x procedure, and of years if several."""

from __future__ import annotations

from typing import Any

import pandas as pd
import xarray as xr

from equitymodel.argument_types import refuses_other_types
from equitymodel.data.cells.align import align_strata
from equitymodel.data.cells.assemble import Strata, add_bands, add_up_strata, assemble
from equitymodel.data.cells.bands import Ages, stratum_sets
from equitymodel.data.cells.cell_facts import CellFacts
from equitymodel.data.cells.cell_periods import CellTime, PeriodUse
from equitymodel.data.cells.cross_checks import check_counts, check_keys, check_strata
from equitymodel.data.cells.deprivation_direction import check_direction
from equitymodel.data.cells.expected import check_age_of_need
from equitymodel.data.cells.hidden_cells import check_hidden, check_known
from equitymodel.data.cells.label_cells import CellTables, find_group, label_cells, with_index
from equitymodel.data.cells.lay_out_cells import lay_out_bounds, lay_out_need, lay_out_offered, to_array
from equitymodel.data.cells.match_areas import match_areas
from equitymodel.data.cells.match_periods import PeriodPlan, in_periods, one_spelling, plan_periods
from equitymodel.data.cells.not_applicable import read_not_applicable
from equitymodel.data.cells.person_years import check_person_years, in_person_years
from equitymodel.data.cells.plausible_rates import check_rates
from equitymodel.data.cells.rate_error import RATE_ERROR
from equitymodel.data.tables.absent_rows import absent_row
from equitymodel.data.tables.checked_table import CheckedTable, refuse_absent
from equitymodel.data.tables.crossed_groups import refuse_crossed
from equitymodel.data.tables.deprivation import Deprivation
from equitymodel.data.tables.files import Source
from equitymodel.data.tables.findings import DataLog, findings_frame
from equitymodel.data.tables.footprints import AreaCheck
from equitymodel.data.tables.groups import Group
from equitymodel.data.tables.keys import Groups
from equitymodel.data.tables.read_tables import (
    read_admissions,
    read_need,
    read_not_offered,
    read_population,
    read_rates,
)
from equitymodel.data.tables.suppression import HIGH, LOW, Absent, SmallNumberRule, SmallNumbers
from equitymodel.errors import OptionError
from equitymodel.vocabulary import CELL_DIMS, DEPRIVATION, ICS, PERIOD


@refuses_other_types
def read_cells(
    admissions: Source,
    population: Source | CheckedTable,
    *,
    need: Source | None = None,
    not_offered: Source | None = None,
    groups: Groups = Deprivation(),
    small_numbers: SmallNumbers | SmallNumberRule | str = SmallNumbers(),
    ages: Ages = Ages(),
    periods: PeriodUse | CellTime = "years",
    areas: AreaCheck = "icb",
    ignore_columns: tuple[str, ...] = (),
) -> xr.Dataset:
    """Read admissions and population (and need) into one checked dataset of cells.

    Parameters
    ----------
    admissions, population, need, not_offered
        CSV or Parquet files, or DataFrames; see `read_admissions` and its companions. A population of
        residents is first read by ``read_population(..., population_is="residents")``.
    groups
        `Deprivation`, with its index and which end is the most deprived; or, for other groups, for
        example ``Group("ethnicity", "White British")``: the column that holds them in place of
        ``deprivation``, and the group that all are compared with. Where the groups are of age
        (``age_band``) or ``sex``, that stratum is not adjusted for.
    small_numbers
        How small counts were published and what an absent row means: `SmallNumbers`, or its rule
        alone, such as ``"hes"``.
    ages
        Whether age bands are modelled separately, and reference rates drawn or given: `Ages`.
    periods
        What is done where the admissions have several periods: ``"years"`` fits them together, along
        a dimension ``period``, with months, quarters and weeks added up to whole years; ``"quarters"``
        keeps quarters; ``"add_up"`` adds all up to one. A `CellTime` also says how labels are read that leave it
        open, such as 01/02/2018.
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
    OptionError
        When an option has no meaning, or does not go with the groups of the tables.

    Examples
    --------
    >>> from equitymodel.simulate import example
    >>> tables = example.example_tables(seed=1, procedures=["cataract"])
    >>> cells = read_cells(tables.admissions, tables.population, groups=Deprivation("IMD 2019"))
    >>> dict(cells.sizes)["ics"]
    42
    """
    shared: dict[str, Any] = {"groups": groups, "areas": areas, "ignore_columns": ignore_columns}
    tables = [
        read_admissions(admissions, small_numbers=small_numbers, **shared),
        population if isinstance(population, CheckedTable) else read_population(population, **shared),
        *([] if need is None else [read_need(need, **shared)]),
    ]
    refuse_absent(ignore_columns, (column for table in tables for column in table.columns))
    return make_cells(
        *tables[:2],
        need=None if need is None else tables[2],
        rates=None if ages.rates is None else read_rates(ages.rates),
        not_offered=None if not_offered is None else read_not_offered(not_offered),
        groups=groups,
        small_numbers=small_numbers,
        ages=ages,
        periods=periods,
    )


@refuses_other_types
def make_cells(
    admissions: CheckedTable,
    population: CheckedTable,
    *,
    need: CheckedTable | None = None,
    rates: CheckedTable | None = None,
    not_offered: CheckedTable | None = None,
    groups: Groups = Deprivation(),
    small_numbers: SmallNumbers | SmallNumberRule | str = SmallNumbers(),
    ages: Ages = Ages(),
    periods: PeriodUse | CellTime = "years",
) -> xr.Dataset:
    """Join checked tables into cells, and check each table against the others.

    Parameters
    ----------
    admissions, population, need, rates, not_offered
        Tables that keep the contract.
    groups
        As for `read_cells`, of the groups that the tables have.
    small_numbers
        What an absent row means; the rule is that of the admissions.
    ages
        Whether age bands are modelled separately and reference rates are drawn.
    periods
        As for `read_cells`.

    Returns
    -------
    xarray.Dataset
        ``admissions`` (counts; missing where not known), where any are hidden
        ``admissions_low`` and ``admissions_high`` (what they may be), ``expected_admissions`` (by
        ``adjustment``: population, age_sex, need), ``population`` (person-years), ``offered``
        (whether the cell exists), and ``need_ratio`` and ``need_ratio_se`` where they were given,
        over ``ics, deprivation, procedure``. For deprivation, the national ridit is the coordinate
        ``position``; other groups are along the same dimension, the reference group last, and the
        attributes ``group, group_kind, reference_group`` say what they are. The log is `data_log`.
        Several periods are a last dimension ``period`` of all but ``offered`` and ``position``, with
        the coordinates ``year`` (the middle of each) and ``period_years`` (its length); expected
        admissions are then at the national rates of each period.
        With age bands the cells carry those of the bands, which `by_band` gives; with drawn rates,
        ``rate_error`` is the log of drawn over stated expected admissions, by ``rate_draw``.

    Raises
    ------
    EquityDataError
        When any rule of the contract is broken.
    OptionError
        When an option has no meaning, does not go with the groups of the tables, or has nothing to act on.

    Examples
    --------
    >>> rows = pd.DataFrame({"ics": "E54000055", "deprivation": [1, 2], "procedure": "hernia",
    ...                      "admissions": [30, 20], "population": [50_000, 50_000]})
    >>> cells = make_cells(read_admissions(rows.drop(columns="population")),
    ...                    read_population(rows.drop(columns=["procedure", "admissions"])))
    >>> cells["expected_admissions"].sel(adjustment="population").values.ravel()
    array([25., 25.])
    """
    time = CellTime.of(periods)
    log = DataLog("cells", group=admissions.group)
    given = CellTables(admissions, population, need, rates, not_offered)
    groups = with_index(groups, given, log)
    group = find_group(given, groups, log)
    log.raise_errors()
    tables, footprint = match_areas(given, log)
    tables = one_spelling(tables, time, log)
    plan = plan_periods(tables, time, log)
    _refuse_crossed(group, plan, ages)
    strata = _lay_out(read_not_applicable(tables, log), SmallNumbers.of(small_numbers).absent, ages, (plan, time), log)
    totals = _checked_totals(strata, tables, plan, (group, groups), log)
    ratio = None if tables.need is None else lay_out_need(in_periods(tables.need, plan), totals[HIGH], log)
    _check_rate_error(strata)
    cells = assemble(strata, ratio, log, bands=int(not ages.apart))
    check_counts(totals, strata.persons, cells["expected_admissions"], strata.offered, log)
    bands = stratum_sets(strata.bounds, ages, log) if ages.apart else {}
    if ages.apart:
        cells = add_bands(cells, strata, ratio, bands, log)
    log.raise_errors()
    if ratio is not None:
        cells = cells.assign({name: array.where(strata.offered) for name, array in ratio.items()})
    facts = CellFacts(
        group,
        deprivation_index=(groups if isinstance(groups, Deprivation) else groups.within).index_name,
        age_bands=tuple(bands),
        rate_error=ages.rate_error if RATE_ERROR in cells else None,
        periods=plan.labels,
        footprint=footprint,
    )
    return label_cells(plan.label_time(cells), tables, facts, log)


@refuses_other_types
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
    return findings_frame(CellFacts.of(cells).findings)


def headline_expected(cells: xr.Dataset) -> xr.DataArray:
    """Give expected admissions with the fullest adjustment the tables allow, in admissions.

    Parameters
    ----------
    cells
        From `read_cells`.

    Returns
    -------
    xarray.DataArray
        In admissions; dims ``ics, deprivation, procedure``, and ``period`` if there are several.

    Examples
    --------
    >>> cells = xr.Dataset({"expected_admissions": ("adjustment", [1.0, 2.0])},
    ...                    {"adjustment": ["population", "age_sex"]})
    >>> float(headline_expected(cells))
    2.0
    """
    return cells["expected_admissions"].isel(adjustment=-1)


def _checked_totals(
    strata: Strata, tables: CellTables, plan: PeriodPlan, asked: tuple[Group, Groups], log: DataLog
) -> xr.Dataset:
    """Add strata up, and hold them against the world: where people live, ages of need, rates, and hidden counts."""
    group, groups = asked
    check_direction(strata.persons, groups, log)
    if tables.need is not None:
        check_age_of_need(strata.persons, group, log)
    totals = add_up_strata(strata.bounds, strata.offered)
    check_rates(totals, strata.persons, strata.offered, tables.population.units.most_admissions, log)
    check_strata(strata.bounds[LOW], strata.persons, tables.population.units.most_admissions, log)
    check_known(totals, strata.offered, log)
    check_hidden(strata.bounds.where(strata.offered), strata.persons, tables.admissions.rule, plan.parts(), log)
    log.raise_errors()
    return totals


def _lay_out(tables: CellTables, absent: Absent, ages: Ages, when: tuple[PeriodPlan, CellTime], log: DataLog) -> Strata:
    """Bring admissions and population to the strata they share, and lay out what is known of each cell."""
    plan, time = when
    rows, rates = tables.admissions.frame, tables.rates
    between = absent_row(rows["admissions"], tables.admissions.rule, absent, log)
    given = None if rates is None else rates.frame
    living = in_person_years(tables.population, tables.admissions, log, time)
    counts, people = align_strata(rows, living, given, absent, between, plan, log)
    log.raise_errors()
    check_keys(counts, people, absent, log)
    check_person_years(people, plan.covers, log)
    log.raise_errors()
    persons = plan.over_time(to_array(people, ["population"], (ICS, DEPRIVATION))["population"])
    offered = lay_out_offered(counts, persons, tables.not_offered, log)
    parts = plan.parts()
    whole = (between[0] * parts, between[1] * parts)
    bounds = lay_out_bounds(counts, persons, offered, absent, whole, log)
    log.raise_errors()
    return Strata(bounds, persons, offered, rates, ages.rate_error)


def _refuse_crossed(group: Group, plan: PeriodPlan, ages: Ages) -> None:
    """Refuse what cannot be done yet with groups within groups: years, and age bands by themselves."""
    if len(plan.years) > 1:
        refuse_crossed(group, "several years", "give the tables of one, or add them up with periods='add_up'")
    if ages.apart:
        refuse_crossed(group, "age bands modelled separately", "leave age_bands out")


def _check_rate_error(strata: Strata) -> None:
    """Refuse draws of reference rates that are not estimated here."""
    if strata.rate_error is not None and (strata.rates is not None or set(strata.bounds.dims) <= {*CELL_DIMS, PERIOD}):
        raise OptionError(
            "rate_error was asked for, but reference rates are not estimated from these admissions: they have no age "
            "or sex, or the rates come from elsewhere; leave rate_error out"
        )
