"""A statement to a board in at most 150 words, and the checklist of what the tables did not hold."""

from __future__ import annotations

import pandas as pd

from equitymodel.report.content.answer import answer_words, turning_words
from equitymodel.report.content.published import Published
from equitymodel.report.document.blocks import DataTable, Paragraph, Section
from equitymodel.report.document.columns import Column
from equitymodel.report.wording.route_words import number_words
from equitymodel.vocabulary import AGE_BAND, SEX

MOST_WORDS = 150
ASKED = ("deprivation", "ethnicity", "age", "sex")
"""Groups by which NHS England's statement on information on health inequalities asks for elective care at the least:
NHS England (2023), under section 13SA of the National Health Service Act 2006."""
EVIDENCE = "This is evidence for a documented decision; it does not say why there is a gap, or what would close it."


def board_words(published: Published, code: str) -> str:
    """Say to a board what was found, in at most 150 words: the answer, what would turn it, what follows.

    Returns
    -------
    str
        The statement; sentences that do not fit are left out from the end, but never the last.
    """
    turning = filter(None, [turning_words(published, code, short=True)])
    said = [answer_words(published, code), *turning, *_comes_to(published, code), _rests_on(published)]
    while len(" ".join([*said, EVIDENCE]).split()) > MOST_WORDS and len(said) > 1:
        said.pop()
    return " ".join([*said, EVIDENCE])


def statement_section(published: Published, code: str) -> Section:
    """Give the statement, and say by which groups NHS England asks for it that these tables do not hold.

    Returns
    -------
    Section
        The statement and a checklist for the analyst.
    """
    rows = pd.DataFrame([_asked(published, group) for group in ASKED], columns=["by", "here", "missing"])
    columns = (Column("by", ("by",)), Column("in this report", ("here",)), Column("what is missing", ("missing",)))
    title = "By which groups inequality is reported, as NHS England's statement on health inequalities asks"
    table = DataTable("statement", title, columns, rows)
    return Section("To the board", (Paragraph(board_words(published, code)), table))


def _comes_to(published: Published, code: str) -> list[str]:
    """Say how many admissions all procedures are short of, where each is told from chance."""
    totals = published.rows("target_totals", code)
    up = totals[(totals["quantity"] == "total_change") & (totals["route"] == "level_up") & (totals["scope"] == "ics")]
    told = up[up["told_apart"] == "yes"]
    if told.empty:
        return ["What it would take to bring every group up to one rate cannot be told from chance in any procedure."]
    most = told.iloc[int(told["estimate"].argmax())]
    aim = published.facts.group.comparison.aim
    return [
        f"Bringing every group that falls short up to the rate of {aim} of its own ICS would take most in "
        f"{most['procedure']}: {number_words(most['estimate'])} more admissions {published.counted} "
        f"({number_words(most['lower'])} to {number_words(most['upper'])})."
    ]  # fmt: skip


def _rests_on(published: Published) -> str:
    return f"Admissions are adjusted for {published.facts.adjustment}; privately funded care is not counted."


def _asked(published: Published, group: str) -> tuple[str, str, str]:
    """Say whether one kind of group is in this report, and if not what it takes."""
    facts = published.facts
    by_deprivation = group == "deprivation" and (facts.group.ordered or facts.group.crossed)
    if group == facts.group.main or by_deprivation:
        return group, "compared", ""
    adjusted = {"age": AGE_BAND, "sex": SEX}.get(group)
    if adjusted and any(group in key.split("_") for key in facts.adjustments):
        return group, "adjusted for", f"a comparison by {group}: a run with --group {adjusted}"
    return group, "not in the tables", f"a run with --group {adjusted or group}, from tables that have that column"
