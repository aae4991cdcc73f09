"""Straight lines with autocorrelated errors: gaps in time are gaps, and likelihoods and errors are as defined."""

import numpy as np
import pytest
import statsmodels.api as sm
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from equitymodel.comparison.autoregression import (
    autoregressive,
    neighbour_correlation,
    newey_west,
    prais_winsten,
    satterthwaite,
)

pytestmark = pytest.mark.unit

GAP = np.r_[0:20, 33:60]
"""Times of a series with thirteen months out of it, as the pandemic leaves them."""


def lasting(rho, *, size=60, seed=1):
    rng = np.random.default_rng(seed)
    values = rng.normal(size=size)
    for month in range(1, size):
        values[month] = rho * values[month - 1] + np.sqrt(1 - rho**2) * values[month]
    return values


@pytest.fixture(scope="module")
def gappy():
    """A trend with errors that last, observed at `GAP`."""
    response = (0.1 * np.arange(60) + lasting(0.7))[GAP]
    return response, np.column_stack([np.ones(len(GAP)), GAP]), GAP.astype(float)


def correlations(rho, time):
    return rho ** np.abs(time[:, None] - time[None, :])


# True gaps in time


@pytest.mark.parametrize("fit", [prais_winsten, autoregressive])
def test_errors_either_side_of_a_gap_are_as_far_apart_as_they_were(fit, gappy):
    response, design, time = gappy
    found = fit(response, design, time)
    inverse = np.linalg.inv(correlations(found.rho, time))
    spread = np.linalg.inv(design.T @ inverse @ design)
    np.testing.assert_allclose(found.coefficients, spread @ design.T @ inverse @ response)
    errors = response - design @ found.coefficients
    variance = errors @ inverse @ errors / (len(time) - 2)
    np.testing.assert_allclose(found.covariance, variance * spread)


@pytest.mark.parametrize("fit", [prais_winsten, autoregressive, lambda *data: newey_west(*data, lags=4)])
def test_closing_a_gap_would_change_the_answer(fit, gappy):
    response, design, time = gappy
    true, closed = fit(response, design, time), fit(response, design, np.arange(len(time), dtype=float))
    assert not np.allclose(true.covariance, closed.covariance, rtol=1e-3)


def test_newey_west_weighs_pairs_by_their_true_distance(gappy):
    response, design, time = gappy
    found = newey_west(response, design, time, lags=4)
    scores = design * (response - design @ found.coefficients)[:, None]
    weights = np.maximum(1 - np.abs(time[:, None] - time[None, :]) / 5, 0)
    bread = np.linalg.inv(design.T @ design)
    meat = scores.T @ weights @ scores
    np.testing.assert_allclose(found.covariance, bread @ meat @ bread * len(time) / (len(time) - 2))


def test_statsmodels_by_rows_closes_the_gap_that_ours_keeps(gappy):
    response, design, time = gappy
    rows = sm.OLS(response, design).fit(cov_type="HAC", cov_kwds={"maxlags": 4, "use_correction": False})
    scale = len(time) / (len(time) - 2)
    ours = newey_west(response, design, time, lags=4).covariance
    closed = newey_west(response, design, np.arange(len(time), dtype=float), lags=4).covariance
    np.testing.assert_allclose(closed, rows.cov_params() * scale)
    assert not np.allclose(ours, rows.cov_params() * scale, rtol=1e-3)


def test_neighbours_across_a_gap_are_no_neighbours():
    errors = np.array([1.0, 1.0, -1.0, -1.0])
    assert neighbour_correlation(errors, np.array([0.0, 1.0, 2.0, 3.0])) == pytest.approx(0.25)
    assert neighbour_correlation(errors, np.array([0.0, 1.0, 5.0, 6.0])) == pytest.approx(0.5)


@given(st.floats(-0.6, 0.9), st.sets(st.integers(0, 59), min_size=12), st.integers(0, 50))
def test_the_likelihood_is_that_of_a_normal_vector(rho, kept, seed):
    time = np.array(sorted(kept), dtype=float)
    response = lasting(rho, seed=seed)[time.astype(int)]
    design = np.column_stack([np.ones_like(time), time])
    fit = autoregressive(response, design, time, restricted=False)
    covariance = fit.sd**2 * correlations(fit.rho, time)
    direct = stats.multivariate_normal(design @ fit.coefficients, covariance, allow_singular=True).logpdf(response)
    assert fit.log_likelihood == pytest.approx(direct, rel=1e-6, abs=1e-6)


def test_autocorrelation_is_found_through_gaps():
    time = np.setdiff1d(np.arange(3000), np.arange(0, 3000, 7)).astype(float)
    response = lasting(0.6, size=3000)[time.astype(int)]
    design = np.ones((len(time), 1))
    for fit in (prais_winsten, autoregressive):
        assert fit(response, design, time).rho == pytest.approx(0.6, abs=0.04)


def test_a_moving_scale_or_unit_changes_no_correlation(gappy):
    response, design, time = gappy
    one, other = (autoregressive(scale * response + 3, design, time) for scale in (1, 1000))
    assert one.rho == pytest.approx(other.rho, abs=1e-6)
    np.testing.assert_allclose(other.covariance, 1e6 * one.covariance, rtol=1e-4)


def test_errors_that_last_leave_fewer_degrees_of_freedom():
    design = np.column_stack([np.ones(60), np.arange(60) >= 36])
    time, contrast = np.arange(60.0), np.array([0.0, 1.0])
    freedom = {}
    for rho in (0.0, 0.7):
        response = lasting(rho, seed=5)
        fit = autoregressive(response, design, time)
        freedom[rho] = satterthwaite(contrast, response, design, time, fit)
    assert 1 <= freedom[0.7] < freedom[0.0] <= 58
