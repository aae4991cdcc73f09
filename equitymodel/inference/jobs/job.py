"""A job as a value: what to call, with what, under which name."""

from __future__ import annotations

import importlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from operator import attrgetter
from typing import Any

import xarray as xr

from equitymodel.errors import OptionError
from equitymodel.inference.jobs.memory import estimate_cells_memory, estimate_series_memory, kept_draws
from equitymodel.spec.interruption import Interruption
from equitymodel.spec.library import choose_model
from equitymodel.spec.model_spec import ModelSpec
from equitymodel.spec.series_model import SeriesModel

CELLS_FIT = "equitymodel.inference.fit_model:fit_model"
SERIES_FIT = "equitymodel.inference.series.fit_interruption:fit_interruption"


@dataclass(frozen=True)
class Job:
    """One of many computations: it can go to another process, and be known again after a break.

    Attributes
    ----------
    name
        What results are kept under; no two jobs of a run have the same.
    call
        A function that can be imported, or where it is: ``package.module:function``.
    arguments
        By name; values that describe themselves (numbers, text, tables, datasets, specifications).
    memory
        How many bytes it will take at most, if known; fewer run at once where memory is short.

    Raises
    ------
    OptionError
        When the function cannot be found again by its name, as a lambda cannot.

    Examples
    --------
    >>> job = Job("mean of two", "statistics:fmean", {"data": [1.0, 2.0]})
    >>> job, job.run()
    (Job('mean of two': statistics:fmean), 1.5)
    """

    name: str
    call: Callable[..., Any] | str
    arguments: Mapping[str, Any] = field(default_factory=dict)
    memory: int = 0

    def __post_init__(self) -> None:
        """Hold that the function is found by its name."""
        object.__setattr__(self, "call", _address(self.call))

    @property
    def address(self) -> str:
        """Where the function is: ``package.module:function``."""
        return str(self.call)

    def run(self) -> Any:
        """Call the function with its arguments."""
        return _find(self.address)(**self.arguments)

    def __repr__(self) -> str:
        """Say its name and what it calls."""
        return f"Job({self.name!r}: {self.address})"


def _address(call: Callable[..., Any] | str) -> str:
    """Say where a function is, and hold that it is there."""
    address = (
        call if isinstance(call, str) else f"{call.__module__}:{getattr(call, '__qualname__', type(call).__name__)}"
    )
    if isinstance(call, str):
        _find(call)
    elif "<" in address or _find(address) is not call:
        raise OptionError(
            f"'{address}' cannot be found by its name, so that no other process could call it; "
            "give a function of a module, and its options as arguments of the job"
        )
    return address


def _find(address: str) -> Callable[..., Any]:
    """Import a function by its address."""
    module, _, name = address.partition(":")
    try:
        return attrgetter(name)(importlib.import_module(module))
    except (ImportError, AttributeError, ValueError) as error:
        raise OptionError(f"there is no function '{address}'; write it as package.module:function") from error


def cells_job(
    name: str, spec: ModelSpec | str, cells: xr.Dataset, *, seed: int, call: Callable[..., Any] | str = CELLS_FIT,
    **options: Any,
) -> Job:  # fmt: skip
    """Make the job of fitting a model to cells.

    Parameters
    ----------
    name
        Of the job.
    spec, cells, seed, options
        As for `fit_model`.
    call
        What fits and gives something else than the fit, with the same arguments.

    Returns
    -------
    Job
        With the memory that it will take.

    Examples
    --------
    >>> from equitymodel.simulate.simulated_cells import simulate_cells
    >>> cells, _ = simulate_cells(areas=4, procedures=1, seed=1)
    >>> cells_job("one", "gap_by_procedure", cells, seed=1, engine="laplace")
    Job('one': equitymodel.inference.fit_model:fit_model)
    """
    arguments = {"spec": choose_model(spec), "cells": cells, "seed": seed, **options}
    memory = estimate_cells_memory(cells, kept_draws(options.get("laplace"), options.get("sampling")))
    return Job(name, call, arguments, memory)


def series_job(
    name: str, series: xr.Dataset, plan: Interruption, model: SeriesModel | None = None, *, seed: int,
    draws: int | None = None, call: Callable[..., Any] | str = SERIES_FIT,
) -> Job:  # fmt: skip
    """Make the job of fitting an interruption to series.

    Parameters
    ----------
    name
        Of the job.
    series, plan, model, seed, draws
        As for `fit_interruption`.
    call
        As for `cells_job`.

    Returns
    -------
    Job
        With the memory that it will take.

    Examples
    --------
    >>> from equitymodel.simulate import simulate_series
    >>> series, truth = simulate_series(seed=1)
    >>> series_job("one", series, truth.plan, seed=1)
    Job('one': equitymodel.inference.series.fit_interruption:fit_interruption)
    """
    arguments = {"series": series, "plan": plan, "model": model, "seed": seed, "draws": draws}
    return Job(name, call, arguments, estimate_series_memory(series, draws))
