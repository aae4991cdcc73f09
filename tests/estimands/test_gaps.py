import numpy as np
import pytest
import xarray as xr
from hypothesis import given
from hypothesis import strategies as st

from equitymodel.data.tables.groups import Group
from equitymodel.errors import OptionError
from equitymodel.estimands.gaps import gap_between, gap_of, pooled_ratio, rate_difference, rate_ratio
from tests.estimands.strategies import assert_same, groups, label, made_fit, tables, three_by_two, without, worlds

pytestmark = pytest.mark.unit

RATES = groups([160, 180, 200, 210, 220])


def test_the_ratio_is_most_over_least_deprived():
    assert float(rate_ratio(RATES)) == pytest.approx(160 / 220)


def test_the_difference_is_least_less_most_deprived_so_that_positive_means_the_most_deprived_lose():
    assert float(rate_difference(RATES)) == 60


def test_other_groups_may_be_compared_by_their_labels():
    assert float(rate_ratio(RATES, most=2, least=4)) == pytest.approx(180 / 210)
    assert float(rate_difference(RATES, most=2, least=4)) == 30


@pytest.mark.parametrize("measure", [rate_ratio, rate_difference])
def test_a_group_that_is_not_there_is_refused(measure):
    with pytest.raises(OptionError, match="no deprivation group '6'"):
        measure(RATES, most=6)


def test_the_ratio_is_missing_where_the_least_deprived_have_none():
    nobody = three_by_two([[60, 0], [0, 0], [30, 60]])
    np.testing.assert_array_equal(rate_ratio(nobody), [np.nan, np.nan, 0.5])


@pytest.mark.parametrize("measure", [rate_ratio, rate_difference])
@pytest.mark.parametrize("ends", [{}, {"most": 2, "least": 4}], ids=str)
def test_a_gap_has_the_name_of_its_measure_and_no_label_of_a_group(measure, ends):
    gap = measure(RATES, **ends)
    assert gap.name == measure.__name__
    assert list(gap.coords) == []


@given(worlds())
def test_equal_groups_have_ratio_1_and_difference_0(world):
    ratio = world[0].isel(deprivation=[2, 2, 2, 2, 2])
    assert bool((rate_ratio(ratio) == 1).all())
    assert bool((rate_difference(ratio) == 0).all())


@given(worlds())
def test_swapping_the_ends_inverts_the_ratio_and_negates_the_difference(world):
    fitted, _ = world
    assert_same(rate_ratio(fitted, most=5, least=1), 1 / rate_ratio(fitted))
    assert_same(rate_difference(fitted, most=5, least=1), -rate_difference(fitted))


@given(world=worlds(), k=st.floats(0.1, 10))
def test_scaling_leaves_the_ratio_and_scales_the_difference(world, k):
    fitted, _ = world
    assert_same(rate_ratio(k * fitted), rate_ratio(fitted))
    assert_same(rate_difference(k * fitted), k * rate_difference(fitted), atol=1e-9)


@given(worlds())
def test_gaps_are_taken_in_each_draw_ics_and_procedure_by_itself(world):
    one = {"chain": 0, "draw": 1, "ics": 2, "procedure": 0}
    fitted = world[0]
    assert float(rate_ratio(fitted)[one]) == float(rate_ratio(fitted[one]))
    assert set(rate_ratio(fitted).dims) == {"chain", "draw", "ics", "procedure"}


def test_the_pooled_ratio_weighs_icss_by_their_need():
    fitted = three_by_two([[60, 100], [80, 120], [300, 90]])
    expected = three_by_two([[100, 100], [100, 100], [300, 100]])
    np.testing.assert_allclose(pooled_ratio(fitted, expected), [440 / 500, 310 / 300], rtol=1e-12)


@given(tables())
def test_the_pooled_ratio_lies_between_those_of_the_icss(world):
    fitted, expected = world
    pooled, each = pooled_ratio(fitted, expected), fitted / expected
    assert bool(((pooled >= each.min("ics") * (1 - 1e-12)) & (pooled <= each.max("ics") * (1 + 1e-12))).all())


def test_the_pooled_ratio_leaves_out_icss_that_do_not_offer_the_procedure():
    fitted = label(np.arange(1.0, 31.0).reshape(3, 5, 2), ("ics", "deprivation", "procedure"))
    expected = xr.full_like(fitted, 10.0)
    here = (without(array, ics="Tyne", procedure="hip") for array in (fitted, expected))
    pooled = pooled_ratio(*here).sel(procedure="hip")
    assert_same(pooled, fitted.sel(procedure="hip").isel(ics=[0, 1]).sum("ics") / 20)


def test_the_pooled_ratio_is_missing_where_nothing_is_expected_whatever_is_fitted():
    some = three_by_two(np.ones((3, 2)))
    assert bool(pooled_ratio(some, 0 * some).isnull().all())


def test_the_pooled_ratio_of_less_than_one_expected_admission_is_a_ratio():
    expected = three_by_two([[0.1, 0.2], [0.2, 0.1], [0.1, 0.1]])
    np.testing.assert_allclose(pooled_ratio(2 * expected, expected), [2, 2], rtol=1e-12)


def test_the_pooled_ratio_is_missing_where_nothing_is_expected_anywhere():
    nothing = three_by_two(np.zeros((3, 2)))
    assert bool(pooled_ratio(nothing, nothing).isnull().all())


def test_a_fit_gives_its_gaps_in_every_draw_ics_and_procedure():
    fit = made_fit()
    gap = rate_ratio(fit)
    assert gap.dims == ("chain", "draw", "ics", "procedure")
    assert_same(gap, fit.ratio.sel(deprivation=1, drop=True) / fit.ratio.sel(deprivation=5, drop=True))
    assert_same(gap_of(fit), gap)
    assert_same(pooled_ratio(fit), fit.fitted.sum("ics") / fit.expected.sum("ics"))


def test_differences_of_a_fit_are_per_100_000_person_years():
    fit = made_fit()
    national = fit.expected.sum(["ics", "deprivation"]) / fit.cells["population"].sum()
    rate = 1e5 * fit.ratio * national
    assert_same(
        rate_difference(fit), rate.sel(deprivation=5, drop=True) - rate.sel(deprivation=1, drop=True), rtol=1e-7
    )
    assert rate_difference(fit).attrs["unit"] == "admissions per 100,000 person-years"


def test_a_gap_says_how_it_is_read():
    gap = rate_ratio(RATES)
    assert (gap.attrs["unit"], gap.attrs["no_difference"]) == ("ratio", 1)
    assert gap.attrs["below"] == "the most deprived have fewer"
    assert rate_difference(RATES).attrs["above"] == "the most deprived have fewer"


@pytest.mark.parametrize(("measure", "instead"), [(rate_ratio, "rate_ratio"), (rate_difference, "rate_difference")])
def test_groups_without_an_order_have_no_most_deprived(measure, instead):
    with pytest.raises(OptionError, match=f"use {instead}_to_reference"):
        measure(made_fit(group="ethnicity"))


def test_the_gap_of_groups_without_an_order_is_against_the_reference_group():
    fit = made_fit(group="ethnicity")
    gap = gap_of(fit)
    assert gap["group"].values.tolist() == ["Asian", "Black", "Mixed", "Other"]
    assert_same(gap, gap_between(fit.ratio, Group("ethnicity", "White")))
    one = fit.ratio.sel(group="Black", drop=True) / fit.ratio.sel(group="White", drop=True)
    assert_same(gap.sel(group="Black", drop=True), one)


@pytest.mark.parametrize("measure", [rate_ratio, rate_difference, pooled_ratio, gap_of])
def test_what_is_neither_a_fit_nor_draws_is_refused(measure):
    with pytest.raises(OptionError, match="a fit, or draws"):
        measure([0.8])


def test_draws_of_admissions_alone_have_no_ratio():
    with pytest.raises(OptionError, match="come with expected admissions"):
        pooled_ratio(RATES)


def test_a_pooled_ratio_is_read_against_one():
    assert pooled_ratio(made_fit()).attrs["no_difference"] == 1
