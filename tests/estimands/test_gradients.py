import numpy as np
import pytest
import statsmodels.api as sm
from hypothesis import given
from hypothesis import strategies as st

from equitymodel.data.tables.deprivation import ridit
from equitymodel.errors import EquityModelError, OptionError
from equitymodel.estimands.gradients import (
    fit_line,
    positions,
    relative_gradient_index,
    relative_index,
    slope_index,
)
from equitymodel.estimands.inequality import concentration_index
from equitymodel.estimands.rates import rate_and_people
from equitymodel.estimands.routes import route_change
from tests.estimands.strategies import assert_same, gradients, groups, label, made_fit, three_by_two, worlds

pytestmark = pytest.mark.unit

RATE = groups([12, 15, 14, 19, 22])
PEOPLE = groups([30, 25, 20, 15, 10])
MIDPOINTS = np.array([0.15, 0.425, 0.65, 0.825, 0.95])  # half of 30, then 30 + half of 25, ... of 100
PLACES = ("local", "national")


def by_polyfit(rate, people, at=MIDPOINTS):
    """Fit by numpy, which wants square roots of weights: the value at position 0, and the slope."""
    slope, start = np.polyfit(at, np.asarray(rate), 1, w=np.sqrt(np.asarray(people)))
    return start, slope


def test_groups_lie_at_the_middle_of_their_share_of_the_people():
    np.testing.assert_allclose(positions(PEOPLE, "local"), MIDPOINTS, rtol=1e-12)


def test_the_line_is_that_of_numpy_and_of_statsmodels():
    line = fit_line(RATE, ridit(PEOPLE), PEOPLE)
    start, slope = by_polyfit(RATE, PEOPLE)
    np.testing.assert_allclose([line.most, line.least], [start, start + slope], rtol=1e-10)
    other = sm.WLS(RATE.values, sm.add_constant(MIDPOINTS), weights=PEOPLE.values).fit().params
    np.testing.assert_allclose([line.most, line.least], [other[0], other.sum()], rtol=1e-10)


@given(gradients())
def test_the_slope_index_is_the_weighted_slope_of_any_rates(world):
    rate, people = world
    _, slope = by_polyfit(rate, people, at=ridit(people).values)
    assert float(slope_index(rate, people)) == pytest.approx(slope, rel=1e-7, abs=1e-7)


@pytest.mark.parametrize("position", PLACES)
def test_the_slope_index_recovers_a_straight_line_in_every_draw_and_ics(position):
    people = label(np.arange(1.0, 16.0).reshape(3, 5), ("ics", "deprivation"))
    steep = label([[[10.0, -20, 30], [0, 5, 7]]], ("chain", "draw", "ics"))
    rate = 50 + steep * positions(people, position)
    assert_same(slope_index(rate, people, position=position), steep, atol=1e-9)


def test_local_and_national_indices_of_an_area_are_as_worked_out_one_by_one():
    people = label([[80, 60, 40, 20, 10], [10, 20, 30, 40, 50], [5, 5, 5, 5, 85]], ("ics", "deprivation"))
    rate = label([[9, 11, 10, 14, 15], [20, 22, 21, 25, 24], [7, 8, 9, 9, 12]], ("ics", "deprivation"))
    together = people.sum("ics").values
    national = (np.cumsum(together) - together / 2) / together.sum()
    for i in range(3):
        own = people.values[i]
        local = (np.cumsum(own) - own / 2) / own.sum()
        for position, at in (("national", national), ("local", local)):
            _, slope = by_polyfit(rate[i], own, at=at)
            index = slope_index(rate, people, position=position)
            assert float(index[i]) == pytest.approx(slope, rel=1e-10)


@given(worlds())
def test_local_and_national_positions_agree_when_there_is_one_ics(world):
    rate, people = world[0].isel(ics=[1]), world[1].isel(ics=[1], procedure=0)
    local = slope_index(rate, people, position="local")
    assert_same(slope_index(rate, people, position="national"), local, atol=1e-9)


def test_the_loglinear_index_is_the_line_of_the_logs_taken_back():
    start, slope = by_polyfit(np.log(RATE), PEOPLE)
    assert float(slope_index(RATE, PEOPLE, loglinear=True)) == pytest.approx(np.exp(start + slope) - np.exp(start))
    assert float(relative_index(RATE, PEOPLE, loglinear=True)) == pytest.approx(np.exp(slope))


def test_the_two_relative_indices_are_the_ratio_of_the_ends_and_the_slope_over_the_mean():
    start, slope = by_polyfit(RATE, PEOPLE)
    mean = (12 * 30 + 15 * 25 + 14 * 20 + 19 * 15 + 22 * 10) / 100
    assert float(relative_index(RATE, PEOPLE)) == pytest.approx((start + slope) / start)
    assert float(relative_index(RATE, PEOPLE, variant="mean")) == pytest.approx(slope / mean)


@pytest.mark.parametrize("loglinear", [False, True])
@given(gradients())
def test_turning_the_scale_round_changes_the_sign_and_inverts_the_ratio(loglinear, world):
    rate, people = world
    around = [4, 3, 2, 1, 0]
    there, back = (slope_index(r, p, loglinear=loglinear)
                   for r, p in ((rate, people), (rate[around], people[around])))  # fmt: skip
    assert float(there) == pytest.approx(-float(back), rel=1e-9, abs=1e-9)
    ratio, inverse = (relative_index(r, p, loglinear=loglinear)
                      for r, p in ((rate, people), (rate[around], people[around])))  # fmt: skip
    np.testing.assert_allclose(ratio, 1 / inverse, rtol=1e-7)


@given(world=gradients(), k=st.floats(0.1, 10))
def test_scaling_rates_scales_the_slope_index_and_leaves_the_relative_ones(world, k):
    rate, people = world
    assert_same(slope_index(k * rate, people), k * slope_index(rate, people), atol=1e-8)
    for variant in ("ends", "mean"):
        scaled = relative_index(k * rate, people, variant=variant)
        assert_same(scaled, relative_index(rate, people, variant=variant), rtol=1e-7, atol=1e-9)


@given(gradients())
def test_equal_rates_have_no_gradient(world):
    _, people = world
    flat = groups(np.full(5, 7.0))
    assert float(slope_index(flat, people)) == pytest.approx(0, abs=1e-9)
    assert float(relative_index(flat, people)) == pytest.approx(1)
    assert float(relative_index(flat, people, variant="mean")) == pytest.approx(0, abs=1e-9)


def test_the_ratio_of_the_ends_is_missing_where_the_line_falls_below_zero_and_the_loglinear_one_is_not():
    steep = groups([1, 1, 2, 10, 30])
    assert np.isnan(relative_index(steep, PEOPLE))
    assert float(relative_index(steep, PEOPLE, loglinear=True)) > 1


def test_indices_are_missing_with_fewer_than_three_groups_of_people():
    two = groups([30, 0, 0, 0, 10])
    for index in (slope_index(RATE, two), relative_index(RATE, two), relative_index(RATE, two, variant="mean")):
        assert np.isnan(index)
    assert np.isfinite(slope_index(RATE, groups([30, 0, 20, 0, 10])))


@pytest.mark.parametrize("gone", ["people", "rate"])
def test_a_group_without_people_or_without_a_rate_leaves_the_line_of_the_others(gone):
    people = PEOPLE.where(PEOPLE["deprivation"] != 3, 0.0)
    rate = RATE if gone == "people" else RATE.where(RATE["deprivation"] != 3)
    kept = [0, 1, 3, 4]
    assert float(slope_index(rate, people)) == pytest.approx(float(slope_index(RATE[kept], PEOPLE[kept])))


def test_the_mean_of_a_relative_index_is_over_groups_that_have_a_rate():
    rate = RATE.where(RATE["deprivation"] != 3)
    mean = (12 * 30 + 15 * 25 + 19 * 15 + 22 * 10) / 80
    assert float(relative_index(rate, PEOPLE, variant="mean")) == pytest.approx(float(slope_index(rate, PEOPLE)) / mean)


def test_the_relative_gradient_index_divides_by_the_mean_of_all_icss_together():
    people = label([[80, 60, 40, 20, 10], [10, 20, 30, 40, 50]], ("ics", "deprivation"))
    rate = label([[9, 11, 10, 14, 15], [20, 22, 21, 25, 24]], ("ics", "deprivation"))
    mean = np.average(rate.values.ravel(), weights=people.values.ravel())
    assert_same(relative_gradient_index(rate, people), slope_index(rate, people) / mean)


def test_people_who_are_not_offered_a_procedure_do_not_lower_the_national_mean():
    people = label([[80, 60, 40, 20, 10], [10, 20, 30, 40, 50], [99, 99, 99, 99, 99]], ("ics", "deprivation"))
    rate = label([[9, 11, 10, 14, 15], [20, 22, 21, 25, 24], [np.nan] * 5], ("ics", "deprivation"))
    mean = np.average(rate.values[:2].ravel(), weights=people.values[:2].ravel())
    index = relative_gradient_index(rate, people)
    assert_same(index[:2], slope_index(rate, people)[:2] / mean)
    assert np.isnan(index[2])


@given(world=worlds(), steep=st.floats(0, 3))
def test_levelling_up_a_straight_gradient_takes_the_slope_index_times_half_the_need(world, steep):
    """Needs a straight line on local positions that are shares of need, and the line's own end as the target."""
    _, need = world
    place = positions(need, "local")
    ratio = 0.5 + steep * place
    change = route_change(ratio * need, need, route="level_up", target=0.5 + steep + 0 * place.isel(deprivation=0))
    total = slope_index(ratio, need, position="local") * need.sum("deprivation") / 2
    assert_same(change.sum("deprivation"), total, rtol=1e-8, atol=1e-8)


@given(gradients())
def test_the_concentration_index_is_twice_the_variance_of_rank_times_slope_over_mean(world):
    rate, people = world
    share = people / people.sum()
    variance = (share * (ridit(people) - 0.5) ** 2).sum()
    slope, mean = slope_index(rate, people, position="local"), (share * rate).sum()
    assert_same(concentration_index(rate, people), 2 * variance * slope / mean, rtol=1e-8, atol=1e-10)


@pytest.mark.parametrize("size", [2, 5, 10])
def test_the_variance_of_rank_over_equal_groups_is_as_known(size):
    rank = ridit(groups(np.ones(size)))
    assert float(((rank - 0.5) ** 2).mean()) == pytest.approx((1 - 1 / size**2) / 12)


def test_a_positive_index_means_the_most_deprived_have_fewer():
    people, rate = three_by_two(np.ones((3, 2))).isel(ics=0), groups([1, 2])
    fewer, ends = groups([1, 2, 3]), groups([1, 1, 1])
    assert float(slope_index(fewer, ends)) > 0
    assert float(relative_index(fewer, ends)) > 1
    assert float(concentration_index(rate, people)) > 0


def test_unknown_positions_and_variants_are_refused_with_the_known_ones():
    with pytest.raises(EquityModelError, match="'local' or 'national', not 'nationale'"):
        slope_index(RATE, PEOPLE, position="nationale")
    with pytest.raises(EquityModelError, match="'ends' and 'mean', not 'end'"):
        relative_index(RATE, PEOPLE, variant="end")


def test_a_fit_is_taken_for_its_rates_and_its_people():
    fit = made_fit()
    rate, people = rate_and_people(fit, None)
    for measure in (slope_index, relative_index, relative_gradient_index):
        assert_same(measure(fit), measure(rate, people))
    assert slope_index(fit).attrs["unit"] == "admissions per 100,000 person-years"
    assert relative_index(fit).attrs["no_difference"] == 1
    assert relative_index(fit, variant="mean").attrs["no_difference"] == 0


@pytest.mark.parametrize("measure", [slope_index, relative_index, relative_gradient_index])
def test_there_is_no_gradient_without_an_order_or_without_people(measure):
    with pytest.raises(OptionError, match="have no order"):
        measure(made_fit(group="ethnicity"))
    with pytest.raises(OptionError, match="come with the population"):
        measure(RATE)
