import pytest

from equitymodel.report.plots.canvas import title_of
from equitymodel.report.plots.tipping_plot import plot_tipping, tipping_alt_text, tipping_data
from tests.report.plots import boards

pytestmark = pytest.mark.unit


def titles(figure):
    return [axes.get_title(loc="left") for axes in figure.axes if axes.get_title(loc="left")]


def test_there_is_a_panel_a_procedure_and_need_as_measured_is_on_the_left(quick_fit):
    figure = plot_tipping(quick_fit)
    assert titles(figure) == ["procedure 01", "procedure 02"]
    low, high = figure.axes[0].get_xlim()
    assert low > high
    data = tipping_data(quick_fit)
    curve = figure.axes[1].lines[0]
    drawn = data[data["procedure"] == "procedure 02"]
    assert curve.get_ydata().tolist() == drawn["estimate"].tolist()
    assert curve.get_xdata().tolist() == drawn["assumption"].tolist()


def test_there_is_a_panel_a_procedure_and_group(group_results):
    figure = plot_tipping(group_results.tables["sensitivity"])
    assert len(titles(figure)) == 2 * 4
    assert "relative to the reference group" in figure.get_supxlabel()


def test_peers_are_grey_and_ones_own_is_on_top():
    figure = plot_tipping(boards.sensitivity(), ics="Devon", peers="region")
    curves = [line for line in figure.axes[0].lines if len(line.get_xdata()) == 6]
    assert len(curves) == 7
    assert max(curves, key=lambda line: line.zorder).get_label() == "Devon"
    assert title_of(figure).startswith("Devon")


def test_what_stays_more_likely_than_not_is_said_of_ones_own_alone():
    data = tipping_data(boards.sensitivity(), ics="Devon", peers="region")
    low = (data["mark"] == "own") & (data["procedure"] == "cataract")
    data["estimate"] = data["estimate"].where(~low, 0.1)
    said = tipping_alt_text(data)
    assert "cataract" not in said
    assert said.endswith("with need of 0.5 times what was measured in none.")
