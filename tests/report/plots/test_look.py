"""Every picture of 42 boards, on paper: no letters that run into one another, leave the page or are too small."""

import pytest

from equitymodel.report.plots.adjustment_plots import plot_adjustments
from equitymodel.report.plots.gap_plots import plot_gap
from equitymodel.report.plots.gradient_plot import plot_gradient
from equitymodel.report.plots.hexagon_map import plot_hexagons
from equitymodel.report.plots.route_plot import plot_routes
from equitymodel.report.plots.tipping_plot import plot_tipping
from equitymodel.report.plots.year_plots import plot_gap_by_year, plot_ics_by_year
from tests.report.plots import boards
from tests.report.plots.drawing import outside, overlapping, smallest

pytestmark = pytest.mark.unit
LONG = "Bath and North East Somerset, Swindon and Wiltshire"
PICTURES = {
    "gap by ICS": lambda: plot_gap(boards.gaps(), "cataract", ics=LONG, peers="nearest"),
    "gap by procedure": lambda: plot_gap(boards.gaps(), ics=LONG, peers="region"),
    "gap by procedure of all": lambda: plot_gap(boards.gaps()),
    "groups by ICS": lambda: plot_gap(boards.group_gaps(), "cataract", ics=LONG, peers="region"),
    "groups by procedure": lambda: plot_gap(boards.group_gaps(), ics=LONG, peers="region"),
    "map": lambda: plot_hexagons(boards.gaps(), "cataract", ics=LONG),
    "gradient": lambda: plot_gradient(boards.expected(), LONG, cells=boards.cells(), peers="nearest"),
    "routes": lambda: plot_routes(boards.targets(), LONG),
    "tipping": lambda: plot_tipping(boards.sensitivity(), ics=LONG, peers="region"),
    "adjustments": lambda: plot_adjustments(boards.gaps(), ics=LONG),
    "years": lambda: plot_gap_by_year(boards.years(), ics=LONG, peers="region"),
    "years by ICS": lambda: plot_ics_by_year(boards.years(), "cataract"),
}


@pytest.mark.parametrize("name", PICTURES)
def test_letters_can_be_read_on_paper(name):
    figure = PICTURES[name]()
    assert figure.get_size_inches()[0] == 6.3
    assert smallest(figure) >= 7
    assert overlapping(figure) == []
    assert outside(figure) == []
    assert figure.get_size_inches()[1] < 9.7
