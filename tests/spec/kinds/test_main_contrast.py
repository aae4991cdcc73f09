import numpy as np
import pytest

from equitymodel.spec.kinds.contrast import contrast_basis
from equitymodel.spec.kinds.main_contrast import KIND, main_basis
from tests.crossed import crossed_cells

pytestmark = pytest.mark.unit
CELLS = crossed_cells()


def test_main_groups_differ_by_as_much_in_every_deprivation_group():
    basis = KIND.basis(CELLS)
    by_main = basis.reshape(3, 5, 2)  # cells come by main group, deprivation within each
    np.testing.assert_array_equal(by_main, np.broadcast_to(by_main[:, :1], by_main.shape))
    np.testing.assert_allclose(by_main[:, 0], contrast_basis(3))
    np.testing.assert_allclose(basis.sum(axis=0), 0, atol=1e-12)


def test_every_main_group_has_the_same_prior_whatever_the_order_of_labels():
    covariance = main_basis(CELLS) @ main_basis(CELLS).T
    turned = CELLS.isel(group=slice(None, None, -1))
    np.testing.assert_allclose(main_basis(turned) @ main_basis(turned).T, covariance[::-1, ::-1], atol=1e-12)
    np.testing.assert_allclose(np.diag(covariance), 2 / 3)


def test_a_cell_that_nobody_is_of_is_left_out_of_the_rows_alone():
    without = CELLS.isel(group=[place for place in range(15) if place != 3])
    np.testing.assert_allclose(main_basis(without), np.delete(main_basis(CELLS), 3, axis=0))
    assert KIND.crossed
