"""The columns of records: what each holds, under which name an extract has it, and how it is read in SQL."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from equitymodel.data.tables.findings import DataLog
from equitymodel.data.tables.rules import Rule
from equitymodel.errors import OptionError
from equitymodel.vocabulary import nearest

RULES = (
    Rule(
        "R01",
        "error",
        "records lack a column that is needed",
        "say which column holds it, as startage=age_at_start (the option column of equitymodel cells; columns= in "
        "Python); only the columns that are needed are read",
    ),
)
COLUMNS = ("procode", "spell", "epiorder", "admimeth", "admidate", "startage", "sex", "opertn_01")
"""The columns that are needed beside the small area, by their names in Hospital Episode Statistics."""
DAY_CASE = "classpat"
"""The column that tells day cases from ordinary admissions; needed only where they are told apart."""


def names_of_columns(
    wanted: Sequence[str], there: Mapping[str, str], renamed: Mapping[str, str], log: DataLog
) -> dict[str, str]:
    """Say under which name an extract has each column, whatever its capitals (rule R01).

    Parameters
    ----------
    wanted
        The columns that are needed.
    there
        Those of the records, with their types.
    renamed
        What was said: the column that holds what is wanted.
    log
        Where findings are recorded.

    Returns
    -------
    dict
        The name in the records by the name that is wanted.

    Raises
    ------
    EquityDataError
        When one is not there.
    OptionError
        When a column was named for something that is not wanted.

    Examples
    --------
    >>> names_of_columns(["sex"], {"SEX": "BIGINT"}, {}, DataLog("records"))
    {'sex': 'SEX'}
    """
    if odd := [name for name in renamed if name not in wanted]:
        raise OptionError(f"records need no column '{odd[0]}'. {nearest(odd[0], wanted)}")
    plain = {name.lower(): name for name in there}
    found = {name: plain.get(renamed.get(name, name).lower()) for name in wanted}
    if missing := [name for name, column in found.items() if column is None]:
        asked = ", ".join(f"{name}{f' (named as {renamed[name]})' if name in renamed else ''}" for name in missing)
        log.add("R01", detail=f"{asked}; there are {', '.join(there)}"[:600])
        log.raise_errors()
    return {name: column for name, column in found.items() if column is not None}


def quoted(name: str) -> str:
    """Write a name as SQL does, whatever signs it has.

    Examples
    --------
    >>> print(quoted("age at start"))
    "age at start"
    """
    return '"' + name.replace('"', '""') + '"'


def as_code(column: str, kind: str) -> str:
    """Read a code as text, in capitals and without spaces; a whole number that was kept with decimals as it is.

    Examples
    --------
    >>> as_code('"sex"', "DOUBLE")
    'CAST(TRY_CAST("sex" AS BIGINT) AS VARCHAR)'
    """
    if kind in ("DOUBLE", "FLOAT") or kind.startswith("DECIMAL"):
        return f"CAST(TRY_CAST({column} AS BIGINT) AS VARCHAR)"
    if kind != "VARCHAR":
        return f"CAST({column} AS VARCHAR)"
    return f"UPPER(TRIM({column}))"


def as_whole_code(column: str, kind: str) -> str:
    """Read a code that is a whole number as text, also where a program wrote it with decimals.

    Examples
    --------
    >>> as_whole_code('"sex"', "BIGINT")
    'CAST("sex" AS VARCHAR)'
    """
    code = as_code(column, kind)
    return (
        f"CASE WHEN {code} LIKE '%.0' THEN LEFT({code}, LENGTH({code}) - 2) ELSE {code} END"
        if kind == "VARCHAR"
        else code
    )


def as_number(column: str, kind: str) -> str:
    """Read a whole number; nothing where there is none.

    Examples
    --------
    >>> as_number('"startage"', "VARCHAR")
    'TRY_CAST(TRIM("startage") AS INTEGER)'
    """
    return f"TRY_CAST({f'TRIM({column})' if kind == 'VARCHAR' else column} AS INTEGER)"


def as_day(column: str, kind: str, written: str | None) -> str:
    """Read a day: of dates as they are, of text as it is written.

    Examples
    --------
    >>> as_day('"admidate"', "DATE", None)
    'CAST("admidate" AS DATE)'
    """
    if kind != "VARCHAR":
        usual = f"CAST({column} AS DATE)" if kind == "DATE" or kind.startswith("TIMESTAMP") else ""
        return usual or f"TRY_CAST(TRY_STRPTIME(CAST({column} AS VARCHAR), '%Y%m%d') AS DATE)"
    text = f"TRIM({column})"
    if written is not None:
        return f"CAST(TRY_STRPTIME({text}, '{written.replace(chr(39), chr(39) * 2)}') AS DATE)"
    return f"COALESCE(TRY_CAST({text} AS DATE), CAST(TRY_STRPTIME({text}, '%Y%m%d') AS DATE))"
