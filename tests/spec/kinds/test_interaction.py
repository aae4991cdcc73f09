import numpy as np
import pytest

from equitymodel.spec.kinds.departure import KIND as DEPARTURE
from equitymodel.spec.kinds.gradient import KIND as GRADIENT
from equitymodel.spec.kinds.gradient_by_group import KIND as GRADIENT_BY_GROUP
from equitymodel.spec.kinds.interaction import KIND, interaction_basis
from equitymodel.spec.kinds.main_contrast import KIND as MAIN_CONTRAST
from tests.crossed import crossed_cells

pytestmark = pytest.mark.unit
CELLS = crossed_cells()


def test_an_interaction_is_what_main_effects_cannot_follow():
    basis = interaction_basis(CELLS)
    assert basis.shape == (15, 2 * 3)
    for kind in (MAIN_CONTRAST, GRADIENT, DEPARTURE, GRADIENT_BY_GROUP):
        np.testing.assert_allclose(kind.basis(CELLS).T @ basis, 0, atol=1e-12)


def test_with_main_effects_it_can_follow_anything():
    kinds = (MAIN_CONTRAST, GRADIENT, DEPARTURE, GRADIENT_BY_GROUP, KIND)
    whole = np.column_stack([np.ones(15), *(kind.basis(CELLS) for kind in kinds)])
    assert whole.shape == (15, 15)
    assert np.linalg.matrix_rank(whole) == 15


def test_it_sums_to_zero_over_either_grouping_and_no_cell_is_special():
    basis = interaction_basis(CELLS).reshape(3, 5, 6)
    for grouping in (0, 1):
        np.testing.assert_allclose(basis.sum(axis=grouping), 0, atol=1e-12)
    variance = (interaction_basis(CELLS) ** 2).sum(axis=1).reshape(3, 5)
    np.testing.assert_allclose(variance, np.broadcast_to(variance[:1], (3, 5)))
