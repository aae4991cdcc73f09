"""From a series and a declared interruption to a verdict, with every choice and companion beside it."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import pandas as pd
import xarray as xr

from equitymodel.data.series import series_frequency
from equitymodel.data.small_numbers import count_middle
from equitymodel.errors import SpecError
from equitymodel.estimands.interruption import counted_periods, earlier_periods
from equitymodel.inference.interruption.fit import InterruptionFit, fit_interruption
from equitymodel.inference.interruption.verdict import MIN_AFTER, MIN_BEFORE, Evidence, Verdict, judge
from equitymodel.inference.progress import Progress, silent
from equitymodel.report.falsification import (
    PLACEBO_COLUMNS,
    models_table,
    outcome_draws,
    try_dates,
    try_models,
    try_placebo_outcome,
)
from equitymodel.report.forecasts import check_forecasts
from equitymodel.report.interruption_tables import COLUMNS, gap_table, impact_table
from equitymodel.report.time_to_know import TimeToKnow, time_to_know
from equitymodel.spec.arms import add_up_arms
from equitymodel.spec.interruption import Interruption
from equitymodel.spec.library import choose_series_model
from equitymodel.spec.series_model import SeriesModel
from equitymodel.vocabulary import ALL_PROCEDURES, DEPRIVATION, ICS, PERIOD, PROCEDURE

QUESTIONS = {"level": "admissions", "gap": "the gap (least over most deprived)"}


@dataclass(frozen=True)
class Evaluation:
    """What an interruption did, and whether it can be called real.

    Attributes
    ----------
    series, plan, model, seed
        What was asked.
    total
        The fit of all admissions as one series, or of the exposed added up beside the controls added
        up: it answers whether admissions changed.
    groups
        The fit of the deprivation groups together, where there are any, of exposed and controls apart:
        it answers who moved, and whether the gap changed.
    parts
        The fit of all ICSs and procedures together, where there are several.
    known_before
        What the series could find, known before any result.
    impact
        Change of admissions: in all, by group, and by ICS and procedure; see `impact_table`.
    gap_change
        Change of the gap in five measures, and the probability that it narrowed; empty without groups.
    models
        The answer of every model: the model of the verdict, other defensible ones, and companions in
        common use.
    placebos
        The answer at dates before the start.
    placebo
        The fit of an outcome that the interruption cannot have changed, if there is one.
    forecasts
        Months before the start as forecast from earlier ones; see `check_forecasts`.
    verdict
        One of four phrases, and why.
    """

    series: xr.Dataset = field(repr=False)
    plan: Interruption
    model: SeriesModel
    seed: int
    total: InterruptionFit = field(repr=False)
    groups: InterruptionFit | None = field(repr=False)
    parts: InterruptionFit | None = field(repr=False)
    known_before: TimeToKnow = field(repr=False)
    impact: pd.DataFrame = field(repr=False)
    gap_change: pd.DataFrame = field(repr=False)
    models: pd.DataFrame = field(repr=False)
    placebos: pd.DataFrame = field(repr=False)
    placebo: InterruptionFit | None = field(repr=False)
    forecasts: pd.DataFrame = field(repr=False)
    verdict: Verdict

    @property
    def table(self) -> pd.DataFrame:
        """Who moved, and the gap: the rows most often quoted."""
        wanted = self.impact["quantity"].isin(["average_rate_ratio", "admissions_added"])
        rows = self.impact[wanted & (self.impact[PROCEDURE] == ALL_PROCEDURES)][COLUMNS]
        return pd.concat([rows, self.gap_change] if len(self.gap_change) else [rows], ignore_index=True)

    @property
    def probability_gap_narrowed(self) -> float | None:
        """The probability that the gap narrowed; none without groups."""
        rows = self.gap_change[self.gap_change["quantity"] == "narrowing"] if len(self.gap_change) else None
        return None if rows is None else float(rows["probability"].iloc[0])

    @property
    def main(self) -> InterruptionFit:
        """The fit that the verdict rests on: of the groups for a question about the gap, otherwise of the total."""
        return _main(self.plan, self.total, self.groups)

    @property
    def months(self) -> tuple[float, float]:
        """Months with data before and after the interruption, of the fit that the verdict rests on."""
        return _months(self.main, before=True), _months(self.main, before=False)

    def __str__(self) -> str:
        """Say what was asked, what could be found, the verdict and its reasons, and the table."""
        shown = self.table[["quantity", "ics", "group", "estimate", "lower", "upper", "probability", "probability_of"]]
        table = shown.to_string(index=False, float_format=lambda value: f"{value:.3g}", max_colwidth=44)
        return f"{self.plan}\n\n{self.known_before}\n\n{self.verdict}\n\n{table}"


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
    >>> from equitymodel.simulate.series import simulate_series
    >>> series, truth = simulate_series(effect=0.4, expected=1000, sd=0.03, periods=60, before=40, seed=1)
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


def _main(plan: Interruption, total: InterruptionFit, by_group: InterruptionFit | None) -> InterruptionFit:
    return by_group if plan.outcome == "gap" and by_group is not None else total


def _months(fit: InterruptionFit, *, before: bool) -> float:
    """Count months with a known count: before the first start, or after the first of those exposed."""
    known = (fit.series["exposure"] > 0) & count_middle(fit.series).notnull()
    if before:
        first = fit.series[PERIOD] < np.datetime64(str(fit.plan.first_start))
        chosen = earlier_periods(fit.series, fit.plan) & first
    else:
        chosen = counted_periods(fit.series, fit.plan)
    periods = (chosen & known).any([ICS, DEPRIVATION, PROCEDURE]).sum()
    return float(periods) * 12 / series_frequency(fit.series).per_year
