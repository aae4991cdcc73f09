import numpy as np
import pytest
import xarray as xr

from equitymodel.errors import OptionError
from equitymodel.estimands.between_years import (
    difference_change,
    ends_of_pair,
    gap_narrowing,
    in_every_year,
    label_pair,
    ratio_change,
    trend_a_year,
    year_pairs,
)
from equitymodel.estimands.reading import Reading, deficit_reading, ratio_reading, read_as, reading_of
from equitymodel.estimands.summary import summarise

pytestmark = pytest.mark.unit
FIRST_LAST = ("2019", "2021")


def gaps(by_draw, labels=("2019", "2021"), reading=None):
    """Label gaps of a few draws by year."""
    values = xr.DataArray([by_draw], dims=("chain", "draw", "period"), coords={"period": list(labels)})
    return read_as(values, reading or ratio_reading(), "rate_ratio")


def test_a_cell_that_is_missing_in_one_year_is_missing_in_all():
    expected = xr.DataArray([[5.0, 5.0], [5.0, 0.0], [np.nan, 5.0], [5.0, 5.0]], dims=("ics", "period"))
    fitted = expected.where(xr.DataArray([True, True, True, False], dims="ics"))
    draws = fitted.expand_dims(chain=1, draw=3)
    assert in_every_year(draws, expected).values.tolist() == [True, False, False, False]


@pytest.mark.parametrize(
    ("labels", "pairs"),
    [
        (["a"], []),
        (["a", "b"], [("a", "b")]),
        (["a", "b", "c", "d"], [("a", "d"), ("a", "b"), ("b", "c"), ("c", "d")]),
    ],
)
def test_the_first_is_compared_with_the_last_and_each_with_the_next(labels, pairs):
    assert year_pairs(labels) == pairs


def test_a_change_is_worked_out_within_each_draw_not_from_two_intervals():
    """Years move together from draw to draw: each interval is wide, and the change is exact."""
    paired = gaps([[level, 1.1 * level] for level in np.linspace(0.5, 1.5, 101)])
    change = summarise(ratio_change(paired, FIRST_LAST)).iloc[0]
    assert (change["lower"], change["upper"]) == pytest.approx((1.1, 1.1))
    assert (change["period_from"], change["period_to"]) == FIRST_LAST
    wide = summarise(paired)
    assert (wide["upper"] - wide["lower"]).min() > 0.9


def test_the_probability_that_the_most_deprived_gained_is_a_share_of_draws():
    change = ratio_change(gaps([[0.8, 0.9], [0.8, 0.82], [0.8, 0.7], [0.8, 0.88]]), FIRST_LAST)
    row = summarise(change).iloc[0]
    assert row["probability"] == 0.75
    assert row["probability_of"] == "ratio above 1: the most deprived gained"


def test_a_ratio_that_is_larger_the_fewer_they_have_says_who_gained_the_other_way_round():
    falling = gaps([[1.4, 1.2]] * 3 + [[1.4, 1.5]], reading=deficit_reading("ratio", 1))
    row = summarise(ratio_change(falling, FIRST_LAST)).iloc[0]
    assert (row["probability"], row["probability_of"]) == (0.75, "ratio below 1: the most deprived gained")
    trend = summarise(trend_a_year(falling, xr.DataArray([0.0, 2.0], dims="period"))).iloc[0]
    assert (trend["probability"], trend["estimate"]) == (0.75, pytest.approx((1.2 / 1.4) ** 0.5))


def test_differences_change_by_subtraction_and_a_fall_is_a_gain():
    slope = gaps([[40.0, 25.0], [40.0, 45.0]], reading=deficit_reading("per 100,000"))
    change = difference_change(slope, FIRST_LAST)
    assert change.squeeze().values.tolist() == [-15.0, 5.0]
    row = summarise(change).iloc[0]
    assert (row["probability"], row["unit"]) == (0.5, "per 100,000")
    assert row["probability_of"] == "below 0: the most deprived gained"


@pytest.mark.parametrize(
    ("before", "after", "narrowed"),
    [
        (0.8, 0.9, np.log(0.9 / 0.8)),
        (1.25, 1.1, np.log(1.25 / 1.1)),
        (0.8, 1.25, 0.0),
        (0.8, 1.6, -np.log(1.6 * 0.8)),
        (1.0, 0.8, np.log(0.8)),
    ],
)
def test_narrowed_means_closer_to_no_gap_whoever_had_fewer(before, after, narrowed):
    assert gap_narrowing(gaps([[before, after]]), FIRST_LAST).item() == pytest.approx(narrowed, abs=1e-12)


def test_differences_narrow_towards_nothing():
    slope = gaps([[40.0, -25.0], [-10.0, -30.0]], reading=deficit_reading("per 100,000"))
    found = gap_narrowing(slope, FIRST_LAST, no_gap=0.0)
    assert found.squeeze().values.tolist() == [15.0, -20.0]
    assert (reading_of(found).unit, reading_of(found).event) == ("per 100,000", "above_0")


def test_a_trend_is_the_least_squares_slope_over_unequally_spaced_years():
    """Logs 0, 1, 4 at years 0, 1, 3: mean 4/3 each way, slope 5.6667 / 4.6667."""
    values = gaps([np.exp([0.0, 1.0, 4.0])], labels=("a", "b", "c"))
    year = xr.DataArray([2019.0, 2020.0, 2022.0], dims="period")
    trend = trend_a_year(values, year)
    sums = [(0 - 4 / 3, 0.0), (1 - 4 / 3, 1.0), (3 - 4 / 3, 4.0)]
    slope = sum(x * y for x, y in sums) / sum(x * x for x, _ in sums)
    assert slope == pytest.approx(19 / 14)
    assert np.log(trend.item()) == pytest.approx(slope)
    assert (trend["period_from"].item(), trend["period_to"].item()) == ("a", "c")


def test_with_two_years_the_trend_is_the_change_spread_over_the_years_between():
    values = gaps([[0.8, 0.968]])
    trend = trend_a_year(values, xr.DataArray([2019.5, 2021.5], dims="period"))
    assert trend.item() == pytest.approx(1.1)
    assert trend.item() ** 2 == pytest.approx(ratio_change(values, FIRST_LAST).item())


def test_quarters_have_a_trend_a_year():
    values = gaps([1.1 ** np.arange(4)], labels=("Q1", "Q2", "Q3", "Q4"))
    trend = trend_a_year(values, xr.DataArray([0.125, 0.375, 0.625, 0.875], dims="period"))
    assert trend.item() == pytest.approx(1.1**4)


def test_a_trend_is_missing_where_a_year_is_missing_and_refused_for_one_year():
    year = xr.DataArray([0.0, 1.0], dims="period")
    assert np.isnan(trend_a_year(gaps([[np.nan, 0.9]]), year).item())
    with pytest.raises(OptionError, match="two years or more"):
        trend_a_year(gaps([[0.9]], labels=("2019",)), year[:1])


def test_a_year_that_is_not_there_is_refused():
    for change in (ratio_change, difference_change, gap_narrowing, ends_of_pair):
        with pytest.raises(OptionError, match="no period '2020' among these: 2019, 2021"):
            change(gaps([[0.8, 0.9]]), ("2019", "2020"))


def test_a_change_carries_its_two_years():
    made = label_pair(xr.DataArray([1.0, 2.0], dims="ics"), ("x", "y"), Reading("ratio", 1), "change")
    assert made.sizes == {"period_from": 1, "period_to": 1, "ics": 2}
    assert (made.name, reading_of(made).unit) == ("change", "ratio")
