"""What each option is worth by aversion to inequality: a curve, with the value at which the choice switches."""

from __future__ import annotations

import pandas as pd
from matplotlib.figure import Figure

from equitymodel.decision.acceptability import OPTION
from equitymodel.report.plots.canvas import ACCENT, INK, SMALL, SOFT, TEXT, WARM, canvas, head

LOOKS = ((WARM, "-"), (ACCENT, "-"), (INK, "-"), (WARM, "--"), (ACCENT, "--"), (INK, "--"))
"""Of options in their order: no two of the first six are drawn alike."""


def plot_equity_curve(curve: pd.DataFrame, switch: pd.DataFrame, title: str) -> Figure:
    """Draw health in all and as more equal health together, by aversion, with 95 % bands.

    Parameters
    ----------
    curve, switch
        From `curve_table` and `switch_table`, or their files.
    title
        Of the picture.

    Returns
    -------
    matplotlib.figure.Figure
        A line an option; dotted lines stand where the choice switches, of those in the picture.

    Examples
    --------
    >>> rows = [["a", x, "equivalent", 50.0 + x, 40.0, 60.0 + x] for x in (0.0, 1.0)]
    >>> curve = pd.DataFrame(rows, columns=["option", "aversion", "measure", "estimate", "lower", "upper"])
    >>> switch = pd.DataFrame(columns=["aversion", "from_option", "to_option"])
    >>> plot_equity_curve(curve, switch, "Devon").axes[0].get_xlabel()
    'aversion to inequality of health (Atkinson)'
    """
    figure, axes = canvas(2.6)
    own = curve[curve["measure"] == "equivalent"]
    for number, (name, rows) in enumerate(own.groupby(OPTION, sort=False)):
        colour, style = LOOKS[number % len(LOOKS)]
        along = rows["aversion"].astype(float)
        axes.fill_between(along, rows["lower"], rows["upper"], color=colour, alpha=0.1, lw=0)
        axes.plot(along, rows["estimate"], style, color=colour, lw=1.5, label=str(name))
    within = switch[switch["aversion"].astype(float) <= own["aversion"].astype(float).max()]
    for at in within["aversion"].astype(float):
        axes.axvline(at, color=SOFT, lw=1, ls=":")
        axes.annotate(f"{at:.2f}", (at, 1), (2, -8), xycoords=("data", "axes fraction"), textcoords="offset points",
                      fontsize=SMALL)  # fmt: skip
    axes.set_xlabel("aversion to inequality of health (Atkinson)", fontsize=TEXT)
    axes.set_ylabel("worth, QALYs", fontsize=TEXT)
    head(figure, axes, title)
    return figure


def switch_words(switch: pd.DataFrame, best: str = "") -> str:
    """Say at which aversion the choice switches.

    Parameters
    ----------
    switch
        From `switch_table`.
    best
        The option that is worth most without aversion, from `worth_most`: said where the choice never switches.

    Returns
    -------
    str
        A sentence; it says so where one option is worth most at any aversion.

    Examples
    --------
    >>> switch_words(pd.DataFrame([[2.26, "all", "targeted"]], columns=["aversion", "from_option", "to_option"]))
    'On average over draws, targeted is worth more than all from an aversion of 2.26 on.'
    >>> switch_words(pd.DataFrame(), "reminders")[:60]
    'On average over draws, reminders is worth most at any aversi'
    """
    if switch.empty:
        most = f"{best} is" if best else "one option is"
        return f"On average over draws, {most} worth most at any aversion up to 50: weights do not change it."
    said = [f"{row['to_option']} is worth more than {row['from_option']} from an aversion of {row['aversion']:.2f} on"
            for row in switch.to_dict("records")]  # fmt: skip
    return f"On average over draws, {'; '.join(said)}."


def worth_most(curve: pd.DataFrame) -> str:
    """Name the option that is worth most at the lowest aversion of a curve.

    Examples
    --------
    >>> rows = [["a", 0.0, "equivalent", 5.0], ["b", 0.0, "equivalent", 7.0]]
    >>> worth_most(pd.DataFrame(rows, columns=["option", "aversion", "measure", "estimate"]))
    'b'
    """
    own = curve[curve["measure"] == "equivalent"]
    lowest = own[own["aversion"].astype(float) == own["aversion"].astype(float).min()]
    return str(lowest[OPTION].iloc[int(lowest["estimate"].argmax())])
