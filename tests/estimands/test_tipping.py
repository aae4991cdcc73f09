import numpy as np
import pytest
import xarray as xr
from hypothesis import given
from hypothesis import strategies as st

from equitymodel.errors import OptionError
from equitymodel.estimands.disparity import rate_ratio_to_reference
from equitymodel.estimands.gaps import rate_ratio
from equitymodel.estimands.tipping import (
    UNMEASURED,
    allow_for_private_care,
    allow_for_unmeasured_need,
    e_value,
    probability_gap_persists,
    tipping_point,
)
from tests.estimands.strategies import assert_same, made_fit

pytestmark = pytest.mark.unit
ratios = st.floats(0.2, 5.0)


def draws_of(centre, sd=0.1, size=2000):
    values = np.exp(np.random.default_rng(1).normal(np.log(centre), sd, (1, size)))
    return xr.DataArray(values, dims=("chain", "draw"))


@given(gap=ratios)
def test_nothing_is_left_at_the_tipping_point(gap):
    draws = xr.DataArray([[gap]], dims=("chain", "draw"))
    left = allow_for_unmeasured_need(draws, [tipping_point(draws).item()])
    assert left.item() == pytest.approx(1.0)


@given(gap=ratios, need=st.lists(st.floats(0.3, 3.0), min_size=2, max_size=6, unique=True))
def test_less_need_among_the_most_deprived_never_makes_a_gap_more_likely(gap, need):
    chances = probability_gap_persists(draws_of(gap), sorted(need))
    assert (np.diff(chances) >= 0).all()


def test_need_as_measured_leaves_the_gap_alone():
    gap = draws_of(0.8)
    assert allow_for_unmeasured_need(gap, [1.0]).isel({UNMEASURED: 0}, drop=True).values == pytest.approx(gap.values)


def test_the_curve_passes_one_half_at_the_median_of_the_gap():
    gap = draws_of(0.7)
    median = float(gap.median())
    assert probability_gap_persists(gap, [median]).item() == pytest.approx(0.5, abs=0.001)


def test_a_gap_that_is_not_there_has_no_probability():
    gap = xr.concat([draws_of(0.8), draws_of(0.8) * np.nan], "ics")
    assert np.isnan(probability_gap_persists(gap, [1.0]).sel(ics=1, drop=True)).all()


@given(gap=ratios, share=st.floats(0.0, 0.9))
def test_equal_shares_of_private_care_change_nothing(gap, share):
    one = xr.DataArray([gap], dims="draw")
    assert allow_for_private_care(one, most=share, least=share).item() == pytest.approx(gap)


def test_private_care_is_counted_as_adding_it_to_both_groups_would():
    nhs, private = np.array([800.0, 900.0]), np.array([16.0, 180.0])
    need = np.array([1000.0, 1000.0])
    shares = private / (nhs + private)
    one, whole = (rate_ratio(xr.DataArray(use / need, dims="deprivation")) for use in (nhs, nhs + private))
    assert allow_for_private_care(one, most=shares[0], least=shares[1]).item() == pytest.approx(whole.item())


@pytest.mark.parametrize("call", [
    lambda: allow_for_unmeasured_need(draws_of(1.0), [0.0]),
    lambda: allow_for_private_care(draws_of(1.0), most=-0.1, least=0.2),
    lambda: allow_for_private_care(draws_of(1.0), most=0.1, least=1.0),
])  # fmt: skip
def test_impossible_assumptions_are_refused(call):
    with pytest.raises(OptionError, match=r"above 0|between 0 and 1"):
        call()


@given(gap=ratios)
def test_an_e_value_is_the_same_for_a_ratio_and_its_inverse(gap):
    one, other = (e_value(xr.DataArray(value)).item() for value in (gap, 1 / gap))
    assert one == pytest.approx(other)
    assert one >= 1


def test_the_e_value_of_the_paper():
    assert e_value(xr.DataArray(3.9)).item() == pytest.approx(7.26, abs=0.005)  # VanderWeele and Ding, p 269


def test_a_fit_is_taken_for_its_gap():
    fit = made_fit()
    gap = rate_ratio(fit)
    assert_same(tipping_point(fit), gap)
    assert_same(allow_for_unmeasured_need(fit, [0.8]).sel({UNMEASURED: 0.8}, drop=True), gap / 0.8)
    assert_same(probability_gap_persists(fit, [1.0]), probability_gap_persists(gap, [1.0]))
    assert_same(allow_for_private_care(fit, most=0.0, least=0.2), gap * 0.8)
    assert_same(e_value(fit), e_value(gap))


def test_what_is_left_of_a_gap_is_read_as_the_gap_is():
    gap = rate_ratio_to_reference(made_fit(group="ethnicity"))
    left = allow_for_unmeasured_need(gap, [0.9])
    assert left.attrs["below"] == "fewer than White"
    assert tipping_point(gap).attrs["unit"] == "ratio of need"
    assert probability_gap_persists(gap, [0.9]).attrs == {"unit": "probability"}


def test_the_probability_that_a_gap_persists_is_missing_where_the_gap_is():
    gap = rate_ratio(made_fit()).where(lambda values: values["ics"] != "Tyne")
    persists = probability_gap_persists(gap, [1.0])
    assert bool(persists.sel(ics="Tyne").isnull().all())
    assert bool(persists.drop_sel(ics="Tyne").notnull().all())
