"""The gap on a map of England on which every ICS is a hexagon of one size."""

from __future__ import annotations

from collections.abc import Hashable
from itertools import combinations
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.collections import LineCollection, PolyCollection
from matplotlib.colors import LinearSegmentedColormap
from matplotlib.figure import Figure

from equitymodel.data.tables.areas import area_names
from equitymodel.data.tables.hexagons import icb_hexagons
from equitymodel.errors import OptionError
from equitymodel.inference.grouped.cell_fit import CellFit
from equitymodel.report.plots.alt_words import listed
from equitymodel.report.plots.canvas import INK, SMALL, TEXT, WIDTH, head
from equitymodel.report.plots.gap_plots import gap_data
from equitymodel.report.plots.marks import MARK, OWN
from equitymodel.report.plots.panel_names import panel_name
from equitymodel.vocabulary import ALL_ICS, ICS, PROCEDURE

CORNERS = np.radians(np.arange(6) * 60 + 30)
HEXAGON = np.column_stack([np.cos(CORNERS), np.sin(CORNERS)]) / 3**0.5
"""One with a point at the top, a width of 1."""
FEWER, MORE, NOT_CLEAR = "#8c3d00", "#00407f", "#f1f3f5"
KEY = (("fewer admissions", FEWER), ("more", MORE), ("not clear: interval holds 1", NOT_CLEAR))
SCALE = LinearSegmentedColormap.from_list("gap", [FEWER, "#d98a3d", "#fbe6c8", "#ffffff", "#d5e5f6", "#5b9bd5", MORE])
"""Orange below 1, blue above: the two are told apart with any sight of colours."""
WIDEST = 2.0
"""The ratio, or its inverse, that bears the full colour."""
LETTERS, LINES, LONG_WORD = 11, 3, 13
REGION_NAMES = {
    "North East and Yorkshire": (4.15, 0.87, "left"),
    "North West": (1.85, 0.87, "right"),
    "Midlands": (1.35, 3.46, "right"),
    "East of England": (6.6, 3.2, "left"),
    "South West": (0.85, 5.7, "right"),
    "South East": (6.6, 6.93, "left"),
}
"""Where each is written beside the map; boards of London bear its name."""


def hexagon_data(fit: CellFit | pd.DataFrame, procedure: str, *, ics: str | None = None) -> pd.DataFrame:
    """Give the gap of every ICS for one procedure, with its place on the map.

    Parameters
    ----------
    fit
        A fit; or, where it is at hand, its `gaps_table`, of one comparison.
    procedure
        Which procedure.
    ics
        The ICS that is marked as one's own, by code or name.

    Returns
    -------
    pandas.DataFrame
        As `gap_data`, with ``short_name, region, across, down`` of `icb_hexagons`, and ``clear``: whether the interval
        leaves out 1. One row an ICS that has a place.

    Raises
    ------
    OptionError
        When the procedure or the ICS is not in the table, or no area of it is a board of 2023 to March 2026.

    Examples
    --------
    >>> row = {"ics_name": "Devon", "region": "South West", "procedure": "hip", "variant": "", "headline": True}
    >>> numbers = {"estimate": 0.8, "lower": 0.7, "upper": 0.9, "reference": "least_deprived"}
    >>> gaps = pd.DataFrame([{"ics": "QJK"} | row | numbers])
    >>> hexagon_data(gaps, "hip")[["short_name", "across", "clear"]].to_dict("records")
    [{'short_name': 'Devon', 'across': 1.0, 'clear': True}]
    """
    data = gap_data(fit, procedure, ics=ics)
    data = data[data[ICS] != ALL_ICS]
    places = icb_hexagons().set_index("ics_name")
    known = data[ICS].map(area_names(data[ICS]))
    if not known.isin(places.index).any():
        raise OptionError(
            "no area of these results is one of the 42 boards of 2023 to March 2026, so that none has a place on the "
            "map; draw the gap by ICS with plot_gap"
        )
    clear = (data["upper"] < 1) | (data["lower"] > 1)
    return data.assign(board=known, clear=clear).join(places, on="board", how="inner").drop(columns="board")


def has_places(table: pd.DataFrame) -> bool:
    """Say whether any area of a table has a place on the map.

    Examples
    --------
    >>> has_places(pd.DataFrame({"ics": ["E54000037"]})), has_places(pd.DataFrame({"ics": ["area 01"]}))
    (True, False)
    """
    codes = table[ICS].unique()
    return bool(set(area_names(codes).values()) & set(icb_hexagons()["ics_name"]))


def plot_hexagons(fit: CellFit | pd.DataFrame, procedure: str, *, ics: str | None = None) -> Figure:
    """Draw the gap of one procedure on a map on which every ICS is a hexagon of one size.

    Parameters
    ----------
    fit, procedure, ics
        As for `hexagon_data`.

    Returns
    -------
    matplotlib.figure.Figure
        Rate ratios, printed and coloured where the interval leaves out 1; thick lines between regions.

    Raises
    ------
    OptionError
        As for `hexagon_data`.

    Examples
    --------
    >>> row = {"ics_name": "Devon", "region": "South West", "procedure": "hip", "variant": "", "headline": True}
    >>> numbers = {"estimate": 0.8, "lower": 0.7, "upper": 0.9, "reference": "least_deprived"}
    >>> len(plot_hexagons(pd.DataFrame([{"ics": "QJK"} | row | numbers]), "hip").axes)
    1
    """
    data = hexagon_data(fit, procedure, ics=ics)
    figure = Figure(figsize=(WIDTH, WIDTH * 1.2), layout="constrained", dpi=110)
    axes = figure.subplots()
    corners = data[["across", "down"]].to_numpy()[:, None, :] + HEXAGON
    colours = [_colour(row) for row in data.to_dict("records")]
    axes.add_collection(PolyCollection(list(corners), facecolors=colours, edgecolors="white", linewidths=1.2))
    axes.add_collection(LineCollection(_borders(data), colors=INK, linewidths=1.4, capstyle="round"))
    _write_names(axes, data, colours)
    _stress_own(axes, data, corners)
    for region in set(data["region"]) & set(REGION_NAMES):
        across, down, side = REGION_NAMES[region]
        axes.text(across, down, panel_name(region, 15), ha=side, va="center", fontsize=TEXT, color=INK, style="italic")
    axes.set(xlim=(-0.6, 7.6), ylim=(data["down"].max() + 0.7, -0.7), aspect="equal")
    axes.set_axis_off()
    for name, colour in KEY:
        axes.plot([], [], "h", ms=8, color=colour, mec=INK, mew=0.4, label=name)
    figure.supxlabel(f"rate ratio, {data['variant'].iloc[0]}", fontsize=TEXT)
    head(figure, axes, f"{procedure[:1].upper()}{procedure[1:]}: the gap by ICS")
    return figure


def hexagon_alt_text(data: pd.DataFrame) -> str:
    """Say what `plot_hexagons` shows: how many ICSs have a clear gap, and in which regions it is widest.

    Parameters
    ----------
    data
        From `hexagon_data`.

    Examples
    --------
    >>> rows = [["Devon", "hip", 0.7, True], ["Kent", "hip", 1.0, False]]
    >>> hexagon_alt_text(pd.DataFrame(rows, columns=["ics_name", "procedure", "estimate", "clear"]))
    'Of 2 ICSs, the ratio of hip is clearly below 1 in 1 and above 1 in 0; it is lowest in Devon, highest in Kent.'
    """
    known = data.dropna(subset="estimate").sort_values("estimate", kind="stable")
    low, high = (int((known["clear"] & way).sum()) for way in (known["estimate"] < 1, known["estimate"] > 1))
    lowest = listed(known["ics_name"].head(min(3, len(known) - 1)).tolist())
    return (
        f"Of {len(known)} ICSs, the ratio of {data[PROCEDURE].iloc[0]} is clearly below 1 in {low} and above 1 in "
        f"{high}; it is lowest in {lowest}, highest in {known['ics_name'].iloc[-1]}."
    )


def _colour(row: dict[Hashable, Any]) -> tuple[float, ...] | str:
    """Colour a hexagon by its ratio, where that is clear."""
    if not row["clear"]:
        return NOT_CLEAR
    return SCALE(0.5 + 0.5 * float(np.clip(np.log(row["estimate"]) / np.log(WIDEST), -1, 1)))


def _borders(data: pd.DataFrame) -> list[np.ndarray]:
    """Find the sides between hexagons of two regions."""
    sides = []
    places = data[["across", "down", "region"]].to_dict("records")
    for one, other in combinations(places, 2):
        way = np.array([other["across"] - one["across"], other["down"] - one["down"]])
        if one["region"] != other["region"] and np.hypot(*way) < 1.05:
            middle, along = np.array([one["across"], one["down"]]) + way / 2, np.array([-way[1], way[0]]) / (2 * 3**0.5)
            sides.append(np.array([middle - along, middle + along]))
    return sides


def _hyphened(name: str) -> str:
    """Let the name of a county that is one long word be broken."""
    return " ".join(word.replace("shire", "- shire") if len(word) > LONG_WORD else word for word in name.split())


def _write_names(axes: Axes, data: pd.DataFrame, colours: list[tuple[float, ...] | str]) -> None:
    """Print the name and the ratio of every ICS, light on dark colours."""
    for row, colour in zip(data.to_dict("records"), colours, strict=True):
        ink = "white" if not isinstance(colour, str) and np.dot(colour[:3], (0.3, 0.59, 0.11)) < 0.55 else INK
        name = panel_name(_hyphened(row["short_name"]), LETTERS, LINES)
        weight = "bold" if row[MARK] == OWN else "normal"
        axes.text(row["across"], row["down"] - 0.13, name, ha="center", va="center", fontsize=SMALL, color=ink,
                  linespacing=0.95, fontweight=weight)  # fmt: skip
        number = f"{row['estimate']:.2f}" if np.isfinite(row["estimate"]) else "-"
        axes.text(row["across"], row["down"] + 0.3, number, ha="center", va="center", fontsize=TEXT, color=ink,
                  fontweight="bold")  # fmt: skip


def _stress_own(axes: Axes, data: pd.DataFrame, corners: np.ndarray) -> None:
    """Draw a ring around one's own ICS."""
    own = corners[(data[MARK] == OWN).to_numpy()]
    for colour, width in (("white", 6.0), (INK, 3.2)):
        axes.add_collection(PolyCollection(list(own), facecolors="none", edgecolors=colour, linewidths=width))
    for name in data.loc[data[MARK] == OWN, "short_name"]:
        axes.plot([], [], "h", ms=8, color="white", mec=INK, mew=2, label=name)
