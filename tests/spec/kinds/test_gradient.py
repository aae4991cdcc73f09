"""A gradient goes straight over deprivation."""

import numpy as np
import pytest

from equitymodel.simulate.simulated_cells import simulate_cells
from equitymodel.spec.kinds.gradient import KIND

pytestmark = pytest.mark.unit


def test_a_gradient_goes_straight_over_the_positions_of_groups_around_their_middle():
    cells = simulate_cells(areas=2, groups=4, procedures=1, seed=1)[0]
    np.testing.assert_array_equal(KIND.basis(cells), cells["position"].values[:, None] - 0.5)
    assert (KIND.count(4), KIND.shaped, KIND.ordered, KIND.centrable) == (1, False, True, True)
