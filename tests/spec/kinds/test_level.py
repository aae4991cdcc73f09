"""A level shifts every group alike."""

import numpy as np
import pytest

from equitymodel.simulate.simulated_cells import simulate_cells
from equitymodel.spec.kinds.level import KIND

pytestmark = pytest.mark.unit


def test_a_level_is_the_same_for_every_group():
    cells = simulate_cells(areas=2, groups=4, procedures=1, seed=1)[0]
    np.testing.assert_array_equal(KIND.basis(cells), np.ones((4, 1)))
    assert (KIND.count(4), KIND.shaped, KIND.ordered, KIND.centrable) == (1, False, False, True)
