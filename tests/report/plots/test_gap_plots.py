import pytest

from equitymodel.report.plots.gap_plots import (
    adjustment_data,
    gap_data,
    observed_expected_data,
    plot_adjustments,
    plot_gap,
    plot_observed_expected,
)
from equitymodel.report.tables import gap_measures, gaps_table

pytestmark = pytest.mark.mcmc


@pytest.fixture(scope="module")
def gaps(small_fit):
    return gaps_table(small_fit[0], list(gap_measures(small_fit[0])))


def test_the_caterpillar_shows_every_ics_and_all_together(gaps, small_fit):
    data = gap_data(gaps, "procedure 01")
    assert len(data) == small_fit[0].cells.sizes["ics"] + 1
    assert data["estimate"].is_monotonic_decreasing
    axes = plot_gap(gaps, "procedure 01").axes[0]
    assert len(axes.get_yticklabels()) == len(data)


def test_an_unknown_procedure_is_an_error(gaps):
    with pytest.raises(KeyError, match="no procedure 'hip'"):
        plot_gap(gaps, "hip")


def test_adjustments_are_named(gaps):
    assert set(adjustment_data(gaps)["adjusted_for"]) == {"population only"}
    assert plot_adjustments(gaps).axes[0].get_legend() is not None


def test_observed_expected_and_fitted_share_a_unit(small_fit):
    data = observed_expected_data(small_fit[0])
    assert (data["lower"] < data["fitted_rate"]).all()
    assert (data["fitted_rate"] < data["upper"]).all()
    assert data.groupby("procedure")[["observed", "expected"]].sum().diff(axis=1)["expected"].abs().max() < 1e-6
    assert plot_observed_expected(small_fit[0]).axes
