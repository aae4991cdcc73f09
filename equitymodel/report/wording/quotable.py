"""What sentences quote: published tables, and what has to be known beside them, from a fit or from its folder."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from equitymodel.data.cells.cell_facts import CellFacts
from equitymodel.inference.grouped.cell_fit import CellFit
from equitymodel.inference.grouped.year_of_fit import year_of
from equitymodel.report.tables.gaps_table import gaps_table
from equitymodel.report.tables.named_year import period_of, years_fitted
from equitymodel.report.tables.targets_table import totals_table
from equitymodel.vocabulary import ALL_ICS, ICS, PROCEDURE, group_dim

UNNAMED = "over the period of the tables"


@dataclass(frozen=True)
class Quotable:
    """What sentences quote.

    Attributes
    ----------
    facts
        What is known of the cells.
    gaps, totals
        From `gaps_table` and `totals_table`, or as they were published.
    fitted
        Fitted admissions by ICS and procedure.
    period
        The year that gaps are of, as the tables name it; empty where they do not.
    of_years
        Whether that is one of several years, so that counts are a year.
    """

    facts: CellFacts
    gaps: pd.DataFrame
    totals: pd.DataFrame
    fitted: pd.Series
    period: str = ""
    of_years: bool = False

    @property
    def when(self) -> str:
        """What counts are for: a year of several, the period that the tables name, or all that they hold.

        Examples
        --------
        >>> empty = pd.DataFrame()
        >>> [Quotable(CellFacts(), empty, empty, pd.Series(), *of).when for of in (("2023/24", True), ("2023/24",), ())]
        ['a year, in 2023/24', 'in 2023/24', 'over the period of the tables']
        """
        if not self.period:
            return UNNAMED
        if self.of_years:
            return f"a year, in {self.period}"
        return f"{'over' if len(self.facts.periods) > 1 else 'in'} {self.period}"

    def admissions(self, area: str) -> pd.Series:
        """Give fitted admissions by procedure, of an ICS or of all together."""
        return self.fitted.groupby(level=PROCEDURE).sum() if area == ALL_ICS else self.fitted.xs(area, level=ICS)


def quotable_of(fit: CellFit, gaps: pd.DataFrame | None = None, totals: pd.DataFrame | None = None) -> Quotable:
    """Give what sentences quote of a fit; of several years, of the last.

    Parameters
    ----------
    fit
        A diagnosed fit.
    gaps, totals
        From `gaps_table` and `totals_table`, where they are at hand; worked out by default.
    """
    own, several = year_of(fit), years_fitted(fit) > 1
    fitted = own.fitted.mean(["chain", "draw"]).sum(group_dim(own.cells.dims)).rename("fitted")
    return Quotable(
        CellFacts.of(own.cells),
        gaps_table(own) if gaps is None else gaps,
        totals_table(own) if totals is None else totals,
        fitted.reset_coords(drop=True).to_series(),
        period_of(own),
        several,
    )
