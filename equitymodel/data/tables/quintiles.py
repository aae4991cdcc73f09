"""Deciles of deprivation added up to quintiles, where that is asked for."""

from __future__ import annotations

import pandas as pd

from equitymodel.data.tables.findings import DataLog
from equitymodel.data.tables.numbers import MARKED
from equitymodel.data.tables.rules import Rule
from equitymodel.vocabulary import DEPRIVATION

RULES = (
    Rule("D09", "repair", "deciles of deprivation were added up to quintiles, as asked"),
    Rule(
        "D11",
        "error",
        "groups of deprivation that cannot be added up to quintiles",
        "give all ten deciles, each with a row of its own, or leave --quintiles out; need and other ratios are given "
        "by quintile, as they are no sums",
    ),
)
SUMMED = ("admissions", "admissions_low", "admissions_high", "population", "need",
          "expected_admissions")  # fmt: skip
"""Columns whose quintile is the sum of its two deciles."""
FIFTHS = set(range(1, 6))
TENTHS = set(range(1, 11))


def add_up_deciles(frame: pd.DataFrame, keys: list[str], log: DataLog) -> pd.DataFrame:
    """Add deciles up to quintiles; groups that are quintiles already are left as they are.

    Parameters
    ----------
    frame
        Checked rows, deprivation numbered from 1 = the most deprived.
    keys
        The columns that name a row, deprivation among them.
    log
        Where rules D09 and D11 are recorded.

    Returns
    -------
    pandas.DataFrame
        A sum with an unknown part is unknown; bounds of hidden counts add up.

    Examples
    --------
    >>> rows = pd.DataFrame({"ics": "QHL", "deprivation": range(1, 11), "population": range(10, 110, 10)})
    >>> add_up_deciles(rows, ["ics", "deprivation"], DataLog())["population"].tolist()
    [30, 70, 110, 150, 190]
    """
    groups = set(frame[DEPRIVATION].unique())
    if groups <= FIFTHS:
        return frame
    if groups != TENTHS:
        log.add("D11", detail=f"groups {', '.join(map(str, sorted(groups)))}")
        return frame
    rows = frame.assign(deprivation=(frame[DEPRIVATION].astype(int) + 1) // 2)
    if MARKED in rows:
        rows[MARKED] = rows[MARKED].where(rows[MARKED] == "not_applicable", "")
    pairs = rows.groupby(keys, sort=False)
    if (alone := pairs.size()[lambda size: size != 2]).size:
        log.add("D11", rows=[_name(row) for row in alone.reset_index().itertuples(index=False, name=None)])
        return frame
    others = [name for name in rows.columns if name not in (*keys, *SUMMED)]
    if unlike := [name for name in others if (pairs[name].nunique(dropna=False) > 1).any()]:
        log.add("D11", detail=f"{' and '.join(unlike)} differ between deciles of a quintile, and are no sums")
        return frame
    log.add("D09", detail="1 and 2 became 1, and so on to 9 and 10, which became 5", count=len(frame))
    how = {name: "first" if name in others else _sum for name in rows.columns if name not in keys}
    return pairs.agg(how).reset_index()[list(frame.columns)]


def _name(row: tuple[object, ...]) -> str:
    *key, size = row
    return f"{', '.join(map(str, key))}: {size} rows for two deciles"


def _sum(values: pd.Series) -> float:
    return values.sum(skipna=False)
