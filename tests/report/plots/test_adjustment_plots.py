import pandas as pd
import pytest

from equitymodel.report.plots.adjustment_plots import adjustment_alt_text, adjustment_data, plot_adjustments
from equitymodel.report.plots.canvas import title_of
from equitymodel.report.tables.gaps_table import gaps_table
from tests.report.plots import boards

pytestmark = pytest.mark.unit


def test_adjustments_are_named_from_the_least_to_the_most(need_fit):
    data = adjustment_data(need_fit)
    assert data["adjusted_for"].unique().tolist() == ["population only", "age and sex", "age, sex and need"]
    assert len(data) == 2 * 3
    axes = plot_adjustments(need_fit).axes[0]
    kinds = [text.get_text().removeprefix("adjusted for ") for text in axes.figure.legends[0].get_texts()]
    assert kinds == data["adjusted_for"].unique().tolist()
    assert axes.get_xlabel() == "rate ratio, most against least deprived (95 % interval)"
    assert title_of(axes.figure) == "All ICSs: the gap, by what it is adjusted for"


def test_a_table_at_hand_gives_the_same_picture(need_fit):
    gaps = gaps_table(need_fit)
    assert adjustment_data(gaps).equals(adjustment_data(need_fit))


def test_groups_are_named_with_the_procedure_and_against_their_reference(group_results):
    data = adjustment_data(group_results.tables["gaps"])
    assert "procedure 01: Asian" in set(data["procedure"])
    axes = plot_adjustments(group_results.tables["gaps"]).axes[0]
    assert axes.get_xlabel() == "rate ratio, against White British (95 % interval)"
    assert len(axes.get_yticklabels()) == 2 * 4


def test_groups_of_sex_are_not_adjusted_for_sex(sex_results):
    assert set(adjustment_data(sex_results.tables["gaps"])["adjusted_for"]) == {"population only", "age"}


def test_an_ics_is_drawn_with_its_own_numbers():
    data = adjustment_data(boards.gaps(), ics="Devon")
    assert len(data) == 8 * 2
    axes = plot_adjustments(boards.gaps(), ics="Devon").axes[0]
    drawn = sorted(value for line in axes.lines[:2] for value in line.get_xdata())
    assert drawn == sorted(data["estimate"])


def test_the_adjustment_that_moves_most_is_said():
    rows = [
        ["hip", "population only", 1.0],
        ["hip", "need", 0.9],
        ["knee", "population only", 1.0],
        ["knee", "need", 0.5],
    ]
    data = pd.DataFrame(rows, columns=["procedure", "adjusted_for", "estimate"]).assign(lower=0.4, upper=1.1)
    assert adjustment_alt_text(data).startswith("Adjustment moves the ratio of knee most: population only: 1.00")
    assert adjustment_alt_text(data.assign(estimate=float("nan"))) == "No gap can be given."
