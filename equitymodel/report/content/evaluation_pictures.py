"""The pictures of an evaluation, each with the finding that it shows in words."""

from __future__ import annotations

from functools import partial

import pandas as pd

from equitymodel.estimands.series_gap import WayRound
from equitymodel.report.content.evaluation_charts import evaluation_charts, models_of_the_question
from equitymodel.report.content.published_evaluation import PublishedEvaluation
from equitymodel.report.document.blocks import Picture
from equitymodel.report.plots.alt_words import listed
from equitymodel.report.plots.change_point_plot import plot_change_point
from equitymodel.report.plots.interruption_plots import (
    plot_cumulative,
    plot_gap_over_time,
    plot_interruption,
)
from equitymodel.report.plots.parallel_trends_plot import draw_parallel_trends
from equitymodel.report.plots.specifications_plot import plot_specifications
from equitymodel.report.wording.evaluation_sentences import admissions_finding, evaluation_sentences, gap_sentence
from equitymodel.report.wording.evaluation_words import trend_rows, way_of
from equitymodel.report.wording.picture_sentences import added_sentence, gap_finding
from equitymodel.studies.evaluation import Evaluation


def evaluation_pictures(published: PublishedEvaluation) -> dict[str, Picture]:
    """Draw every picture that there is, by the name of its file.

    Parameters
    ----------
    published
        What was published of an evaluation.

    Returns
    -------
    dict
        ``interruption`` and ``models``; ``cumulative`` where the total may be published, ``gap_over_time`` with
        groups, ``parallel_trends`` with controls, ``start`` where a change point was explored.
    """
    result, start, charts = published.result, published.change_point, evaluation_charts(published.result)
    found = {"interruption": Picture("interruption", "With the intervention and without it", _findings(result),
                                     plot_interruption(result), observed=True, chart=charts.get("interruption"),
                                     modelled=partial(plot_interruption, result, observed=False))}  # fmt: skip
    if result.total is not None:
        found["cumulative"] = Picture("cumulative", "Admissions added since the start", added_sentence(result),
                                      plot_cumulative(result), chart=charts["cumulative"])  # fmt: skip
    if result.groups is not None:
        found["gap_over_time"] = Picture("gap_over_time", "The gap over time, with the intervention and without it",
                                         f"{gap_finding(result)} {gap_sentence(result.judged_gap)}",
                                         plot_gap_over_time(result), observed=True, chart=charts["gap_over_time"],
                                         modelled=partial(plot_gap_over_time, result, observed=False))  # fmt: skip
    if result.parallel_trends is not None:
        title = "Observed over expected admissions of exposed and controls before the start"
        found["parallel_trends"] = Picture("parallel_trends", title, trend_words(result),
                                           draw_parallel_trends(result.parallel_trends))  # fmt: skip
    if start is not None:
        found["start"] = Picture(
            "start", "Probability of each start in the window", str(start), plot_change_point(start)
        )
    models = Picture("models", "The answer of every model", models_words(result), plot_specifications(result),
                     chart=charts["models"])  # fmt: skip
    return found | {"models": models}


def _findings(result: Evaluation) -> str:
    """Say what is found of admissions, which every format draws, and of what else the question is about."""
    said = evaluation_sentences(result).set_index("about")["text"]
    found = str(said.get("finding", said["verdict"]))
    return " ".join(dict.fromkeys(filter(None, (admissions_finding(result), found))))


def models_words(result: Evaluation) -> str:
    """Say how many models exclude no change, and which way.

    Parameters
    ----------
    result
        From `evaluate`.

    Returns
    -------
    str
        One sentence; the model of the verdict is one of those counted, and those of another question are not.
    """
    rows = models_of_the_question(result).dropna(subset=["estimate"])
    more, fewer = int((rows["lower"] > 1).sum()), int((rows["upper"] < 1).sum())
    counted = {"finds a ratio above 1": more, "finds a ratio below 1": fewer,
               "has an interval that includes no change": len(rows) - more - fewer}  # fmt: skip
    said = [_said_of(number, what) for what, number in counted.items() if number]
    return f"Of {len(rows)} models of the question, {listed(said)}. The verdict rests on the first alone."


def _said_of(number: int, what: str) -> str:
    """Say how many models do something.

    Examples
    --------
    >>> _said_of(1, "finds a ratio above 1"), _said_of(2, "has an interval")
    ('1 finds a ratio above 1', '2 have an interval')
    """
    return f"{number} {what if number == 1 else what.replace('finds', 'find', 1).replace('has', 'have', 1)}"


def trend_words(result: Evaluation) -> str:
    """Say by how much exposed and controls differed in trend before the start, or that it cannot be said."""
    trends = result.trend_difference if result.trend_difference is not None else pd.DataFrame()
    if trends.empty:
        return "There are too few periods to compare trends."
    rows = trend_rows(trends, way_of(result.judged_gap) if len(result.judged_gap) else WayRound())
    said = [
        f"Trend of {row['what']} a year, exposed over controls: {row['estimate']} ({row['interval']}, {row['kind']})."
        for row in rows
    ]
    return " ".join([*said, "1 would be parallel; a wide interval around 1 does not show that it was."])
