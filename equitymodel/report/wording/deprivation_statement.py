"""Plain sentences about groups of deprivation, and what they cannot show."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from equitymodel.data.cells.cell_facts import CellFacts
from equitymodel.report.wording.confidence import confidence, percent
from equitymodel.vocabulary import ADJUSTMENTS, SIGN_CONVENTION, of_need


@dataclass(frozen=True)
class DeprivationWords:
    """What is said of deprivation groups; see `GroupWords`.

    Attributes
    ----------
    facts
        What is known of the cells.
    """

    facts: CellFacts

    def found(self, rows: pd.DataFrame) -> str:
        """Say how the most deprived group compares with the least."""
        return _gap_words(rows.iloc[0], self.facts.basis)

    def limits(self) -> list[str]:
        """Say what a gap of deprivation cannot show; need first."""
        return [_need_limit(self.facts.fullest), *STANDING_LIMITS.strip().split("\n\n")]

    def page(self) -> dict[str, str]:
        """Give the words of the page."""
        return {
            "groups": f"deprivation groups ({self.facts.deprivation_index}, 1 = most deprived)",
            "kind": "",
            "by": "deprivation group",
            "first": "the most deprived group",
            "last": "the least deprived group",
            "compared": "most against least deprived",
            "unlike": "the most deprived still have fewer admissions, if they truly need less than was measured, "
            "relative to the least deprived",
            "sign_convention": SIGN_CONVENTION,
        }

    def heading(self) -> str:
        """Give the heading of a table of gaps."""
        return "Most against least deprived"

    def record(self) -> dict[str, str]:
        """Name the index, for provenance."""
        return {"deprivation_index": self.facts.deprivation_index}


def _need_limit(fullest: str) -> str:
    """Say what is taken for need, and what was not adjusted for."""
    if of_need(fullest):
        without = "" if fullest in ("need", "age_need") else f" {NO_AGE}"
        return NEED_LIMITS["need"] + without
    return NEED_LIMITS["population" if fullest == "population" else "strata"].format(strata=ADJUSTMENTS[fullest])


def _gap_words(row: pd.Series, basis: str) -> str:
    sure = row["probability"]
    likely = max(sure, 1 - sure)
    direction = "fewer" if sure >= 0.5 else "more"
    opening = f"{basis[0].upper()}{basis[1:]}"
    return (
        f"{opening}, the most deprived group had {row['estimate']:.2f} times the admissions of the least "
        f"deprived (95 % credible interval {row['lower']:.2f} to {row['upper']:.2f}); the probability that the "
        f"most deprived had {direction} is {percent(likely)} ({confidence(likely)})."
    )


STANDING_LIMITS = """
A gap is a difference in use for the need that was measured. It is not the effect of deprivation, and it
says nothing about why it is there or what would change it.

NHS-funded care alone is counted. Privately funded care is used more by the least deprived, so the gap in
all care is wider than shown.

Intervals carry the uncertainty of counts and of the model. They do not carry errors in population,
coding or the deprivation index.

Estimates of single ICSs borrow from the others: an unusual ICS is drawn towards the average, the more so
the fewer its admissions. Ranks are far less sure than they look.

Levelling up counts only what is missing, so it is above 0 by chance alone; read it beside the signed
shortfall.

Deprivation is not a protected characteristic. Report age, sex, ethnicity and the others separately.

This is evidence for a documented decision, not a verdict on compliance with any duty.
"""

NEED_LIMITS = {
    "need": """Need is taken from the need table as given. If it misses need that rises with deprivation, the
        true gap is wider than shown; if it overstates it, narrower.""",
    "strata": """No need table was given: need is taken to follow {strata} alone. For most procedures need
        rises with deprivation, so the true gap is probably wider than shown.""",
    "population": """Neither age, sex nor need is adjusted for: population alone stands for need. Do not read
        the gap as inequity.""",
}

NO_AGE = """Age is not allowed for: need ratios are beyond what age and sex would give, so that a group which is younger
is taken to need as much as one which is older."""
