"""From a series and a declared interruption to a verdict, with every choice and comparison method beside it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

import pandas as pd
import xarray as xr

from equitymodel.argument_types import refuses_other_types
from equitymodel.errors import SpecError
from equitymodel.estimands.beyond_line import recovery_evidence
from equitymodel.estimands.guards import TRENDS_PROBABILITY, MonthOutOfLine
from equitymodel.estimands.least_months import least_months
from equitymodel.estimands.parallel_trends import parallel_trends_data
from equitymodel.estimands.verdict import Evidence, assess
from equitymodel.inference.jobs.executors import Executor, ExecutorName
from equitymodel.inference.progress import Progress, silent
from equitymodel.spec.arms import add_up_arms
from equitymodel.spec.asked_of import refuse_unanswerable
from equitymodel.spec.interruption import Interruption
from equitymodel.spec.library import choose_series_model
from equitymodel.spec.series_model import SeriesModel
from equitymodel.studies.evaluation import Evaluation, months_with_data, outcome_draws, question_in_words
from equitymodel.studies.evaluation_fits import EvaluationFits
from equitymodel.studies.falsify import PLACEBO_COLUMNS, fit_placebo_dates, fit_placebo_outcome
from equitymodel.studies.forecasts import check_forecasts
from equitymodel.studies.impact import GAP_COLUMNS, gap_table, impact_table, with_verdict
from equitymodel.studies.left_out import Attempt, LeftOut, left_out_sentence
from equitymodel.studies.main_fit import MainFit, fit_main, fit_without, leave_out_anticipation
from equitymodel.studies.one_answer import with_one_answer
from equitymodel.studies.one_month import month_out_of_line
from equitymodel.studies.other_models import fit_other_models, models_table
from equitymodel.studies.planning import time_to_know
from equitymodel.studies.trend_difference import TREND_COLUMNS, trend_difference
from equitymodel.vocabulary import DEPRIVATION, ICS, PROCEDURE

NOT_ASKED = "Whether trends before the start were parallel is not asked, and stops nothing: {}."
NOBODY_NAMED = "nobody is named as exposed (exposed, --exposed), and an ICS is a control only until its own start"


@refuses_other_types
def evaluate(
    series: xr.Dataset,
    plan: Interruption,
    *,
    seed: int,
    model: SeriesModel | str | Path | None = None,
    placebo: xr.Dataset | None = None,
    progress: Progress | None = None,
    force: bool = False,
    executor: ExecutorName | Executor = "serial",
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
    force
        Go on even if the fit that the verdict rests on failed its diagnosis; everything is then stamped.
    executor
        Who fits what is tried against a change, as for `fit_other_models`.

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
    DiagnosisError
        When the fit that the verdict rests on failed its diagnosis and `force` is not given. Any other
        fit that failed is left out by name, and the rest given.

    Notes
    -----
    Whether admissions changed is asked of all admissions as one series, so that shocks that groups
    and ICSs share count once. Whether the gap changed is asked of the groups, each added up over
    ICSs and procedures. Comparison methods are printed beside it; the verdict does not use them.

    Examples
    --------
    >>> from equitymodel.simulate import Change, MonthlyNoise, Sizes, Usual, simulate_series
    >>> series, truth = simulate_series(
    ...     Sizes(periods=60, before=40), change=Change(0.4), noise=MonthlyNoise(0.03), usual=Usual(1000), seed=1
    ... )
    >>> evaluate(series, truth.plan, seed=7).verdict.verdict
    'real change'
    """
    progress, chosen = progress or silent, choose_series_model(plan, model)
    refuse_unanswerable(series, plan)
    progress("finding out what the series could find", 0.0)
    known_before = time_to_know(series, plan, model=chosen, seed=seed)
    main, parts_of_it = _fit_parts(series, plan, chosen, seed, progress)
    fits = with_one_answer(parts_of_it.through_gate(plan, force=force))
    fits, tried = _falsify(fits, main, plan, placebo, progress, executor)
    tried = _with_trends_before(tried, series, plan, early=bool(main.months))
    total, by_group, parts = (fits.published(name) for name in ("total", "groups", "parts"))
    left_out = [*fits.left_out(plan), *known_before.left_out, *tried.left_out]
    evidence = _evidence(fits, plan, tried, left_out_sentence(left_out))
    verdict = assess(replace(evidence, known_error=known_before.standard_error(evidence.after)))
    gap = pd.DataFrame(columns=GAP_COLUMNS) if by_group is None else gap_table(by_group)
    return Evaluation(
        series, plan, chosen, seed, fits, known_before,
        impact=with_verdict(impact_table(total, by_group, parts), verdict, plan),
        gap_change=with_verdict(gap, verdict, plan),
        models=models_table(tried.specifications.table, main.for_checks(fits.total)),
        placebos=tried.placebos.table,
        forecasts=tried.forecasts.table,
        verdict=verdict,
        not_counted=tried.left_out,
        parallel_trends=parallel_trends_data(series, plan) if plan.exposed else None,
        trend_difference=_trend_difference(series, plan) if plan.exposed else None,
    )  # fmt: skip


@dataclass(frozen=True)
class _Tried:
    """What was tried against a change, and what it gave."""

    specifications: Attempt
    placebos: Attempt
    forecasts: Attempt
    month: MonthOutOfLine | None = None
    trends: tuple[float, float, float] | None = None
    notes: tuple[str, ...] = ()

    @property
    def left_out(self) -> tuple[LeftOut, ...]:
        return (*self.specifications.left_out, *self.placebos.left_out, *self.forecasts.left_out)


def _fit_parts(
    series: xr.Dataset, plan: Interruption, model: SeriesModel, seed: int, progress: Progress
) -> tuple[MainFit, EvaluationFits]:
    """Fit what the verdict rests on, then the total, the groups and the units without the months it is without."""
    gap = plan.outcome == "gap"
    progress("fitting deprivation groups" if gap else "fitting all admissions as one series", 0.05)
    main = fit_main(series, plan, model, seed=seed)
    early = bool(main.months)
    total, by_group, parts = main.fit, main.fit if gap else None, None
    if gap:
        progress("fitting all admissions as one series", 0.1)
        total = fit_without(*add_up_arms(series, plan), model, seed, early=early)
    elif series.sizes[DEPRIVATION] > 1:
        progress("fitting deprivation groups", 0.1)
        by_group = fit_without(*add_up_arms(series, plan, (ICS, PROCEDURE)), model, seed, early=early)
    if series.sizes[ICS] > 1 or series.sizes[PROCEDURE] > 1:
        progress("fitting ICSs and procedures", 0.2)
        alone = model.leaving_out("common") if model.has("common") else model
        parts = fit_without(series, plan, alone, seed, early=early)
    return main, EvaluationFits(total, by_group, parts)


def _falsify(
    fits: EvaluationFits, main: MainFit, plan: Interruption, placebo: xr.Dataset | None, progress: Progress,
    executor: ExecutorName | Executor,
) -> tuple[EvaluationFits, _Tried]:  # fmt: skip
    """Try other models, a placebo outcome, dates at which nothing happened, forecasts, and a month out of line."""
    tried = main.for_checks(fits.main(plan))
    other = None if placebo is None else fit_placebo_outcome(tried, placebo, plan)
    specifications = fit_other_models(tried, progress, executor)
    before, after = (months_with_data(fits.main(plan), before=early) for early in (True, False))
    least = least_months(fits.main(plan).series)
    enough = before >= least.before and after >= least.after
    nothing = Attempt(pd.DataFrame(columns=PLACEBO_COLUMNS))
    placebos = fit_placebo_dates(tried, progress, executor) if enough else nothing
    progress("forecasting months before the start", 0.8)
    forecasts = check_forecasts(tried, executor)
    month = month_out_of_line(tried) if enough else None
    return replace(fits, placebo=other), _Tried(specifications, placebos, forecasts, month, notes=main.notes)


def _evidence(fits: EvaluationFits, plan: Interruption, tried: _Tried, left_out: str) -> Evidence:
    """Lay out what the verdict rests on: nothing of a fit that did not pass."""
    main, placebo = fits.main(plan), fits.published("placebo")
    what, way = question_in_words(main)
    return Evidence(
        log_ratio=outcome_draws(main),
        what=what,
        before=months_with_data(main, before=True),
        after=months_with_data(main, before=False),
        threshold=plan.threshold,
        smallest_change=plan.smallest_change,
        placebos=tuple(tried.placebos.table["departure"]),
        rho=main.posterior["rho"].values.ravel(),
        sound=main.sound,
        placebo_outcome=None if placebo is None else outcome_draws(placebo),
        forecasts=tried.forecasts.table,
        month=tried.month,
        trends=tried.trends,
        recovery=recovery_evidence(main.posterior, main.series, main.plan),
        notes=tried.notes,
        left_out=left_out,
        way_round=way,
        least=least_months(main.series),
    )


def _with_trends_before(tried: _Tried, series: xr.Dataset, plan: Interruption, *, early: bool) -> _Tried:
    """Compare the trends before, of what the question is about, at the probability of the rule; or say why not."""
    if not plan.controlled:
        return tried
    if not plan.exposed:
        return replace(tried, notes=(*tried.notes, NOT_ASKED.format(NOBODY_NAMED)))
    known = leave_out_anticipation(series, plan) if early else series
    try:
        table = trend_difference(known, plan, probability=TRENDS_PROBABILITY).set_index("quantity")
    except SpecError as error:
        return replace(tried, notes=(*tried.notes, NOT_ASKED.format(error)))
    row = table.loc[["gap" if plan.outcome == "gap" else "admissions"], ["estimate", "lower", "upper"]]
    estimate, lower, upper = row.to_numpy(dtype=float)[0]
    return replace(tried, trends=(estimate, lower, upper))


def _trend_difference(series: xr.Dataset, plan: Interruption) -> pd.DataFrame:
    """Compare the trends before; where periods are too few for that, the rest is given all the same."""
    try:
        return trend_difference(series, plan)
    except SpecError:
        return pd.DataFrame(columns=TREND_COLUMNS)
