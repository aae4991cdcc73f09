"""A pathway as a waterfall: which stage widens the gap, which narrows it, and what comes together, with intervals."""

from __future__ import annotations

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from equitymodel.data.tables.areas import find_area
from equitymodel.errors import OptionError
from equitymodel.estimands.stage_records import TOTAL
from equitymodel.report.plots.alt_words import first_upper, listed
from equitymodel.report.plots.canvas import ACCENT, INK, RATIO_TICKS, SMALL, WARM, head, name_panel, small_panels
from equitymodel.report.plots.panel_names import panel_name
from equitymodel.vocabulary import ALL_ICS, ICS, PERIOD, PROCEDURE, STAGE

AGAINST, FOR, WHOLE = "fewer of the most deprived pass", "more of them pass", "all stages together"
COLOURS = {AGAINST: WARM, FOR: ACCENT, WHOLE: INK}
MOST_PANELS = 8


def stages_data(table: pd.DataFrame, *, ics: str = ALL_ICS) -> pd.DataFrame:
    """Give the steps of the waterfall of one area.

    Parameters
    ----------
    table
        From `stage_gaps_table`, or ``stage_gaps.csv``.
    ics
        An ICS by code or name; all together by default.

    Returns
    -------
    pandas.DataFrame
        ``procedure, stage, begin, end, lower, upper, kind``: ratios; a step begins where the stages before it have come
        together. Of several periods, the last.

    Raises
    ------
    OptionError
        When there is no such ICS, or the groups have no order.

    Examples
    --------
    >>> rows = [["All ICSs", "hip", "seen", -0.1, -0.2, 0.0, -0.1], ["All ICSs", "hip", "total", -0.1, -0.2, 0.0, None]]
    >>> names = ["ics", "procedure", "stage", "estimate", "lower", "upper", "cumulative_estimate"]
    >>> stages_data(pd.DataFrame(rows, columns=names).assign(ics_name="All ICSs"))["end"].round(3).tolist()
    [0.905, 0.905]
    """
    rows = table[table[ICS] == find_area(ics, table.drop_duplicates(ICS))]
    rows = last_period(rows)
    if rows.duplicated([PROCEDURE, STAGE]).any():
        raise OptionError("a waterfall is of two groups; choose the rows of one group first")
    total = rows[STAGE] == TOTAL
    end = rows["cumulative_estimate"].where(~total, rows["estimate"]).to_numpy(float)
    begin = np.where(total, 0.0, end - rows["estimate"])
    away = [(end + rows[name] - rows["estimate"]).to_numpy(float) for name in ("lower", "upper")]
    kind = np.where(total, WHOLE, np.where(rows["estimate"] < 0, AGAINST, FOR))
    steps = {"begin": begin, "end": end, "lower": away[0], "upper": away[1]}
    found = rows[[PROCEDURE, STAGE]].assign(**{name: np.exp(values) for name, values in steps.items()}, kind=kind)
    return found.reset_index(drop=True)


def last_period(rows: pd.DataFrame) -> pd.DataFrame:
    """Keep the rows of the last period, where there are several.

    Examples
    --------
    >>> last_period(pd.DataFrame({"period": ["2021/22", "2022/23"], "estimate": [0.1, 0.2]}))["estimate"].tolist()
    [0.2]
    """
    return rows[rows[PERIOD] == rows[PERIOD].iloc[-1]] if PERIOD in rows else rows


def plot_stages(table: pd.DataFrame, *, ics: str = ALL_ICS) -> Figure:
    """Draw the waterfall of one area, a panel a procedure.

    Parameters
    ----------
    table, ics
        As for `stages_data`, whose errors are raised too.

    Returns
    -------
    matplotlib.figure.Figure
        Whiskers are 95 % intervals of each step by itself, and of the whole at the end.

    Examples
    --------
    >>> rows = [["All ICSs", "hip", "seen", -0.1, -0.2, 0.0, -0.1], ["All ICSs", "hip", "total", -0.1, -0.2, 0.0, None]]
    >>> names = ["ics", "procedure", "stage", "estimate", "lower", "upper", "cumulative_estimate"]
    >>> plot_stages(pd.DataFrame(rows, columns=names).assign(ics_name="All ICSs")).axes[0].get_title(loc="left")
    'hip'
    """
    data = stages_data(table, ics=ics)
    names = list(dict.fromkeys(data[PROCEDURE]))[:MOST_PANELS]
    figure, panels = small_panels(len(names), across=2, height=2.3)
    for axes, name in zip(panels, names, strict=True):
        _draw(axes, data[data[PROCEDURE] == name])
        name_panel(axes, panel_name(name))
    ends = data[["begin", "end", "lower", "upper"]].to_numpy()
    low, high = min(ends.min() * 0.97, 0.95), max(ends.max() * 1.03, 1.05)
    ticks = [tick for tick in RATIO_TICKS if low < tick < high]
    for axes in panels:
        axes.set(yscale="log", ylim=(low, high))
        axes.set_yticks(ticks, [f"{tick:g}" for tick in ticks])
        axes.minorticks_off()
    figure.supylabel("ratio, most to least deprived (log scale)", fontsize=SMALL)
    own = find_area(ics, table.drop_duplicates(ICS))
    said = table.loc[table[ICS] == own, "ics_name"].iloc[0]
    head(figure, panels[0], f"{said}: where the gap arises along the pathway")
    return figure


def _draw(axes: Axes, part: pd.DataFrame) -> None:
    """Draw the steps of one procedure, each from where the one before ended."""
    at = np.arange(len(part))
    for kind, colour in COLOURS.items():
        own = (part["kind"] == kind).to_numpy()
        bottom = part.loc[own, ["begin", "end"]].min(axis=1)
        axes.bar(at[own], part.loc[own, ["begin", "end"]].max(axis=1) - bottom, 0.62, bottom, color=colour, label=kind)
    for colour, width in (("white", 3.0), (INK, 1.2)):
        axes.vlines(at, part["lower"], part["upper"], color=colour, lw=width, zorder=4)
    axes.hlines(part["end"].iloc[:-1], at[:-1] - 0.31, at[1:] + 0.31, color=INK, lw=0.5, zorder=3)
    axes.axhline(1.0, color=INK, lw=0.8)
    axes.set_xticks(at, part[STAGE], rotation=35, ha="right", fontsize=SMALL)


def stages_alt_text(data: pd.DataFrame) -> str:
    """Say what `plot_stages` shows: of each procedure, where most is lost and what it comes to.

    Parameters
    ----------
    data
        From `stages_data`.

    Examples
    --------
    >>> rows = [["hip", "seen", 1.0, 0.9, 0.8, 1.0], ["hip", "total", 1.0, 0.9, 0.8, 1.0]]
    >>> stages_alt_text(pd.DataFrame(rows, columns=["procedure", "stage", "begin", "end", "lower", "upper"]))
    'Hip: the largest step against the most deprived is at seen (x0.90); all stages together x0.90 (0.80 to 1.00).'
    """
    return " ".join(_said(str(name), part) for name, part in data.groupby(PROCEDURE, sort=False))


def _said(name: str, part: pd.DataFrame) -> str:
    steps, whole = part[part[STAGE] != TOTAL], part[part[STAGE] == TOTAL].iloc[0]
    ratio = (steps["end"] / steps["begin"]).to_numpy()
    worst = int(np.argmin(ratio))
    against = f"the largest step against the most deprived is at {steps[STAGE].iloc[worst]} (x{ratio[worst]:.2f})"
    first = against if ratio[worst] < 1 else f"no step is against the most deprived, at {listed(list(steps[STAGE]))}"
    together = f"all stages together x{whole['end']:.2f} ({whole['lower']:.2f} to {whole['upper']:.2f})"
    return f"{first_upper(name)}: {first}; {together}."
