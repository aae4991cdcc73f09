"""The columns of records: what each holds, under which name an extract has it, and how it is read by any engine."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING

from equitymodel.data.records.optional_engines import ibis
from equitymodel.data.tables.findings import DataLog
from equitymodel.data.tables.rules import Rule
from equitymodel.errors import OptionError
from equitymodel.vocabulary import nearest

if TYPE_CHECKING:
    from ibis.expr.types import Value

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
WHOLE = 1e15
"""Beyond it, a number with decimals stands for no whole one, as does what is no number."""
DAY_CASE = "classpat"
"""The column that tells day cases from ordinary admissions; needed only where they are told apart."""


def names_of_columns(
    wanted: Sequence[str], there: Iterable[str], renamed: Mapping[str, str], log: DataLog
) -> dict[str, str]:
    """Say under which name an extract has each column, whatever its capitals (rule R01).

    Parameters
    ----------
    wanted, there
        The columns that are needed, and those of the records.
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
    >>> names_of_columns(["sex"], ["SEX"], {}, DataLog("records"))
    {'sex': 'SEX'}
    """
    if odd := [name for name in renamed if name not in wanted]:
        raise OptionError(f"records need no column '{odd[0]}'. {nearest(odd[0], wanted)}")
    there = list(there)
    plain = {name.lower(): name for name in there}
    found = {name: plain.get(renamed.get(name, name).lower()) for name in wanted}
    if missing := [name for name, column in found.items() if column is None]:
        asked = ", ".join(f"{name}{f' (named as {renamed[name]})' if name in renamed else ''}" for name in missing)
        log.add("R01", detail=f"{asked}; there are {', '.join(there)}"[:600])
        log.raise_errors()
    return {name: column for name, column in found.items() if column is not None}


def as_code(column: Value) -> Value:
    """Read a code as text, in capitals and without spaces; a whole number that was kept with decimals as it is."""
    whole = _whole(column) if column.type().is_floating() or column.type().is_decimal() else column
    return whole.cast("string").strip().upper()


def as_whole_code(column: Value) -> Value:
    """Read a code that is a whole number as text, also where a program wrote it with decimals."""
    code = as_code(column)
    return ibis().ifelse(code.endswith(".0"), code.left(code.length() - 2), code) if column.type().is_string() else code


def as_number(column: Value) -> Value:
    """Read a whole number; nothing where there is none.

    Engines read ``7.6`` or ``1e2`` unlike each other, so that only digits of a text are taken for a number.
    """
    if not column.type().is_string():
        return _whole(column)
    code = as_whole_code(column)
    return ibis().ifelse(code.re_search(r"^-?\d{1,9}$"), code, ibis().null("string")).try_cast("int64")


def as_key(column: Value) -> Value:
    """Read what tells a record from others as it is; an empty text as nothing."""
    return column.strip().nullif("") if column.type().is_string() else column


def _whole(column: Value) -> Value:
    """Cut decimals off a number, as engines round unlike each other; what is no number is nothing."""
    kind = column.type()
    if kind.is_floating():
        column = ibis().ifelse(column.between(-WHOLE, WHOLE), column, ibis().null(kind))
    return (column if kind.is_integer() else column.floor()).cast("int64")
