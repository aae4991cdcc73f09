"""A backlog as a value: admissions missed since a day, by group, how much came back, and the words that say it."""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass, field
from typing import Any

import pandas as pd

from equitymodel.inference.series.series_fit import SeriesFit
from equitymodel.vocabulary import INTERVAL_PROBABILITY

ALL, LESS = "all", "most less least deprived"
NO_TELLING = 0.9
"""Width of the interval of a share from which on it says nothing."""
NOT_MASKED = "Breaks and strikes from {} on are not masked here, named or not: what was missed in them is counted."
LIMITS = (
    "What would have been is the months before carried on: their trend, which may bend, season and noise. Demand may "
    "have changed, people may have died or been treated elsewhere; and the further from the start, the wider."
)


@dataclass(frozen=True)
class Backlog:
    """Admissions missed since a day, and how much of them came back.

    Attributes
    ----------
    since
        The first day not carried on from: the first of a period.
    by
        What it is split by.
    table
        A row a group and quantity: ``group, quantity, unit, estimate, lower, upper, probability_above_0``.
    by_month
        Admissions missed up to and including each period: ``group, period, estimate, lower, upper``.
    unknown
        How many counts since then are not known: what they stand for is not counted as missed.
    unknown_expected
        How many admissions were expected in them.
    bounded
        How many counts are known between bounds alone: their middle is taken.
    fit
        Of the months before; what would have been is its ``counterfactual``.
    """

    since: str
    by: str
    table: pd.DataFrame = field(repr=False)
    by_month: pd.DataFrame = field(repr=False)
    unknown: int
    unknown_expected: float
    bounded: int
    fit: SeriesFit = field(repr=False)

    def __str__(self) -> str:
        """Say how many admissions each group missed, how much came back, and what that rests on."""
        rows = self.table.set_index(["group", "quantity"])
        groups = [group for group in dict.fromkeys(self.table["group"]) if group != LESS]
        lines = [f"Admissions missed since {self.since}, to the last period ({INTERVAL_PROBABILITY:.0%} interval):"]
        lines += [f"- {_called(group, self.by)}: {_said(rows.loc[group])}" for group in groups]
        lines += [f"- {_compared(row)}" for row in self.table[self.table["group"] == LESS].to_dict("records")]
        if self.unknown or self.bounded:
            lines.append(
                f"{self.unknown} counts since then are not known and left out: about {self.unknown_expected:,.0f} "
                f"admissions were expected there, and what was missed of them is not counted. {self.bounded} are known "
                "between bounds, and their middle is taken."
            )
        return "\n".join([*lines, NOT_MASKED.format(self.since), LIMITS])


def _called(group: str, by: str) -> str:
    return {ALL: "In all"}.get(group, f"{'Deprivation group' if by == 'deprivation' else 'In'} {group}")


def _said(rows: pd.DataFrame) -> str:
    last, back, share = (rows.loc[name] for name in ("missed_at_last", "came_back", "share_of_expected"))
    came = f"of the most ever missed {back['estimate']:.0%} came back ({back['lower']:.0%} to {back['upper']:.0%})"
    if back["upper"] - back["lower"] >= NO_TELLING:
        came = "how much of the most ever missed came back cannot be told from these data"
    return (
        f"{last['estimate']:,.0f} ({last['lower']:,.0f} to {last['upper']:,.0f}), {share['estimate']:.1%} of those "
        f"expected; {came}"
    )


def _compared(row: dict[Hashable, Any]) -> str:
    above = row["probability_above_0"]
    more, likely = ("more", above) if row["estimate"] > 0 else ("fewer", 1 - above)
    return (
        f"The most deprived missed {abs(row['estimate']):,.0f} {more} {row['unit']} than the least deprived "
        f"(most less least {row['lower']:,.0f} to {row['upper']:,.0f}; probability of {more} {likely:.2f})"
    )
