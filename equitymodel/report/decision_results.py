"""From judged options to a folder: tables, the page for a board, and beside them the log of decisions."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from pathlib import Path

from equitymodel.decision.decision_log import LOG, Choice, estimate_of, read_log, record_decision, refuse_failed
from equitymodel.decision.judged_options import JudgedOptions
from equitymodel.report.content.decision_document import decision_document
from equitymodel.report.document.formats import write_document
from equitymodel.report.plain_files import write_csv
from equitymodel.report.results_folder import write_folder

PAGE = "board.html"


def write_decision(
    judged: JudgedOptions, results: Path | str, out: Path | str, *, scope: str, choice: Choice | None = None,
    law: Mapping[str, str] | None = None, stamp: str = "", overwrite: bool = False,
) -> Path:  # fmt: skip
    """Write a folder of judged options, and record what was decided if something was.

    Parameters
    ----------
    judged
        From `judge_options`.
    results
        The folder of the run whose fit they were judged on.
    out
        The folder; a log of decisions that is in it stays, and grows.
    scope
        Where, and for which care.
    choice
        What was decided, if anything was.
    law, stamp
        As for `decision_document`.
    overwrite
        Replace earlier tables.

    Returns
    -------
    pathlib.Path
        The folder: ``rank_acceptability.csv, options_moved.csv, value_of_information.csv``; ``equity_impact.csv`` and
        ``frontier.csv`` where the options say what they take; ``board.html``; and ``decision_log.jsonl``.

    Raises
    ------
    DiagnosisError
        When something was decided on a fit that failed its diagnosis.
    OptionError
        When the log in the folder was changed.
    """
    out = Path(out)
    before = read_log(out / LOG) if (out / LOG).exists() else None
    if choice is not None:
        refuse_failed(estimate_of(results))
    write_folder(out, partial(_write_tables, judged), overwrite=overwrite)
    if choice is not None:
        record_decision(out / LOG, choice, estimate_of(results))
        before = read_log(out / LOG)
    write_document(decision_document(judged, scope, before, law=law, stamp=stamp), out / PAGE)
    return out


def _write_tables(judged: JudgedOptions, folder: Path) -> None:
    tables = {
        "rank_acceptability": judged.rank_table(), "options_moved": judged.moved_table(),
        "value_of_information": judged.information_table(), "equity_impact": judged.impact_table(),
        "frontier": judged.frontier_table(),
    }  # fmt: skip
    for name, table in tables.items():
        if table is not None:
            write_csv(folder / f"{name}.csv", table)
