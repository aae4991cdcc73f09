"""Integration over hyperparameters, on densities whose moments are known."""

from types import SimpleNamespace

import arviz_stats
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from equitymodel.inference.laplace.grouped_optimum import GroupedOptimum
from equitymodel.inference.laplace.hamiltonian import Moves, sample_hamiltonian
from equitymodel.inference.laplace.importance import allocate_draws, sample_importance
from equitymodel.inference.laplace.latent_blocks import BlockVector
from equitymodel.inference.laplace.normalising_transform import normalise_axes
from equitymodel.inference.laplace.target import ModeExpansion, Target, TargetValues
from equitymodel.inference.progress import silent

pytestmark = pytest.mark.unit

SEVERAL = settings(max_examples=60, deadline=None, derandomize=True, database=None)
NOTHING = BlockVector(np.zeros((0, 1, 1, 0, 0)), np.zeros((0, 1, 1, 0)), np.zeros((0, 1, 1, 0)), np.zeros((1, 1, 1)))


class Known(Target):
    """A density of hyperparameters with known moments: correlated normal, then logs of half-normal spreads."""

    def __init__(self, covariance, half_normal=()):
        self.covariance, self.scale = np.atleast_2d(covariance), np.asarray(half_normal, dtype=float)
        self.normal = len(self.covariance)
        self.centre = np.concatenate([np.linspace(-1.0, 1.0, self.normal), np.log(self.scale)])
        self.field = SimpleNamespace(hyperparameters=len(self.centre))

    def evaluate(self, hyper, _start, *, gradient=False):
        away, log_spread = np.split(hyper - self.centre, [self.normal], axis=1)
        pull = away @ np.linalg.inv(self.covariance)
        square = np.exp(2.0 * log_spread)
        density = -0.5 * (away * pull).sum(axis=1) + (log_spread - 0.5 * square).sum(axis=1)
        slopes = np.concatenate([-pull, 1.0 - square], axis=1) if gradient else None
        return TargetValues(
            density, slopes, BlockVector(*(np.repeat(part[:, :1], len(hyper), axis=1) for part in NOTHING))
        )

    def density(self, modes):
        return self.evaluate(modes.hyper, NOTHING).density

    def fits_in_memory(self, _points):
        return False

    def map(self, work, hyper, _start):
        yield work(SimpleNamespace(hyper=hyper, latent=self.evaluate(hyper, NOTHING).latent), 0)

    @property
    def shape(self):
        """What exploring would find: the optimum and the curvature there."""
        inverse = np.zeros((len(self.centre), len(self.centre)))
        inverse[: self.normal, : self.normal] = self.covariance
        inverse[self.normal :, self.normal :] = np.eye(len(self.scale)) / 2.0
        values, vectors = np.linalg.eigh(inverse)
        density = self.evaluate(self.centre[None], NOTHING).density[0]
        root = (vectors * np.sqrt(values)) @ vectors.T
        return GroupedOptimum(ModeExpansion(self.centre[None], NOTHING, None), root, float(density), True)

    @property
    def mean(self):
        return self.centre - np.concatenate(
            [np.zeros(self.normal), np.full(len(self.scale), 0.5 * (np.euler_gamma + np.log(2)))]
        )

    @property
    def sd(self):
        return np.sqrt(np.concatenate([np.diag(self.covariance), np.full(len(self.scale), np.pi**2 / 8)]))


CORRELATED = 0.09 * np.array([[1.0, 0.7, -0.2], [0.7, 2.0, 0.1], [-0.2, 0.1, 0.5]])
KNOWN = {
    "one normal": Known([[0.25]]),
    "correlated normal": Known(CORRELATED),
    "one spread that may be zero": Known(CORRELATED, [0.2]),
    "three spreads that may be zero": Known([[0.04]], [0.1, 0.3, 1.0]),
}


@pytest.fixture(params=KNOWN)
def known(request):
    return KNOWN[request.param]


@pytest.fixture
def weighted(known):
    return sample_importance(known, normalise_axes(known, known.shape), points=512, seed=1)


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
    found = sample_importance(known, normalise_axes(known, known.shape), points=512, seed=2)
    covariance = np.cov(found.hyper.T, aweights=found.weight)
    scale = np.sqrt(np.outer(np.diag(CORRELATED), np.diag(CORRELATED)))
    assert np.abs((covariance - CORRELATED) / scale).max() < 0.06


def test_most_points_count(known, weighted):
    assert weighted.effective > 0.6 * len(weighted.weight)
    assert weighted.effective <= len(weighted.weight) * (1 + 1e-9)


def test_the_seed_decides(known):
    transform = normalise_axes(known, known.shape)
    one, same, other = (sample_importance(known, transform, points=64, seed=seed) for seed in (1, 1, 2))
    assert (one.hyper == same.hyper).all()
    assert (one.weight == same.weight).all()
    assert not (one.hyper == other.hyper).all()


def test_a_density_with_a_wrong_shape_is_still_weighed_right():
    """An optimum that is off and a width that is wrong cost points, not correctness."""
    known = Known(CORRELATED)
    true = known.shape
    off = GroupedOptimum(
        ModeExpansion(true.expansion.hyper + 0.1, NOTHING, None), 1.3 * true.root_covariance, true.density, True
    )
    found = sample_importance(known, normalise_axes(known, off), points=2048, seed=1)
    mean = found.weight @ found.hyper
    sd = np.sqrt(found.weight @ (found.hyper - mean) ** 2)
    assert np.abs((mean - known.mean) / known.sd).max() < 0.08
    assert np.abs(sd / known.sd - 1).max() < 0.08


@pytest.fixture
def chains(known):
    return sample_hamiltonian(
        known, normalise_axes(known, known.shape), Moves(chains=16, tune=40, draws=60), seed=1, progress=silent
    )


def test_chains_recover_means_and_sds_within_their_error(known, chains):
    hyper = chains.hyper.reshape(-1, len(known.mean))
    error = 1.0 / np.sqrt(min(chains.effective, len(hyper)))
    assert np.abs((hyper.mean(axis=0) - known.mean) / known.sd).max() < 4.0 * error
    assert np.abs(hyper.std(axis=0) / known.sd - 1).max() < 5.0 * error


def test_chains_accept_most_moves_but_not_all(chains):
    assert 0.6 < chains.accepted < 0.99


def test_chains_forget_where_they_began(known, chains):
    """In place and in distance from the middle: trajectories of half a turn would only swap sides."""
    distance = (chains.hyper - known.mean) ** 2
    assert chains.effective > 200
    assert min(float(np.min(arviz_stats.ess(distance[:, :, k]))) for k in range(len(known.mean))) > 200
    assert chains.agreement < 1.06


def test_chains_come_with_one_mode_each_and_are_decided_by_the_seed(known, chains):
    assert chains.hyper.shape == (16, 60, len(known.mean))
    assert chains.latent.overall.shape[1] == 16 * 60
    again = sample_hamiltonian(
        known, normalise_axes(known, known.shape), Moves(chains=16, tune=40, draws=60), seed=1, progress=silent
    )
    assert (again.hyper == chains.hyper).all()


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
