"""The pieces of the compiled density, each by itself; all of it against PyMC in `test_grouped_pymc`."""

import numpy as np
import pytest
from scipy import stats

from equitymodel.inference.grouped import kernel
from equitymodel.inference.grouped.grouped_layout import lay_out_cells
from equitymodel.simulate.simulated_cells import simulate_cells
from equitymodel.spec.library import load_model

pytestmark = pytest.mark.unit


@pytest.fixture(scope="module")
def layout():
    return lay_out_cells(load_model(), simulate_cells(areas=4, procedures=2, expected=12.0, seed=2)[0])


def test_a_half_normal_prior_has_the_density_of_the_log_of_its_parameter():
    theta, gradient = np.array([0.3, np.log(0.2)]), np.zeros(2)
    other = np.array([0.3, np.log(0.5)])
    ours = [kernel.add_half_normal(at, gradient, 1, 0.4) for at in (theta, other)]
    exact = [stats.halfnorm.logpdf(np.exp(at[1]), scale=0.4) + at[1] for at in (theta, other)]
    assert np.diff(ours) == pytest.approx(np.diff(exact))
    assert gradient == pytest.approx([0.0, 2.0 - 0.25 - 0.5**2 / 0.4**2])


def test_values_that_sum_to_zero_do_and_depend_on_all_their_free_parameters(layout):
    values = np.empty(layout.effects.size)
    kernel.fill_values(layout.start(1), layout.effects, values)
    for block in layout.blocks:
        at, width, groups = block.row[kernel.VALUES], block.row[kernel.WIDTH], block.row[kernel.GROUPS]
        sums = values[at : at + width * groups].reshape(groups, width).sum(axis=1)
        assert (np.abs(sums).max() < 1e-12) == bool(block.row[kernel.ZERO_SUM])


def test_a_value_has_the_standard_deviation_of_its_group(layout):
    theta = layout.start(1)
    for block in layout.blocks:
        row, sds = np.array(block.row), block.row[kernel.SDS]
        own = [kernel.sd_at(theta, row, group) for group in range(block.sds)]
        assert own == pytest.approx(np.exp(theta[sds : sds + block.sds]))
        assert block.effect.pooled or kernel.sd_at(theta, row, 0) == 1.0


@pytest.mark.parametrize("hidden", [False, True])
def test_the_gradient_is_that_of_the_density(hidden, hide):
    cells = simulate_cells(areas=3, procedures=2, expected=12.0, seed=2)[0]
    layout = lay_out_cells(load_model(), hide(cells) if hidden else cells)
    theta, step = layout.start(3), 1e-5
    gradient = layout.density(theta)[1]
    for at in range(layout.parameters):
        move = step * (np.arange(layout.parameters) == at)
        up, down = layout.density(theta + move)[0], layout.density(theta - move)[0]
        assert gradient[at] == pytest.approx((up - down) / (2 * step), rel=1e-5, abs=1e-4)
