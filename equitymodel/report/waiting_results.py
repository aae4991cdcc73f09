"""From a comparison of rules of a list to a folder: tables, pictures, a page, and where it all comes from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

from equitymodel.argument_types import refuses_other_types
from equitymodel.data.cells.cell_facts import CellFacts
from equitymodel.decision.decision_log import DIAGNOSIS
from equitymodel.inference.saved_fit import FILE
from equitymodel.report.content.published_waiting import PublishedRules, published_waiting
from equitymodel.report.content.waiting_document import waiting_document
from equitymodel.report.document.formats import write_document
from equitymodel.report.document.released import release_documents
from equitymodel.report.plain_files import write_json
from equitymodel.report.provenance import PROVENANCE, record_of
from equitymodel.report.published_files import write_tables
from equitymodel.report.results_folder import write_folder
from equitymodel.waiting.compare_rules import RuleComparison
from equitymodel.waiting.kept_rules import KeptRules, save_rules
from equitymodel.waiting.last_year import LastYear

EMPTY = CellFacts()
TURNED = "D05"
"""The repair that turns groups round, so that 1 is the most deprived."""
RENUMBERED = "Groups of the table were renumbered: 1 is the most deprived, in the file of rules too."


@refuses_other_types
def write_waiting(
    comparison: RuleComparison,
    out: Path | str,
    *,
    question: str = "",
    facts: CellFacts = EMPTY,
    sources: Mapping[str, str] | None = None,
    last_year: LastYear | None = None,
    options: Mapping[str, Any] | None = None,
    seed: int = 1,
    overwrite: bool = False,
) -> PublishedRules:
    """Write the folder of rules of a list, all of it or none.

    Parameters
    ----------
    comparison, out
        From `compare_rules`, and the folder, which is made if it is not there.
    facts
        What is known of the table behind it: ``CellFacts.of(table)``.
    question, sources
        What is to be decided, and where what rules state comes from.
    last_year
        From `check_last_year`, where there was a table of a year ago.
    options, seed, overwrite
        What it was run with, for the record; and whether earlier results are replaced.

    Returns
    -------
    PublishedRules
        What was written: ``waiting_rules, waiting_paths, waiting_stated`` as CSV and Parquet, ``report.html``, the
        pictures, ``posterior.nc`` (who is treated, draw by draw, for ``decide --waiting``), ``diagnosis.json,
        provenance.json`` and ``manifest.json``.

    Raises
    ------
    OutputError
        When the folder holds something that is not such results, or results that may not be replaced.
    """
    if any(finding.rule == TURNED for finding in facts.findings):
        comparison = replace(comparison, stated=(*comparison.stated, RENUMBERED))
    unsound = last_year is not None and not last_year.sound
    own = {
        "stamp": ". ".join(filter(None, (facts.synthetic, last_year.words if last_year and unsound else ""))),
        "synthetic": facts.synthetic or None,
        "sign_convention": "a gap above 0 = the most deprived wait longer, or more of them",
        "stated": list(comparison.stated),
    }
    record = record_of(facts, own, options=options or {}, seed=seed)
    checked = last_year.words if last_year else ""
    published = published_waiting(comparison, record, sources or {}, checked)
    kept = KeptRules(comparison.treated, comparison.rules, facts, comparison.specialties, comparison.weeks,
                     tuple(published.stated), published.stamp)  # fmt: skip
    write_folder(out, partial(_write_files, published, question, last_year, kept), overwrite=overwrite)
    return published


def diagnosis_of(last_year: LastYear | None) -> dict[str, str]:
    """Say how a list stood its check against last year: a decision on it is warned of, and not barred.

    Examples
    --------
    >>> diagnosis_of(None)["verdict"]
    'WARN'
    """
    if last_year is None:
        return {"verdict": "WARN", "says": "the list was not held against what was observed of it a year later"}
    return {"verdict": "PASS" if last_year.sound else "WARN", "says": last_year.words}


def _write_files(
    published: PublishedRules, question: str, last_year: LastYear | None, kept: KeptRules, folder: Path
) -> None:
    save_rules(kept, folder / FILE)
    write_json(folder / DIAGNOSIS, diagnosis_of(last_year))
    further = {} if last_year is None else {"waiting_last_year": last_year.table}
    write_tables(folder, {**published.tables, **further})
    write_json(folder / PROVENANCE, published.provenance)
    document = waiting_document(published, question)
    for picture in document.pictures():
        picture.figure.savefig(folder / f"{picture.name}.png")
    (released,) = release_documents([document]).documents
    write_document(released, folder / "report.html")
