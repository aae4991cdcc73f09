"""A folder of results opened: its tables and the record of where they come from, if they are as they were written."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pandas as pd

from equitymodel.report.manifest import require_results
from equitymodel.report.provenance import PROVENANCE
from equitymodel.report.published_files import read_tables


def opened_folder(
    folder: Path | str, tables: Sequence[str], *, needed: Sequence[str], what: str, writer: str
) -> tuple[dict[str, pd.DataFrame], dict[str, Any]]:
    """Read those tables that a folder holds, and its record.

    Parameters
    ----------
    folder
        That a command wrote.
    tables, needed
        Names of tables that may be there, and of those that have to.
    what, writer
        What it holds, and the command that writes it, for the message.

    Returns
    -------
    tuple
        Tables by name, and what ``provenance.json`` says.

    Raises
    ------
    OptionError
        When a file is not there, or one that is read was changed since it was written; it is named. A CSV file that
        has its table as Parquet beside it is not read.

    Examples
    --------
    >>> opened_folder("absent", ["gaps"], needed=["gaps"], what="gaps", writer="equitymodel run")
    Traceback (most recent call last):
    equitymodel.errors.OptionError: absent holds no gaps: provenance.json, gaps.csv is not there. Give the folder that
    equitymodel run wrote
    """
    files = (PROVENANCE, *(f"{name}.csv" for name in needed))
    require_results(Path(folder), files, what=what, writer=writer)
    return read_tables(Path(folder), tables), json.loads((Path(folder) / PROVENANCE).read_text("utf-8"))
