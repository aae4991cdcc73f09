import numpy as np
import pytest
from scipy import stats
from scipy.special import logsumexp

from equitymodel.inference.likelihood.count_intervals import log_between

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
    spread = None if squared is None else np.array([squared])
    found = log_between(exact[:1], np.array([mean]), spread, *bounds)
    assert found.item() == pytest.approx(logsumexp(exact), rel=1e-9, abs=1e-12)


def test_what_is_not_known_stays_unknown_and_what_is_exact_stays_as_it_is():
    first = np.array([np.nan, -1.5])
    low, high = np.array([np.nan, 4.0]), np.array([np.nan, 4.0])
    np.testing.assert_array_equal(log_between(first, np.array([2.0, 2.0]), None, low, high), first)
