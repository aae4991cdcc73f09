import numpy as np
import pytest

from equitymodel.simulate.simulated_cells import simulate_cells
from equitymodel.spec.kinds.departure import departure_basis
from equitymodel.spec.kinds.deviation import KIND, deviation_basis

pytestmark = pytest.mark.unit
FIFTHS = np.array([0.1, 0.3, 0.5, 0.7, 0.9])
UNEQUAL = np.array([0.05, 0.2, 0.45, 0.75, 0.95])


def test_a_deviation_has_a_shape_for_each_group_beyond_two_which_may_sum_to_zero_and_spread():
    cells = simulate_cells(areas=2, groups=4, procedures=1, seed=1)[0]
    assert (KIND.count(2), KIND.count(5), KIND.ordered) == (0, 3, True)
    assert KIND.refuse(sums_to_zero=True, spreads=True) is None
    np.testing.assert_array_equal(KIND.basis(cells), deviation_basis(cells["position"].values))


@pytest.mark.parametrize("position", [FIFTHS, UNEQUAL, np.linspace(0.05, 0.95, 10), np.array([0.2, 0.5, 0.9])])
def test_it_is_what_level_and_gradient_leave_of_independent_noise_of_every_group(position):
    basis, line = deviation_basis(position), np.column_stack([np.ones(len(position)), position])
    beside = np.eye(len(position)) - line @ np.linalg.solve(line.T @ line, line.T)
    np.testing.assert_allclose(basis @ basis.T, beside, atol=1e-12)
    np.testing.assert_allclose(basis.T @ basis, np.eye(len(position) - 2), atol=1e-12)


@pytest.mark.parametrize("groups", [1, 2])
def test_two_groups_leave_no_room_for_deviations(groups):
    assert deviation_basis(FIFTHS[:groups]).shape[1] == 0


def test_it_reaches_every_shape_that_a_smooth_departure_does():
    rough, smooth = deviation_basis(UNEQUAL), departure_basis(UNEQUAL)
    np.testing.assert_allclose(rough @ (rough.T @ smooth), smooth, atol=1e-12)
