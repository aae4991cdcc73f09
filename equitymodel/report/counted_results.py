"""From counted records to a folder: the tables of the contract, what was left out, and where it all comes from."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from pathlib import Path
from typing import Any

import pandas as pd

from equitymodel.argument_types import refuses_other_types
from equitymodel.data.records.count_records import CountedRecords
from equitymodel.report.plain_files import write_csv, write_json
from equitymodel.report.provenance import PROVENANCE, record_of
from equitymodel.report.published_files import write_parquet
from equitymodel.report.results_folder import write_folder

LEFT_OUT = "records_left_out"
NOT_FOR_RELEASE = "exact counts, small ones too: to be analysed where the records are, and not for release"


@refuses_other_types
def write_counted(
    counted: CountedRecords,
    out: Path | str,
    *,
    csv: bool = False,
    options: Mapping[str, Any] | None = None,
    overwrite: bool = False,
) -> Path:
    """Write tables that were counted from records, all of them or none.

    Parameters
    ----------
    counted
        From `count_records`.
    out
        The folder, which is made if it is not there;
        one that holds earlier tables is replaced where that is asked for.
    csv
        Whether admissions and series are written as CSV too.
    options
        What records were counted with, for the record.
    overwrite
        Whether earlier tables of this package are replaced.

    Returns
    -------
    pathlib.Path
        The folder: ``admissions.parquet, series.parquet``, ``records_left_out.csv``, ``provenance.json`` and
        ``manifest.json``. Where no year is whole there are no admissions.

    Raises
    ------
    OutputError
        When the folder holds something else.

    Examples
    --------
    >>> from tempfile import mkdtemp
    >>> from equitymodel.data.cells.cell_facts import CellFacts
    >>> series = pd.DataFrame({"period": ["2024-05"], "admissions": [2]})
    >>> left = pd.DataFrame({"rule": ["read"], "states": ["records were read"], "records": [2]})
    >>> counted = CountedRecords(pd.DataFrame(), series, left, CellFacts())
    >>> folder = write_counted(counted, Path(mkdtemp()) / "cells")
    >>> sorted(path.name for path in folder.iterdir())
    ['manifest.json', 'provenance.json', 'records_left_out.csv', 'series.parquet']
    """
    own = {"deprivation_index": counted.facts.deprivation_index, "periods": list(counted.facts.periods),
           "disclosure": NOT_FOR_RELEASE, "records": counted.dropped.to_dict("records")}  # fmt: skip
    record = record_of(counted.facts, own, options=options or {}, seed=0)
    without_draws = {name: value for name, value in record.items() if name not in ("seed", "interval")}
    return write_folder(Path(out), partial(_write_files, counted, without_draws, csv), overwrite=overwrite)


def _write_files(counted: CountedRecords, record: Mapping[str, Any], csv: bool, folder: Path) -> None:
    tables = {"admissions": counted.admissions, "series": counted.series}
    for name, table in tables.items():
        if len(table):
            _write_table(folder / name, table, csv=csv)
    write_csv(folder / f"{LEFT_OUT}.csv", counted.dropped)
    write_json(folder / PROVENANCE, record)


def _write_table(path: Path, table: pd.DataFrame, *, csv: bool) -> None:
    write_parquet(path.with_suffix(".parquet"), table)
    if csv:
        write_csv(path.with_suffix(".csv"), table)
