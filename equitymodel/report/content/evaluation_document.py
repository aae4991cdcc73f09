"""The report of an evaluation: the verdict first, then what was found, for whom, and what it rests on."""

from __future__ import annotations

from equitymodel.data.cells.read_cells import data_log
from equitymodel.data.series.reading_sentences import MASKED, reading_sentences
from equitymodel.report.checklist import SOURCES
from equitymodel.report.checklist_status import checklist_summary
from equitymodel.report.content import evaluation_tables as tables
from equitymodel.report.content.checklist_section import checklist_section
from equitymodel.report.content.evaluation_pictures import evaluation_pictures, trend_words
from equitymodel.report.content.published_evaluation import PublishedEvaluation
from equitymodel.report.document.blocks import LIMITS, Block, Bullets, DataTable, Document, Paragraph, Picture, Section
from equitymodel.report.wording.evaluation_sentences import board_statement, evaluation_sentences, gap_sentences
from equitymodel.report.wording.evaluation_words import found_units, names_of
from equitymodel.studies.evaluation import Evaluation
from equitymodel.studies.left_out import left_out_sentence

VERDICT_TITLE = "The verdict"
TITLE = "An intervention in planned hospital care, evaluated"
APPROXIMATE = (
    "Made by a nested Laplace approximation. The total is fitted as one series, or beside that of its controls."
)
CANNOT = (
    "Before and after alone cannot tell the intervention from whatever else began at the same time.",
    "A change that is not established has not been shown to be absent.",
    "A change of averages says nothing about any one patient, and nothing about whether care was needed.",
)


def evaluation_document(published: PublishedEvaluation) -> Document:
    """Say what an intervention did, and whether it can be called real.

    Parameters
    ----------
    published
        What was published of an evaluation, from `open_evaluation`.

    Returns
    -------
    Document
        Ready for any writer. What is left out, as its fit did not pass, is named.

    Raises
    ------
    DiagnosisError
        When the fit that the verdict rests on failed its diagnosis and was not forced.
    """
    return evaluation_pages(published, evaluation_pictures(published))


def evaluation_pages(published: PublishedEvaluation, pictures: dict[str, Picture]) -> Document:
    """Say the same with some pictures alone, or with none: as `evaluation_document`."""
    result = published.result.through_gate()
    parts = (_to_the_board(published), _known_before(result), _verdict(result), _after_end(result), _observed(pictures),
             _covariates(result), _findings(result), _gap(result, pictures), _trends(result, pictures),
             _models(result, pictures), _tried(result), _start(published, pictures), _reading(result))  # fmt: skip
    blocks: tuple[Block, ...] = (
        Paragraph(str(evaluation_sentences(result)["text"].iloc[0]), "answer"),
        *(Section(title, within) for title, within in parts if within),
        checklist_section(published.checklist, SOURCES),
        Section(LIMITS, (Bullets(CANNOT),), limits=True),
    )
    return Document(TITLE, _subtitle(published), blocks, _about(published), published.stamp)


Part = tuple[str, tuple[Block, ...]]
"""The title of a section and what stands in it; a section without blocks is left out."""


def _subtitle(published: PublishedEvaluation) -> str:
    areas = str(published.provenance.get("areas") or "")
    named = areas if not areas or areas.startswith("areas ") else f"areas: {areas}"
    return ", ".join(filter(None, (f"from {published.result.plan.first_start}", named)))


def _to_the_board(published: PublishedEvaluation) -> Part:
    """Give the statement, what was asked, and what is said of the plan that was lodged."""
    short, lodged = published.lodged_plan
    asked = (Paragraph(str(published.result.plan)), Bullets(tuple(lodged)))
    return "To the board", (Paragraph(board_statement(published.result, short)), *asked)


def _known_before(result: Evaluation) -> Part:
    expected = result.exaggeration
    usual = "A change that is found is not likely to look much larger than it is."
    more = (expected.sentence or usual) if expected else ""
    said = [Paragraph(more)] if more else []
    return "What this series could have found", (
        Paragraph(result.known_before.heading), *_filled(tables.known_before_table(result)), *said)  # fmt: skip


def _verdict(result: Evaluation) -> Part:
    words = result.verdict.verdict
    return VERDICT_TITLE, (Paragraph(f"{words[0].upper()}{words[1:]}."), Bullets(tuple(result.verdict.reasons)))


def _after_end(result: Evaluation) -> Part:
    lines = str(result.after_end).splitlines() if result.after_end else []
    return "After it ended", tuple(map(Paragraph, lines))


def _observed(pictures: dict[str, Picture]) -> Part:
    shown = tuple(pictures[name] for name in ("interruption", "cumulative") if name in pictures)
    return "With the intervention, and without it", shown


def _covariates(result: Evaluation) -> Part:
    if result.covariates is None:
        return "Covariates", ()
    said = "What a standard deviation more of each goes with, on both sides of the start."
    points = [
        f"{row['covariate']}: {row['rate_ratio']:.3f} times ({row['lower']:.3f} to {row['upper']:.3f}); mean "
        f"{row['centre']:.3g}, standard deviation {row['scale']:.3g}."
        + (f" Warning: {row['warning']}." if row["warning"] else "")
        for row in result.covariates.to_dict("records")
    ]
    return "Covariates", (Paragraph(said), Bullets(tuple(points)))


def _findings(result: Evaluation) -> Part:
    left_out, units = left_out_sentence(result.left_out), found_units(result.impact, names_of(result.series))
    said = [Paragraph(left_out, "warning")] if left_out else []
    matters = (
        f"A change that matters, of {100 * result.plan.smallest_change:g} % or more, is found in "
        f"{'; in '.join(units)}. Of those found, 5 % or fewer are expected to be false. One that is not found has not "
        "been shown to be unchanged."
    )
    shown = (*_filled(tables.findings_table(result)), *_filled(tables.changes_table(result)))
    return "What changed, and for whom", (*said, *shown, *([Paragraph(matters)] if units else []))


def _gap(result: Evaluation, pictures: dict[str, Picture]) -> Part:
    title = "The gap between deprivation groups"
    if result.gap_change.empty:
        return title, ()
    of_gap = result.plan.outcome == "gap"
    words = gap_sentences(result.judged_gap, smallest_change=result.plan.smallest_change,
                          verdict=result.verdict.verdict if of_gap else "")  # fmt: skip
    note = """Ratios are of the end that has more without the intervention over the end that has fewer: 1 is no gap,
        and a change below 0 brings the two nearer."""
    said = (Paragraph(" ".join(words)), Paragraph(" ".join(note.split()), "note"))
    return title, (*said, *_shown(pictures, "gap_over_time"), *_filled(tables.gap_change_table(result)))


def _trends(result: Evaluation, pictures: dict[str, Picture]) -> Part:
    if result.trend_difference is None:
        return "The exposed and their controls before the start", ()
    said = f"Each is shown relative to its own average before the start. {trend_words(result)}"
    return "The exposed and their controls before the start", (Paragraph(said), *_shown(pictures, "parallel_trends"))


def _models(result: Evaluation, pictures: dict[str, Picture]) -> Part:
    said = """The verdict rests on the first row alone. Its variants, with one term more or less, and comparison methods
        in common use stand beside it and have no vote; those labelled naive raise false alarms. All are over the
        months judged."""
    table = tables.models_table(result)
    return "Every model", (Paragraph(" ".join(said.split())), *_shown(pictures, "models"), table)


def _tried(result: Evaluation) -> Part:
    placebos = _filled(tables.placebos_table(result)) or (Paragraph("No date before the start could be tried."),)
    forecasts = _filled(tables.forecasts_table(result)) or (
        Paragraph("Too few months before the start to try forecasts."),)  # fmt: skip
    return "What was tried against the answer", (*placebos, *forecasts)


def _start(published: PublishedEvaluation, pictures: dict[str, Picture]) -> Part:
    if published.change_point is None:
        return "When did it start?", ()
    return "When did it start?", (Paragraph(str(published.change_point)), *_shown(pictures, "start"))


def _reading(result: Evaluation) -> Part:
    """Say what was masked and repaired; masked periods are said in sentences, all else as rules recorded it."""
    found = data_log(result.series)
    rows = found[found["rule"] != MASKED].astype(str).to_numpy().tolist() if len(found) else []
    log = [": ".join(filter(None, row)) for row in rows]
    return "What was left out or repaired", (Bullets((*reading_sentences(result.series), *log)),)


def _shown(pictures: dict[str, Picture], name: str) -> tuple[Picture, ...]:
    return (pictures[name],) if name in pictures else ()


def _filled(table: DataTable) -> tuple[DataTable, ...]:
    """Give a table that has rows."""
    return (table,) if len(table.rows) else ()


def _about(published: PublishedEvaluation) -> tuple[tuple[str, str], ...]:
    kept, plan, model = published.provenance, published.result.plan, published.result.model
    typed = " (typed in)" if plan.declared_was_typed else ""
    inputs = [f"{name}: {source['file']}" for name, source in kept.get("inputs", {}).items()]
    versions = kept.get("versions", {})
    about = {
        "Made": kept["made"],
        "Declared": f"{plan.declared}{typed}, hash {plan.sha256[:16]}",
        "Model": f"{model.name}, hash {model.sha256[:16]}, seed {published.result.seed}",
        "Engine": APPROXIMATE,
        "Reporting checklist": checklist_summary(published.checklist),
        "Tables": ", ".join(inputs),
        "Package": f"equitymodel {versions['equitymodel']}" if versions else "",
    }
    return tuple((word, text) for word, text in about.items() if text)
