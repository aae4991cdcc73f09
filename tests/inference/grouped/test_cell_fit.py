"""A fit of cells: what it computes from its draws."""

import numpy as np
import pytest

pytestmark = pytest.mark.unit


def test_fitted_is_ratio_times_expected(quick_fit):
    np.testing.assert_allclose(quick_fit.fitted, quick_fit.ratio * quick_fit.expected)
    assert quick_fit.expected.dims == ("ics", "deprivation", "procedure")


def test_expected_admissions_can_be_those_of_one_adjustment(quick_fit):
    for number, name in enumerate(quick_fit.cells["adjustment"].values):
        wanted = quick_fit.cells["expected_admissions"].isel(adjustment=number).values
        np.testing.assert_array_equal(quick_fit.expected_under(str(name)).values, wanted)


def test_it_is_a_fit_of_cells(quick_fit):
    assert (quick_fit.kind, quick_fit.data is quick_fit.cells, quick_fit.assumed is quick_fit.spec) == (
        "cells", True, True)  # fmt: skip
    assert "to 4 ics x 3 deprivation x 2 procedure, by laplace, seed 7" in repr(quick_fit)
