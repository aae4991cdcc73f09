"""Every gap by year, its change between years and its trend, as a table."""

from __future__ import annotations

from collections.abc import Iterable

import pandas as pd

from equitymodel.data.cells.cell_facts import CellFacts
from equitymodel.data.cells.years import YEAR, middles_of
from equitymodel.estimands.between_years import FROM, TO
from equitymodel.estimands.measures import Measure
from equitymodel.estimands.three_quantities import interval_for
from equitymodel.estimands.year_records import year_measures
from equitymodel.inference.grouped.cell_fit import CellFit
from equitymodel.report.tables.named_year import INTERVAL_COLUMN, PERIOD_COLUMN
from equitymodel.report.tables.rows import label_of_groups, lay_out, rows_of
from equitymodel.report.wording.year_words import year_probability_words, year_variant_words
from equitymodel.vocabulary import PROCEDURE

WHEN = [PERIOD_COLUMN, YEAR, FROM, TO]
"""Which year a row is of, and its middle; or the two years that it compares."""


def years_table(fit: CellFit, measures: Iterable[Measure] | None = None) -> pd.DataFrame:
    """Lay out every gap by year, its change between years, by how much it narrowed, and its trend a year.

    Parameters
    ----------
    fit
        A diagnosed fit to cells with a ``period``.
    measures
        Its `year_measures`, where they are at hand.

    Returns
    -------
    pandas.DataFrame
        One row an estimate: ``ics, ics_name, region, procedure, measure, variant``, then ``period`` and ``year`` (its
        middle) of a gap, or ``period_from`` and ``period_to`` of a change or trend; the numbers, what the probability
        is of, what the interval is for, and ``basis``: what the comparison rests on. Where groups have no order,
        their column comes before ``procedure``.

    Raises
    ------
    OptionError
        When the cells have no years.
    """
    group = CellFacts.of(fit.cells).group
    parts = [
        rows_of(item).assign(
            measure=item.key,
            variant=year_variant_words(item, group),
            probability_of=year_probability_words(item, group),
        )
        for item in (year_measures(fit) if measures is None else measures)
    ]
    return lay_out_years(fit, parts, [*label_of_groups(fit), PROCEDURE, "measure", "variant"])


def lay_out_years(fit: CellFit, parts: list[pd.DataFrame], labels: list[str]) -> pd.DataFrame:
    """Lay rows out with the year, or the two years, that each is about.

    Parameters
    ----------
    fit
        A diagnosed fit to cells with a ``period``.
    parts
        Rows, with a column ``period``, or ``period_from`` and ``period_to``.
    labels
        Columns that come before those of the years.

    Returns
    -------
    pandas.DataFrame
        Rows without an estimate are left out; all intervals are of the area as it is. ``basis`` comes last.
    """
    rows = pd.concat(parts, ignore_index=True).dropna(subset="estimate").reset_index(drop=True)
    middles = middles_of(fit.cells).to_series()
    rows[YEAR] = rows[PERIOD_COLUMN].map(middles) if PERIOD_COLUMN in rows else float("nan")
    laid = lay_out(fit, rows, [*labels, *WHEN])
    laid[[PERIOD_COLUMN, FROM, TO]] = laid[[PERIOD_COLUMN, FROM, TO]].astype(object).fillna("")
    laid.loc[laid["probability"].isna(), "probability_of"] = ""
    laid[INTERVAL_COLUMN] = laid["lower"].notna().map({True: interval_for("fitted"), False: ""})
    return laid.assign(basis=CellFacts.of(fit.cells).basis)
