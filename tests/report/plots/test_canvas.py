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


def test_ratios_may_lie_along_the_other_axis():
    _, axes = canvas(3, 2)
    ratio_axis(axes, np.array([0.7, 0.9]), "y")
    assert (axes.get_yscale(), axes.get_xscale()) == ("log", "linear")
    assert axes.get_ylim() == pytest.approx((0.7 * 0.97, 1.05 * 1.03))
    assert [tick.get_text() for tick in axes.get_yticklabels()] == ["0.7", "0.8", "0.9", "1"]
