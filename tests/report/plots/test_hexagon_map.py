import numpy as np
import pytest
from matplotlib.collections import LineCollection

from equitymodel.errors import OptionError
from equitymodel.report.plots.hexagon_map import (
    NOT_CLEAR,
    REGION_NAMES,
    SCALE,
    has_places,
    hexagon_alt_text,
    hexagon_data,
    plot_hexagons,
)
from tests.report.plots import boards

pytestmark = pytest.mark.unit


def test_every_board_has_its_number_in_its_hexagon():
    data = hexagon_data(boards.gaps(), "cataract", ics="Devon")
    axes = plot_hexagons(boards.gaps(), "cataract", ics="Devon").axes[0]
    numbers = {text.get_position(): text.get_text() for text in axes.texts}
    for row in data.itertuples():
        assert numbers[(row.across, row.down + 0.3)] == f"{row.estimate:.2f}"
    assert len(axes.collections[0].get_paths()) == 42


def test_colour_is_given_only_where_the_interval_leaves_out_one():
    data = hexagon_data(boards.gaps(), "cataract")
    axes = plot_hexagons(boards.gaps(), "cataract").axes[0]
    grey = np.isclose(
        axes.collections[0].get_facecolors()[:, :3], [int(NOT_CLEAR[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    ).all(axis=1)
    assert (grey == ~data["clear"].to_numpy()).all()
    assert SCALE(0.0)[0] > SCALE(0.0)[2]
    assert SCALE(1.0)[0] < SCALE(1.0)[2]


def test_ones_own_is_bold_and_ringed_and_regions_have_borders():
    axes = plot_hexagons(boards.gaps(), "cataract", ics="Devon").axes[0]
    assert [
        text.get_text() for text in axes.texts if text.get_fontweight() == "bold" and "." not in text.get_text()
    ] == ["Devon"]
    assert set(REGION_NAMES) == set(boards.areas()["region"]) - {"London", "All ICSs"}
    (borders,) = [lines for lines in axes.collections if isinstance(lines, LineCollection)]
    assert len(borders.get_segments()) > 20


def test_results_without_boards_have_no_map(quick_results):
    gaps = quick_results.tables["gaps"]
    assert not has_places(gaps)
    assert has_places(boards.gaps())
    with pytest.raises(OptionError, match="draw the gap by ICS with plot_gap"):
        plot_hexagons(gaps, "procedure 01")


def test_the_finding_is_said():
    data = hexagon_data(boards.gaps(), "cataract")
    low = int((data["upper"] < 1).sum())
    assert f"clearly below 1 in {low} and above 1 in {int((data['lower'] > 1).sum())}" in hexagon_alt_text(data)
    assert data.sort_values("estimate")["ics_name"].iloc[0] in hexagon_alt_text(data)
