"""Exposed and controls before the start, each relative to its own average."""

from __future__ import annotations

import pandas as pd
import xarray as xr
from matplotlib.figure import Figure

from equitymodel.estimands.parallel_trends import parallel_trends_data
from equitymodel.report.plots.canvas import ACCENT, SOFT, WARM, one_panel
from equitymodel.spec.interruption import Interruption
from equitymodel.vocabulary import PERIOD

COLOURS = (ACCENT, WARM)


def plot_parallel_trends(series: xr.Dataset, plan: Interruption) -> Figure:
    """Draw exposed and controls before the first start, each relative to its own average.

    Parameters
    ----------
    series, plan
        A series from `read_series`, and the interruption with controls.

    Returns
    -------
    matplotlib.figure.Figure
        Observed over expected admissions; 1 = as on average before the start.

    Raises
    ------
    SpecError
        When the interruption has no controls.

    Examples
    --------
    >>> from equitymodel.simulate import Sizes, simulate_series
    >>> series, truth = simulate_series(Sizes(areas=4, exposed_areas=2, before=30), seed=1)
    >>> plot_parallel_trends(series, truth.plan).axes[0].get_ylabel()
    'observed over expected, before'
    """
    return draw_parallel_trends(parallel_trends_data(series, plan))


def draw_parallel_trends(data: pd.DataFrame) -> Figure:
    """Draw a table of `parallel_trends_data`, such as `Evaluation.parallel_trends`."""
    figure, axes = one_panel()
    for colour, (arm, rows) in zip(COLOURS, data.groupby("arm", sort=False), strict=True):
        axes.plot(rows[PERIOD], rows["ratio"], marker="o", ms=2.6, lw=1.2, color=colour, label=str(arm))
    axes.axhline(1, color=SOFT, lw=0.8, ls="--")
    axes.set_ylabel("observed over expected, before")
    axes.legend(fontsize=8, frameon=False)
    return figure
