import pandas as pd
import pytest
from matplotlib.colors import to_hex

from equitymodel.report.content.waiting_tables import changes_of_waits
from equitymodel.report.plots.canvas import ACCENT, WARM
from equitymodel.report.plots.waiting_plot import plot_list_paths, plot_who_waits, who_waits_alt
from tests.compared_lists import FASTER, MORE, published_rules

pytestmark = pytest.mark.unit


def test_who_gains_and_who_waits_have_colours_and_shapes_of_their_own():
    figure = plot_who_waits(changes_of_waits(published_rules()), "Waits")
    faster = figure.axes[0]
    drawn = {line.get_label(): line for line in faster.lines if not line.get_label().startswith("_")}
    assert to_hex(drawn["waits fall"].get_color()) == ACCENT
    assert to_hex(drawn["waits grow"].get_color()) == WARM
    assert drawn["waits fall"].get_marker() != drawn["waits grow"].get_marker()
    assert 0.0 in drawn["waits fall"].get_ydata()


def test_paths_are_drawn_whole():
    paths = published_rules().tables["waiting_paths"]
    waits = paths[paths["quantity"] == "mean_wait"]
    figure = plot_list_paths(waits, ("1", "5"), "Waits")
    assert len([axes for axes in figure.axes if axes.lines]) == 3
    assert figure.axes[0].get_ylim()[1] > waits["upper"].max()


def test_words_name_each_rule():
    alt = who_waits_alt(changes_of_waits(published_rules()))
    assert FASTER in alt
    assert MORE in alt
    unsure = pd.DataFrame([["A", "1", 0.1, -1.0, 1.0, 0.5]],
                          columns=["rule", "deprivation", "estimate", "lower", "upper", "probability"])  # fmt: skip
    assert who_waits_alt(unsure) == "A: no group is sure to wait longer or less long."
