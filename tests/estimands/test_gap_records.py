from collections import Counter

import numpy as np
import pytest

from equitymodel.estimands.core20 import core20_ratio
from equitymodel.estimands.gap_records import PRESENT, adjusted_ratios, few_groups, gap_measures, side_measures
from equitymodel.estimands.gaps import rate_ratio
from equitymodel.estimands.measures import headline_of
from equitymodel.estimands.null_records import WorldOfChance
from equitymodel.vocabulary import ALL_ICS
from tests.estimands.strategies import Made, assert_same, made_fit

pytestmark = pytest.mark.unit
CHANCE = WorldOfChance(0.0, seed=1)


@pytest.fixture(scope="module")
def records():
    return list(gap_measures(made_fit()))


def test_every_measure_of_deprivation_is_there_in_its_order(records):
    assert [item.key for item in records] == [
        "rate_ratio_population_only", "rate_ratio_age_sex", "rate_ratio", "rate_difference", "slope_index", "slope_index",
        "relative_index", "relative_index", "relative_gradient_index", "concentration_index", "horizontal_inequity",
        "share_to_move", "core20_ratio", "core20_difference",
    ]  # fmt: skip
    assert max(Counter(item.label for item in records).values()) == 1


def test_the_headline_is_the_one_with_the_fullest_adjustment(records):
    fit = made_fit()
    assert [item.adjustment for item in records if item.headline] == ["need"]
    own = headline_of(records).draws.sel(ics="Avon")
    assert_same(own, rate_ratio(fit).sel(ics="Avon"))
    pooled = fit.fitted.sum("ics") / fit.expected.sum("ics")
    assert_same(headline_of(records).draws.sel(ics=ALL_ICS), rate_ratio(pooled))


def test_an_adjustment_moves_the_gap_by_what_it_is_worth():
    by_key = {item.adjustment: item.draws.sel(ics="Dorset") for item in adjusted_ratios(made_fit())}
    assert_same(by_key["population"], by_key["age_sex"] * 1.2)
    assert_same(by_key["age_sex"], by_key["need"] * 1.2)


def test_a_cruder_fit_has_a_cruder_headline():
    (only,) = adjusted_ratios(made_fit(adjustments=("population",)))
    assert (only.key, only.adjustment, only.headline) == ("rate_ratio", "population", True)


def test_groups_that_are_strata_are_not_adjusted_for_themselves():
    keys = [item.key for item in adjusted_ratios(made_fit(group="sex"))]
    assert keys == ["rate_ratio_population_only", "rate_ratio_age", "rate_ratio"]


def test_indices_are_withheld_where_residents_are_in_fewer_than_three_groups():
    fit = made_fit()
    gone = (fit.cells["ics"] == "Tyne") & fit.cells["deprivation"].isin([1, 3, 5])
    cells = fit.cells.assign(population=fit.cells["population"].where(~gone, 0.0), offered=fit.cells["offered"] & ~gone)
    cells["expected_admissions"] = cells["expected_admissions"].where(~gone)
    few = Made(cells, fit.ratio.where(~gone))
    assert few_groups(few).values.tolist() == [False, False, True]
    records = {item.key: item for item in gap_measures(few)}
    assert bool(records["concentration_index"].draws.sel(ics="Tyne").isnull().all())
    assert bool(records["concentration_index"].draws.sel(ics="Avon").notnull().all())
    present = records[PRESENT].draws
    assert bool(present.sel(ics="Avon").isnull().all())
    people = few.cells["population"].where(few.cells["offered"])
    national = few.expected.where(~gone).sum(["ics", "deprivation"]) / people.sum(["ics", "deprivation"])
    assert_same(
        present.sel(ics="Tyne"), 1e5 * national * few.ratio.sel(ics="Tyne", deprivation=2, drop=True), rtol=1e-7
    )


def test_the_most_deprived_fifth_is_left_out_where_groups_hold_none(records):
    own = {item.key: item for item in records}["core20_ratio"]
    assert (own.quantity, own.headline, own.adjustment, own.reference) == ("core20_ratio", False, "", "all_others")
    fit = made_fit()
    pooled = core20_ratio(fit.fitted.sum("ics"), fit.expected.sum("ics"))
    assert_same(own.draws.sel(ics=ALL_ICS), pooled)
    four = Made(fit.cells.isel(deprivation=slice(0, 4)), fit.ratio.isel(deprivation=slice(0, 4)))
    assert not any(item.key.startswith("core20") for item in gap_measures(four))
    assert not any(item.key.startswith("core20") for item in gap_measures(made_fit(group="ethnicity")))


def test_each_ics_is_set_beside_all_together_and_ranked_where_there_is_one_gap(records):
    beside = {item.key: item for item in side_measures(made_fit(), records, CHANCE)}
    assert list(beside) == ["share_to_move_null", "probability_worse_than_all", "rank"]
    assert not beside["probability_worse_than_all"].sampled
    assert set(np.unique(beside["rank"].draws)) == {1.0, 2.0, 3.0}
    fit = made_fit(group="ethnicity")
    keys = [item.key for item in side_measures(fit, list(gap_measures(fit)), CHANCE)]
    assert keys[-1] == "probability_below_all"
    assert "rank" not in keys
