"""Breaks in a series: when something else than an intervention changed what was counted, or done."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import TypeGuard

import pandas as pd

from equitymodel.data.tables.areas import read_table
from equitymodel.data.tables.files import Source, load_text_table
from equitymodel.data.tables.findings import DataLog
from equitymodel.data.tables.rules import Rule
from equitymodel.errors import OptionError
from equitymodel.vocabulary import nearest

RULES = (
    Rule(
        "T18",
        "error",
        "a break that cannot be read",
        "give start and end as days, 2020-03-01, with the end not before the start",
    ),
)
Breaks = str | Path | Sequence[str] | pd.DataFrame | None
"""Names from the register, a table of one's own, or none."""
COLUMNS = ("id", "kind", "start", "end", "states", "source")
NOT_CONFIRMED = "not confirmed"
"""The source of a break for which none was found: it is named where it falls, and does nothing by default."""


@cache
def known_breaks() -> pd.DataFrame:
    """List known breaks in series of hospital activity in England.

    Returns
    -------
    pandas.DataFrame
        Index ``id``; columns ``kind`` (``pandemic``, ``strike``, ``recording`` or ``boundary``),
        ``start`` and ``end`` (first and last day; no end where things stayed changed), ``states``
        and ``source`` (publisher, title and year, or ``not confirmed``).

    References
    ----------
    Each row names its own.

    Notes
    -----
    Strikes are those of nurses and hospital doctors, to December 2025; later ones are not listed.

    Examples
    --------
    >>> known_breaks().loc["england_pandemic", ["start", "end"]].dt.strftime("%Y-%m-%d").tolist()
    ['2020-03-01', '2021-03-31']
    """
    table = read_table("breaks.csv")
    days = {end: pd.to_datetime(table[end]) for end in ("start", "end")}
    return table.assign(**days).set_index("id")


def choose_breaks(choice: Breaks, log: DataLog) -> pd.DataFrame:
    """Give the breaks that are to be masked, one a row, as `known_breaks` does.

    Parameters
    ----------
    choice
        A name or names from `known_breaks`; a table (or the CSV file that holds it) with columns
        ``start`` and ``end``, and optionally ``id``, ``kind``, ``states`` and ``source``; or none.
    log
        Where rule T18 is recorded.

    Raises
    ------
    OptionError
        When no break is known by that name.
    EquityDataError
        Rule T18, when a break of one's own has no start or end, or ends before it starts.

    Examples
    --------
    >>> own = pd.DataFrame({"start": ["2024-01-01"], "end": ["2024-01-31"], "states": ["flooded theatre"]})
    >>> choose_breaks(own, DataLog())["states"].tolist()
    ['flooded theatre']
    """
    register = known_breaks()
    if choice is None:
        return register.iloc[:0]
    if isinstance(choice, pd.DataFrame | Path) or is_file(choice):
        return _own_breaks(choice, log)
    names = named_breaks(choice)
    return register.loc[names].assign(end=register.loc[names, "end"].fillna(register.loc[names, "start"]))


def named_breaks(choice: str | Sequence[str]) -> list[str]:
    """List the breaks that are chosen by name, each of them in the register.

    Raises
    ------
    OptionError
        When no break is known by that name.

    Examples
    --------
    >>> named_breaks("england_pandemic")
    ['england_pandemic']
    """
    names, register = [choice] if isinstance(choice, str) else list(choice), known_breaks().index
    for name in names:
        if name not in register:
            raise OptionError(f"no break is known as '{name}'. {nearest(str(name), register)}")
    return names


def is_file(choice: Breaks) -> TypeGuard[str | Path]:
    """Say whether breaks are named by a file that holds a table of them."""
    return isinstance(choice, Path) or (isinstance(choice, str) and choice.endswith((".csv", ".parquet")))


def _own_breaks(source: Source, log: DataLog) -> pd.DataFrame:
    frame, _ = load_text_table(source, log)
    for column in ("start", "end"):
        if column not in frame:
            log.add("T18", detail=f"no column {column!r}")
    log.raise_errors()
    days = {end: pd.to_datetime(frame[end].astype(str), errors="coerce", format="ISO8601") for end in ("start", "end")}
    bad = ~(days["start"] <= days["end"])
    if bad.any():
        log.add("T18", rows=[f"{row}: {frame['start'][row]} to {frame['end'][row]}" for row in frame.index[bad]])
        log.raise_errors()
    given = {
        "id": [f"break {number}" for number in range(1, len(frame) + 1)],
        "kind": "own",
        "states": "",
        "source": "",
    }
    plain = {name: frame.get(name, value) for name, value in given.items()}
    return pd.DataFrame({**plain, **days})[list(COLUMNS)].set_index("id")


def overlap(breaks: pd.DataFrame, starts: pd.DatetimeIndex, ends: pd.DatetimeIndex) -> pd.DataFrame:
    """Find the periods that each break touches, if only by a day.

    Parameters
    ----------
    breaks
        As `known_breaks` gives them; a break without an end is a day on which things changed.
    starts, ends
        First days of periods, and days after their last.

    Returns
    -------
    pandas.DataFrame
        True or false; one row a break, one column a period.

    Examples
    --------
    >>> months = pd.date_range("2020-01-01", periods=4, freq="MS")
    >>> overlap(known_breaks().loc[["england_pandemic"]], months[:3], months[1:]).to_numpy().tolist()
    [[False, False, True]]
    """
    last = breaks["end"].fillna(breaks["start"]).to_numpy()[:, None]
    touched = (breaks["start"].to_numpy()[:, None] < ends.to_numpy()) & (last >= starts.to_numpy())
    return pd.DataFrame(touched, index=breaks.index, columns=starts, dtype=bool)


def breaks_between(breaks: pd.DataFrame, first: pd.Timestamp, after: pd.Timestamp) -> pd.DataFrame:
    """Choose the breaks that touch a stretch of time, from a first day to the day after the last.

    Examples
    --------
    >>> breaks_between(known_breaks(), pd.Timestamp("2022-06-01"), pd.Timestamp("2022-08-01")).index.tolist()
    ['icb_2022']
    """
    return breaks[overlap(breaks, pd.DatetimeIndex([first]), pd.DatetimeIndex([after])).any(axis=1)]
