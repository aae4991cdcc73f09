"""What a reader of an interrupted time series needs to know: filled in from the result, or asked of you."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pandas as pd

from equitymodel import __version__
from equitymodel.data.series.series_facts import SeriesFacts
from equitymodel.data.tables.suppression import count_bounds
from equitymodel.estimands.effect_measure import MEASURE
from equitymodel.estimands.guards import DRIFT, probability_of_direction
from equitymodel.estimands.verdict import listed_names
from equitymodel.estimands.written_numbers import number
from equitymodel.report.checklist_status import AUTO, NEEDS_USER, NOT_APPLICABLE, Fill, Filled, asks, fill_in
from equitymodel.report.wording.evaluation_sentences import months_judged
from equitymodel.spec.arms import EVERYWHERE
from equitymodel.studies.evaluation import Evaluation, outcome_draws
from equitymodel.studies.evaluation_fits import PARTS
from equitymodel.studies.held_to_plan import HeldToPlan
from equitymodel.studies.impact import without_all_months
from equitymodel.studies.left_out import left_out_of, left_out_sentence
from equitymodel.vocabulary import ALL_GROUPS, ALL_PROCEDURES, DEPRIVATION, ICS, INTERVAL_PROBABILITY, PROCEDURE

TAIL = (1 - INTERVAL_PROBABILITY) / 2
SOURCES = (
    "Jandoc R, Burden AM, Mamdani M, Levesque LE, Cadarette SM (2015) J Clin Epidemiol 68:950",
    "Turner SL, Karahalios A, Forbes AB, et al. (2020) J Clin Epidemiol 122:1",
    "Cochrane Effective Practice and Organisation of Care: risk of bias criteria for interrupted time series",
)
"""Whose recommendations these are; the words are our own."""


BESIDE_TREND = {
    "bend": "a trend that bends",
    "reentry": "a level at re-entry after a break",
    "recovery": "a recovery from the break",
}
"""Terms that are there only in some models and, but for the first, only for a series that spans a break."""


def reporting_checklist(result: Evaluation, held: HeldToPlan | None = None) -> pd.DataFrame:
    """Fill in the accepted reporting recommendations for interrupted time series, as far as the result can.

    Parameters
    ----------
    result
        The evaluation that answers.
    held
        What it does otherwise than the plan lodged for it; if not given, none was lodged.

    Returns
    -------
    pandas.DataFrame
        ``section, item, status, answer``. ``AUTO``: the answer comes from the result. ``NEEDS USER``:
        the answer is a question that only you can settle. ``NOT APPLICABLE``: the answer is the reason.

    References
    ----------
    See `SOURCES`.

    Examples
    --------
    >>> from equitymodel.spec.library import load_series_model
    >>> from equitymodel.studies.evaluate import evaluate
    >>> from equitymodel.simulate import Sizes, simulate_series
    >>> series, truth = simulate_series(Sizes(periods=34, before=20), seed=1)
    >>> model = load_series_model().leaving_out("slope")
    >>> table = reporting_checklist(evaluate(series, truth.plan, seed=1, model=model))
    >>> table.set_index("item").loc["Looks", ["status", "answer"]].tolist()
    ['NOT APPLICABLE', 'looked at once']
    """
    rows = list(fill_in(ITEMS, result))
    said = Filled(AUTO, " ".join((held or HeldToPlan()).lines))
    row = {"section": "Design", "item": "Plan lodged beforehand", **said._asdict()}
    return pd.DataFrame([*rows[: len(ITEMS["Design"])], row, *rows[len(ITEMS["Design"]) :]])


def _question(result: Evaluation) -> Filled:
    return Filled(AUTO, result.plan.question)


def _declared(result: Evaluation) -> Filled:
    plan = result.plan
    typed = " (typed in)" if plan.declared_was_typed else ""
    return Filled(AUTO, f"start {plan.start}, declared {plan.declared}{typed}, hash {plan.sha256[:16]}")


def _shape(result: Evaluation) -> Filled:
    return Filled(AUTO, result.plan.shape_words)


def _other_changes(result: Evaluation) -> Filled:
    listed = [item.id for item in SeriesFacts.of(result.series).breaks]
    known = f" Known breaks in these data: {', '.join(listed)}." if listed else ""
    return Filled(NEEDS_USER, f"What else changed for these people or services at about that time?{known}")


def _points(result: Evaluation) -> Filled:
    before, after = result.months
    return Filled(
        AUTO, f"{SeriesFacts.of(result.series).frequency.name} data: {before:.0f} months before, {after:.0f} after"
    )


def _why_points(result: Evaluation) -> Filled:
    known = result.known_before
    return Filled(AUTO, " ".join([known.heading, *known.lines[:1]]))


def _population(result: Evaluation) -> Filled:
    sizes = {name: result.series.sizes[dim] for name, dim in
             (("ICSs", ICS), ("deprivation groups", DEPRIVATION), ("procedures", PROCEDURE))}  # fmt: skip
    counted = ", ".join(f"{size} {name}" for name, size in sizes.items() if size > 1) or "one series"
    return Filled(AUTO, f"{counted}; compared with {SeriesFacts.of(result.series).exposure.replace('_', ' ')}")


def _missing(result: Evaluation) -> Filled:
    low, high = count_bounds(result.series)
    there = result.series["exposure"] > 0
    gone, hidden = int((there & high.isnull()).sum()), int((low < high).sum())
    return Filled(AUTO, f"{gone} counts missing (left out), {hidden} suppressed (used as what they may be), of "
                        f"{int(there.sum())}")  # fmt: skip


def _masked(result: Evaluation) -> Filled:
    out = int(result.series["masked"].sum())
    if not out:
        return Filled(NOT_APPLICABLE, "no period was masked, and no count was left out as an outlier")
    return Filled(AUTO, f"{out} periods in declared breaks left out; time runs on. No count was left out as an outlier")


def _model(result: Evaluation) -> Filled:
    trend = "trend, " if result.model.has("trend") else ""
    change = "change of level and slope" if "slope" in result.main.posterior else "change of level"
    days = {"working": "working days, ", "calendar": "days, "}.get(SeriesFacts.of(result.series).days, "")
    terms = BESIDE_TREND if "without_break" in result.main.posterior else ("bend",)
    beside = "".join(f"{BESIDE_TREND[term]}, " for term in terms if result.model.has(term))
    return Filled(
        AUTO, f"Poisson counts, log-linear mean: exposure, {days}{trend}{beside}season, {change}, lasting noise"
    )


def _autocorrelation(result: Evaluation) -> Filled:
    lower, middle, upper = np.quantile(result.main.posterior["rho"], [TAIL, 0.5, 1 - TAIL])
    return Filled(AUTO, f"autoregression of order one in true time; correlation {middle:.2f} "
                        f"(95 % credible interval {lower:.2f} to {upper:.2f})")  # fmt: skip


def _season(result: Evaluation) -> Filled:
    if not result.model.harmonics:
        return Filled(NOT_APPLICABLE, "declared without a season")
    return Filled(AUTO, f"{result.model.harmonics} waves a year")


def _drift(result: Evaluation) -> Filled:
    share = float((result.main.posterior["rho"] > DRIFT).mean())
    trend = "a trend" if result.model.has("trend") else "no trend"
    drifts = f"probability that noise is a drift (correlation above {DRIFT:g}): {share:.2f}"
    return Filled(AUTO, f"{trend} in the model; {drifts}")


def _placebo_outcome(result: Evaluation) -> Filled:
    if missing := _left_out(result, "placebo"):
        return missing
    if result.placebo is None:
        return Filled(NEEDS_USER, "Which outcome could it not have changed? Give that series as the placebo.")
    held = probability_of_direction(outcome_draws(result.placebo)) <= result.plan.threshold
    return Filled(AUTO, f"a placebo outcome was given; its interval {'includes' if held else 'excludes'} no change")


def _left_out(result: Evaluation, name: str) -> Filled | None:
    """Say that a part is left out, if its fit did not pass its diagnosis."""
    fit = result.fits.all().get(name)
    if fit is None or fit.publishable:
        return None
    return Filled(AUTO, left_out_sentence(left_out_of(PARTS[name], fit)))


def _software(result: Evaluation) -> Filled:
    return Filled(AUTO, f"equitymodel {__version__}, seed {result.seed}; hashes in provenance.json")


def _effect(result: Evaluation) -> Filled:
    found = "; ".join(_estimates(result, ("average_rate_ratio", "admissions_added")))
    return _left_out(result, "total") or Filled(AUTO, f"over {months_judged(result)}: {found}")


def _level_slope(result: Evaluation) -> Filled:
    if "slope" not in result.main.posterior:
        return Filled(NOT_APPLICABLE, "declared as a change of level only")
    found = "; ".join(_estimates(result, ("level_ratio", "slope_change")))
    return _left_out(result, "total") or Filled(AUTO, found)


def _estimates(result: Evaluation, quantities: tuple[str, ...]) -> Iterator[str]:
    whole = {ICS: EVERYWHERE, "group": (ALL_GROUPS,), PROCEDURE: (ALL_PROCEDURES,)}
    impact = without_all_months(result.impact)
    for row in impact[impact[MEASURE].isin(quantities)].to_dict("records"):
        if any(row[name] not in labels for name, labels in whole.items()):
            continue
        name = str(row["quantity"]).replace("_", " ")
        estimate, lower, upper = (number(float(row[end])) for end in ("estimate", "lower", "upper"))
        yield f"{name} {estimate} (95 % credible interval {lower} to {upper})"


def _groups(result: Evaluation) -> Filled:
    if missing := _left_out(result, "groups"):
        return missing
    if result.probability_gap_narrowed is None:
        return Filled(NOT_APPLICABLE, "no deprivation groups in these data")
    about = "" if result.plan.outcome == "gap" else ", of admissions and not of the gap"
    return Filled(
        AUTO,
        f"gap.csv, five measures; probability that it narrowed {result.probability_gap_narrowed:.2f}; "
        f"verdict{about}: {result.verdict.verdict}",
    )


def _units(result: Evaluation) -> Filled:
    if missing := _left_out(result, "parts"):
        return missing
    tested = result.impact.dropna(subset=["tested"])
    if not len(tested):
        return Filled(NOT_APPLICABLE, "one unit")
    found = int(tested["found_at_false_discovery_rate"].sum())
    return Filled(AUTO, f"{len(tested)} units tested, {found} found at a false discovery rate of 5 %; impact.csv")


def _looks(result: Evaluation) -> Filled:
    if result.plan.looks == 1:
        return Filled(NOT_APPLICABLE, "looked at once")
    return Filled(AUTO, f"{result.plan.looks} looks; a tail probability above {result.plan.threshold:.4g} counts")


def _dates(result: Evaluation) -> Filled:
    if not len(result.placebos):
        return Filled(NOT_APPLICABLE, "too few months to try dates at which nothing happened")
    return Filled(
        AUTO, f"{len(result.placebos.dropna(subset=['estimate']))} dates before the start tried; placebos.csv"
    )


def _forecasts(result: Evaluation) -> Filled:
    if not len(result.forecasts):
        return Filled(NOT_APPLICABLE, "too few months before the start to try forecasts")
    table = result.forecasts.dropna(subset=["held"])
    if table.empty:
        return Filled(AUTO, "left out, as no fit from which to forecast passed its diagnosis")
    return Filled(AUTO, f"{table['held'].mean():.0%} of {len(table)} counts held by 90 % predictive intervals; "
                        f"scaled error {table['scaled_error'].mean():.2f}; forecasts.csv")  # fmt: skip


def _sensitivity(result: Evaluation) -> Filled:
    others = result.models.loc[~result.models["counted"].astype(bool), "model"].nunique()
    return Filled(AUTO, f"the verdict rests on one model; {others} others are shown and have no vote; models.csv")


def _verdict(result: Evaluation) -> Filled:
    verdict = result.verdict
    failed = listed_names(name for name, held in verdict.checks.items() if not held)
    parts = {"not held": failed, "not tried": listed_names(verdict.not_tried)}
    return Filled(AUTO, "; ".join([verdict.verdict, *(f"{word}: {names}" for word, names in parts.items() if names)]))


ITEMS: dict[str, dict[str, Fill[Evaluation]]] = {
    "Design": {
        "Question": _question,
        "Why a time series": asks("Why was there no trial, and why does a series before and after answer this?"),
        "Intervention": asks("What was done, by whom, for whom, and was it done as planned?"),
        "Point of change": _declared,
        "Shape of the effect": _shape,
        "Why that shape": asks("Why should it act in this shape, with this lag and wash-out?"),
        "Other changes": _other_changes,
        "Recording": asks("Could the intervention have changed how admissions are recorded or coded?"),
        "Outcome": asks("Where do the counts come from, and who decided what is counted?"),
    },
    "Data": {
        "Number of points": _points,
        "Why that many points": _why_points,
        "Population": _population,
        "Missing and suppressed counts": _missing,
        "Periods and outliers left out": _masked,
    },
    "Model": {
        "Model of the effect": _model,
        "Autocorrelation": _autocorrelation,
        "Season": _season,
        "Trend and drift": _drift,
        "Control or placebo outcome": _placebo_outcome,
        "Software": _software,
    },
    "Results": {
        "Picture with what would have been": lambda _: Filled(AUTO, "interruption.png"),
        "Effect, relative and absolute": _effect,
        "Level and slope": _level_slope,
        "Groups and the gap": _groups,
        "Several units": _units,
        "Looks": _looks,
        "Dates at which nothing happened": _dates,
        "Forecasts": _forecasts,
        "Other models": _sensitivity,
        "Rule and verdict": _verdict,
    },
    "Discussion": {
        "Limits": asks("What could make this answer wrong that the data cannot show?"),
        "Other evidence": asks("How does this fit with what is known from elsewhere?"),
        "Funding and interests": asks("Who paid for the work, and who had an interest in its result?"),
    },
}
