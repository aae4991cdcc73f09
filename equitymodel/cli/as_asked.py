"""Tables read as the options ask: the one place where options become arguments of the readers."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from equitymodel.cli.carried_areas import area_check, on_asked_areas
from equitymodel.cli.choices import Choices
from equitymodel.cli.sent_tables import sent_table, sent_tables

if TYPE_CHECKING:
    import xarray as xr

    from equitymodel.data.cells.rate_error import RateError
    from equitymodel.data.tables.checked_table import CheckedTable
    from equitymodel.data.tables.deprivation import Deprivation
    from equitymodel.data.tables.groups import Group

ON_AREAS = ("admissions", "population", "need")
"""Tables that are put on other areas where that is asked; those of areas without numbers are given on the new ones."""


def read_cells_as_asked(choices: Choices) -> xr.Dataset:
    """Read admissions, population and what else was given into cells, with what is known of areas and costs.

    Raises
    ------
    EquityDataError
        When any rule of the contract is broken.
    """
    cells, costs = _with_areas_known(_read_cells(choices), choices), _unit_costs(choices)
    if costs is None:
        return cells
    from equitymodel.data.cells.unit_costs import with_unit_costs

    return with_unit_costs(cells, costs)


def unit_costs_as_asked(choices: Choices) -> dict[str, float] | None:
    """Read unit costs by procedure; none where no table of them was given.

    Raises
    ------
    EquityDataError
        When any rule of the contract is broken.
    """
    from equitymodel.data.cells.unit_costs import cost_by_procedure

    costs = _unit_costs(choices)
    return None if costs is None else cost_by_procedure(costs)


def _with_areas_known(cells: xr.Dataset, choices: Choices) -> xr.Dataset:
    """Let cells carry covariates of areas, and which are neighbours, where tables of them were given."""
    tables = sent_tables(choices)
    if "covariates" in tables:
        from equitymodel.data.cells.area_covariates import with_covariates

        cells = with_covariates(cells, tables["covariates"], groups=_groups(choices), areas=area_check(choices))
    if "neighbours" in tables:
        from equitymodel.data.cells.area_neighbours import with_neighbours

        cells = with_neighbours(cells, tables["neighbours"])
    return cells


def _unit_costs(choices: Choices) -> CheckedTable | None:
    from equitymodel.data.cells.unit_costs import read_unit_costs

    table = sent_tables(choices).get("unit_costs")
    return None if table is None else read_unit_costs(table)


def _read_cells(choices: Choices) -> xr.Dataset:
    """Read admissions, population and what else was given into cells."""
    from equitymodel.data.cells.bands import Ages
    from equitymodel.data.cells.cell_periods import CellTime
    from equitymodel.data.cells.read_cells import read_cells
    from equitymodel.data.tables.read_tables import read_population
    from equitymodel.data.tables.suppression import SmallNumbers

    tables = {name: on_asked_areas(choices, sent) if name in ON_AREAS else sent
              for name, sent in sent_tables(choices).items()}  # fmt: skip
    bands = choices["age_bands"]
    ages = Ages(
        bands == "auto" if bands in (None, "auto") else bands,
        choices["sexes_apart"],
        _rate_error(choices),
        tables.get("rates"),
    )
    shared: dict[str, Any] = {
        "groups": _groups(choices),
        "areas": area_check(choices),
        "ignore_columns": choices["ignore_column"],
    }
    units = {name: choices[name] for name in ("population_is", "most_admissions")}
    return read_cells(
        tables["admissions"],
        read_population(tables["population"], **units, **shared),
        need=tables.get("need"),
        not_offered=tables.get("not_offered"),
        small_numbers=SmallNumbers(choices["small_numbers"], choices["incomplete"], choices["marker"] or {}),
        ages=ages,
        periods=CellTime(choices["periods"], choices["frequency"], choices["week"], choices["day_first"]),
        **shared,
    )


def read_series_as_asked(source: Path, choices: Choices) -> xr.Dataset:
    """Read a table of counts by period.

    Raises
    ------
    EquityDataError
        When any rule of the contract is broken.
    """
    from equitymodel.data.series.covariates import Covariate
    from equitymodel.data.series.periods import Periods
    from equitymodel.data.series.read_series import read_series
    from equitymodel.data.tables.suppression import SmallNumbers

    return read_series(
        on_asked_areas(choices, sent_table(choices, source)),
        exposure=choices["exposure"],
        periods=Periods(
            frequency=choices["frequency"],
            breaks=None if choices["breaks"] == "none" else choices["breaks"],
            gaps=choices["gaps"],
            days=choices["days"],
            drop_last=choices["drop_last"],
            week=choices["week"],
            day_first=choices["day_first"],
        ),
        groups=_deprivation(choices),
        small_numbers=SmallNumbers(choices["small_numbers"], choices["incomplete"], choices["marker"] or {}),
        areas=area_check(choices),
        ignore_columns=_there(source, choices),
        covariates=[
            *(Covariate(name) for name in choices["covariate"]),
            *(Covariate(name, by_cell=True) for name in choices["covariate_by_cell"]),
        ],
    )


def read_stages_as_asked(choices: Choices) -> xr.Dataset:
    """Read a table of counts by stage.

    Raises
    ------
    EquityDataError
        When any rule of the contract is broken.
    """
    from equitymodel.data.stages.read_stages import read_stages
    from equitymodel.data.tables.suppression import SmallNumbers

    return read_stages(
        on_asked_areas(choices, sent_table(choices, choices["stages"])),
        order=[name.strip() for name in choices["order"].split(",")] if choices["order"] else (),
        start=choices["start_from"],
        linked=None if choices["linked"] is None else choices["linked"] == "yes",
        groups=_groups(choices),
        small_numbers=SmallNumbers(choices["small_numbers"], choices["incomplete"], choices["marker"] or {}),
        areas=area_check(choices),
        ignore_columns=choices["ignore_column"],
    )


def refuse_absent_columns(choices: Choices) -> None:
    """Refuse to leave out a column that none of the tables has, as it was misspelt.

    Raises
    ------
    OptionError
        When there is none of that name.
    """
    if not choices["ignore_column"]:
        return
    from equitymodel.data.tables.checked_table import refuse_absent
    from equitymodel.data.tables.files import load_text_table
    from equitymodel.data.tables.findings import DataLog

    tables = sent_tables(choices).values()
    there = {str(column) for sent in tables for column in load_text_table(sent, DataLog())[0].columns}
    refuse_absent(choices["ignore_column"], there)


def _there(source: Path, choices: Choices) -> tuple[str, ...]:
    """Give the columns to leave out that a series has; of two series, each may have its own."""
    asked: tuple[str, ...] = choices["ignore_column"]
    if not asked or choices.files().get("placebo_series") is None:
        return asked
    from equitymodel.data.tables.files import load_text_table
    from equitymodel.data.tables.findings import DataLog

    there = load_text_table(sent_table(choices, source), DataLog())[0].columns
    return tuple(column for column in asked if column in there)


def _deprivation(choices: Choices) -> Deprivation:
    from equitymodel.data.tables.deprivation import Deprivation

    return Deprivation(
        choices["deprivation_index"], choices["most_deprived"], choices["direction"], choices["quintiles"]
    )


def _groups(choices: Choices) -> Deprivation | Group:
    from equitymodel.data.tables.groups import Group

    if choices["group"].strip().lower() == "deprivation":
        return _deprivation(choices)
    group = Group(choices["group"], choices["reference_group"] or "")
    return replace(group, within=_deprivation(choices)) if group.crossed else group


def _rate_error(choices: Choices) -> RateError | None:
    from equitymodel.data.cells.rate_error import RateError

    return RateError(seed=choices["seed"]) if choices["rate_error"] else None
