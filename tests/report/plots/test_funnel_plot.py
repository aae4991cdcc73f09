import pytest

from equitymodel.monitoring.area_funnel import area_funnel
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
