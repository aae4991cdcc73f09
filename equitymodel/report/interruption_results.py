"""From an evaluation to a folder: tables, verdict, pictures, a page, and where it all comes from."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from dataclasses import asdict
from functools import partial
from importlib.resources import files
from pathlib import Path
from typing import Any

import pandas as pd
from jinja2 import Environment, StrictUndefined
from matplotlib.figure import Figure

from equitymodel.data.cells import data_log
from equitymodel.report.checklist import SOURCES, checklist_summary, reporting_checklist
from equitymodel.report.document import picture
from equitymodel.report.evaluate import Evaluation
from equitymodel.report.interruption_plots import (
    plot_cumulative,
    plot_gap_over_time,
    plot_interruption,
    plot_specifications,
)
from equitymodel.report.provenance import record_of
from equitymodel.report.results import MARK, write_csv, write_folder, write_json
from equitymodel.report.words import percent
from equitymodel.vocabulary import (
    ALL_GROUPS,
    ALL_ICS,
    ALL_PROCEDURES,
    ICS,
    INTERVAL_KIND,
    INTERVAL_PROBABILITY,
    PROCEDURE,
)

MOST_NAMED = 20

APPROXIMATE = (
    "Made by a nested Laplace approximation. Noise of different series is taken to be independent; the total is "
    "fitted as one series."
)
OPPOSITE = {
    "ratio above 1": "ratio below 1",
    "more admissions": "fewer admissions",
    "steeper": "less steep",
    "narrowed": "widened",
    "most deprived had fewer": "most deprived had more",
    "a fall: most deprived nearer to least": "a rise: most deprived further from least",
}
"""So that a page can state the likelier direction: a small probability is easily read as one of error."""
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
        The folder: ``minimum_detectable_effect.csv, impact.csv, gap_change.csv, models.csv,
        placebos.csv, forecasts.csv, checklist.csv, verdict.json, provenance.json``, pictures and
        ``report.html``.

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
    return record | {"declared": plan, "model": asdict(result.choices)}


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
    checklist = reporting_checklist(result)
    return environment.from_string(text).render(
        result=result,
        known=result.known_before,
        impact=_readable(_one_way(result.impact)),
        units=_units(result),
        gap=_readable(result.gap_change),
        models=result.models[result.models["quantity"] == "average"].to_dict("records"),
        placebos=result.placebos.to_dict("records"),
        forecasts=_by_origin(result.forecasts),
        checklist=checklist.to_dict("records"),
        complete=checklist_summary(checklist),
        sources=SOURCES,
        pictures={name: picture(figure) for name, figure in pictures.items()},
        log=data_log(result.series).to_dict("records"),
        provenance=provenance,
        interval=f"{INTERVAL_PROBABILITY:.0%} {INTERVAL_KIND}s",
        approximate=APPROXIMATE,
    )


def _write_files(result: Evaluation, options: dict[str, Any], folder: Path) -> None:
    tables = {
        "minimum_detectable_effect": result.known_before.table,
        "impact": result.impact,
        "gap_change": result.gap_change,
        "models": result.models,
        "placebos": result.placebos,
        "forecasts": result.forecasts,
        "checklist": reporting_checklist(result),
    }
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
    return found | {"models": plot_specifications(result)}


def _readable(table: pd.DataFrame) -> list[dict[str, Any]]:
    return [{str(key): value for key, value in row.items()} | _in_words(row) for row in table.to_dict("records")]


def _in_words(row: Mapping[Hashable, Any]) -> dict[str, str]:
    """Say what a row is, whom it is of, and the likelier direction."""
    quantity, of, likely = str(row["quantity"]), str(row["probability_of"]), float(row["probability"])
    if likely < 0.5 and of in OPPOSITE:
        of, likely = OPPOSITE[of], 1 - likely
    whom = [*_named(row), *([] if row["group"] == ALL_GROUPS else [f"deprivation group {row['group']}"])]
    return {
        "quantity": READING.get(quantity, quantity.replace("_", " ")),
        "whom": ", ".join(whom) or "all",
        "likely": f"{percent(likely)} {of}",
    }


def _named(row: Mapping[Hashable, Any]) -> list[str]:
    return [str(row[dim]) for dim, all_of in ((ICS, ALL_ICS), (PROCEDURE, ALL_PROCEDURES)) if row[dim] != all_of]


def _one_way(impact: pd.DataFrame) -> pd.DataFrame:
    """Leave out pairs of ICS and procedure: there are too many for a page."""
    return impact[(impact[ICS] == ALL_ICS) | (impact[PROCEDURE] == ALL_PROCEDURES)]


def _units(result: Evaluation) -> list[str]:
    """Say in how many units a change that matters is found, one sentence each for ICSs, procedures and pairs."""
    tested = result.impact.dropna(subset=["tested"])
    kinds = {"ICSs": (True, False), "procedures": (False, True), "pairs of ICS and procedure": (True, True)}
    by_ics, by_procedure = tested[ICS] != ALL_ICS, tested[PROCEDURE] != ALL_PROCEDURES
    found = []
    for name, (ics, procedure) in kinds.items():
        rows = tested[(by_ics == ics) & (by_procedure == procedure)]
        if len(rows):
            called = rows[rows["found_at_false_discovery_rate"].astype(bool)]
            listed = [", ".join(_named(row)) for row in called.head(MOST_NAMED).to_dict("records")]
            found.append(f"{len(called)} of {len(rows)} {name}" + (f": {'; '.join(listed)}" if listed else ""))
    return found


def _by_origin(forecasts: pd.DataFrame) -> list[dict[str, Any]]:
    """Sum forecasts up by the day from which they were made."""
    grouped = forecasts.groupby("origin").agg(
        counts=("held", "size"), held=("held", "mean"), scaled_error=("scaled_error", "mean")
    )
    return [{str(key): value for key, value in row.items()} for row in grouped.reset_index().to_dict("records")]


def _provenance(result: Evaluation, options: dict[str, Any]) -> dict[str, Any]:
    own = {
        "deprivation_index": result.series.attrs["deprivation_index"],
        "breaks": result.series.attrs.get("breaks"),
        "engine": APPROXIMATE,
        "declared": asdict(result.plan) | {"sha256": result.plan.sha256},
    }
    return record_of(result.series, own, options=options, seed=result.seed)
