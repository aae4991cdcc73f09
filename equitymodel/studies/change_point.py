"""The change point of a series: when it started, if that were not known. Exploratory, never part of a verdict."""

from __future__ import annotations

from dataclasses import dataclass, field

import pandas as pd

from equitymodel.spec.interruption import Interruption

WITHIN = 0.9


@dataclass(frozen=True)
class ChangePoint:
    """When a change most probably started, had the start not been declared. Exploratory.

    Attributes
    ----------
    plan
        The declared interruption.
    table
        One row a start in the window: ``start, probability, log_evidence`` (relative to the best) and
        ``declared``.
    """

    plan: Interruption
    table: pd.DataFrame = field(repr=False)

    @property
    def declared_probability(self) -> float:
        """The probability of the declared start, given that the change started in the window."""
        return float(self.table.loc[self.table["declared"], "probability"].sum())

    def __str__(self) -> str:
        """Say where the start most probably lies, and how the declared one compares."""
        ordered = self.table.sort_values("probability", ascending=False)
        best, needed = ordered.iloc[0], int((ordered["probability"].cumsum() < WITHIN).sum()) + 1
        among, tried = ordered["start"].iloc[:needed], self.table["start"]
        within = "in it alone" if needed == 1 else f"in one of {needed} periods between {among.min()} and {among.max()}"
        return (
            f"Exploratory, and no part of the verdict: if a change of the declared shape started within "
            f"{tried.iloc[0]} to {tried.iloc[-1]}, it most probably did in {best['start']} (probability "
            f"{best['probability']:.2f}), and with probability {WITHIN:g} {within}. The declared start, "
            f"{self.plan.first_start}, has probability {self.declared_probability:.2f}; all {len(tried)} "
            f"alike would have {1 / len(tried):.2f}."
        )
