"""When a fit of an interruption is sound."""

import pytest
import xarray as xr

from equitymodel.inference.series.interruption_fit import ENOUGH_POINTS, InterruptionFit
from equitymodel.spec.interruption import Interruption
from equitymodel.spec.library import load_series_model

pytestmark = pytest.mark.unit


@pytest.mark.parametrize(
    ("method", "points", "converged", "sound"),
    [("grid", 3.0, True, True), ("grid", 900.0, False, False), ("importance", ENOUGH_POINTS, True, True),
     ("importance", ENOUGH_POINTS - 0.1, True, False), ("importance", 90.0, False, False)],
)  # fmt: skip
def test_a_fit_is_sound_where_modes_were_found_and_enough_points_count(method, points, converged, sound):
    draws = xr.Dataset(attrs={"method": method})
    fit = InterruptionFit(xr.Dataset(), Interruption("2023-04"), load_series_model(), 1, draws, points, converged)
    assert fit.sound is sound
