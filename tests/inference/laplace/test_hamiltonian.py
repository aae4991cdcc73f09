"""Hamiltonian Monte Carlo on densities whose moments are known."""

import arviz_stats
import numpy as np
import pytest

from equitymodel.inference.laplace.hamiltonian import Moves, sample_hamiltonian
from equitymodel.inference.laplace.normalising_transform import normalise_axes
from equitymodel.inference.laplace.target import Target
from equitymodel.inference.progress import silent
from tests.inference.laplace.known_densities import KNOWN, optimum_of

pytestmark = pytest.mark.unit


@pytest.fixture(params=KNOWN)
def known(request):
    return KNOWN[request.param]


def run(known):
    target = Target(known, 1)
    transform = normalise_axes(target, optimum_of(known))
    return sample_hamiltonian(target, transform, Moves(chains=16, tune=40, draws=60), seed=1, progress=silent)


@pytest.fixture
def chains(known):
    return run(known)


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
    in_order = chains.hyper.reshape(16 * 60, -1)
    np.testing.assert_array_equal(chains.start.values, known.mode(in_order).values)
    np.testing.assert_array_equal(run(known).hyper, chains.hyper)
