import numpy as np
import pytest

from equitymodel.simulate.simulated_cells import simulate_cells
from equitymodel.spec.kinds.departure import KIND, departure_basis

pytestmark = pytest.mark.unit
FIFTHS = np.array([0.1, 0.3, 0.5, 0.7, 0.9])
UNEQUAL = np.array([0.05, 0.2, 0.45, 0.75, 0.95])


def test_a_departure_has_one_shape_for_each_group_beyond_two_and_needs_their_order():
    cells = simulate_cells(areas=2, groups=4, procedures=1, seed=1)[0]
    assert (KIND.count(2), KIND.count(5)) == (0, 3)
    assert KIND.ordered
    assert KIND.shaped
    np.testing.assert_array_equal(KIND.basis(cells), departure_basis(cells["position"].values))


@pytest.mark.parametrize("position", [FIFTHS, UNEQUAL, np.linspace(0.05, 0.95, 10), np.array([0.2, 0.5, 0.9])])
def test_departures_are_orthogonal_to_a_constant_and_a_line(position):
    basis = departure_basis(position)
    assert basis.shape == (len(position), len(position) - 2)
    np.testing.assert_allclose(basis.sum(axis=0), 0, atol=1e-12)
    np.testing.assert_allclose(position @ basis, 0, atol=1e-12)
    assert np.linalg.matrix_rank(basis) == len(position) - 2


def test_two_groups_leave_no_room_for_departures():
    assert departure_basis(np.array([0.3, 0.8])).shape == (2, 0)


@pytest.mark.parametrize(("scale", "shift"), [(1, 3.0), (100, 0), (-2, 1)])
def test_departures_do_not_depend_on_the_unit_of_position(scale, shift):
    basis, moved = departure_basis(UNEQUAL), departure_basis(scale * UNEQUAL + shift)
    np.testing.assert_allclose(moved @ moved.T, basis @ basis.T, atol=1e-10)


def test_departures_mirror_when_the_order_of_groups_does():
    basis, mirrored = departure_basis(UNEQUAL), departure_basis(1 - UNEQUAL[::-1])
    np.testing.assert_allclose((mirrored @ mirrored.T)[::-1, ::-1], basis @ basis.T, atol=1e-12)


@pytest.mark.parametrize("position", [FIFTHS, UNEQUAL])
def test_departures_vary_as_a_random_walk_whose_line_is_known_to_be_flat(position):
    basis = departure_basis(position)
    step = np.diff(np.eye(len(position)), axis=0)
    precision = step.T @ step
    typical = np.exp(np.log(np.diag(np.linalg.pinv(precision))).mean())
    covariance = basis @ basis.T
    np.testing.assert_allclose(covariance @ (typical * precision) @ covariance, covariance, atol=1e-12)
