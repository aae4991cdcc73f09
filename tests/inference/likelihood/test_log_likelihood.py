"""Log likelihoods of counts, exact or within bounds, draw by draw."""

import numpy as np
import pytest
import xarray as xr
from scipy import stats
from scipy.special import logsumexp

from equitymodel.inference.likelihood.log_likelihood import log_between, log_likelihood
from tests.inference.grouped.test_predict import VARIATIONS, by_procedure, over_draws, probabilities

pytestmark = pytest.mark.unit
VARIATION = 0.3


def law(mean, squared):
    if squared is None:
        return stats.poisson(mean)
    return stats.nbinom(1 / squared, 1 / (1 + squared * mean))


@pytest.mark.parametrize("squared", [None, VARIATION**2])
@pytest.mark.parametrize("mean", [0.01, 3.0, 80.0, 5000.0])
@pytest.mark.parametrize(("low", "high"), [(0, 0), (1, 7), (0, 17), (0, 200), (60, 140), (900, 1000)])
def test_the_probability_of_an_interval_is_that_of_its_counts_added_up(mean, squared, low, high):
    exact = law(mean, squared).logpmf(np.arange(low, high + 1))
    bounds = np.array([float(low)]), np.array([float(high)])
    spread = np.array([squared or 0.0])
    found = log_between(np.array([mean]), spread, *bounds)
    assert found.item() == pytest.approx(logsumexp(exact), rel=1e-9, abs=1e-12)


def test_what_is_not_known_stays_unknown_and_what_is_exact_has_its_own_probability():
    low, high = np.array([np.nan, 4.0, 2.0]), np.array([np.nan, 4.0, np.nan])
    found = log_between(np.array([2.0, 2.0, 2.0]), np.zeros(3), low, high)
    np.testing.assert_allclose(found, [np.nan, stats.poisson.logpmf(4, 2.0), np.nan])


@pytest.mark.parametrize("squared", [None, VARIATION**2])
def test_a_million_counts_take_two_distribution_functions(squared):
    mean, low, high = np.full(1, 4e5), np.array([3.9e5]), np.array([1e6])
    spread = np.array([squared or 0.0])
    found = log_between(mean, spread, low, high).item()
    exact = np.log(law(4e5, squared).cdf(1e6) - law(4e5, squared).cdf(3.9e5 - 1))
    assert found == pytest.approx(exact, rel=1e-9)


def test_log_likelihood_is_that_of_scipy_and_missing_where_the_count_is():
    fitted = xr.DataArray([[[4.0, 9.0]]], dims=("chain", "draw", "procedure"))
    draws = xr.Dataset({"extra_variation": (("chain", "draw", "procedure"), [[[0.3, 0.3]]])})
    observed = xr.DataArray([5.0, np.nan], dims="procedure")
    value = log_likelihood(fitted, draws, observed)
    size = 0.3**-2
    assert float(value[0, 0, 0]) == pytest.approx(stats.nbinom.logpmf(5, size, size / (size + 4)))
    assert bool(value[0, 0, 1].isnull())


@pytest.mark.parametrize("kind", VARIATIONS)
def test_log_likelihood_of_an_interval_is_a_sum(kind):
    mean = over_draws([2.0, 14.0, 6.0])
    draws = VARIATIONS[kind](mean)
    low, high = by_procedure(1.0, 8.0, 5.0), by_procedure(7.0, 12.0, 5.0)
    value = log_likelihood(mean, draws, low, high)
    assert value.dims == mean.dims
    for place in range(3):
        counts = np.arange(low[place], high[place] + 1)
        chance = probabilities(counts, float(mean[0, 0, place]), draws, place)
        assert float(value[0, 0, place]) == pytest.approx(np.log(chance.sum()))


def test_log_likelihood_with_equal_bounds_is_that_of_the_counts():
    mean, exact = over_draws([2.0, 14.0, 6.0]), by_procedure(3.0, np.nan, 9.0)
    xr.testing.assert_identical(
        log_likelihood(mean, xr.Dataset(), exact, exact), log_likelihood(mean, xr.Dataset(), exact)
    )
    within = log_likelihood(mean, xr.Dataset(), exact, by_procedure(4.0, np.nan, 9.0))
    assert within.isnull().values[0, 0].tolist() == [False, True, False]
