"""Counts, exact or within bounds, against scipy and against sums over every count."""

import numpy as np
import pytest
from scipy import special, stats

from equitymodel.inference.likelihood.count_kernel import (
    cell_likelihood,
    digamma,
    interval_terms,
    many_interval_terms,
    many_log_probabilities,
)

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


def exact_log_probability(counts, mean, squared):
    """Without log gamma functions of the size, which lose digits where it is large."""
    grown = np.concatenate([[0.0], np.cumsum(np.log1p(squared * np.arange(counts.max())))])[counts.astype(int)]
    excess = np.log1p(squared * mean)
    spread = excess / squared if squared else mean
    return counts * np.log(mean) - special.gammaln(counts + 1.0) + grown - counts * excess - spread


@pytest.mark.parametrize(("low", "high"), INTERVALS)
@pytest.mark.parametrize("mean", [0.01, 3.0, 60.0, 900.0])
@pytest.mark.parametrize("squared", [0.0, 1e-14, 1e-9, 1e-6, 4e-4, 0.09, 1.0, 9.0])
def test_an_interval_has_the_log_of_the_sum_of_its_probabilities(low, high, mean, squared):
    exact = special.logsumexp(exact_log_probability(np.arange(low, high + 1), mean, squared))
    assert interval_terms(low, high, np.log(mean), squared).value == pytest.approx(exact, rel=1e-12, abs=1e-12)


@pytest.mark.parametrize(("low", "high"), INTERVALS)
@pytest.mark.parametrize("log_mean", [-12.0, -1.0, 2.0, 6.0, 12.0])
@pytest.mark.parametrize("log_overdispersion", [-np.inf, -12.0, -5.0, -2.0, 0.0, 0.5])
def test_every_derivative_is_that_of_what_it_differentiates(low, high, log_mean, log_overdispersion):
    step = 1e-4

    def slope(name, in_mean, in_overdispersion):
        up, down = (getattr(interval_terms(low, high, log_mean + s * in_mean,
                                           np.exp(2.0 * (log_overdispersion + s * in_overdispersion))), name)
                    for s in (step, -step))  # fmt: skip
        return (up - down) / (2 * step)

    terms = interval_terms(low, high, log_mean, np.exp(2.0 * log_overdispersion))
    assert np.isfinite(terms).all()
    close = {"rel": 1e-5, "abs": 1e-5 * (1.0 + np.exp(min(log_mean, 6.0)))}
    assert terms.score == pytest.approx(slope("value", 1, 0), **close)
    assert terms.weight == pytest.approx(-slope("score", 1, 0), **close)
    assert terms.third == pytest.approx(slope("weight", 1, 0), **close)
    assert terms.in_value == pytest.approx(slope("value", 0, 1), **close)
    assert terms.in_score == pytest.approx(slope("score", 0, 1), **close)
    assert terms.in_weight == pytest.approx(slope("weight", 0, 1), **close)


def test_an_interval_of_one_count_is_that_count():
    alone, within = cell_likelihood(6.0, 1.5, -2.0), interval_terms(6.0, 6.0, 1.5, np.exp(-4.0))
    assert within.value == pytest.approx(alone[0] - special.gammaln(7.0))
    assert (within.score, within.in_value) == pytest.approx(alone[1:])


@pytest.mark.parametrize("squared", [0.0, 1e-4])
def test_an_interval_of_a_million_counts_is_summed_where_it_matters(squared):
    """Its ends are hundreds of standard deviations away, where steps from either end would lose digits."""
    terms = interval_terms(0.0, 1e6, np.log(3e5), squared)
    assert terms.value == pytest.approx(0.0, abs=1e-9)
    assert abs(terms.score) < 1e-5
    below = interval_terms(3e5, 1e6, np.log(3e5), squared).value
    law = stats.nbinom(1 / squared, 1 / (1 + squared * 3e5)) if squared else stats.poisson(3e5)
    assert below == pytest.approx(np.log(law.sf(3e5 - 1)), abs=1e-8)


def test_far_beyond_the_interval_nothing_is_lost():
    """All probability is at the nearest end: the rest is smaller by a factor of thousands."""
    terms = interval_terms(0.0, 7.0, np.log(1e5), 0.0)
    assert terms.value == pytest.approx(stats.poisson.logpmf(7, 1e5) + np.log1p(7e-5 + 42e-10), rel=1e-12)
    assert terms.score == pytest.approx(7.0 - 1e5, rel=1e-8)


def test_a_mean_that_is_not_a_number_gives_none():
    assert np.isnan(interval_terms(1.0, 7.0, np.nan, 0.1)).all()
    assert np.isnan(interval_terms(1.0, 7.0, 1e4, 0.1)).all()


def test_many_intervals_are_each_as_alone():
    low, high, log_mean = np.array([1.0, 0.0]), np.array([7.0, 90.0]), np.array([[0.5, 1.0, 2.0], [3.0, 4.0, 5.0]])
    squared = np.full((2, 3), 0.04)
    many = many_interval_terms(low, high, log_mean, squared)
    for i, j in np.ndindex(2, 3):
        np.testing.assert_array_equal(many[:, i, j], interval_terms(low[i], high[i], log_mean[i, j], 0.04))


def test_log_probabilities_alone_are_the_first_of_all_terms():
    low, high = np.array([3.0, 0.0, 2.0, np.nan, 4.0]), np.array([3.0, 90.0, 1.0, np.nan, 4.0])
    log_mean, squared = np.array([0.5, 3.0, 1.0, 1.0, np.nan]), np.array([0.04, 0.0, 0.04, 0.04, 0.0])
    each = [interval_terms(*of).value for of in zip(low, high, log_mean, squared, strict=True)]
    np.testing.assert_array_equal(many_log_probabilities(low, high, log_mean, squared), each)
    assert np.isnan(each).tolist() == [False, False, True, True, True]
