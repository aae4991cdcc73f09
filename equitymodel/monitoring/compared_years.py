"""The gap of a fit to several years, year by year and between any two of them, for a page of its own."""

from __future__ import annotations

from dataclasses import dataclass, field

import pandas as pd

from equitymodel.data.cells.cell_facts import CellFacts
from equitymodel.monitoring.any_two_years import GAP
from equitymodel.vocabulary import ALL_ICS, ICS


@dataclass(frozen=True)
class ComparedYears:
    """The gap over years.

    Attributes
    ----------
    years
        The gap of every year, as in ``years.csv`` of a run.
    pairs
        From `gap_between_all_years`, with ``ics_name``.
    facts, seed
        What is known of the tables behind it, and the seed of the fit.
    """

    years: pd.DataFrame = field(repr=False)
    pairs: pd.DataFrame = field(repr=False)
    facts: CellFacts
    seed: int

    @property
    def points(self) -> pd.DataFrame:
        """The gap of every year, as one table; a few annual points have no limits and signal nothing."""
        rows = self.years[self.years["measure"] == GAP]
        first = [ICS, "ics_name", "procedure", "period", "value", "lower", "upper"]
        return rows.rename(columns={"estimate": "value"})[first].reset_index(drop=True)

    @property
    def areas(self) -> dict[str, str]:
        """Names of areas by code, all together first."""
        named = self.years.drop_duplicates(ICS)
        found = dict(zip(named[ICS], named["ics_name"], strict=True))
        return {code: found[code] for code in sorted(found, key=lambda code: code != ALL_ICS)}
