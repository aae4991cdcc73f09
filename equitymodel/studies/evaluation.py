"""An evaluation: what an interruption did, and whether it can be called real."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import pandas as pd
import xarray as xr

from equitymodel.data.series.series_facts import SeriesFacts
from equitymodel.data.tables.suppression import count_middle
from equitymodel.estimands.effect_measure import MEASURE
from equitymodel.estimands.interrupted_series import average_rate_ratio, counted_periods, earlier_periods
from equitymodel.estimands.series_gap import gap_change
from equitymodel.estimands.verdict import Assessment
from equitymodel.inference.series.interruption_fit import InterruptionFit
from equitymodel.spec.interruption import Interruption
from equitymodel.spec.series_model import SeriesModel
from equitymodel.studies.detectable_change import TimeToKnow
from equitymodel.studies.impact import COLUMNS
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
    total
        The fit of all admissions as one series, or of the exposed added up beside the controls added
        up: it answers whether admissions changed.
    groups
        The fit of the deprivation groups together, where there are any, of exposed and controls separately:
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
        The answer of every model: the model of the verdict, other defensible ones, and comparison
        methods in common use.
    placebos
        The answer at dates before the start.
    placebo
        The fit of an outcome that the interruption cannot have changed, if there is one.
    forecasts
        Months before the start as forecast from earlier ones; see `check_forecasts`.
    verdict
        One of four phrases, and why.
    parallel_trends
        Exposed and controls before the start; see `parallel_trends_data`. None without controls.
    trend_difference
        By how much their trends differed; see `trend_difference`. Empty with too few periods to say, and
        none without controls.
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
    verdict: Assessment
    parallel_trends: pd.DataFrame | None = field(default=None, repr=False)
    trend_difference: pd.DataFrame | None = field(default=None, repr=False)

    @property
    def table(self) -> pd.DataFrame:
        """Who moved, and the gap: the rows most often quoted."""
        wanted = self.impact[MEASURE].isin(["average_rate_ratio", "admissions_added"])
        rows = self.impact[wanted & (self.impact[PROCEDURE] == ALL_PROCEDURES)]
        return pd.concat([part[COLUMNS] for part in (rows, self.gap_change) if len(part)], ignore_index=True)

    @property
    def average_changes(self) -> pd.DataFrame:
        """The average change by every model: the model of the verdict, its variants, and comparison methods."""
        return self.models[self.models["quantity"] == "average"]

    @property
    def probability_gap_narrowed(self) -> float | None:
        """The probability that the gap narrowed; none without groups."""
        rows = self.gap_change[self.gap_change[MEASURE] == "narrowing"]
        return float(rows["probability"].iloc[0]) if len(rows) else None

    @property
    def main(self) -> InterruptionFit:
        """The fit that the verdict rests on: of the groups for a question about the gap, otherwise of the total."""
        return main_fit(self.plan, self.total, self.groups)

    @property
    def months(self) -> tuple[float, float]:
        """Months with data before and after the interruption, of the fit that the verdict rests on."""
        return months_with_data(self.main, before=True), months_with_data(self.main, before=False)

    def __str__(self) -> str:
        """Say what was asked, what could be found, the verdict and its reasons, and the table."""
        shown = self.table[["quantity", "ics", "group", "estimate", "lower", "upper", "probability", "probability_of"]]
        table = shown.to_string(index=False, float_format=lambda value: f"{value:.3g}", max_colwidth=44)
        return f"{self.plan}\n\n{self.known_before}\n\n{self.verdict}\n\n{table}"


def main_fit(plan: Interruption, total: InterruptionFit, by_group: InterruptionFit | None) -> InterruptionFit:
    """Choose the fit that the verdict rests on: of the groups for a question about the gap, otherwise of the total."""
    return by_group if plan.outcome == "gap" and by_group is not None else total


def months_with_data(fit: InterruptionFit, *, before: bool) -> float:
    """Count months with a known count: before the first start, or after the first of those exposed."""
    known = (fit.series["exposure"] > 0) & count_middle(fit.series).notnull()
    if before:
        first = fit.series[PERIOD] < np.datetime64(str(fit.plan.first_start))
        chosen = earlier_periods(fit.series, fit.plan) & first
    else:
        chosen = counted_periods(fit.series, fit.plan)
    periods = (chosen & known).any(CELL_DIMS).sum()
    return float(periods) * 12 / SeriesFacts.of(fit.series).frequency.per_year


def outcome_draws(fit: InterruptionFit) -> np.ndarray:
    """Give draws of the log ratio that the question is about: of admissions, or of the gap.

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
        found = gap_change(fit.draws, fit.series, fit.plan)["log_relative_index"]
    else:
        found = np.log(average_rate_ratio(fit.draws, counted_periods(fit.series, fit.plan)))
    return np.asarray(found.values).ravel()
