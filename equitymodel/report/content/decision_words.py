"""Sentences about judged options: which comes first, what is not known, and how long growth alone would take."""

from __future__ import annotations

import numpy as np

from equitymodel.decision.acceptability import OPTION
from equitymodel.decision.information_panels import JUDGED_ON
from equitymodel.report.content.published_decision import GROWTH, INFORMATION, PILOT, RANKS, PublishedDecision
from equitymodel.report.document.columns import estimate, probability_words

NO_CHANGE = "None of the unknowns that were asked about would change the choice, as far as they are uncertain."


def answer_words(published: PublishedDecision) -> str:
    """Say which option comes first, or that none does."""
    if published.said("not_separated"):
        return published.said("not_separated")
    table = published.tables[RANKS]
    first = table.iloc[int(table["rank_1"].argmax())]
    return (
        f"{first[OPTION]} comes first in {probability_words(first['rank_1'])} of draws and weights "
        f"({_whose(published)})."
    )


def _whose(published: PublishedDecision) -> str:
    of, weights = published.said("weights_of"), published.said("weights").replace("_", " ")
    return f"{'weights of nobody' if of == 'none' else f'weights of the {of}'}: {weights}"


def would_change(published: PublishedDecision, *, most: int | None = None) -> list[str]:
    """Say which unknowns would change the choice, those first that it is worth most to know.

    Parameters
    ----------
    published
        As for `decision_document`.
    most
        How many are said; all by default.

    Returns
    -------
    list of str
        A sentence each, or one that says why there is none.
    """
    rows = published.tables[INFORMATION].iloc[1:]
    changing = rows[rows["changes_to"].fillna("").astype(str) != ""].head(most or len(rows))
    said = [f"{row['unknown'][0].upper()}{row['unknown'][1:]}: at {row['changes_at']:.2g} the choice would change to "
            f"{row['changes_to']}." for row in changing.to_dict("records")]  # fmt: skip
    return said or [published.said("too_few_draws") or NO_CHANGE]


def pilot_words(published: PublishedDecision) -> list[str]:
    """Say how much of what the effect is worth to know a pilot of the most months would tell."""
    if PILOT not in published.tables:
        return []
    rows = published.tables[PILOT]
    row = rows.iloc[int(rows["months"].argmax())]
    if not np.isfinite(row["standard_error"]):
        return [f"A pilot of {row[OPTION]} cannot be evaluated with so few months of data: its series needs more "
                "before the start, or more after it."]  # fmt: skip
    if not row["if_known"] > 0:
        return [f"A pilot of {row[OPTION]} is worth nothing to this choice: no effect it could find would change it."]
    share = min(row["value"] / row["if_known"], 1.0)
    return [f"A pilot of {row[OPTION]} with {row['months']:.0f} months of data, judged on its first "
            f"{min(JUDGED_ON, row['months']):.0f}, would be worth {probability_words(share)} of what knowing its "
            "effect for sure is worth."]  # fmt: skip


def growth_words(published: PublishedDecision) -> list[str]:
    """Say how long growth alone would take."""
    if GROWTH not in published.tables:
        return []
    rows = published.tables[GROWTH]
    (wait,) = estimate("years", decimals=1).texts(rows[rows["measure"] == "years_to_equity"])
    return [f"By growth alone, with nobody cut, every group reaches the rate of the least deprived in {wait} years."]


def left_out_words(published: PublishedDecision) -> list[str]:
    """Say in one line what is left out for want of numbers."""
    missing = [what for what, _ in published.provenance.get("missing") or []]
    return [f"Left out, for want of numbers from you: {'; '.join(missing)}."] if missing else []
