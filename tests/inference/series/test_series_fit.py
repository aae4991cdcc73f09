"""A fit of a series: its draws with the interruption and without it, and how they are kept small in a file."""

import numpy as np
import pytest
import xarray as xr

from equitymodel.inference.series.series_fit import leave_out_repeated, put_back_repeated
from equitymodel.spec.interruption import Interruption
from equitymodel.spec.library import load_series_model
from tests.evaluated import known_series_fit

pytestmark = pytest.mark.unit


@pytest.fixture
def posterior():
    """Alike before the third period, apart from it on, and a cell that is not there."""
    fitted = np.random.default_rng(1).gamma(5, size=(1, 20, 5, 2))
    without = fitted * np.array([1, 1, 1.1, 0.9, 1.3])[:, None]
    pair = {"fitted": fitted, "counterfactual": without}
    data = xr.Dataset({name: (("chain", "draw", "period", "ics"), values) for name, values in pair.items()})
    return data.where(data["ics"] == 0)


def test_what_is_alike_is_left_out_of_a_file_and_comes_back_to_the_last_digit(posterior):
    kept = leave_out_repeated(posterior)
    assert kept["counterfactual"].isel(ics=0).isnull().mean(["chain", "draw"]).values.tolist() == [1, 1, 0, 0, 0]
    assert put_back_repeated(kept).identical(posterior)


def test_draws_of_other_fits_stay_as_they_are():
    other = xr.Dataset({"fitted": ("draw", [1.0])})
    assert leave_out_repeated(other) is other
    assert put_back_repeated(other) is other


def test_it_is_a_fit_of_a_series(small_series, posterior):
    fit = known_series_fit(small_series, Interruption("2018-01"), load_series_model(), posterior)
    assert (fit.kind, fit.data is small_series, fit.assumed is fit.model) == ("series", True, True)
    assert fit.fitted.equals(posterior["fitted"])
    assert fit.counterfactual.equals(posterior["counterfactual"])
    assert "to 1 ics x 1 deprivation x 1 procedure x 60 period" in repr(fit)
