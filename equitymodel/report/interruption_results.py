"""From an evaluation to a folder: tables, verdict, pictures, a page, and where it all comes from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from functools import partial
from importlib.resources import files
from pathlib import Path
from typing import Any

import pandas as pd
from jinja2 import Environment, StrictUndefined
from matplotlib.figure import Figure

from equitymodel.data.cells import data_log
from equitymodel.report.document import picture
from equitymodel.report.evaluate import Evaluation
from equitymodel.report.interruption_plots import (
    plot_cumulative,
    plot_gap_over_time,
    plot_interruption,
    plot_specifications,
)
from equitymodel.report.parallel_trends import parallel_trends_data, plot_parallel_trends, trend_difference
from equitymodel.report.provenance import record_of
from equitymodel.report.results import MARK, write_csv, write_folder, write_json
from equitymodel.vocabulary import INTERVAL_KIND, INTERVAL_PROBABILITY

APPROXIMATE = (
    "Made by a nested Laplace approximation. The total is fitted as one series, or beside that of its controls."
)
READING = {
    "average_rate_ratio": "average rate ratio after the start",
    "admissions_added": "admissions added",
    "level_ratio": "change of level, ratio",
    "slope_change": "change of trend, log ratio a year",
    "observed_less_predicted": "observed less predicted admissions",
}


def write_evaluation(
    result: Evaluation, out: Path, *, options: dict[str, Any] | None = None, overwrite: bool = False
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
    overwrite
        Replace earlier results.

    Returns
    -------
    pathlib.Path
        The folder: ``impact.csv, gap_change.csv, models.csv, placebos.csv, verdict.json,
        provenance.json``, pictures and ``report.html``; with controls also ``parallel_trends.csv`` and
        ``trend_difference.csv``.

    Raises
    ------
    OutputError
        When the folder holds something else.

    Examples
    --------
    >>> write_evaluation.__name__
    'write_evaluation'
    """
    return write_folder(out, partial(_write_files, result, options or {}), overwrite=overwrite)


def verdict_record(result: Evaluation) -> dict[str, Any]:
    """Give the verdict in plain types: phrase, reasons, checks, and what was declared."""
    plan = asdict(result.plan) | {"sha256": result.plan.sha256, "threshold": result.plan.threshold}
    record = result.verdict.to_dict() | {"outcome": result.plan.outcome}
    if result.probability_gap_narrowed is not None:
        record["probability_gap_narrowed"] = result.probability_gap_narrowed
    return record | {"declared": plan, "model": {"name": result.model.name, "sha256": result.model.sha256}}


def interruption_html(result: Evaluation, pictures: Mapping[str, Figure], provenance: Mapping[str, Any]) -> str:
    """Write the evaluation as one page of HTML, with its pictures inside.

    Parameters
    ----------
    result
        From `evaluate`.
    pictures
        By name.
    provenance
        Where it comes from.

    Returns
    -------
    str
        HTML that needs nothing else: no scripts, no network.
    """
    environment = Environment(autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True)
    text = files("equitymodel.report").joinpath("interruption.html.jinja").read_text("utf-8")
    return environment.from_string(text).render(
        result=result,
        impact=_readable(result.impact),
        gap=_readable(result.gap_change),
        models=result.models[result.models["quantity"] == "average"].to_dict("records"),
        placebos=result.placebos.to_dict("records"),
        trends=trend_difference(result.series, result.plan).to_dict("records") if result.plan.exposed else [],
        pictures={name: picture(figure) for name, figure in pictures.items()},
        log=data_log(result.series).to_dict("records"),
        provenance=provenance,
        interval=f"{INTERVAL_PROBABILITY:.0%} {INTERVAL_KIND}s",
        approximate=APPROXIMATE,
    )


def _write_files(result: Evaluation, options: dict[str, Any], folder: Path) -> None:
    tables = {"impact": result.impact, "gap_change": result.gap_change, "models": result.models,
              "placebos": result.placebos}  # fmt: skip
    if result.plan.exposed:
        tables |= {"parallel_trends": parallel_trends_data(result.series, result.plan),
                   "trend_difference": trend_difference(result.series, result.plan)}  # fmt: skip
    for name, table in tables.items():
        write_csv(folder / f"{name}.csv", table)
    write_json(folder / "verdict.json", verdict_record(result))
    pictures = _pictures(result)
    for name, figure in pictures.items():
        figure.savefig(folder / f"{name}.png")
    record = _provenance(result, options)
    write_json(folder / MARK, record)
    (folder / "report.html").write_text(interruption_html(result, pictures, record), encoding="utf-8")


def _pictures(result: Evaluation) -> dict[str, Figure]:
    found = {"interruption": plot_interruption(result), "cumulative": plot_cumulative(result)}
    if result.groups is not None:
        found["gap_over_time"] = plot_gap_over_time(result)
    if result.plan.exposed:
        found["parallel_trends"] = plot_parallel_trends(result.series, result.plan)
    return found | {"models": plot_specifications(result)}


def _readable(table: pd.DataFrame) -> list[dict[str, Any]]:
    named = table["quantity"].map(lambda name: READING.get(name, name.replace("_", " ")))
    return [{str(key): value for key, value in row.items()} for row in table.assign(quantity=named).to_dict("records")]


def _provenance(result: Evaluation, options: dict[str, Any]) -> dict[str, Any]:
    own = {
        "deprivation_index": result.series.attrs["deprivation_index"],
        "breaks": result.series.attrs.get("breaks"),
        "engine": APPROXIMATE,
        "model": {"name": result.model.name, "sha256": result.model.sha256, "assumes": str(result.model)},
        "declared": asdict(result.plan) | {"sha256": result.plan.sha256},
    }
    return record_of(result.series, own, options=options, seed=result.seed)
