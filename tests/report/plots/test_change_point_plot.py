"""The posterior of the change point, drawn."""

import pandas as pd
import pytest

from equitymodel.report.plots.change_point_plot import plot_change_point
from equitymodel.spec.interruption import Interruption
from equitymodel.studies.change_point import ChangePoint

pytestmark = pytest.mark.unit


def test_one_bar_a_period_and_the_declared_start_of_another_colour():
    table = pd.DataFrame({"start": ["2018-05-01", "2018-06-01", "2018-07-01"], "probability": [0.2, 0.7, 0.1],
                          "log_evidence": 0.0, "declared": [False, True, False]})  # fmt: skip
    axes = plot_change_point(ChangePoint(Interruption("2018-06"), table)).axes[0]
    assert [bar.get_height() for bar in axes.patches] == [0.2, 0.7, 0.1]
    colours = [bar.get_facecolor() for bar in axes.patches]
    assert colours[0] == colours[2] != colours[1]
    assert axes.lines[0].get_ydata()[0] == pytest.approx(1 / 3)
    assert "Exploratory" in axes.get_title(loc="left")
