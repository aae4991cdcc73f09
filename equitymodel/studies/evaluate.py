"""From a series and a declared interruption to a verdict, with every choice and companion beside it."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import xarray as xr

from equitymodel.errors import SpecError
from equitymodel.estimands.verdict import MIN_AFTER, MIN_BEFORE, Evidence, judge
from equitymodel.inference.progress import Progress, silent
from equitymodel.inference.series.fit_interruption import fit_interruption
from equitymodel.inference.series.interruption_fit import InterruptionFit
from equitymodel.spec.arms import add_up_arms
from equitymodel.spec.interruption import Interruption
from equitymodel.spec.library import choose_series_model
from equitymodel.spec.series_model import SeriesModel
from equitymodel.studies.evaluation import Evaluation, _main, _months, outcome_draws
from equitymodel.studies.falsify import PLACEBO_COLUMNS, models_table, try_dates, try_models, try_placebo_outcome
from equitymodel.studies.forecasts import check_forecasts
from equitymodel.studies.impact import COLUMNS, gap_table, impact_table
from equitymodel.studies.planning import time_to_know
from equitymodel.vocabulary import DEPRIVATION, ICS, PROCEDURE

QUESTIONS = {"level": "admissions", "gap": "the gap (least over most deprived)"}


def evaluate(
    series: xr.Dataset,
    plan: Interruption,
    *,
    seed: int,
    model: SeriesModel | str | Path | None = None,
    placebo: xr.Dataset | None = None,
    progress: Progress | None = None,
) -> Evaluation:
    """Evaluate an interruption: what changed, for whom, did the gap narrow, and can it be called real.

    Parameters
    ----------
    series
        From `read_series`.
    plan
        The interruption, declared beforehand; its ``outcome`` is what the verdict is about.
    seed
        Seed of the random numbers.
    model
        The model, by its name, as a file or as from `load_series_model`; to be declared beforehand too.
        If not given: ``controlled_interruption`` where not all were exposed from the same start,
        otherwise ``interruption``, or ``gap_interruption`` for a question about the gap.
    placebo
        From `read_series`: an outcome that the interruption cannot have changed, so that a change of
        it would say that something else happened.
    progress
        Called with what is being done and the share of it that is done.

    Returns
    -------
    Evaluation
        Prints as a verdict with reasons; tables in ``impact, gap_change, models, placebos,
        forecasts``.

    Raises
    ------
    SpecError
        When the interruption does not fit the series or the placebo, or the question is about a gap
        and there are no groups.

    Notes
    -----
    Whether admissions changed is asked of all admissions as one series, so that shocks that groups
    and ICSs share count once. Whether the gap changed is asked of the groups, each added up over
    ICSs and procedures. The companions are printed for comparison; the verdict does not use them.

    Examples
    --------
    >>> from equitymodel.simulate import Change, MonthlyNoise, Sizes, Usual, simulate_series
    >>> series, truth = simulate_series(
    ...     Sizes(periods=60, before=40), change=Change(0.4), noise=MonthlyNoise(0.03), usual=Usual(1000), seed=1
    ... )
    >>> evaluate(series, truth.plan, seed=7).verdict.verdict
    'real change'
    """
    tell, chosen = progress or silent, choose_series_model(plan, model)
    grouped = series.sizes[DEPRIVATION] > 1
    if plan.outcome == "gap" and not grouped:
        raise SpecError("the question is about the gap, and this series has no deprivation groups")
    tell("finding out what the series could find", 0.0)
    known_before = time_to_know(series, plan, model=chosen, seed=seed)
    total, by_group, parts = _fits(series, plan, chosen, seed, tell)
    main = _main(plan, total, by_group)
    before, after = (_months(main, before=early) for early in (True, False))
    placebo_fit = None if placebo is None else try_placebo_outcome(main, placebo, plan)
    specifications = try_models(main, tell)
    enough = before >= MIN_BEFORE and after >= MIN_AFTER
    placebos = try_dates(main, tell) if enough else pd.DataFrame(columns=PLACEBO_COLUMNS)
    tell("forecasting months before the start", 0.8)
    forecasts = check_forecasts(main)
    evidence = Evidence(
        log_ratio=outcome_draws(main),
        what=QUESTIONS[plan.outcome],
        before=before,
        after=after,
        threshold=plan.threshold,
        smallest_change=plan.smallest_change,
        placebos=tuple(placebos["probability"]),
        specifications=specifications,
        rho=main.draws["rho"].values.ravel(),
        sound=main.sound,
        placebo_outcome=None if placebo_fit is None else outcome_draws(placebo_fit),
        forecasts=forecasts,
    )
    gaps = gap_table(by_group) if by_group is not None else pd.DataFrame(columns=COLUMNS)
    return Evaluation(series, plan, chosen, seed, total, by_group, parts, known_before,
                      impact_table(total, by_group, parts), gaps, models_table(specifications, total), placebos,
                      placebo_fit, forecasts, judge(evidence))  # fmt: skip


Fits = tuple[InterruptionFit, InterruptionFit | None, InterruptionFit | None]


def _fits(series: xr.Dataset, plan: Interruption, model: SeriesModel, seed: int, tell: Progress) -> Fits:
    tell("fitting all admissions as one series", 0.05)
    total = fit_interruption(*add_up_arms(series, plan), model, seed=seed)
    by_group = parts = None
    if series.sizes[DEPRIVATION] > 1:
        tell("fitting deprivation groups", 0.1)
        by_group = fit_interruption(*add_up_arms(series, plan, (ICS, PROCEDURE)), model, seed=seed)
    if series.sizes[ICS] > 1 or series.sizes[PROCEDURE] > 1:
        tell("fitting ICSs and procedures", 0.2)
        alone = model.leaving_out("common") if model.has("common") else model
        parts = fit_interruption(series, plan, alone, seed=seed)
    return total, by_group, parts
