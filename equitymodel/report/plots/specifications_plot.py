"""The answer of every model, side by side."""

from __future__ import annotations

import numpy as np
from matplotlib.figure import Figure

from equitymodel.report.plots.canvas import ACCENT, SOFT, WARM, WIDTH
from equitymodel.report.wording.evaluation_words import way_of
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
        Rate ratios (for a question about the gap, those of the gap, the end that has more over the other) over the
        months judged, with intervals; 1 = no change. The model of the verdict is full, its variants are grey and
        hollow, and comparison methods have a colour of their own.
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
    axes.set_yticks(height, rows["label"], fontsize=7)
    axes.spines[["top", "right"]].set_visible(False)
    axes.set_xlabel(_quantity(result))
    return figure


def _quantity(result: Evaluation) -> str:
    """Say what the ratios are of, which way round, and over which months."""
    months = result.plan.judged_months
    over = f"first {months:g} months after" if months else "all months after"
    if result.plan.outcome == "gap":
        return f"change of {way_of(result.judged_gap).words}, ratio, {over}"
    return f"average rate ratio, {over}"
