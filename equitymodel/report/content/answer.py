"""The line that answers first: whether there is a gap here, where it is widest, and how sure that is."""

from __future__ import annotations

import pandas as pd

from equitymodel.data.cells.cell_facts import CellFacts
from equitymodel.report.content.published import Published
from equitymodel.report.wording.confidence import SURE
from equitymodel.vocabulary import PROCEDURE, of_need

TIPPING = "tipping_point"
"""The question in the table of sensitivity whose answer turns the gap into none."""


def answer_words(published: Published, code: str) -> str:
    """Say in two sentences how far apart the groups of an area are.

    Returns
    -------
    str
        In how many procedures a group has fewer and in how many more, at a probability of 95 % or more each; and the
        widest gap with its interval.
    """
    rows = published.rows("gaps", code)
    known = rows[rows["headline"]].dropna(subset="estimate")
    where = published.title_of(code)
    if known.empty:
        return f"{where}: no gap can be given; the table says why."
    facts = published.facts
    return f"{where}: {facts.basis}, {_how_often(facts, known)}. {_widest(facts, known)}"


def turning_words(published: Published, code: str, *, short: bool = False) -> str:
    """Say which error of need, or of counts of people, would turn the answer: for the widest and the nearest clear gap.

    Parameters
    ----------
    published, code
        As for `answer_words`.
    short
        Speak of the widest gap and of need alone.

    Returns
    -------
    str
        One sentence or two; empty where no gap is clear.
    """
    known = _clear_tipping_points(published, code)
    if known.empty:
        return ""
    distance = known["estimate"].where(known["estimate"] <= 1, 1 / known["estimate"])
    widest, nearest = (known.iloc[int(place)] for place in (distance.argmin(), distance.argmax()))
    name, if_need = _named(published.facts, widest), f"if need of {whose_need(published.facts)} were"
    known_by = need_taken(published.facts)
    if short:
        return f"There would be no gap in {name} {if_need} {_need(widest)} times {known_by}."
    also = f"; {_need(nearest)} is enough in {_named(published.facts, nearest)}, the narrowest clear one"
    return (
        f"What would turn it: {if_need} {_need(widest)} times {known_by}, there would be no gap in {name}"
        f"{also if len(known) > 1 else ''}. A miscount of people acts alike."
    )


def _clear_tipping_points(published: Published, code: str) -> pd.DataFrame:
    """Give the tipping points of gaps that are clear, whichever way round."""
    rows, tipping = published.rows("gaps", code), published.rows("sensitivity", code)
    clear = rows[rows["headline"] & ((rows["probability"] >= SURE) | (rows["probability"] <= 1 - SURE))]
    tipping = tipping[tipping["question"] == TIPPING].dropna(subset="estimate")
    return clear[published.labels].merge(tipping, on=published.labels)


def _need(row: pd.Series) -> str:
    return f"{row['estimate']:.2f} ({row['lower']:.2f} to {row['upper']:.2f})"


def _named(facts: CellFacts, row: pd.Series) -> str:
    return str(row[PROCEDURE]) if facts.group.ordered else f"{row[PROCEDURE]}, {row[facts.group.name]}"


def need_taken(facts: CellFacts) -> str:
    """Say whether need was measured, or is what population, age and sex would give."""
    return "what was measured" if of_need(facts.fullest) else "what was assumed"


def whose_need(facts: CellFacts) -> str:
    """Name whose need is asked about, and relative to whom."""
    if facts.group.ordered:
        return "the most deprived, relative to the least,"
    return f"that group, relative to {facts.group.reference},"


def _how_often(facts: CellFacts, known: pd.DataFrame) -> str:
    """Count where fewer, where more, and where it is not clear."""
    counts = {"fewer": int((known["probability"] >= SURE).sum()), "more": int((known["probability"] <= 1 - SURE).sum())}
    (first, count), *others = [(way, count) for way, count in counts.items() if count] or [("", 0)]
    who, against = _compared(facts)
    what = f"{'procedure' if facts.group.ordered else 'comparison'}{'' if len(known) == 1 else 's'}"
    if not first:
        where = "" if len(known) == 1 else f" in any of {len(known)} {what}"
        return f"it is not clear{where} whether {who} had fewer or more admissions than {against}"
    also = "".join(f" and {way} in {number}" for way, number in others)
    return f"{who} had {first} admissions than {against} in {count}{also} of {len(known)} {what}"


def _widest(facts: CellFacts, known: pd.DataFrame) -> str:
    """Name the widest gap, whichever way round it is."""
    distance = known["estimate"].where(known["estimate"] <= 1, 1 / known["estimate"])
    row = known.iloc[int(distance.argmin())]
    opening = "The gap" if len(known) == 1 else "The widest gap"
    return (
        f"{opening} is that of {_named(facts, row)}: {row['estimate']:.2f} times the admissions of "
        f"{_compared(facts)[1]} (95 % credible interval {row['lower']:.2f} to {row['upper']:.2f})."
    )


def _compared(facts: CellFacts) -> tuple[str, str]:
    """Name who is compared with whom."""
    if facts.group.ordered:
        return "the most deprived group", "the least deprived"
    return "a group", facts.group.reference
