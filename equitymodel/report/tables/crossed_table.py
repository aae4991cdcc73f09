"""Gaps of groups within groups, by ICS and for all ICSs together, as one table."""

from __future__ import annotations

from collections.abc import Iterable

import pandas as pd

from equitymodel.data.cells.cell_facts import CellFacts
from equitymodel.data.tables.crossed_groups import MAIN, WITHIN
from equitymodel.estimands.crossed_records import crossed_measures
from equitymodel.estimands.measures import Measure
from equitymodel.inference.grouped.cell_fit import CellFit
from equitymodel.report.tables.rows import lay_out, rows_with
from equitymodel.vocabulary import ALL_GROUPS, DEPRIVATION, PROCEDURE


def crossed_table(fit: CellFit, measures: Iterable[Measure] | None = None) -> pd.DataFrame:
    """Lay out every gap of groups within groups.

    Parameters
    ----------
    fit
        A diagnosed fit of deprivation within other groups.
    measures
        Its `crossed_measures`, where they are at hand.

    Returns
    -------
    pandas.DataFrame
        One row an estimate: ``ics, ics_name, region``, the main group under the name of its column, ``deprivation``,
        ``procedure, quantity, reference`` and the numbers. Shortfalls are means, which add up: from cells to rows
        with ``All groups``. Ratios are medians; those of a margin are at the mix of all ICSs together.
    """
    main = CellFacts.of(fit.cells).group.main
    rows = rows_with(fit, crossed_measures(fit) if measures is None else measures, ["key", "reference"])
    rows = rows.rename(columns={MAIN: main, WITHIN: DEPRIVATION})
    rows = rows.assign(**{name: rows[name].astype(object).fillna(ALL_GROUPS) for name in (main, DEPRIVATION)})
    return lay_out(fit, rows, [main, DEPRIVATION, PROCEDURE, "quantity", "reference"])
