"""Who gains from a rule of a list and who waits longer, and how waits of the most and least deprived go by week."""

from __future__ import annotations

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from equitymodel.report.plots.canvas import ACCENT, INK, SOFT, TEXT, WARM, head, name_panel, small_panels
from equitymodel.report.plots.panel_names import panel_name
from equitymodel.vocabulary import DEPRIVATION

SHORTER, LONGER, UNSURE = "waits fall", "waits grow", "not sure which"
LOOKS = {SHORTER: (ACCENT, "o"), LONGER: (WARM, "s"), UNSURE: (SOFT, "D")}
SURE = 0.95
LONGEST_NAME = 28
ACROSS = 3


def plot_who_waits(data: pd.DataFrame, title: str) -> Figure:
    """Draw by how many weeks each group waits longer or less long, a panel a rule.

    Parameters
    ----------
    data
        Columns ``rule, deprivation, estimate, lower, upper, probability``: the change of the mean wait in weeks, and
        the probability that it is a rise.
    title
        Of the picture.

    Returns
    -------
    matplotlib.figure.Figure
        Means with 95 % intervals, all panels on one scale.

    Examples
    --------
    >>> rows = [["Faster", "1", -2.0, -3.0, -1.0, 0.0], ["Faster", "5", 1.0, 0.4, 1.6, 1.0]]
    >>> data = pd.DataFrame(rows, columns=["rule", "deprivation", "estimate", "lower", "upper", "probability"])
    >>> len(plot_who_waits(data, "Waits").axes)
    1
    """
    names = list(dict.fromkeys(data["rule"]))
    groups = list(dict.fromkeys(data[DEPRIVATION]))
    figure, panels = small_panels(len(names), across=ACROSS, height=0.5 + 0.22 * len(groups))
    for axes, name in zip(panels, names, strict=True):
        _draw_changes(axes, data[data["rule"] == name].set_index(DEPRIVATION).reindex(groups))
        axes.set_yticks(range(len(groups)), groups)
        axes.set_ylim(len(groups) - 0.5, -0.5)
        name_panel(axes, panel_name(name, LONGEST_NAME))
    panels[0].set_ylabel("group", fontsize=TEXT)
    figure.supxlabel("change of the mean wait on the list, weeks (mean, 95 % interval)", fontsize=TEXT)
    head(figure, panels[0], title)
    return figure


def _draw_changes(axes: Axes, rows: pd.DataFrame) -> None:
    axes.axvline(0, color=SOFT, lw=0.8)
    kind = np.select([rows["probability"] >= SURE, rows["probability"] <= 1 - SURE], [LONGER, SHORTER], UNSURE)
    at = np.arange(len(rows))
    for words, (colour, shape) in LOOKS.items():
        own = kind == words
        axes.hlines(at[own], rows["lower"][own], rows["upper"][own], color=colour, lw=1.5)
        axes.plot(rows["estimate"][own], at[own], shape, ms=4, color=colour, label=words)


def plot_list_paths(paths: pd.DataFrame, ends: tuple[str, str], title: str) -> Figure:
    """Draw the mean wait on the list of the most and the least deprived, week by week, a panel a rule.

    Parameters
    ----------
    paths
        Columns ``rule, week, deprivation, estimate, lower, upper``: mean wait in weeks.
    ends
        Labels of the two groups.
    title
        Of the picture.

    Returns
    -------
    matplotlib.figure.Figure
        Lines of means with bands of 95 %.

    Examples
    --------
    >>> rows = [["First come", week, group, 8.0, 7.0, 9.0] for week in (1, 2) for group in ("1", "5")]
    >>> data = pd.DataFrame(rows, columns=["rule", "week", "deprivation", "estimate", "lower", "upper"])
    >>> len(plot_list_paths(data, ("1", "5"), "Waits").axes[0].lines)
    2
    """
    names = list(dict.fromkeys(paths["rule"]))
    figure, panels = small_panels(len(names), across=ACROSS, height=1.5)
    looks = {ends[0]: (WARM, "-", f"group {ends[0]}"), ends[1]: (ACCENT, "--", f"group {ends[1]}")}
    for axes, name in zip(panels, names, strict=True):
        for label, (colour, line, words) in looks.items():
            rows = paths[(paths["rule"] == name) & (paths[DEPRIVATION] == label)]
            axes.fill_between(rows["week"], rows["lower"], rows["upper"], color=colour, alpha=0.18, lw=0)
            axes.plot(rows["week"], rows["estimate"], line, color=colour, lw=1.3, label=words)
        name_panel(axes, panel_name(name, LONGEST_NAME))
    panels[0].set_ylim(0, 1.05 * float(paths["upper"].max()))
    figure.supxlabel("week", fontsize=TEXT, color=INK)
    figure.supylabel("mean wait on the list, weeks", fontsize=TEXT, color=INK)
    head(figure, panels[0], title)
    return figure


def who_waits_alt(data: pd.DataFrame) -> str:
    """Say what `plot_who_waits` shows: for each rule, which groups wait less long and which longer.

    Examples
    --------
    >>> rows = [["Faster", "1", -2.0, -3.0, -1.0, 0.0], ["Faster", "5", 1.0, 0.4, 1.6, 1.0]]
    >>> who_waits_alt(pd.DataFrame(rows, columns=["rule", "deprivation", "estimate", "lower", "upper", "probability"]))
    'Faster: waits fall in group 1 (by 2.0 weeks); waits grow in group 5 (by 1.0 weeks).'
    """
    return " ".join(f"{name}: {_one_rule(rows)}." for name, rows in data.groupby("rule", sort=False))


def _one_rule(rows: pd.DataFrame) -> str:
    parts = []
    for words, own in ((SHORTER, rows["probability"] <= 1 - SURE), (LONGER, rows["probability"] >= SURE)):
        named = ", ".join(f"{row[DEPRIVATION]} (by {abs(row['estimate']):.1f} weeks)"
                          for row in rows[own].to_dict("records"))  # fmt: skip
        parts += [f"{words} in group {named}"] if named else []
    return "; ".join(parts) or "no group is sure to wait longer or less long"
