"""What was published of an evaluation, as a document needs it: of a result at hand, or from its folder."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd

from equitymodel.report.manifest import require_results
from equitymodel.report.provenance import PROVENANCE
from equitymodel.report.published_files import read_tables
from equitymodel.spec.lodged_plan import NOT_LODGED
from equitymodel.studies.change_point import ChangePoint
from equitymodel.studies.evaluation import Evaluation
from equitymodel.studies.saved_evaluation import load_evaluation

VERDICT = "verdict.json"


@dataclass(frozen=True)
class PublishedEvaluation:
    """What was published of an evaluation.

    Attributes
    ----------
    result
        The evaluation, whose main fit passed the gate.
    checklist
        From `reporting_checklist`.
    provenance
        Where it comes from, with the plan that was lodged, if one was.
    change_point
        From `explore_change_point`, if it was asked.
    """

    result: Evaluation
    checklist: pd.DataFrame
    provenance: Mapping[str, Any]
    change_point: ChangePoint | None = None

    @property
    def stamp(self) -> str:
        """A warning that goes with everything, empty if the diagnosis did not fail."""
        return self.result.fits.stamp

    @property
    def lodged_plan(self) -> tuple[str, list[str]]:
        """What is said of the plan that was lodged: in one sentence, and in full."""
        record = self.provenance.get("lodged_plan", {})
        return record.get("short", NOT_LODGED), list(record.get("said", [NOT_LODGED]))


def open_evaluation(folder: Path | str) -> PublishedEvaluation:
    """Open what `write_evaluation` wrote into its folder; nothing is fitted again.

    Parameters
    ----------
    folder
        The folder of results of ``equitymodel interruption``, or of `write_evaluation`.

    Returns
    -------
    PublishedEvaluation
        As it was written.

    Raises
    ------
    OptionError
        When the folder holds no evaluation, or it was changed since it was written.
    DiagnosisError
        When the fit that the verdict rests on failed its diagnosis, and was not forced.

    Examples
    --------
    >>> from tempfile import mkdtemp
    >>> import equitymodel as em
    >>> from equitymodel.simulate import Sizes
    >>> series, truth = em.simulate_series(Sizes(periods=34, before=20), seed=1)
    >>> folder = em.write_evaluation(em.evaluate(series, truth.plan, seed=1), Path(mkdtemp()) / "results")
    >>> open_evaluation(folder).result.verdict.verdict
    'not assessable'
    """
    folder = Path(folder)
    needed = (VERDICT, PROVENANCE, "posterior.nc", "checklist.csv")
    require_results(folder, needed, what="results of an evaluation", writer="equitymodel interruption")
    result = load_evaluation(folder).through_gate()
    result.require_current()
    tables = read_tables(folder, ("start", "checklist"))
    change_point = ChangePoint(result.plan, tables["start"]) if "start" in tables else None
    checklist = tables["checklist"].astype(object).fillna("")
    return PublishedEvaluation(result, checklist, json.loads((folder / PROVENANCE).read_text("utf-8")), change_point)
