"""Fit a specification to cells: what is assumed and what was observed, to draws with a verdict."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import asdict, replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Literal, get_args

import numpy as np
import xarray as xr

from equitymodel.argument_types import refuses_other_types
from equitymodel.data.cells.bands import by_band, has_bands
from equitymodel.data.cells.cell_facts import CellFacts
from equitymodel.data.cells.informative import likelihood_cells
from equitymodel.data.cells.rate_error import RATE_DRAW, RATE_ERROR
from equitymodel.data.tables.crossed_groups import refuse_crossed
from equitymodel.data.tables.suppression import count_bounds
from equitymodel.errors import EquityModelError, OptionError, SpecError
from equitymodel.inference.diagnosis import (
    REPORTED_DRAWS,
    Check,
    Diagnosis,
    check_draws,
    check_predictions,
    check_sampler,
)
from equitymodel.inference.grouped.age_bands import draw_age_error
from equitymodel.inference.grouped.cell_fit import CellFit
from equitymodel.inference.grouped.covariate_terms import count_as_need
from equitymodel.inference.grouped.leave_one_out import check_leave_one_out
from equitymodel.inference.grouped.need_error import NeedError, draw_need_error, sample_over_errors
from equitymodel.inference.grouped.need_feedback import sample_with_feedback, with_true_need
from equitymodel.inference.grouped.predict import (
    AGE_ERROR,
    NEED_ERROR,
    complete_counts,
    draw_expected,
    draw_fitted,
    draw_predicted,
    draw_ratios,
    errors_of_expected,
    hyperparameters,
)
from equitymodel.inference.grouped.prior_check import check_prior
from equitymodel.inference.grouped.residual_structure import check_residual_structure
from equitymodel.inference.grouped.sample_laplace import sample_laplace
from equitymodel.inference.jobs.executors import Executor, ExecutorName
from equitymodel.inference.jobs.memory import estimate_cells_memory, kept_draws, require_memory
from equitymodel.inference.laplace.laplace_checks import check_laplace
from equitymodel.inference.laplace.settings import Laplace
from equitymodel.inference.progress import Progress, silent
from equitymodel.spec.library import choose_model
from equitymodel.spec.model_spec import ModelSpec, refuse_passages
from equitymodel.vocabulary import PERIOD, nearest

if TYPE_CHECKING:
    from equitymodel.inference.grouped.nuts import Sampling


Sampler = Callable[[xr.Dataset, int], xr.DataTree]


Engine = Literal["nuts", "laplace"]


ENGINES: tuple[Engine, ...] = get_args(Engine)


WARM_START = Laplace(draws=250)
"""A short approximation, for location and scale of the posterior before NUTS."""


EXPECTED_DRAWS = 20
"""Draws of expected admissions to fit to with age bands, where no other option says how many."""


PARAMETER_DRAWS = 400
"""Effective draws of hyperparameters at which the check passes."""


@refuses_other_types
def fit_model(
    spec: ModelSpec | str | Path,
    cells: xr.Dataset,
    *,
    engine: Engine = "nuts",
    seed: int,
    sampling: Sampling | None = None,
    laplace: Laplace | None = None,
    need_error: NeedError | None = None,
    accept_prior: str | None = None,
    progress: Progress | None = None,
    executor: ExecutorName | Executor | None = "serial",
) -> CellFit:
    """Fit a model by drawing from its posterior, and diagnose the fit.

    Parameters
    ----------
    spec, cells
        The model, from `load_model`, or its name or file; and the cells, from `read_cells`.
    engine
        ``nuts`` samples the posterior itself; ``laplace`` approximates it in seconds.
    seed
        Required, and recorded: the same seed on the same machine gives the same draws.
    sampling
        For ``nuts``: how long and how carefully to sample.
    laplace
        For ``laplace``: how carefully to integrate and how much to draw.
    need_error
        The measurement error model of need; none to take need as reported, without error.
    accept_prior
        Why priors are used that alone make absurd predictions: the fit is then made all the same, and the reason is
        kept with it and stamped on everything published. Where the priors make none, it is kept as not needed.
    progress
        Called with what is being done and the share of it that is done.
    executor
        Who fits to the draws of need and of rates, where they have errors; see `run_fits`. Processes are worthwhile
        with ``nuts`` where there are more processors than chains.

    Returns
    -------
    CellFit
        Draws, ratios, fitted admissions and the diagnosis.

    Raises
    ------
    DiagnosisError
        When the priors alone make absurd predictions for these cells, and `accept_prior` gives no reason.
    EquityModelError
        When need is to have an error and the cells have no need with standard errors.
    SpecError
        When an effect needs groups in order, and these have none; when there are several years, and nothing in the
        model changes between them.
    OptionError
        When no cell has a known count; when there is no such engine; when `accept_prior` gives no reason.
    MemoryShortageError
        When this machine has too little memory free.
    KeyboardInterrupt
        When interrupted; nothing is kept.

    Notes
    -----
    Assumes that age and sex have the same effects in every cell (with age bands: in every cell of a band), and
    that admissions of a cell vary around their mean as the likelihood says. Says nothing about causes. What ``laplace``
    approximates, and when it says so, is in ``docs/laplace.md``; a fit that is to be published
    is best made with ``nuts``.

    Examples
    --------
    >>> from equitymodel.simulate.simulated_cells import simulate_cells
    >>> from equitymodel.spec.library import load_model
    >>> cells, _ = simulate_cells(areas=8, seed=1)
    >>> fit_model(load_model(), cells, engine="laplace", seed=2026)
    <Fit of need_adjusted to 8 ics x 5 deprivation x 3 procedure, by laplace, seed 2026: PASS>
    """
    spec, progress = choose_model(spec), progress or silent
    refuse_passages(spec)
    _refuse_years(spec, cells)
    require_memory(estimate_cells_memory(cells, kept_draws(laplace if engine == "laplace" else sampling)))
    if need_error is not None:
        way_out = "leave need_error out; need is then taken as reported"
        refuse_crossed(CellFacts.of(cells).group, "the error of need", way_out)
    feedback = need_error is not None and need_error.feedback
    model = with_true_need(spec, need_error) if need_error and feedback else spec
    sampler = partial(make_sampler, model, engine, sampling=sampling, laplace=laplace, progress=progress)
    single, pooled = sampler(), sampler if executor == "serial" else partial(sampler, progress=silent)
    progress("checking what the priors believe", 0.0)
    accepted = check_prior(spec, cells, seed=seed).accept(accept_prior)
    errors, checks = _draw_errors(spec, cells, need_error, single, seed)
    if need_error and feedback:
        tree = sample_with_feedback(
            pooled(share=need_error.fits), model, cells, need_error, seed=seed, progress=progress, executor=executor
        )
    elif errors:
        named = {NEED_ERROR: json.dumps(asdict(need_error))} if need_error else {}
        tree = sample_over_errors(
            pooled(share=errors.sizes["draw"]), cells, errors, seed=seed, progress=progress, executor=executor, **named
        )
    else:
        tree = single(cells, seed)
    progress("checking the fit", 0.0)
    cells, tree = count_as_need(spec, cells, tree)
    diagnosis = diagnose(spec, cells, tree, seed=seed).extended(checks)
    progress("checking the fit", 1.0)
    return CellFit(spec, cells, draws=tree, diagnosis=diagnosis, seed=seed, accepted_prior=accepted)


def _refuse_years(spec: ModelSpec, cells: xr.Dataset) -> None:
    """Refuse several years where nothing in a model changes between them: no change would be found, for certain."""
    changing = [effect for effect in spec.effects if effect.change.between_years or effect.share_that_lasts]
    if PERIOD in cells.dims and not changing:
        raise SpecError(
            f"{spec.name} has no effect that changes over years, and the cells have {cells.sizes[PERIOD]} periods. "
            "Way out: read them with periods='add_up', or use a model with years, as need_adjusted"
        )


def make_sampler(
    spec: ModelSpec,
    engine: Engine,
    *,
    sampling: Sampling | None,
    laplace: Laplace | None,
    share: int = 1,
    progress: Progress = silent,
) -> Sampler:
    """Make what draws from the posterior of a model, given cells and a seed.

    Parameters
    ----------
    spec, engine, sampling, laplace
        As for `fit_model`.
    share
        By how much to divide the draws that were asked for.
    progress
        Called with what is being done and the share of it that is done.

    Returns
    -------
    callable
        Takes cells and a seed; gives a DataTree.

    Raises
    ------
    OptionError
        When there is no such engine.
    """
    if engine not in ENGINES:
        raise OptionError(f"there is no engine '{engine}'. {nearest(engine, ENGINES)}")
    return (
        _by_laplace(spec, laplace, share, progress)
        if engine == "laplace"
        else _by_nuts(spec, sampling, share, progress)
    )


def _draw_errors(
    spec: ModelSpec, cells: xr.Dataset, need_error: NeedError | None, sample: Sampler, seed: int
) -> tuple[xr.Dataset, list[Check]]:
    """Draw the log of true over reported expected admissions, and check the fit to age bands if there are any."""
    draws = need_error.draws if need_error else cells.sizes.get(RATE_DRAW, EXPECTED_DRAWS)
    errors, checks = {}, []
    if need_error is not None and need_error.feedback:
        if has_bands(cells) or RATE_ERROR in cells:
            raise EquityModelError(
                "need with feedback is not offered with age_bands or rate_error; read the cells without them, "
                "or leave feedback out"
            )
    elif need_error is not None:
        errors[NEED_ERROR] = draw_need_error(cells, need_error, seed=seed)
    if has_bands(cells):
        own = by_band(cells)
        tree = sample(own, seed)
        found = diagnose(spec, own, tree, seed=seed).checks
        checks = [replace(check, name=f"age bands: {check.name}") for check in found]
        errors[AGE_ERROR] = draw_age_error(spec, cells, tree["posterior"].to_dataset(), draws=draws, seed=seed)
    elif RATE_ERROR in cells:
        rates = cells[RATE_ERROR].rename({RATE_DRAW: "draw"})
        errors[RATE_ERROR] = rates.isel(draw=np.arange(draws) % rates.sizes["draw"])
    return xr.Dataset(errors), checks


def _by_laplace(spec: ModelSpec, settings: Laplace | None, share: int, progress: Progress) -> Sampler:
    """Make a sampler that draws its share of the draws by Laplace."""
    settings = settings or Laplace()
    own = settings if share == 1 else replace(settings, draws=-(-settings.draws // share))
    return partial(_sample_laplace, spec, own, progress)


def _sample_laplace(
    spec: ModelSpec, settings: Laplace, progress: Progress, cells: xr.Dataset, seed: int
) -> xr.DataTree:
    """Draw by Laplace, as a sampler that can go to another process."""
    return sample_laplace(spec, cells, settings=settings, seed=seed, progress=progress)


def _by_nuts(spec: ModelSpec, sampling: Sampling | None, share: int, progress: Progress) -> Sampler:
    """Make a sampler that draws its share of the draws by NUTS."""
    from equitymodel.inference.grouped.nuts import Sampling  # seconds to load; laplace does without

    sampling = sampling or Sampling()
    own = sampling if share == 1 else replace(sampling, draws=-(-sampling.draws // share), retry_draws=1)
    return partial(_sample_until_converged, spec, own, progress)


def _sample_until_converged(
    spec: ModelSpec, sampling: Sampling, progress: Progress, cells: xr.Dataset, seed: int
) -> xr.DataTree:
    """Sample and, if the chains of hyperparameters have not converged, once more and longer."""
    from equitymodel.inference.grouped.grouped_layout import lay_out_cells
    from equitymodel.inference.grouped.nuts import sample, start_from

    layout = lay_out_cells(spec, cells)
    quick = sample_laplace(spec, cells, settings=WARM_START, seed=seed, progress=progress)
    found = bool(quick["sample_stats"]["optimum_found"])
    start = start_from(layout, quick["posterior"].to_dataset()) if found else None
    tree = sample(layout, sampling=sampling, seed=seed, start=start, progress=progress)
    converged = all(check.verdict == "PASS" for check in _check_parameters(tree["posterior"].to_dataset()))
    if converged or sampling.retry_draws <= 1:
        return tree
    progress("sampling longer, because chains have not converged", 0.0)
    longer = replace(sampling, draws=sampling.draws * sampling.retry_draws)
    return sample(layout, sampling=longer, seed=seed, start=start, progress=progress)


def _check_parameters(posterior: xr.Dataset) -> list[Check]:
    """Check the hyperparameters, which converge last; their bounds are not printed."""
    found = {str(name): draws for name, draws in hyperparameters(posterior).items()}
    return check_draws(found, label="parameters", enough=PARAMETER_DRAWS, bounds_of=None) if found else []


def diagnose(spec: ModelSpec, cells: xr.Dataset, tree: xr.DataTree, *, seed: int) -> Diagnosis:
    """Diagnose draws: the sampler, the parameters, every cell, predictions and influence.

    Parameters
    ----------
    spec, cells, tree
        What was fitted, to what, and its draws.
    seed
        Seed of the predicted counts.

    Returns
    -------
    Diagnosis
        Checks on sampler, parameters, cells, predicted counts and leave-one-out.

    Notes
    -----
    `check_draws` extends it to the very quantities a report prints. Leave-one-out is left out where
    expected admissions are uncertain: their draws do not come from the posterior that it would reweight.
    """
    posterior = tree["posterior"].to_dataset()
    with_noise = draw_ratios(spec, posterior, cells, this_year=True)
    fitted = draw_fitted(with_noise, draw_expected(cells, posterior))
    low, high = (bound.where(likelihood_cells(cells)) for bound in count_bounds(cells))
    admissions = complete_counts(fitted, posterior, low, high, seed=seed)
    predicted, group = draw_predicted(fitted, posterior, seed=seed), CellFacts.of(cells).group
    return Diagnosis(
        (
            *_check_engine(spec, cells, tree),
            *check_predictions(predicted, fitted, admissions, of=group.comparison.called),
            *check_residual_structure(predicted, fitted, admissions, posterior),
            *(() if errors_of_expected(posterior) else check_leave_one_out(spec, cells, posterior, fitted)),
        )
    )


def _check_engine(spec: ModelSpec, cells: xr.Dataset, tree: xr.DataTree) -> list[Check]:
    """Check what is particular to the engine: how it moved and mixed, or what it approximated.

    Draws by Laplace are independent given the hyperparameters, so that no quantity has fewer effective
    draws than the hyperparameters have effective points.
    """
    posterior = tree["posterior"].to_dataset()
    if posterior.attrs["engine"] == "laplace":
        return check_laplace(tree["sample_stats"].to_dataset())
    ratio = draw_ratios(spec, posterior, cells)
    of_cells = check_draws({"standardised_ratio": ratio}, label="cells", enough=REPORTED_DRAWS)
    return [*check_sampler(tree), *_check_parameters(posterior), *of_cells]
