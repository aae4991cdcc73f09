"""What a new table must have to follow the one before: every period and every cell of it."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from equitymodel.errors import OptionError
from equitymodel.monitoring.vintages import labels_of

MOST_NAMED = 3
WAY_OUT = (
    "A refresh adds to what is there, so nothing may be gone. Way out: the whole table with the new rows in it; or, "
    "where less is meant, a run of its own, into another folder"
)


def refuse_shorter(before: pd.DataFrame, new: pd.DataFrame) -> None:
    """Refuse a table in which periods, ICSs, groups or procedures are gone that the one before had.

    Parameters
    ----------
    before, new
        From `vintage_rows`: as they were last reported, and as they are now.

    Raises
    ------
    OptionError
        Names what is gone.

    Examples
    --------
    >>> rows = pd.DataFrame({"period": ["2026-01", "2026-02"], "ics": "A", "count": [4.0, 5.0]})
    >>> refuse_shorter(rows, rows[:1])
    Traceback (most recent call last):
    equitymodel.errors.OptionError: the new table is shorter than the one before: it has no period 2026-02. A refresh
    adds to what is there, so nothing may be gone. Way out: the whole table with the new rows in it; or, where less is
    meant, a run of its own, into another folder
    """
    gone = [_gone(before, new, name) for name in labels_of(before)]
    found = [sentence for sentence in gone if sentence]
    if not found and (rows := _rows_gone(before, new)):
        found = [rows]
    if found:
        raise OptionError(f"the new table is shorter than the one before: it has {'; '.join(found)}. {WAY_OUT}")


def _gone(before: pd.DataFrame, new: pd.DataFrame, name: str) -> str:
    if name not in new:
        return f"no column {name}"
    missing = sorted(set(before[name]) - set(new[name]))
    return f"no {name} {_some(missing)}" if missing else ""


def _rows_gone(before: pd.DataFrame, new: pd.DataFrame) -> str:
    """Name rows that are gone where every label is still there somewhere."""
    labels = labels_of(before)
    had, has = (pd.MultiIndex.from_frame(rows[labels]) for rows in (before, new))
    missing = had.difference(has)
    return f"no row of {_some([', '.join(map(str, row)) for row in missing])}" if len(missing) else ""


def _some(names: Sequence[str]) -> str:
    more = len(names) - MOST_NAMED
    return ", ".join(names[:MOST_NAMED]) + (f" and {more} more" if more > 0 else "")
