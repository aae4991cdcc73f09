"""From an evaluation to a folder: tables, verdict, pictures, a page, and where it all comes from."""

from __future__ import annotations

from base64 import b64decode
from collections.abc import Mapping
from dataclasses import asdict
from functools import partial
from importlib.resources import files
from pathlib import Path
from typing import Any

import pandas as pd
from jinja2 import Environment, StrictUndefined
from matplotlib.figure import Figure

from equitymodel.data.cells.read_cells import data_log
from equitymodel.errors import SpecError
from equitymodel.estimands.parallel_trends import parallel_trends_data
from equitymodel.report.checklist import SOURCES, checklist_summary, reporting_checklist
from equitymodel.report.destination import MARK
from equitymodel.report.html.gap_page import picture
from equitymodel.report.plots.interruption_plots import (
    plot_cumulative,
    plot_gap_over_time,
    plot_interruption,
    plot_specifications,
    plot_start,
)
from equitymodel.report.plots.parallel_trends_plot import plot_parallel_trends
from equitymodel.report.provenance import record_of
from equitymodel.report.results import write_csv, write_folder, write_json
from equitymodel.report.wording.evaluation_words import (
    detectable_rows,
    forecasts_by_origin,
    found_units,
    gap_rows,
    gap_sentences,
    impact_rows,
    placebo_rows,
)
from equitymodel.studies.change_point import StartExplored
from equitymodel.studies.detectable_change import MONTHS_SHOWN
from equitymodel.studies.evaluation import Evaluation
from equitymodel.studies.trend_difference import TREND_COLUMNS, trend_difference
from equitymodel.vocabulary import INTERVAL_KIND, INTERVAL_PROBABILITY

APPROXIMATE = (
    "Made by a nested Laplace approximation. The total is fitted as one series, or beside that of its controls."
)


def write_evaluation(
    result: Evaluation,
    out: Path,
    *,
    options: dict[str, Any] | None = None,
    started: StartExplored | None = None,
    overwrite: bool = False,
    beside: Mapping[str, str] | None = None,
) -> Path:
    """Write a folder of results, all of it or none.

    Parameters
    ----------
    result
        From `evaluate`.
    out
        The folder; made if it is not there.
    options
        The options of the run, for the record.
    started
        From `explore_start`, to be shown as exploratory.
    overwrite
        Replace earlier results.
    beside
        Further files of text to keep with the results, by name: the run file.

    Returns
    -------
    pathlib.Path
        The folder: ``minimum_detectable_effect.csv, impact.csv, gap_change.csv, models.csv,
        placebos.csv, forecasts.csv, checklist.csv, verdict.json, provenance.json``, pictures and
        ``report.html``; with controls also ``parallel_trends.csv`` and ``trend_difference.csv``, and
        with `started` ``start.csv``.

    Raises
    ------
    OutputError
        When the folder holds something else.

    Examples
    --------
    >>> from tempfile import TemporaryDirectory
    >>> from equitymodel.studies.evaluate import evaluate
    >>> from equitymodel.simulate import Sizes, simulate_series
    >>> series, truth = simulate_series(Sizes(periods=34, before=20), seed=1)
    >>> with TemporaryDirectory() as folder:
    ...     out = write_evaluation(evaluate(series, truth.plan, seed=1), Path(folder) / "results")
    ...     names = {file.name for file in out.iterdir()}
    >>> {"report.html", "verdict.json", "impact.csv"} <= names
    True
    """
    return write_folder(out, partial(_write_files, result, options or {}, started), overwrite=overwrite, beside=beside)


def verdict_record(result: Evaluation) -> dict[str, Any]:
    """Give the verdict in plain types: phrase, reasons, checks, and what was declared."""
    plan = asdict(result.plan) | {"sha256": result.plan.sha256, "threshold": result.plan.threshold}
    record = result.verdict.to_dict() | {"outcome": result.plan.outcome}
    if result.probability_gap_narrowed is not None:
        record["probability_gap_narrowed"] = result.probability_gap_narrowed
    return record | {"declared": plan, "model": {"name": result.model.name, "sha256": result.model.sha256}}


def interruption_html(
    result: Evaluation, tables: Mapping[str, pd.DataFrame], pictures: Mapping[str, str], provenance: Mapping[str, Any],
    started: StartExplored | None = None,
) -> str:  # fmt: skip
    """Write the evaluation as one page of HTML, with its pictures inside.

    Parameters
    ----------
    result
        From `evaluate`.
    tables
        By name: the checklist and, with controls, the difference in trend.
    pictures
        By name, each as a text that a page can hold (`picture`).
    provenance
        Where it comes from.
    started
        From `explore_start`.

    Returns
    -------
    str
        HTML that needs nothing else: no scripts, no network.
    """
    environment = Environment(autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True)
    text = files("equitymodel.report.html").joinpath("evaluation_page.html.jinja").read_text("utf-8")
    checklist, trends = tables["checklist"], tables.get("trend_difference")
    return environment.from_string(text).render(
        result=result,
        known=result.known_before,
        months_shown=MONTHS_SHOWN,
        detectable=detectable_rows(result.known_before),
        impact=impact_rows(result.impact),
        units=found_units(result.impact),
        gap=gap_rows(result.gap_change),
        gap_said=gap_sentences(result.gap_change),
        models=result.models[result.models["quantity"] == "average"].to_dict("records"),
        placebos=placebo_rows(result.placebos),
        forecasts=forecasts_by_origin(result.forecasts),
        checklist=checklist.to_dict("records"),
        complete=checklist_summary(checklist),
        sources=SOURCES,
        pictures=pictures,
        trends=None if trends is None else trends.to_dict("records"),
        log=data_log(result.series).to_dict("records"),
        provenance=provenance,
        started=started,
        interval=f"{INTERVAL_PROBABILITY:.0%} {INTERVAL_KIND}s",
        approximate=APPROXIMATE,
    )


def _write_files(result: Evaluation, options: dict[str, Any], started: StartExplored | None, folder: Path) -> None:
    tables = {
        "minimum_detectable_effect": result.known_before.table,
        "impact": result.impact,
        "gap_change": result.gap_change,
        "models": result.models,
        "placebos": result.placebos,
        "forecasts": result.forecasts,
        "checklist": reporting_checklist(result),
    }
    if result.plan.exposed:
        tables |= {"parallel_trends": parallel_trends_data(result.series, result.plan),
                   "trend_difference": _trends(result)}  # fmt: skip
    if started:
        tables["start"] = started.table
    for name, table in tables.items():
        write_csv(folder / f"{name}.csv", table)
    write_json(folder / "verdict.json", verdict_record(result))
    embedded = {name: picture(figure) for name, figure in _pictures(result, started).items()}
    for name, text in embedded.items():
        (folder / f"{name}.png").write_bytes(b64decode(text.partition(",")[2]))
    record = _provenance(result, options)
    write_json(folder / MARK, record)
    (folder / "report.html").write_text(interruption_html(result, tables, embedded, record, started), encoding="utf-8")


def _trends(result: Evaluation) -> pd.DataFrame:
    """Compare the trends before; where periods are too few for that, the rest is written all the same."""
    try:
        return trend_difference(result.series, result.plan)
    except SpecError:
        return pd.DataFrame(columns=TREND_COLUMNS)


def _pictures(result: Evaluation, started: StartExplored | None) -> dict[str, Figure]:
    found = {"interruption": plot_interruption(result), "cumulative": plot_cumulative(result)}
    if result.groups is not None:
        found["gap_over_time"] = plot_gap_over_time(result)
    if result.plan.exposed:
        found["parallel_trends"] = plot_parallel_trends(result.series, result.plan)
    if started:
        found["start"] = plot_start(started)
    return found | {"models": plot_specifications(result)}


def _provenance(result: Evaluation, options: dict[str, Any]) -> dict[str, Any]:
    own = {
        "deprivation_index": result.series.attrs["deprivation_index"],
        "breaks": result.series.attrs.get("breaks"),
        "engine": APPROXIMATE,
        "model": {"name": result.model.name, "sha256": result.model.sha256, "assumes": str(result.model)},
        "declared": asdict(result.plan) | {"sha256": result.plan.sha256},
    }
    return record_of(result.series, own, options=options, seed=result.seed)
