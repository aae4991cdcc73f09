"""How to read the numbers of a report: signs, routes, scopes, and what intervals are for."""

from __future__ import annotations

from equitymodel.report.content.published import Published
from equitymodel.report.document.blocks import Bullets, Paragraph, Section
from equitymodel.vocabulary import ROUTES, SCOPES


def reading_section(published: Published) -> Section:
    """Say what a sign means, what each route and scope is, and what intervals are for.

    Returns
    -------
    Section
        Two paragraphs and the words of routes and scopes.
    """
    when = published.period or "this year"
    intervals = (
        "Intervals of gaps, shortfalls and routes are for the area as it is, not for the count of a single year: "
        f"counts of {when} and of the next vary more. expected.csv says which is which in its columns quantity and "
        "interval_for. 'Short of' is signed; a level-up counts only what is missing."
    )
    scopes = {"ics": "within your ICS"} if published.alone else SCOPES
    points = [f"{_plain(name)}: {words}" for name, words in ROUTES.items()]
    points += [f"scope {name}: {words}" for name, words in scopes.items()]
    sign = f"Sign: {published.provenance['sign_convention']}."
    return Section("How to read the numbers", (Paragraph(intervals), Paragraph(sign), Bullets(tuple(points))))


def _plain(name: str) -> str:
    return name.replace("_", " ")
