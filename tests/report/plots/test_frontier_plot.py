import pytest

from equitymodel.decision.capacity_panels import frontier_table
from equitymodel.report.plots.frontier_plot import frontier_alt_text, frontier_places, plot_frontier
from tests.decision.judged import with_routes

pytestmark = pytest.mark.unit


def test_points_of_the_frontier_and_plans_are_those_of_the_table():
    table = frontier_table(with_routes())
    places = frontier_places(table, "plan")
    assert list(places.index) == ["today", "as now", "level up by half"]
    today = table[(table["at"] == "today") & (table["measure"] == "total")]["estimate"].item()
    assert places.loc["today", "total_estimate"] == today
    assert len(frontier_places(table, "frontier")) == 8


def test_an_option_that_leaves_all_as_it_is_stands_as_today_alone():
    figure = plot_frontier(frontier_table(with_routes()), "Devon")
    assert figure.axes[0].get_legend_handles_labels()[1] == ["frontier (95 % interval)", "today", "level up by half"]
    (line,) = [one for one in figure.axes[0].get_lines() if one.get_label().startswith("frontier")]
    assert (line.get_xdata() == sorted(line.get_xdata())).all()


def test_today_beyond_the_capacity_is_said():
    table = frontier_table(with_routes())
    assert frontier_alt_text(table).startswith("Today lies")
    beyond = table.assign(**dict.fromkeys(("estimate", "lower", "upper"), -5.0))
    assert "Today takes more than this capacity" in frontier_alt_text(beyond)
