"""What was monitored, opened from the folder that holds it, so that reports are written without charting again."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd

from equitymodel.data.tables.areas import find_area
from equitymodel.report.content.monitor_pages import AnyMonitored, pages_of
from equitymodel.report.content.opened_folder import opened_folder
from equitymodel.report.monitor_record import monitored_from
from equitymodel.vocabulary import ALL_ICS, ICS

MONITOR, POINTS = "monitor.json", "points"
FURTHER = ("years", "changes_between_years")


@dataclass(frozen=True)
class PublishedMonitor:
    """What was monitored.

    Attributes
    ----------
    found
        Charts, a funnel, or the gap over years.
    provenance
        Where it comes from.
    """

    found: AnyMonitored
    provenance: Mapping[str, Any]
    stamp: str = ""

    @property
    def areas(self) -> dict[str, str]:
        """Areas with a page of their own, by code."""
        return pages_of(self.found)

    def code_of(self, area: str) -> str:
        """Find an area by its code or name, or all together; an `OptionError` where there is none."""
        if area == ALL_ICS:
            return area
        return find_area(area, pd.DataFrame({ICS: list(self.areas), "ics_name": list(self.areas.values())}))


def open_monitor(folder: Path | str) -> PublishedMonitor:
    """Open what ``equitymodel monitor`` wrote.

    Parameters
    ----------
    folder
        That it wrote, or that `write_monitor` wrote in Python.

    Returns
    -------
    PublishedMonitor
        With points as they were charted.

    Raises
    ------
    OptionError
        When there are no such results in it, or they were changed.

    Examples
    --------
    >>> open_monitor("absent")
    Traceback (most recent call last):
    equitymodel.errors.OptionError: absent holds no monitored series: provenance.json, points.csv is not there. Give the
    folder that equitymodel monitor wrote
    """
    tables, provenance = opened_folder(
        folder, (POINTS, *FURTHER), needed=(POINTS,), what="monitored series", writer="equitymodel monitor"
    )
    record = json.loads((Path(folder) / MONITOR).read_text("utf-8"))
    return PublishedMonitor(monitored_from(tables[POINTS], {"seed": provenance["seed"], **record}, tables), provenance)
