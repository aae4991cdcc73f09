import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from equitymodel.simulate.simulated_cells import simulate_cells
from equitymodel.spec.kinds.contrast import KIND, contrast_basis

pytestmark = pytest.mark.unit


def test_contrasts_know_no_order_and_are_one_fewer_than_groups():
    cells = simulate_cells(areas=2, groups=4, procedures=1, seed=1)[0]
    assert (KIND.count(1), KIND.count(5), KIND.ordered) == (0, 4, False)
    np.testing.assert_array_equal(KIND.basis(cells), contrast_basis(4))


@given(groups=st.integers(2, 12))
def test_contrasts_sum_to_zero_and_treat_every_group_alike(groups):
    basis = contrast_basis(groups)
    assert basis.shape == (groups, groups - 1)
    np.testing.assert_allclose(basis.sum(axis=0), 0, atol=1e-12)
    np.testing.assert_allclose(basis @ basis.T, np.eye(groups) - 1 / groups, atol=1e-12)


@given(order=st.permutations(range(5)))
def test_the_law_of_contrasts_does_not_depend_on_the_order_of_groups(order):
    basis = contrast_basis(5)[list(order)]
    np.testing.assert_allclose(basis @ basis.T, np.eye(5) - 1 / 5, atol=1e-12)
