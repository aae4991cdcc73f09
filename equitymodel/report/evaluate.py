"""From a series and a declared interruption to a verdict, with every choice and companion beside it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

import numpy as np
import pandas as pd
import xarray as xr

from equitymodel.data.series import series_frequency
from equitymodel.errors import SpecError
from equitymodel.estimands.interruption import (
    admissions_added,
    average_rate_ratio,
    counted_periods,
    earlier_periods,
    gap_change,
    narrowing,
    predicted_added,
)
from equitymodel.estimands.summary import probability_above, summarise
from equitymodel.inference.interruption.falsify import other_models, placebo_plans
from equitymodel.inference.interruption.fit import InterruptionFit, fit_interruption
from equitymodel.inference.interruption.verdict import (
    MIN_AFTER,
    MIN_BEFORE,
    Evidence,
    Verdict,
    judge,
    probability_of_direction,
)
from equitymodel.inference.progress import Progress, silent
from equitymodel.inference.segmented import segmented_models
from equitymodel.spec.arms import EXPOSED, add_up_arms
from equitymodel.spec.interruption import Interruption
from equitymodel.spec.library import SERIES_MODELS, load_series_model
from equitymodel.spec.series_model import SeriesModel
from equitymodel.vocabulary import ALL_GROUPS, ALL_ICS, DEPRIVATION, ICS, INTERVAL_PROBABILITY, PERIOD, PROCEDURE

QUESTIONS = {"level": "admissions", "gap": "the gap (least over most deprived)"}
RATIO, SHARE = "ratio", "log ratio a year"
CHECK_DRAWS = 1000
GAP_UNITS = {
    "log_relative_index": "log ratio",
    "log_rate_ratio": "log ratio",
    "slope_index": "",
    "shortfall_most": "admissions a year",
    "shortfall": "admissions a year",
}
COLUMNS = ["quantity", "ics", "group", "estimate", "lower", "upper", "interval_probability", "interval_kind",
           "probability", "probability_of", "unit"]  # fmt: skip


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
    impact
        Change of admissions: in all, by group, and by ICS.
    gap_change
        Change of the gap in five measures, and the probability that it narrowed; empty without groups.
    models
        The answer of every model: the model of the verdict, other defensible ones, and companions in
        common use.
    placebos
        The answer at dates before the start.
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
    impact: pd.DataFrame = field(repr=False)
    gap_change: pd.DataFrame = field(repr=False)
    models: pd.DataFrame = field(repr=False)
    placebos: pd.DataFrame = field(repr=False)
    verdict: Verdict

    @property
    def table(self) -> pd.DataFrame:
        """Who moved, and the gap: the rows most often quoted."""
        rows = self.impact[self.impact["quantity"].isin(["average_rate_ratio", "admissions_added"])]
        return pd.concat([rows, self.gap_change] if len(self.gap_change) else [rows], ignore_index=True)

    @property
    def probability_gap_narrowed(self) -> float | None:
        """The probability that the gap narrowed; none without groups."""
        rows = self.gap_change[self.gap_change["quantity"] == "narrowing"] if len(self.gap_change) else None
        return None if rows is None else float(rows["probability"].iloc[0])

    def __str__(self) -> str:
        """Say what was asked, the verdict and its reasons, and the table."""
        shown = self.table[["quantity", "ics", "group", "estimate", "lower", "upper", "probability", "probability_of"]]
        table = shown.to_string(index=False, float_format=lambda value: f"{value:.3g}", max_colwidth=44)
        return f"{self.plan}\n\n{self.verdict}\n\n{table}"


def evaluate(
    series: xr.Dataset,
    plan: Interruption,
    *,
    seed: int,
    model: SeriesModel | str | Path | None = None,
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
    progress
        Called with what is being done and the share of it that is done.

    Returns
    -------
    Evaluation
        Prints as a verdict with reasons; tables in ``impact, gap_change, models, placebos``.

    Raises
    ------
    SpecError
        When the interruption does not fit the series, or the question is about a gap and there are
        no groups.

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
    tell, chosen = progress or silent, model if isinstance(model, SeriesModel) else choose_model(plan, model)
    grouped = series.sizes[DEPRIVATION] > 1
    if plan.outcome == "gap" and not grouped:
        raise SpecError("the question is about the gap, and this series has no deprivation groups")
    total, by_group, parts = _fits(series, plan, chosen, seed, tell)
    main = by_group if plan.outcome == "gap" and by_group is not None else total
    gaps = _gap_rows(by_group) if by_group is not None else pd.DataFrame(columns=COLUMNS)
    enough = _months(main, before=True) >= MIN_BEFORE and _months(main, before=False) >= MIN_AFTER
    specifications = _specifications(main, tell)
    placebos = _placebos(main, tell) if enough else pd.DataFrame({"date": [], "estimate": [], "probability": []})
    log_ratio = outcome_draws(main)
    evidence = Evidence(
        log_ratio=log_ratio,
        what=QUESTIONS[plan.outcome],
        before=_months(main, before=True),
        after=_months(main, before=False),
        threshold=plan.threshold,
        smallest_change=plan.smallest_change,
        placebos=tuple(placebos["probability"]),
        specifications=specifications,
        rho=main.draws["rho"].values.ravel(),
        sound=main.sound,
    )
    models = pd.concat([_as_models(specifications), _companions(total)], ignore_index=True)
    return Evaluation(series, plan, chosen, seed, total, by_group, parts, _impact_rows(total, by_group, parts), gaps,
                      models, placebos, judge(evidence))  # fmt: skip


def choose_model(plan: Interruption, name: str | Path | None = None) -> SeriesModel:
    """Load the model of that name, or the one that goes with the question.

    Examples
    --------
    >>> choose_model(Interruption("2023-04", outcome="gap")).name
    'gap_interruption'
    """
    return load_series_model(name or SERIES_MODELS["controlled" if plan.controlled else plan.outcome])


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
    """
    if fit.plan.outcome == "gap":
        found = gap_change(fit.draws, fit.series, fit.plan)["log_relative_index"]
    else:
        found = np.log(average_rate_ratio(fit.draws, counted_periods(fit.series, fit.plan)))
    return np.asarray(found.values).ravel()


Fits = tuple[InterruptionFit, InterruptionFit | None, InterruptionFit | None]


def _fits(series: xr.Dataset, plan: Interruption, model: SeriesModel, seed: int, tell: Progress) -> Fits:
    tell("fitting all admissions as one series", 0.0)
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


def _months(fit: InterruptionFit, *, before: bool) -> float:
    """Count months with data: before the first start, or after the first of those exposed."""
    known = fit.series["exposure"] > 0
    if before:
        first = fit.series[PERIOD] < np.datetime64(str(fit.plan.first_start))
        chosen = earlier_periods(fit.series, fit.plan) & first
    else:
        chosen = counted_periods(fit.series, fit.plan)
    periods = (chosen & known).any([ICS, DEPRIVATION, PROCEDURE]).sum()
    return float(periods) * 12 / series_frequency(fit.series).per_year


def _specifications(main: InterruptionFit, tell: Progress) -> pd.DataFrame:
    rows = []
    models = other_models(main.model)
    for step, (name, other) in enumerate(models.items()):
        tell(f"trying other models: {name}", 0.4 + 0.3 * step / len(models))
        fit = (
            main
            if name == "default"
            else fit_interruption(main.series, main.plan, other, seed=main.seed, draws=CHECK_DRAWS)
        )
        rows.append({"model": name, **_answer(outcome_draws(fit)), "rho": float(fit.draws["rho"].mean())})
    return pd.DataFrame(rows)


def _placebos(main: InterruptionFit, tell: Progress) -> pd.DataFrame:
    earlier, plans = placebo_plans(main.series, main.plan)
    rows = []
    for step, plan in enumerate(plans):
        tell(f"trying a date at which nothing happened: {plan.start}", 0.7 + 0.3 * step / len(plans))
        fit = fit_interruption(earlier, plan, main.model, seed=main.seed, draws=CHECK_DRAWS)
        rows.append({"date": str(plan.start), **_answer(outcome_draws(fit))})
    return pd.DataFrame(rows, columns=["date", "estimate", "lower", "upper", "probability"])


def _answer(log_ratio: np.ndarray) -> dict[str, float]:
    tail = (1 - INTERVAL_PROBABILITY) / 2
    lower, middle, upper = np.quantile(log_ratio, [tail, 0.5, 1 - tail])
    likely = probability_of_direction(log_ratio)
    return {"estimate": middle, "lower": lower, "upper": upper, "probability": likely}


def _as_models(table: pd.DataFrame) -> pd.DataFrame:
    """Put the models of the verdict in the columns of the companions, as ratios."""
    ratios = {name: np.exp(table[name]) for name in ("estimate", "lower", "upper")}
    label = "latent AR(1) counts: " + table["model"]
    return table.assign(**ratios, label=label, quantity="average", kind="main model and its variants",
                        note="")  # fmt: skip


def _companions(total: InterruptionFit) -> pd.DataFrame:
    """Fit the companions to all who were exposed; where they cannot be fitted, say so."""
    series, plan, model = total.series, total.plan, total.model
    whom = "the exposed alone, without controls" if plan.controlled else "all admissions"
    try:
        if plan.starts:
            raise ValueError("they know one start only")
        if plan.exposed:
            series, plan = series.sel({ICS: list(plan.exposed[ICS])}), replace(plan, exposed=None)
        found = segmented_models(series, plan, harmonics=model.harmonics, slope=model.has("slope"))
    except ValueError as error:
        return pd.DataFrame([{"model": "companions", "label": "companions", "note": f"not fitted: {error}"}])
    return found.assign(kind=f"companions in common use, of {whom}")


def _impact_rows(
    total: InterruptionFit, by_group: InterruptionFit | None, parts: InterruptionFit | None
) -> pd.DataFrame:
    whom = _whom(total)
    tables = [_rows_of(total, (), {ICS: whom, "group": ALL_GROUPS}), _predicted(total)]
    if by_group is not None:
        tables.append(_rows_of(by_group, (DEPRIVATION,), {ICS: whom}))
    if parts is not None and parts.series.sizes[ICS] > 1:
        tables.append(_rows_of(parts, (ICS,), {"group": ALL_GROUPS}))
    return pd.concat([table for table in tables if len(table)], ignore_index=True)[COLUMNS]


def _whom(fit: InterruptionFit) -> str:
    return EXPOSED if fit.plan.controlled else ALL_ICS


def _rows_of(fit: InterruptionFit, by: tuple[str, ...], labels: Mapping[str, str]) -> pd.DataFrame:
    counted = counted_periods(fit.series, fit.plan)
    ratio, added = (measure(fit.draws, counted, by=by) for measure in (average_rate_ratio, admissions_added))
    quantities = {
        "average_rate_ratio": (ratio, 1.0, RATIO, "ratio above 1"),
        "admissions_added": (added, 0.0, "admissions", "more admissions"),
    }
    if ICS in by:
        some = counted.broadcast_like(fit.series["exposure"]).any([PERIOD, DEPRIVATION, PROCEDURE])
        quantities = {name: (values.isel({ICS: some.values}), *rest) for name, (values, *rest) in quantities.items()}
    if not by and not fit.plan.starts:
        single = dict.fromkeys((ICS, DEPRIVATION, PROCEDURE), 0)
        quantities["level_ratio"] = (np.exp(fit.draws["level"].isel(single, drop=True)), 1.0, RATIO, "ratio above 1")
        if "slope" in fit.draws:
            quantities["slope_change"] = (fit.draws["slope"].isel(single, drop=True), 0.0, SHARE, "steeper")
    tables = [
        summarise(values, unit=unit, probability=probability_above(values, none)).assign(
            quantity=name, probability_of=of, **labels
        )
        for name, (values, none, unit, of) in quantities.items()
    ]
    return pd.concat(tables, ignore_index=True).rename(columns={DEPRIVATION: "group"})


def _predicted(total: InterruptionFit) -> pd.DataFrame:
    counted = counted_periods(total.series, total.plan)
    values = predicted_added(total.draws, total.series["admissions"], counted, seed=total.seed)
    return summarise(values, unit="admissions", probability=probability_above(values)).assign(
        quantity="observed_less_predicted", ics=_whom(total), group=ALL_GROUPS, probability_of="more admissions"
    )


def _gap_rows(fit: InterruptionFit) -> pd.DataFrame:
    change = gap_change(fit.draws, fit.series, fit.plan)
    unit = {"slope_index": _slope_unit(fit.series)}
    measures = {name: change[name] for name in GAP_UNITS}
    tables = [
        summarise(values, unit=unit.get(name, GAP_UNITS[name]), probability=probability_above(-values)).assign(
            quantity=f"change in {name}", probability_of="a fall: most deprived nearer to least"
        )
        for name, values in measures.items()
    ]
    narrowed, least = narrowing(change), np.log1p(fit.plan.smallest_change)
    for name, threshold, of in (
        ("narrowing", 0.0, "narrowed"),
        (f"narrowing by {100 * fit.plan.smallest_change:g} %", least, "narrowed by at least that"),
    ):
        tables.append(summarise(narrowed, unit="log ratio", probability=probability_above(narrowed, threshold)).assign(
            quantity=name, probability_of=of))  # fmt: skip
    before = change["before"]
    tables.append(summarise(before, unit="log ratio", probability=probability_above(before)).assign(
        quantity="gap before", probability_of="most deprived had fewer"))  # fmt: skip
    return pd.concat(tables, ignore_index=True).assign(ics=_whom(fit), group=ALL_GROUPS)[COLUMNS]


def _slope_unit(series: xr.Dataset) -> str:
    if series.attrs["exposure"] == "expected_admissions":
        return "admissions per 100 expected"
    return "admissions per 100,000 a year"
