"""The line that answers first: whether there is a gap here, where it is widest, and how sure that is."""

from __future__ import annotations

import pandas as pd

from equitymodel.data.cells.cell_facts import CellFacts
from equitymodel.report.content.published import Published
from equitymodel.report.wording.confidence import SURE
from equitymodel.vocabulary import PROCEDURE


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


def _how_often(facts: CellFacts, known: pd.DataFrame) -> str:
    """Count where fewer, where more, and where it is not clear."""
    counts = {"fewer": int((known["probability"] >= SURE).sum()), "more": int((known["probability"] <= 1 - SURE).sum())}
    (first, count), *others = [(way, count) for way, count in counts.items() if count] or [("", 0)]
    who, against = _compared(facts)
    what = f"{'procedure' if facts.group.ordered else 'comparison'}{'' if len(known) == 1 else 's'}"
    if not first:
        return (
            f"it is not clear in any of {len(known)} {what} whether {who} had fewer or more admissions than {against}"
        )
    also = "".join(f" and {way} in {number}" for way, number in others)
    return f"{who} had {first} admissions than {against} in {count}{also} of {len(known)} {what}"


def _widest(facts: CellFacts, known: pd.DataFrame) -> str:
    """Name the widest gap, whichever way round it is."""
    distance = known["estimate"].where(known["estimate"] <= 1, 1 / known["estimate"])
    row = known.iloc[int(distance.argmin())]
    which = row[PROCEDURE] if facts.group.ordered else f"{row[PROCEDURE]}, {row[facts.group.name]}"
    opening = "The gap" if len(known) == 1 else "The widest gap"
    return (
        f"{opening} is that of {which}: {row['estimate']:.2f} times the admissions of {_compared(facts)[1]} "
        f"(95 % credible interval {row['lower']:.2f} to {row['upper']:.2f})."
    )


def _compared(facts: CellFacts) -> tuple[str, str]:
    """Name who is compared with whom."""
    if facts.group.ordered:
        return "the most deprived group", "the least deprived"
    return "a group", facts.group.reference
