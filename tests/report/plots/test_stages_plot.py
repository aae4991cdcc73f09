import numpy as np
import pandas as pd
import pytest

from equitymodel.errors import OptionError
from equitymodel.report.plots.canvas import title_of
from equitymodel.report.plots.stages_plot import AGAINST, FOR, WHOLE, plot_stages, stages_alt_text, stages_data
from equitymodel.report.tables.stages_table import stage_gaps_table

pytestmark = pytest.mark.unit


@pytest.fixture(scope="module")
def table(pathway):
    return stage_gaps_table(pathway[0])


def test_each_step_begins_where_the_one_before_ended_and_the_whole_at_1(table):
    data = stages_data(table)
    for _, part in data.groupby("procedure"):
        np.testing.assert_allclose(part["begin"].iloc[1:-1], part["end"].iloc[:-2])
        assert part["begin"].iloc[0] == part["begin"].iloc[-1] == 1
        np.testing.assert_allclose(part["end"].iloc[-1], part["end"].iloc[-2])


def test_a_step_is_named_by_its_side(table):
    data = stages_data(table)
    steps = data[data["stage"] != "total"]
    assert ((steps["end"] < steps["begin"]) == (steps["kind"] == AGAINST)).all()
    assert set(data["kind"]) <= {AGAINST, FOR, WHOLE}
    assert (data[data["stage"] == "total"]["kind"] == WHOLE).all()


def test_the_interval_of_a_step_is_as_wide_as_in_the_table(table):
    rows = table[table["ics"] == "All ICSs"]
    data = stages_data(table)
    np.testing.assert_allclose(np.log(data["upper"] / data["lower"]), (rows["upper"] - rows["lower"]).to_numpy())


def test_the_picture_has_a_panel_a_procedure_and_says_whose_it_is(table):
    figure = plot_stages(table, ics="area 02")
    assert [axes.get_title(loc="left") for axes in figure.axes] == ["procedure 1", "procedure 2"]
    assert title_of(figure).startswith("area 02: ")


def test_the_words_name_the_largest_step(table):
    data = stages_data(table)
    first = data[(data["procedure"] == "procedure 1") & (data["stage"] != "total")]
    worst = first["stage"].iloc[int((first["end"] / first["begin"]).argmin())]
    assert f"at {worst} (x" in stages_alt_text(data).split(". ")[0]


def test_several_groups_are_refused(table):
    with pytest.raises(OptionError, match="two groups"):
        stages_data(pd.concat([table, table]))


def test_of_several_periods_the_last_is_drawn(table):
    both = pd.concat([table.assign(period="2021", estimate=0.0), table.assign(period="2022")])
    assert stages_data(both)["end"].equals(stages_data(table)["end"])
