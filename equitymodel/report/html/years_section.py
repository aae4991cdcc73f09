"""The section of the report on years: how the gap changed, and whom the share of admissions moved to."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import pandas as pd

from equitymodel.data.cells.cell_facts import CellFacts
from equitymodel.estimands.share_records import SPENDING_SHARES
from equitymodel.report.html.embedded import picture
from equitymodel.report.plots.year_plots import plot_gap_by_year, plot_ics_by_year, plot_shares_by_year
from equitymodel.report.wording.year_sentences import share_sentences, year_sentences
from equitymodel.vocabulary import PROCEDURE


@dataclass(frozen=True)
class YearsSection:
    """What the page says and shows of several years.

    Attributes
    ----------
    findings
        For each procedure, and for all together, what changed: of the gap, then of shares.
    gaps, areas, shares
        Pictures of the gap by year for all ICSs together and for each, and of shares against need.
    spending
        The picture of shares of spending; empty without unit costs.
    """

    findings: Mapping[str, list[str]]
    gaps: str
    areas: str
    shares: str
    spending: str = ""


def years_section(facts: CellFacts, tables: Mapping[str, pd.DataFrame]) -> YearsSection | None:
    """Make the section on years, where the tables have years.

    Parameters
    ----------
    facts
        What is known of the cells.
    tables
        The published tables by name: ``years`` and ``shares``, for a fit to several years.

    Returns
    -------
    YearsSection or None
        Nothing for a fit to one year.

    Examples
    --------
    >>> years_section(CellFacts(), {}) is None
    True
    """
    if "years" not in tables:
        return None
    years, shares = tables["years"], tables["shares"]
    found: dict[str, list[str]] = {}
    for said in (year_sentences(facts, years), share_sentences(facts, shares)):
        for row in said.to_dict("records"):
            found.setdefault(row[PROCEDURE], []).append(row["text"])
    spent = (shares["measure"] == SPENDING_SHARES.received).any()
    return YearsSection(
        found,
        gaps=picture(plot_gap_by_year(years)),
        areas=picture(plot_ics_by_year(years)),
        shares=picture(plot_shares_by_year(shares)),
        spending=picture(plot_shares_by_year(shares, spending=True)) if spent else "",
    )
