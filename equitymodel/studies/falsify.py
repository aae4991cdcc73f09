"""Attempts to prove a change wrong: dates at which nothing happened, and an outcome that it cannot have touched."""

from __future__ import annotations

from typing import Literal

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
from equitymodel.inference.series.series_fit import SeriesFit
from equitymodel.spec.arms import add_up_arms
from equitymodel.spec.interruption import Interruption
from equitymodel.spec.series_model import SeriesModel
from equitymodel.studies.evaluation import outcome_draws, question_in_words
from equitymodel.studies.left_out import Attempt, LeftOut, left_out_of
from equitymodel.vocabulary import CELL_DIMS, DEPRIVATION, ICS, PROCEDURE

CHECK_DRAWS = 1000
PLACEBO_COLUMNS = ["date", "about", "estimate", "lower", "upper", "probability", "departure"]


def fit_placebo_dates(main: SeriesFit, progress: Progress, executor: ExecutorName | Executor = "serial") -> Attempt:
    """Give the answer at dates before the start, at which nothing happened.

    Parameters
    ----------
    main, progress, executor
        As for `fit_other_models`.

    Returns
    -------
    Attempt
        Its table has ``date, about`` (in words), ``estimate, lower, upper`` (log ratios, the way round of the words),
        ``probability`` (of its own sign) and ``departure`` (mean over standard deviation of the log ratio); a date
        whose fit did not pass its diagnosis has no numbers, and is left out by name.
    """
    earlier, plans = placebo_plans(main.series, main.plan)
    jobs = [
        check_job(f"trying a date at which nothing happened: {plan.start}", main, earlier, plan, main.model)
        for plan in plans
    ]
    about, sign = question_in_words(main)
    rows: list[dict[str, object]] = []
    left_out: list[LeftOut] = []
    found = run_fits(jobs, executor=executor, progress=part_of(progress, 0.5, 0.8))
    for plan, fit in zip(plans, found, strict=True):
        left_out += left_out_of(f"placebo date {plan.start}", fit)
        answer = outcome_draws(fit)
        departure = sign * float(answer.mean() / answer.std()) if fit.publishable else np.nan
        rows.append({"date": str(plan.start), "about": about, **_summary(fit, sign * answer), "departure": departure})
    return Attempt(pd.DataFrame(rows, columns=PLACEBO_COLUMNS), tuple(left_out))


def answer_of(fit: SeriesFit, sign: Literal[1, -1] = 1) -> dict[str, float]:
    """Give the answer of a fit as `summarise_log_ratio` does, turned by the sign of `question_in_words`.

    Missing where the fit did not pass its diagnosis.
    """
    return _summary(fit, sign * outcome_draws(fit))


def _summary(fit: SeriesFit, answer: np.ndarray) -> dict[str, float]:
    found = summarise_log_ratio(answer)
    return found if fit.publishable else dict.fromkeys(found, float("nan"))


def fit_placebo_outcome(main: SeriesFit, placebo: xr.Dataset, plan: Interruption) -> SeriesFit:
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
    SeriesFit
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


def check_job(name: str, main: SeriesFit, series: xr.Dataset, plan: Interruption, model: SeriesModel) -> Job:
    """Make the job of a fit for a check, with the seed of the main fit and as many draws as a check needs."""
    return series_job(name, series, plan, model, seed=main.seed, draws=CHECK_DRAWS)


def fit_for_check(main: SeriesFit, series: xr.Dataset, plan: Interruption, model: SeriesModel) -> SeriesFit:
    """Fit with the seed of the main fit and as many draws as a check needs."""
    return fit_interruption(series, plan, model, seed=main.seed, draws=CHECK_DRAWS)
