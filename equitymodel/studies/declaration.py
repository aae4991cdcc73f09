"""Everything that an evaluation declares, in plain types: what a lodged plan holds, and what a run is held against."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
import xarray as xr

from equitymodel.data.series.series_facts import SeriesFacts
from equitymodel.estimands.guards import rule_settings
from equitymodel.estimands.least_months import least_months
from equitymodel.spec.as_record import plan_record
from equitymodel.spec.interruption import Interruption
from equitymodel.spec.series_model import SeriesModel
from equitymodel.studies.evaluation import Evaluation
from equitymodel.vocabulary import CELL_DIMS, PERIOD


@dataclass(frozen=True)
class Asked:
    """What an evaluation is made of, but for the data.

    Attributes
    ----------
    plan, model, seed
        As for `evaluate`.
    placebo
        Whether another outcome is given that the interruption cannot have changed.
    options
        Options of the command line, by section; empty from Python.
    """

    plan: Interruption
    model: SeriesModel
    seed: int
    placebo: bool = False
    options: Mapping[str, Any] | None = None


def declaration(series: xr.Dataset, asked: Asked) -> dict[str, Any]:
    """Write down everything declared, and of the data only what was before the start.

    Parameters
    ----------
    series
        From `read_series`.
    asked
        What is made of it.

    Returns
    -------
    dict
        Ready for JSON: ``interruption, model, rule, seed, placebo_outcome, read, data_before``, and
        ``options`` where there are any.
    """
    plan, model, least = asked.plan, asked.model, least_months(series)
    rule = rule_settings() | {"threshold": plan.threshold, "months_before": least.before, "months_after": least.after}
    interruption = plan_record(plan) | {"date": str(plan.start), "ends": plan.ended_on and str(plan.ended_on)}
    found = {
        "interruption": interruption,
        "model": {"name": model.name, "sha256": model.sha256, "text": str(model).splitlines()},
        "rule": rule,
        "seed": asked.seed,
        "placebo_outcome": asked.placebo,
        "read": read_as(series),
        "data_before": data_before(series, plan),
    }
    written: dict[str, Any] = plain(found | ({"options": dict(asked.options)} if asked.options else {}))
    return written


def declaration_of(result: Evaluation, options: Mapping[str, Any] | None = None) -> dict[str, Any]:
    """Write down what an evaluation was run with, as `declaration`."""
    placebo = "placebo" in result.fits.all()
    return declaration(result.series, Asked(result.plan, result.model, result.seed, placebo, options))


def data_hash(series: xr.Dataset) -> str:
    """Give the SHA-256 of what a series holds by period, and of its labels.

    Examples
    --------
    >>> from equitymodel.simulate import simulate_series
    >>> series, _ = simulate_series(seed=1)
    >>> data_hash(series) == data_hash(series.copy(deep=True))
    True
    """
    found = hashlib.sha256()
    for dim in (PERIOD, *CELL_DIMS):
        found.update("\n".join(str(label) for label in series[dim].values).encode())
    for name in sorted(str(name) for name, values in series.data_vars.items() if PERIOD in values.dims):
        values = series[name].transpose(PERIOD, ...).values
        text = values.astype(str) if values.dtype.kind in "OUT" else values.astype(np.float64)
        found.update(name.encode() + b"\n" + ("\n".join(text.ravel()).encode() if text.dtype.kind in "OUT" else
                                              np.round(text, 9).astype("<f8").tobytes()))  # fmt: skip
    return found.hexdigest()


def plain(value: Any) -> Any:
    """Give a value in the plain types that JSON has; numbers that are none are left empty."""
    if isinstance(value, Mapping):
        return {str(key): plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [plain(item) for item in value]
    value = value.item() if isinstance(value, np.generic) else value
    return None if isinstance(value, float) and not np.isfinite(value) else value


def read_as(series: xr.Dataset) -> dict[str, Any]:
    """Say how a series was read, and its labels.

    Examples
    --------
    >>> from equitymodel.simulate import simulate_series
    >>> {"frequency", "days", "exposure", "ics"} <= set(read_as(simulate_series(seed=1)[0]))
    True
    """
    facts = SeriesFacts.of(series)
    masked = [{"id": item.id, "start": item.start, "end": item.end} for item in facts.breaks if item.masked]
    covariates = [str(name) for name in series["covariate"].values] if "covariate" in series.coords else []
    return {
        "frequency": str(facts.frequency),
        "days": facts.days,
        "exposure": facts.exposure,
        "deprivation_index": facts.deprivation_index,
        "breaks_masked": masked,
        "covariates": covariates,
        **{dim: [str(label) for label in series[dim].values] for dim in CELL_DIMS},
    }


def data_before(series: xr.Dataset, plan: Interruption) -> dict[str, Any]:
    """Say which periods a series has before the first start, and give the hash of their data.

    Examples
    --------
    >>> from equitymodel.simulate import Sizes, simulate_series
    >>> series, truth = simulate_series(Sizes(periods=60, before=36), seed=1)
    >>> data_before(series, truth.plan)["periods"]
    36
    """
    early = series.isel({PERIOD: series[PERIOD].values < np.datetime64(plan.first_start)})
    first, last = (str(pd.Timestamp(series[PERIOD].values[at]).date()) for at in (0, -1))
    return {"first_period": first, "last_period_seen": last, "periods": early.sizes[PERIOD],
            "sha256": data_hash(early)}  # fmt: skip
