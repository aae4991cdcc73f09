"""Sentences about judged options: which comes first, what is not known, and how long growth alone would take."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from equitymodel.decision.acceptability import OPTION
from equitymodel.decision.information_panels import JUDGED_ON
from equitymodel.report.content.published_decision import GROWTH, INFORMATION, PILOT, RANKS, PublishedDecision
from equitymodel.report.document.columns import probability_words

NO_CHANGE = "None of the unknowns that were asked about would change the choice, as far as they are uncertain."
MOST_YEARS = 100
"""Years beyond which no number of them is said."""
SURE, MORE_OFTEN = 0.975, 0.5
"""Shares of draws from which on an option does not fit the capacity, or probably not; with fewer it may not."""


def answer_words(published: PublishedDecision) -> str:
    """Say which option comes first and, where it may not, that it does not fit the capacity; or that none does."""
    if published.said("not_separated"):
        return published.said("not_separated")
    first, share = _first(published)
    said = f"{first} comes first in {probability_words(share)} of draws and weights ({_whose(published)})."
    return " ".join([said, *_fit(published, first)])


def over_words(published: PublishedDecision) -> list[str]:
    """Say in one sentence which options may take more than the capacity, and how often; nothing where none does."""
    over = [f"{name} in {probability_words(share)} of draws ({used:,.0f} on average)"
            for name, (share, used) in _over(published).items()]  # fmt: skip
    said = f"Ranks take no account of the {_capacity(published)}. More is taken by {', '.join(over)}."
    return [said] if over else []


def _fit(published: PublishedDecision, option: str) -> list[str]:
    share, used = _over(published).get(option, (0.0, 0.0))
    does = "does" if share >= SURE else "probably does" if share >= MORE_OFTEN else "may"
    takes = f"{_capacity(published)} ({used:,.0f} on average)"
    said = f"It {does} not fit the capacity: in {probability_words(share)} of draws it takes more than the {takes}."
    return [said] if share else []


def _over(published: PublishedDecision) -> Mapping[str, tuple[float, float]]:
    return published.provenance.get("over_capacity") or {}


def _capacity(published: PublishedDecision) -> str:
    return f"{published.provenance.get('capacity_total') or 0:,.0f} {published.said('capacity_unit')}"


def _first(published: PublishedDecision) -> tuple[str, float]:
    """Give the option that comes first most often, and the share of draws and weights in which it does."""
    table = published.tables[RANKS]
    first = table.iloc[int(table["rank_1"].argmax())]
    return str(first[OPTION]), float(first["rank_1"])


def _whose(published: PublishedDecision) -> str:
    of, weights = published.said("weights_of"), published.said("weights").replace("_", " ")
    return f"{'weights of nobody' if of == 'none' else f'weights of the {of}'}: {weights}"


def would_change(published: PublishedDecision, *, most: int | None = None) -> list[str]:
    """Say which unknowns would change the choice at the mean weights, those first that it is worth most to know.

    Parameters
    ----------
    published
        As for `decision_document`.
    most
        How many are said; all by default.

    Returns
    -------
    list of str
        A sentence each, or one that says why there is none; and before them, where it is another, which option is
        chosen at the mean weights.
    """
    rows = published.tables[INFORMATION].iloc[1:]
    changing = rows[rows["changes_to"].fillna("").astype(str) != ""].head(most or len(rows))
    said = [f"{row['unknown'][0].upper()}{row['unknown'][1:]}: {row['changes_beyond']} {_amount(row['changes_at'])} "
            f"the choice would change to {row['changes_to']}." for row in changing.to_dict("records")]  # fmt: skip
    return [
        *_chosen_at_the_mean(published, changes=bool(said)),
        *(said or [published.said("too_few_draws") or NO_CHANGE]),
    ]


def _chosen_at_the_mean(published: PublishedDecision, *, changes: bool) -> list[str]:
    """Say which option the unknowns are about, where it is not the one that the answer names."""
    chosen, (first, _) = str(published.tables[INFORMATION]["chosen_now"].iloc[0]), _first(published)
    if chosen == first and not (changes and published.said("not_separated")):
        return []
    often = "" if chosen == first else f", though over all weights {first} comes first most often"
    return [f"At the mean weights the choice is {chosen}{often}: what would change it, and what is worth knowing, is "
            f"about {chosen}."]  # fmt: skip


def _amount(value: float) -> str:
    """Write a number of three digits that carry meaning, with separators of thousands and never as a power of ten.

    Examples
    --------
    >>> _amount(92_755.3), _amount(2.871), _amount(-0.5)
    ('92,800', '2.87', '-0.5')
    """
    return f"{float(f'{value:.3g}') + 0.0:,.10f}".rstrip("0").rstrip(".")


def pilot_words(published: PublishedDecision) -> list[str]:
    """Say how much of what the effect is worth to know a pilot of the most months would tell."""
    if PILOT not in published.tables:
        return []
    rows = published.tables[PILOT]
    row = rows.iloc[int(rows["months"].argmax())]
    if not np.isfinite(row["standard_error"]):
        return [f"A pilot of {row[OPTION]} cannot be evaluated with so few months of data: its series needs more "
                "before the start, or more after it."]  # fmt: skip
    if not row["expected_sd"] > 0:
        return [f"A pilot of {row[OPTION]} is worth nothing to this choice: its effect was stated without an interval, "
                "as known for sure, so that there is nothing to learn. State its interval to see what a pilot would be "
                "worth."]  # fmt: skip
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
    (wait,) = rows[rows["measure"] == "years_to_equity"].to_dict("records")
    years, lower, upper = (_years(wait[name]) for name in ("estimate", "lower", "upper"))
    said = years if years == lower == upper else f"{years} ({lower} to {upper})"
    return [
        f"By growth alone, with nobody cut, no gap is left after {said} years: every group then has the rate of the "
        "most or the least deprived, whichever is higher now."
    ]


def _years(years: float) -> str:
    return f"{years:.1f}" if years <= MOST_YEARS else f"more than {MOST_YEARS}"


def left_out_words(published: PublishedDecision) -> list[str]:
    """Say in one line what is left out for want of numbers."""
    missing = [what for what, _ in published.provenance.get("missing") or []]
    return [f"Left out, for want of numbers from you: {'; '.join(missing)}."] if missing else []
