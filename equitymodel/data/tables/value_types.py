"""What values of a table may be: texts, numbers and dates."""

from __future__ import annotations

import datetime as dt
import decimal
import numbers

import numpy as np
import pandas as pd

from equitymodel.data.tables.findings import DataLog
from equitymodel.data.tables.rules import Rule

RULES = (
    Rule(
        "F23",
        "error",
        "values that are neither texts, numbers nor dates",
        "give counts as whole numbers and labels as text: true and false as 1 and 0, bytes decoded "
        "(.str.decode('utf-8')), lists and other objects as a row each",
    ),
)
MEANT = (str, numbers.Real, decimal.Decimal, dt.date, pd.Period, pd.Interval, np.datetime64, type(None), type(pd.NA))
NESTED = ("binary", "list<", "struct<", "map<", "duration")
"""Types of Arrow that hold several values each, or none that a table is read from."""


def refuse_other_types_of(frame: pd.DataFrame, log: DataLog) -> None:
    """Refuse columns with values of other types than texts, numbers and dates (rule F23).

    Parameters
    ----------
    frame
        A table, as it was given.
    log
        Where the rule is recorded.

    Raises
    ------
    EquityDataError
        Rule F23; it names the rows and what they hold.

    Examples
    --------
    >>> log = DataLog("admissions")
    >>> refuse_other_types_of(pd.DataFrame({"admissions": [True, False]}), log)  # doctest: +ELLIPSIS
    Traceback (most recent call last):
    equitymodel.errors.EquityDataError: The data break 1 rule of the contract.
    ...
    """
    for name in frame.columns:
        odd = _odd(frame[name])
        if odd.any():
            rows = [f"{row}: {_short(value)}" for row, value in frame[name][odd].head(5).items()]
            log.add("F23", detail=f"column {name}", rows=rows, count=int(odd.sum()))
    log.raise_errors()


def _odd(column: pd.Series) -> np.ndarray:
    """Mark the values of other types; of columns of one type, all or none."""
    dtype = column.dtype
    if isinstance(dtype, pd.CategoricalDtype):
        bad = np.append(_odd(pd.Series(dtype.categories)), False)
        return bad[column.cat.codes.to_numpy()]
    if dtype.kind == "O" and not isinstance(dtype, pd.api.extensions.ExtensionDtype):
        return np.array([_is_odd(value) for value in column], dtype=bool)
    wrong = dtype.kind in "bcSVm" or any(kind in str(dtype) for kind in NESTED)
    return np.full(len(column), wrong)


def _is_odd(value: object) -> bool:
    if isinstance(value, decimal.Decimal):
        return value.is_snan()
    return not isinstance(value, MEANT) or isinstance(value, bool | dt.timedelta)


def _short(value: object) -> str:
    shown = repr(value)
    return shown if len(shown) <= 40 else f"a {type(value).__name__}"
