"""What the gap rests on: what is adjusted for, and how far need would have to be mistaken to explain it away."""

from __future__ import annotations

from equitymodel.report.content.answer import TIPPING, need_taken, whose_need
from equitymodel.report.content.named_numbers import named_numbers
from equitymodel.report.content.published import Published
from equitymodel.report.contribution import scale_of_adjustments
from equitymodel.report.document.blocks import Block, Bullets, DataTable, Paragraph, Picture, Section
from equitymodel.report.document.columns import Column, estimate
from equitymodel.report.wording.group_words import words_of
from equitymodel.report.wording.lasting_words import lasting_ends
from equitymodel.report.wording.measure_words import adjustment_words
from equitymodel.vocabulary import PROCEDURE, of_need


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
        *(Column(label.replace("_", " "), (label,)) for label in labels),
        *(estimate(adjustment_words(key, published.facts.group), of=f"{key}_", decimals=2) for key in keys),
        estimate("tipping point, ratio of need", of="tipping_", decimals=2),
    )
    note = f"""Rate ratios under each adjustment, with 95 % credible intervals. Tipping point: there would be no gap if
        need of {whose_need(published.facts)} were truly that many times {need_taken(published.facts)}."""
    table = DataTable("adjustments", "The gap by what is adjusted for", columns, rows, " ".join(note.split()))
    blocks = (Paragraph(_opening(published)), table, *_what_lasts(published, code))
    return Section("What the gap rests on", blocks)


def mistaken_need_section(published: Published, code: str, picture: Picture) -> Section:
    """Say what would explain the gap away, with a picture of it, and give a scale of what was measured.

    Returns
    -------
    Section
        The curves, how to read them, and where the rest is.
    """
    unlike = words_of(published.facts).page()["unlike"]
    curves = (
        f"Each curve gives the probability that {unlike}. At the left end need is as measured. Where a curve passes "
        "one half, the gap could as well be explained as not."
    )
    scale = scale_of_adjustments(published.tables["sensitivity"], published.facts.group, ics=code)
    rest = (
        "Nothing in these data tells whether such a difference exists; for scale, leaving out one at a time what was "
        f"adjusted for: {scale}. The gap without each, and what private care would add, are in sensitivity.csv."
    )
    return Section("What would explain the gap away?", (Paragraph(curves), picture, Paragraph(rest)))


def _what_lasts(published: Published, code: str) -> tuple[Block, ...]:
    """Say how much depends on what lasts, where one year leaves that open and both ends were worked out."""
    ends = lasting_ends(published.tables["sensitivity"], ics=code)
    if ends.empty:
        return ()
    opening = """How much depends on what lasts: with one year the share of these differences that lasts is assumed.
        These are the two ends of what it could be, not an interval; a second year is what settles it."""
    points = [f"{row[PROCEDURE]}. {row['text']}" for row in ends.to_dict("records")]
    return Paragraph(" ".join(opening.split())), Bullets(tuple(points))


def _opening(published: Published) -> str:
    if of_need(published.facts.fullest):
        return "Only the fullest adjustment compares people with equal need; the others show how much hangs on it."
    return "No need table was given, so none of these compares people with equal need."
