import numpy as np
import pytest

from equitymodel.report.plots.canvas import RATIO_TICKS, canvas, one_panel, ratio_axis

pytestmark = pytest.mark.unit


def test_panels_have_no_frame_and_their_size():
    for figure, axes in (canvas(5.0, 2.0), one_panel()):
        assert not axes.spines["top"].get_visible()
        assert figure.axes == [axes]
    assert canvas(5.0, 2.0)[0].get_size_inches().tolist() == [5.0, 2.0]


@pytest.mark.parametrize("values", [[0.5, 0.8], [1.2, 1.6], [0.99, 1.01]])
def test_ratios_are_on_a_log_scale_with_one_in_view(values):
    _, axes = canvas(3.0, 2.0)
    ratio_axis(axes, np.array([*values, np.nan]))
    low, high = axes.get_xlim()
    assert axes.get_xscale() == "log"
    assert low < min(*values, 1) <= 1 <= max(*values, 1) < high
    assert set(axes.get_xticks()) == {tick for tick in RATIO_TICKS if low < tick < high}
