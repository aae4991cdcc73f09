"""Columns read by their distinct values: millions of rows hold few labels, and each is read once."""

from __future__ import annotations

from collections.abc import Callable

import pandas as pd

from equitymodel.data.tables.findings import DataLog


def by_distinct(column: pd.Series, read: Callable[[pd.Series], pd.Series]) -> pd.Series:
    """Work out what depends on a value alone once for each distinct value.

    Examples
    --------
    >>> by_distinct(pd.Series(["f", "m", "f"]), lambda text: text.str.upper()).tolist()
    ['F', 'M', 'F']
    """
    places, values = pd.factorize(column, use_na_sentinel=False)
    answers = read(pd.Series(values, name=column.name))
    return pd.Series(answers.array.take(places), index=column.index, name=column.name)


def read_by_distinct(column: pd.Series, read: Callable[[pd.Series, DataLog], pd.Series], log: DataLog) -> pd.Series:
    """Read a column by its distinct values; where anything is found, read all of it, so that its rows are named.

    Parameters
    ----------
    column
        Labels or numbers, as text.
    read
        Reads each value by itself, whatever the others are, and records what it finds.
    log
        Where that is recorded.

    Returns
    -------
    pandas.Series
        What `read` gives for the whole column.

    Examples
    --------
    >>> def shout(text, log):
    ...     if (text == "").any():
    ...         log.add("C03", rows=list(text.index[text == ""]))
    ...     return text.str.upper()
    >>> log = DataLog()
    >>> read_by_distinct(pd.Series(["f", "", ""], index=["row 2", "row 3", "row 4"]), shout, log).tolist()
    ['F', '', '']
    >>> log.findings[0].rows
    ('row 3', 'row 4')
    """
    trial = DataLog(log.table, group=log.group)
    answer = by_distinct(column, lambda values: read(values, trial))
    return read(column, log) if trial.findings else answer
