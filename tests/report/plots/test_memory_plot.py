import pytest

from equitymodel.monitoring.memory_alarms import monitor_memory
from equitymodel.monitoring.memory_chart import MemoryPlan
from equitymodel.report.plots.control_plot import last_icon
from equitymodel.report.plots.memory_plot import plot_memory_chart
from tests.monitoring.counted import counted

pytestmark = pytest.mark.unit


@pytest.mark.parametrize("kind", ["cusum", "ewma"])
def test_limits_and_the_icon_in_words_are_drawn(kind):
    chart = monitor_memory(counted(1, shift=40), MemoryPlan(kind, baseline=12)).charts["a0"]
    figure = plot_memory_chart(chart)
    assert last_icon(chart) == "▲ signal: higher"
    assert [text.get_text() for text in figure.axes[0].texts] == ["▲ signal: higher"]
    labels = figure.axes[0].get_legend_handles_labels()[1]
    assert {"limits", "sets the usual level", "signal: higher"} <= set(labels)
