"""A plan lodged before any result: everything declared, and what could be found, in a file with a hash."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import xarray as xr

from equitymodel import __version__
from equitymodel.argument_types import refuses_other_types
from equitymodel.spec.asked_of import refuse_unanswerable
from equitymodel.spec.interruption import Interruption
from equitymodel.spec.library import choose_series_model
from equitymodel.spec.lodged_plan import LodgedPlan
from equitymodel.spec.series_model import SeriesModel
from equitymodel.studies.declaration import Asked, declaration, plain
from equitymodel.studies.detectable_change import MONTHS_SHOWN, TimeToKnow
from equitymodel.studies.planning import time_to_know


@refuses_other_types
def lodge_plan(
    series: xr.Dataset,
    plan: Interruption,
    path: Path | str,
    *,
    seed: int,
    model: SeriesModel | str | Path | None = None,
    placebo: bool = False,
    options: Mapping[str, Any] | None = None,
) -> LodgedPlan:
    """Lodge a plan before any result: a file with everything declared, what could be found, a hash and the time.

    Parameters
    ----------
    series
        From `read_series`. Of the data only those before the start are used and hashed.
    plan, model, seed
        As for `evaluate`.
    path
        The file to write, such as ``plan.json``.
    placebo
        Whether `evaluate` will be given another outcome that the interruption cannot have changed.
    options
        Options of the command line, by section.

    Returns
    -------
    LodgedPlan
        For `write_evaluation`. Publish its ``sha256`` where a date is kept by others.

    Raises
    ------
    OutputError
        When there is a file of that name already.
    SpecError
        When the series cannot be asked this.

    Examples
    --------
    >>> from tempfile import TemporaryDirectory
    >>> from equitymodel.simulate import Sizes, simulate_series
    >>> from equitymodel.spec.lodged_plan import read_lodged_plan
    >>> series, truth = simulate_series(Sizes(periods=34, before=20), seed=1)
    >>> with TemporaryDirectory() as folder:
    ...     lodged = lodge_plan(series, truth.plan, Path(folder) / "plan.json", seed=1)
    ...     read_lodged_plan(lodged.path).sha256 == lodged.sha256
    True
    """
    refuse_unanswerable(series, plan)
    chosen = choose_series_model(plan, model)
    known = time_to_know(series, plan, model=chosen, seed=seed)
    lodged = LodgedPlan(
        declaration(series, Asked(plan, chosen, seed, placebo, options)),
        _found(known),
        dt.datetime.now(dt.UTC).isoformat(timespec="seconds"),
        __version__,
        Path(path),
    )
    lodged.write()
    return lodged


def _found(known: TimeToKnow) -> dict[str, Any]:
    """Give what could be found in plain types."""
    shown = known.table[known.table["months_after"].isin(MONTHS_SHOWN)]
    columns = ["measure", "model", "months_after", "minimum_detectable_effect", "power"]
    tables = {"minimum_detectable_effects": shown[columns], "noise": known.noise, "months_needed": known.needed}
    return {name: plain(table.to_dict("records")) for name, table in tables.items()}
