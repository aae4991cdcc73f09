"""What the gap rests on: what is adjusted for, and how far need would have to be mistaken to explain it away."""

from __future__ import annotations

from equitymodel.report.content.named_numbers import named_numbers
from equitymodel.report.content.published import Published
from equitymodel.report.document.blocks import DataTable, Paragraph, Section
from equitymodel.report.document.columns import Column, estimate
from equitymodel.report.wording.measure_words import adjustment_words
from equitymodel.vocabulary import of_need

TIPPING = "tipping_point"


def rests_on_section(published: Published, code: str) -> Section:
    """Set the gap under each adjustment side by side, with the tipping point beside it.

    Returns
    -------
    Section
        One table, and how to read it.
    """
    labels = published.labels
    rows = published.rows("adjustments", code).copy()
    keys = [key for key in published.facts.adjustments if key in rows]
    rows = rows.rename(columns={key: f"{key}_estimate" for key in keys})
    asked = published.rows("sensitivity", code)
    tipping = named_numbers(asked[asked["question"] == TIPPING], labels, "tipping_")
    rows = rows.merge(tipping, on=labels, how="left")
    columns = (
        *(Column(label, (label,)) for label in labels),
        *(estimate(adjustment_words(key, published.facts.group), of=f"{key}_", decimals=2) for key in keys),
        estimate("tipping point, ratio of need", of="tipping_", decimals=2),
    )
    note = """Rate ratios under each adjustment, with 95 % credible intervals. Tipping point: the gap would be
        explained away if need, of the group with fewer admissions relative to the other, were truly that many times
        what was measured."""
    table = DataTable("adjustments", "The gap by what is adjusted for", columns, rows, " ".join(note.split()))
    return Section("What the gap rests on", (Paragraph(_opening(published)), table))


def _opening(published: Published) -> str:
    if of_need(published.facts.fullest):
        return "Only the fullest adjustment compares people with equal need; the others show how much hangs on it."
    return "No need table was given, so none of these compares people with equal need."
