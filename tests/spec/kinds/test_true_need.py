"""True need has a value for each group, which the need table reports with error."""

import numpy as np
import pytest

from equitymodel.simulate.simulated_cells import simulate_cells
from equitymodel.spec.kinds.true_need import KIND

pytestmark = pytest.mark.unit


def test_true_need_has_a_value_for_each_group():
    cells = simulate_cells(areas=2, groups=4, procedures=1, seed=1)[0]
    np.testing.assert_array_equal(KIND.basis(cells), np.eye(4))
    assert (KIND.count(4), KIND.measured, KIND.centrable) == (4, True, False)


def test_it_spreads_freely_but_does_not_sum_to_zero():
    assert KIND.refuse(sums_to_zero=False, spreads=True) is None
    assert KIND.refuse(sums_to_zero=True, spreads=False) == "a true_need takes no sum_to_zero"
