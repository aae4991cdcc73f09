"""A column of qualifiers beside counts, as in open data of Public Health Scotland: an empty count with c is hidden."""

from __future__ import annotations

import pandas as pd

QUALIFIER = "admissions_qf"
"""The column of qualifiers of ``admissions``."""
COUNT = "admissions"


def join_qualifiers(frame: pd.DataFrame) -> pd.DataFrame:
    """Write each qualifier where the count is empty, or beside the count, where it is read as any marker or note is.

    Parameters
    ----------
    frame
        A table as text; unchanged where it has no column ``admissions_qf``.

    Returns
    -------
    pandas.DataFrame
        Without that column.

    Examples
    --------
    >>> rows = pd.DataFrame({"admissions": ["7", "", "9"], "admissions_qf": ["", "c", "r"]})
    >>> join_qualifiers(rows)["admissions"].tolist()
    ['7', 'c', '9 r']
    """
    if QUALIFIER not in frame or COUNT not in frame:
        return frame
    count, qualifier = (_text(frame[name]) for name in (COUNT, QUALIFIER))
    joined = (count + " " + qualifier).str.strip()
    plain = frame[COUNT] if (qualifier == "").all() else joined
    return frame.drop(columns=QUALIFIER).assign(**{COUNT: plain})


def _text(column: pd.Series) -> pd.Series:
    """Give a column as text, whole numbers without a decimal point."""
    if pd.api.types.is_float_dtype(column):
        return column.map(lambda number: "" if pd.isna(number) else f"{number:.15g}")
    return column.astype(object).where(column.notna(), "").astype(str)
