"""Standardisation recovers stated truths and keeps its identities."""

import numpy as np
import pytest
import xarray as xr
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from equitymodel.data.cells import standardise
from equitymodel.data.cells.standardise import (
    byar_limits,
    directly_standardised_rate,
    exact_limits,
    indirect_expected,
    reference_rates,
    reference_rates_within,
    standardisation_difference,
    standardised_ratio_limits,
    wilson_limits,
)
from equitymodel.data.tables.suppression import small_number_rule

pytestmark = pytest.mark.unit

COUNTS = xr.DataArray([0.0, 1, 3, 9, 10, 65, 1045], dims="ics")
BANDS = {"age_band": ["00-64", "65-74", "75+"]}


@pytest.fixture
def people():
    """Younger people where deprivation is greatest, in two areas."""
    young = xr.DataArray([[900.0, 60, 40], [700, 160, 140]], coords={"deprivation": [1, 2], **BANDS})
    return young * xr.DataArray([1.0, 2.5], dims="ics", coords={"ics": ["a", "b"]})


@pytest.fixture
def rates():
    """True rates by procedure and age band."""
    return xr.DataArray([[0.01, 0.2, 0.3], [0.02, 0.1, 0.05]], coords={"procedure": ["hip", "knee"], **BANDS})


@pytest.fixture
def ratio():
    """True ratios: the most deprived have fewer admissions than their age would give."""
    return xr.DataArray([[0.6, 1.1], [0.8, 1.4]], coords={"ics": ["a", "b"], "deprivation": [1, 2]})


def test_reference_rates_recover_a_multiplicative_truth(people, rates, ratio):
    found = reference_rates(people * rates * ratio, people, cells=["ics", "deprivation"])
    relative = found / found.isel(age_band=0)
    np.testing.assert_allclose(relative.transpose(*rates.dims), rates / rates.isel(age_band=0), rtol=1e-8)


def test_crude_rates_would_carry_the_inequity(people, rates, ratio):
    counts = people * rates * ratio
    crude = counts.sum(["ics", "deprivation"]) / people.sum(["ics", "deprivation"])
    relative = crude / crude.isel(age_band=0)
    assert (relative.sel(age_band="75+") > 1.05 * (rates / rates.isel(age_band=0)).sel(age_band="75+")).all()


def test_reference_rates_expect_what_was_observed_in_all(people, rates, ratio):
    counts = people * rates * ratio
    found = reference_rates(counts, people, cells=["ics", "deprivation"])
    total = indirect_expected(people, found).sum(["ics", "deprivation"])
    np.testing.assert_allclose(total, counts.sum(["ics", "deprivation", "age_band"]))


def test_reference_rates_of_one_cell_are_its_crude_rates(people, rates):
    one = people.isel(ics=[0], deprivation=[1])
    counts = (one * rates).round()
    found = reference_rates(counts, one, cells=["ics", "deprivation"])
    np.testing.assert_allclose(found, (counts / one).squeeze(["ics", "deprivation"]).transpose(*found.dims))


def test_reference_rates_of_equal_cells_are_the_crude_rates(people, rates):
    counts = people * rates
    found = reference_rates(counts, people, cells=["ics", "deprivation"])
    np.testing.assert_allclose(found.transpose(*rates.dims), rates)


def test_reference_rates_leave_out_cells_that_are_not_known(people, rates, ratio):
    counts = people * rates * ratio
    hidden = counts.where((counts["ics"] != "a") | (counts["deprivation"] != 1) | (counts["age_band"] != "75+"))
    found = reference_rates(hidden, people, cells=["ics", "deprivation"])
    relative = found / found.isel(age_band=0)
    np.testing.assert_allclose(relative.transpose(*rates.dims), rates / rates.isel(age_band=0), rtol=1e-8)


def test_reference_rates_of_an_age_without_people_are_zero(people, rates, ratio):
    childless = people.where(people["age_band"] != "00-64", 0.0)
    found = reference_rates(childless * rates * ratio, childless, cells=["ics", "deprivation"])
    assert (found.sel(age_band="00-64") == 0).all()


def test_reference_rates_do_not_depend_on_the_order_of_cells(people, rates, ratio):
    counts = people * rates * ratio
    turned = {"ics": ["b", "a"], "deprivation": [2, 1], "age_band": ["75+", "00-64", "65-74"]}
    found = reference_rates(counts, people, cells=["ics", "deprivation"])
    again = reference_rates(counts.sel(turned), people.sel(turned), cells=["deprivation", "ics"])
    np.testing.assert_allclose(again.sel(age_band=found["age_band"]).transpose(*found.dims), found)


def test_reference_rates_that_cannot_settle_say_so(people, rates, monkeypatch):
    monkeypatch.setattr(standardise, "range", lambda rounds: range(rounds // 500), raising=False)
    with pytest.raises(RuntimeError, match="did not settle"):
        reference_rates((people * rates).isel(procedure=0), people, cells=["ics", "deprivation"], tolerance=0)


def test_expected_admissions_keep_cells_and_procedures(people, rates):
    expected = indirect_expected(people, rates)
    assert set(expected.dims) == {"ics", "deprivation", "procedure"}
    hip = expected.sel(ics="a", deprivation=1, procedure="hip").item()
    assert hip == pytest.approx(900 * 0.01 + 60 * 0.2 + 40 * 0.3)


def test_expected_admissions_grow_with_people_and_with_rates(people, rates):
    np.testing.assert_allclose(indirect_expected(3 * people, 2 * rates), 6 * indirect_expected(people, rates))


# Limits


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
        with pytest.raises(ValueError, match="between 0 and 1"):
            limits()


def test_ratio_limits_are_exact_below_ten_events_and_byar_from_ten():
    expected = xr.full_like(COUNTS, 20.0)
    result = standardised_ratio_limits(COUNTS, expected)
    few = COUNTS < 10
    wanted = exact_limits(COUNTS).where(few, byar_limits(COUNTS)) / 20
    np.testing.assert_allclose(result["lower"], wanted["lower"])
    np.testing.assert_allclose(result["upper"], wanted["upper"])
    np.testing.assert_allclose(result["ratio"], COUNTS / 20)


# Direct standardisation


@pytest.fixture
def events(people, rates, ratio):
    """Counts by area and group, of one procedure."""
    return (people * rates * ratio).sel(procedure="hip", drop=True).round()


def test_a_population_standardised_by_itself_has_its_crude_rate(people, events):
    own, counts = people.isel(ics=0, deprivation=1), events.isel(ics=0, deprivation=1)
    result = directly_standardised_rate(counts, own, own, per=1000)
    assert result["rate"].item() == pytest.approx(1000 * counts.sum().item() / own.sum().item())
    np.testing.assert_allclose(result["upper"] / result["rate"], byar_limits(counts.sum())["upper"] / counts.sum())


def test_only_the_shape_of_the_standard_counts(people, events):
    standard = xr.DataArray([5.0, 3, 2], coords=BANDS)
    once, hundred = (directly_standardised_rate(events, people, size * standard) for size in (1, 100))
    xr.testing.assert_allclose(once, hundred)


def test_equal_rates_are_equal_whatever_the_ages(people):
    standard = xr.DataArray([5.0, 3, 2], coords=BANDS)
    result = directly_standardised_rate(people * 0.04, people, standard, per=1000)
    np.testing.assert_allclose(result["rate"], 40)


def test_events_that_repeat_widen_the_limits(people, events):
    standard = xr.DataArray([5.0, 3, 2], coords=BANDS)
    single = directly_standardised_rate(events, people, standard)
    same = directly_standardised_rate(events, people, standard, squared_events=events)
    double = directly_standardised_rate(events, people, standard, squared_events=4 * events)
    xr.testing.assert_allclose(single, same)
    np.testing.assert_allclose(double["upper"] - double["rate"], 2 * (single["upper"] - single["rate"]))


def test_rates_on_few_or_unknown_events_are_withheld(people, events):
    standard = xr.DataArray([5.0, 3, 2], coords=BANDS)
    counts = events.copy()
    counts[{"ics": 0, "deprivation": 0}] = [3, 3, 3]
    counts[{"ics": 1, "deprivation": 0}] = [300, np.nan, 300]
    result = directly_standardised_rate(counts, people, standard)
    rate = result["rate"].transpose("ics", "deprivation")
    assert rate.isnull().values.tolist() == [[True, False], [True, False]]


# Reference rates where counts are hidden


def hide(counts, rule="1-9"):
    """What a publisher's counts may be."""
    low, high = small_number_rule(rule).bounds(counts.values)
    small = (counts.values >= 1) & (counts.values <= small_number_rule(rule).high)
    ends = np.where(small, 1, low), np.where(small, small_number_rule(rule).high, high)
    return tuple(counts.copy(data=end.astype(float)) for end in ends)


@pytest.fixture(scope="module")
def wards():
    """Many small cells, with rates by age and the most deprived under-served; counts drawn by chance."""
    rng = np.random.default_rng(5)
    sizes = np.array([8000.0, 1800, 1200]) * rng.uniform(0.5, 1.5, (40, 5, 3))
    people = xr.DataArray(sizes, coords={"ics": range(40), "deprivation": range(1, 6), **BANDS})
    rate = xr.DataArray([[5e-4, 1.5e-2, 2.5e-2], [2e-3, 4e-3, 1.2e-2]], coords={"procedure": ["hip", "knee"], **BANDS})
    ratio = xr.DataArray(np.linspace(0.7, 1.2, 5), dims="deprivation") * xr.DataArray(
        rng.gamma(20, 1 / 20, 40), dims="ics"
    )
    mean = people * ratio * rate
    return people, rate, mean.copy(data=rng.poisson(mean.values).astype(float))


def furthest(found, rate):
    """The largest log ratio of found to true rates, each relative to the oldest."""
    relative = found / found.sel(age_band="75+") / (rate / rate.sel(age_band="75+"))
    return float(abs(np.log(relative)).max())


def test_reference_rates_within_equal_bounds_are_those_of_the_counts(people, rates, ratio):
    counts = (people * rates * ratio).round()
    counts = counts.where((counts["ics"] != "a") | (counts["deprivation"] != 1) | (counts["age_band"] != "75+"))
    cells = ["ics", "deprivation"]
    xr.testing.assert_identical(
        reference_rates_within(counts, counts, people, cells=cells), reference_rates(counts, people, cells=cells)
    )


def test_reference_rates_recover_the_truth_better_than_midpoints(wards):
    people, rate, counts = wards
    low, high = hide(counts)
    assert 0.35 < float((low < high).mean()) < 0.5
    cells = ["ics", "deprivation"]
    within = reference_rates_within(low, high, people, cells=cells)
    middle, exact = (reference_rates(array, people, cells=cells) for array in ((low + high) / 2, counts))

    assert furthest(within, rate) < 0.06 < 0.2 < furthest(middle, rate)
    np.testing.assert_allclose(within, exact, rtol=0.06)


def test_reference_rates_within_leave_out_cells_that_are_not_known(wards):
    people, counts = (array.isel(ics=slice(10)) for array in wards[::2])
    low, high = hide(counts)
    kept = counts["ics"] != 3
    known = kept | (counts["age_band"] != "65-74")
    cells = ["ics", "deprivation"]
    some = reference_rates_within(low.where(known), high.where(known), people, cells=cells)
    few = reference_rates_within(*(array.sel(ics=kept) for array in (low, high, people)), cells=cells)
    np.testing.assert_allclose(some.transpose(*few.dims), few, rtol=1e-3)


def test_reference_rates_do_not_mind_strata_without_people(wards):
    people, counts = (array.isel(ics=slice(10)) for array in wards[::2])
    nobody = people["ics"] != 7
    low, high = hide(counts.where(nobody, 0.0))
    found = reference_rates_within(low, high, people.where(nobody, 0.0), cells=["ics", "deprivation"])
    assert found.notnull().all()
    assert (found > 0).all()


def test_reference_rates_settle_where_most_counts_are_hidden(wards):
    people, rate, counts = wards
    rng = np.random.default_rng(2)
    rare = counts.copy(data=rng.binomial(counts.values.astype(int), 0.3).astype(float))
    low, high = hide(rare)
    assert float((low < high).mean()) > 0.6
    cells = ["ics", "deprivation"]
    within = reference_rates_within(low, high, people, cells=cells)
    assert furthest(within, rate) < 0.35 * furthest(reference_rates((low + high) / 2, people, cells=cells), rate)


def test_both_standardisations_agree_where_age_acts_alike():
    people = xr.DataArray([[900.0, 100], [500, 600]], dims=("deprivation", "age_band"))
    rates = xr.DataArray([0.02, 0.3], dims="age_band")
    ratio = xr.DataArray([0.7, 1.1], dims="deprivation")
    found = standardisation_difference(people * rates * ratio, people, rates, group="deprivation", strata=["age_band"])
    assert found["difference"].item() == pytest.approx(0.0, abs=1e-12)
    assert found["gap"].item() == pytest.approx(np.log(0.7 / 1.1))


def test_the_difference_of_standardisations_is_within_its_noise_as_often_as_it_says():
    rng = np.random.default_rng(1)
    people = xr.DataArray([[9000.0, 1000], [5000, 6000]], dims=("deprivation", "age_band"))
    rates = xr.DataArray([0.02, 0.3], dims="age_band")
    counts = (people * rates).expand_dims(replicate=4000)
    counts = counts.copy(data=rng.poisson(counts))
    found = standardisation_difference(counts, people, rates, group="deprivation", strata=["age_band"])
    away = np.abs(found["difference"] / found["standard_error"])
    assert (away > 1.96).mean().item() == pytest.approx(0.05, abs=0.0105)
