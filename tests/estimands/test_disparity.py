"""Groups that have no order: equal rates give nothing, parts add up, labels and their order mean nothing."""

import numpy as np
import pytest
import xarray as xr
from hypothesis import given
from hypothesis import strategies as st

from equitymodel.errors import EquityModelError
from equitymodel.estimands.disparity import (
    index_of_disparity,
    index_of_disparity_null,
    rate_difference_to_reference,
    rate_ratio_to_reference,
    theil_between,
    theil_index,
    theil_within,
)
from equitymodel.estimands.rates import rate_of, standardised_ratio
from equitymodel.estimands.routes import route_change
from tests.estimands.strategies import assert_same, groups, made_fit, worlds

pytestmark = pytest.mark.unit
BOTH = ("ics", "deprivation")
LABELS = ["Asian", "Black", "Mixed", "Other", "White British"]
MEASURES = {
    "theil_index": theil_index,
    "theil_between": theil_between,
    "theil_within": theil_within,
    "disparity_reference": index_of_disparity,
    "disparity_mean": lambda fitted, expected: index_of_disparity(fitted, expected, against="mean"),
}


def named(values):
    return values.assign_coords(deprivation=LABELS)


@pytest.mark.parametrize("measure", MEASURES.values(), ids=MEASURES)
@given(world=worlds(), rate=st.floats(0.2, 4))
def test_equal_rates_give_nothing(measure, world, rate):
    _, expected = world
    assert float(abs(measure(rate * expected, expected)).max()) < 1e-9


@pytest.mark.parametrize("measure", MEASURES.values(), ids=MEASURES)
@given(world=worlds(), scale=st.floats(0.1, 10))
def test_the_unit_of_admissions_and_of_need_means_nothing(measure, world, scale):
    fitted, expected = world
    assert_same(measure(scale * fitted, expected), measure(fitted, expected), rtol=1e-6, atol=1e-9)
    assert_same(measure(fitted, scale * expected), measure(fitted, expected), rtol=1e-6, atol=1e-9)


@pytest.mark.parametrize("measure", MEASURES.values(), ids=MEASURES)
@given(world=worlds(), order=st.permutations(range(4)))
def test_the_order_of_the_other_groups_means_nothing(measure, world, order):
    """The reference group stays last."""
    moved = [values.isel(deprivation=[*order, 4]) for values in world]
    assert_same(measure(*moved), measure(*world), rtol=1e-6, atol=1e-9)


@given(world=worlds(), order=st.permutations(range(5)))
def test_a_reference_is_found_by_its_label_wherever_it_is(world, order):
    fitted, expected = (named(values) for values in world)
    moved = [values.isel(deprivation=list(order)) for values in (fitted, expected)]
    at = {"reference": "White British"}
    assert_same(index_of_disparity(*moved, **at), index_of_disparity(fitted, expected))
    ratio = standardised_ratio(fitted, expected)
    shuffled = rate_ratio_to_reference(standardised_ratio(*moved), **at)
    assert_same(shuffled.sel(deprivation=LABELS), rate_ratio_to_reference(ratio))


@given(world=worlds())
def test_between_and_within_add_up_to_the_whole(world):
    whole = theil_index(*world, over=BOTH)
    assert_same(theil_between(*world) + theil_within(*world), whole, rtol=1e-6, atol=1e-9)


@given(world=worlds())
def test_nothing_is_below_zero(world):
    for measure in MEASURES.values():
        assert float(measure(*world).min()) >= 0


@given(world=worlds(), scale=st.floats(0.1, 10))
def test_a_ratio_to_the_reference_is_1_there_and_knows_no_unit(world, scale):
    ratio = standardised_ratio(*world)
    gap = rate_ratio_to_reference(ratio)
    assert bool((gap.isel(deprivation=-1) == 1).all())
    assert_same(rate_ratio_to_reference(scale * ratio), gap)
    assert_same(rate_difference_to_reference(scale * ratio), scale * rate_difference_to_reference(ratio), atol=1e-9)
    fewer = rate_difference_to_reference(ratio) > 0
    assert bool((fewer == (gap < 1)).all())


def test_theil_of_small_differences_is_half_their_variance():
    away = np.array([-0.02, 0.01, 0.0, 0.015, -0.005])
    expected = groups([10.0, 20, 30, 20, 20])
    share = expected / expected.sum()
    variance = float((share * (away - float((share * away).sum())) ** 2).sum())
    assert float(theil_index(expected * np.exp(away), expected)) == pytest.approx(variance / 2, rel=0.02)


def test_theil_by_hand():
    """Two groups of equal need with shares of a quarter and three quarters."""
    by_hand = 0.25 * np.log(0.5) + 0.75 * np.log(1.5)
    assert float(theil_index(groups([25.0, 75.0]), groups([1.0, 1.0]))) == pytest.approx(by_hand)


def test_a_group_without_admissions_counts_and_one_that_does_not_exist_does_not():
    fitted, expected = groups([0.0, 30.0, 30.0]), groups([30.0, 30.0, 30.0])
    assert float(theil_index(fitted, expected)) == pytest.approx(np.log(1.5))
    assert float(index_of_disparity(fitted, expected)) == pytest.approx(50.0)
    absent = expected.where(expected["deprivation"] != 1)
    assert float(theil_index(fitted.where(absent.notnull()), absent)) == pytest.approx(0.0)
    assert float(index_of_disparity(fitted.where(absent.notnull()), absent)) == pytest.approx(0.0)


def test_the_two_variants_of_the_index_of_disparity_by_hand():
    fitted, expected = groups([40.0, 60.0, 50.0]), groups([50.0, 50.0, 50.0])
    assert float(index_of_disparity(fitted, expected)) == pytest.approx(100 * (10 + 10) / 50 / 2)
    assert float(index_of_disparity(fitted, expected, against="mean")) == pytest.approx(100 * (10 + 10 + 0) / 50 / 3)


def test_the_null_is_what_noise_shows_and_shrinks_with_counts():
    """With equal expected counts, a difference of two counts is sqrt(2/E) wide, of which sqrt(2/pi) on average."""
    few, many = (float(index_of_disparity_null(groups([size] * 5), seed=1)) for size in (400.0, 40_000.0))
    assert few == pytest.approx(100 * np.sqrt(2 / 400) * np.sqrt(2 / np.pi), rel=0.05)
    assert many == pytest.approx(few / 10, rel=0.05)
    noisier = float(index_of_disparity_null(groups([400.0] * 5), seed=1, extra_variation=0.1))
    assert noisier > 1.5 * few


@given(world=worlds())
def test_levelling_up_aims_at_the_reference_group_or_at_the_average(world):
    """By default the reference group, which is last, neither gains nor loses."""
    fitted, expected = (named(values) for values in world)
    up = route_change(fitted, expected, route="level_up")
    assert_same(up, route_change(fitted, expected, route="level_up", target="reference_group_ics"))
    assert float(abs(up.sel(deprivation="White British")).max()) < 1e-9
    after = (fitted + up) / expected
    assert bool((after >= after.sel(deprivation="White British") - 1e-9).all())
    average = route_change(fitted, expected, route="level_up", target="ics_average")
    level = fitted.sum("deprivation") / expected.sum("deprivation")
    assert bool(((fitted + average) / expected >= level - 1e-9).all())
    moved = route_change(fitted, expected, route="zero_sum")
    assert float((abs(moved.sum("deprivation")) / fitted.sum("deprivation")).max()) < 1e-9


def test_unknown_words_name_the_nearest():
    fitted = xr.DataArray([1.0, 2.0], coords={"deprivation": ["Asian", "White British"]})
    with pytest.raises(EquityModelError, match="Did you mean 'White British'"):
        rate_ratio_to_reference(fitted, reference="white british")
    with pytest.raises(EquityModelError, match="Did you mean 'reference'"):
        index_of_disparity(fitted, fitted, against="refrence")


def test_a_fit_is_taken_for_its_ratios_rates_and_admissions():
    fit = made_fit(group="ethnicity")
    pair = fit.fitted, fit.expected
    assert_same(rate_ratio_to_reference(fit), rate_ratio_to_reference(fit.ratio, reference="White"))
    assert_same(rate_difference_to_reference(fit), rate_difference_to_reference(rate_of(fit)))
    for measure in (theil_index, theil_between, theil_within, index_of_disparity):
        assert_same(measure(fit), measure(*pair))


def test_measures_name_the_group_that_is_compared_with():
    fit = made_fit(group="ethnicity")
    assert rate_ratio_to_reference(fit).attrs["below"] == "fewer than White"
    assert rate_ratio_to_reference(fit, reference="Black").attrs["below"] == "fewer than Black"
    assert rate_difference_to_reference(fit).attrs["above"] == "fewer than White"
    assert theil_index(fit).attrs == {"unit": "index, 0 = equal"}
