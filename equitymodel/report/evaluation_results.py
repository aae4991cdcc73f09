"""From an evaluation to a folder: tables, verdict, pictures, a page, and where it all comes from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from functools import partial
from pathlib import Path
from typing import Any

import pandas as pd

from equitymodel.argument_types import refuses_other_types
from equitymodel.data.series.series_facts import SeriesFacts
from equitymodel.report.checklist import reporting_checklist
from equitymodel.report.content.evaluation_document import APPROXIMATE, evaluation_document
from equitymodel.report.content.published_evaluation import PublishedEvaluation
from equitymodel.report.destination import check_destination
from equitymodel.report.html.document_page import write
from equitymodel.report.plain_files import write_json
from equitymodel.report.provenance import PROVENANCE, record_of
from equitymodel.report.published_files import write_tables
from equitymodel.report.results_folder import write_folder
from equitymodel.spec.lodged_plan import LodgedPlan
from equitymodel.studies.change_point import ChangePoint
from equitymodel.studies.evaluation import Evaluation
from equitymodel.studies.held_to_plan import HeldToPlan, hold_to_plan
from equitymodel.studies.left_out import left_out_table
from equitymodel.studies.saved_evaluation import save_evaluation


@refuses_other_types
def write_evaluation(
    result: Evaluation,
    out: Path | str,
    *,
    options: dict[str, Any] | None = None,
    change_point: ChangePoint | None = None,
    overwrite: bool = False,
    beside: Mapping[str, str] | None = None,
    force: bool = False,
    lodged: LodgedPlan | None = None,
) -> Path:
    """Write a folder of results, all of it or none.

    Parameters
    ----------
    result
        From `evaluate`.
    out, overwrite, beside
        As for `write_results`.
    options
        The options of the run, for the record.
    change_point
        From `explore_change_point`, to be shown as exploratory.
    force
        Publish even if the fit that the verdict rests on failed its diagnosis; every table is then stamped. Also go
        on with a series that was another before the start than the plan was lodged for; that it differs is then said.
    lodged
        The plan that was lodged beforehand, from `lodge_plan` or `read_lodged_plan`: what differs from it is said,
        and the look is put on record beside it.

    Returns
    -------
    pathlib.Path
        The folder: ``minimum_detectable_effect.csv, impact.csv, gap.csv, models.csv,
        placebos.csv, forecasts.csv, checklist.csv, verdict.json, diagnosis.json, provenance.json``,
        pictures and ``report.html``; with controls also ``parallel_trends.csv`` and
        ``trend_difference.csv``, with `change_point` ``start.csv``, where it ended ``after_end.csv``, with
        covariates ``covariates.csv``,
        and ``left_out.csv`` where a fit did not pass its diagnosis. Each table is whole as Parquet; in CSV, what is
        the same on all rows is said once, in ``notes.csv``. ``posterior.nc`` opens again with
        `load_evaluation`; it is not for release.

    Raises
    ------
    OutputError
        When the folder holds something else.
    DiagnosisError
        When the fit that the verdict rests on failed its diagnosis and `force` is not given.
    SpecError
        When a plan was lodged for another series, and `force` is not given.

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
    result.require_current()
    result = result.through_gate(force=force)
    check_destination(Path(out), overwrite=overwrite)
    held = hold_to_plan(result, lodged, {"reading": options} if options else None, force=force)
    writing = partial(_write_files, result, options or {}, change_point, held)
    return write_folder(out, writing, overwrite=overwrite, beside=beside)


def verdict_record(result: Evaluation) -> dict[str, Any]:
    """Give the verdict in plain types: phrase, reasons, checks, and what was declared."""
    plan = asdict(result.plan) | {"sha256": result.plan.sha256, "threshold": result.plan.threshold}
    record = result.verdict.to_dict() | {"outcome": result.plan.outcome}
    if result.probability_gap_narrowed is not None:
        record["probability_gap_narrowed"] = result.probability_gap_narrowed
        record["gap"] = {"probability_narrowed": result.probability_gap_narrowed,
                         "verdict": result.verdict.verdict, "judged": result.plan.outcome == "gap"}  # fmt: skip
    if (expected := result.exaggeration) is not None:
        record["exaggeration"] = expected.to_dict()
    if result.left_out:
        record["left_out"] = [asdict(item) for item in result.left_out]
    return record | {"declared": plan, "model": {"name": result.model.name, "sha256": result.model.sha256}}


def _write_files(
    result: Evaluation, options: dict[str, Any], change_point: ChangePoint | None, held: HeldToPlan, folder: Path
) -> None:
    tables, stamp = _tables(result, change_point, held), result.fits.stamp
    said = {"stamp": stamp} if stamp else {}
    write_tables(folder, {name: table.assign(**said) for name, table in tables.items()})
    write_json(folder / "verdict.json", verdict_record(result) | {"lodged_plan": held.record()} | said)
    fits = {name: fit.diagnosis.to_dict() for name, fit in result.fits.all().items()}
    write_json(folder / "diagnosis.json", {"stamp": stamp, "fits": fits})
    save_evaluation(result, folder / "posterior.nc")
    record = _provenance(result, options) | {"lodged_plan": held.record()}
    write_json(folder / PROVENANCE, record)
    document = evaluation_document(PublishedEvaluation(result, tables["checklist"], record, change_point))
    for picture in document.pictures():
        picture.figure.savefig(folder / f"{picture.name}.png")
    write(document, folder / "report.html")


def _tables(result: Evaluation, change_point: ChangePoint | None, held: HeldToPlan) -> dict[str, pd.DataFrame]:
    """Give every table by the name of its file."""
    found = {
        "minimum_detectable_effect": result.known_before.table,
        "impact": result.impact,
        "gap": result.gap_change,
        "models": result.models,
        "placebos": result.placebos,
        "forecasts": result.forecasts,
        "checklist": reporting_checklist(result, held),
        "parallel_trends": result.parallel_trends,
        "trend_difference": result.trend_difference,
        "covariates": result.covariates,
        "after_end": result.after_end.table if result.after_end else None,
        "start": None if change_point is None else change_point.table,
        "left_out": left_out_table(result.left_out),
    }
    return {name: table for name, table in found.items() if table is not None}


def _provenance(result: Evaluation, options: dict[str, Any]) -> dict[str, Any]:
    facts = SeriesFacts.of(result.series)
    own = {
        "deprivation_index": facts.deprivation_index,
        "breaks": facts.written_breaks,
        "engine": APPROXIMATE,
        "model": {"name": result.model.name, "sha256": result.model.sha256, "assumes": str(result.model)},
        "declared": asdict(result.plan) | {"sha256": result.plan.sha256},
    }
    return record_of(facts, own, options=options, seed=result.seed)
