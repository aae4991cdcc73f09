"""Need and admissions in one model, full Bayes: true need is latent, and admissions may update it.

Each ICS, deprivation group and procedure has a latent log need, of which the need table is a measurement
with a normal error of known standard error. The cut (`need_error`) draws from the same model; here the
counts inform need, too. Under-recording stays cut: it is not identified by these data, and admissions
would only pull it to where it closes the gap.
"""

from __future__ import annotations

import json
from dataclasses import asdict, replace

import xarray as xr

from equitymodel.inference.grouped.effect_shapes import refuse_need_of_years
from equitymodel.inference.grouped.need_error import (
    TYPICAL,
    CellsSampler,
    NeedError,
    draw_under_recording,
    error_job,
    log_reported_need,
    pool_fits,
    refuse_without_error,
    with_need_error,
)
from equitymodel.inference.grouped.predict import NEED_ERROR
from equitymodel.inference.jobs.executors import Executor, ExecutorName
from equitymodel.inference.jobs.run_fits import run_fits
from equitymodel.inference.progress import Progress
from equitymodel.spec.effect import Effect
from equitymodel.spec.model_spec import ModelSpec
from equitymodel.spec.prior import Prior
from equitymodel.vocabulary import ICS, PROCEDURE

FLAT = Prior("normal", sd=30.0)
"""A diffuse prior on the log scale, so that only the need table informs need."""
GROUP = Effect("need_of_group", (PROCEDURE,), "true_need", "log need of a deprivation group", prior=FLAT)
PLACE = Effect("need_of_place", (ICS, PROCEDURE), "true_need", "how far the need of a place lies from its group's",
               spread=Prior("half_normal", sd=TYPICAL), spread_over=(PROCEDURE,))  # fmt: skip
EACH = Effect("need_of_cell", (ICS, PROCEDURE), "true_need", "log need, informed by the need table alone", prior=FLAT)
NEED_EFFECTS = {"classical": (GROUP, PLACE), "berkson": (EACH,)}
"""Classical error: true need varies around the mean of its group. Berkson error: it has no structure of its own."""


def with_true_need(spec: ModelSpec, error: NeedError) -> ModelSpec:
    """Add latent true need to a model, which admissions follow.

    Parameters
    ----------
    spec
        The model of use, given need.
    error
        The measurement error model of need.

    Returns
    -------
    ModelSpec
        The same with effects of true need; for cells from `without_reported_need`.

    Examples
    --------
    >>> from equitymodel.spec.library import load_model
    >>> with_true_need(load_model(), NeedError("classical")).effects[-1].kind
    'true_need'
    """
    return replace(spec, effects=(*spec.effects, *NEED_EFFECTS[error.kind]))


def without_reported_need(cells: xr.Dataset) -> xr.Dataset:
    """Make cells whose fullest expected admissions leave need to the model.

    Raises
    ------
    EquityModelError
        When the cells have no need, or its standard errors are lacking; when they have years.
    """
    refuse_need_of_years(cells)
    refuse_without_error(cells)
    return with_need_error(cells, -log_reported_need(cells))


def sample_with_feedback(
    sample: CellsSampler,
    spec: ModelSpec,
    cells: xr.Dataset,
    error: NeedError,
    *,
    seed: int,
    progress: Progress,
    executor: ExecutorName | Executor | None = "serial",
) -> xr.DataTree:
    """Draw need and use from one joint posterior, for each draw of under-recording.

    Parameters
    ----------
    sample
        Makes draws of the model from `with_true_need`, for cells and a seed.
    spec
        That model.
    cells
        From `read_cells`, with need and its standard errors.
    error
        The measurement error model of need.
    seed
        Seed of the draws of under-recording; fits get the ones that follow.
    progress
        Called with what is being done and the share of it that is done.
    executor
        Who fits; see `run_fits`.

    Returns
    -------
    xarray.DataTree
        As one fit gives, with ``need_error`` among the draws.
    """
    own, recorded = without_reported_need(cells), draw_under_recording(cells, error, error.fits, seed=seed)
    shifts = [recorded.isel(draw=number) for number in range(error.fits)]
    jobs = [
        error_job(f"fitting need and use together, draw {number + 1}", sample, own, shift, seed + number)
        for number, shift in enumerate(shifts)
    ]
    trees = run_fits(jobs, executor=executor, progress=progress)
    away = [
        _true_need(spec, tree["posterior"].to_dataset(), cells) - log_reported_need(cells) + shift
        for tree, shift in zip(trees, shifts, strict=True)
    ]
    known = cells["need_ratio"].notnull()
    errors = [each.where(known, 0.0).to_dataset(name=NEED_ERROR) for each in away]
    return pool_fits(trees, errors, **{NEED_ERROR: json.dumps(asdict(error))})


def _true_need(spec: ModelSpec, draws: xr.Dataset, cells: xr.Dataset) -> xr.DataArray:
    """Add the effects of true need up; log scale."""
    own = [effect for effect in spec.for_sizes(cells.sizes).effects if effect.form.measured]
    return sum((draws[effect.variable] for effect in own[1:]), draws[own[0].variable])
