"""A table in whatever layout it was sent, brought to the columns of the contract."""

from __future__ import annotations

from dataclasses import replace

import pandas as pd

from equitymodel.data.tables.column_names import name_columns, read_synonyms
from equitymodel.data.tables.decimal_commas import read_decimals
from equitymodel.data.tables.distinct_values import as_text
from equitymodel.data.tables.findings import DataLog
from equitymodel.data.tables.layouts.known_layouts import LAYOUTS_SENT
from equitymodel.data.tables.layouts.table_layout import RawTable, TableLayout
from equitymodel.data.tables.rules import Rule
from equitymodel.data.tables.sent_table import SentTable

RULES = (
    Rule("F19", "repair", "the table is in another layout than that of the contract, and was read so"),
    Rule("F20", "error", "a table with a column a group, in place of a row a group", "read it with --wide"),
    Rule(
        "F21",
        "error",
        "a table in a known layout that cannot be read as it stands",
        "do what is said of it; or give a table with the columns of the contract",
    ),
)


def to_contract(
    frame: pd.DataFrame,
    log: DataLog,
    sent: SentTable,
    *,
    mark: str,
    known: tuple[str, ...],
    ignore: tuple[str, ...] = (),
) -> pd.DataFrame:
    """Bring a table to the columns of the contract, whatever its layout and names.

    Parameters
    ----------
    frame
        With columns as they are written.
    log
        Where rules F06, F12 to F14 and F19 to F22 are recorded.
    sent
        What was said of the table.
    mark
        What stands between columns where it is text.
    known
        The columns of the contract that the table may have.
    ignore
        Columns to leave out, by their plain names.

    Raises
    ------
    EquityDataError
        When the layout is known and something has to be said or mended first.
    """
    named = name_columns(frame, log)
    written = dict(zip(named.columns, map(str, frame.columns), strict=True))
    kept = named.drop(columns=[column for column in ignore if column in named])
    table = RawTable(kept, log.table, log.group, written)
    layout = next((each for each in LAYOUTS_SENT.values() if each.recognises(table)), None)
    if layout is not None:
        kept = _read(replace(table, frame=as_text(kept)), layout, sent, log)
    return read_decimals(read_synonyms(kept, log, known), mark, sent.decimal, log)


def _read(table: RawTable, layout: TableLayout, sent: SentTable, log: DataLog) -> pd.DataFrame:
    """Read a table in a layout, or say what has to be said first."""
    found = layout.read(table)
    if layout.option and not getattr(sent, layout.option):
        log.add("F20", rows=found.did)
    elif found.lacks:
        log.add("F21", detail=layout.name, rows=found.lacks)
    else:
        log.add("F19", detail=layout.name, rows=found.did)
    log.raise_errors()
    return found.frame
