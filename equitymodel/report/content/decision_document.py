"""The report on judged options: what each might move, how they rank, what is not known, and what was decided."""

from __future__ import annotations

from equitymodel.decision.acceptability import OPTION
from equitymodel.decision.social_welfare import ATKINSON_OF_PUBLIC
from equitymodel.report.content.decision_tables import (
    compared_table,
    decisions_table,
    given_up_table,
    growth_rows,
    impact_rows,
    information_rows,
    legitimacy_table,
    moved_columns,
    pilot_rows,
    plans_table,
    ranks_table,
    weights_rows,
)
from equitymodel.report.content.decision_words import answer_words, growth_words, over_words, pilot_words, would_change
from equitymodel.report.content.published_decision import (
    CURVE,
    DECISIONS,
    FRONTIER,
    GROWTH,
    IMPACT,
    OPTIONS,
    PILOT,
    STATED,
    SWITCH,
    WEIGHTS,
    WHY_CONTESTED,
    PublishedDecision,
)
from equitymodel.report.document.blocks import Block, Bullets, Document, Paragraph, Picture, Section
from equitymodel.report.plots.equity_curve_plot import plot_equity_curve, switch_words, worth_most
from equitymodel.report.plots.equity_plane_plot import plane_alt_text, plot_equity_plane
from equitymodel.report.plots.frontier_plot import frontier_alt_text, plot_frontier
from equitymodel.vocabulary import ROUTES

REFERENCE = "A route says what would move if its target were reached, not that it will be."
DUTY = (
    "An ICB has regard to reducing inequalities of access and outcomes (NHS Act 2006, s14Z35): a duty to have regard. "
    "The public sector equality duty (Equality Act 2010, s149) is another; deprivation is not a protected "
    "characteristic. This page is evidence for a documented decision, and not legal advice."
)
Part = tuple[str, tuple[Block, ...]]


def decision_document(published: PublishedDecision) -> Document:
    """Say what could be done and what that rests on, with every panel that the options have the numbers for.

    Parameters
    ----------
    published
        From `published_decision` or `open_decision`.

    Returns
    -------
    Document
        Ready for any writer.
    """
    parts = (_moved(published), _ranked(published), _information(published), _health(published), _capacity(published),
             _growth(published), _decided(published), _left_out(published))  # fmt: skip
    blocks: tuple[Block, ...] = (
        Paragraph(answer_words(published), "answer"),
        *(Section(title, within) for title, within in parts if within),
        Paragraph(DUTY, "note"),
    )
    return Document(published.said("question"), published.said("scope"), blocks, about(published), published.stamp)


def about(published: PublishedDecision) -> tuple[tuple[str, str], ...]:
    """Say where it comes from: what was judged on which estimate.

    Parameters
    ----------
    published
        As for `decision_document`.

    Returns
    -------
    tuple
        Pairs of a word and a text.
    """
    kept = published.provenance
    versions = kept.get("versions") or {}
    said = {
        "Made": published.said("made"),
        "Estimate": " ".join(filter(None, (published.said("estimate")[:12], published.said("diagnosis")))),
        "Draws": published.said("precision"),
        "Groups": published.said("groups"),
        "Seed": str(kept.get("seed", "")),
        "Package": f"equitymodel {versions['equitymodel']}" if versions else "",
    }
    return tuple((word, text) for word, text in said.items() if text)


def of_routes(published: PublishedDecision) -> tuple[Block, ...]:
    """Say that a route is no effect, where an option is one.

    Parameters
    ----------
    published
        As for `decision_document`.

    Returns
    -------
    tuple of Block
        A note, or nothing.
    """
    does = published.tables[OPTIONS]["does"].astype(str)
    stays = does.str.startswith(STATED) | (does == ROUTES["no_change"])
    return () if stays.all() else (Paragraph(REFERENCE, "note"),)


def of_rules(published: PublishedDecision) -> tuple[Block, ...]:
    """Say beside what rules of a list move what was stated of it; nothing where no option follows one."""
    said = published.provenance.get("stated") or ()
    return (Paragraph(" ".join(said), "note"),) if said else ()


def why_contested(published: PublishedDecision) -> tuple[Block, ...]:
    """Say beside law and legitimacy why rules of a list are contested, once for all that are so for one reason."""
    rows = published.tables[OPTIONS]
    said = rows[rows[WHY_CONTESTED].fillna("") != ""] if WHY_CONTESTED in rows else rows.iloc[:0]
    return tuple(Paragraph(f"{', '.join(named[OPTION])}. {why}", "warning")
                 for why, named in said.groupby(WHY_CONTESTED, sort=False)) if len(said) else ()  # fmt: skip


def over_capacity(published: PublishedDecision) -> tuple[Block, ...]:
    """Say beside the options which of them do not fit the capacity; nothing where all do."""
    return tuple(Paragraph(text) for text in over_words(published))


def _moved(published: PublishedDecision) -> Part:
    criteria = published.provenance.get("criteria") or {}
    judged_by = f"Options are judged by: {', '.join(criteria.values())}."
    return "What could be done, and what it might move", (
        moved_columns(published, every=True), *over_capacity(published), *of_routes(published), *of_rules(published),
        Paragraph(judged_by),
        legitimacy_table(published), *why_contested(published),
    )  # fmt: skip


def _ranked(published: PublishedDecision) -> Part:
    return "Which comes first, for which weights", (ranks_table(published), compared_table(published))


def _information(published: PublishedDecision) -> Part:
    pilot = (pilot_rows(published),) if PILOT in published.tables else ()
    said = Bullets((*would_change(published), *pilot_words(published)))
    return "Which unknown would change the choice", (said, information_rows(published), *pilot)


def _health(published: PublishedDecision) -> Part:
    blocks: list[Block] = [impact_rows(published)] if IMPACT in published.tables else []
    if CURVE in published.tables:
        curve, switch = published.tables[CURVE], published.tables[SWITCH]
        said = switch_words(switch, worth_most(curve))
        plane, worth = (
            f"Equity impact plane, at an aversion of {ATKINSON_OF_PUBLIC:g}",
            "What each option is worth, by aversion to inequality",
        )
        blocks += [
            Paragraph(said), Picture("equity_curve", worth, said, plot_equity_curve(curve, switch, worth)),
            Picture("equity_plane", plane, plane_alt_text(curve), plot_equity_plane(curve, plane)),
        ]  # fmt: skip
    blocks += [weights_rows(published)] if WEIGHTS in published.tables else []
    return "Who gains health, and who loses it", tuple(blocks)


def _capacity(published: PublishedDecision) -> Part:
    title = "What equality costs under this capacity"
    if FRONTIER not in published.tables:
        return title, ()
    table = published.tables[FRONTIER]
    caption = "Total admissions against equality: the frontier, today and every option"
    picture = Picture("frontier_drawn", caption, frontier_alt_text(table), plot_frontier(table, title))
    return title, (Paragraph(published.said("price")), picture, plans_table(published), given_up_table(published))


def _growth(published: PublishedDecision) -> Part:
    if GROWTH not in published.tables:
        return "How long growth alone would take", ()
    return "How long growth alone would take", (Bullets(tuple(growth_words(published))), growth_rows(published))


def _decided(published: PublishedDecision) -> Part:
    known = DECISIONS in published.tables
    shown: Block = decisions_table(published) if known else Paragraph("Nothing has been recorded yet.")
    return "What was decided, and why", (shown,)


def _left_out(published: PublishedDecision) -> Part:
    missing = published.provenance.get("missing") or []
    points = tuple(f"{what[0].upper()}{what[1:]}: {filled_by} would fill it." for what, filled_by in missing)
    return "What is left out, as nothing was assumed", (Bullets(points),) if points else ()
