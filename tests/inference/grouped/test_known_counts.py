"""The counts that inform a model."""

import numpy as np
import pytest

from equitymodel.inference.grouped.known_counts import known_counts
from tests.inference.laplace.worlds import make_world

pytestmark = pytest.mark.unit


def test_only_cells_that_are_offered_and_counted_are_listed_in_order():
    cells = make_world()
    known = known_counts(cells)
    flat = cells["admissions"].where(cells["offered"]).transpose("ics", "deprivation", "procedure").values.ravel()
    assert known.where.tolist() == np.nonzero(np.isfinite(flat))[0].tolist()
    np.testing.assert_array_equal(known.low, flat[known.where])
    np.testing.assert_array_equal(known.low, known.high)


def test_bounds_are_those_of_hidden_counts(hide):
    cells = hide(make_world(expected=8.0, holes=False))
    known = known_counts(cells)
    assert (known.low < known.high).any()
    assert (known.high[known.low == 1.0] <= 9.0).all()
    expected = (
        cells["expected_admissions"].isel(adjustment=-1).transpose("ics", "deprivation", "procedure").values.ravel()
    )
    np.testing.assert_allclose(np.exp(known.log_expected), expected[known.where])
