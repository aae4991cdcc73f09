import numpy as np
import pandas as pd
import pytest
from matplotlib.backends.backend_agg import FigureCanvasAgg

from equitymodel.monitoring.area_funnel import AreaFunnel, area_funnel
from equitymodel.monitoring.funnel_limits import funnel
from equitymodel.report.plots.funnel_plot import funnel_alt_text, plot_funnel
from tests.monitoring.counted import counted

pytestmark = pytest.mark.unit


def test_marks_differ_by_shape_and_who_is_beyond_is_named():
    found = area_funnel(counted(shift=40), form="exact", last=12)
    figure = plot_funnel(found)
    shapes = {tuple(map(tuple, mark.get_paths()[0].vertices.round(3))) for mark in figure.axes[0].collections}
    assert len(shapes) == len(figure.axes[0].collections) > 1
    assert any(text.get_text() == "a5" for text in figure.axes[0].texts)
    assert "1 lie beyond 99.8 % limits: a5" in funnel_alt_text(found)


def test_names_of_areas_that_lie_together_do_not_lie_on_one_another():
    expected = pd.Series([1000.0] * 3 + [1200.0] * 20)
    observed = pd.Series([60.0, 80.0, 100.0] + [1200.0 + 10 * number for number in range(20)])
    for counts in (observed, expected):
        counts.index = [f"a{number:02}" for number in range(23)]
    names = {area: f"Area {area}" for area in observed.index}
    axes = plot_funnel(AreaFunnel(funnel(observed, expected, form="exact"), names, "2023/24")).axes[0]
    FigureCanvasAgg(axes.figure).draw()
    boxes = [text.get_window_extent() for text in axes.texts if text.get_text().endswith(("a00", "a01", "a02"))]
    assert len(boxes) == 3
    apart = sorted(box.y0 for box in boxes)
    assert min(np.diff(apart)) > 0.8 * boxes[0].height
