"""Which index of deprivation tables are by, where they say so themselves; two are never mixed."""

from __future__ import annotations

import re
from collections.abc import Mapping

import pandas as pd

from equitymodel.data.tables.findings import DataLog
from equitymodel.data.tables.rules import Rule
from equitymodel.errors import OptionError

RULES = (
    Rule(
        "D10",
        "error",
        "two indices of deprivation",
        "give tables by one index: groups of one are not those of another, whatever their number; where there are "
        "counts by both, make a run of each",
    ),
)
INDEX_COLUMN = "deprivation_index"
"""A column of any table in which it says by which index its groups are."""
NOT_NAMED = "not named"
"""What is written with the cells where nobody said the index."""
NAMED = re.compile(r"\b(simd|wimd|nimdm|imd)[\s_()]*(20\d\d|\d\d)?(?!\d)", re.IGNORECASE)
IN_FULL = re.compile(r"ind(?:ex|ices) of multiple deprivation,?\s*\(?(?:imd\)?)?\s*(20\d\d)?", re.IGNORECASE)


def index_named_in(text: str) -> str:
    """Find the index, and its version if it has one, in the words of a table.

    Examples
    --------
    >>> index_named_in("LSOA21 deprivation quintiles in England (IMD2019)"), index_named_in("imd19_decile")
    ('IMD 2019', 'IMD 2019')
    >>> [index_named_in(text) for text in ("SIMDQuintile", "Index of Multiple Deprivation 2025", "Carstairs")]
    ['SIMD', 'IMD 2025', '']
    """
    spaced = re.sub(r"(?i)(simd|wimd|nimdm|imd)(?=[a-z_])", r"\1 ", text.replace("_", " "))
    if found := NAMED.search(spaced):
        name, year = found[1].upper(), found[2] or ""
    elif full := IN_FULL.search(spaced):
        name, year = "IMD", full[1] or ""
    else:
        return ""
    return f"{name} {year if len(year) != 2 else '20' + year}".strip()


def read_index(frame: pd.DataFrame, log: DataLog) -> tuple[pd.DataFrame, str]:
    """Take the index out of a table that names it (rule D10 where it names two).

    Returns
    -------
    tuple
        The table without the column, and the index; empty where the table names none.
    """
    if INDEX_COLUMN not in frame:
        return frame, ""
    column = frame[INDEX_COLUMN].astype(str)
    found = {text: index_named_in(text) or text for text in column.unique() if text}
    names = list(dict.fromkeys(found.values()))
    if len(names) > 1:
        first = {name: column.index[column.map(found.get) == name][0] for name in names}
        log.add("D10", detail=f"column {INDEX_COLUMN}", rows=[f"{row}: {name}" for name, row in first.items()])
    return frame.drop(columns=INDEX_COLUMN), names[0] if names else ""


def agreed_index(said: str | None, by_table: Mapping[str, str], log: DataLog) -> str | None:
    """Give the index that the option and all tables agree on; rule D10 where they do not.

    Parameters
    ----------
    said
        What was said of all tables, if anything was.
    by_table
        What each table says itself; empty where it says nothing.
    log
        Where the rule is recorded.

    Examples
    --------
    >>> log = DataLog("cells")
    >>> agreed_index("IMD 2019", {"admissions": "IMD 2025", "population": ""}, log), log.findings[0].rule
    ('IMD 2019', 'D10')
    """
    named = {f"table {table}": index for table, index in by_table.items() if index}
    if said is not None:
        named = {"--deprivation-index": said, **named}
    if not named:
        return said
    place, first = next(iter(named.items()))
    others = {where: index for where, index in named.items() if not _alike(first, index)}
    if others:
        log.add("D10", rows=[f"{where}: {index}" for where, index in {place: first, **others}.items()])
    return said if said is not None else max(named.values(), key=len)


def refuse_another_index(run: str, other: str, what: str) -> None:
    """Refuse groups of another index of deprivation than those of a run, however the two are written.

    Parameters
    ----------
    run, other
        The index of each; empty where it is not known, and nothing can be told.
    what
        What the other is, such as ``lists``.

    Raises
    ------
    OptionError
        When they are not one index, or one of them is not named; it says the way out.

    Examples
    --------
    >>> refuse_another_index("IMD 2019", "imd2019", "lists")
    >>> refuse_another_index("IMD 2019", "not named", "lists")
    Traceback (most recent call last):
    equitymodel.errors.OptionError: groups of the run are by IMD 2019, and those of the lists by an index that is not
    named: make the lists again with --deprivation-index
    """
    if not run or not other or _alike(run, other):
        return
    if NOT_NAMED in (run, other):
        first, second = (index if index != NOT_NAMED else "an index that is not named" for index in (run, other))
        raise OptionError(f"groups of the run are by {first}, and those of the {what} by {second}: make the "
                          f"{what if other == NOT_NAMED else 'run'} again with --deprivation-index")  # fmt: skip
    raise OptionError(f"groups of the run are by {run}, those of the {what} by {other}: their group 1 is not the same "
                      "people. Make both of one index")  # fmt: skip


def _alike(one: str, other: str) -> bool:
    """Say whether two names may be those of one index: the same, or one without its version."""
    one, other = (index_named_in(name) or name.strip().casefold() for name in (one, other))
    return one == other or one.startswith(f"{other} ") or other.startswith(f"{one} ")
