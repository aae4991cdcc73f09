"""Measurement error of need: draws of true need given reported need, made before admissions are seen.

By default the posterior of need is *cut*: admissions do not update it, because low use must not be
read as low need. The model is fitted to each draw of need, and the draws of all fits are pooled. The
alternative, with feedback, is `need_feedback`.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Literal, get_args

import numpy as np
import xarray as xr

from equitymodel.argument_types import refuse_other_fields
from equitymodel.data.cells.cell_facts import CellFacts
from equitymodel.errors import EquityModelError, OptionError
from equitymodel.inference.grouped.predict import NEED_ERROR
from equitymodel.inference.jobs.executors import Executor, ExecutorName
from equitymodel.inference.jobs.job import Job
from equitymodel.inference.jobs.memory import estimate_cells_memory
from equitymodel.inference.jobs.run_fits import run_fits
from equitymodel.inference.progress import Progress
from equitymodel.vocabulary import PROCEDURE, SAMPLE_DIMS, cell_dims, group_dim, nearest

ErrorKind = Literal["classical", "berkson"]
CellsSampler = Callable[[xr.Dataset, int], xr.DataTree]
"""Makes draws for cells and a seed."""
KINDS: tuple[ErrorKind, ...] = get_args(ErrorKind)
WIDEST = 1.0
"""Largest standard deviation of true log need within a deprivation group that is considered."""
TYPICAL = 0.3
"""Scale of the half-normal prior of that standard deviation."""


@dataclass(frozen=True)
class NeedError:
    """The measurement error model of need: how reported need may differ from true need.

    Attributes
    ----------
    kind
        ``classical``: reported = true + error, as for disease registers and surveys; true need is
        shrunk towards the mean of its deprivation group. ``berkson``: true = reported + error, as
        for modelled prevalence.
    draws
        How many draws of need to fit to.
    under_recording
        How much less of the need is recorded at the most deprived end than at the least, as a
        log ratio. It is not identified by the data: it is an assumption.
    under_recording_sd
        Standard deviation of the same, where it is itself uncertain.
    feedback
        Whether admissions may update need (full Bayes, one model) or not (cut, the default). Under-recording
        is never updated.
    """

    kind: ErrorKind
    draws: int = 20
    under_recording: float = 0.0
    under_recording_sd: float = 0.0
    feedback: bool = False

    def __post_init__(self) -> None:
        """Check that the words and numbers can mean something.

        Raises
        ------
        OptionError
            When the kind is unknown, there are no draws, or a standard deviation is negative.
        """
        refuse_other_fields(self)
        if self.kind not in KINDS:
            raise OptionError(f"there is no error of kind '{self.kind}'. {nearest(self.kind, KINDS)}")
        if self.draws < 1 or self.under_recording_sd < 0:
            raise OptionError("draws of need are at least 1, and a standard deviation is not negative")

    @property
    def fits(self) -> int:
        """How many fits are pooled: one a draw of what admissions may not update."""
        return 1 if self.feedback and not self.under_recording_sd else self.draws


def draw_need_error(cells: xr.Dataset, error: NeedError, *, seed: int) -> xr.DataArray:
    r"""Draw the measurement error of need in each cell: the log of true over reported need.

    .. math:: \text{classical: } \log n^{obs}_c \sim N(\log n_c, s_c^2),\;
              \log n_c \sim N(m_{qp}, \tau_p^2); \qquad
              \text{berkson: } \log n_c \sim N(\log n^{obs}_c, s_c^2)

    Parameters
    ----------
    cells
        From `read_cells`, with need and its standard errors.
    error
        The measurement error model of need.
    seed
        Seed of the random numbers.

    Returns
    -------
    xarray.DataArray
        Log of true over reported need; dims ``draw, ics, deprivation, procedure``; 0 = as reported.

    Raises
    ------
    EquityModelError
        When the cells have no need, or its standard errors are lacking; when need is to be
        under-recorded and the groups have no order.

    Notes
    -----
    Errors of different cells, and of different years, are taken to be independent. A register that is wrong in the
    same way for a whole ICS, for several procedures, or for years on end, is wrong by more than this says.

    References
    ----------
    Keogh RH et al (2020) STRATOS guidance document on measurement error and misclassification of
    variables in observational epidemiology: part 1. Statistics in Medicine 39:2197.
    doi:10.1002/sim.8532
    Plummer M (2015) Cuts in Bayesian graphical models. Statistics and Computing 25:37.

    Examples
    --------
    >>> from equitymodel.simulate.simulated_cells import simulate_cells
    >>> cells, _ = simulate_cells(areas=6, seed=1)
    >>> cells = cells.assign(need_ratio=cells["admissions"] * 0 + 1.2, need_ratio_se=cells["admissions"] * 0 + 0.1)
    >>> drawn = draw_need_error(cells, NeedError("berkson"), seed=1)
    >>> drawn.sizes["draw"], bool(abs(drawn.mean()) < 0.02)
    (20, True)
    """
    refuse_without_error(cells)
    rng = np.random.default_rng([seed, 11])
    dims = cell_dims(cells.dims)
    reported = np.log(cells["need_ratio"]).transpose(*dims)
    sd = (cells["need_ratio_se"] / cells["need_ratio"]).transpose(*dims)
    names = cells[PROCEDURE].values
    if error.kind == "berkson":
        away = xr.DataArray(rng.standard_normal((error.draws, *reported.shape)), dims=("draw", *dims)) * sd
    else:
        parts = [_true_less_reported(reported.sel({PROCEDURE: name}), sd.sel({PROCEDURE: name}), error.draws, rng)
                 for name in names]  # fmt: skip
        away = xr.concat(parts, PROCEDURE).assign_coords({PROCEDURE: names})
    away = away.transpose("draw", *dims)
    if error.under_recording or error.under_recording_sd:
        away = away + _under_recorded(cells, error, error.draws, rng)
    return away.fillna(0.0).transpose("draw", *dims).rename(NEED_ERROR)


def refuse_without_error(cells: xr.Dataset) -> None:
    """Refuse cells that have no need, or none with standard errors.

    Raises
    ------
    EquityModelError
        Says what is lacking, and the way out.
    """
    if "need_ratio" not in cells:
        raise EquityModelError("need_error was asked for, but no need was given; give a need table")
    if "need_ratio_se" not in cells:
        raise EquityModelError(
            "need_error was asked for, but the need table has no standard errors; "
            "add the column need_ratio_se, or leave need_error out"
        )


def draw_under_recording(cells: xr.Dataset, error: NeedError, draws: int, *, seed: int) -> xr.DataArray:
    """Draw the under-recording of need along deprivation: the log of true over recorded need, 0 where none is assumed.

    Dims ``draw, deprivation``. Groups without an order are refused.
    """
    if not (error.under_recording or error.under_recording_sd):
        return xr.DataArray(np.zeros(draws), dims="draw")
    return _under_recorded(cells, error, draws, np.random.default_rng([seed, 12]))


def _under_recorded(cells: xr.Dataset, error: NeedError, draws: int, rng: np.random.Generator) -> xr.DataArray:
    """Draw how much less of the need is recorded at the most deprived end."""
    if not CellFacts.of(cells).group.ordered:
        raise EquityModelError("under-recording of need runs along deprivation, and these groups have no order")
    recorded = error.under_recording + error.under_recording_sd * rng.standard_normal(draws)
    return xr.DataArray(recorded, dims="draw") * (0.5 - cells["position"])


def _true_less_reported(reported: xr.DataArray, sd: xr.DataArray, draws: int, rng: np.random.Generator) -> xr.DataArray:
    """Draw true less reported log need of one procedure from need data alone: a normal hierarchical model."""
    grid = xr.DataArray(np.geomspace(0.002, WIDEST, 200), dims="sd")
    weight = 1.0 / (sd**2 + grid**2)
    weight = weight.where(reported.notnull(), 0.0)
    groups = group_dim(reported.dims)
    rest = [dim for dim in reported.dims if dim != groups]
    precision = weight.sum(rest)
    mean = (weight * reported.fillna(0.0)).sum(rest) / precision
    fit = 0.5 * (np.log(weight.where(weight > 0)) - weight * (reported - mean) ** 2).sum([*rest, groups])
    log_density = fit - 0.5 * np.log(precision).sum(groups) - 0.5 * (grid / TYPICAL) ** 2 + np.log(grid)
    chance = np.exp(log_density - log_density.max()).values
    chosen = xr.DataArray(rng.choice(grid.size, draws, p=chance / chance.sum()), dims="draw")
    tau = grid.isel(sd=chosen)
    centre = mean.isel(sd=chosen)
    centre = centre + rng.standard_normal(centre.shape) / np.sqrt(precision.isel(sd=chosen))
    reliability = tau**2 / (tau**2 + sd**2)
    shrunk = (1.0 - reliability) * (centre - reported)
    return shrunk + np.sqrt(reliability) * sd * xr.DataArray(rng.standard_normal(shrunk.shape), dims=shrunk.dims)


def true_need(cells: xr.Dataset, error: NeedError | None, *, seed: int, draws: int = 400) -> xr.DataArray:
    """Compute the expected log need of each cell: as reported, or by regression calibration where there is error.

    Parameters
    ----------
    cells
        From `read_cells`, with need.
    error
        The measurement error model of need; none to take need as reported.
    seed, draws
        Seed and number of the draws that are averaged.

    Returns
    -------
    xarray.DataArray
        Log need ratio; dims ``ics, deprivation, procedure``; 0 = as age and sex would give.

    Raises
    ------
    EquityModelError
        When the cells have no need, or an error is given and its standard errors are lacking.

    References
    ----------
    Carroll RJ et al (2006) Measurement error in nonlinear models, ch 4: regression calibration.

    Examples
    --------
    >>> from equitymodel.simulate.simulated_cells import simulate_cells
    >>> cells, _ = simulate_cells(areas=6, seed=1)
    >>> bool((true_need(cells.assign(need_ratio=cells["admissions"] * 0 + 1), None, seed=1) == 0).all())
    True
    """
    if "need_ratio" not in cells:
        raise EquityModelError("an elasticity of need was asked for, but no need was given; give a need table")
    reported = np.log(cells["need_ratio"]).fillna(0.0)
    if error is None:
        return reported
    return reported + draw_need_error(cells, replace(error, draws=draws), seed=seed).mean("draw")


def log_reported_need(cells: xr.Dataset) -> xr.DataArray:
    """Log need as reported; 0 where none is."""
    return np.log(cells["need_ratio"]).fillna(0.0).transpose(*cell_dims(cells.dims))


def with_need_error(cells: xr.Dataset, away: xr.DataArray) -> xr.Dataset:
    """Make cells whose fullest expected admissions follow one draw of true need."""
    expected = cells["expected_admissions"].copy()
    expected[{"adjustment": -1}] = expected.isel(adjustment=-1) * np.exp(away)
    return cells.assign(expected_admissions=expected)


def sample_over_errors(
    sample: CellsSampler,
    cells: xr.Dataset,
    errors: xr.Dataset,
    *,
    seed: int,
    progress: Progress,
    executor: ExecutorName | Executor | None = "serial",
    **attributes: str,
) -> xr.DataTree:
    """Fit to every draw of what expected admissions may truly be, and pool the draws.

    Parameters
    ----------
    sample
        Makes draws for cells and a seed; a function of a module, or a partial of one, where processes fit.
    cells
        From `read_cells`.
    errors
        Draws by name (``need_error``, ``rate_error``) of the log of true over reported expected
        admissions; dims ``draw`` and those of cells.
    seed
        Seed of the first fit; the others get those that follow.
    progress
        Called with what is being done and the share of it that is done.
    executor
        Who fits; see `run_fits`.
    attributes
        To be kept with the draws.

    Returns
    -------
    xarray.DataTree
        As one fit gives, with the errors among the draws; ``sample_stats`` of a fit by
        Laplace are the worst of all fits.
    """
    own = [errors.isel(draw=number) for number in range(errors.sizes["draw"])]
    jobs = [
        error_job(f"fitting to draw {number + 1} of expected admissions", sample, cells,
                  error.to_dataarray().sum("variable"), seed + number)
        for number, error in enumerate(own)
    ]  # fmt: skip
    return pool_fits(run_fits(jobs, executor=executor, progress=progress), own, **attributes)


def error_job(name: str, sample: CellsSampler, cells: xr.Dataset, away: xr.DataArray, seed: int) -> Job:
    """Make the job of fitting to one draw of what expected admissions may truly be."""
    arguments = {"sample": sample, "cells": cells, "away": away, "seed": seed}
    return Job(name, sample_at_error, arguments, estimate_cells_memory(cells, 0))


def sample_at_error(sample: CellsSampler, cells: xr.Dataset, away: xr.DataArray, seed: int) -> xr.DataTree:
    """Draw from the posterior, given one draw of what expected admissions may truly be.

    Parameters
    ----------
    sample
        Makes draws for cells and a seed.
    cells, away, seed
        Cells, the log of true over reported expected admissions, and the seed.

    Returns
    -------
    xarray.DataTree
        What `sample` gives.
    """
    return sample(with_need_error(cells, away), seed)


def pool_fits(trees: Sequence[xr.DataTree], errors: Sequence[xr.Dataset], **attributes: str) -> xr.DataTree:
    """Pool the draws of fits to different expected admissions, each with its log distance from the reported ones.

    Parameters
    ----------
    trees
        What the fits gave.
    errors
        For each fit, by name, log of the expected admissions it used over the reported ones.
    attributes
        To be kept with the draws.

    Returns
    -------
    xarray.DataTree
        As one fit gives, with the errors among the draws.
    """
    parts = []
    for tree, own in zip(trees, errors, strict=True):
        posterior = tree["posterior"].to_dataset()
        labels = {dim: posterior[dim].values for dim in SAMPLE_DIMS}
        error = own if set(SAMPLE_DIMS) <= set(own.dims) else own.drop_vars("draw", errors="ignore").expand_dims(labels)
        parts.append(posterior.assign(error))
    pooled = _pool(parts).assign_attrs({**parts[0].attrs, **attributes})
    stats = [tree["sample_stats"].to_dataset() for tree in trees]
    own_stats = _pool(stats) if "draw" in stats[0].dims else _worst(stats)
    return xr.DataTree.from_dict({"/posterior": pooled, "/sample_stats": own_stats})


def _pool(parts: Sequence[xr.Dataset]) -> xr.Dataset:
    pooled = xr.concat(parts, "draw", combine_attrs="override")
    return pooled.assign_coords(draw=np.arange(pooled.sizes["draw"]))


def _worst(stats: Sequence[xr.Dataset]) -> xr.Dataset:
    """Combine statistics of fits: those of the fit with the worst Pareto k, and the worst of every other."""
    worst = max(stats, key=lambda each: float(each["pareto_k"].max()))
    highest = ("points_agreement", "largest_shift", "small_cells")
    lowest = ("effective_points", "optimum_found")
    return worst.assign(
        {name: max(float(each[name]) for each in stats) for name in highest}
        | {name: min(float(each[name]) for each in stats) for name in lowest}
    )
