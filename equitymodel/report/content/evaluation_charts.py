"""What pictures of an evaluation draw, for formats whose charts can be edited: modelled numbers, and no counts."""

from __future__ import annotations

import pandas as pd

from equitymodel.data.series.series_facts import SeriesFacts
from equitymodel.report.document.interval_chart import IntervalChart, interval_chart
from equitymodel.report.document.line_chart import LineChart
from equitymodel.report.plots.interruption_plots import (
    WORDS,
    cumulative_data,
    gaps_said_round,
    interruption_data,
)
from equitymodel.spec.arms import CONTROLS
from equitymodel.studies.evaluation import Evaluation
from equitymodel.vocabulary import ALL_GROUPS, PERIOD

ENDS = ("estimate", "lower", "upper")
WITHOUT, LIMITS = WORDS["without"], {"lower": "lower 95 % limit", "upper": "upper 95 % limit"}


def evaluation_charts(result: Evaluation) -> dict[str, LineChart | IntervalChart | None]:
    """Make the charts that there are, by the name of their picture.

    Parameters
    ----------
    result
        An evaluation whose main fit passed the gate.

    Returns
    -------
    dict
        ``models``; ``interruption`` and ``cumulative`` where the total may be published, ``gap_over_time`` with groups.

    Examples
    --------
    >>> from equitymodel.simulate import Sizes, simulate_series
    >>> from equitymodel.studies.evaluate import evaluate
    >>> series, truth = simulate_series(Sizes(periods=34, before=20), seed=1)
    >>> list(evaluation_charts(evaluate(series, truth.plan, seed=1)))
    ['models', 'interruption', 'cumulative']
    """
    models = models_of_the_question(result)
    found: dict[str, LineChart | IntervalChart | None] = {
        "models": interval_chart(models, ["model"], "ratio, with over without",
                                 picked_out=models["counted"].astype(bool), names=("the verdict", "others"))
    }  # fmt: skip
    if result.total is not None:
        found |= {"interruption": _admissions(result), "cumulative": _cumulative(result)}
    if result.groups is not None:
        found["gap_over_time"] = _gap(result)
    return found


def models_of_the_question(result: Evaluation) -> pd.DataFrame:
    """Give the models that answer what the verdict is about, by names short enough for an axis.

    Examples
    --------
    >>> from types import SimpleNamespace
    >>> rows = {"model": ["a_b", "c"], "about": ["the gap", "admissions"], "counted": [True, False]}
    >>> models_of_the_question(SimpleNamespace(average_changes=pd.DataFrame(rows)))["model"].tolist()
    ['a b']
    """
    rows = result.average_changes
    about = rows.loc[rows["counted"].astype(bool), "about"]
    own = rows[rows["about"].isin(about)] if len(about) else rows
    return own.assign(model=own["model"].astype(str).str.replace("_", " ")).reset_index(drop=True)


def _lines(result: Evaluation, rows: pd.DataFrame, lines: dict[str, str], quantity: str) -> LineChart:
    label = SeriesFacts.of(result.series).frequency.label
    named = rows.assign(period=[label(period) for period in rows[PERIOD]]).reset_index(drop=True)
    return LineChart(named, PERIOD, lines, quantity)


def _paths(result: Evaluation, rows: pd.DataFrame, fitted: str, without: dict[str, str], quantity: str) -> LineChart:
    """Lay out a path with the intervention, and from the start on one without it with its limits."""
    after = rows[PERIOD] >= pd.Timestamp(result.plan.first_start)
    names = dict(zip(ENDS, (WITHOUT, *LIMITS.values()), strict=True))
    told = {names[end]: rows[column].where(after) for end, column in without.items()}
    drawn = rows.assign(**{WORDS["with"]: rows[fitted]}, **told)
    looks = {WORDS["with"]: "values", WITHOUT: "centre", **dict.fromkeys(LIMITS.values(), "limit")}
    return _lines(result, drawn, looks, quantity)


def _admissions(result: Evaluation) -> LineChart:
    whole = interruption_data(result)
    whole = whole[whole["group"] == ALL_GROUPS]
    without = {"estimate": "counterfactual", "lower": "counterfactual_lower", "upper": "counterfactual_upper"}
    return _paths(result, whole, "fitted", without, "admissions a period")


def _gap(result: Evaluation) -> LineChart:
    paths, label = gaps_said_round(result)
    own = paths[paths["arm"] != CONTROLS]
    rows = own[own["path"] == "with"].merge(own[own["path"] == "without"], on=PERIOD, suffixes=("_with", "_without"))
    return _paths(result, rows, "estimate_with", {end: f"{end}_without" for end in ENDS}, f"ratio, {label}")


def _cumulative(result: Evaluation) -> LineChart:
    rows = cumulative_data(result).rename(columns={"estimate": "admissions added", **LIMITS})
    return _lines(result, rows, {"admissions added": "values", **dict.fromkeys(LIMITS.values(), "limit")},
                  "admissions added since the start")  # fmt: skip
