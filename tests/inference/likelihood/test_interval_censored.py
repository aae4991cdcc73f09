"""Counts known only within bounds: the log of a sum of probabilities, and its derivatives."""

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import special, stats

from equitymodel.data.tables.suppression import HIGH, LOW
from equitymodel.inference.grouped.grouped_mode import find_modes
from equitymodel.inference.grouped.grouped_system import GroupedSystem
from equitymodel.inference.grouped.lay_out_latent import lay_out_latent
from equitymodel.inference.laplace.approximation_error import measure_approximation_error
from equitymodel.inference.laplace.skew_correction import correct
from equitymodel.inference.laplace.target import Target
from equitymodel.inference.likelihood.count_model import CountModel
from equitymodel.inference.likelihood.interval_censored import find_interval_censored
from tests.inference.laplace.worlds import MODELS, make_world, some_hyper

pytestmark = pytest.mark.unit

SEVERAL = settings(max_examples=60, deadline=None, derandomize=True, database=None)
INTERVALS = [(0, 4), (1, 7), (8, 12), (3, 21), (398, 402), (0, 60)]
CELL = (1, 1, 1, 1, 1)
intervals = st.tuples(st.integers(0, 400), st.integers(1, 30)).map(lambda ends: (ends[0], sum(ends)))
log_means = st.floats(-3.0, 7.0)
log_overdispersions = st.floats(np.log(1e-6), 0.0)


def within(low, high, log_overdispersion=None):
    """A count model of a single cell whose count lies between two ends."""
    ends = np.full(CELL, float(low)), np.full(CELL, float(high))
    squared = None if log_overdispersion is None else np.full(CELL, np.exp(2.0 * log_overdispersion))
    return CountModel(ends[0], np.full(CELL, float(low == high)), squared, find_interval_censored(*ends, np.ones(CELL)))


def value(low, high, log_mean, log_overdispersion=None):
    model = within(low, high, log_overdispersion)
    return (model.log_probability(np.full(CELL, float(log_mean))) + model.shape_constant()).item()


def slopes(low, high, log_mean, log_overdispersion=None):
    return [part.item() for part in within(low, high, log_overdispersion).slopes(np.full(CELL, float(log_mean)))]


def summed(low, high, log_mean, log_overdispersion=None):
    """The log of the sum of the probabilities that scipy gives."""
    counts, mean = np.arange(low, high + 1), np.exp(log_mean)
    if log_overdispersion is None:
        return special.logsumexp(stats.poisson.logpmf(counts, mean))
    size = np.exp(-2.0 * log_overdispersion)
    return special.logsumexp(stats.nbinom.logpmf(counts, size, size / (size + mean)))


def summed_term_by_term(low, high, log_mean, log_overdispersion=None):
    """The same without the probability of a success, which is rounded to 1 far in the tails."""
    counts, mean = np.arange(low, high + 1), np.exp(log_mean)
    if log_overdispersion is None:
        return summed(low, high, log_mean)
    squared = np.exp(2.0 * log_overdispersion)
    grown = np.log1p(squared * np.arange(high))
    logs = [grown[:y].sum() + y * log_mean - (y + 1 / squared) * np.log1p(squared * mean) for y in counts]
    return special.logsumexp(np.array(logs) - special.gammaln(counts + 1.0))


def difference(function, at, step):
    """A derivative by central differences, of fourth order."""
    near, far = (function(at + k * step) - function(at - k * step) for k in (1, 2))
    return (8.0 * near - far) / (12.0 * step)


@pytest.mark.parametrize(("low", "high"), INTERVALS)
@pytest.mark.parametrize("mean", [0.02, 1.0, 9.0, 90.0, 420.0])
@pytest.mark.parametrize("variation", [None, 0.001, 0.05, 0.3, 1.5])
def test_it_is_the_log_of_the_sum_of_the_probabilities(low, high, mean, variation):
    log_overdispersion = None if variation is None else np.log(variation)
    exact = summed(low, high, np.log(mean), log_overdispersion)
    assert value(low, high, np.log(mean), log_overdispersion) == pytest.approx(exact, rel=1e-8, abs=1e-7)


@pytest.mark.parametrize("variation", [1e-9, 1e-7, 1e-5, 1e-4])
@pytest.mark.parametrize(("low", "high"), INTERVALS)
def test_tiny_variation_is_hardly_other_than_none(low, high, variation):
    mean = (low + high) / 2 + 1
    poisson = value(low, high, np.log(mean))
    assert value(low, high, np.log(mean), np.log(variation)) == pytest.approx(poisson, abs=variation**2 * 600 + 1e-6)


@pytest.mark.parametrize("log_overdispersion", [None, -6.0, -1.0])
@pytest.mark.parametrize("log_mean", [-1.0, 2.5, 4.5])
def test_intervals_that_cover_every_count_have_a_chance_of_one(log_mean, log_overdispersion):
    cuts = [0, 1, 5, 8, 13, 40, 120, 400, 3000]
    chances = [np.exp(value(low, high - 1, log_mean, log_overdispersion)
                      - (special.gammaln(low + 1.0) if high - low == 1 else 0.0))
               for low, high in pairwise(cuts)]  # fmt: skip
    assert sum(chances) == pytest.approx(1.0, abs=1e-8)


@SEVERAL
@given(intervals, log_means, st.none() | log_overdispersions)
def test_slopes_are_the_first_and_second_derivatives(ends, log_mean, log_overdispersion):
    score, weight = slopes(*ends, log_mean, log_overdispersion)
    size = ends[1] + np.exp(log_mean) + 1.0
    first = difference(lambda x: value(*ends, x, log_overdispersion), log_mean, 1e-3)
    assert score == pytest.approx(first, rel=1e-6, abs=1e-7 * size)
    second = difference(lambda x: slopes(*ends, x, log_overdispersion)[0], log_mean, 1e-3)
    assert weight == pytest.approx(-second, rel=1e-6, abs=1e-7 * size)


@SEVERAL
@given(intervals, log_means, st.none() | log_overdispersions)
def test_third_is_how_the_weight_changes(ends, log_mean, log_overdispersion):
    model, at = within(*ends, log_overdispersion), np.full(CELL, log_mean)
    third = model.third(at, model.slopes(at)[1]).item()
    change = difference(lambda x: slopes(*ends, x, log_overdispersion)[1], log_mean, 1e-3)
    assert third == pytest.approx(change, rel=1e-5, abs=1e-6 * (ends[1] + np.exp(log_mean) + 1.0))


@SEVERAL
@given(intervals, log_means, log_overdispersions)
def test_the_slope_in_the_log_overdispersion_is_that_of_the_value(ends, log_mean, log_overdispersion):
    slope = within(*ends, log_overdispersion).in_log_overdispersion(np.full(CELL, log_mean))[0].item()
    change = difference(lambda v: summed_term_by_term(*ends, log_mean, v), log_overdispersion, 1e-2)
    assert slope == pytest.approx(change, rel=1e-4, abs=1e-6 * (ends[1] + np.exp(log_mean) + 1.0))


@SEVERAL
@given(intervals, log_means, st.floats(np.log(1e-3), 0.0))
def test_score_and_weight_change_with_the_log_overdispersion_as_said(ends, log_mean, log_overdispersion):
    parts = [part.item() for part in within(*ends, log_overdispersion).in_log_overdispersion(np.full(CELL, log_mean))]
    for mine, which in ((parts[1], 0), (parts[2], 1)):
        change = difference(lambda v: slopes(*ends, log_mean, v)[which], log_overdispersion, 1e-2)  # noqa: B023
        assert mine == pytest.approx(change, rel=1e-4, abs=1e-6 * (ends[1] + np.exp(log_mean) + 1.0))


@pytest.mark.parametrize(("low", "high"), INTERVALS)
@pytest.mark.parametrize("log_mean", [-30.0, -12.0, 12.0, 16.0])
@pytest.mark.parametrize("log_overdispersion", [None, -12.0, -3.0, 0.0, 1.0])
def test_far_in_the_tails_everything_is_finite(low, high, log_mean, log_overdispersion):
    model, at = within(low, high, log_overdispersion), np.full(CELL, log_mean)
    score, weight = model.slopes(at)
    parts = [model.by_cell(at), score, weight, model.third(at, weight)]
    parts += list(model.in_log_overdispersion(at)) if log_overdispersion is not None else []
    assert np.isfinite(parts).all()
    assert weight.item() >= 0.0
    assert value(low, high, log_mean, log_overdispersion) == pytest.approx(
        summed_term_by_term(low, high, log_mean, log_overdispersion), rel=1e-6, abs=1e-6
    )


@pytest.mark.parametrize("log_overdispersion", [None, -4.0, -1.0, 0.0])
@pytest.mark.parametrize(("low", "high"), INTERVALS)
def test_a_hidden_count_never_weighs_more_than_a_known_one_or_less_than_nothing(low, high, log_overdispersion):
    """Not only because it is cut off at zero: minus the second derivative is that everywhere."""
    for log_mean in np.linspace(-6, 8, 57):
        model = within(low, high, log_overdispersion)
        score, step = lambda at, model=model: model.slopes(np.full(CELL, at))[0].item(), 1e-4
        uncut = -difference(score, log_mean, step)
        assert uncut > -1e-8 * (1.0 + np.exp(log_mean))
        assert model.slopes(np.full(CELL, log_mean))[1].item() == pytest.approx(max(uncut, 0.0), rel=1e-6, abs=1e-6)
        assert uncut <= within(high, high, log_overdispersion).slopes(np.full(CELL, log_mean))[1].item() + 1e-9


@pytest.mark.parametrize("log_overdispersion", [None, -3.0])
def test_an_interval_of_one_count_is_that_count(log_overdispersion):
    assert find_interval_censored(np.full(CELL, 4.0), np.full(CELL, 4.0), np.ones(CELL)) is None
    exact = summed(4, 4, 1.2, log_overdispersion) + special.gammaln(5.0)
    assert value(4, 4, 1.2, log_overdispersion) == pytest.approx(exact, rel=1e-9)


def test_cells_that_are_not_known_are_not_hidden():
    low, high = np.full((1, 1, 1, 1, 3), 1.0), np.full((1, 1, 1, 1, 3), [[[[[4.0, 4.0, 1.0]]]]])
    found = find_interval_censored(low, high, np.array([1.0, 0.0, 1.0]).reshape(1, 1, 1, 1, 3))
    assert [place.tolist() for place in found.places] == [[0], [0], [0]]
    assert (found.low.tolist(), found.high.tolist()) == ([1.0], [4.0])


@pytest.fixture
def mixed():
    """Known, hidden and unknown cells in three groups, four rows and two columns; two batches and three draws."""
    rng = np.random.default_rng(1)
    low = rng.poisson(6.0, (3, 1, 1, 4, 2)).astype(float)
    high = low + rng.integers(0, 3, low.shape) * rng.integers(1, 6, low.shape)
    known = np.where(rng.uniform(size=low.shape) < 0.2, 0.0, 1.0)
    return low, high, known, rng.normal(1.5, 0.5, (3, 2, 3, 4, 2))


@pytest.mark.parametrize("squared", [None, np.array([0.01, 0.2]).reshape(1, 2, 1, 1, 1)], ids=["Poisson", "spread"])
def test_each_cell_of_many_is_as_it_would_be_alone(mixed, squared):
    low, high, known, log_mean = mixed
    model = CountModel(low, known * (low == high), squared, find_interval_censored(low, high, known))
    censored = (low < high) & (known > 0)
    weight = model.slopes(log_mean)[1]
    parts = [model.by_cell(log_mean), *model.slopes(log_mean), model.third(log_mean, weight)]
    parts += list(model.in_log_overdispersion(log_mean)) if squared is not None else []
    assert 3 < censored.sum() < censored.size - 3
    for place in np.ndindex(log_mean.shape):
        here = (place[0], 0, 0, *place[3:])
        own = None if squared is None else 0.5 * np.log(squared[0, place[1], 0, 0, 0])
        alone, at = within(low[here], high[here], own), np.full(CELL, log_mean[place])
        score_and_weight = alone.slopes(at)
        expected = [alone.by_cell(at), *score_and_weight, alone.third(at, score_and_weight[1])]
        expected += list(alone.in_log_overdispersion(at)) if squared is not None else []
        for part, mine in zip(parts, expected, strict=True):
            np.testing.assert_allclose(part[place], mine.item() * known[here], rtol=1e-9, atol=1e-10)


# In the field


@pytest.fixture(params=["need_adjusted", "sums_both_ways", "no_pairs"])
def field(request, hide):
    return lay_out_latent(MODELS[request.param], hide(make_world(areas=4, groups=4, procedures=2, expected=12.0)))


def test_a_field_knows_which_counts_are_hidden(field):
    assert field.censored is not None
    assert (field.censored.high > field.censored.low).all()
    assert len(field.censored.low) + field.exact.sum() == field.known.sum()


def test_the_gradient_of_the_density_with_hidden_counts_is_right(field, monkeypatch):
    monkeypatch.setattr("equitymodel.inference.grouped.grouped_mode.NEWTON_TOLERANCE", 1e-16)
    hyper, step = some_hyper(field, batches=1), 1e-4

    def evaluated(at):
        return Target(GroupedSystem(field), 1).evaluate(at, field.zeros(batches=len(at)), gradient=True)

    moves = step * np.concatenate([np.eye(field.hyperparameters), -np.eye(field.hyperparameters)])
    up, down = np.split(evaluated(hyper + moves).density, 2)
    np.testing.assert_allclose(evaluated(hyper).gradient[0], (up - down) / (2 * step), rtol=1e-5, atol=1e-5)


def test_limits_are_measured_with_hidden_counts(field):
    modes = find_modes(field, some_hyper(field, batches=1), field.zeros())
    limits = measure_approximation_error(modes, correct(modes))
    assert np.isfinite(limits["largest_shift"])
    assert np.isfinite(limits["pareto_k"]).all()
    assert 0 <= limits["small_cells"] <= 1


def test_bounds_that_are_equal_give_the_density_of_exact_counts():
    cells = make_world(areas=4, groups=3, procedures=2)
    with_bounds = cells.assign({LOW: cells["admissions"], HIGH: cells["admissions"]})
    fields = [lay_out_latent(MODELS["need_adjusted"], world) for world in (cells, with_bounds)]
    assert fields[1].censored is None
    hyper = some_hyper(fields[0])
    density = [Target(GroupedSystem(field), 1).evaluate(hyper, field.zeros(batches=2)).density for field in fields]
    np.testing.assert_array_equal(*density)
