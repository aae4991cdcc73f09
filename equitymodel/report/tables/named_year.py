"""Every table says which year it is of, and what its intervals are for."""

from __future__ import annotations

import pandas as pd

from equitymodel.data.cells.cell_facts import CellFacts
from equitymodel.estimands.between_years import FROM, TO
from equitymodel.estimands.reading import ADMISSIONS
from equitymodel.estimands.three_quantities import interval_for
from equitymodel.inference.grouped.cell_fit import CellFit
from equitymodel.inference.grouped.year_of_fit import YearOfFit
from equitymodel.vocabulary import PERIOD

PERIOD_COLUMN, INTERVAL_COLUMN = "period", "interval_for"
A_YEAR = f"{ADMISSIONS} a year"


def period_of(fit: CellFit) -> str:
    """Name the year that a fit, or a year of it, is of; empty where the tables did not say.

    Parameters
    ----------
    fit
        A fit to cells of one year, or `year_of` a fit to several.

    Returns
    -------
    str
        The label as the user wrote it; of several that were summed, the first and the last.

    Examples
    --------
    >>> import equitymodel as em
    >>> cells, _ = em.simulate_cells(areas=4, procedures=1, seed=1)
    >>> period_of(em.fit_model(em.load_model("gap_by_procedure"), cells, engine="laplace", seed=1))
    ''
    """
    if isinstance(fit, YearOfFit):
        return fit.period
    known = CellFacts.of(fit.cells).periods
    return " to ".join(dict.fromkeys([*known[:1], *known[-1:]]))


def years_fitted(fit: CellFit) -> int:
    """Count the years that a fit, or a year of it, was fitted to."""
    whole = fit.whole if isinstance(fit, YearOfFit) else fit
    return int(whole.cells.sizes.get(PERIOD, 1))


def name_year(fit: CellFit, table: pd.DataFrame) -> pd.DataFrame:
    """Say in a table which year it is of, that admissions are a year, and what its intervals are for.

    Parameters
    ----------
    fit
        What the table was made of.
    table
        A published table; columns that it has stay as they are.

    Returns
    -------
    pandas.DataFrame
        With ``period`` and ``interval_for``; admissions of one of several years are counted in admissions a year.
    """
    named = table.copy()
    quantity = named.get("quantity", pd.Series("", index=named.index))
    if PERIOD_COLUMN not in named:
        period = period_of(fit)
        following = f"year after {period}" if period else "next year"
        named[PERIOD_COLUMN] = (quantity == "next_year").map({True: following, False: period})
    if INTERVAL_COLUMN not in named:
        named[INTERVAL_COLUMN] = quantity.map(interval_for)
    if isinstance(fit, YearOfFit) and "unit" in named:
        named["unit"] = named["unit"].replace(ADMISSIONS, A_YEAR)
    return named


def first_and_last(pairs: pd.DataFrame) -> tuple[str, str]:
    """Find the first and the last of the years that rows compare, whatever they are called: each pair runs forwards.

    Parameters
    ----------
    pairs
        Rows with ``period_from`` and ``period_to``.

    Examples
    --------
    >>> rows = {"period_from": ["to May 2022", "to April 2023", "to May 2022"],
    ...         "period_to": ["to April 2023", "to June 2024", "to June 2024"]}
    >>> first_and_last(pd.DataFrame(rows))
    ('to May 2022', 'to June 2024')
    """
    starts, ends = dict.fromkeys(pairs[FROM]), dict.fromkeys(pairs[TO])
    first = next(label for label in starts if label not in ends)
    return str(first), str(next(label for label in ends if label not in starts))
