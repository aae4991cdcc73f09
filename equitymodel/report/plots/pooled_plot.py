"""Published estimates of areas beside the pooled ones: a line an area."""

from __future__ import annotations

import numpy as np
from matplotlib.figure import Figure

from equitymodel.argument_types import refuses_other_types
from equitymodel.inference.pooled_estimates import PooledEstimates
from equitymodel.report.plots.canvas import ACCENT, PALE, SMALL, SOFT, TEXT, canvas, head
from equitymodel.report.plots.panel_names import cut_name

LONGEST = 40


@refuses_other_types
def plot_pooled(pooled: PooledEstimates) -> Figure:
    """Draw each area's published estimate as a ring and the pooled one as a dot with its interval, lowest first.

    Parameters
    ----------
    pooled
        From `pool_estimates`.

    Returns
    -------
    matplotlib.figure.Figure
        The mean of all areas is a line with its 95 % interval as a band; ratios are on a logarithmic scale.

    Examples
    --------
    >>> import pandas as pd
    >>> from equitymodel.inference.pool_estimates import pool_estimates
    >>> rows = {"area": ["A", "B", "C"], "estimate": [1.2, 1.3, 1.6], "se": [0.09, 0.09, 0.15]}
    >>> plot_pooled(pool_estimates(pd.DataFrame(rows), seed=1)).axes[0].get_xlabel()
    'published (ring) and pooled (dot, 95 % interval); the band is the mean of areas'
    """
    rows = pooled.table.sort_values("pooled")
    at = np.arange(len(rows))
    figure, axes = canvas(1.2 + 0.2 * len(rows))
    mean = pooled.overall.to_dict("index")["mean"]
    axes.axvspan(mean["lower"], mean["upper"], color=PALE, alpha=0.3, lw=0)
    axes.axvline(mean["estimate"], color=SOFT, lw=0.8)
    axes.hlines(at, rows["lower"], rows["upper"], color=ACCENT, lw=1.5)
    axes.plot(rows["pooled"], at, "o", ms=4, color=ACCENT)
    axes.plot(rows["published"], at, "o", ms=5, mfc="none", color=SOFT)
    axes.set_yticks(at, [cut_name(str(name), LONGEST) for name in rows.index], fontsize=SMALL)
    if pooled.published.scale == "ratio":
        axes.set_xscale("log")
        axes.xaxis.set_major_formatter("{x:g}")
        axes.xaxis.set_minor_formatter("{x:.2g}")
    axes.set_xlabel("published (ring) and pooled (dot, 95 % interval); the band is the mean of areas", fontsize=TEXT)
    head(figure, axes, "Published estimates, pooled")
    return figure
