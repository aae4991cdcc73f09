"""Expected and fitted admissions, ratios and shortfalls of every cell, as a table."""

from __future__ import annotations

import pandas as pd

from equitymodel.estimands.cell_records import cell_measures
from equitymodel.estimands.three_quantities import ThreeQuantities
from equitymodel.inference.grouped.cell_fit import CellFit
from equitymodel.inference.grouped.year_of_fit import year_of
from equitymodel.report.tables.named_year import name_year
from equitymodel.report.tables.rows import lay_out, rows_with
from equitymodel.vocabulary import GROUP, PROCEDURE


def expected_table(fit: CellFit, quantities: ThreeQuantities | None = None) -> pd.DataFrame:
    """Lay out expected and fitted admissions, ratios and shortfalls of every cell.

    Parameters
    ----------
    fit
        A diagnosed fit; of several years, the table is of the last. One row is about one cell.
    quantities
        Draws of admissions this year and next year, where they were worked out, beside those of the area as it is.

    Returns
    -------
    pandas.DataFrame
        One row an estimate: labels, ``quantity``, ``reference``, the numbers, the ``period``, and what the interval
        is for: ``fitted`` is the area as it is, ``this_year`` and ``next_year`` are counts of those years. Admissions
        are a posterior mean, so that they add up; ratios a median.

    Examples
    --------
    >>> import equitymodel as em
    >>> cells, _ = em.simulate_cells(areas=4, procedures=1, seed=1)
    >>> fit = em.fit_model(em.load_model("gap_by_procedure"), cells, engine="laplace", seed=1)
    >>> list(dict.fromkeys(expected_table(fit)["quantity"]))
    ['fitted', 'standardised_ratio', 'expected_admissions', 'shortfall']
    """
    fit = year_of(fit)
    rows = rows_with(fit, cell_measures(fit, quantities), ["key", "reference"])
    laid = lay_out(fit, rows, [GROUP, PROCEDURE, "quantity", "reference"])
    return name_year(fit, laid)
