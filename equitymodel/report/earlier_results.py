"""Results that are to be refreshed: what they were made of, what they said, and the counts as they were reported."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd
import xarray as xr

from equitymodel.errors import OptionError
from equitymodel.inference.saved_fit import load_data
from equitymodel.monitoring.causes import held_against_changed
from equitymodel.monitoring.vintage_guards import refuse_shorter
from equitymodel.monitoring.vintages import Vintage, Vintages, vintage_rows
from equitymodel.report.manifest import require_as_written, require_results
from equitymodel.report.provenance import PROVENANCE
from equitymodel.report.published_files import read_tables
from equitymodel.report.vintage_files import FOLDER, read_vintages

VERDICT, REFRESH = "verdict.json", "refresh"
"""The record of a verdict; the folder within results that says how they came about from those before."""


@dataclass(frozen=True)
class KindOfResults:
    """What results of one kind are known by, and what of them is compared.

    Attributes
    ----------
    command, known_by, data
        What wrote them, the file that they are known by, and where their file of draws keeps the data.
    table, tables
        The option that names the table they are of; published tables that are compared with those of the next report.
    """

    command: str
    known_by: str
    data: str
    table: str
    tables: tuple[str, ...]


KINDS = (
    KindOfResults("interruption", VERDICT, "asked/series", "series", ("impact", "gap")),
    KindOfResults("run", "gaps.csv", "cells", "admissions", ("gaps", "target_totals", "years")),
)


@dataclass(frozen=True)
class EarlierResults:
    """Results as they were written.

    Attributes
    ----------
    folder, kind
        Where they are, and what of.
    data
        The series or the cells they were made of.
    tables
        Published tables that are compared, by name.
    provenance, verdict
        Where they come from; of an evaluation, what it concluded.
    vintages
        The counts as they were reported, theirs last.
    stamp
        A warning that goes with everything, empty if the diagnosis did not fail.
    """

    folder: Path
    kind: KindOfResults
    data: xr.Dataset
    tables: Mapping[str, pd.DataFrame]
    provenance: Mapping[str, Any]
    verdict: Mapping[str, Any]
    vintages: Vintages
    stamp: str = ""

    def require_follows(self, new: xr.Dataset) -> None:
        """Refuse a table that is not these results' table with rows added or revised.

        Raises
        ------
        OptionError
            Names what is gone.
        """
        refuse_shorter(vintage_rows(self.data), vintage_rows(new))

    def require_same_population(self, new: xr.Dataset) -> None:
        """Refuse a series whose population, or what else its admissions are held against, is another than before.

        The population of a run is a table of its own, which is named when it changes.

        Raises
        ------
        OptionError
            Says what changed, in how many rows, and how it is named.
        """
        changed = held_against_changed(self.data, new) if self.kind.command == "interruption" else []
        if changed:
            what, how = changed[0]
            raise OptionError(
                f"{what} {how} that both tables have, or is gone from the new one, and that was not asked for: "
                "every number would move by it. No look is recorded. Way out: the new table with the column as it was; "
                "or, where the change is meant, --force, which names it as a reason of what moved"
            )


def open_earlier(folder: Path | str) -> EarlierResults:
    """Open results of a run or an evaluation, to be refreshed or compared with those refreshed.

    Parameters
    ----------
    folder
        That ``equitymodel run``, ``interruption`` or ``refresh`` wrote.

    Returns
    -------
    EarlierResults
        Without draws.

    Raises
    ------
    OptionError
        When it holds no such results, or they, or the vintages beside them, were changed since they were written.

    Examples
    --------
    >>> open_earlier("absent")
    Traceback (most recent call last):
    equitymodel.errors.OptionError: absent holds no results that can be refreshed. Give the folder that equitymodel run,
    interruption or refresh wrote
    """
    folder = Path(folder)
    kind = next((each for each in KINDS if (folder / each.known_by).is_file()), None)
    if kind is None:
        raise OptionError(
            f"{folder} holds no results that can be refreshed. Give the folder that equitymodel run, interruption or "
            "refresh wrote"
        )
    writer = f"equitymodel {kind.command}"
    require_results(folder, (PROVENANCE, "posterior.nc"), what="results", writer=writer, copies=True)
    if (folder / REFRESH).is_dir():
        require_as_written(folder / REFRESH, copies=True)
    record = json.loads((folder / PROVENANCE).read_text("utf-8"))
    data = load_data(folder / "posterior.nc", kind.data)
    kept = read_vintages(folder / REFRESH / FOLDER)
    first = Vintages((Vintage(str(record["made"])[:10], vintage_rows(data)),))
    verdict = folder / VERDICT
    said = json.loads(verdict.read_text("utf-8")) if verdict.is_file() else {}
    return EarlierResults(folder, kind, data, read_tables(folder, kind.tables), record, said,
                          kept if kept.kept else first, _stamp(folder))  # fmt: skip


def _stamp(folder: Path) -> str:
    diagnosis = folder / "diagnosis.json"
    return str(json.loads(diagnosis.read_text("utf-8")).get("stamp") or "") if diagnosis.is_file() else ""
