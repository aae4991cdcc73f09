import pytest

from equitymodel.report.plots.observed_plot import observed_expected_data, plot_observed_expected

pytestmark = pytest.mark.unit


def test_observed_expected_and_fitted_share_a_unit(quick_fit):
    data = observed_expected_data(quick_fit)
    assert (data["lower"] < data["fitted_rate"]).all()
    assert (data["fitted_rate"] < data["upper"]).all()
    assert data.groupby("procedure")[["observed", "expected"]].sum().diff(axis=1)["expected"].abs().max() < 1e-6


def test_there_is_a_panel_a_procedure_and_groups_in_order_are_joined(quick_fit, group_results):
    ordered, unordered = plot_observed_expected(quick_fit), plot_observed_expected(group_results.fit)
    for figure, style, label in ((ordered, "--", "deprivation group"), (unordered, "None", "ethnicity")):
        shown = [axes for axes in figure.axes if axes.lines]
        assert [axes.get_title(loc="left") for axes in shown] == ["procedure 01", "procedure 02"]
        assert shown[0].lines[0].get_linestyle() == style
        assert figure.get_supxlabel().startswith(label)
