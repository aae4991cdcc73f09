"""What a series could find, known before any result."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from equitymodel.estimands.exaggeration import Exaggeration, exaggeration
from equitymodel.estimands.power import POWER
from equitymodel.estimands.written_numbers import size_in_per_cent
from equitymodel.spec.interruption import Interruption
from equitymodel.spec.series_model import SeriesModel
from equitymodel.studies.left_out import LeftOut

MONTHS_SHOWN = (12, 24, 36, 48, 60)
"""No verdict is given with fewer months after the start."""


@dataclass(frozen=True)
class TimeToKnow:
    """What a series could find, known before any result.

    Attributes
    ----------
    plan, model
        What was asked.
    noise
        One row a measure: ``admissions`` a month (the average before the start; for the gap, of a
        group), ``sd`` and ``rho`` of noise that lasts (medians), and ``months_before`` with data.
    table
        One row a measure, model and number of months after the start: ``standard_error`` (log
        ratio), ``minimum_detectable_effect`` (share, found in 80 % of cases) and ``power`` (the
        chance of finding a change of the size that matters).
    needed
        One row a measure and model: ``months_needed`` until a change of the size that matters is
        found in 80 % of cases; missing where that is never so within ``within`` months.
    left_out
        Measures that are left out, as the fit to the data before the start did not pass its diagnosis.
    """

    plan: Interruption
    model: SeriesModel
    noise: pd.DataFrame
    table: pd.DataFrame
    needed: pd.DataFrame
    left_out: tuple[LeftOut, ...] = ()

    def __str__(self) -> str:
        """Say what could be found, a line a measure and model; the declared model first."""
        left_out = [f"{item.part}: the fit did not pass its diagnosis ({item.why})." for item in self.left_out]
        return "\n".join([self.heading, *(f"- {line}" for line in [*self.lines, *left_out])])

    @property
    def heading(self) -> str:
        """What it rests on; that nothing can be said, where no fit passed its diagnosis."""
        if self.noise.empty:
            return "What this series could find is not said."
        row, alone = self.noise.iloc[0], " in the exposed alone" if self.plan.controlled else ""
        return (
            f"What this series could find{alone}, by the {row['months_before']:.0f} months before "
            f"{self.plan.first_start} (about {row['admissions']:,.0f} admissions a month; noise that lasts has a "
            f"standard deviation of "
            f"{100 * row['sd']:.1f} % and a correlation of {row['rho']:.2f} from one period to the next):"
        )

    @property
    def lines(self) -> tuple[str, ...]:
        """One sentence for each measure and model, the declared model first."""
        return tuple(self._line(row) for row in self.needed.to_dict("records"))

    def exaggeration(self, months_after: float, true_change: float | None = None) -> Exaggeration | None:
        """Work out how exaggerated a true change would look where it is found, with so many months after the start.

        Parameters
        ----------
        months_after
            Months with data after the start; the nearest number in the table is taken.
        true_change
            A share; the smallest change that matters if not given.

        Returns
        -------
        Exaggeration or None
            For what the question is about, by the declared model; none where that is left out.
        """
        error = self.standard_error(months_after)
        if error is None:
            return None
        return exaggeration(true_change or self.plan.smallest_change, error, threshold=self.plan.threshold)

    def standard_error(self, months_after: float) -> float | None:
        """Give the standard error of the log ratio that the question is about, with so many months after the start.

        Parameters
        ----------
        months_after
            As for `exaggeration`.

        Returns
        -------
        float or None
            By the declared model; none where that is left out, or the terms are not identified.
        """
        of_gap = self.table["measure"].str.startswith("gap") == (self.plan.outcome == "gap")
        known = np.isfinite(self.table["standard_error"]) & (self.table["standard_error"] > 0)
        rows = self.table[of_gap & self.table["declared"].astype(bool) & known]
        if rows.empty:
            return None
        nearest = (rows["months_after"] - months_after).abs().to_numpy().argmin()
        return float(rows["standard_error"].iloc[nearest])

    def _line(self, row: Mapping[Hashable, Any]) -> str:
        rows = self.table[(self.table["measure"] == row["measure"]) & (self.table["model"] == row["model"])]
        shown = rows[rows["months_after"].isin(MONTHS_SHOWN)]
        sizes = ", ".join(
            f"{size_in_per_cent(size)} with {months:.0f} months after"
            for months, size in zip(shown["months_after"], shown["minimum_detectable_effect"], strict=True)
        )
        months, within = row["months_needed"], row["within"]
        wait = f"never within {within} months" if pd.isna(months) else f"first with {months:.0f} months after"
        declared = "as declared" if row["declared"] else "not declared, for comparison"
        return (
            f"{row['measure']}, {row['model']} ({declared}): found in {POWER:.0%} of cases is a change of {sizes}. "
            f"A change of {100 * self.plan.smallest_change:g} %: {wait}."
        )
