"""What was published of a fit, as a document needs it: from results at hand, or from the folder that holds them."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd

from equitymodel.data.cells.cell_facts import CellFacts
from equitymodel.data.tables.areas import find_area
from equitymodel.inference.diagnosis import Diagnosis
from equitymodel.inference.saved_fit import diagnosis_from, load_data
from equitymodel.report.manifest import require_results
from equitymodel.report.provenance import PROVENANCE
from equitymodel.report.published_files import read_tables
from equitymodel.report.wording.quotable import Quotable
from equitymodel.vocabulary import ALL_ICS, ICS, PROCEDURE

TABLES = ("gaps", "target_totals", "targets", "adjustments", "sensitivity", "crude", "expected", "priors")
OF_YEARS = ("years", "shares")
"""Tables that are there where a fit is of several years."""
OF_BOTH = ("within_groups",)
"""The table that is there where groups of deprivation are within other groups."""
OF_CARRIED = ("carried_areas",)
"""The table that is there where results were carried over to other areas than were counted."""
NOT_CHECKED = Diagnosis(())
TEXTS = ("variant", "reference", "adjustment", "probability_of", "withheld", "told_apart", "holds_part_of")
"""Columns of text, where nothing is written as nothing."""


@dataclass(frozen=True)
class Published:
    """What was published of a fit.

    Attributes
    ----------
    tables
        What was written as tables, each by the name of its file.
    facts
        What is known of the cells.
    provenance
        Where it comes from.
    stamp
        A warning that goes with everything, empty if the diagnosis did not fail.
    diagnosis
        What was checked of the fit, and of what is reported.
    """

    tables: Mapping[str, pd.DataFrame]
    facts: CellFacts
    provenance: Mapping[str, Any]
    stamp: str = ""
    diagnosis: Diagnosis = NOT_CHECKED

    @property
    def period(self) -> str:
        """The year that the gaps are of, as the tables name it."""
        named = self.tables["gaps"].get("period")
        return "" if named is None or named.dropna().empty else str(named.dropna().iloc[0])

    @property
    def counted(self) -> str:
        """What counts of admissions are for: a year of several, the period that the tables name, or all of them."""
        if "years" in self.tables:
            return "a year"
        first, *more = self.facts.periods or ("",)
        if not first:
            return "over the period of the tables"
        return f"over {first} to {more[-1]}" if more else f"in {first}"

    @property
    def labels(self) -> list[str]:
        """The columns that tell the gaps of an area apart: procedures, and groups where these have no order."""
        group = self.facts.group
        return [PROCEDURE] if group.ordered else [PROCEDURE, group.name]

    @property
    def areas(self) -> dict[str, str]:
        """Every ICS by its code, with its name."""
        gaps = self.tables["gaps"]
        named = gaps[gaps[ICS] != ALL_ICS].drop_duplicates(ICS)
        return dict(zip(named[ICS], named["ics_name"], strict=True))

    @property
    def alone(self) -> bool:
        """Whether one ICS was fitted, without others; it then stands for all together."""
        return len(self.areas) == 1

    @property
    def together(self) -> str:
        """Name what is described as a whole: all ICSs together, or the one there is."""
        return f"your ICS ({next(iter(self.areas.values()))})" if self.alone else "all ICSs together"

    @property
    def quotable(self) -> Quotable:
        """What sentences quote."""
        cells = self.tables["expected"]
        fitted = cells[cells["quantity"] == "fitted"].groupby([ICS, PROCEDURE], sort=False)["estimate"].sum()
        of_years = "years" in self.tables
        return Quotable(self.facts, self.tables["gaps"], self.tables["target_totals"], fitted, self.period, of_years)

    def code_of(self, area: str) -> str:
        """Find an ICS by its code or name, or all together: of one ICS alone, itself.

        Raises
        ------
        OptionError
            When there is no such ICS.
        """
        code = find_area(area, self.tables["gaps"].drop_duplicates(ICS))
        return next(iter(self.areas)) if code == ALL_ICS and self.alone else code

    def name_of(self, code: str) -> str:
        """Name an ICS."""
        return self.areas.get(code, ALL_ICS)

    def title_of(self, code: str) -> str:
        """Name an ICS and the year that its gaps are of."""
        return ", ".join(filter(None, (self.name_of(code), self.period)))

    def rows(self, table: str, code: str) -> pd.DataFrame:
        """Give the rows of one area in a table."""
        found = self.tables[table]
        return found[found[ICS] == code]


def open_published(folder: Path | str) -> Published:
    """Open what a run wrote into its folder, without its draws.

    Parameters
    ----------
    folder
        The folder of results of ``equitymodel run`` or ``demo``, or of `write_results`.

    Returns
    -------
    Published
        As it was written.

    Raises
    ------
    OptionError
        When the folder holds no such results, or they were changed since they were written.

    Examples
    --------
    What it opened goes into `write_report`, whose example writes a folder first.

    >>> open_published("absent")
    Traceback (most recent call last):
    equitymodel.errors.OptionError: absent holds no results of gaps and routes: provenance.json, posterior.nc, gaps.csv
    is not there. Give the folder that a run wrote
    """
    folder = Path(folder)
    needed = (PROVENANCE, "posterior.nc", "gaps.csv")
    require_results(folder, needed, what="results of gaps and routes", writer="a run")
    names = (*TABLES, *OF_YEARS, *OF_BOTH, *OF_CARRIED)
    tables = {name: with_texts(table) for name, table in read_tables(folder, names).items()}
    kept = json.loads((folder / PROVENANCE).read_text("utf-8"))
    found = json.loads((folder / "diagnosis.json").read_text("utf-8"))
    facts = CellFacts.of(load_data(folder / "posterior.nc", "cells"))
    return Published(tables, facts, kept, found["stamp"], diagnosis_from(found))


def with_texts(table: pd.DataFrame) -> pd.DataFrame:
    """Give a table as it was written: nothing is a missing text, and labels of deprivation are text.

    Examples
    --------
    >>> with_texts(pd.DataFrame({"withheld": [None], "deprivation": [1]})).values.tolist()
    [['', '1']]
    """
    if "deprivation" in table:
        table = table.assign(deprivation=table["deprivation"].astype(str))
    texts = [name for name in TEXTS if name in table]
    return table.astype(dict.fromkeys(texts, object)).fillna(dict.fromkeys(texts, ""))
