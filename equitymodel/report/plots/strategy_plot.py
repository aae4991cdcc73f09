"""What each strategy would add among the most and the least deprived: one line a strategy, with intervals."""

from __future__ import annotations

import numpy as np
import pandas as pd
from matplotlib.figure import Figure

from equitymodel.report.plots.canvas import ACCENT, SOFT, TEXT, WARM, canvas, head
from equitymodel.report.plots.panel_names import cut_name
from equitymodel.vocabulary import DEPRIVATION

MOST, LEAST = "most deprived", "least deprived"
LOOKS = {MOST: (WARM, "D", -0.15), LEAST: (ACCENT, "s", 0.15)}
LONGEST = 44


def plot_strategies(data: pd.DataFrame, title: str) -> Figure:
    """Draw extra admissions of the most and the least deprived, a line a strategy, in the order of the register.

    Parameters
    ----------
    data
        Columns ``strategy, deprivation`` (``most deprived`` or ``least deprived``), ``estimate, lower, upper``.
    title
        Of the picture.

    Returns
    -------
    matplotlib.figure.Figure
        Means with 95 % intervals; the order says nothing of worth.

    Examples
    --------
    >>> rows = [["Reminders", "most deprived", 12.0, 4.0, 20.0], ["Reminders", "least deprived", 15.0, 5.0, 25.0]]
    >>> data = pd.DataFrame(rows, columns=["strategy", "deprivation", "estimate", "lower", "upper"])
    >>> plot_strategies(data, "Devon").axes[0].get_xlabel()
    'admissions added (mean, 95 % interval)'
    """
    names = list(dict.fromkeys(data["strategy"]))
    figure, axes = canvas(1.2 + 0.32 * len(names))
    axes.axvline(0, color=SOFT, lw=0.8)
    for group, (colour, shape, aside) in LOOKS.items():
        part = data[data[DEPRIVATION] == group].set_index("strategy").reindex(names)
        at = np.arange(len(names)) + aside
        axes.hlines(at, part["lower"], part["upper"], color=colour, lw=1.5)
        axes.plot(part["estimate"], at, shape, ms=4, color=colour, label=group)
    axes.set_yticks(range(len(names)), [cut_name(name, LONGEST) for name in names])
    axes.invert_yaxis()
    axes.set_xlabel("admissions added (mean, 95 % interval)", fontsize=TEXT)
    head(figure, axes, title)
    return figure


def strategies_alt_text(data: pd.DataFrame) -> str:
    """Say what `plot_strategies` shows: which strategy adds most among the most deprived, as stated.

    Examples
    --------
    >>> rows = [["Reminders", "most deprived", 12.0, 4.0, 20.0]]
    >>> strategies_alt_text(pd.DataFrame(rows, columns=["strategy", "deprivation", "estimate", "lower", "upper"]))
    'Among the most deprived, Reminders would add most as stated: 12 (95 % interval 4 to 20) admissions.'
    """
    most = data[data[DEPRIVATION] == MOST]
    if most.empty:
        return "No strategy has an effect that was stated."
    row = most.to_dict("records")[int(np.argmax(most["estimate"]))]
    interval = f"95 % interval {row['lower']:,.0f} to {row['upper']:,.0f}"
    added = f"{row['estimate']:,.0f} ({interval}) admissions"
    return f"Among the most deprived, {row['strategy']} would add most as stated: {added}."
