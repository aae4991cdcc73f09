"""Results of any kind made into a document: of gaps and routes, an evaluation, a pathway, or strategies."""

from __future__ import annotations

from collections.abc import Sequence

from equitymodel.errors import OptionError
from equitymodel.report.content.any_published import AnyPublished
from equitymodel.report.content.decision_document import decision_document
from equitymodel.report.content.effects_document import effects_document
from equitymodel.report.content.evaluation_document import evaluation_document
from equitymodel.report.content.gap_document import gap_document
from equitymodel.report.content.monitor_pages import monitored_page
from equitymodel.report.content.published import Published
from equitymodel.report.content.published_decision import PublishedDecision
from equitymodel.report.content.published_effects import PublishedEffects
from equitymodel.report.content.published_monitor import PublishedMonitor
from equitymodel.report.content.published_stages import PublishedStages
from equitymodel.report.content.stages_document import stages_document
from equitymodel.report.document.blocks import Document
from equitymodel.vocabulary import ALL_ICS

EVERY = "all"
"""In place of an area: a document for each, in files of their own."""


def areas_asked(published: AnyPublished, area: str) -> dict[str, str]:
    """Give the areas that are asked for: what their files are called after, and their codes.

    Parameters
    ----------
    published
        From `open_results`.
    area
        An ICS by code or name, all ICSs together, or ``all``.

    Returns
    -------
    dict
        One document each; nothing in the name where there is one alone.

    Raises
    ------
    OptionError
        When there is no such ICS, or an evaluation is asked about one: it is of all that were exposed.
    """
    if isinstance(published, Published | PublishedEffects | PublishedStages | PublishedMonitor):
        every = {name: code for code, name in published.areas.items()}
        return every if area == EVERY else {"": published.code_of(area)}
    if isinstance(published, PublishedDecision) and area != ALL_ICS:
        raise OptionError(
            f"options were judged for {published.said('scope')}, and there is one report of them; leave --area out, or "
            "judge them for another with equitymodel decide --area"
        )
    if area != ALL_ICS:
        raise OptionError(
            f"an evaluation has one report, of all that were exposed, and none of '{area}'; leave --area out. What "
            "changed in each ICS is in its table of findings"
        )
    return {"": ALL_ICS}


def document_of(published: AnyPublished, code: str = ALL_ICS, *, peers: str | Sequence[str] = "region") -> Document:
    """Say what was found in one area, or by an evaluation of all that were exposed.

    Parameters
    ----------
    published
        From `open_results`.
    code
        From `areas_asked`.
    peers
        With whom an ICS is compared, as `find_peers` takes them.
    """
    match published:
        case Published():
            return gap_document(published, code, peers=peers)
        case PublishedEffects():
            return effects_document(published, code)
        case PublishedStages():
            return stages_document(published, code)
        case PublishedDecision():
            return decision_document(published)
        case PublishedMonitor():
            return monitored_page(published.found, published.provenance, code)
    return evaluation_document(published)
