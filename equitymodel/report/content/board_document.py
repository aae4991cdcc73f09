"""The page for a board, of one side: what could be done, what it might move, what is not known, what was decided."""

from __future__ import annotations

from equitymodel.report.content.decision_document import DUTY, about, of_routes, of_rules, over_capacity, why_contested
from equitymodel.report.content.decision_tables import decisions_table, legitimacy_table, moved_columns
from equitymodel.report.content.decision_words import (
    answer_words,
    growth_words,
    left_out_words,
    pilot_words,
    would_change,
)
from equitymodel.report.content.published_decision import DECISIONS, FRONTIER, PublishedDecision
from equitymodel.report.document.blocks import Block, Bullets, Document, Paragraph, Picture, Section
from equitymodel.report.plots.frontier_plot import frontier_alt_text, plot_frontier

MOST_OPTIONS = 4
"""With more options there is no room for the picture of the frontier; it is in the report."""
LOW = 1.7
"""Inches: how high the picture is on this page."""
SHOWN_DECISIONS, SHOWN_UNKNOWNS = 2, 3


def board_document(published: PublishedDecision) -> Document:
    """Say to a board on one side what could be done, and what was.

    Parameters
    ----------
    published
        From `published_decision` or `open_decision`.

    Returns
    -------
    Document
        Of one side of A4 when it is printed, with up to five options and their law.
    """
    sections = {
        "What could be done here, and what it might move": (moved_columns(published), *over_capacity(published),
                                                             *of_routes(published), *of_rules(published)),
        "Law and legitimacy": (legitimacy_table(published), *why_contested(published), Paragraph(DUTY, "note")),
        "What we do not know": (Bullets(tuple(_not_known(published))), *_drawn(published)),
        "What was decided, and why": _decided(published),
    }  # fmt: skip
    blocks: tuple[Block, ...] = (
        Paragraph(answer_words(published), "answer"),
        *(Section(title, within) for title, within in sections.items()),
    )
    said = published.said("question"), published.said("scope")
    return Document(*said, blocks, about(published), published.stamp, compact=True)


def _not_known(published: PublishedDecision) -> list[str]:
    price = published.said("price")
    said = [*would_change(published, most=SHOWN_UNKNOWNS), *pilot_words(published), *([price] if price else [])]
    return [*said, *growth_words(published), *left_out_words(published)]


def _drawn(published: PublishedDecision) -> tuple[Block, ...]:
    table = published.tables.get(FRONTIER)
    if table is None or table.loc[table["kind"] == "plan", "at"].nunique() > MOST_OPTIONS + 1:
        return ()
    title = "What equality costs under this capacity"
    return (Picture("frontier_drawn", "The frontier, today and every option", frontier_alt_text(table),
                    plot_frontier(table, title, height=LOW)),)  # fmt: skip


def _decided(published: PublishedDecision) -> tuple[Block, ...]:
    if DECISIONS not in published.tables:
        return (Paragraph("Nothing has been recorded yet."),)
    return (decisions_table(published, last=SHOWN_DECISIONS),)
