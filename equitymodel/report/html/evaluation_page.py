"""An evaluation as one page of HTML, with its pictures inside."""

from __future__ import annotations

from collections.abc import Mapping
from importlib.resources import files
from typing import Any

import pandas as pd
from jinja2 import Environment, StrictUndefined

from equitymodel.data.cells.read_cells import data_log
from equitymodel.data.series.reading_sentences import MASKED, reading_sentences
from equitymodel.estimands.series_gap import WayRound
from equitymodel.report.checklist import SOURCES, checklist_summary
from equitymodel.report.wording.evaluation_sentences import board_statement, gap_sentences
from equitymodel.report.wording.evaluation_words import (
    detectable_rows,
    forecasts_by_origin,
    found_units,
    gap_rows,
    impact_rows,
    names_of,
    placebo_rows,
    trend_rows,
    way_of,
)
from equitymodel.spec.lodged_plan import NOT_LODGED
from equitymodel.studies.change_point import ChangePoint
from equitymodel.studies.detectable_change import MONTHS_SHOWN
from equitymodel.studies.evaluation import Evaluation, question_in_words
from equitymodel.studies.left_out import left_out_sentence
from equitymodel.vocabulary import INTERVAL_KIND, INTERVAL_PROBABILITY

APPROXIMATE = (
    "Made by a nested Laplace approximation. The total is fitted as one series, or beside that of its controls."
)


def evaluation_html(
    result: Evaluation,
    checklist: pd.DataFrame,
    pictures: Mapping[str, str],
    provenance: Mapping[str, Any],
    change_point: ChangePoint | None = None,
) -> str:
    """Write the evaluation as one page of HTML, with its pictures inside.

    Parameters
    ----------
    result
        From `evaluate`.
    checklist
        From `reporting_checklist`.
    pictures
        By name, each as a text that a page can hold (`picture`).
    provenance
        Where it comes from.
    change_point
        From `explore_change_point`, if it was asked.

    Returns
    -------
    str
        HTML that needs nothing else: no scripts, no network. What is left out is named.

    Raises
    ------
    DiagnosisError
        When the fit that the verdict rests on failed its diagnosis.
    """
    result = result.through_gate()
    environment = Environment(autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True)
    text = files("equitymodel.report.html").joinpath("evaluation_page.html.jinja").read_text("utf-8")
    return environment.from_string(text).render(
        result=result,
        known=result.known_before,
        months_shown=MONTHS_SHOWN,
        detectable=detectable_rows(result.known_before),
        impact=impact_rows(result.impact, names_of(result.series)),
        units=found_units(result.impact, names_of(result.series)),
        gap=gap_rows(result.gap_change),
        gap_said=_gap_said(result),
        statement=board_statement(result, provenance.get("lodged_plan", {}).get("short", NOT_LODGED)),
        exaggeration=result.exaggeration,
        not_estimable=result.average_changes.loc[lambda rows: rows["estimate"].isna()].to_dict("records"),
        beside=str(result.after_end).splitlines() if result.after_end else [],
        covariates=[] if result.covariates is None else result.covariates.to_dict("records"),
        models=result.average_changes.dropna(subset=["estimate"]).to_dict("records"),
        about=question_in_words(result.main)[0],
        placebos=placebo_rows(result.placebos),
        forecasts=forecasts_by_origin(result.forecasts),
        checklist=checklist.to_dict("records"),
        complete=checklist_summary(checklist),
        sources=SOURCES,
        pictures=pictures,
        trends=_trends(result),
        stamp=result.fits.stamp,
        left_out=left_out_sentence(result.left_out),
        read=reading_sentences(result.series),
        log=_recorded(result),
        provenance=provenance,
        change_point=change_point,
        lodged_plan=provenance.get("lodged_plan", {}).get("said", [NOT_LODGED]),
        interval=f"{INTERVAL_PROBABILITY:.0%} {INTERVAL_KIND}s",
        approximate=APPROXIMATE,
    )


def _gap_said(result: Evaluation) -> list[str]:
    """Say how the gap moved, with the verdict where it is about the gap."""
    verdict = result.verdict.verdict if result.plan.outcome == "gap" else ""
    return gap_sentences(result.judged_gap, smallest_change=result.plan.smallest_change, verdict=verdict)


def _trends(result: Evaluation) -> list[dict[str, str]] | None:
    """Lay out the trends before, where there are controls; the gap the way round it is said elsewhere."""
    if result.trend_difference is None:
        return None
    return trend_rows(result.trend_difference, way_of(result.judged_gap) if len(result.judged_gap) else WayRound())


def _recorded(result: Evaluation) -> list[list[str]]:
    """Give what rules found when the tables were read, without empty fields; masked periods are said in sentences."""
    found = data_log(result.series)
    rows: list[list[str]] = found[found["rule"] != MASKED].astype(str).to_numpy().tolist() if len(found) else []
    return [[value for value in row if value] for row in rows]
