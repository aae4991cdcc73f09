import numpy as np
import pytest

from equitymodel.spec.kinds.gradient import KIND as GRADIENT
from equitymodel.spec.kinds.gradient_by_group import KIND
from equitymodel.spec.kinds.main_contrast import main_basis
from tests.crossed import crossed_cells

pytestmark = pytest.mark.unit
CELLS = crossed_cells()


def test_a_weight_tilts_main_groups_against_one_another_along_one_scale():
    basis, place = KIND.basis(CELLS), CELLS["position"].values - 0.5
    np.testing.assert_allclose(basis, main_basis(CELLS) * place[:, None])
    assert np.linalg.matrix_rank(np.column_stack([GRADIENT.basis(CELLS), basis, main_basis(CELLS)])) == 1 + 2 + 2


def test_tilts_cancel_over_main_groups_so_that_the_gradient_is_that_of_the_average_one():
    np.testing.assert_allclose(KIND.basis(CELLS).reshape(3, 5, 2).sum(axis=0), 0, atol=1e-12)
    assert KIND.crossed
