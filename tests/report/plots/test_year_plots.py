import numpy as np
import pytest

from equitymodel.errors import OptionError
from equitymodel.report.plots.year_plots import plot_gap_by_year, plot_ics_by_year, plot_shares_by_year
from equitymodel.report.tables.shares_table import shares_table
from equitymodel.report.tables.years_table import years_table
from equitymodel.vocabulary import ALL_PROCEDURES

pytestmark = pytest.mark.unit


def titles(figure):
    return [axes.get_title(loc="left") for axes in figure.axes if axes.get_title(loc="left")]


def test_all_procedures_come_first_and_years_lie_where_they_are(yearly_results):
    figure = plot_gap_by_year(yearly_results.tables["years"])
    assert titles(figure) == [ALL_PROCEDURES, "procedure 01", "procedure 02"]
    axes = figure.axes[0]
    assert axes.lines[0].get_xdata().tolist() == [2019.75, 2021.75, 2022.75]
    assert [tick.get_text() for tick in axes.get_xticklabels()] == ["2019/20", "2021/22", "2022/23"]
    ratio = axes.lines[0].get_ydata()
    assert np.all(np.diff(ratio) > 0)
    assert axes.get_ylim()[0] < ratio.min() < 1 < axes.get_ylim()[1]


def test_every_ics_has_a_panel_on_one_scale(yearly_results):
    figure = plot_ics_by_year(yearly_results.tables["years"], "procedure 02")
    assert titles(figure) == [f"area {number:02}" for number in range(1, 9)]
    assert len({axes.get_ylim() for axes in figure.axes}) == 1
    with pytest.raises(OptionError, match="no gap by year of 'hip'"):
        plot_ics_by_year(yearly_results.tables["years"], "hip")


def test_shares_stand_beside_those_of_need(yearly_results):
    shares = yearly_results.tables["shares"]
    figure = plot_shares_by_year(shares)
    assert titles(figure) == [f"deprivation {group}" for group in range(1, 6)]
    need, received = figure.axes[0].lines[:2]
    assert need.get_linestyle() == "--"
    assert np.all(received.get_ydata() < need.get_ydata())
    assert figure.get_supylabel() == "% of all admissions"
    assert plot_shares_by_year(shares, spending=True).get_supylabel() == "% of all spending"


def test_groups_without_order_have_a_line_each(group_years):
    figure = plot_gap_by_year(years_table(group_years))
    others = group_years.cells.sizes["group"] - 1
    assert sum(len(line.get_xdata()) == 3 for line in figure.axes[0].lines) == others
    assert len(figure.legends[0].get_texts()) == others
    assert len(titles(plot_shares_by_year(shares_table(group_years)))) == others + 1


def test_a_table_without_years_is_refused(yearly_results):
    with pytest.raises(OptionError, match="shares of spending need unit costs"):
        plot_shares_by_year(shares_table(yearly_results.fit), spending=True)
    years = yearly_results.tables["years"]
    with pytest.raises(OptionError, match="it needs rows of rate_ratio"):
        plot_gap_by_year(years[years["measure"] == "slope_index"])
