"""The gradient of the marginal likelihood is that of its differences, in every model and with heavy tails."""

import numpy as np
import pytest

from equitymodel.inference.grouped import grouped_mode
from equitymodel.inference.grouped.grouped_mode import find_modes
from equitymodel.inference.grouped.lay_out_latent import lay_out_latent
from equitymodel.inference.grouped.marginal_gradient import marginal_gradient
from tests.inference.laplace.worlds import HEAVY, MODELS, make_world, some_hyper

pytestmark = pytest.mark.unit


@pytest.fixture(params=MODELS)
def field(request):
    return lay_out_latent(MODELS[request.param], make_world())


@pytest.fixture(autouse=True)
def exact(monkeypatch):
    """Iterate until nothing is left to gain."""
    monkeypatch.setattr(grouped_mode, "NEWTON_TOLERANCE", 1e-16)
    monkeypatch.setattr(grouped_mode, "SITE_TOLERANCE", 1e-9)


def modes_at(field, hyper):
    return find_modes(field, hyper, field.zeros())


def test_the_gradient_of_the_marginal_is_that_of_its_differences(field):
    hyper = some_hyper(field, batches=1)
    gradient, step = marginal_gradient(modes_at(field, hyper))[0], 1e-3
    assert len(gradient) == field.hyperparameters
    for at in range(field.hyperparameters):
        moves = np.zeros((4, field.hyperparameters))
        moves[:, at] = step * np.array([1, -1, 2, -2])
        up, down, far_up, far_down = modes_at(field, hyper + moves).log_marginal
        slope = (8 * (up - down) - (far_up - far_down)) / (12 * step)
        assert gradient[at] == pytest.approx(slope, rel=1e-6, abs=1e-6)


@pytest.mark.parametrize("name", HEAVY)
def test_with_heavy_tails_the_gradient_in_their_scale_is_that_of_differences(name):
    """Where counts vary more or less, estimates of values become more or less sure; that is left out of the gradient."""
    field = lay_out_latent(HEAVY[name], make_world())
    hyper, step = some_hyper(field, batches=1), 1e-3
    at = field.scales.total[field.tails.scale]
    move = step * np.eye(field.hyperparameters)[[at]]
    up, down = (modes_at(field, hyper + sign * move).log_marginal[0] for sign in (1, -1))
    gradient = marginal_gradient(modes_at(field, hyper))[0, at]
    assert gradient == pytest.approx((up - down) / (2 * step), rel=0.02, abs=0.02)
