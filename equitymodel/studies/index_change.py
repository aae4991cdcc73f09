"""What a change of the index of deprivation does to a gap: one set of admissions by both indices, side by side."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from equitymodel.argument_types import refuses_other_types
from equitymodel.data.cells.cell_facts import CellFacts
from equitymodel.errors import OptionError
from equitymodel.estimands.gaps import pooled_ratio, rate_ratio
from equitymodel.estimands.summary import summarise
from equitymodel.inference.grouped.cell_fit import CellFit
from equitymodel.inference.grouped.year_of_fit import year_of
from equitymodel.vocabulary import PROCEDURE

MOST_APART = 0.02
"""Small areas that one index has and the other has not leave out a few admissions; more of them are another extract."""


@refuses_other_types
def indices_side_by_side(fits: Sequence[CellFit]) -> pd.DataFrame:
    """Give the gap by each index of deprivation, for admissions that are the same.

    Groups of one index are not those of another: a gap by IMD 2025 after one by IMD 2019 may differ because access
    changed, or because other people are in the groups. Fitted to the same admissions by both, it differs by the index
    alone. The intervals are each fit's own: as both rest on the same admissions, their difference is surer than two
    intervals apart would say, and is given without one.

    Parameters
    ----------
    fits
        One an index, to cells counted from the same records by each.

    Returns
    -------
    pandas.DataFrame
        A row a procedure and index: the rate ratio of the most to the least deprived (of the last year) as `summarise`
        gives it, with ``deprivation_index``, and ``relative_to_first``: its estimate over that of the first index.

    Raises
    ------
    OptionError
        When there are fewer than two fits, two are by one index, an index is not named, or procedures or admissions are
        not the same.
    DiagnosisError
        When a fit failed its diagnosis and was not forced.

    Examples
    --------
    >>> import equitymodel as em
    >>> cells, _ = em.simulate_cells(areas=4, procedures=1, seed=1)
    >>> fit = em.fit_model(em.load_model("gap_by_procedure"), cells, engine="laplace", seed=1)
    >>> indices_side_by_side([fit, fit])
    Traceback (most recent call last):
    equitymodel.errors.OptionError: two fits are by one index, 'simulated'; give one fit an index
    """
    named = [CellFacts.of(fit.cells).deprivation_index for fit in fits]
    _check(fits, named)
    rows = pd.concat([_gap(fit).assign(deprivation_index=index) for fit, index in zip(fits, named, strict=True)])
    first = rows.drop_duplicates(PROCEDURE).set_index(PROCEDURE)["estimate"]
    rows["relative_to_first"] = rows["estimate"] / rows[PROCEDURE].map(first)
    ordered = rows.sort_values(PROCEDURE, kind="stable", ignore_index=True)
    return ordered[[PROCEDURE, "deprivation_index", *ordered.columns.drop([PROCEDURE, "deprivation_index"])]]


def _check(fits: Sequence[CellFit], named: Sequence[str]) -> None:
    if len(fits) < 2:
        raise OptionError("give two fits or more, one an index of deprivation")
    if twice := [index for index in named if named.count(index) > 1]:
        raise OptionError(f"two fits are by one index, '{twice[0]}'; give one fit an index")
    procedures = {tuple(map(str, fit.cells[PROCEDURE].values)) for fit in fits}
    if len(procedures) > 1:
        raise OptionError("the fits are of different procedures; count the same records by each index")
    totals = [float(fit.cells["admissions"].sum()) for fit in fits]
    if max(totals) - min(totals) > MOST_APART * max(totals):
        counted = ", ".join(f"{total:,.0f}" for total in totals)
        raise OptionError(f"the fits are of different admissions ({counted}); count the same records by each index")


def _gap(fit: CellFit) -> pd.DataFrame:
    """Summarise the rate ratio of the last year."""
    return summarise(rate_ratio(pooled_ratio(year_of(fit.require_sound()))))
