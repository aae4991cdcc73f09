import pytest

from equitymodel.report.plots.canvas import title_of
from equitymodel.report.plots.route_plot import ROUTE_LOOKS, plot_routes, route_alt_text, route_data
from tests.report.plots import boards

pytestmark = pytest.mark.unit


def drawn(axes):
    return sorted(value for line in axes.lines[1:] if len(line.get_xdata()) for value in line.get_ydata())


def test_what_is_drawn_equals_the_table_and_chance_is_hollow():
    data = route_data(boards.targets(), "Devon")
    figure = plot_routes(boards.targets(), "Devon")
    for axes, procedure in zip(figure.axes, boards.PROCEDURES, strict=True):
        rows = data[data["procedure"] == procedure]
        assert drawn(axes) == sorted(rows["estimate"])
        hollow = sorted(
            value for line in axes.lines if line.get_markerfacecolor() == "white" for value in line.get_ydata()
        )
        assert hollow == sorted(rows.loc[rows["told_apart"] == "no", "estimate"])
    assert title_of(figure) == "Devon: what each route would change"


@pytest.mark.parametrize("unit", ["admissions", "admissions a year"])
def test_what_is_counted_is_what_the_table_counts(unit):
    targets = boards.targets().assign(unit=unit)
    assert plot_routes(targets, "Devon").get_supylabel() == f"change of {unit} (95 % interval)"
    assert route_alt_text(route_data(targets, "Devon")).endswith(f" more {unit}.")


def test_a_route_that_changes_nothing_is_not_drawn(quick_results):
    targets = quick_results.tables["targets"]
    targets = targets.assign(**dict.fromkeys(("estimate", "lower", "upper"), 0.0))
    assert drawn(plot_routes(targets, "area 01").axes[0]) == []


def test_groups_without_order_are_named(group_results):
    figure = plot_routes(group_results.tables["targets"], "area 01")
    assert [label.get_text() for label in figure.axes[0].get_xticklabels()][:2] == ["Asian", "Black"]


def test_the_group_that_levelling_up_changes_most_is_said():
    data = route_data(boards.targets(), "Devon")
    up = data[(data["route"] == "level_up") & (data["told_apart"] == "yes")]
    most = up.loc[up["estimate"].idxmax()]
    assert f"deprivation {most['deprivation']}, {most['procedure']}: {most['estimate']:,.0f} (95 %" in route_alt_text(
        data
    )
    assert "cannot be told from chance" in route_alt_text(data.assign(told_apart="no"))
    assert set(data["route"]) == set(ROUTE_LOOKS)
