"""The posterior density of the hyperparameters, many at a time."""

import numpy as np
import pytest

from equitymodel.inference.grouped import grouped_mode
from equitymodel.inference.grouped.grouped_system import GroupedSystem
from equitymodel.inference.grouped.lay_out_latent import lay_out_latent
from equitymodel.inference.laplace.target import Target
from tests.inference.laplace.worlds import MODELS, flatten, make_world, some_hyper

pytestmark = pytest.mark.unit


@pytest.fixture(params=["need_adjusted", "sums_both_ways", "no_pairs"])
def field(request):
    return lay_out_latent(MODELS[request.param], make_world(areas=4, groups=4, procedures=2))


def evaluated(field, hyper, *, workers=1, batch=None):
    system = GroupedSystem(field)
    system.batch = batch or system.batch
    return Target(system, workers).evaluate(hyper, field.zeros(batches=len(hyper)), gradient=True)


def test_the_gradient_is_that_of_the_density(field, monkeypatch):
    monkeypatch.setattr(grouped_mode, "NEWTON_TOLERANCE", 1e-16)
    hyper, step = some_hyper(field, batches=1), 1e-4
    gradient = evaluated(field, hyper).gradient[0]
    moves = step * np.concatenate([np.eye(field.hyperparameters), -np.eye(field.hyperparameters)])
    up, down = np.split(evaluated(field, hyper + moves).density, 2)
    np.testing.assert_allclose(gradient, (up - down) / (2 * step), rtol=1e-5, atol=1e-5)


@pytest.mark.parametrize(("workers", "batch"), [(1, 1), (2, None), (2, 3), (3, 100)])
def test_work_may_be_divided_in_any_way(field, workers, batch):
    hyper = some_hyper(field, batches=7)
    overall, divided = evaluated(field, hyper), evaluated(field, hyper, workers=workers, batch=batch)
    np.testing.assert_allclose(divided.density, overall.density, atol=1e-5)
    np.testing.assert_allclose(divided.gradient, overall.gradient, atol=1e-4)
    np.testing.assert_allclose(flatten(divided.start.latent), flatten(overall.start.latent), atol=1e-5)


def test_where_there_is_no_mode_there_is_no_density(field):
    hyper = some_hyper(field, batches=3)
    hyper[1] = np.nan
    density = evaluated(field, hyper, batch=1).density
    assert np.isfinite(density[[0, 2]]).all()
    assert density[1] == -np.inf


@pytest.mark.parametrize("far", [-30.0, -12.0, 3.0])
def test_extreme_spreads_have_a_density_or_none_but_are_no_error(field, far):
    density = evaluated(field, np.full((1, field.hyperparameters), far)).density
    assert not np.isnan(density).any()
    assert (density < np.inf).all()
