"""The gap between any two years of a fit: by how much it changed, and whether it narrowed, draw by draw."""

from __future__ import annotations

from itertools import combinations

import pandas as pd
import xarray as xr

from equitymodel.argument_types import refuses_other_types
from equitymodel.errors import OptionError
from equitymodel.estimands.between_years import gap_narrowing, ratio_change
from equitymodel.estimands.fitted import Fitted
from equitymodel.estimands.summary import summarise
from equitymodel.estimands.year_records import gaps_by_year
from equitymodel.estimands.yearly_admissions import YearlyAdmissions
from equitymodel.vocabulary import nearest

GAP = "rate_ratio"


@refuses_other_types
def gap_between_years(fit: Fitted, first: str, last: str) -> pd.DataFrame:
    """Compare the rate ratio of any two years, not only the first with the last and each with the next.

    Parameters
    ----------
    fit
        From `fit_model` of several years, or `load_fit` of saved results.
    first, last
        Two of its periods, as they are labelled; in any order.

    Returns
    -------
    pandas.DataFrame
        By ICS and for all together, by procedure: rows ``rate_ratio_change`` (the later ratio over the earlier; above 1
        the most deprived gained) and ``rate_ratio_narrowing`` (above 0 the gap is nearer to none), each with its 95 %
        credible interval and probability.

    Raises
    ------
    OptionError
        When there is one year alone, or no such year, or one is named twice.

    Notes
    -----
    Changes follow a straight line on the log scale in the default model, so that the changes of neighbouring years are
    alike. A few years are shown by `plot_gap_by_year`, and not charted: a control chart needs seven points at least.

    Examples
    --------
    >>> import equitymodel as em
    >>> cells, _ = em.simulate_cells(areas=4, procedures=1, seed=1)
    >>> fit = em.fit_model(em.load_model("gap_by_procedure"), cells, engine="laplace", seed=1)
    >>> gap_between_years(fit, "2021/22", "2023/24")
    Traceback (most recent call last):
    equitymodel.errors.OptionError: nothing to compare over years: give a fit to cells with a 'period'
    """
    years = YearlyAdmissions.of(fit)
    known = [str(period) for period in years.periods]
    for year in (first, last):
        if year not in known:
            raise OptionError(f"there is no year '{year}'. {nearest(year, known)}")
    if first == last:
        raise OptionError(f"name two years, not '{first}' twice; there are {', '.join(known)}")
    return _compared(_gap_draws(years), (first, last))


@refuses_other_types
def gap_between_all_years(fit: Fitted) -> pd.DataFrame:
    """Compare the rate ratio of every two years.

    Parameters
    ----------
    fit
        As for `gap_between_years`.

    Returns
    -------
    pandas.DataFrame
        Its rows for every pair, the earlier year in ``period_from`` and the later in ``period_to``.

    Raises
    ------
    OptionError
        When there is one year alone.

    Examples
    --------
    >>> from equitymodel import fit_model, load_model, simulate_cells
    >>> small = simulate_cells(areas=4, procedures=1, seed=1)[0]
    >>> gap_between_all_years(fit_model(load_model("gap_by_procedure"), small, engine="laplace", seed=1))
    Traceback (most recent call last):
    equitymodel.errors.OptionError: nothing to compare over years: give a fit to cells with a 'period'
    """
    years = YearlyAdmissions.of(fit)
    draws = _gap_draws(years)
    pairs = combinations([str(period) for period in years.periods], 2)
    return pd.concat([_compared(draws, pair) for pair in pairs], ignore_index=True)


def _gap_draws(years: YearlyAdmissions) -> xr.DataArray:
    return next(found for gap, found in gaps_by_year(years) if gap.key == GAP)


def _compared(draws: xr.DataArray, pair: tuple[str, str]) -> pd.DataFrame:
    measures = {"change": ratio_change(draws, pair), "narrowing": gap_narrowing(draws, pair)}
    tables = [summarise(found).assign(measure=f"{GAP}_{name}") for name, found in measures.items()]
    return pd.concat(tables, ignore_index=True)
