import numpy as np
import pytest
from scipy import special, stats

from equitymodel.inference.kernel import cell_likelihood, digamma

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


@pytest.mark.parametrize("log_variation", [-np.inf, -12.0, -9.0, -7.0, -2.0, 0.0])
@pytest.mark.parametrize(("count", "log_mean"), [(0.0, -2.0), (3.0, 1.0), (250.0, 5.6), (9000.0, 9.0)])
def test_cell_likelihood_slopes_are_those_of_its_value(count, log_mean, log_variation):
    step = 1e-5
    _, in_mean, in_variation = cell_likelihood(count, log_mean, log_variation)
    ends = [cell_likelihood(count, log_mean + s, log_variation)[0] for s in (-step, step)]
    assert in_mean == pytest.approx((ends[1] - ends[0]) / (2 * step), rel=1e-4, abs=1e-3)
    if np.isfinite(log_variation):
        ends = [cell_likelihood(count, log_mean, log_variation + s)[0] for s in (-step, step)]
        assert in_variation == pytest.approx((ends[1] - ends[0]) / (2 * step), rel=1e-3, abs=1e-2)


def test_nearly_poisson_joins_the_negative_binomial_smoothly():
    below, above = (cell_likelihood(250.0, 5.5, -0.5 * np.log(size))[0] for size in (0.999e7, 1.001e7))
    assert below == pytest.approx(above, abs=1e-5)
    assert above == pytest.approx(cell_likelihood(250.0, 5.5, -np.inf)[0], abs=1e-3)
