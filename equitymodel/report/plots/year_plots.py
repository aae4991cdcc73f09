"""The gap by year, of all ICSs together and of each, and the share that groups receive against their share of need."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from equitymodel.data.cells.years import YEAR
from equitymodel.errors import OptionError
from equitymodel.estimands.share_records import ADMISSION_SHARES, SPENDING_SHARES
from equitymodel.report.plots.canvas import ACCENT, INK, SOFT, WARM, ratio_axis
from equitymodel.report.tables.named_year import PERIOD_COLUMN
from equitymodel.report.tables.rows import column_of_groups
from equitymodel.vocabulary import ALL_ICS, ALL_PROCEDURES, ICS, PROCEDURE

GAP = "rate_ratio"
MOST_COLUMNS = 6
TITLE_WIDTH = 24
"""Letters on a line of a panel's title: names of ICSs are long."""


def plot_gap_by_year(years: pd.DataFrame) -> Figure:
    """Draw the gap of all ICSs together by year, one panel a procedure.

    Parameters
    ----------
    years
        From `years_table`.

    Returns
    -------
    matplotlib.figure.Figure
        Rate ratios on a log scale with 95 % intervals, at the middle of each year; groups without an order have a
        line each.

    Raises
    ------
    OptionError
        When the table has no gap by year.
    """
    rows = _gaps(years)
    rows = rows[rows[ICS] == ALL_ICS]
    return _gap_panels(rows, PROCEDURE, _whole_first(rows[PROCEDURE]))


def plot_ics_by_year(years: pd.DataFrame, procedure: str | None = None) -> Figure:
    """Draw the gap of every ICS by year, one small panel an ICS on one scale.

    Parameters
    ----------
    years
        From `years_table`.
    procedure
        Which procedure; all together by default, or the only one.

    Returns
    -------
    matplotlib.figure.Figure
        As `plot_gap_by_year`.

    Raises
    ------
    OptionError
        When the table has no gap by year of that procedure.
    """
    rows = _gaps(years)
    chosen = _whole_first(rows[PROCEDURE])[0] if procedure is None else procedure
    rows = rows[(rows[PROCEDURE] == chosen) & (rows[ICS] != ALL_ICS)]
    if rows.empty:
        raise OptionError(f"no gap by year of '{chosen}' in this table")
    return _gap_panels(rows, "ics_name", list(dict.fromkeys(rows["ics_name"])))


def plot_shares_by_year(shares: pd.DataFrame, *, spending: bool = False) -> Figure:
    """Draw the share that each group receives by year, with its share of need, for all ICSs and procedures together.

    Parameters
    ----------
    shares
        From `shares_table`.
    spending
        Draw shares of spending in place of those of admissions.

    Returns
    -------
    matplotlib.figure.Figure
        One panel a group: the share received with its 95 % interval, and the share of need, dashed.

    Raises
    ------
    OptionError
        When the table has no such shares.
    """
    names, (column,) = SPENDING_SHARES if spending else ADMISSION_SHARES, column_of_groups(shares)
    rows = shares[(shares[ICS] == ALL_ICS) & shares["measure"].isin([names.received, names.needed])]
    if rows.empty:
        raise OptionError("no shares by year in this table; shares of spending need unit costs")
    rows = rows[rows[PROCEDURE] == _whole_first(rows[PROCEDURE])[0]]
    groups = list(dict.fromkeys(rows[column]))
    figure, panels = _panels(len(groups))
    for axes, group in zip(panels, groups, strict=False):
        own = rows[rows[column] == group]
        need = own[own["measure"] == names.needed]
        axes.plot(need[YEAR], 100 * need["estimate"], "--", color=WARM, lw=1.4, label="share of need")
        _dots(axes, own[own["measure"] == names.received], ACCENT, "share received, 95 % interval", scale=100)
        _year_axis(axes, own, f"{column} {group}" if isinstance(group, int | np.integer) else str(group))
    figure.supxlabel(f"% of all {'spending' if spending else 'admissions'}", fontsize=7)
    _legend(figure, panels[0])
    return figure


def _gaps(years: pd.DataFrame) -> pd.DataFrame:
    rows = years[years["measure"] == GAP]
    if rows.empty:
        raise OptionError(f"no gap by year in this table: it needs rows of {GAP}")
    return rows


def _whole_first(procedures: pd.Series) -> list[str]:
    """List procedures, all of them together first."""
    return sorted(dict.fromkeys(procedures), key=lambda name: name != ALL_PROCEDURES)


def _gap_panels(rows: pd.DataFrame, by: str, names: Sequence[str]) -> Figure:
    """Draw gaps by year, one panel a name, all on one scale."""
    figure, panels = _panels(len(names))
    columns = column_of_groups(rows)
    for axes, name in zip(panels, names, strict=False):
        own = rows[rows[by] == name]
        lines = own.groupby(columns[0], sort=False) if columns else [("", own)]
        for (label, part), colour in zip(lines, [ACCENT, WARM, INK, SOFT] * len(own), strict=False):
            _dots(axes, part, colour, str(label))
        axes.axhline(1, color=SOFT, lw=0.8, ls="--")
        _year_axis(axes, own, name)
    ratio_axis(panels[0], rows[["lower", "upper"]].to_numpy(), "y")
    figure.supxlabel(f"rate ratio, {rows['variant'].iloc[0]} (95 % interval)", fontsize=7)
    if columns:
        _legend(figure, panels[0])
    return figure


def _panels(count: int) -> tuple[Figure, list[Axes]]:
    """Give a figure with a small panel for each of some names, on one scale."""
    columns = count if count <= MOST_COLUMNS else min(MOST_COLUMNS, -(-count // 2))
    rows = -(-count // columns)
    figure = Figure(figsize=(max(1.55 * columns, 3.6) + 0.4, 1.6 * rows + 0.9), layout="constrained", dpi=110)
    panels = list(np.ravel(figure.subplots(rows, columns, sharex=True, sharey=True, squeeze=False)))
    for axes in panels[count:]:
        axes.set_axis_off()
    for axes in panels[max(count - columns, 0) : count]:
        axes.tick_params(axis="x", labelbottom=True)
    return figure, panels


def _dots(axes: Axes, rows: pd.DataFrame, colour: str, label: str, *, scale: float = 1.0) -> None:
    """Draw estimates by year as dots joined by a thin line, with their intervals."""
    axes.vlines(rows[YEAR], scale * rows["lower"], scale * rows["upper"], color=colour, lw=1.4)
    axes.plot(rows[YEAR], scale * rows["estimate"], "o-", ms=3.5, lw=0.7, color=colour, label=label)


def _year_axis(axes: Axes, rows: pd.DataFrame, title: str) -> None:
    """Name the years where they lie, and the panel."""
    ticks = rows.drop_duplicates(YEAR)
    axes.set_xticks(ticks[YEAR], ticks[PERIOD_COLUMN], rotation=60, fontsize=6)
    axes.margins(x=0.15)
    axes.tick_params(axis="y", labelsize=6)
    axes.set_title("\n".join(textwrap.wrap(title, TITLE_WIDTH)), loc="left", fontsize=7)
    axes.spines[["top", "right"]].set_visible(False)
    axes.grid(axis="y", color="#e4e8ec", lw=0.6)


def _legend(figure: Figure, axes: Axes) -> None:
    handles, labels = axes.get_legend_handles_labels()
    figure.legend(handles, labels, loc="outside upper left", ncols=3, fontsize=7, frameon=False)
