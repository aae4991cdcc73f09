"""Groups of procedures by the beginning of an OPCS-4 code: a table that ships, and that users edit."""

from __future__ import annotations

from importlib.resources import files

import pandas as pd

from equitymodel.data.records.lookup_table import keep_columns, load_lookup
from equitymodel.data.tables.areas import read_table
from equitymodel.data.tables.files import Source
from equitymodel.data.tables.findings import DataLog
from equitymodel.data.tables.rules import Rule

RULES = (
    Rule(
        "R31",
        "error",
        "the beginning of a code of operations that cannot be read",
        "write OPCS-4 codes or their beginnings, a letter and one to three digits, such as W37 or W37.1",
    ),
    Rule("R32", "error", "one code belongs to two groups of procedures", "give each code, or beginning of one, once"),
)
COLUMNS = ("procedure", "opcs")
OPCS = r"[A-Z][0-9]{1,3}"
SHIPPED = "procedure_groups.csv"


def procedure_groups() -> pd.DataFrame:
    """List the groups of procedures that ship, by the beginning of their OPCS-4 codes.

    Returns
    -------
    pandas.DataFrame
        Columns ``procedure`` and ``opcs``, and ``source``: which public code lists have the code, or that it has to be
        checked before use.

    References
    ----------
    OPCS-4, NHS England, Terminology and Classifications; the code lists that the head of the table names.

    Examples
    --------
    >>> groups = procedure_groups()
    >>> groups.loc[groups["procedure"] == "gallbladder removal", "opcs"].tolist()
    ['J18']
    """
    return read_table(SHIPPED)


def procedure_groups_text() -> str:
    """Give the table that ships as text, to be copied and edited.

    Examples
    --------
    >>> procedure_groups_text().splitlines()[11]
    'procedure,opcs,source'
    """
    return files("equitymodel.data").joinpath("shipped", SHIPPED).read_text(encoding="utf-8")


def read_procedure_groups(source: Source | None, log: DataLog) -> tuple[pd.DataFrame, str]:
    """Read groups of procedures, or take those that ship (rules R31 and R32).

    Parameters
    ----------
    source
        A table of ``procedure`` and ``opcs``; none for the one that ships.
    log
        Where findings are recorded.

    Returns
    -------
    tuple
        Columns ``procedure`` and ``opcs`` (without points, in capitals), and the SHA-256 of what was read.

    Raises
    ------
    EquityDataError
        When a code cannot be read, or belongs to two groups.

    Examples
    --------
    >>> table = pd.DataFrame({"procedure": ["hip"], "opcs": ["w37.1"]})
    >>> read_procedure_groups(table, DataLog("procedures"))[0].values.tolist()
    [['hip', 'W371']]
    """
    frame, sha256 = load_lookup(procedure_groups() if source is None else source, log, COLUMNS)
    frame = keep_columns(frame, log, COLUMNS)
    plain = frame["opcs"].str.upper().str.replace(r"[.\s]", "", regex=True)
    if (odd := ~plain.str.fullmatch(OPCS)).any():
        log.add("R31", rows=[f"{row}: {code!r}" for row, code in frame["opcs"][odd].items()])
    frame = frame.assign(opcs=plain)
    if (twice := frame.duplicated("opcs", keep=False) & ~odd).any():
        log.add("R32", rows=[f"{row}: {code} is {name}"
                             for row, (name, code) in frame[twice].sort_values("opcs").iterrows()])  # fmt: skip
    log.raise_errors()
    return frame.reset_index(drop=True), sha256
