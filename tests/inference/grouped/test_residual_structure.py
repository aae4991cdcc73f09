"""Residuals that go together are found; noise of cells alone is not taken for that."""

import numpy as np
import pytest
import xarray as xr

from equitymodel.inference.grouped.residual_structure import check_residual_structure

pytestmark = pytest.mark.unit
DIMS = ("ics", "deprivation", "procedure")
MEAN = xr.DataArray(np.full((1, 400, 20, 5, 4), 400.0), dims=("chain", "draw", *DIMS))


def found(common):
    rng = np.random.default_rng(3)
    off = np.exp(common * rng.standard_normal((20, 5, 1)))
    counts = xr.DataArray(rng.poisson(400.0 * off * np.ones((20, 5, 4))), dims=DIMS)
    predicted = MEAN.copy(data=rng.poisson(MEAN.values))
    return check_residual_structure(predicted, MEAN, counts, xr.Dataset())[0]


def test_noise_of_cells_alone_passes():
    check = found(0.0)
    assert check.verdict == "PASS"
    assert 0.05 < check.value < 0.95


def test_what_procedures_of_an_ics_and_group_have_in_common_is_found():
    check = found(0.08)
    assert (check.verdict, check.value) == ("WARN", 0.0)
    assert "need_adjusted" in check.detail


def test_an_ics_and_group_with_one_cell_says_nothing():
    one = MEAN.isel(procedure=[0])
    assert check_residual_structure(one, one, one[0, 0], xr.Dataset()) == []


def test_counts_that_are_not_known_are_left_out():
    counts = MEAN[0, 0].copy()
    counts[:, :, 1:] = np.nan
    assert check_residual_structure(MEAN, MEAN, counts, xr.Dataset()) == []
