import numpy as np
import pytest

from equitymodel.report.plots.canvas import (
    RATIO_TICKS,
    WIDTH,
    canvas,
    head,
    one_panel,
    ratio_axis,
    small_panels,
    title_of,
)

pytestmark = pytest.mark.unit


def test_panels_have_no_frame_and_their_size():
    for figure, axes in (canvas(2.0), one_panel()):
        assert not axes.spines["top"].get_visible()
        assert figure.axes == [axes]
    assert canvas(2.0)[0].get_size_inches().tolist() == [WIDTH, 2.0]


@pytest.mark.parametrize("values", [[0.5, 0.8], [1.2, 1.6]])
def test_ratios_are_on_a_log_scale_with_one_in_view(values):
    _, axes = canvas(2.0)
    ratio_axis(axes, np.array([*values, np.nan]))
    low, high = axes.get_xlim()
    assert axes.get_xscale() == "log"
    assert low < min(*values, 1) <= 1 <= max(*values, 1) < high
    assert set(axes.get_xticks()) == {tick for tick in RATIO_TICKS if low < tick < high}


def test_ratios_all_near_one_have_ticks_beside_it():
    _, axes = canvas(2.0)
    ratio_axis(axes, np.array([0.99, 1.01]))
    assert axes.get_xticks().tolist() == [0.95, 1, 1.05]


def test_ratios_may_lie_along_the_other_axis():
    _, axes = canvas(2)
    ratio_axis(axes, np.array([0.7, 0.9]), "y")
    assert (axes.get_yscale(), axes.get_xscale()) == ("log", "linear")
    assert axes.get_ylim() == pytest.approx((0.7 * 0.97, 1.05 * 1.03))
    assert [tick.get_text() for tick in axes.get_yticklabels()] == ["0.7", "0.8", "0.9", "1"]


def test_ticks_that_would_crowd_are_thinned_and_that_at_one_is_kept():
    _, axes = canvas(2)
    ratio_axis(axes, np.array([0.25, 2.5]))
    ticks = axes.get_xticks().tolist()
    assert 1 in ticks
    assert len(ticks) <= 7
    assert set(ticks) < set(RATIO_TICKS)


@pytest.mark.parametrize(("count", "across", "shape"), [(8, 4, (2, 4)), (9, 4, (3, 3)), (5, 5, (1, 5)), (1, 4, (1, 1))])
def test_small_panels_fill_their_rows(count, across, shape):
    figure, panels = small_panels(count, across=across)
    grid = panels[0].get_gridspec()
    assert (grid.nrows, grid.ncols) == shape
    assert len(panels) == count
    assert figure.get_size_inches()[0] == WIDTH


def test_the_key_names_each_mark_once_below_the_title():
    figure, axes = canvas(2)
    for _ in range(2):
        axes.plot([1], [1], label="peers")
    head(figure, axes, "The gap")
    assert [text.get_text() for text in figure.legends[0].get_texts()] == ["peers"]
    assert title_of(figure) == "The gap"
