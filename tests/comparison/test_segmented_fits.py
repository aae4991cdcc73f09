"""Fits in common use: those of statsmodels where it has them, and a reason where there is no estimate."""

import numpy as np
import pytest
import statsmodels.api as sm

from equitymodel.comparison.segmented_data import against_controls, beside_controls, segmented_data
from equitymodel.comparison.segmented_fits import (
    fit_negative_binomial,
    fit_newey_west,
    fit_poisson,
    fit_poisson_newey_west,
    fit_quasi_poisson,
    try_fit,
    why_not_estimable,
    without_estimate,
)
from equitymodel.simulate.series_world import MonthlyNoise, Usual
from equitymodel.simulate.simulated_series import simulate_series

pytestmark = pytest.mark.unit


def test_the_poisson_fit_is_that_of_statsmodels(arms):
    data = arms[0]
    theirs = sm.GLM(data.counts, data.design, family=sm.families.Poisson(), offset=data.offset).fit()
    np.testing.assert_allclose(fit_poisson(data).coefficients, theirs.params, atol=1e-6)
    np.testing.assert_allclose(np.sqrt(np.diag(fit_poisson(data).covariance)), theirs.bse, rtol=1e-5)


def test_interactions_give_the_difference_of_two_separate_fits(arms):
    stacked = fit_quasi_poisson(beside_controls(*arms)).coefficients
    one, other = (fit_poisson(each).coefficients for each in arms)
    np.testing.assert_allclose(stacked, [*(one - other), *other], atol=1e-8)


def test_newey_west_of_a_poisson_is_the_sandwich_by_hand(arms):
    data = beside_controls(*arms)
    fit = fit_poisson_newey_west(data)
    mean = np.exp(data.design @ fit.coefficients + data.offset)
    scores = data.design * (data.counts - mean)[:, None]
    by_period = scores[: len(scores) // 2] + scores[len(scores) // 2 :]
    lags = int(fit.note.split()[0])
    meat = by_period.T @ by_period
    for lag in range(1, lags + 1):
        lagged = by_period[lag:].T @ by_period[:-lag]
        meat += (1 - lag / (lags + 1)) * (lagged + lagged.T)
    bread = np.linalg.inv(data.design.T @ (data.design * mean[:, None]))
    rows, columns = data.design.shape
    np.testing.assert_allclose(fit.covariance, bread @ meat @ bread * rows / (rows - columns), rtol=1e-6)


def test_least_squares_with_interactions_is_the_difference(arms):
    data = beside_controls(*arms)
    stacked = sm.OLS(np.log(data.counts) - data.offset, data.design).fit().params
    difference = fit_newey_west(against_controls(*arms)).coefficients
    np.testing.assert_allclose(difference, stacked[: len(difference)], atol=1e-9)


def test_a_side_without_admissions_has_a_reason_and_others_have_none(arms):
    data = arms[0]
    assert why_not_estimable(data) == ""
    assert not try_fit(fit_poisson, data).not_estimable


@pytest.mark.parametrize(
    ("error", "said"),
    [(np.linalg.LinAlgError("Singular matrix"), "no single solution (Singular matrix)"),
     (ValueError("first guess"), "its search failed (first guess)")],
)  # fmt: skip
def test_a_fit_that_fails_says_why(error, said, arms):
    def fails(_):
        raise error

    assert said in try_fit(fails, arms[0]).not_estimable


def test_coefficients_that_are_not_finite_are_no_estimate(arms):
    def endless(data):
        return fit_poisson(data).__class__(np.full(2, np.inf), np.eye(2), 0.0)

    assert try_fit(endless, arms[0]).not_estimable == "its coefficients or their errors are not finite"
    assert without_estimate("why").coefficients.size == 0


def test_the_shape_of_a_negative_binomial_grows_as_its_extra_variation_falls():
    shapes = []
    for sd in (0.1, 0.2):
        series, truth = simulate_series(
            usual=Usual(expected=1000), noise=MonthlyNoise(sd=sd, autocorrelation=0), seed=1
        )
        shapes.append(fit_negative_binomial(segmented_data(series, truth.plan))[1])
    assert 50 < shapes[0] < 250
    assert 15 < shapes[1] < 60
