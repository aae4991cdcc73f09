import numpy as np
import pandas as pd
import pytest

from equitymodel.inference.pool_estimates import pool_estimates
from equitymodel.report.plots.pooled_plot import plot_pooled

pytestmark = pytest.mark.unit


def test_rings_are_published_dots_pooled_and_lines_their_intervals():
    rows = {"area": ["North", "South", "East"], "estimate": [1.2, 1.3, 1.6], "se": [0.09, 0.09, 0.15]}
    pooled = pool_estimates(pd.DataFrame(rows), seed=1)
    axes = plot_pooled(pooled).axes[0]
    ordered = pooled.table.sort_values("pooled")
    dots, rings = axes.lines[1:3]
    np.testing.assert_allclose(dots.get_xdata(), ordered["pooled"])
    np.testing.assert_allclose(rings.get_xdata(), ordered["published"])
    ends = np.array([segment[:, 0] for segment in axes.collections[0].get_segments()])
    np.testing.assert_allclose(ends, ordered[["lower", "upper"]])
    assert [label.get_text() for label in axes.get_yticklabels()] == list(ordered.index)
    assert axes.get_xscale() == "log"
