"""Marks, and whether they can be told apart by those who see red and green alike."""

from itertools import combinations

import numpy as np
import pandas as pd
import pytest
from matplotlib.colors import to_rgb
from matplotlib.figure import Figure

from equitymodel.report.peers import Peers
from equitymodel.report.plots import hexagon_map, route_plot
from equitymodel.report.plots.canvas import ACCENT, INK, PALE, SOFT, WARM
from equitymodel.report.plots.marks import LOOKS, MARK, OWN, draw_intervals, key_words, with_marks
from equitymodel.vocabulary import ALL_ICS

pytestmark = pytest.mark.unit
DEUTERANOPIA = np.array(
    [[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [-0.011820, 0.042940, 0.968881]]
)
"""Machado, Oliveira and Fernandes (2009), severity 1, on linear RGB."""
TOLD_APART = 20.0
"""In CIE Lab; a difference of 2.3 is just seen on large areas, and lines need many times that."""
TO_XYZ = np.array([[0.4124, 0.3576, 0.1805], [0.2126, 0.7152, 0.0722], [0.0193, 0.1192, 0.9505]])


def seen(colour):
    """Give the CIE Lab of a colour as it is seen without green cones."""
    rgb = np.array(to_rgb(colour))
    linear = np.where(rgb <= 0.04045, rgb / 12.92, ((rgb + 0.055) / 1.055) ** 2.4)
    x, y, z = np.cbrt(TO_XYZ @ np.clip(DEUTERANOPIA @ linear, 1e-4, 1) / (0.9505, 1.0, 1.089))
    return np.array([116 * y - 16, 500 * (x - y), 200 * (y - z)])


@pytest.mark.parametrize(
    "colours",
    [
        [look.colour for look in LOOKS.values()],
        [colour for _, colour, _ in route_plot.ROUTE_LOOKS.values()],
        [SOFT, WARM, ACCENT],
        [hexagon_map.FEWER, hexagon_map.MORE, hexagon_map.NOT_CLEAR],
        [INK, PALE, "white"],
    ],
)
def test_colours_are_told_apart_without_green_cones(colours):
    distances = {pair: np.linalg.norm(seen(pair[0]) - seen(pair[1])) for pair in combinations(colours, 2)}
    assert min(distances.values()) > TOLD_APART, distances


def test_red_and_green_would_not_be():
    assert np.linalg.norm(seen("#b03020") - seen("#5a6b00")) < TOLD_APART


def test_no_two_marks_are_told_apart_by_colour_alone():
    assert len({(look.shape, look.size) for look in LOOKS.values()}) == len(LOOKS)


def test_rows_are_marked_and_all_together_is_never_a_peer():
    rows = with_marks(pd.DataFrame({"ics": ["a", "b", "c", ALL_ICS]}), "a", Peers(("b", ALL_ICS), "peers", ""))
    assert rows[MARK].tolist() == ["own", "peer", "other", "together"]


def test_what_is_drawn_equals_its_record():
    rows = pd.DataFrame({"ics": ["a", "b"], "estimate": [0.8, 0.9], "lower": [0.7, 0.8], "upper": [0.9, 1.0]})
    axes = Figure().subplots()
    draw_intervals(axes, with_marks(rows, "a", None), np.array([1.0, 2.0]), key_words("A", ""))
    drawn = {line.get_label(): line.get_xydata().tolist() for line in axes.lines}
    assert drawn == {"other ICSs": [[0.9, 2.0]], "A": [[0.8, 1.0]]}
    ends = [segment.tolist() for lines in axes.collections for segment in lines.get_segments()]
    assert ends == [[[0.8, 2.0], [1.0, 2.0]], [[0.7, 1.0], [0.9, 1.0]]]
    assert LOOKS[OWN].above == max(look.above for look in LOOKS.values())
