"""Tables read as the options ask: the one place where options become arguments of the readers."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from equitymodel.cli.choices import Choices

if TYPE_CHECKING:
    import xarray as xr

    from equitymodel.data.cells.rate_error import RateError


def read_cells_as_asked(choices: Choices) -> xr.Dataset:
    """Read admissions, population and what else was given into cells.

    Raises
    ------
    EquityDataError
        When any rule of the contract is broken.
    """
    from equitymodel.data.cells.read_cells import read_cells

    bands = choices["age_bands"]
    return read_cells(
        choices["admissions"],
        choices["population"],
        need=choices["need"],
        rates=choices["rates"],
        not_offered=choices["not_offered"],
        group=choices["group"],
        reference_group=choices["reference_group"],
        most_deprived=choices["most_deprived"],
        deprivation_index=choices["deprivation_index"],
        incomplete=choices["incomplete"],
        small_numbers=choices["small_numbers"],
        age_bands=bands == "auto" if bands in (None, "auto") else bands,
        sexes_apart=choices["sexes_apart"],
        rate_error=_rate_error(choices),
        areas=choices["areas"],
        ignore_columns=choices["ignore_column"],
    )


def read_series_as_asked(source: Path, choices: Choices) -> xr.Dataset:
    """Read a table of counts by period.

    Raises
    ------
    EquityDataError
        When any rule of the contract is broken.
    """
    from equitymodel.data.series.read_series import read_series

    return read_series(
        source,
        exposure=choices["exposure"],
        frequency=choices["frequency"],
        breaks=None if choices["breaks"] == "none" else choices["breaks"],
        small_numbers=choices["small_numbers"],
        incomplete=choices["incomplete"],
        gaps=choices["gaps"],
        days=choices["days"],
        drop_last=choices["drop_last"],
        most_deprived=choices["most_deprived"],
        deprivation_index=choices["deprivation_index"],
        week=choices["week"],
        day_first=choices["day_first"],
        areas=choices["areas"],
        ignore_columns=choices["ignore_column"],
    )


def _rate_error(choices: Choices) -> RateError | None:
    from equitymodel.data.cells.rate_error import RateError

    return RateError(seed=choices["seed"]) if choices["rate_error"] else None
