"""The share of admissions and of spending that each group receives, against its share of need, as a table."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import pandas as pd

from equitymodel.estimands.measures import Measure
from equitymodel.estimands.share_records import share_measures
from equitymodel.inference.grouped.cell_fit import CellFit
from equitymodel.report.tables.rows import rows_of
from equitymodel.report.tables.years_table import lay_out_years
from equitymodel.report.wording.year_words import share_probability_words
from equitymodel.vocabulary import GROUP, PROCEDURE


def shares_table(
    fit: CellFit, *, unit_costs: Mapping[str, float] | None = None, measures: Iterable[Measure] | None = None
) -> pd.DataFrame:
    """Lay out the share that each group receives, its share of need and the difference, by year and with its change.

    Parameters
    ----------
    fit
        A diagnosed fit to cells with a ``period``.
    unit_costs
        Cost of an admission by procedure: then shares of spending follow those of admissions.
    measures
        Its `share_measures`, where they are at hand.

    Returns
    -------
    pandas.DataFrame
        One row an estimate: labels, ``measure``, then the years as in `years_table`, the numbers (shares from 0 to 1),
        what the probability is of, and what the interval is for. Need that is taken as known has no interval.

    Raises
    ------
    OptionError
        When the cells have no years, or a procedure has no cost.
    """
    given = share_measures(fit, unit_costs) if measures is None else measures
    parts = [rows_of(item).assign(measure=item.key, probability_of=share_probability_words(item)) for item in given]
    return lay_out_years(fit, parts, [GROUP, PROCEDURE, "measure"])
