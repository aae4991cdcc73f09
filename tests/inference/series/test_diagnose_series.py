"""When the fit of a series can be relied on: by the standard of cells, in words about series."""

import numpy as np
import pytest
import xarray as xr

from equitymodel.inference.laplace.laplace_checks import check_laplace
from equitymodel.inference.series.diagnose_series import SERIES, diagnose_series
from equitymodel.inference.series.series_latent import FEW_ADMISSIONS

pytestmark = pytest.mark.unit

GOOD = {"optimum_found": True, "effective_points": 180.0, "points_agreement": 1.0, "largest_shift": 0.1,
        "small_cells": 0.0, "pareto_k": ("pair", [0.3, 0.5]), "pareto_k_error": ("pair", [0.05, 0.05])}  # fmt: skip


def checks(**changed):
    return diagnose_series(xr.Dataset(GOOD | changed)).checks


WORSE = [
    {}, {"optimum_found": False}, {"effective_points": 99.0}, {"effective_points": 49.0}, {"points_agreement": 1.06},
    {"points_agreement": 1.2}, {"largest_shift": 0.6}, {"largest_shift": 1.1}, {"small_cells": 0.5},
    {"small_cells": 0.8}, {"pareto_k": ("pair", [0.3, 0.9])}, {"pareto_k": ("pair", [0.3, 1.2])},
    {"pareto_k": ("pair", [0.3, 1.05])}, {"pareto_k": ("pair", [0.3, np.nan])},
]  # fmt: skip


@pytest.mark.parametrize("changed", WORSE, ids=str)
def test_series_are_held_to_the_limits_of_cells(changed):
    of_cells = check_laplace(xr.Dataset(GOOD | changed))
    ours = checks(**changed)
    assert [(check.value, check.verdict, check.limit) for check in ours] == [
        (check.value, check.verdict, check.limit) for check in of_cells
    ]
    assert any(check.verdict != "PASS" for check in ours) == bool(changed)


def test_a_check_that_did_not_pass_says_the_way_out_of_series():
    bad = next(check for check in checks(effective_points=4.0) if check.verdict == "FAIL")
    assert bad.value == 4.0
    assert bad.detail == SERIES.way_out
    assert "nuts" not in bad.detail


def test_checks_speak_of_series():
    names = [check.name for check in checks()]
    assert "largest Pareto k of one series" in names
    assert f"share of series fitted below {FEW_ADMISSIONS:g} admissions in all" in names
    assert not any("cells" in name for name in names)
