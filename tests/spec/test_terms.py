"""Terms over time: Fourier terms of the season, and the terms of a segmented regression."""

import numpy as np
import pytest

from equitymodel.data.series.frequency import FREQUENCIES
from equitymodel.simulate.series_world import Sizes
from equitymodel.simulate.simulated_series import simulate_series
from equitymodel.spec.terms import seasonal_harmonics, segmented_terms

pytestmark = pytest.mark.unit


@pytest.mark.parametrize(("frequency", "most"), [("monthly", 6), ("quarterly", 2)])
def test_no_more_harmonics_than_periods_identify(frequency, most):
    assert len(seasonal_harmonics(np.arange(12.0), FREQUENCIES[frequency], 99)) == 2 * most


def test_harmonics_over_whole_years_are_orthogonal_and_have_mean_zero():
    terms = np.array(list(seasonal_harmonics(np.arange(24) / 12, FREQUENCIES["monthly"], 3).values()))
    np.testing.assert_allclose(terms.sum(axis=1), 0, atol=1e-10)
    np.testing.assert_allclose(terms @ terms.T, 12 * np.eye(6), atol=1e-10)


def test_a_segmented_regression_has_the_design_of_the_plan_and_time_in_years():
    series, truth = simulate_series(Sizes(periods=30, before=20), seed=1)
    design = truth.plan.design(series)
    terms = segmented_terms(series, design, harmonics=0, slope=True)
    assert list(terms) == ["level", "slope", "constant", "trend"]
    np.testing.assert_array_equal(terms["level"], design["level"])
    assert np.ptp(terms["trend"]) == pytest.approx(29 / 12)
    assert "slope" not in segmented_terms(series, design, harmonics=1, slope=False)
