import numpy as np
import pytest
import xarray as xr
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from equitymodel.estimands.add_up import add_up

pytestmark = pytest.mark.unit
NUMBERS = st.one_of(st.just(np.nan), st.floats(-1e6, 1e6))
CHOICES = st.sampled_from(["ics", ["ics", "deprivation"], "procedure"])


@given(arrays(float, (3, 4, 2), elements=NUMBERS, fill=st.just(1.0)), CHOICES, st.sampled_from([None, 1, 3]))
def test_sums_are_those_of_xarray_to_the_last_digit_whatever_is_missing(values, dims, min_count):
    table = xr.DataArray(values, dims=("ics", "deprivation", "procedure"))
    xr.testing.assert_identical(add_up(table, dims, min_count=min_count), table.sum(dims, min_count=min_count))


def test_too_few_values_make_no_sum():
    assert np.isnan(add_up(xr.DataArray([1.0, 2.0], dims="ics"), "ics", min_count=3))


def test_one_infinite_value_makes_its_own_sum_infinite_and_no_other():
    table = xr.DataArray([[np.inf, 1.0], [-np.inf, np.nan]], dims=("ics", "procedure"))
    np.testing.assert_array_equal(add_up(table, "procedure"), [np.inf, -np.inf])


def test_a_sum_over_nothing_is_nothing():
    assert add_up(xr.DataArray(np.zeros((0, 2)), dims=("ics", "procedure")), "ics").values.tolist() == [0.0, 0.0]
