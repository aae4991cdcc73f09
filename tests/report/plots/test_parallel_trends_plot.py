"""Exposed and controls before the start, drawn."""

import pytest

from equitymodel.report.plots.parallel_trends_plot import draw_parallel_trends, plot_parallel_trends
from tests.evaluated import controlled_series

pytestmark = pytest.mark.unit


def test_each_arm_is_a_line_beside_one():
    series, truth = controlled_series()
    axes = plot_parallel_trends(series, truth.plan).axes[0]
    assert [line.get_label() for line in axes.lines[:2]] == ["exposed", "controls"]
    assert [len(line.get_xdata()) for line in axes.lines] == [26, 26, 2]
    assert axes.lines[2].get_ydata()[0] == 1


def test_an_evaluation_is_drawn_from_its_own_table(controlled_evaluation):
    table = controlled_evaluation.parallel_trends
    line = draw_parallel_trends(table).axes[0].lines[0]
    assert line.get_ydata().tolist() == table.loc[table["arm"] == "exposed", "ratio"].tolist()
