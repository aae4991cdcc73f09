"""Fit a pathway: every stage by itself, as who passes depends on no other passage once the counts before are known."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import xarray as xr

from equitymodel.argument_types import refuses_other_types
from equitymodel.data.cells.cell_facts import CellFacts
from equitymodel.errors import SpecError
from equitymodel.inference.diagnosis import Check, Diagnosis
from equitymodel.inference.grouped.predict import draw_ratios
from equitymodel.inference.grouped.sample_laplace import sample_laplace
from equitymodel.inference.jobs.executors import Executor, ExecutorName
from equitymodel.inference.jobs.job import Job
from equitymodel.inference.jobs.run_fits import run_fits
from equitymodel.inference.laplace.laplace_checks import CheckedModel, check_laplace
from equitymodel.inference.laplace.settings import Laplace
from equitymodel.inference.passages.passage_cells import cells_of_stage, log_rate
from equitymodel.inference.passages.stage_profile import StageProfile
from equitymodel.inference.progress import Progress
from equitymodel.spec.library import choose_model
from equitymodel.spec.model_spec import BINOMIAL, ModelSpec
from equitymodel.vocabulary import PERIOD, SAMPLE_DIMS, STAGE, cell_dims

MODEL, GROUP_MODEL = "passages", "passages_by_group"
"""The models of a passage: of groups in order, and of groups without."""
CHECKED = CheckedModel(
    "ICS and procedure", "groups fitted below 1 person", "way out: add periods or small procedures up"
)


@refuses_other_types
def fit_stages(
    stages: xr.Dataset,
    *,
    seed: int,
    model: ModelSpec | str | Path | None = None,
    laplace: Laplace | None = None,
    progress: Progress | None = None,
    executor: ExecutorName | Executor | None = "serial",
) -> StageProfile:
    """Fit what passes from stage to stage of a pathway, by ICS, group and procedure.

    Parameters
    ----------
    stages
        From `read_stages`.
    seed
        Required, and recorded.
    model
        A model of passages; by default ``passages``, or ``passages_by_group`` for groups without an order.
    laplace
        How carefully to integrate and how much to draw.
    progress
        Called with what is being done and the share of it that is done.
    executor
        Who fits the stages; see `run_fits`.

    Returns
    -------
    StageProfile
        Draws of every passage, and the diagnosis of all fits.

    Raises
    ------
    SpecError
        When the model is not one of passages, or needs groups in order and these have none.
    OptionError
        When a stage has no known count.

    Notes
    -----
    Of linked records a passage is binomial given the count before; stages that are counted apart are Poisson given the
    people at the first, and a passage is the ratio of two of them. Either has effects of ICSs and groups, with
    variation beyond chance. What is given is what lasts: of one period the data cannot tell it from what is of that
    period alone, and the model's prior of the share that lasts decides. Every period is fitted by itself.

    References
    ----------
    Mare RD (1980) Social background and school continuation decisions. JASA 75:295. doi:10.2307/2287448

    Examples
    --------
    >>> from equitymodel.simulate.simulated_stages import example_stages
    >>> from equitymodel.data.stages.read_stages import read_stages
    >>> fit_stages(read_stages(example_stages(areas=4)), seed=1)
    <Profile of 6 stages, 4 ics x 5 deprivation x 2 procedure, seed 1: PASS>
    """
    spec = _choose(model, stages)
    jobs = [
        Job(_name(stage, period), fit_stage, {"spec": spec, "stages": one, "stage": stage, "number": number,
                                              "seed": seed, "laplace": laplace})
        for period, one in _by_period(stages)
        for number, stage in enumerate(map(str, stages[STAGE].values[1:]))
    ]  # fmt: skip
    found = run_fits(jobs, executor=executor, progress=progress)
    checks = [
        [replace(check, name=f"{job.name}: {check.name}")
         for check in check_laplace(tree["sample_stats"].to_dataset(), CHECKED)]
        for job, tree in zip(jobs, found, strict=True)
    ]  # fmt: skip
    need, log_passage = _join(stages, found, seed)
    return StageProfile(stages, need, log_passage, spec, Diagnosis(_worst(checks)), seed)


def _choose(model: ModelSpec | str | Path | None, stages: xr.Dataset) -> ModelSpec:
    """Choose the model that goes with the groups, and refuse one that is not of passages."""
    spec = choose_model(model or (MODEL if CellFacts.of(stages).group.ordered else GROUP_MODEL))
    if spec.likelihood != BINOMIAL:
        raise SpecError(f"{spec.name} is no model of passages: its likelihood is {spec.likelihood}, not {BINOMIAL}")
    return spec


def _name(stage: str, period: str) -> str:
    return f"{stage}, {period}" if period else stage


def _by_period(stages: xr.Dataset) -> list[tuple[str, xr.Dataset]]:
    if PERIOD not in stages.dims:
        return [("", stages)]
    return [(str(label), stages.sel({PERIOD: label}, drop=True)) for label in stages[PERIOD].values]


def fit_stage(
    spec: ModelSpec, stages: xr.Dataset, stage: str, *, number: int, seed: int, laplace: Laplace | None = None
) -> xr.DataTree:
    """Fit one stage: draws of its log passage of linked records, or of its log rate per person at the first stage.

    Parameters
    ----------
    spec, stages, stage, seed, laplace
        As for `fit_stages`, of one period.
    number
        Which stage it is: each has random numbers of its own.

    Returns
    -------
    xarray.DataTree
        ``posterior`` with ``log_rate``, in random order, so that draws of stages can be put side by side; and
        ``sample_stats``.
    """
    cells = cells_of_stage(stages, stage)
    linked = bool(stages["linked"].sel({STAGE: stage}))
    own = spec if linked else replace(spec, likelihood="poisson")
    rng = np.random.default_rng([seed, number])
    tree = sample_laplace(own, cells, settings=laplace, seed=int(rng.integers(2**31)))
    ratio = draw_ratios(own, tree["posterior"].to_dataset(), cells)
    rate = _shuffled(log_rate(cells, np.log(ratio), stages, stage), rng)
    posterior = xr.Dataset({"log_rate": rate.drop_vars("adjustment", errors="ignore").astype("float32")})
    return xr.DataTree.from_dict({"/posterior": posterior, "/sample_stats": tree["sample_stats"].to_dataset()})


def _shuffled(draws: xr.DataArray, rng: np.random.Generator) -> xr.DataArray:
    """Put draws into random order, as they come by their hyperparameters."""
    ordered = draws.transpose(*SAMPLE_DIMS, ...)
    flat = ordered.values.reshape(-1, *ordered.shape[2:])
    return ordered.copy(data=flat[rng.permutation(len(flat))].reshape(ordered.shape))


def _join(stages: xr.Dataset, found: Sequence[Any], seed: int) -> tuple[xr.DataArray, xr.DataArray]:
    """Join the stages of each period, then the periods."""
    periods, count = _by_period(stages), stages.sizes[STAGE] - 1
    parts = [
        _passages(one, [tree["posterior"]["log_rate"] for tree in found[at * count : (at + 1) * count]], (seed, at))
        for at, (_, one) in enumerate(periods)
    ]
    if PERIOD not in stages.dims:
        return parts[0]
    needs, passages = ([part[which] for part in parts] for which in (0, 1))
    joined = xr.concat(passages, stages[PERIOD])
    return xr.concat(needs, stages[PERIOD]), joined.transpose(*parts[0][1].dims, PERIOD)


def _passages(
    stages: xr.Dataset, rates: Sequence[xr.DataArray], seeds: tuple[int, int]
) -> tuple[xr.DataArray, xr.DataArray]:
    """Turn rates of stages into passages; what is not known of the first stage is drawn."""
    need, away = _draw_first(stages, rates[0], np.random.default_rng([*seeds, 99]))
    names, linked = stages[STAGE].values[1:], stages["linked"].values[1:]
    passages, reached = [], away
    for own, joined in zip(rates, linked, strict=True):
        passages.append(own if joined else own - reached)
        reached = reached + own if joined else own
    dims = [*SAMPLE_DIMS, *cell_dims(stages.dims), STAGE]
    joined = xr.concat(passages, xr.DataArray(names, dims=STAGE, name=STAGE)).transpose(*dims).rename("log_passage")
    return _in_single_precision(need), _in_single_precision(joined)


def _in_single_precision(values: xr.DataArray) -> xr.DataArray:
    """Give what is kept in files, so that a profile is the same when it is opened again."""
    return values.drop_vars([name for name in values.coords if name not in values.dims]).astype("float32").astype(float)


def _draw_first(
    stages: xr.Dataset, like: xr.DataArray, rng: np.random.Generator
) -> tuple[xr.DataArray, xr.DataArray | float]:
    """Draw the count at the first stage where it has an error: in people, and as the log of it over the middle."""
    first = stages.isel({STAGE: 0}, drop=True).drop_vars(["linked", "lag_months"], errors="ignore")
    low, high, sd = first["count_low"], first["count_high"], first["log_sd"]
    middle = ((low + high) / 2).rename("need")
    counted_apart = _counted_apart(stages)
    if not (counted_apart or bool((low < high).any()) or bool((sd > 0).any())):
        return middle, 0.0
    drawn = (like * 0 + middle).transpose(*like.dims)
    if bool((low < high).any()):
        drawn = drawn + np.floor(drawn.copy(data=rng.random(drawn.shape)) * (high - low + 1)) - (high - low) / 2
    noise = sd * drawn.copy(data=rng.standard_normal(drawn.shape))
    if counted_apart:
        shape = drawn.fillna(0.0) + 0.5
        noise = noise + np.log(shape.copy(data=rng.gamma(shape.values))) - np.log(drawn.where(drawn > 0))
    need = (drawn * np.exp(noise.fillna(0.0))).transpose(*like.dims).rename("need")
    return need, np.log(need.where(need > 0) / middle).fillna(0.0)


def _counted_apart(stages: xr.Dataset) -> bool:
    """Whether the first stage is a count of the table, with chance of its own, that nobody is linked to."""
    return str(stages[STAGE].values[0]) not in ("need", "population") and not bool(stages["linked"].values[1])


def _worst(by_job: Sequence[Sequence[Check]]) -> tuple[Check, ...]:
    """Keep what did not pass, or the checks of the first fit where all did, so that a diagnosis can be read."""
    doubtful = tuple(check for checks in by_job for check in checks if check.verdict != "PASS")
    return doubtful or tuple(by_job[0])
