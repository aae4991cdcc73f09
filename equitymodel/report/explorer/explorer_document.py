"""What the explorer holds, as a document like any other: what is read without script, and what the script looks up."""

from __future__ import annotations

from functools import reduce

import pandas as pd

from equitymodel.errors import OptionError
from equitymodel.report.content.answer import answer_words
from equitymodel.report.content.any_published import AnyPublished
from equitymodel.report.content.gap_document import TITLE, about_of, league_warning, warnings_of
from equitymodel.report.content.named_numbers import named_numbers
from equitymodel.report.content.published import Published
from equitymodel.report.content.published_decision import PublishedDecision
from equitymodel.report.content.published_effects import PublishedEffects
from equitymodel.report.content.published_evaluation import PublishedEvaluation
from equitymodel.report.content.published_monitor import PublishedMonitor
from equitymodel.report.content.published_stages import PublishedStages
from equitymodel.report.content.reading_section import reading_section
from equitymodel.report.content.routes_section import routes_section
from equitymodel.report.content.summary_section import comes_to_table, summary_table
from equitymodel.report.content.years_content import years_content
from equitymodel.report.document.blocks import LIMITS, Block, Bullets, DataTable, Document, Paragraph, Section
from equitymodel.report.document.columns import Column, estimate
from equitymodel.report.explorer.evaluation_explorer import evaluation_explorer
from equitymodel.report.explorer.explorer_tables import INSTEAD, explorer_tables
from equitymodel.report.plots.alt_words import first_upper
from equitymodel.report.wording.group_words import words_of
from equitymodel.vocabulary import ALL_ICS, ICS, PROCEDURE

NOTE = """Rate ratios, {compared}, {basis}, with 95 % credible intervals in brackets, for the area as it is. [x]: no
    estimate."""


NO_EXPLORER = "there is an explorer of gaps and routes (equitymodel run, demo) and of an evaluation (interruption); {}"
REPORTS: dict[type, str] = {
    PublishedStages: "of a pathway name a report, such as report.html or tables.xlsx, with --area for an ICS",
    PublishedEffects: "of strategies name a report, such as report.html or tables.xlsx, with --area for an ICS",
    PublishedDecision: "of judged options name a report, such as report.html, board.docx or slides.pptx",
    PublishedMonitor: "of monitored series name a report, such as report.html or slides.pptx, with --area for an ICS",
}
"""What results without an explorer have."""


def explorer_document(published: AnyPublished, area: str = ALL_ICS) -> Document:
    """Gather what the explorer shows of every ICS.

    Parameters
    ----------
    published
        What was published of gaps and routes, or of an evaluation.
    area
        The ICS that it opens with, by code or name; all together by default.

    Returns
    -------
    Document
        Tables for a page are read without script; those for a workbook are what a reader looks up.

    Raises
    ------
    OptionError
        When results are of another kind, or there is no such ICS; or, of an evaluation, it was not exposed.
    """
    if isinstance(published, PublishedEvaluation):
        return evaluation_explorer(published, area)
    if not isinstance(published, Published):
        raise OptionError(NO_EXPLORER.format(REPORTS[type(published)]))
    code = published.code_of(ALL_ICS)
    years = years_content(published, code)
    blocks: tuple[Block, ...] = (
        Paragraph(answer_words(published, code), "answer"),
        *warnings_of(published),
        Section("All procedures at a glance", (summary_table(published, code), *comes_to_table(published, code))),
        *([] if published.alone else [_every_ics(published)]),
        *([] if years is None else [years]),
        routes_section(published, code),
        reading_section(published),
        Section(LIMITS, (Bullets(tuple(published.provenance["limits"])),), limits=True),
        *explorer_tables(published, published.code_of(area)),
    )
    return Document(TITLE, published.title_of(code), blocks, about_of(published), published.stamp)


def _every_ics(published: Published) -> Section:
    """Set procedures side by side, an ICS a line; where groups have no order, a table a procedure with its groups."""
    gaps = published.tables["gaps"]
    rows = gaps[gaps["headline"]]
    *more, across = published.labels
    parts = [("", rows)] if not more else [(str(name), part) for name, part in rows.groupby(PROCEDURE, sort=False)]
    tables = [_across(published, part, across, name, number) for number, (name, part) in enumerate(parts, 1)]
    return Section("The gap of every ICS", (Paragraph(league_warning(INSTEAD)), *tables))


def _across(published: Published, rows: pd.DataFrame, across: str, name: str, number: int) -> DataTable:
    labels = list(dict.fromkeys(rows[across]))
    parts = [named_numbers(rows[rows[across] == label], [ICS, "ics_name"], f"p{place}_")
             for place, label in enumerate(labels)]  # fmt: skip
    wide = reduce(lambda one, other: one.merge(other, on=[ICS, "ics_name"], how="outer"), parts)
    wide = wide.assign(all=wide[ICS] != ALL_ICS).sort_values(["all", "ics_name"], kind="stable")
    columns = (Column("ICS", ("ics_name",)), *(estimate(str(label), of=f"p{place}_", decimals=2)
                                              for place, label in enumerate(labels)))  # fmt: skip
    of = ", ".join(filter(None, (first_upper(name), published.period)))
    words = {"compared": words_of(published.facts).page()["compared"], "basis": published.facts.basis}
    note = " ".join(NOTE.format(**words).split())
    return DataTable(
        f"every_ics_{number}", f"The gap of every ICS{f', {of}' if of else ''}", columns, wide, note, "page"
    )
