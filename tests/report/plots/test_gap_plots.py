import pytest
from matplotlib.colors import to_hex

from equitymodel.errors import OptionError
from equitymodel.report.plots.canvas import ACCENT, WARM, title_of
from equitymodel.report.plots.gap_plots import gap_alt_text, gap_data, plot_gap, plot_group_gaps
from tests.report.plots import boards

pytestmark = pytest.mark.unit


@pytest.fixture(scope="module")
def gaps(quick_results):
    return quick_results.tables["gaps"]


def colours(axes):
    return {to_hex(lines.get_color()[0]) for lines in axes.collections if len(lines.get_segments())}


def labels(axes):
    return [label.get_text() for label in axes.get_yticklabels()]


def test_the_caterpillar_shows_every_ics_and_all_together(gaps):
    data = gap_data(gaps, "procedure 01")
    assert len(data) == 8 + 1
    assert data["estimate"].is_monotonic_decreasing
    axes = plot_gap(gaps, "procedure 01").axes[0]
    assert labels(axes) == data["ics_name"].tolist()
    assert axes.figure.get_supxlabel() == f"rate ratio, {data['variant'].iloc[0]} (95 % interval)"
    assert ACCENT in colours(axes)
    assert WARM not in colours(axes)


def test_a_fit_alone_is_enough(quick_fit, gaps):
    one, other = gap_data(quick_fit, "procedure 02"), gap_data(gaps, "procedure 02")
    assert one["estimate"].tolist() == other["estimate"].tolist()


def test_an_ics_is_picked_out_by_code_or_name(gaps):
    assert WARM in colours(plot_gap(gaps, "procedure 01", ics="Area 03").axes[0])


def test_without_a_procedure_every_procedure_of_the_ics_is_drawn(gaps):
    data = gap_data(gaps, ics="area 03")
    assert set(data["ics"]) == {"area 03"}
    axes = plot_gap(gaps, ics="area 03").axes[0]
    assert sorted(labels(axes)) == ["procedure 01", "procedure 02"]
    assert title_of(axes.figure) == "Area 03: the gap by procedure"
    assert set(gap_data(gaps)["ics"]) == {"All ICSs"}


def test_what_is_not_there_is_refused_with_the_nearest(gaps):
    with pytest.raises(OptionError, match=r"no procedure 'procedure 1'.*Did you mean 'procedure"):
        plot_gap(gaps, "procedure 1")
    with pytest.raises(OptionError, match=r"no ICS 'area 33'\. Did you mean 'area 0"):
        plot_gap(gaps, "procedure 01", ics="area 33")


def test_groups_have_a_panel_each_with_icss_in_one_order(group_results):
    gaps = group_results.tables["gaps"]
    figure = plot_gap(gaps, "procedure 01")
    assert [axes.get_title(loc="left") for axes in figure.axes] == ["Asian", "Black", "Mixed", "Other"]
    mean = gap_data(gaps, "procedure 01").groupby("ics_name")["estimate"].mean()
    assert labels(figure.axes[0]) == mean.sort_values(ascending=False).index.tolist()
    estimates = [next(line for line in axes.lines if line.get_marker() == "o") for axes in figure.axes]
    assert all(len(points.get_ydata()) == 6 for points in estimates)
    one = plot_gap(gaps, ics="area 01")
    assert sorted(labels(one.axes[0])) == ["procedure 01", "procedure 02"]
    assert len(one.axes) == 4


def test_groups_with_an_order_have_no_panels(gaps):
    with pytest.raises(OptionError, match="plot_gap"):
        plot_group_gaps(gaps, "procedure 01")


def test_peers_are_ticks_beside_the_lines_of_ones_own():
    table = boards.gaps()
    data = gap_data(table, ics="Devon", peers="region")
    axes = plot_gap(table, ics="Devon", peers="region").axes[0]
    ticks = [line for line in axes.lines if line.get_marker() == "|"]
    drawn = {line.get_label(): sorted(line.get_xdata()) for line in ticks}
    assert drawn == {
        "other ICSs, South West": sorted(data.loc[data["mark"] == "peer", "estimate"]),
        "All ICSs": sorted(data.loc[data["mark"] == "together", "estimate"]),
    }
    (own,) = [line for line in axes.lines if line.get_marker() == "D"]
    assert sorted(own.get_xdata()) == sorted(data.loc[data["mark"] == "own", "estimate"])


def test_all_others_are_drawn_among_icss_and_peers_are_marked():
    data = gap_data(boards.gaps(), "cataract", ics="Devon", peers=["Dorset", "Somerset"])
    assert data["mark"].value_counts().to_dict() == {"other": 39, "peer": 2, "own": 1, "together": 1}


def test_the_finding_is_said_with_its_numbers():
    data = gap_data(boards.gaps(), "cataract", ics="Devon")
    own = data[data["mark"] == "own"].iloc[0]
    lower = int((data.loc[data["mark"] == "other", "estimate"] < own["estimate"]).sum())
    said = gap_alt_text(data)
    assert f"Devon, cataract: {own['estimate']:.2f} (95 % interval {own['lower']:.2f} to {own['upper']:.2f})" in said
    assert f"Of 42 ICSs, {lower} have a lower ratio." in said


def test_ends_of_all_procedures_are_said_of_the_area_alone():
    data = gap_data(boards.gaps(), ics="Devon", peers="region")
    own = data[data["mark"] == "own"].sort_values("estimate")
    said = gap_alt_text(data)
    assert f"lowest and highest of 8: {own['procedure'].iloc[0]} {own['estimate'].iloc[0]:.2f}" in said
    assert f"{own['procedure'].iloc[-1]} {own['estimate'].iloc[-1]:.2f}" in said
    one = data[data["procedure"] == own["procedure"].iloc[0]]
    assert "highest" not in gap_alt_text(one)
    assert gap_alt_text(one).count(f"{own['estimate'].iloc[0]:.2f}") == 1
    groups = gap_alt_text(gap_data(boards.group_gaps(), ics="Devon"))
    assert any(f", {group} " in groups for group in ("Asian", "Black", "Mixed", "Other"))
    assert gap_alt_text(data.assign(estimate=float("nan"))) == "No gap can be given."
