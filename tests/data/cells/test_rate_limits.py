"""Confidence limits hold what they should, and agree with one another where they must."""

import numpy as np
import pytest
import xarray as xr
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from equitymodel.data.cells.rate_limits import byar_limits, exact_limits, standardised_ratio_limits, wilson_limits
from equitymodel.data.cells.standardise import directly_standardised_rate
from equitymodel.errors import OptionError

pytestmark = pytest.mark.unit

COUNTS = xr.DataArray([0.0, 1, 3, 9, 10, 65, 1045], dims="ics")


@pytest.mark.parametrize("limits", [byar_limits, exact_limits])
@pytest.mark.parametrize("probability", [0.5, 0.95, 0.998])
def test_poisson_limits_hold_the_count_and_widen_with_confidence(limits, probability):
    narrow, wide = limits(COUNTS, probability=probability), limits(COUNTS, probability=0.999)
    assert (narrow["lower"] <= COUNTS).all()
    assert (narrow["upper"] > COUNTS).all()
    assert (wide["upper"] > narrow["upper"]).all()
    assert (wide["lower"] >= 0).all()


def test_exact_limits_cut_off_equal_tails():
    result = exact_limits(COUNTS.where(COUNTS > 0, drop=True))
    counts = COUNTS[COUNTS > 0].values
    np.testing.assert_allclose(stats.poisson.sf(counts - 1, result["lower"]), 0.025)
    np.testing.assert_allclose(stats.poisson.cdf(counts, result["upper"]), 0.025)


def test_byar_comes_near_to_exact_from_ten_events():
    many = COUNTS[COUNTS >= 10]
    byar, exact = byar_limits(many), exact_limits(many)
    np.testing.assert_allclose(byar["lower"], exact["lower"], rtol=0.01)
    np.testing.assert_allclose(byar["upper"], exact["upper"], rtol=0.01)


def test_a_count_of_zero_has_a_lower_limit_of_zero():
    nothing = xr.DataArray(0.0)
    assert exact_limits(nothing)["lower"] == byar_limits(nothing)["lower"] == 0
    assert exact_limits(nothing)["upper"].item() == pytest.approx(-np.log(0.025))


@pytest.mark.parametrize("limits", [byar_limits, exact_limits])
def test_a_count_that_is_not_known_has_no_limits(limits):
    result = limits(xr.DataArray(np.nan))
    assert np.isnan(result["lower"])
    assert np.isnan(result["upper"])


@given(st.integers(0, 1000), st.integers(1, 1000))
def test_wilson_limits_stay_within_a_proportion(count, more):
    total = xr.DataArray(float(count + more))
    result = wilson_limits(xr.DataArray(float(count)), total)
    assert -1e-12 <= result["lower"] <= count / total <= result["upper"] <= 1
    other = wilson_limits(total - count, total)
    assert other["lower"].item() == pytest.approx(1 - result["upper"].item())


@pytest.mark.parametrize("probability", [0, 1, 95, -0.1])
def test_a_probability_lies_between_0_and_1(probability):
    one = xr.DataArray(20.0, dims=()).expand_dims("age_band")
    for limits in (
        lambda: byar_limits(one, probability=probability),
        lambda: exact_limits(one, probability=probability),
        lambda: wilson_limits(one, 2 * one, probability=probability),
        lambda: standardised_ratio_limits(one, one, probability=probability),
        lambda: directly_standardised_rate(one, one, one, probability=probability),
    ):
        with pytest.raises(OptionError, match="between 0 and 1"):
            limits()


def test_ratio_limits_are_exact_below_ten_events_and_byar_from_ten():
    expected = xr.full_like(COUNTS, 20.0)
    result = standardised_ratio_limits(COUNTS, expected)
    few = COUNTS < 10
    wanted = exact_limits(COUNTS).where(few, byar_limits(COUNTS)) / 20
    np.testing.assert_allclose(result["lower"], wanted["lower"])
    np.testing.assert_allclose(result["upper"], wanted["upper"])
    np.testing.assert_allclose(result["ratio"], COUNTS / 20)
