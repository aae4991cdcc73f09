"""The pieces of the compiled density, each by itself; all of it against PyMC in `test_grouped_pymc`."""

import numpy as np
import pytest

from equitymodel.inference.grouped import kernel
from equitymodel.inference.grouped.grouped_layout import lay_out_cells
from equitymodel.simulate.simulated_cells import simulate_cells
from equitymodel.spec.library import load_model
from equitymodel.spec.prior import Prior
from tests.inference.laplace.worlds import over_years

pytestmark = pytest.mark.unit


@pytest.fixture(scope="module")
def layout():
    return lay_out_cells(load_model(), simulate_cells(areas=4, procedures=2, expected=12.0, seed=2)[0])


@pytest.mark.parametrize(
    "prior",
    [
        Prior("half_normal", sd=0.4),
        Prior("half_student_t", sd=0.4, degrees_of_freedom=3.0),
        Prior("exponential", mean=0.4),
        Prior("pc", upper=0.4, chance=0.05),
    ],
    ids=str,
)
def test_the_prior_of_a_standard_deviation_has_the_density_of_the_log_of_its_parameter(prior):
    theta, gradient = np.array([0.3, np.log(0.2)]), np.zeros(2)
    places = [theta + np.array([0.0, move]) for move in (0.0, 0.9, -1e-6, 1e-6)]
    ours = [kernel.add_spread_prior(at, gradient, 1, prior.scale, prior.shape) for at in places]
    exact = [prior.law.logpdf(np.exp(at[1])) + at[1] for at in places]
    assert np.diff(ours) == pytest.approx(np.diff(exact), abs=1e-12)
    gradient[:] = 0.0
    kernel.add_spread_prior(theta, gradient, 1, prior.scale, prior.shape)
    assert gradient == pytest.approx([0.0, (exact[3] - exact[2]) / 2e-6], rel=1e-6)


def test_values_that_sum_to_zero_do_and_depend_on_all_their_free_parameters(layout):
    values = layout.values(layout.start(1))
    for block in layout.blocks:
        at, width, groups = block.row[kernel.VALUES], block.row[kernel.WIDTH], block.row[kernel.GROUPS]
        sums = values[at : at + width * groups].reshape(groups, width).sum(axis=1)
        assert (np.abs(sums).max() < 1e-12) == bool(block.row[kernel.ZERO_SUM])


def test_scales_are_those_of_the_laplace_approximation(layout):
    theta = layout.start(1)
    ours = kernel.fill_log_scales(theta, layout.arrays, layout._shares(theta))
    np.testing.assert_allclose(ours, layout.scales.log_scales(layout.hyper(theta[None]))[0])


def test_values_in_units_of_their_spread_grow_with_it(layout):
    """All but values that are sampled directly, and those that are not pooled."""
    theta = layout.start(1)
    wider = theta.copy()
    wider[: layout.scales.totals] += np.log(2.0)
    before, after = layout.values(theta), layout.values(wider)
    for block in layout.blocks:
        at, groups, width = (block.row[k] for k in (kernel.VALUES, kernel.GROUPS, kernel.WIDTH))
        factor = np.where(block.centred | (not block.effect.pooled), 1.0, 2.0)
        own = slice(at, at + groups * width)
        np.testing.assert_allclose(after[own], before[own] * np.repeat(factor, width))


@pytest.mark.parametrize("hidden", [False, True])
@pytest.mark.parametrize("years", [1, 3])
def test_the_gradient_is_that_of_the_density(hidden, years, hide):
    cells = simulate_cells(areas=3, procedures=2, expected=12.0, seed=2)[0]
    cells = over_years(cells) if years > 1 else cells
    layout = lay_out_cells(load_model(), hide(cells) if hidden else cells)
    theta, step = layout.start(3), 1e-5
    gradient = layout.density(theta)[1]
    for at in range(layout.parameters):
        move = step * (np.arange(layout.parameters) == at)
        up, down = layout.density(theta + move)[0], layout.density(theta - move)[0]
        assert gradient[at] == pytest.approx((up - down) / (2 * step), rel=1e-5, abs=1e-4)
