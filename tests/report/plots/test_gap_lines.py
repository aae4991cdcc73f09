import pytest

from equitymodel.data.tables.hexagons import short_names
from equitymodel.report.plots.canvas import title_of
from equitymodel.report.plots.gap_lines import draw_gaps
from equitymodel.report.plots.gap_plots import gap_data
from equitymodel.report.plots.marks import key_words
from tests.report.plots import boards

pytestmark = pytest.mark.unit


def drawn(figure):
    return [text.get_text() for text in figure.axes[0].texts]


def test_numbers_beside_the_lines_equal_their_record():
    data = gap_data(boards.gaps(), ics="Devon")
    figure = draw_gaps(data, "procedure", key_words("Devon", ""), "Devon")
    assert drawn(figure) == [f"{row.estimate:.2f} ({row.lower:.2f} to {row.upper:.2f})" for row in data.itertuples()]
    assert title_of(figure) == "Devon"


def test_among_icss_numbers_stand_beside_ones_own_and_all_together():
    data = gap_data(boards.gaps(), "cataract", ics="Devon")
    figure = draw_gaps(data, "ics_name", key_words("Devon", ""), "Cataract")
    assert len(drawn(figure)) == 2
    (own,) = [label for label in figure.axes[0].get_yticklabels() if label.get_fontweight() == "bold"]
    assert own.get_text() == "Devon"


def test_rows_of_all_panels_are_in_one_order():
    data = gap_data(boards.group_gaps(), "cataract", ics="Devon", peers="region")
    figure = draw_gaps(data, "ics_name", key_words("Devon", "region"), "Cataract")
    assert [axes.get_title(loc="left") for axes in figure.axes] == ["Asian", "Black", "Mixed", "Other"]
    mean = data.groupby("ics_name")["estimate"].mean().sort_values(ascending=False)
    assert [label.get_text() for label in figure.axes[0].get_yticklabels()] == short_names(mean.index)


def test_long_names_of_groups_stay_above_their_panels():
    data = gap_data(boards.gaps(), ics="Devon").assign(group="White British, deprivation 1")
    data = data[[*data.columns[:2], "group", *data.columns[2:-1]]]
    figure = draw_gaps(data, "procedure", key_words("Devon", ""), "Devon")
    assert figure.axes[0].get_title("left") == "White British,\ndeprivation 1"
