"""Numbers of published rows under names of their own, so that several quantities stand in one line of a table."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from equitymodel.report.document.columns import NOT_APPLICABLE

NUMBERS = ("estimate", "lower", "upper")
CHANCE = "could be chance alone"


def named_numbers(rows: pd.DataFrame, labels: Sequence[str], name: str, *more: str) -> pd.DataFrame:
    """Give labels, and the estimate and interval of each row with a name before theirs; and more columns likewise.

    Examples
    --------
    >>> rows = pd.DataFrame({"procedure": ["hip"], "estimate": [1.0], "lower": [0.5], "upper": [2.0]})
    >>> named_numbers(rows, ["procedure"], "up_").columns.tolist()
    ['procedure', 'up_estimate', 'up_lower', 'up_upper']
    """
    return pd.concat([rows[list(labels)], rows[[*NUMBERS, *more]].add_prefix(name)], axis=1)


def told_from_chance(rows: pd.DataFrame) -> pd.DataFrame:
    """Say in place of an estimate where noise alone would show as much, so that nobody quotes it or its interval.

    Examples
    --------
    >>> rows = pd.DataFrame({"estimate": [9.0], "lower": [0.0], "upper": [20.0], "told_apart": ["no"]})
    >>> told_from_chance(rows)["estimate"].tolist()
    ['could be chance alone']
    """
    told, said = rows["told_apart"] != "no", (CHANCE, NOT_APPLICABLE, NOT_APPLICABLE)
    return rows.assign(
        **{name: rows[name].astype(object).where(told, word) for name, word in zip(NUMBERS, said, strict=True)}
    )
