import pytest

from equitymodel.report.plots.adjustment_plots import adjustment_data, plot_adjustments, plot_tipping
from equitymodel.report.tables.gaps_table import gaps_table

pytestmark = pytest.mark.unit


def test_adjustments_are_named_from_the_least_to_the_most(need_fit):
    data = adjustment_data(need_fit)
    assert data["adjusted_for"].unique().tolist() == ["population only", "age and sex", "age, sex and need"]
    assert len(data) == 2 * 3
    axes = plot_adjustments(need_fit).axes[0]
    assert [text.get_text() for text in axes.get_legend().get_texts()] == data["adjusted_for"].unique().tolist()
    assert axes.get_xlabel() == "rate ratio, most against least deprived, all ICSs together (95 % interval)"


def test_a_table_at_hand_gives_the_same_picture(need_fit):
    gaps = gaps_table(need_fit)
    assert adjustment_data(gaps).equals(adjustment_data(need_fit))


def test_groups_are_named_with_the_procedure_and_against_their_reference(group_results):
    data = adjustment_data(group_results.tables["gaps"])
    assert "procedure 01: Asian" in set(data["procedure"])
    axes = plot_adjustments(group_results.tables["gaps"]).axes[0]
    assert axes.get_xlabel() == "rate ratio, against White British, all ICSs together (95 % interval)"
    assert len(axes.get_yticklabels()) == 2 * 4


def test_groups_of_sex_are_not_adjusted_for_sex(sex_results):
    assert set(adjustment_data(sex_results.tables["gaps"])["adjusted_for"]) == {"population only", "age"}


def test_there_is_a_curve_a_procedure_and_need_as_measured_is_on_the_left(quick_fit):
    axes = plot_tipping(quick_fit).axes[0]
    curves = [line for line in axes.lines if len(line.get_xdata()) == 9]
    assert [line.get_label() for line in curves] == ["procedure 01", "procedure 02"]
    low, high = axes.get_xlim()
    assert low > high
    assert len(axes.lines) == 2 + 1


def test_there_is_a_curve_a_procedure_and_group(group_results):
    axes = plot_tipping(group_results.tables["sensitivity"]).axes[0]
    assert len(axes.lines) == 2 * 4 + 1
    assert "relative to the reference group" in axes.get_xlabel()
