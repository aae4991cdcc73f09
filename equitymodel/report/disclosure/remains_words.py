"""What remains after disclosure control, in words for whoever decides on a release."""

from __future__ import annotations

import pandas as pd

from equitymodel.report.disclosure.disclosure_rules import DisclosureRules

NAMED = 3


def remains_words(audit: pd.DataFrame, log: pd.DataFrame, rules: DisclosureRules, compared: bool) -> tuple[str, ...]:
    """Say what was hidden, what can be worked out, and what this does not protect against.

    Sentences, each for itself, from `audit_table` and `log_table`; `compared` where an earlier release was given.

    Examples
    --------
    >>> from equitymodel.report.disclosure.disclosure_rules import disclosure_rules
    >>> empty = pd.DataFrame({"safe": [], "hidden_as": []})
    >>> remains_words(empty, empty, disclosure_rules("none"), False)[0]
    'Nothing is hidden and nothing is rounded: these tables hold true counts and are not for release.'
    """
    if not rules.hides:
        return (_as_they_are(rules),)
    return (_hidden(log, rules), _found(audit, rules), _before(compared, rules), *_not_covered(rules))


def _as_they_are(rules: DisclosureRules) -> str:
    if rules.rounded_to == 1:
        return "Nothing is hidden and nothing is rounded: these tables hold true counts and are not for release."
    return f"Nothing is hidden; counts are rounded to the nearest {rules.rounded_to}."


def _hidden(log: pd.DataFrame, rules: DisclosureRules) -> str:
    small, further = (int((log["hidden_as"] == word).sum()) for word in ("small", "further"))
    rounding = f" All others are rounded to the nearest {rules.rounded_to}." if rules.rounded_to > 1 else ""
    more = f", and {further:,} more to protect {'it' if small == 1 else 'them'}" if further else ""
    return (
        f"Under the rules '{rules.name}', {_counts(small)} of {rules.first} to {rules.last} {_are(small)} hidden"
        f"{more}.{rounding}"
    )


def _found(audit: pd.DataFrame, rules: DisclosureRules) -> str:
    unsafe = audit[~audit["safe"].astype(bool)]
    if unsafe.empty:
        return (
            f"From all tables of this release together, each hidden count may be anything from {rules.first} to "
            f"{rules.last}, or its possible values span {rules.width} or more."
        )
    named = "; ".join(
        f"{row.cell} ({row.min:.0f} to {row.max:.0f}, by {row.known_to})" for row in unsafe.head(NAMED).itertuples()
    )
    more = f"; and {len(unsafe) - NAMED} more in the audit" if len(unsafe) > NAMED else ""
    return (
        f"NOT FIT FOR RELEASE: {_counts(len(unsafe))} can still be narrowed to less than {rules.width}: {named}{more}. "
        "Leave out a table or totals, merge groups or areas, or use rules that hide these."
    )


def _before(compared: bool, rules: DisclosureRules) -> str:
    if not rules.differencing:
        return "Differences, from an earlier release or between a whole and its part, were not looked at."
    if compared:
        return "What was released before is taken as known: nobody can be found by taking one release from the other."
    return (
        "No earlier release was given: if the same counts were released before, for fewer months or fewer people, give "
        "that release too, or the difference may show who was added."
    )


def _not_covered(rules: DisclosureRules) -> tuple[str, ...]:
    alone = (
        "someone alone in a cell is taken to know that count"
        if rules.alone
        else "what someone alone in a cell knows is not counted"
    )
    return (
        f"This is about what can be worked out from what is published; {alone}. What people know from elsewhere, and "
        "tables others publish of the same people, are not covered.",
        "Modelled rates, ratios and intervals are not hidden; the draws behind them must stay with the data.",
    )


def _counts(number: int) -> str:
    return f"{number:,} count" + ("" if number == 1 else "s")


def _are(number: int) -> str:
    return "is" if number == 1 else "are"
