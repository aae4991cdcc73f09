"""The model of cells as the engine sees it: priors, gradient, tangent, and how work is cut."""

import numpy as np
import pytest
from scipy import stats

from equitymodel.inference.grouped import grouped_system
from equitymodel.inference.grouped.grouped_draws import GroupedDraws
from equitymodel.inference.grouped.grouped_system import GroupedSystem
from equitymodel.inference.grouped.lay_out_latent import lay_out_latent
from equitymodel.inference.laplace.optimum import find_optimum
from equitymodel.inference.laplace.target import Target
from tests.inference.laplace.worlds import MODELS, flatten, make_world, some_hyper

pytestmark = pytest.mark.unit


@pytest.fixture(params=["need_adjusted", "sum_over_procedures", "sums_both_ways", "no_pairs"])
def system(request):
    return GroupedSystem(lay_out_latent(MODELS[request.param], make_world(areas=4, groups=4, procedures=2)))


def test_hyperparameters_are_scores_with_a_standard_normal_prior(system):
    hyper = some_hyper(system.field, batches=3)
    exact = stats.norm.logpdf(hyper).sum(axis=1)
    np.testing.assert_allclose(np.diff(system.log_prior(hyper)), np.diff(exact))


def test_the_gradient_of_the_prior_is_part_of_the_gradient(system):
    """What the gradient of the density has beyond that of the marginal likelihood is that of the prior."""
    hyper, step = some_hyper(system.field, batches=1), 1e-5
    modes = system.find_modes(hyper, system.field.zeros())
    beyond = system.gradient(modes) - grouped_system.marginal_gradient(modes)
    moves = step * np.eye(system.hyperparameters)
    slopes = (system.log_prior(hyper + moves) - system.log_prior(hyper - moves)) / (2 * step)
    np.testing.assert_allclose(beyond[0], slopes, rtol=1e-6, atol=1e-8)


def test_the_tangent_is_the_derivative_of_the_mode(system, monkeypatch):
    monkeypatch.setattr("equitymodel.inference.grouped.grouped_mode.NEWTON_TOLERANCE", 1e-16)
    hyper, size = some_hyper(system.field, batches=1), system.hyperparameters
    modes = system.find_modes(hyper, system.field.zeros())
    steps = np.full(size, 2e-4)
    around = hyper + 1e-4 * np.concatenate([np.eye(size), -np.eye(size)])
    differences = system.find_modes(around, modes.start).start.tangent(steps)
    np.testing.assert_allclose(flatten(system.tangent(modes)), flatten(differences), rtol=1e-4, atol=1e-6)


def test_the_search_begins_near_the_optimum_and_scales_are_about_its_standard_deviations(system):
    target = Target(system, 1)
    optimum = find_optimum(target)
    sd = np.sqrt((optimum.root_covariance**2).sum(axis=0))
    assert np.abs((target.initial - optimum.expansion.hyper)[0] / sd).max() < 4
    assert 0.1 < np.min(system.scale() / sd) <= np.max(system.scale() / sd) < 3


def test_batches_and_pieces_cover_all_settings_and_draws(system, monkeypatch):
    parts = system.batches(257)
    assert np.concatenate([np.arange(257)[part] for part in parts]).tolist() == list(range(257))
    monkeypatch.setattr(grouped_system, "VALUES_AT_ONCE", 5 * system.field.known.size)
    pieces = list(system.pieces(np.array([0, 12, 3])))
    assert [piece.tolist() for piece in pieces] == [[1] * 5, [1] * 5, [1] * 2, [2] * 3]
    monkeypatch.setattr(grouped_system, "VALUES_AT_ONCE", 1)
    assert [len(piece) for piece in system.pieces(np.array([9]))] == [4, 4, 1]


def test_what_the_engine_asks_is_answered(system):
    assert system.hyperparameters == system.field.hyperparameters == len(system.scale())
    assert (system.bounds, system.subset(), dict(system.integrated_over)) == (None, None, {})
    assert isinstance(system.new_draws(3, 1), GroupedDraws)
    assert system.values_a_mode > system.field.known.size * 3
