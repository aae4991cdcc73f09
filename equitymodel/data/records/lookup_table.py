"""Small tables that records are looked up in: read as any other table, and held to the columns they need."""

from __future__ import annotations

import pandas as pd

from equitymodel.data.tables.column_names import read_synonyms
from equitymodel.data.tables.files import Source, load_text_table
from equitymodel.data.tables.findings import DataLog


def load_lookup(source: Source, log: DataLog, known: tuple[str, ...]) -> tuple[pd.DataFrame, str]:
    """Load a table as text, with names in common use read as those that are known (rule K17 where it is empty).

    Parameters
    ----------
    source
        A CSV, Excel or Parquet file, or a DataFrame.
    log
        Where findings are recorded; its table is named in messages.
    known
        Names of columns that may be meant.

    Returns
    -------
    tuple
        The table, indexed by the names of rows, and the SHA-256 of what was read.

    Raises
    ------
    EquityDataError
        When the file is no table, or has no rows.

    Examples
    --------
    >>> frame = pd.DataFrame({"LSOA11": ["E01000001"], "IMD 2019 quintile": [5]})
    >>> load_lookup(frame, DataLog("small areas"), ("deprivation",))[0].columns.tolist()
    ['lsoa11', 'deprivation', 'deprivation_index']
    """
    frame, sha256 = load_text_table(source, log)
    frame = read_synonyms(frame, log, known)
    if frame.empty:
        log.add("K17")
        log.raise_errors()
    return frame.astype(str), sha256


def keep_columns(frame: pd.DataFrame, log: DataLog, columns: tuple[str, ...]) -> pd.DataFrame:
    """Keep the columns that are needed, and leave others out (rule K01 where one is missing).

    Raises
    ------
    EquityDataError
        When a column is missing.

    Examples
    --------
    >>> keep_columns(pd.DataFrame({"opcs": ["W371"], "note": [""]}), DataLog(), ("opcs",)).columns.tolist()
    ['opcs']
    """
    if missing := [name for name in columns if name not in frame]:
        log.add("K01", detail=f"{', '.join(missing)}; it has {', '.join(map(str, frame.columns))}")
        log.raise_errors()
    return frame[list(columns)]
