"""The change of the gap between any two years: an interval a pair."""

from __future__ import annotations

import pandas as pd
from matplotlib.figure import Figure

from equitymodel.estimands.between_years import FROM, TO
from equitymodel.report.document.columns import probability_words
from equitymodel.report.plots.canvas import ACCENT, SMALL, SOFT, TEXT, canvas, head, ratio_axis

ROW, ROOM = 0.22, 1.1


def plot_any_two_years(pairs: pd.DataFrame, title: str) -> Figure:
    """Draw the change of the rate ratio between every two years.

    Parameters
    ----------
    pairs
        A row a pair: ``period_from, period_to, estimate, lower, upper, narrowed``.
    title
        What it shows.

    Returns
    -------
    matplotlib.figure.Figure
        Factors on a log scale with their intervals; the probability that the gap narrowed stands beside each in words.

    Examples
    --------
    >>> pairs = pd.DataFrame({"period_from": ["2021"], "period_to": ["2022"], "estimate": 1.1, "lower": 1.0,
    ...                       "upper": 1.2, "narrowed": 0.97})
    >>> len(plot_any_two_years(pairs, "The change").axes)
    1
    """
    figure, axes = canvas(ROW * len(pairs) + ROOM)
    places = range(len(pairs))
    axes.hlines(places, pairs["lower"], pairs["upper"], color=ACCENT, lw=1.4)
    axes.plot(pairs["estimate"], places, "o", color=ACCENT, ms=4)
    axes.axvline(1, color=SOFT, lw=0.8, ls="--")
    axes.set_yticks(places, [f"{first} to {last}" for first, last in zip(pairs[FROM], pairs[TO], strict=True)])
    axes.invert_yaxis()
    ratio_axis(axes, pairs[["lower", "upper"]].to_numpy())
    axes.tick_params(labelsize=TEXT, left=False)
    axes.set_xlabel("change of the rate ratio, as a factor (95 % interval)", fontsize=TEXT)
    for place, share in zip(places, pairs["narrowed"], strict=True):
        axes.annotate(f"narrowed: {probability_words(share)}", (1.0, place), (4, 0), xycoords=("axes fraction", "data"),
                      textcoords="offset points", fontsize=SMALL, va="center")  # fmt: skip
    head(figure, axes, title)
    return figure
