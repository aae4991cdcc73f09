"""Charts as pictures: what points are is told by their shape, and both icons are words."""

import numpy as np
import pytest

from equitymodel.data.series.periods import Periods
from equitymodel.monitoring.chart_plan import ChartPlan
from equitymodel.monitoring.control_chart import control_chart
from equitymodel.monitoring.metric_set import PLAIN
from equitymodel.report.plots.canvas import canvas
from equitymodel.report.plots.control_plot import MARKS, NOT_CHARTED, draw_chart, plot_control_chart
from tests.monitoring.series import monthly

pytestmark = pytest.mark.unit
CALM = np.tile([50.0, 52.0], 12)
STEPPED = np.r_[CALM, CALM[:20] + 8]


def texts(figure):
    return [text.get_text() for text in figure.axes[0].texts]


def legend(figure):
    return {text.get_text() for text in figure.legends[0].get_texts()}


def test_no_two_meanings_share_a_shape_and_a_filling():
    looks = [(shape, fill) for shape, _, fill, _, _ in (*MARKS.values(), *NOT_CHARTED.values())]
    assert len(set(looks)) == len(looks)
    assert MARKS["improvement"][0] != MARKS["concern"][0]


def test_signals_and_targets_are_named_in_words():
    figure = plot_control_chart(control_chart(monthly(STEPPED), ChartPlan(better="higher", target=40.0)), PLAIN)
    assert texts(figure) == ["★ signal: improvement", "✔ target met"]
    assert {"centre", "limits of usual variation", "signal: improvement", "target"} <= legend(figure)


def test_what_is_not_charted_has_marks_of_its_own():
    series = monthly(np.arange(30.0), "2019-10-01", periods=Periods(days="equal"), quality=["doubtful", *["good"] * 29])
    figure = plot_control_chart(control_chart(series, ChartPlan(rules="sustained")), PLAIN)
    assert {"held back", "doubtful data", "in a declared break"} <= legend(figure)


def test_a_short_series_is_drawn_without_limits():
    figure = plot_control_chart(control_chart(monthly([1.0, 2.0, 3.0])), PLAIN)
    assert texts(figure) == ["shown, not charted"]
    assert "centre" not in legend(figure)


def test_intervals_and_the_null_are_drawn_where_there_are_any():
    series = monthly(CALM).assign(value_low=monthly(CALM - 3)["value"], value_high=monthly(CALM + 3)["value"],
                                  value_null=monthly(CALM - 9)["value"])  # fmt: skip
    axes = canvas(2)[1]
    draw_chart(axes, control_chart(series))
    said = axes.get_legend_handles_labels()[1]
    assert "95 % credible interval of the period" in said
    assert "what chance alone would show" in said
