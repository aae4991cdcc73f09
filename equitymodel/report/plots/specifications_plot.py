"""The answer of every model, side by side."""

from __future__ import annotations

import numpy as np
from matplotlib.figure import Figure

from equitymodel.report.plots.canvas import ACCENT, SOFT, WARM, WIDTH
from equitymodel.studies.evaluation import MAIN_MODELS, Evaluation


def plot_specifications(result: Evaluation) -> Figure:
    """Draw the answer of every model side by side: the verdict's, its variants, and comparison methods.

    Parameters
    ----------
    result
        The evaluation whose models are shown.

    Returns
    -------
    matplotlib.figure.Figure
        Rate ratios (for a question about the gap, those of the gap) with intervals; 1 = no change.
        Models that the verdict counts are full; those it does not count are grey and hollow.
    """
    rows = result.average_changes
    if result.plan.outcome == "gap":
        rows = rows[rows["kind"] == MAIN_MODELS]
    figure = Figure(figsize=(WIDTH, 0.33 * len(rows) + 1.0), layout="constrained", dpi=110)
    axes = figure.subplots()
    height = np.arange(len(rows))[::-1]
    main, counted = rows["kind"] == MAIN_MODELS, rows["counted"].astype(bool)
    for chosen, colour, inside in ((counted, ACCENT, ACCENT), (main & ~counted, SOFT, "white"), (~main, WARM, WARM)):
        part = rows[chosen]
        axes.hlines(height[chosen], part["lower"], part["upper"], color=colour, lw=1.6)
        axes.plot(part["estimate"], height[chosen], "o", ms=4.5, color=colour, markerfacecolor=inside)
    axes.axvline(1, color=SOFT, lw=0.8, ls="--")
    axes.set_yticks(height, rows["label"].where(counted | ~main, rows["label"] + " (not counted)"), fontsize=7)
    axes.spines[["top", "right"]].set_visible(False)
    axes.set_xlabel("change of the gap, ratio" if result.plan.outcome == "gap" else "average rate ratio")
    return figure
