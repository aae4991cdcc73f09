"""Reference rates recover stated truths, also where counts are hidden."""

import numpy as np
import pytest
import xarray as xr

from equitymodel.data.cells import reference_rates as module
from equitymodel.data.cells.reference_rates import reference_rates, reference_rates_within
from equitymodel.data.cells.standardise import indirect_expected
from equitymodel.data.tables.suppression import small_number_rule
from equitymodel.errors import ComputationError

pytestmark = pytest.mark.unit

BANDS = {"age_band": ["00-64", "65-74", "75+"]}


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
    monkeypatch.setattr(module, "range", lambda rounds: range(rounds // 500), raising=False)
    with pytest.raises(ComputationError, match="did not settle"):
        reference_rates((people * rates).isel(procedure=0), people, cells=["ics", "deprivation"], tolerance=0)


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
