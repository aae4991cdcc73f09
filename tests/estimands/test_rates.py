import numpy as np
import pytest
import xarray as xr
from hypothesis import given
from hypothesis import strategies as st

from equitymodel.errors import EquityModelError
from equitymodel.estimands.rates import (
    RATE_UNIT,
    REFERENCES,
    adjusted_rate,
    expected_at_reference,
    rate_and_people,
    rate_of,
    reference_ratio,
    shortfall,
    standardised_ratio,
)
from tests.estimands.strategies import assert_same, assert_zero, label, made_fit, tables, three_by_two, without, worlds

pytestmark = pytest.mark.unit

FITTED = three_by_two([[60, 100], [80, 120], [30, 90]])
EXPECTED = three_by_two([[100, 100], [100, 100], [50, 100]])


def test_the_ratio_is_fitted_over_expected_and_missing_where_nothing_is_expected():
    ratio = standardised_ratio(label([80.0, 5.0], ("deprivation",)), label([100.0, 0.0], ("deprivation",)))
    np.testing.assert_array_equal(ratio, [0.8, np.nan])


@pytest.mark.parametrize(
    ("reference", "by_hand"),
    [
        ("national", 480 / 550),
        ("ics_average", [160 / 200, 200 / 200, 120 / 150]),
        ("least_deprived_ics", [1.0, 1.2, 0.9]),
        ("least_deprived_national", 310 / 300),
        ("reference_group_ics", [1.0, 1.2, 0.9]),
        ("reference_group_national", 310 / 300),
        ("best_performing", 0.92),  # sorted 0.8 0.8 1.0; the 80th percentile is 0.6 of the way from the second
    ],
)
def test_each_reference_ratio_is_as_worked_out_by_hand(reference, by_hand):
    np.testing.assert_allclose(reference_ratio(FITTED, EXPECTED, reference=reference), by_hand, rtol=1e-12)


def test_every_known_reference_has_a_worked_example():
    assert set(REFERENCES) == {
        "national", "ics_average", "least_deprived_ics", "least_deprived_national", "reference_group_ics",
        "reference_group_national", "best_performing",
    }  # fmt: skip


def test_expected_admissions_at_a_reference_are_its_ratio_times_need():
    at_national = expected_at_reference(FITTED, EXPECTED, reference="national")
    np.testing.assert_allclose(at_national, 480 / 550 * EXPECTED, rtol=1e-12)
    assert at_national.dims == FITTED.dims


def test_a_positive_shortfall_means_fewer_admissions_than_at_the_reference():
    gap = shortfall(FITTED, EXPECTED, reference="least_deprived_ics")
    np.testing.assert_allclose(gap, [[40, 0], [40, 0], [15, 0]], atol=1e-12)


@given(worlds())
def test_best_performing_is_a_percentile_of_each_draw_and_not_above_the_highest_ics(world):
    fitted, expected = world
    best = reference_ratio(fitted, expected, reference="best_performing")
    by_ics = (fitted.sum("deprivation") / expected.sum("deprivation")).transpose("ics", *best.dims)
    np.testing.assert_allclose(best, np.percentile(by_ics, 80, axis=0), rtol=1e-9)
    assert bool((best <= by_ics.max("ics") * (1 + 1e-12)).all())


def test_best_performing_of_equal_icss_is_lifted_by_noise_far_less_than_the_highest_is():
    noise = np.random.default_rng(1).normal(0, 0.2, (1, 200, 42, 1))
    fitted = xr.DataArray(100 * np.exp(noise), dims=("chain", "draw", "ics", "deprivation"))
    best = reference_ratio(fitted, xr.full_like(fitted, 100.0), reference="best_performing")
    assert np.log(best).mean() == pytest.approx(0.2 * 0.81, rel=0.03)  # the 80th percentile of 42
    assert np.log(fitted.max("ics") / 100).mean() == pytest.approx(0.2 * 2.19, rel=0.03)  # the mean highest of 42


@given(worlds())
def test_shortfalls_from_the_national_average_sum_to_zero(world):
    fitted, expected = world
    gap = shortfall(fitted, expected, reference="national")
    assert_zero(gap.sum(["ics", "deprivation"]), fitted.sum(["ics", "deprivation"]))


@given(worlds())
def test_shortfalls_from_the_average_of_an_ics_sum_to_zero_within_it(world):
    fitted, expected = world
    gap = shortfall(fitted, expected, reference="ics_average")
    assert_zero(gap.sum("deprivation"), fitted.sum("deprivation"))


@given(worlds())
def test_the_least_deprived_group_has_no_shortfall_from_itself(world):
    fitted, expected = world
    gap = shortfall(fitted, expected, reference="least_deprived_ics").isel(deprivation=-1)
    assert_zero(gap, fitted.isel(deprivation=-1))


@given(reference=st.sampled_from(list(REFERENCES)), world=worlds())
def test_only_differences_in_need_count_not_its_level(reference, world):
    fitted, expected = world
    gap = shortfall(fitted, expected, reference=reference)
    assert_same(shortfall(fitted, 7 * expected, reference=reference), gap, atol=1e-8)


@given(reference=st.sampled_from(list(REFERENCES)), world=tables())
def test_equal_ratios_leave_no_shortfall(reference, world):
    _, expected = world
    assert_zero(shortfall(0.7 * expected, expected, reference=reference), expected)


@given(reference=st.sampled_from(list(REFERENCES)), world=tables())
def test_the_order_of_icss_changes_nothing_but_order(reference, world):
    fitted, expected = world
    turned = [2, 0, 1]
    moved = expected_at_reference(fitted.isel(ics=turned), expected.isel(ics=turned), reference=reference)
    assert_same(moved, expected_at_reference(fitted, expected, reference=reference).isel(ics=turned))


@pytest.mark.parametrize("reference", REFERENCES)
def test_a_procedure_not_offered_in_one_ics_leaves_the_reference_of_the_others(reference):
    fitted, expected = (array.expand_dims(procedure=["hip"], axis=-1) for array in (FITTED, EXPECTED))
    fitted, expected = (without(array, ics="Tyne", procedure="hip") for array in (fitted, expected))
    offered = expected_at_reference(fitted.isel(ics=[0, 1]), expected.isel(ics=[0, 1]), reference=reference)
    both = expected_at_reference(fitted, expected, reference=reference)
    np.testing.assert_allclose(both.isel(ics=[0, 1]), offered, rtol=1e-12)
    assert bool(both.sel(ics="Tyne").isnull().all())


def test_the_adjusted_rate_is_the_ratio_at_the_national_crude_rate():
    people = three_by_two([[1000, 2000], [1000, 2000], [2000, 3000]])
    rate = adjusted_rate(FITTED, EXPECTED, people)
    np.testing.assert_allclose(rate, [[0.03, 0.05], [0.04, 0.06], [0.03, 0.045]], rtol=1e-12)  # 550 / 11,000 = 0.05


def test_people_who_are_not_offered_a_procedure_do_not_dilute_its_adjusted_rate():
    people = three_by_two([[1000, 1000], [1000, 1000], [9000, 9000]])
    here = EXPECTED["ics"] != "Tyne"
    rate = adjusted_rate(FITTED.where(here), EXPECTED.where(here), people)
    np.testing.assert_allclose(rate.sel(ics="Avon"), [0.06, 0.10], rtol=1e-12)  # 400 expected of 4,000 people


def test_an_unknown_reference_is_refused_with_the_nearest_word():
    with pytest.raises(EquityModelError, match=r"no reference 'natonal'\. Did you mean 'national'\?"):
        reference_ratio(FITTED, EXPECTED, reference="natonal")


def test_a_fit_is_taken_for_its_admissions():
    fit = made_fit()
    pair = fit.fitted, fit.expected
    assert_same(standardised_ratio(fit), fit.ratio)
    people = fit.cells["population"].where(fit.cells["offered"])
    assert_same(adjusted_rate(fit), adjusted_rate(*pair, people))
    for measure in (reference_ratio, expected_at_reference, shortfall):
        assert_same(measure(fit, reference="ics_average"), measure(*pair, reference="ics_average"), atol=1e-9)
    assert_same(shortfall(fit, fit.expected_under("age_sex")), shortfall(fit.fitted, fit.expected_under("age_sex")))


def test_rates_of_a_fit_are_per_100_000_person_years_and_say_so():
    fit = made_fit()
    rate, people = rate_and_people(fit, None)
    assert_same(rate, 1e5 * adjusted_rate(fit))
    assert rate.attrs == {"unit": RATE_UNIT}
    assert rate_of(rate) is rate
    assert people.sizes == {"ics": 3, "deprivation": 5, "procedure": 2}


def test_measures_say_how_they_are_read():
    assert standardised_ratio(FITTED, EXPECTED).attrs["no_difference"] == 1
    assert shortfall(FITTED, EXPECTED).attrs["above"] == "fewer than at the reference rate"
    assert expected_at_reference(FITTED, EXPECTED).attrs == {"unit": "admissions"}
