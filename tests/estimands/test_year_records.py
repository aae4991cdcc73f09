import numpy as np
import pytest

from equitymodel.data.tables.groups import Group
from equitymodel.estimands.gap_records import gap_measures
from equitymodel.estimands.measures import headline_of
from equitymodel.estimands.summary import summarise
from equitymodel.estimands.year_records import GAPS, gap_over_years, gaps_by_year, year_measures
from equitymodel.estimands.yearly_admissions import YearlyAdmissions
from equitymodel.vocabulary import ALL_ICS, ALL_PROCEDURES
from tests.estimands.strategies import Made
from tests.estimands.years_world import yearly_fit

pytestmark = pytest.mark.unit


def narrowing_world(years=4, areas=2, groups=3, procedures=2):
    """Everybody as expected, but the most deprived: 0.80 of it at first, 0.05 more each further year."""
    ratio = np.ones((areas, groups, procedures, years))
    ratio[:, 0] = 0.8 + 0.05 * np.arange(years)
    return ratio


def by_label(fit):
    found = {}
    for item in year_measures(fit):
        pair = tuple(item.draws[name].item() for name in ("period_from", "period_to") if name in item.draws.dims)
        found[(item.key, *pair)] = item
    return found


def value(item, **chosen):
    return item.draws.isel(chain=0, draw=0).sel(chosen).squeeze().item()


def test_gap_change_narrowing_and_trend_by_hand():
    found = by_label(yearly_fit(narrowing_world()))
    assert value(found[("rate_ratio",)], ics=ALL_ICS, procedure="hip", period="2021/22") == pytest.approx(0.9)
    place = {"ics": "Avon", "procedure": ALL_PROCEDURES}
    ends = ("2018/19", "2022/23")
    assert value(found[("rate_ratio_change", *ends)], **place) == pytest.approx(0.95 / 0.8)
    assert value(found[("rate_ratio_change", "2019/20", "2021/22")], **place) == pytest.approx(0.9 / 0.85)
    assert value(found[("rate_ratio_narrowing", *ends)], **place) == pytest.approx(np.log(0.95 / 0.8))
    slope = np.polyfit([2018.75, 2019.75, 2021.75, 2022.75], np.log([0.8, 0.85, 0.9, 0.95]), 1)[0]
    assert value(found[("rate_ratio_trend", *ends)], **place) == pytest.approx(np.exp(slope))
    assert set(found[("rate_ratio",)].draws["procedure"].values) == {"hip", "knee", ALL_PROCEDURES}


def test_four_years_have_four_pairs_and_two_have_one():
    for years, pairs in ((2, 1), (4, 4)):
        keys = [item.key for item in year_measures(yearly_fit(narrowing_world(years)))]
        assert keys.count("slope_index_change") == keys.count("slope_index_narrowing") == pairs
        assert keys.count("rate_ratio_trend") == 1
        assert "slope_index_trend" not in keys


def test_turned_round_the_most_deprived_lose():
    ratio = narrowing_world()[:, ::-1]
    found = by_label(yearly_fit(ratio))
    change = found[("rate_ratio_change", "2018/19", "2022/23")]
    assert value(change, ics="Avon", procedure="hip") == pytest.approx(0.8 / 0.95)
    assert (change.probability == 0).all()
    assert (found[("rate_ratio_narrowing", "2018/19", "2022/23")].probability == 1).all()
    assert (found[("slope_index_change", "2018/19", "2022/23")].probability == 0).all()


def test_all_measures_agree_that_the_most_deprived_gained():
    for item in year_measures(yearly_fit(narrowing_world())):
        if item.key.endswith(("_change", "_narrowing", "_trend")):
            assert (item.probability == 1).all(), item.label


def test_the_last_year_is_the_headline_of_the_table_of_gaps():
    fit = yearly_fit(narrowing_world(), draws=[0.9, 1.1])
    last = Made(fit.cells.isel(period=-1, drop=True), fit.ratio.isel(period=-1, drop=True))
    gap = headline_of(gap_measures(last)).draws
    own = headline_of(year_measures(fit)).draws.isel(period=-1, drop=True)
    np.testing.assert_allclose(own.sel(ics=gap["ics"], procedure=gap["procedure"]), gap)


def test_slope_index_of_each_year_is_at_the_rates_of_that_year():
    """Three equal groups: positions 1/6, 1/2, 5/6; logs aside, the line through (r, 1, 1) rises 1.5 (1 - r)."""
    fit = yearly_fit(narrowing_world(2, areas=1, procedures=1), people=1000.0)
    slope = by_label(fit)[("slope_index",)]
    for year, ratio in (("2018/19", 0.8), ("2019/20", 0.85)):
        assert value(slope, ics="Avon", period=year) == pytest.approx(1.5 * (1 - ratio) * 10_000)


def test_one_ics_equals_all_together():
    found = by_label(yearly_fit(narrowing_world(areas=1)))
    for item in found.values():
        np.testing.assert_allclose(item.draws.sel(ics="Avon"), item.draws.sel(ics=ALL_ICS))


def test_two_groups_have_ratios_and_no_slopes():
    found = by_label(yearly_fit(narrowing_world(groups=2)))
    assert found[("slope_index",)].draws.isnull().all()
    assert value(found[("rate_ratio",)], ics="Avon", procedure="hip", period="2018/19") == pytest.approx(0.8)


def test_a_gap_is_missing_in_every_year_where_a_group_is_missing_in_one():
    expected = np.full((2, 3, 2, 4), 100.0)
    expected[0, 2, 0, 1] = 0.0
    gap = by_label(yearly_fit(narrowing_world(), expected=expected))[("rate_ratio",)].draws
    assert gap.sel(ics="Avon", procedure="hip").isnull().all()
    assert gap.sel(ics="Dorset").notnull().all()
    rows = summarise(gap)
    assert len(rows) == 3 * 3 * 4 - 4


def test_groups_without_order_are_each_followed_against_the_reference():
    found = by_label(yearly_fit(narrowing_world(), group="ethnicity"))
    assert {key for key, *_ in found} == {
        "rate_ratio", "rate_ratio_change", "rate_ratio_narrowing", "rate_ratio_trend",
        "rate_difference", "rate_difference_change", "rate_difference_narrowing",
    }  # fmt: skip
    change = found[("rate_ratio_change", "2018/19", "2022/23")]
    assert change.draws["group"].values.tolist() == ["Asian", "Black"]
    assert (change.reference, change.variant) == ("White", "to_reference")
    assert value(change, ics=ALL_ICS, procedure="knee", group="Asian") == pytest.approx(0.95 / 0.8)
    assert value(found[("rate_difference",)], ics="Avon", procedure="hip", group="Black", period="2018/19") == 0.0


def test_a_further_gap_is_one_more_entry():
    years = YearlyAdmissions.of(yearly_fit(narrowing_world()))
    (first, draws), *_ = gaps_by_year(years)
    assert first is GAPS[0]
    keys = [item.key for item in gap_over_years(first, draws, years)]
    assert keys[0] == "rate_ratio"
    assert [gap.variant for gap in GAPS if gap.suits(Group())] == [
        "ends", "ends", "national_linear", "national_ends_loglinear", "fifth_to_others"
    ]  # fmt: skip
