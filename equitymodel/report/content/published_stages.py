"""What was published of a pathway, as a document needs it: from results at hand, or from the folder that holds them."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd

from equitymodel.data.cells.cell_facts import CellFacts
from equitymodel.data.tables.areas import find_area
from equitymodel.inference.saved_fit import load_data
from equitymodel.report.manifest import require_results
from equitymodel.report.provenance import PROVENANCE
from equitymodel.report.published_files import read_tables
from equitymodel.vocabulary import ALL_ICS, ICS

GAPS, ATTRIBUTION, CHANGES = "stage_gaps", "stage_attribution", "stage_changes"


@dataclass(frozen=True)
class PublishedStages:
    """What was published of a pathway.

    Attributes
    ----------
    tables
        ``stage_gaps, stage_attribution``, and ``stage_changes`` where there are several periods.
    facts
        What is known of the table of stages.
    provenance, stamp
        Where it comes from, with the stages and how they follow; a warning that goes with everything, empty if the
        diagnosis did not fail.
    """

    tables: Mapping[str, pd.DataFrame]
    facts: CellFacts
    provenance: Mapping[str, Any]
    stamp: str = ""

    @property
    def areas(self) -> dict[str, str]:
        """Every ICS by its code, with its name."""
        gaps = self.tables[GAPS]
        named = gaps[gaps[ICS] != ALL_ICS].drop_duplicates(ICS)
        return dict(zip(named[ICS], named["ics_name"], strict=True))

    def code_of(self, area: str) -> str:
        """Find an ICS by its code or name, or all together; an `OptionError` where there is none."""
        return find_area(area, self.tables[GAPS].drop_duplicates(ICS))

    def title_of(self, code: str) -> str:
        """Name an ICS and the periods."""
        return ", ".join(filter(None, (self.areas.get(code, ALL_ICS), self.facts.when)))


def open_stages(folder: Path | str) -> PublishedStages:
    """Open what ``equitymodel stages`` wrote into its folder, without its draws.

    Parameters
    ----------
    folder
        That it wrote, or that `write_stages` wrote in Python.

    Returns
    -------
    PublishedStages
        Every table whole, with what is known of the areas and the groups beside it.

    Raises
    ------
    OptionError
        When the folder holds no such results, or they were changed since they were written.

    Examples
    --------
    >>> open_stages("absent")
    Traceback (most recent call last):
    equitymodel.errors.OptionError: absent holds no results of a pathway: provenance.json, posterior.nc, diagnosis.json,
    stage_gaps.csv is not there. Give the folder that equitymodel stages wrote
    """
    folder = Path(folder)
    needed = (PROVENANCE, "posterior.nc", "diagnosis.json", f"{GAPS}.csv")
    require_results(folder, needed, what="results of a pathway", writer="equitymodel stages")
    tables = read_tables(folder, (GAPS, ATTRIBUTION, CHANGES))
    kept = json.loads((folder / PROVENANCE).read_text("utf-8"))
    stamp = json.loads((folder / "diagnosis.json").read_text("utf-8"))["stamp"]
    return PublishedStages(tables, CellFacts.of(load_data(folder / "posterior.nc", "stages")), kept, stamp)
