import numpy as np
import pytest
from scipy import special, stats

from equitymodel.inference.grouped.kernel import cell_likelihood, digamma, interval_likelihood

pytestmark = pytest.mark.unit


@pytest.mark.parametrize("x", [1e-3, 0.2, 1.0, 3.7, 8.0, 150.0, 1e6])
def test_digamma_is_that_of_scipy(x):
    assert digamma(x) == pytest.approx(special.digamma(x), rel=1e-10)


@pytest.mark.parametrize("count", [0.0, 1.0, 7.0, 400.0])
@pytest.mark.parametrize("mean", [0.3, 5.0, 380.0])
@pytest.mark.parametrize("variation", [0.02, 0.1, 0.6])
def test_cell_likelihood_is_negative_binomial(count, mean, variation):
    value = cell_likelihood(count, np.log(mean), np.log(variation))[0]
    size = variation**-2
    exact = stats.nbinom.logpmf(count, size, size / (size + mean))
    assert value - special.gammaln(count + 1) == pytest.approx(exact, rel=1e-9, abs=1e-9)


@pytest.mark.parametrize("log_overdispersion", [-np.inf, -12.0, -9.0, -7.0, -2.0, 0.0])
@pytest.mark.parametrize(("count", "log_mean"), [(0.0, -2.0), (3.0, 1.0), (250.0, 5.6), (9000.0, 9.0)])
def test_cell_likelihood_slopes_are_those_of_its_value(count, log_mean, log_overdispersion):
    step = 1e-5
    _, in_mean, in_overdispersion = cell_likelihood(count, log_mean, log_overdispersion)
    ends = [cell_likelihood(count, log_mean + s, log_overdispersion)[0] for s in (-step, step)]
    assert in_mean == pytest.approx((ends[1] - ends[0]) / (2 * step), rel=1e-4, abs=1e-3)
    if np.isfinite(log_overdispersion):
        ends = [cell_likelihood(count, log_mean, log_overdispersion + s)[0] for s in (-step, step)]
        assert in_overdispersion == pytest.approx((ends[1] - ends[0]) / (2 * step), rel=1e-3, abs=1e-2)


def test_nearly_poisson_joins_the_negative_binomial_smoothly():
    below, above = (cell_likelihood(250.0, 5.5, -0.5 * np.log(size))[0] for size in (0.999e7, 1.001e7))
    assert below == pytest.approx(above, abs=1e-5)
    assert above == pytest.approx(cell_likelihood(250.0, 5.5, -np.inf)[0], abs=1e-3)


INTERVALS = [(0.0, 4.0), (1.0, 7.0), (8.0, 12.0), (0.0, 80.0), (398.0, 402.0)]


@pytest.mark.parametrize(("low", "high"), INTERVALS)
@pytest.mark.parametrize("mean", [0.01, 3.0, 60.0, 900.0])
@pytest.mark.parametrize("variation", [0.0, 0.02, 0.3, 1.0])
def test_interval_likelihood_is_the_log_of_a_sum_of_probabilities(low, high, mean, variation):
    counts = np.arange(low, high + 1)
    with np.errstate(divide="ignore"):
        value = interval_likelihood(low, high, np.log(mean), np.log(variation))[0]
    size = variation**-2 if variation else None
    logs = stats.nbinom.logpmf(counts, size, size / (size + mean)) if variation else stats.poisson.logpmf(counts, mean)
    assert value == pytest.approx(special.logsumexp(logs), rel=1e-9, abs=1e-9)


@pytest.mark.parametrize(("low", "high"), INTERVALS)
@pytest.mark.parametrize("log_mean", [-12.0, -1.0, 2.0, 6.0, 12.0])
@pytest.mark.parametrize("log_overdispersion", [-np.inf, -5.0, -2.0, 0.0])
def test_interval_likelihood_slopes_are_those_of_its_value(low, high, log_mean, log_overdispersion):
    step = 1e-4
    value, *slopes = interval_likelihood(low, high, log_mean, log_overdispersion)
    assert np.isfinite([value, *slopes]).all()
    places = [(step, 0.0), (0.0, step)] if np.isfinite(log_overdispersion) else [(step, 0.0)]
    for slope, (in_mean, in_overdispersion) in zip(slopes, places, strict=False):
        up, down = (interval_likelihood(low, high, log_mean + s * in_mean, log_overdispersion + s * in_overdispersion)[0]
                    for s in (1, -1))  # fmt: skip
        assert slope == pytest.approx((up - down) / (2 * step), rel=1e-4, abs=1e-4)


def test_an_interval_of_one_count_is_that_count():
    alone, within = cell_likelihood(6.0, 1.5, -2.0), interval_likelihood(6.0, 6.0, 1.5, -2.0)
    assert within[0] == pytest.approx(alone[0] - special.gammaln(7.0))
    assert within[1:] == pytest.approx(alone[1:])
