import numpy as np
import pytest
import xarray as xr
from hypothesis import given
from hypothesis import strategies as st

from equitymodel.errors import OptionError
from equitymodel.estimands.inequality import (
    concentration_index,
    horizontal_inequity,
    share_to_move,
    share_to_move_null,
)
from equitymodel.estimands.rates import rate_and_people
from equitymodel.estimands.routes import route_change
from tests.estimands.strategies import (
    assert_same,
    gradients,
    groups,
    label,
    made_fit,
    tables,
    three_by_two,
    without,
    worlds,
)

pytestmark = pytest.mark.unit

EVEN = groups(np.ones(5))


def test_the_concentration_index_of_five_equal_groups_is_as_worked_out_by_hand():
    # 2 / 3 x (1 x -0.4 + 2 x -0.2 + 3 x 0 + 4 x 0.2 + 5 x 0.4) / 5
    assert float(concentration_index(groups([1, 2, 3, 4, 5]), EVEN)) == pytest.approx(4 / 15)


@given(gradients())
def test_the_concentration_index_is_the_convenient_covariance(world):
    rate, people = (array.values for array in world)
    rank = (np.cumsum(people) - people / 2) / people.sum()
    covariance = np.cov(rate, rank, aweights=people, ddof=0)[0, 1]
    index = 2 * covariance / np.average(rate, weights=people)
    assert float(concentration_index(*world)) == pytest.approx(index, rel=1e-7, abs=1e-9)


@given(gradients())
def test_the_generalised_index_is_the_index_times_the_mean(world):
    rate, people = world
    mean = (rate * people).sum() / people.sum()
    assert_same(
        concentration_index(rate, people, generalised=True), concentration_index(rate, people) * mean, atol=1e-12
    )


@given(world=gradients(), k=st.floats(0.1, 10))
def test_doubling_every_rate_leaves_the_relative_index_and_doubles_the_generalised(world, k):
    rate, people = world
    assert_same(concentration_index(k * rate, people), concentration_index(rate, people), rtol=1e-8, atol=1e-12)
    absolute = concentration_index(rate, people, generalised=True)
    assert_same(concentration_index(k * rate, people, generalised=True), k * absolute, rtol=1e-8, atol=1e-10)


def test_use_by_the_least_deprived_alone_is_concentrated_as_far_as_five_groups_allow():
    assert float(concentration_index(groups([0, 0, 0, 0, 1]), EVEN)) == pytest.approx(0.8)
    assert float(concentration_index(groups([1, 0, 0, 0, 0]), EVEN)) == pytest.approx(-0.8)


def test_equal_rates_are_not_concentrated_even_where_a_group_has_no_rate():
    rate, people = groups([4, np.nan, 4, 4, 4]), groups([10, 20, 30, 20, 20])
    assert float(concentration_index(rate, people)) == pytest.approx(0, abs=1e-12)


@pytest.mark.parametrize("generalised", [False, True])
def test_the_index_is_missing_where_there_is_no_rate_at_all(generalised):
    assert np.isnan(concentration_index(groups([np.nan] * 5), EVEN, generalised=generalised))


def test_horizontal_inequity_is_concentration_of_use_less_that_of_need():
    use, need = groups([10, 20, 30, 40, 50]), groups([50, 40, 30, 20, 10])
    people = groups([100, 100, 100, 100, 100])
    assert float(horizontal_inequity(use, need, people)) == pytest.approx(4 / 15 + 4 / 15)


def test_horizontal_inequity_uses_rates_so_that_larger_groups_do_not_look_favoured():
    people = groups([10, 20, 30, 40, 50])
    assert float(horizontal_inequity(3 * people, 2 * people, people)) == pytest.approx(0, abs=1e-12)
    use = groups([1, 2, 3, 4, 5]) * people
    assert float(horizontal_inequity(use, people, people)) == pytest.approx(
        float(concentration_index(groups([1, 2, 3, 4, 5]), people))
    )


@given(world=worlds(), k=st.floats(0.1, 10))
def test_use_in_proportion_to_need_has_no_horizontal_inequity(world, k):
    people, need = world[1].isel(procedure=0), world[1]
    assert_same(horizontal_inequity(k * need, need, people), 0 * need.sum("deprivation"), atol=1e-12)


def test_the_share_to_move_of_the_worked_example():
    counts, people = groups([122, 96, 109, 150, 88]), groups([154565, 84885, 69171, 77929, 45067])
    assert float(share_to_move(counts, people)) == pytest.approx(0.16893, abs=5e-6)


@given(worlds())
def test_the_share_to_move_is_half_of_what_zero_sum_moves_over_the_total(world):
    fitted, expected = world
    moved = abs(route_change(fitted, expected, route="zero_sum")).sum("deprivation") / 2
    assert_same(share_to_move(fitted, expected), moved / fitted.sum("deprivation"), atol=1e-12)


@given(tables())
def test_the_share_to_move_within_england_is_half_of_what_zero_sum_moves_there(world):
    fitted, expected = world
    over = ["ics", "deprivation"]
    moved = abs(route_change(fitted, expected, route="zero_sum", scope="england")).sum(over) / 2
    assert_same(share_to_move(fitted, expected, over=over), moved / fitted.sum(over), atol=1e-12)


@given(worlds())
def test_the_share_to_move_lies_between_0_and_1_and_is_0_at_equal_rates(world):
    fitted, expected = world
    share = share_to_move(fitted, expected)
    assert bool(((share >= 0) & (share < 1)).all())
    assert_same(share_to_move(3 * expected, expected), 0 * expected.sum("deprivation"), atol=1e-12)


def test_a_procedure_not_offered_has_no_share_to_move_and_leaves_the_others():
    cells = label(np.arange(1.0, 31).reshape(3, 5, 2), ("ics", "deprivation", "procedure"))
    fitted, expected = (without(array, ics="Avon", procedure="knee") for array in (cells, xr.ones_like(cells)))
    share = share_to_move(fitted, expected)
    assert np.isnan(share.sel(ics="Avon", procedure="knee"))
    assert_same(share.sel(procedure="hip"), share_to_move(cells, xr.ones_like(cells)).sel(procedure="hip"))


@pytest.mark.parametrize(("events", "percent"), [(5, 16.3), (20, 8.0), (100, 3.6), (2000, 0.8)])
def test_the_null_share_is_as_published_for_five_equal_groups(events, percent):
    null = share_to_move_null(groups(np.full(5, float(events))), seed=1, draws=20_000)
    assert 100 * float(null) == pytest.approx(percent, abs=0.05)


def test_the_null_share_of_unequal_groups_agrees_with_a_plain_loop():
    expected = np.array([10.0, 40, 80])
    rng = np.random.default_rng(2)
    shares = []
    for _ in range(5000):
        counts = rng.poisson(expected)
        equal = expected * counts.sum() / expected.sum()
        shares.append(abs(counts - equal).sum() / (2 * counts.sum()))
    assert float(share_to_move_null(groups(expected), seed=3, draws=5000)) == pytest.approx(np.mean(shares), rel=0.03)


def test_the_null_share_is_the_same_for_the_same_seed_and_is_given_for_each_ics():
    expected = three_by_two([[5, 5], [50, 50], [500, 500]])
    null = share_to_move_null(expected, seed=4)
    assert_same(null, share_to_move_null(expected, seed=4), rtol=0)
    assert null.dims == ("ics",)
    assert float(null[0]) > float(null[1]) > float(null[2])


def test_the_null_share_is_missing_where_nothing_is_offered():
    expected = three_by_two([[5, 5], [np.nan, np.nan], [500, 500]])
    assert share_to_move_null(expected, seed=4).isnull().values.tolist() == [False, True, False]


def test_a_fit_is_taken_for_its_rates_and_admissions():
    fit = made_fit()
    rate, people = rate_and_people(fit, None)
    assert_same(concentration_index(fit), concentration_index(rate, people))
    assert_same(horizontal_inequity(fit), horizontal_inequity(fit.fitted, fit.expected, people))
    assert_same(share_to_move(fit), share_to_move(fit.fitted, fit.expected))


def test_measures_say_their_unit():
    fit = made_fit()
    assert concentration_index(fit).attrs["unit"] == "index, -1 to 1"
    assert concentration_index(fit, generalised=True).attrs["unit"] == "admissions per 100,000 person-years"
    assert horizontal_inequity(fit).attrs["above"] == "the most deprived have fewer"
    assert share_to_move(fit).attrs == {"unit": "share of admissions"}


@pytest.mark.parametrize("measure", [concentration_index, horizontal_inequity])
def test_there_is_no_concentration_without_an_order(measure):
    with pytest.raises(OptionError, match="have no order"):
        measure(made_fit(group="ethnicity"))
