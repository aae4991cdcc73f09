"""The headline gap by what it is adjusted for, side by side."""

from __future__ import annotations

import pandas as pd

from equitymodel.inference.grouped.cell_fit import CellFit
from equitymodel.report.tables.gaps_table import gaps_table
from equitymodel.report.tables.rows import column_of_groups, groups_of_gaps
from equitymodel.vocabulary import ADJUSTMENTS, ALL_ICS, ICS, PROCEDURE


def adjustments_table(fit: CellFit | pd.DataFrame) -> pd.DataFrame:
    """Lay the headline gap out by what it is adjusted for, side by side.

    Parameters
    ----------
    fit
        A diagnosed fit; or, where it is at hand, its `gaps_table`.

    Returns
    -------
    pandas.DataFrame
        One row an ICS and procedure (and group, where they have no order); for each adjustment
        ``<adjustment>``, ``<adjustment>_lower`` and ``<adjustment>_upper``. Rate ratios, most against
        least deprived or against the reference group. Only the last compares people of equal
        measured need.

    Examples
    --------
    >>> import equitymodel as em
    >>> cells, _ = em.simulate_cells(areas=4, procedures=1, seed=1)
    >>> fit = em.fit_model(em.load_model("gap_by_procedure"), cells, engine="laplace", seed=1)
    >>> adjustments_table(fit).columns[-3:].tolist()
    ['population', 'population_lower', 'population_upper']
    """
    gaps = gaps_of(fit)
    rows, groups = gaps[gaps["adjustment"] != ""], column_of_groups(gaps)
    keys = [key for key in ADJUSTMENTS if (rows["adjustment"] == key).any()]
    names = {key: column for key, (column, _) in groups_of_gaps(gaps).adjustments(keys).items()}
    wide = rows.pivot_table(
        index=[ICS, "ics_name", "region", *groups, PROCEDURE],
        columns="adjustment",
        values=["estimate", "lower", "upper"],
    )
    columns = {f"{name}{'' if end == 'estimate' else f'_{end}'}": wide[(end, key)]
               for key, name in names.items() for end in ("estimate", "lower", "upper")}  # fmt: skip
    table: pd.DataFrame = pd.DataFrame(columns).reset_index().sort_values([ICS, PROCEDURE, *groups], kind="stable")
    together = (table[ICS] == ALL_ICS).to_numpy()
    return pd.concat([table[together], table[~together]], ignore_index=True)


def gaps_of(fit: CellFit | pd.DataFrame) -> pd.DataFrame:
    """Take the table of gaps of a fit, or the one that is given."""
    return fit if isinstance(fit, pd.DataFrame) else gaps_table(fit)
