"""Which cells inform a model."""

import numpy as np
import pytest

from equitymodel.data.cells.informative import likelihood_cells
from equitymodel.simulate.simulated_cells import simulate_cells

pytestmark = pytest.mark.unit


def test_cells_that_are_missing_empty_or_not_offered_do_not_inform():
    cells, _ = simulate_cells(areas=3, procedures=2, seed=1)
    cells = cells.copy(deep=True)
    cells["admissions"][0, 0, 0] = np.nan
    cells["offered"][1, :, 1] = False
    cells["expected_admissions"][-1, 2, 2, 0] = 0.0
    known = likelihood_cells(cells)
    assert known.dims == ("ics", "deprivation", "procedure")
    assert int((~known).sum()) == 1 + 5 + 1
    assert not known[0, 0, 0]
    assert not known[2, 2, 0]


def test_a_count_known_within_bounds_informs(hide):
    cells, _ = simulate_cells(areas=3, expected=8.0, seed=1)
    hidden = hide(cells)
    assert hidden["admissions"].isnull().any()
    assert likelihood_cells(hidden).all()
