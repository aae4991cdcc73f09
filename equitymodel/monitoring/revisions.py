"""Counts that were revised since they were first reported: each with old and new, and all as a triangle."""

from __future__ import annotations

import numpy as np
import pandas as pd

from equitymodel.errors import OptionError
from equitymodel.monitoring.vintages import COUNT, COUNTS, NUMBER, VINTAGE, Vintages, labels_of
from equitymodel.vocabulary import PERIOD

BEFORE, AFTER, DIFFERENCE = "count_before", "count_after", "difference"
MONTHS_SINCE = "months_since"


def revisions(before: pd.DataFrame, after: pd.DataFrame) -> pd.DataFrame:
    """Give every count that was reported and is another one now, or hidden, or no longer hidden.

    Parameters
    ----------
    before, after
        From `vintage_rows`.

    Returns
    -------
    pandas.DataFrame
        The labels, ``count_before, count_after, difference`` (missing where either is hidden) and the bounds of both.

    Examples
    --------
    >>> rows = pd.DataFrame({"period": ["2026-01", "2026-02"], "count": [4.0, 5.0]}).assign(low=4.0, high=5.0)
    >>> revisions(rows, rows.assign(count=[4.0, 7.0])).loc[:, "period":"difference"].values.tolist()
    [['2026-02', 5.0, 7.0, 2.0]]
    """
    labels = labels_of(before)
    joined = before.merge(after, on=labels, suffixes=("_before", "_after"))
    old, new = (joined[[f"{name}_{when}" for name in COUNTS]].to_numpy(float) for when in ("before", "after"))
    moved: pd.DataFrame = joined[~np.isclose(old, new, rtol=0, atol=0, equal_nan=True).all(axis=1)].reset_index(
        drop=True
    )
    moved.insert(len(labels) + 1, AFTER, moved.pop(AFTER))
    moved.insert(len(labels) + 2, DIFFERENCE, moved[AFTER] - moved[BEFORE])
    return moved


def new_periods(before: pd.DataFrame, after: pd.DataFrame) -> list[str]:
    """Name the periods that the table has now and had not before, in order.

    Examples
    --------
    >>> rows = pd.DataFrame({"period": ["2026-01", "2026-02"]})
    >>> new_periods(rows[:1], rows)
    ['2026-02']
    """
    return sorted(set(after[PERIOD]) - set(before[PERIOD]))


def revision_triangle(vintages: Vintages) -> pd.DataFrame:
    """Lay all counts out by month and by how long after the end of the month they were reported.

    Parameters
    ----------
    vintages
        Of a series of months; all its cells are added up.

    Returns
    -------
    pandas.DataFrame
        A row a month and vintage: ``period, number, vintage, months_since`` (whole months from the month to the
        vintage) and ``count``, the total; missing where any count of the month is hidden.

    Raises
    ------
    OptionError
        When periods are not days, as those of yearly cells are.

    Examples
    --------
    >>> from equitymodel.monitoring.vintages import Vintage
    >>> rows = pd.DataFrame({"period": ["2026-01-01"], "count": [5.0], "low": [5.0], "high": [5.0]})
    >>> kept = Vintages((Vintage("2026-02-20", rows), Vintage("2026-03-20", rows.assign(count=7.0))))
    >>> revision_triangle(kept)[["months_since", "count"]].values.tolist()
    [[1.0, 5.0], [2.0, 7.0]]
    """
    table = vintages.table
    months, reported = (pd.to_datetime(table[name], errors="coerce", format="%Y-%m-%d") for name in (PERIOD, VINTAGE))
    if months.isna().any():
        raise OptionError("a revision triangle is of months, and the periods of this table are not days; give a series")
    since = (reported.dt.year - months.dt.year) * 12 + reported.dt.month - months.dt.month
    keys = [PERIOD, NUMBER, VINTAGE, MONTHS_SINCE]
    grouped = table.assign(**{MONTHS_SINCE: since}).groupby(keys, sort=True)[COUNT]
    return grouped.agg(lambda counts: counts.sum(skipna=False)).reset_index()
