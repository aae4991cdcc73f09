"""Integration over hyperparameters, on densities whose moments are known."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from equitymodel.inference.laplace.importance import WeightedPoints, allocate_draws, sample_importance
from equitymodel.inference.laplace.normalising_transform import normalise_axes
from equitymodel.inference.laplace.optimum import Optimum
from equitymodel.inference.laplace.target import ModeExpansion, Target
from tests.inference.laplace.known_densities import CORRELATED, KNOWN, SpreadsField, optimum_of

pytestmark = pytest.mark.unit

SEVERAL = settings(max_examples=60, deadline=None, derandomize=True, database=None)


@pytest.fixture(params=KNOWN)
def known(request):
    return KNOWN[request.param]


@pytest.fixture
def weighted(known):
    return sampled(known, points=512, seed=1)


def sampled(known, *, points, seed, optimum=None):
    target = Target(known, 1)
    transform = normalise_axes(target, optimum or optimum_of(known))
    return sample_importance(target, transform, points=points, seed=seed)


def test_weights_add_up_to_one(weighted):
    assert weighted.weight.sum() == pytest.approx(1.0)
    assert (weighted.weight >= 0).all()


def test_weighted_means_and_sds_are_those_of_the_density(known, weighted):
    """Quasi-random points do better than sd / sqrt(512) = 0.044 sd."""
    mean = weighted.weight @ weighted.hyper
    sd = np.sqrt(weighted.weight @ (weighted.hyper - mean) ** 2)
    assert np.abs((mean - known.mean) / known.sd).max() < 0.05
    assert np.abs(sd / known.sd - 1).max() < 0.06


def test_weighted_correlations_are_those_of_the_density():
    known = KNOWN["correlated normal"]
    found = sampled(known, points=512, seed=2)
    covariance = np.cov(found.hyper.T, aweights=found.weight)
    scale = np.sqrt(np.outer(np.diag(CORRELATED), np.diag(CORRELATED)))
    assert np.abs((covariance - CORRELATED) / scale).max() < 0.06


def test_most_points_count(known, weighted):
    assert weighted.effective > 0.6 * len(weighted.weight)
    assert weighted.effective <= len(weighted.weight) * (1 + 1e-9)


def test_each_point_comes_with_a_start_for_its_mode_and_modes_are_kept_where_there_is_room(known, monkeypatch):
    found = sampled(known, points=64, seed=1)
    np.testing.assert_array_equal(found.start.values, known.mode(found.hyper).values)
    assert found.modes == ()
    monkeypatch.setattr(type(known), "values_a_mode", 1)
    kept = sampled(known, points=64, seed=1)
    np.testing.assert_array_equal(np.concatenate([modes.hyper for modes in kept.modes]), found.hyper)


def test_points_that_are_known_are_not_evaluated_again_and_change_nothing(known, monkeypatch):
    monkeypatch.setattr(type(known), "values_a_mode", 1)
    target = Target(known, 1)
    transform = normalise_axes(target, optimum_of(known))
    few, whole = (sample_importance(target, transform, points=points, seed=1) for points in (64, 256))
    evaluated, find_modes = [], type(known).find_modes
    monkeypatch.setattr(type(known), "find_modes", lambda *given: evaluated.append(len(given[1])) or find_modes(*given))
    more = sample_importance(target, transform, points=256, seed=1, first=few)
    assert sum(evaluated) == 256 - 64
    np.testing.assert_array_equal(more.hyper, whole.hyper)
    np.testing.assert_allclose(more.weight, whole.weight, rtol=1e-10)
    np.testing.assert_array_equal(np.concatenate([modes.hyper for modes in more.modes]), whole.hyper)
    np.testing.assert_array_equal(more.start.values, whole.start.values)


def test_the_seed_decides(known):
    one, same, other = (sampled(known, points=64, seed=seed) for seed in (1, 1, 2))
    assert (one.hyper == same.hyper).all()
    assert (one.weight == same.weight).all()
    assert not (one.hyper == other.hyper).all()


def test_a_density_with_a_wrong_shape_is_still_weighed_right():
    """An optimum that is off and a width that is wrong cost points, not correctness."""
    known = SpreadsField(CORRELATED)
    true = optimum_of(known)
    at = true.expansion.hyper + 0.1
    off = Optimum(ModeExpansion(at, known.mode(at), None), 1.3 * true.root_covariance, true.density, True)
    found = sampled(known, points=2048, seed=1, optimum=off)
    mean = found.weight @ found.hyper
    sd = np.sqrt(found.weight @ (found.hyper - mean) ** 2)
    assert np.abs((mean - known.mean) / known.sd).max() < 0.08
    assert np.abs(sd / known.sd - 1).max() < 0.08


@SEVERAL
@given(
    arrays(float, st.integers(1, 40), elements=st.floats(0.0, 1.0)).filter(lambda weight: weight.sum() > 1e-3),
    st.integers(1, 5000),
    st.integers(0, 1000),
)
def test_draws_are_shared_out_in_proportion(weight, draws, seed):
    counts = allocate_draws(weight, draws, np.random.default_rng(seed))
    assert counts.sum() == draws
    assert (counts >= 0).all()
    assert np.abs(counts - weight / weight.sum() * draws).max() < 1 + 1e-6


@SEVERAL
@given(st.integers(1, 50), st.integers(1, 20), st.integers(0, 1000))
def test_equal_weights_get_equal_shares(points, each, seed):
    counts = allocate_draws(np.full(points, 1 / points), points * each, np.random.default_rng(seed))
    assert np.abs(counts - each).max() <= 1
    assert counts.sum() == points * each


def test_sharing_out_favours_no_place():
    """Over many seeds each point gets its exact share on average."""
    weight = np.array([0.05, 0.31, 0.02, 0.4, 0.22])
    mean = np.mean([allocate_draws(weight, 7, np.random.default_rng(seed)) for seed in range(3000)], axis=0)
    np.testing.assert_allclose(mean, 7 * weight, atol=0.04)


def test_points_that_were_all_lost_count_as_one():
    found = WeightedPoints.weigh(np.zeros((4, 1)), np.full(4, -np.inf), None)
    assert found.effective == 1.0
