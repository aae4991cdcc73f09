"""Priors of hyperparameters of a series, and their standardised coordinates."""

import numpy as np
import pytest
from scipy import stats

from equitymodel.inference.series.hyperparameters import FURTHEST, Correlation, Hypers, StandardDeviation

pytestmark = pytest.mark.unit

STANDARD = np.array([-3.0, -1.0, 0.0, 0.5, 2.5])
SD, RHO = StandardDeviation("sd", 0.3), Correlation("rho", -0.2, 0.98)
HYPERS = Hypers((
    SD, RHO, StandardDeviation("ics spread", 0.25), StandardDeviation("common sd", 0.2),
    Correlation("common rho", 0.0, 0.98),
))  # fmt: skip


def test_a_standardised_standard_deviation_is_half_normal():
    np.testing.assert_allclose(stats.halfnorm.cdf(SD.value(STANDARD), scale=0.3), stats.norm.cdf(STANDARD))
    np.testing.assert_allclose(SD.standardised(SD.value(STANDARD)), STANDARD)
    exact = stats.halfnorm.logpdf(SD.value(STANDARD), scale=0.3)
    np.testing.assert_allclose(np.diff(SD.log_density(SD.value(STANDARD))), np.diff(exact))


def test_a_standardised_correlation_is_uniform_between_its_bounds():
    exact = stats.uniform(-0.2, 1.18)
    np.testing.assert_allclose(exact.cdf(RHO.value(STANDARD)), stats.norm.cdf(STANDARD))
    np.testing.assert_allclose(RHO.standardised(RHO.value(STANDARD)), STANDARD)


def test_a_search_begins_at_values_that_are_likely():
    assert SD.value(np.array(SD.initial)) == pytest.approx(0.06)
    assert RHO.value(np.array(RHO.initial)) == pytest.approx(-0.2 + 0.4 * 1.18)


def standard_points(size, seed=1, spread=1.2):
    return spread * np.random.default_rng(seed).standard_normal((size, len(HYPERS.each)))


def test_values_and_standardised_coordinates_are_inverse_to_one_another():
    points = standard_points(50)
    np.testing.assert_allclose(HYPERS.standardise(HYPERS.values(points)), points, atol=1e-8)
    assert list(HYPERS.values(points)) == list(HYPERS.names)


def test_the_coordinate_of_the_noise_is_that_of_its_innovation_and_others_stay_apart():
    points = standard_points(20)
    values = HYPERS.values(points)
    np.testing.assert_allclose(values["sd"] * np.sqrt(1 - values["rho"] ** 2), SD.value(points[:, 0]))
    np.testing.assert_allclose(values["ics spread"], HYPERS.each[2].value(points[:, 2]))
    assert HYPERS.autocorrelated == [(0, 1), (3, 4)]
    assert Hypers((SD,)).autocorrelated == []


def exact_log_prior(points):
    """Half-normal times uniform densities of the values, and the log determinant of their Jacobian, by differences."""
    values = HYPERS.values(points)
    density = sum(
        stats.halfnorm.logpdf(values[each.name], scale=each.scale)
        if isinstance(each, StandardDeviation)
        else stats.uniform.logpdf(values[each.name], each.low, each.high - each.low)
        for each in HYPERS.each
    )
    step = 1e-5
    for at, point in enumerate(points):
        moves = np.concatenate([np.eye(5), -np.eye(5)]) * step
        up, down = np.split(np.stack(list(HYPERS.values(point + moves).values()), axis=1), 2)
        density[at] += np.linalg.slogdet((up - down) / (2 * step))[1]
    return density


def test_the_prior_is_half_normal_and_uniform_with_the_jacobian_of_the_coordinates():
    points = standard_points(40)
    np.testing.assert_allclose(np.ptp(HYPERS.log_prior(points) - exact_log_prior(points)), 0.0, atol=1e-5)
    assert np.ptp(HYPERS.log_prior(points)) > 3


def test_without_noise_that_is_autocorrelated_the_prior_is_standard_normal():
    hypers, points = Hypers((SD, StandardDeviation("variation", 0.1))), standard_points(10)[:, :2]
    np.testing.assert_allclose(hypers.log_prior(points), -0.5 * (points**2).sum(axis=1))


def test_no_standard_deviation_is_zero_and_no_correlation_one_however_far_out():
    far = HYPERS.values(np.array([[-40.0] * 5, [40.0] * 5]))
    at = HYPERS.values(np.array([[-FURTHEST] * 5, [FURTHEST] * 5]))
    assert all((far[name] == at[name]).all() for name in HYPERS.names)
    assert far["sd"][0] > 0
    assert far["rho"][1] < 1
