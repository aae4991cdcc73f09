"""Attempts to prove a change wrong: dates at which nothing happened, and an outcome that it cannot have touched."""

from __future__ import annotations

import numpy as np
import pandas as pd
import xarray as xr

from equitymodel.errors import EquityModelError, SpecError
from equitymodel.estimands.before_start import placebo_plans
from equitymodel.estimands.verdict import summarise_log_ratio
from equitymodel.inference.jobs.executors import Executor, ExecutorName
from equitymodel.inference.jobs.job import Job, series_job
from equitymodel.inference.jobs.run_fits import run_fits
from equitymodel.inference.progress import Progress, part_of
from equitymodel.inference.series.fit_interruption import fit_interruption
from equitymodel.inference.series.interruption_fit import InterruptionFit
from equitymodel.spec.arms import add_up_arms
from equitymodel.spec.interruption import Interruption
from equitymodel.spec.series_model import SeriesModel
from equitymodel.studies.evaluation import outcome_draws
from equitymodel.vocabulary import CELL_DIMS, DEPRIVATION, ICS, PROCEDURE

CHECK_DRAWS = 1000
PLACEBO_COLUMNS = ["date", "estimate", "lower", "upper", "probability"]


def fit_placebo_dates(
    main: InterruptionFit, progress: Progress, executor: ExecutorName | Executor = "serial"
) -> pd.DataFrame:
    """Give the answer at dates before the start, at which nothing happened.

    Parameters
    ----------
    main, progress, executor
        As for `fit_other_models`.

    Returns
    -------
    pandas.DataFrame
        ``date, estimate, lower, upper`` (log ratios) and ``probability`` (of its own sign).
    """
    earlier, plans = placebo_plans(main.series, main.plan)
    jobs = [
        check_job(f"trying a date at which nothing happened: {plan.start}", main, earlier, plan, main.model)
        for plan in plans
    ]
    found = run_fits(jobs, executor=executor, progress=part_of(progress, 0.5, 0.8))
    rows = [
        {"date": str(plan.start), **summarise_log_ratio(draws["outcome"])}
        for plan, draws in zip(plans, found, strict=True)
    ]
    return pd.DataFrame(rows, columns=PLACEBO_COLUMNS)


def fit_placebo_outcome(main: InterruptionFit, placebo: xr.Dataset, plan: Interruption) -> InterruptionFit:
    """Ask the same question of an outcome that the interruption cannot have changed.

    Parameters
    ----------
    main
        The fit that the verdict rests on.
    placebo
        From `read_series`: the other outcome.
    plan
        The interruption as it was declared.

    Returns
    -------
    InterruptionFit
        Of all of its admissions as one series or, for a question about the gap, of its groups; of
        exposed and controls separately.

    Raises
    ------
    SpecError
        When the other series does not hold the interruption, or has no groups for a question about
        the gap.
    """
    gap = plan.outcome == "gap"
    if gap and placebo.sizes[DEPRIVATION] < 2:
        raise SpecError("placebo outcome: the question is about the gap, and this series has no deprivation groups")
    try:
        return fit_for_check(main, *add_up_arms(placebo, plan, (ICS, PROCEDURE) if gap else CELL_DIMS), main.model)
    except EquityModelError as error:
        raise SpecError(f"placebo outcome: {error}") from error


def check_job(name: str, main: InterruptionFit, series: xr.Dataset, plan: Interruption, model: SeriesModel) -> Job:
    """Make the job of a fit for a check, which gives `draw_outcome`."""
    return series_job(name, series, plan, model, seed=main.seed, draws=CHECK_DRAWS, call=draw_outcome)


def draw_outcome(
    series: xr.Dataset, plan: Interruption, model: SeriesModel, seed: int, draws: int
) -> dict[str, np.ndarray]:
    """Fit, and give the draws that a check asks for.

    Parameters
    ----------
    series, plan, model, seed, draws
        As for `fit_interruption`.

    Returns
    -------
    dict
        ``outcome`` (log ratio) and ``rho``.
    """
    fit = fit_interruption(series, plan, model, seed=seed, draws=draws)
    return {"outcome": outcome_draws(fit), "rho": fit.draws["rho"].values.ravel()}


def fit_for_check(main: InterruptionFit, series: xr.Dataset, plan: Interruption, model: SeriesModel) -> InterruptionFit:
    """Fit with the seed of the main fit and as many draws as a check needs."""
    return fit_interruption(series, plan, model, seed=main.seed, draws=CHECK_DRAWS)
