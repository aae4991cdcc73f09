"""An evaluation: what an interruption did, and whether it can be called real."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Literal

import numpy as np
import pandas as pd
import xarray as xr

from equitymodel.data.series.covariates import COVARIATES
from equitymodel.data.series.series_facts import SeriesFacts
from equitymodel.data.tables.suppression import count_middle
from equitymodel.errors import DiagnosisError
from equitymodel.estimands.effect_measure import MEASURE
from equitymodel.estimands.exaggeration import Exaggeration
from equitymodel.estimands.interrupted_series import (
    average_rate_ratio,
    counted_periods,
    earlier_periods,
    judged_periods,
)
from equitymodel.estimands.series_gap import gap_change, log_gap_change, way_round
from equitymodel.estimands.verdict import Assessment
from equitymodel.estimands.written_numbers import number
from equitymodel.inference.series.series_fit import SeriesFit
from equitymodel.spec.interruption import Interruption
from equitymodel.spec.series_model import SeriesModel
from equitymodel.studies.after_end import AfterEnd, after_end
from equitymodel.studies.covariate_table import covariate_table, covariate_warnings
from equitymodel.studies.detectable_change import TimeToKnow
from equitymodel.studies.evaluation_fits import EvaluationFits
from equitymodel.studies.impact import ANSWER, COLUMNS, JUDGED, MONTHS, without_all_months
from equitymodel.studies.left_out import LeftOut, left_out_sentence
from equitymodel.vocabulary import ALL_PROCEDURES, CELL_DIMS, PERIOD, PROCEDURE

MAIN_MODELS = "main model and its variants"
"""What the models that the verdict may count are called in the column ``kind``; all others are comparison methods."""


@dataclass(frozen=True)
class Evaluation:
    """What an interruption did, and whether it can be called real.

    Attributes
    ----------
    series, plan, model, seed
        What was asked.
    fits
        Of all admissions, of the groups, of ICSs and procedures, and of a placebo outcome; see
        `EvaluationFits`. Of these ``total, groups, parts, placebo`` give what may be published.
    known_before
        What the series could find, known before any result.
    impact
        Change of admissions: in all, by group, and by ICS and procedure; see `impact_table`.
    gap_change
        Change of the gap in five measures, and the probability that it narrowed; empty without groups.
    models
        The answer of every model: the model of the verdict, others shown beside it, and comparison
        methods in common use.
    placebos
        The answer at dates before the start.
    forecasts
        Months before the start as forecast from earlier ones; see `check_forecasts`.
    verdict
        One of four phrases, and why.
    parallel_trends
        Exposed and controls before the start; see `parallel_trends_data`. None without controls.
    trend_difference
        By how much their trends differed; see `trend_difference`. Empty with too few periods to say, and
        none without controls.
    not_counted
        Models, dates and forecasts that are left out, as their fits did not pass their diagnosis.
    """

    series: xr.Dataset = field(repr=False)
    plan: Interruption
    model: SeriesModel
    seed: int
    fits: EvaluationFits = field(repr=False)
    known_before: TimeToKnow = field(repr=False)
    impact: pd.DataFrame = field(repr=False)
    gap_change: pd.DataFrame = field(repr=False)
    models: pd.DataFrame = field(repr=False)
    placebos: pd.DataFrame = field(repr=False)
    forecasts: pd.DataFrame = field(repr=False)
    verdict: Assessment
    parallel_trends: pd.DataFrame | None = field(default=None, repr=False)
    trend_difference: pd.DataFrame | None = field(default=None, repr=False)
    not_counted: tuple[LeftOut, ...] = ()

    @property
    def total(self) -> SeriesFit | None:
        """The fit of all admissions, if it may be published."""
        return self.fits.published("total")

    @property
    def groups(self) -> SeriesFit | None:
        """The fit of the deprivation groups, if there are any and it may be published."""
        return self.fits.published("groups")

    @property
    def parts(self) -> SeriesFit | None:
        """The fit of ICSs and procedures, if there are several and it may be published."""
        return self.fits.published("parts")

    @property
    def placebo(self) -> SeriesFit | None:
        """The fit of an outcome that cannot have changed, if there is one and it may be published."""
        return self.fits.published("placebo")

    @property
    def judged_gap(self) -> pd.DataFrame:
        """Changes of the gap over the months judged: one row a measure."""
        return without_all_months(self.gap_change)

    @property
    def covariates(self) -> pd.DataFrame | None:
        """What each covariate does to admissions, in the fit that the verdict rests on; none without covariates."""
        return covariate_table(self.main) if COVARIATES in self.series else None

    @property
    def after_end(self) -> AfterEnd | None:
        """What changed after the intervention ended, beside what it did until then; none where it did not end."""
        return after_end(self.total, self.groups) if self.plan.ends else None

    @property
    def left_out(self) -> tuple[LeftOut, ...]:
        """Everything that is left out by name, as its fit did not pass its diagnosis."""
        return (*self.fits.left_out(self.plan), *self.known_before.left_out, *self.not_counted)

    def through_gate(self, *, force: bool = False) -> Evaluation:
        """Take the main fit through the gate, as everything that publishes does; see `Fit.require_sound`.

        Raises
        ------
        DiagnosisError
            When the main fit failed its diagnosis and is not forced.
        """
        return replace(self, fits=self.fits.through_gate(self.plan, force=force))

    def require_current(self) -> None:
        """Refuse tables and a verdict that were made of fits which have been replaced by ones that failed.

        Raises
        ------
        DiagnosisError
            Names the fits.
        """
        sentence = left_out_sentence(self.left_out)
        if sentence and sentence not in self.verdict.reasons:
            raise DiagnosisError(
                "the tables and the verdict of this evaluation were made when all its fits had passed their "
                f"diagnosis, and some no longer do. {sentence} Way out: evaluate again"
            )

    @property
    def table(self) -> pd.DataFrame:
        """Who moved, and the gap: the rows most often quoted."""
        wanted = self.impact[MEASURE].isin(["average_rate_ratio", "admissions_added"])
        rows = self.impact[wanted & (self.impact[PROCEDURE] == ALL_PROCEDURES)]
        shown = [*COLUMNS, MONTHS, *ANSWER]
        return pd.concat([part[shown] for part in (rows, self.gap_change) if len(part)], ignore_index=True)

    @property
    def average_changes(self) -> pd.DataFrame:
        """The average change by every model: the model of the verdict, its variants, and comparison methods."""
        return self.models[self.models["quantity"] == "average"]

    @property
    def probability_gap_narrowed(self) -> float | None:
        """The probability that the gap narrowed; none without groups."""
        rows = self.judged_gap[self.judged_gap[MEASURE] == "narrowing"]
        return float(rows["probability"].iloc[0]) if len(rows) else None

    @property
    def main(self) -> SeriesFit:
        """The fit that the verdict rests on: of the groups for a question about the gap, otherwise of the total."""
        return self.fits.main(self.plan)

    @property
    def months(self) -> tuple[float, float]:
        """Months with data before and after the interruption, of the fit that the verdict rests on."""
        return months_with_data(self.main, before=True), months_with_data(self.main, before=False)

    @property
    def exaggeration(self) -> Exaggeration | None:
        """How large a true change that just matters would look if it were found; none where that is not known."""
        return self.known_before.exaggeration(self.months[1])

    def __str__(self) -> str:
        """Say what was asked, what could be found, the verdict and its reasons, and the table."""
        self.require_current()
        rows = self.through_gate().table
        shown = rows[["quantity", "ics", "group", MONTHS, "estimate", "lower", "upper", "probability",
                      "probability_of"]].fillna({MONTHS: ""})  # fmt: skip
        shown = shown.assign(verdict=rows["verdict"].where(rows[JUDGED].astype(bool), "not judged"))
        table = shown.to_string(index=False, float_format=number, max_colwidth=44)
        beside = [str(self.after_end)] if self.after_end else []
        said = [self.plan, self.known_before, self.verdict, *beside, *covariate_warnings(self.main), table]
        return "\n\n".join(map(str, said))


def months_with_data(fit: SeriesFit, *, before: bool) -> float:
    """Count months with a known count: before the first start, or after the first of those exposed."""
    known = (fit.series["exposure"] > 0) & count_middle(fit.series).notnull()
    if before:
        first = fit.series[PERIOD] < np.datetime64(str(fit.plan.first_start))
        chosen = earlier_periods(fit.series, fit.plan) & first
    else:
        chosen = counted_periods(fit.series, fit.plan)
    periods = (chosen & known).any(CELL_DIMS).sum()
    return float(periods) * 12 / SeriesFacts.of(fit.series).frequency.per_year


def question_in_words(fit: SeriesFit) -> tuple[str, Literal[1, -1]]:
    """Say what the question is about, and which way round a change of it is said: see `WayRound`.

    Parameters
    ----------
    fit
        As for `outcome_draws`.

    Returns
    -------
    tuple
        Words, and the sign that turns `outcome_draws` the way they are said.

    Examples
    --------
    >>> from equitymodel.inference.series.fit_interruption import fit_interruption
    >>> from equitymodel.simulate.simulated_series import simulate_series
    >>> series, truth = simulate_series(seed=1)
    >>> question_in_words(fit_interruption(series, truth.plan, seed=1, draws=400))
    ('admissions', 1)
    """
    if fit.plan.outcome != "gap":
        return "admissions", 1
    way = way_round(gap_change(fit.posterior, fit.series, fit.plan, judged_periods(fit.series, fit.plan)))
    return way.words, way.sign


def outcome_draws(fit: SeriesFit) -> np.ndarray:
    """Give draws of the log ratio that the question is about, over the months judged: of admissions, or of the gap.

    Parameters
    ----------
    fit
        A fit; its plan says what the question is.

    Returns
    -------
    numpy.ndarray
        Log ratios, one a draw; 0 = no change. For the gap: least over most deprived.

    Examples
    --------
    >>> from equitymodel.inference.series.fit_interruption import fit_interruption
    >>> from equitymodel.simulate.simulated_series import simulate_series
    >>> series, truth = simulate_series(seed=1)
    >>> fit = fit_interruption(series, truth.plan, seed=1, draws=400)
    >>> outcome_draws(fit).shape
    (400,)
    """
    if fit.plan.outcome == "gap":
        found = log_gap_change(fit.posterior, fit.series, judged_periods(fit.series, fit.plan))
    else:
        found = np.log(average_rate_ratio(fit.posterior, judged_periods(fit.series, fit.plan)))
    return np.asarray(found.values).ravel()
