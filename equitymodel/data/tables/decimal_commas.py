"""Commas before decimals, as tables with semicolons between columns may have them."""

from __future__ import annotations

import pandas as pd

from equitymodel.data.tables.column_names import VALUES
from equitymodel.data.tables.findings import DataLog
from equitymodel.data.tables.rules import Rule
from equitymodel.data.tables.sent_table import DecimalMark

RULES = (
    Rule("F13", "repair", "numbers with a comma before their decimals were read so"),
    Rule(
        "F14",
        "error",
        "numbers whose comma or point may stand before decimals or between thousands",
        "say which with --decimal comma (1.204,5) or --decimal point (1,204.5)",
    ),
)
COMMA_BEFORE_DECIMALS = r"^-?(?:\d+|\d{1,3}(?:\.\d{3})+),(?:\d{1,2}|\d{4,})$|^-?\d{1,3}(?:\.\d{3})+,\d+$|^-?0,\d+$"
MANY_POINTS = r"^-?\d{1,3}(?:\.\d{3}){2,}$"
EITHER = r"^-?[1-9]\d{0,2}[.,]\d{3}$"


def read_decimals(frame: pd.DataFrame, mark: str, decimal: DecimalMark | None, log: DataLog) -> pd.DataFrame:
    """Write numbers with a point before their decimals.

    Parameters
    ----------
    frame
        A table of text.
    mark
        What stands between its columns; only with a semicolon is anything in doubt.
    decimal
        What stands before decimals, if it was said.
    log
        Where rules F13 and F14 are recorded.

    Raises
    ------
    EquityDataError
        Rule F14, where the numbers can be read in two ways.

    Examples
    --------
    >>> rows = pd.DataFrame({"population": ["1.204,5", "730,25"]}, dtype=str)
    >>> read_decimals(rows, ";", None, DataLog())["population"].tolist()
    ['1204.5', '730.25']
    """
    if decimal == "point" or (decimal is None and mark != ";"):
        return frame
    columns = [name for name in VALUES if name in frame and not pd.api.types.is_numeric_dtype(frame[name])]
    text = {name: frame[name].astype(str) for name in columns}
    if decimal is None and not any(column.str.match(f"{COMMA_BEFORE_DECIMALS}|{MANY_POINTS}").any()
                                   for column in text.values()):  # fmt: skip
        _ask_where_either(text, log)
        return frame
    for name, column in text.items():
        numbers = column.str.match(r"^-?\d{1,3}(?:\.\d{3})*(?:,\d+)?$|^-?\d+,\d+$")
        changed = numbers & column.str.contains(r"[.,]")
        if changed.any():
            log.add(
                "F13", detail=f"column {name}", rows=[f"{row}: {value!r}" for row, value in column[changed].items()]
            )
        points = column.str.replace(".", "", regex=False).str.replace(",", ".", regex=False)
        frame = frame.assign(**{name: column.where(~changed, points)})
    return frame


def _ask_where_either(text: dict[str, pd.Series], log: DataLog) -> None:
    for name, column in text.items():
        either = column.str.match(EITHER)
        if either.any():
            rows = [f"{row}: {value!r}" for row, value in column[either].items()]
            log.add("F14", detail=f"column {name}", rows=rows)
    log.raise_errors()
