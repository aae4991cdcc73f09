import numpy as np
import pytest
import xarray as xr
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import array_shapes, arrays

from equitymodel.estimands.draw_quantiles import AT_ONCE, draw_quantiles, quantiles_over_first

pytestmark = pytest.mark.unit
AT = [0.0, 0.025, 0.1, 0.5, 0.975, 1.0]


@given(arrays(float, array_shapes(min_dims=1, max_dims=3, max_side=7), elements=st.floats(-1e9, 1e9)))
def test_quantiles_are_those_of_numpy_to_the_last_digit(values):
    np.testing.assert_array_equal(quantiles_over_first(values, AT), np.quantile(values, AT, axis=0))


def test_so_they_are_over_more_columns_than_are_sorted_together():
    values = np.random.default_rng(1).normal(size=(4000, 2 * (AT_ONCE // 4000) + 3))
    np.testing.assert_array_equal(quantiles_over_first(values, AT), np.quantile(values, AT, axis=0))


def test_a_quantile_is_missing_where_a_draw_is_and_nowhere_else():
    values = np.random.default_rng(1).normal(size=(10, 3))
    values[4, 1] = np.nan
    found = quantiles_over_first(values, [0.025, 0.975])
    np.testing.assert_array_equal(np.isnan(found), [[False, True, False]] * 2)


def test_what_was_given_stays_as_it_was():
    values = np.array([3.0, 1.0, 2.0])
    quantiles_over_first(values, [0.5])
    assert values.tolist() == [3.0, 1.0, 2.0]


def test_draws_of_all_chains_count_wherever_their_dimensions_stand():
    draws = xr.DataArray(np.random.default_rng(1).normal(size=(2, 50, 3)), dims=("chain", "draw", "ics"))
    (found,) = draw_quantiles(draws.transpose("ics", "draw", "chain").assign_coords(ics=["a", "b", "c"]), [0.1])
    assert found["ics"].values.tolist() == ["a", "b", "c"]
    np.testing.assert_array_equal(found, np.quantile(draws.values.reshape(100, 3), 0.1, axis=0))
