"""Counts marked as not applicable: structural where a procedure is not offered, or nobody of a stratum can have it."""

from __future__ import annotations

from dataclasses import replace

import pandas as pd

from equitymodel.data.cells.label_cells import CellTables
from equitymodel.data.tables.checked_table import CheckedTable
from equitymodel.data.tables.findings import DataLog
from equitymodel.data.tables.numbers import MARKED
from equitymodel.data.tables.rules import Rule
from equitymodel.data.tables.suppression import HIGH, LOW
from equitymodel.vocabulary import AGE_BAND, ICS, PROCEDURE, SEX

RULES = (
    Rule(
        "C21",
        "error",
        "a count marked as not applicable where others beside it are counted",
        "if the procedure is not offered there, declare it with --not-offered; otherwise say what it is: "
        "--marker '[z]=not_available' or --marker '[z]=zero' (markers= in SmallNumbers)",
    ),
    Rule(
        "C22",
        "repair",
        "counts marked as not applicable were read as structural: a procedure not offered in an ICS, or an age or sex "
        "that cannot have it",
    ),
)
NOT_APPLICABLE = "not_applicable"


def read_not_applicable(tables: CellTables, log: DataLog) -> CellTables:
    """Declare what is not applicable as not offered, or as zero for an age or sex; refuse the rest (rules C21, C22).

    Parameters
    ----------
    tables
        With the admissions as they were read.
    log
        Where the rules are recorded.

    Returns
    -------
    CellTables
        The same where nothing is marked so.
    """
    rows = tables.admissions.frame
    if MARKED not in rows or not (marked := rows[MARKED] == NOT_APPLICABLE).any():
        return tables
    strata = [PROCEDURE, *(key for key in (AGE_BAND, SEX) if key in rows)]
    nowhere = marked & marked.groupby([rows[key] for key in (ICS, PROCEDURE)]).transform("all")
    nobody = marked & ~nowhere & marked.groupby([rows[key] for key in strata]).transform("all") & (len(strata) > 1)
    declared = marked & ~nowhere & ~nobody & _declared(rows, tables.not_offered)
    refused = marked & ~nowhere & ~nobody & ~declared
    if refused.any():
        log.add("C21", rows=[", ".join(map(str, row)) for row in rows.loc[refused, [ICS, *strata]].to_numpy()])
    pairs = rows.loc[nowhere, [ICS, PROCEDURE]].drop_duplicates()
    if nowhere.any() or nobody.any():
        stopped = rows.loc[nobody, strata].drop_duplicates()
        log.add("C22", rows=[", ".join(map(str, row)) for part in (pairs, stopped) for row in part.to_numpy()])
    zero = rows.assign(**{end: rows[end].mask(nobody, 0.0) for end in ("admissions", LOW, HIGH)})
    return replace(
        tables, admissions=replace(tables.admissions, frame=zero), not_offered=_with_pairs(tables.not_offered, pairs)
    )


def _declared(rows: pd.DataFrame, not_offered: CheckedTable | None) -> pd.Series:
    if not_offered is None:
        return pd.Series(False, index=rows.index)
    pairs = set(zip(not_offered.frame[ICS], not_offered.frame[PROCEDURE], strict=True))
    return pd.Series([pair in pairs for pair in zip(rows[ICS], rows[PROCEDURE], strict=True)], index=rows.index)


def _with_pairs(not_offered: CheckedTable | None, pairs: pd.DataFrame) -> CheckedTable | None:
    if pairs.empty:
        return not_offered
    if not_offered is None:
        return CheckedTable("not_offered", pairs, (), "", "")
    return replace(not_offered, frame=pd.concat([not_offered.frame, pairs]).drop_duplicates([ICS, PROCEDURE]))
