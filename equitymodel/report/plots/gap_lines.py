"""How gaps are drawn: a line a row, panels for groups, numbers beside what is one's own."""

from __future__ import annotations

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from equitymodel.data.tables.hexagons import short_names
from equitymodel.report.plots.canvas import (
    INK,
    SMALL,
    SOFT,
    TEXT,
    WIDTH,
    fix_labels,
    head,
    name_panel,
    plain,
    ratio_axis,
)
from equitymodel.report.plots.marks import LOOKS, MARK, OTHER, OWN, PEER, TOGETHER, draw_intervals
from equitymodel.report.plots.panel_names import panel_name
from equitymodel.vocabulary import PROCEDURE

ROW, ROOM = 0.135, 0.24
"""Inches of a row among many, and among few."""
MANY, MOST_ACROSS = 20, 4


def draw_gaps(data: pd.DataFrame, by: str, words: dict[str, str], title: str) -> Figure:
    """Draw gaps, one row a name; groups without an order have a panel each.

    Parameters
    ----------
    data
        From `gap_data`.
    by
        The column that names rows: the name of an ICS, or the procedure.
    words
        What marks mean.
    title
        Of the figure.

    Returns
    -------
    matplotlib.figure.Figure
        All panels on one scale, rows in one order: that of one's own numbers.
    """
    column = next(iter(data.columns[2 : list(data.columns).index(PROCEDURE)]), None)
    groups = [None] if column is None else sorted(set(data[column]))
    order = _order(data, by)
    figure, panels = _panels(len(groups), len(order))
    for axes, group in zip(panels, groups, strict=True):
        part = data if group is None else data[data[column] == group]
        _draw_rows(axes, part, by, order, words, numbers=group is None)
        name_panel(axes, "" if group is None else panel_name(str(group)))
    for axes in panels[::MOST_ACROSS]:
        _stress_own(axes, order, data.loc[data[MARK] == OWN, by])
    ratio_axis(panels[0], data[["lower", "upper"]].to_numpy())
    figure.supxlabel(scale_words(data), fontsize=TEXT)
    head(figure, panels[0], title)
    return figure


def scale_words(data: pd.DataFrame) -> str:
    """Say what the scale is of."""
    return f"rate ratio, {data['variant'].iloc[0]} (95 % interval)"


def _order(data: pd.DataFrame, by: str) -> list[str]:
    """Put the rows of all panels in one order, that of the numbers that are one's own."""
    leading = data[data[MARK] == OWN] if by == PROCEDURE and (data[MARK] == OWN).any() else data
    return leading.groupby(by, sort=False)["estimate"].mean().sort_values(ascending=False).index.tolist()


def _panels(count: int, rows: int) -> tuple[Figure, list[Axes]]:
    across = min(count, MOST_ACROSS)
    down = -(-count // across)
    height = rows * (ROW if rows > MANY else ROOM)
    figure = Figure(figsize=(WIDTH, 1.05 + down * (height + 0.35)), layout="constrained", dpi=110)
    panels = list(figure.subplots(down, across, sharex=True, sharey=True, squeeze=False).ravel())
    for axes in panels[count:]:
        axes.set_axis_off()
    return figure, panels[:count]


def _draw_rows(
    axes: Axes, data: pd.DataFrame, by: str, order: list[str], words: dict[str, str], *, numbers: bool
) -> None:
    """Draw the rows of a panel; among procedures, all but the leading rows are ticks."""
    at = data[by].map({name: height for height, name in enumerate(order)}).to_numpy(float)
    lines = np.full(len(data), True)
    if by == PROCEDURE and (data[MARK] == OWN).any():
        lines = (data[MARK] == OWN).to_numpy()
        _draw_ticks(axes, data, at, words)
    draw_intervals(axes, data[lines], at[lines], words)
    axes.axvline(1, color=SOFT, lw=0.8, ls="--", zorder=1)
    axes.set_yticks(range(len(order)), short_names(order), fontsize=SMALL)
    axes.set_ylim(-0.8, len(order) - 0.2)
    axes.tick_params(labelsize=SMALL, left=False)
    fix_labels(axes)
    plain(axes)
    if numbers:
        _write_numbers(axes, data[lines], at[lines], every=by == PROCEDURE)


def _draw_ticks(axes: Axes, data: pd.DataFrame, at: np.ndarray, words: dict[str, str]) -> None:
    """Draw peers as short ticks, and all ICSs together as a longer one."""
    for mark, size, width in ((OTHER, 7, 1.0), (PEER, 7, 1.0), (TOGETHER, 12, 2.0)):
        chosen = (data[MARK] == mark).to_numpy()
        if chosen.any():
            axes.plot(data["estimate"][chosen], at[chosen], "|", ms=size, mew=width, color=LOOKS[mark].colour,
                      zorder=LOOKS[mark].above, label=words[mark])  # fmt: skip


def _stress_own(axes: Axes, order: list[str], own: pd.Series) -> None:
    """Print the name of one's own row bold and in its colour, where rows are ICSs."""
    if own.nunique() == 1 and len(order) > 1:
        label = axes.get_yticklabels()[order.index(own.iloc[0])]
        label.set(color=LOOKS[OWN].colour, fontweight="bold")


def _write_numbers(axes: Axes, rows: pd.DataFrame, at: np.ndarray, *, every: bool) -> None:
    """Print the numbers at the right: of every row, or of one's own and all ICSs together."""
    for height, row in zip(at, rows.to_dict("records"), strict=True):
        if (every or row[MARK] in (OWN, TOGETHER)) and np.isfinite(row["estimate"]):
            text = f"{row['estimate']:.2f} ({row['lower']:.2f} to {row['upper']:.2f})"
            axes.text(1.01, height, text, transform=axes.get_yaxis_transform(), va="center", fontsize=SMALL,
                      color=LOOKS[row[MARK]].colour if row[MARK] == OWN else INK)  # fmt: skip
