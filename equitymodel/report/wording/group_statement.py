"""Plain sentences about groups that have no order, and what they cannot show."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from dataclasses import dataclass
from typing import Any

import pandas as pd

from equitymodel.data.cells.cell_facts import CellFacts
from equitymodel.data.tables.groups import Group
from equitymodel.report.wording.confidence import confidence, percent
from equitymodel.vocabulary import ADJUSTMENTS, GROUP_SIGN_CONVENTION, of_need


@dataclass(frozen=True)
class ReferenceWords:
    """What is said of groups without an order, which are compared with a reference group; see `GroupWords`.

    Attributes
    ----------
    facts
        What is known of the cells.
    """

    facts: CellFacts

    def found(self, rows: pd.DataFrame) -> str:
        """Say how every group compares with the reference group."""
        return group_words(self.facts.group, rows, self.facts.basis)

    def limits(self) -> list[str]:
        """Say what a comparison of such groups cannot show; need first."""
        group = self.facts.group
        words = {"name": group.words, "reference": group.reference, "kind": kind_of_group(group)}
        words["strata"] = group.adjusted(ADJUSTMENTS[self.facts.fullest])
        texts = [_need_limit(self.facts.fullest), *GROUP_LIMITS.strip().split("\n\n")]
        texts += CROSSED_LIMITS.strip().split("\n\n") if group.crossed else []
        said = [text for text in texts if group.stratum is None or not text.startswith(RECORDED_ALIKE)]
        return [" ".join(text.format(**words).split()) for text in said]

    def page(self) -> dict[str, str]:
        """Give the words of the page."""
        group = self.facts.group
        return {
            "groups": f"groups of {group.words} (compared with {group.reference})",
            "kind": kind_of_group(group),
            "by": group.words,
            "first": "a group",
            "last": f"the reference group ({group.reference})",
            "compared": f"each group against {group.reference}",
            "unlike": "a group has fewer admissions than the reference group, if it truly needs less than was "
            "measured, relative to that group",
            "sign_convention": GROUP_SIGN_CONVENTION,
        }

    def heading(self) -> str:
        """Give the heading of a table of gaps."""
        return f"{self.facts.group.label}. Against {self.facts.group.reference}"

    def record(self) -> dict[str, dict[str, str]]:
        """Say which column, kind and reference group, for provenance."""
        group = self.facts.group
        return {"group": {"column": group.name, "kind": group.label, "reference_group": group.reference}}


def kind_of_group(group: Group) -> str:
    """Say what kind of group it is, so that characteristics protected by law are distinguished.

    Examples
    --------
    >>> kind_of_group(Group("religion", "none"))[:73]
    'Religion is an Equality Act characteristic (religion or belief): the publ'
    """
    words = group.main.replace("_", " ")
    name = f"{words[0].upper()}{words[1:]}"
    if group.crossed:
        return f"{kind_of_group(Group(group.main, group.reference))} Deprivation, which is within it here, is not one."
    if group.characteristic:
        return (
            f"{name} is an Equality Act characteristic ({group.characteristic}): the public sector equality duty of "
            "the Equality Act 2010 covers it. Report it apart from groupings that the duty does not cover."
        )
    return (
        f"{name} is a locally chosen group, as the PLUS groups of Core20PLUS5 are. It is not a characteristic of the "
        "Equality Act 2010; report it apart from those that are."
    )


def group_words(group: Group, rows: pd.DataFrame, basis: str) -> str:
    """Say how every group of one procedure compares with the reference group.

    Parameters
    ----------
    group
        What the groups are.
    rows
        Rows of ``rate_ratio``, one a group.
    basis
        What the comparison rests on, in words.

    Returns
    -------
    str
        One sentence.
    """
    parts = [
        f"{row[group.name]} {row['estimate']:.2f} ({row['lower']:.2f} to {row['upper']:.2f}; {likelihood(row)})"
        for row in rows.to_dict("records")
    ]
    return (
        f"{basis[0].upper()}{basis[1:]}, admissions against those of {group.reference}, as a ratio with its 95 % "
        f"credible interval: {'; '.join(parts)}."
    )


def likelihood(row: Mapping[Hashable, Any]) -> str:
    """Say how probable it is that a group has fewer, or more, than the reference group.

    Examples
    --------
    >>> likelihood({"probability": 0.97}), likelihood({"probability": 0.3})
    ('fewer: 97 %, high confidence', 'more: 70 %, not clear')
    """
    likely = max(row["probability"], 1 - row["probability"])
    return f"{'fewer' if row['probability'] >= 0.5 else 'more'}: {percent(likely)}, {confidence(likely)}"


def _need_limit(fullest: str) -> str:
    """Say what is taken for need."""
    if of_need(fullest):
        return GROUP_NEED_LIMITS["need"]
    return GROUP_NEED_LIMITS["population" if fullest == "population" else "strata"]


GROUP_NEED_LIMITS = {
    "need": """Need is taken from the need table as given. If it misses need that differs between groups of
        {name}, the true differences are other than shown.""",
    "strata": """No need table was given: need is taken to follow what is adjusted for alone. Where a group needs
        more or less than another for the same {strata}, the difference shown is not one of use for equal need.""",
    "population": """Nothing is adjusted for: population alone stands for need. Do not read a difference as
        inequity.""",
}

CROSSED_LIMITS = """
How the gradient over deprivation differs between groups is learned from all of them: a group of few admissions is
drawn to the gradient of the others, and its interval is wide. That it looks alike is then no finding.

What is within groups and what is between them depends on which is taken first; the total does not.
"""
RECORDED_ALIKE = ("Groups are counted", "A group is not one")
"""What is left out for age and sex, which most sources record alike."""
GROUP_LIMITS = """
{kind}

A difference is one in use for the need that was measured. It is not the effect of {name}, and it says nothing
about why it is there or what would change it.

{reference} is the group that others are compared with, not a standard of what is right: its own use may be too
low or too high.

Groups are counted as two sources record them: admissions by what hospitals wrote down, people by what they said
of themselves. Where the two differ, or many records do not say, ratios are wrong by more than their intervals.

A group is not one experience: people of one group differ from one another in ways that these tables do not hold.

NHS-funded care alone is counted. Where a group uses privately funded care more or less than {reference}, the
difference in all care is other than shown.

Intervals carry the uncertainty of counts and of the model. They do not carry errors in population or coding.

Estimates of single ICSs borrow from the others: an unusual ICS is drawn towards the average, the more so the
fewer its admissions.

Levelling up counts only what is missing, so it is above 0 by chance alone; read it beside the signed shortfall.

This is evidence for a documented decision, not a verdict on compliance with any duty.
"""
