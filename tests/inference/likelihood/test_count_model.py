"""The log probability of counts and its derivatives, against scipy and against differences."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import special, stats

from equitymodel.inference.likelihood.count_model import CountModel

pytestmark = pytest.mark.unit

COUNTS = np.array([0.0, 1.0, 7.0, 80.0, 3000.0])
MANY = 40_000.0  # a fifth of the people of one ICS, all planned admissions of a year
SEVERAL = settings(max_examples=60, deadline=None, derandomize=True, database=None)
counts = st.integers(0, 4000).map(float)
log_means = st.floats(-3.0, 8.0)
log_overdispersions = st.floats(np.log(1e-9), 0.0)


def one(count, log_mean, log_overdispersion=None, known=1.0):
    """A count model of a single cell, and its log mean."""
    cell = (1, 1, 1, 1, 1)
    squared = None if log_overdispersion is None else np.full(cell, np.exp(2.0 * log_overdispersion))
    return CountModel(np.full(cell, float(count)), np.full(cell, float(known)), squared), np.full(cell, float(log_mean))


def log_probability(count, log_mean, log_overdispersion=None):
    model, at = one(count, log_mean, log_overdispersion)
    return float((model.log_probability(at) + model.shape_constant()).item())


def exact_log_probability(count, log_mean, log_overdispersion):
    """The same without gamma functions, whose differences lose their digits where overdispersion is tiny."""
    squared, mean = np.exp(2.0 * log_overdispersion), np.exp(log_mean)
    rising = np.log1p(squared * np.arange(int(count))).sum()
    return float(rising + count * log_mean - (count + 1.0 / squared) * np.log1p(squared * mean))


def difference(function, at, step):
    """A derivative by central differences, of fourth order."""
    near, far = (function(at + k * step) - function(at - k * step) for k in (1, 2))
    return (8.0 * near - far) / (12.0 * step)


@pytest.mark.parametrize("count", COUNTS)
@pytest.mark.parametrize("mean", [0.05, 1.0, 90.0, 2500.0])
@pytest.mark.parametrize("variation", [0.02, 0.1, 0.6, 2.0])
def test_it_is_the_negative_binomial_of_scipy(count, mean, variation):
    size = variation**-2
    exact = stats.nbinom.logpmf(count, size, size / (size + mean)) + special.gammaln(count + 1)
    assert log_probability(count, np.log(mean), np.log(variation)) == pytest.approx(exact, rel=1e-9, abs=1e-8)


@pytest.mark.parametrize("count", COUNTS)
@pytest.mark.parametrize("mean", [0.05, 1.0, 90.0, 2500.0])
def test_without_variation_it_is_the_poisson_of_scipy(count, mean):
    exact = stats.poisson.logpmf(count, mean) + special.gammaln(count + 1)
    assert log_probability(count, np.log(mean)) == pytest.approx(exact, rel=1e-9, abs=1e-9)


@pytest.mark.parametrize("variation", [1e-9, 1e-8, 1e-6, 1e-5, 1e-4])
@pytest.mark.parametrize("count", [*COUNTS, MANY])
def test_tiny_variation_adds_to_the_poisson_what_the_expansion_says(count, variation):
    """To first order in the squared variation v: v ((y - m)^2 - y) / 2."""
    mean = count + 3.0 * np.sqrt(count + 1.0)
    poisson = log_probability(count, np.log(mean))
    expansion = variation**2 * ((count - mean) ** 2 - count) / 2
    assert log_probability(count, np.log(mean), np.log(variation)) - poisson == pytest.approx(
        expansion, rel=1e-3, abs=2e-6
    )


@pytest.mark.parametrize("count", [*COUNTS, MANY])
def test_values_run_smoothly_from_poisson_to_clearly_more_variable(count):
    """No jump anywhere between variations of 1e-9 and 1e-2, in value or in slope."""
    log_mean = np.log(count + 2.0 * np.sqrt(count + 1.0))
    grid = np.log(np.geomspace(1e-9, 1e-2, 1401))
    values = np.array([log_probability(count, log_mean, at) for at in grid])
    slopes = np.array([slope_in_variation(count, log_mean, at) for at in grid])
    integrated = np.concatenate([[0.0], np.cumsum((slopes[1:] + slopes[:-1]) / 2 * np.diff(grid))])
    assert values[0] == pytest.approx(log_probability(count, log_mean), abs=1e-6)
    np.testing.assert_allclose(values - values[0], integrated, rtol=1e-3, atol=1e-4)


def slope_in_variation(count, log_mean, log_overdispersion):
    model, at = one(count, log_mean, log_overdispersion)
    return float(model.in_log_overdispersion(at)[0].item())


@SEVERAL
@given(counts, log_means, st.none() | log_overdispersions)
def test_slopes_are_the_first_and_second_derivatives(count, log_mean, log_overdispersion):
    model, at = one(count, log_mean, log_overdispersion)
    score, weight = (float(value.item()) for value in model.slopes(at))
    size = count + np.exp(log_mean) + 1.0
    first = difference(lambda x: log_probability(count, x, log_overdispersion), log_mean, 1e-2)
    assert score == pytest.approx(first, rel=1e-6, abs=1e-6 * size)
    second = difference(
        lambda x: float(one(count, x, log_overdispersion)[0].slopes(np.full((1,) * 5, x))[0].item()), log_mean, 1e-2
    )
    assert weight == pytest.approx(-second, rel=1e-6, abs=1e-6 * size)


@SEVERAL
@given(counts, log_means, st.none() | log_overdispersions)
def test_third_is_how_the_weight_changes(count, log_mean, log_overdispersion):
    model, at = one(count, log_mean, log_overdispersion)
    third = float(model.third(at, model.slopes(at)[1]).item())
    change = difference(lambda x: float(model.slopes(np.full((1,) * 5, x))[1].item()), log_mean, 1e-2)
    assert third == pytest.approx(change, rel=1e-6, abs=1e-6 * (count + np.exp(log_mean) + 1.0))


@SEVERAL
@given(counts, log_means, log_overdispersions)
def test_derivatives_in_the_log_overdispersion_are_those_of_value_score_and_weight(count, log_mean, log_overdispersion):
    model, at = one(count, log_mean, log_overdispersion)
    value, score, weight = (float(part.item()) for part in model.in_log_overdispersion(at))
    size = count + np.exp(log_mean) + 1.0
    assert value == pytest.approx(
        difference(lambda v: exact_log_probability(count, log_mean, v), log_overdispersion, 1e-2),
        rel=1e-4,
        abs=1e-6 * size,
    )
    for mine, which in ((score, 0), (weight, 1)):

        def slope(v, which=which):
            return float(one(count, log_mean, v)[0].slopes(at)[which].item())

        change = difference(slope, log_overdispersion, 1e-2)
        assert mine == pytest.approx(change, rel=1e-5, abs=1e-7 * size)


@SEVERAL
@given(counts, log_means, st.none() | log_overdispersions)
def test_the_weight_is_never_negative(count, log_mean, log_overdispersion):
    model, at = one(count, log_mean, log_overdispersion)
    assert model.slopes(at)[1].item() >= 0.0


@pytest.mark.parametrize("log_overdispersion", [None, -12.0, -2.0])
def test_a_cell_that_is_not_known_weighs_nothing(log_overdispersion):
    model, at = one(5.0, 1.0, log_overdispersion, known=0.0)
    parts = [model.by_cell(at), *model.slopes(at), model.third(at, model.slopes(at)[1])]
    if log_overdispersion is not None:
        parts += [model.shape_constant(), *model.in_log_overdispersion(at)]
    assert all(np.all(part == 0.0) for part in parts)


def test_cells_add_up_within_each_batch_and_draw():
    rng = np.random.default_rng(1)
    shape = (5, 2, 3, 4, 2)
    model = CountModel(
        rng.poisson(9.0, (5, 1, 1, 4, 2)).astype(float), np.ones((5, 1, 1, 4, 2)), np.full((1, 2, 1, 1, 1), 0.04)
    )
    log_mean = rng.normal(2.0, 0.3, shape)
    by_cell = model.by_cell(log_mean)
    assert by_cell.shape == shape
    np.testing.assert_allclose(model.log_probability(log_mean), by_cell.sum(axis=(0, 3, 4)))
