"""The changes in admissions that routes to equity take: cell by cell, and their totals."""

from __future__ import annotations

from collections.abc import Iterable

import pandas as pd

from equitymodel.estimands.measures import Measure
from equitymodel.estimands.route_records import (
    core20_totals,
    null_totals,
    shortfall_measures,
    target_measures,
    total_measures,
)
from equitymodel.inference.grouped.cell_fit import CellFit
from equitymodel.inference.grouped.year_of_fit import year_of
from equitymodel.report.tables.rows import lay_out, rows_with
from equitymodel.vocabulary import ALL_GROUPS, GROUP, PROCEDURE, group_dim


def targets_table(fit: CellFit) -> pd.DataFrame:
    """Lay out the additional or fewer admissions that each route takes, cell by cell.

    Parameters
    ----------
    fit
        A diagnosed fit, with the region of each ICS; of several years, the table is of the last.

    Returns
    -------
    pandas.DataFrame
        One row an estimate: labels, ``route, scope`` and the numbers. Estimates of ``zero_sum``
        are posterior means, which sum to 0; those of levelling are medians, because a mean of
        what is cut off at 0 is above 0 by noise alone. ``probability`` is that of more admissions.

    Examples
    --------
    >>> import equitymodel as em
    >>> cells, _ = em.simulate_cells(areas=4, procedures=1, seed=1)
    >>> fit = em.fit_model(em.load_model("gap_by_procedure"), cells, engine="laplace", seed=1)
    >>> targets = targets_table(fit)
    >>> moved = targets[(targets["route"] == "zero_sum") & (targets["scope"] == "ics")]
    >>> bool(abs(moved["estimate"].sum()) < 1e-6)
    True
    """
    fit = year_of(fit)
    rows = rows_with(fit, target_measures(fit), ["route", "scope"])
    return lay_out(fit, rows, [GROUP, PROCEDURE, "route", "scope"])


def totals_table(fit: CellFit, measures: Iterable[Measure] | None = None) -> pd.DataFrame:
    """Lay out the total of each route over deprivation groups.

    Parameters
    ----------
    fit, measures
        As for `gaps_table`; the measures are its `total_measures`.

    Returns
    -------
    pandas.DataFrame
        ``total_change`` for levelling; ``admissions_to_move`` (half the sum of absolute
        changes) for ``zero_sum``; for ``level_up``, what uncertainty alone would show, and ``total_shortfall``, the
        signed shortfall; ``core20_shortfall`` and ``core20_change``, of the most deprived fifth. Totals that noise
        alone makes large have the columns ``no_gap_estimate``, ``no_gap_low``, ``no_gap_high`` and ``told_apart``.

    See `targets_table` for how to make a fit.
    """
    fit = year_of(fit)
    given = [*(total_measures(fit) if measures is None else measures), *null_totals(fit)]
    given += [*shortfall_measures(fit), *core20_totals(fit)]
    rows = rows_with(fit, given, ["key", "route", "scope"])
    table = rows.assign(**{group_dim(fit.cells.dims): ALL_GROUPS})
    return lay_out(fit, table, [GROUP, PROCEDURE, "quantity", "route", "scope"])
