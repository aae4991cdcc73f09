"""Points of a chart over time, whatever kind: those with limits, the last of them, and those that signal."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import pandas as pd

from equitymodel.vocabulary import ICS

FIRST = [ICS, "ics_name", "period", "value", "centre", "lower", "upper", "signal", "rule"]
"""Columns that every table of points begins with."""


@dataclass(frozen=True)
class ChartedPoints:
    """Points of a chart.

    Attributes
    ----------
    points
        A row a period, with ``centre`` where there are limits, and ``signal``.
    """

    points: pd.DataFrame

    @property
    def charted(self) -> pd.DataFrame:
        """The points that have limits."""
        return self.points[self.points["centre"].notna()]

    @property
    def last(self) -> pd.Series | None:
        """The last point that has limits, if any has."""
        return None if self.charted.empty else self.charted.iloc[-1]

    @property
    def signals(self) -> pd.DataFrame:
        """The points that signal."""
        return self.points[self.points["signal"]]


def points_of_areas(charts: Mapping[str, tuple[str, pd.DataFrame]]) -> pd.DataFrame:
    """Lay every point of every area out as one table.

    Parameters
    ----------
    charts
        By area: its name, and its points.

    Examples
    --------
    >>> points = pd.DataFrame([["2024-01", 1.0, 1.0, 0.0, 2.0, False, ""]], columns=FIRST[2:])
    >>> points_of_areas({"A": ("Devon", points)})[["ics", "ics_name"]].values.tolist()
    [['A', 'Devon']]
    """
    table = pd.concat(
        [points.assign(ics=code, ics_name=name) for code, (name, points) in charts.items()], ignore_index=True
    )
    return table[[*FIRST, *(name for name in table if name not in FIRST)]]
