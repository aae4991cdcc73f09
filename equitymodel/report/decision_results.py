"""From judged options to a folder: tables, a page for a board, a report, and beside them the log of decisions."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

import pandas as pd

from equitymodel.data.cells.cell_facts import CellFacts
from equitymodel.decision.decision_log import (
    LOG,
    Choice,
    RestsOn,
    estimate_of,
    read_log,
    record_decision,
    refuse_failed,
)
from equitymodel.decision.decision_question import DecisionQuestion
from equitymodel.decision.judged_options import JudgedOptions
from equitymodel.decision.strategy_record import Register
from equitymodel.errors import OptionError, OutputError
from equitymodel.report.content.board_document import board_document
from equitymodel.report.content.decision_document import decision_document
from equitymodel.report.content.published_decision import DECISIONS, RANKS, PublishedDecision, published_decision
from equitymodel.report.destination import check_destination
from equitymodel.report.document.formats import write_document
from equitymodel.report.document.released import release_documents
from equitymodel.report.earlier_results import REFRESH
from equitymodel.report.manifest import Manifest, require_results
from equitymodel.report.plain_files import write_json
from equitymodel.report.provenance import PROVENANCE, record_of
from equitymodel.report.published_files import read_tables, write_tables
from equitymodel.report.results_folder import write_folder

RENUMBERED = "D05"
"""The repair that turns groups round, so that 1 is the most deprived."""
PAGE, REPORT = "board.html", "report.html"
EMPTY = CellFacts()


def write_decision(
    judged: JudgedOptions, results: Path | str, out: Path | str, *, scope: str, register: Register,
    choice: Choice | None = None, facts: CellFacts = EMPTY, stamp: str = "", options: Mapping[str, Any] | None = None,
    overwrite: bool = False,
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
    register
        From `read_strategies`: law and legitimacy.
    choice
        What was decided, if anything was.
    facts, stamp
        What is known of the tables behind the run, and the warning that goes with its results.
    options, overwrite
        What it was run with, for the record: paths among it are recorded with a decision by their hashes; of a folder
        that is ``refreshed``, what each further month is worth. And whether earlier tables are replaced.

    Returns
    -------
    pathlib.Path
        The folder: every table of `TABLES` that the options have the numbers for, as CSV and Parquet;
        ``board.html``, ``report.html``, ``provenance.json, manifest.json`` and ``decision_log.jsonl``.

    Raises
    ------
    DiagnosisError
        When something was decided on a fit that failed its diagnosis.
    OptionError
        When the log in the folder was changed, or lines that the last folder printed were cut off.
    OutputError
        When the folder holds something else, or results that may not be replaced.
    """
    out, estimate = Path(out), estimate_of(results, _beside(options or {}))
    estimate = replace(estimate, waiting=tuple(waiting_of((options or {}).get("refreshed")).items()))
    log = log_of(out)
    check_decision_destination(out, overwrite=overwrite)
    if choice is not None:
        refuse_failed(estimate)
    record = _record(facts, judged, estimate, {"scope": scope, "stamp": stamp}, options or {})
    published = published_decision(judged, record, register, log)
    if choice is None:
        return write_folder(out, partial(_write_files, published), overwrite=overwrite)
    write_folder(out, partial(_write_tables, published), overwrite=overwrite)
    seal = record_decision(out / LOG, choice, estimate)
    return write_folder(out, partial(_write_files, published.deciding(read_log(out / LOG, seal=seal))), overwrite=True)


def log_of(out: Path, seal: str = "") -> pd.DataFrame | None:
    """Read the log of a folder, held against the decisions that the folder printed last, and against a printed hash.

    Parameters
    ----------
    out
        The folder, which need not be there.
    seal
        A hash that was printed, from anywhere.

    Returns
    -------
    pandas.DataFrame or None
        Decisions; none where nothing was decided.

    Raises
    ------
    OptionError
        When a line was changed, moved or cut off, or the decisions that the folder printed are gone.
    """
    _refuse_gone(out)
    printed = read_tables(out, [DECISIONS]).get(DECISIONS)
    last = "" if printed is None else str(printed["sha256"].iloc[-1])
    if not (out / LOG).exists() and not last and not seal:
        return None
    if seal:
        read_log(out / LOG, seal=seal)
    return read_log(out / LOG, seal=last)


def waiting_of(folder: Path | None) -> dict[str, float]:
    """Read what each further month is worth, from what a refresh of an evaluation wrote.

    Parameters
    ----------
    folder
        That `refresh` wrote; nothing is read where none is given.

    Raises
    ------
    OptionError
        When it holds no refreshed evaluation, or the table was changed since.

    Examples
    --------
    >>> waiting_of(None)
    {}
    """
    if folder is None:
        return {}
    place = folder / REFRESH
    require_results(place, (PROVENANCE, "waiting.csv"), what="refreshed evaluation", writer="equitymodel refresh")
    table = read_tables(place, ["waiting"])["waiting"]
    return {
        f"{months:g} month{'s' * (months != 1)}": float(value)
        for months, value in zip(table["months"], table["value"], strict=True)
    }


def check_decision_destination(out: Path, *, overwrite: bool) -> None:
    """Refuse a destination as `check_destination` does; of earlier options it says how their log goes on.

    Parameters
    ----------
    out, overwrite
        The folder, and whether earlier tables may be replaced.

    Raises
    ------
    OutputError
        When it holds something else, or results that may not be replaced.
    """
    if not overwrite and (out / f"{RANKS}.csv").exists():
        raise OutputError(
            f"{out} holds options that were judged before. Add --overwrite (in Python overwrite=True) to go on in it: "
            f"tables and pages are made again, and {LOG} stays and grows. Or give another folder"
        )
    check_destination(out, overwrite=overwrite)


def _refuse_gone(out: Path) -> None:
    """Refuse a folder whose manifest lists decisions that are not in it: the log could be gone with them."""
    listed = Manifest.read(out)
    printed = [name for name in listed.files if Path(name).stem == DECISIONS] if listed else []
    if printed and not any((out / name).is_file() for name in printed):
        raise OptionError(
            f"{out} held decisions, and {' and '.join(sorted(printed))} are gone: lines of {LOG} could be gone with "
            "them. Put back a copy of these and of the log, or give another folder"
        )


def _beside(options: Mapping[str, Any]) -> dict[str, Path]:
    """Give the files and folders that options were judged with, beside the run itself."""
    return {name: path for name, path in options.items() if isinstance(path, Path) and name != "results"}


def _record(
    facts: CellFacts, judged: JudgedOptions, estimate: RestsOn, said: Mapping[str, str], options: Mapping[str, Any]
) -> dict[str, Any]:
    own = {
        **said,
        "stamp": ". ".join(
            f"{part[0].upper()}{part[1:]}"
            for part in (said["stamp"].rstrip("."), judged.question.doubt, facts.synthetic)
            if part
        ),
        "synthetic": facts.synthetic or None,
        "groups": groups_words(facts, judged.question),
        "estimate": estimate.sha256,
        "diagnosis": estimate.diagnosis,
        "sign_convention": "rate ratios are of most against least deprived: below 1 = the most deprived have fewer",
    }
    return record_of(facts, own, options=options, seed=judged.seed)


def groups_words(facts: CellFacts, question: DecisionQuestion) -> str:
    """Say which group is the most deprived, and where the run renumbered them how numbers by group are read.

    Parameters
    ----------
    facts
        What is known of the tables behind the run.
    question
        The file of options.

    Returns
    -------
    str
        For the end of a page.

    Examples
    --------
    >>> from equitymodel.decision.options_file import read_options
    >>> from equitymodel.decision.read_effects import made_up_choice
    >>> groups_words(CellFacts(), read_options(made_up_choice()))
    '1 = most deprived'
    """
    said = "1 = most deprived"
    if not question.by_group or all(finding.rule != RENUMBERED for finding in facts.findings):
        return said
    return f"{said}: the run renumbered its groups so, and numbers by group in the file of options are read so too"


def _write_tables(published: PublishedDecision, folder: Path) -> None:
    write_tables(folder, published.tables)
    write_json(folder / PROVENANCE, dict(published.provenance))


def _write_files(published: PublishedDecision, folder: Path) -> None:
    _write_tables(published, folder)
    documents = release_documents([board_document(published), decision_document(published)]).documents
    for document, name in zip(documents, (PAGE, REPORT), strict=True):
        write_document(document, folder / name)
