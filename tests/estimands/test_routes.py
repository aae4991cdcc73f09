import numpy as np
import pytest
import xarray as xr
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from equitymodel.errors import EquityModelError
from equitymodel.estimands.no_gap import level_up_under_no_gap
from equitymodel.estimands.rates import REFERENCES, expected_at_reference, shortfall
from equitymodel.estimands.routes import (
    constant_budget,
    growth_only,
    level_shortfall,
    route_change,
)
from equitymodel.vocabulary import ROUTES
from tests.estimands.strategies import (
    EXACT,
    SCOPES,
    assert_same,
    assert_zero,
    groups,
    label,
    made_fit,
    tables,
    three_by_two,
    without,
    worlds,
)

pytestmark = pytest.mark.unit

WITHIN = {"ics": ["deprivation"], "england": ["deprivation", "ics"]}
any_scope, any_route = st.sampled_from(SCOPES), st.sampled_from(list(ROUTES))
some_costs = st.lists(st.floats(100, 9000), min_size=2, max_size=2).map(lambda cost: label(cost, ("procedure",)))

FITTED = three_by_two([[60, 100], [80, 120], [30, 90]])
EXPECTED = three_by_two([[100, 100], [100, 100], [50, 100]])


def total_in(scope, values):
    """Add up over the cells among which a scope keeps its total."""
    over = values.sum("deprivation")
    if scope == "region":
        return over.groupby("region").sum("ics")
    return over.sum("ics") if scope == "england" else over


@pytest.mark.parametrize(
    ("scope", "by_hand"),
    [
        ("ics", [[40, 0], [40, 0], [15, 0]]),
        ("region", [[50, 10], [30, 0], [15, 0]]),  # targets 220 / 200 in the south and 90 / 100 in the north
        ("england", [[130 / 3, 10 / 3], [70 / 3, 0], [65 / 3, 40 / 3]]),  # target 310 / 300
    ],
)
def test_levelling_up_is_as_worked_out_by_hand(scope, by_hand):
    change = route_change(FITTED, EXPECTED, route="level_up", scope=scope)
    np.testing.assert_allclose(change, by_hand, atol=1e-9)


@pytest.mark.parametrize(
    ("scope", "by_hand"),
    [
        ("ics", [[0, 0], [0, 0], [0, 0]]),
        ("region", [[0, 0], [0, -10], [0, 0]]),
        ("england", [[0, 0], [0, -50 / 3], [0, 0]]),
    ],
)
def test_levelling_down_is_as_worked_out_by_hand(scope, by_hand):
    change = route_change(FITTED, EXPECTED, route="level_down", scope=scope)
    np.testing.assert_allclose(change, by_hand, atol=1e-9)


@pytest.mark.parametrize(
    ("scope", "by_hand"),
    [
        ("ics", [[20, -20], [20, -20], [10, -10]]),
        ("region", [[30, -10], [10, -30], [10, -10]]),  # averages 360 / 400 and 120 / 150
        ("england", 480 / 550 * EXPECTED - FITTED),
    ],
)
def test_moving_at_a_constant_total_is_as_worked_out_by_hand(scope, by_hand):
    change = route_change(FITTED, EXPECTED, route="zero_sum", scope=scope)
    np.testing.assert_allclose(change, by_hand, atol=1e-9)


def test_no_change_is_zero_where_there_are_admissions():
    fitted = FITTED.where(FITTED["ics"] != "Tyne")
    change = route_change(fitted, EXPECTED, route="no_change")
    np.testing.assert_array_equal(change, [[0, 0], [0, 0], [np.nan, np.nan]])


@given(world=worlds(), scope=any_scope)
def test_zero_sum_sums_to_zero_within_its_scope_in_every_draw(world, scope):
    fitted, expected = world
    change = route_change(fitted, expected, route="zero_sum", scope=scope)
    assert_zero(total_in(scope, change), total_in(scope, fitted))


@given(world=worlds(), scope=any_scope)
def test_zero_sum_leaves_equal_rates_within_its_scope(world, scope):
    fitted, expected = world
    ratio = (fitted + route_change(fitted, expected, route="zero_sum", scope=scope)) / expected
    average = total_in(scope, fitted) / total_in(scope, expected)
    if scope == "region":
        ratio, average = ratio.sel(ics=["Avon", "Tyne"]), average.sel(region=["south", "north"])
        average = average.rename(region="ics").assign_coords(ics=["Avon", "Tyne"])
    np.testing.assert_allclose(ratio - average, 0, atol=1e-9)


@given(world=tables(), scope=any_scope)
def test_zero_sum_sums_to_zero_in_three_icss_by_two_groups(world, scope):
    change = route_change(*world, route="zero_sum", scope=scope)
    assert_zero(total_in(scope, change), total_in(scope, world[0]))


@given(world=worlds(), scope=any_scope)
def test_a_procedure_not_offered_leaves_zero_sum_summing_to_zero(world, scope):
    fitted, expected = (without(array, ics="Dorset", procedure="knee") for array in world)
    change = route_change(fitted, expected, route="zero_sum", scope=scope)
    assert_zero(total_in(scope, change), total_in(scope, world[0]))
    assert bool(change.sel(ics="Dorset", procedure="knee").isnull().all())
    assert int(change.isnull().sum()) == 2 * 5


@given(world=worlds(), scope=any_scope)
def test_levelling_up_only_adds_and_levelling_down_only_takes_and_together_they_reach_the_target(world, scope):
    up, down = (route_change(*world, route=route, scope=scope) for route in ("level_up", "level_down"))
    assert bool((up >= 0).all())
    assert bool((down <= 0).all())
    assert_same(up + down, level_shortfall(*world, scope=scope), atol=1e-9)


@given(world=worlds(), route=any_route)
def test_the_group_that_is_the_target_is_left_exactly_as_it_is(world, route):
    own = route_change(*world, route=route).isel(deprivation=-1)
    assert route == "zero_sum" or bool((own == 0).all())


@given(world=tables(), route=any_route, scope=any_scope)
def test_equal_rates_call_for_no_change(world, route, scope):
    _, expected = world
    assert_zero(route_change(0.7 * expected, expected, route=route, scope=scope), expected)


@given(world=worlds(), route=any_route, scope=any_scope, k=st.floats(0.1, 100))
def test_scaling_admissions_and_need_scales_the_change(world, route, scope, k):
    fitted, expected = world
    change = route_change(k * fitted, k * expected, route=route, scope=scope)
    assert_same(change, k * route_change(fitted, expected, route=route, scope=scope), atol=k * 1e-7)


@given(world=worlds(), route=any_route, scope=any_scope)
def test_only_differences_in_need_count_not_its_level(world, route, scope):
    fitted, expected = world
    change = route_change(fitted, 7 * expected, route=route, scope=scope)
    assert_same(change, route_change(fitted, expected, route=route, scope=scope), atol=1e-8)


@given(world=worlds(), route=any_route, scope=any_scope, at=st.integers(0, 4), share=st.floats(0.1, 0.9))
def test_splitting_a_group_in_two_with_equal_rates_leaves_totals(world, route, scope, at, share):
    def split(values):
        part = values.isel(deprivation=[at])
        parts = [values.isel(deprivation=slice(0, at)), share * part, (1 - share) * part]
        joined = xr.concat([*parts, values.isel(deprivation=slice(at + 1, None))], "deprivation")
        return joined.assign_coords(deprivation=range(1, 7))

    whole, halves = (route_change(*cells, route=route, scope=scope).sum("deprivation")
                     for cells in (world, [split(array) for array in world]))  # fmt: skip
    assert_same(halves, whole, atol=1e-8)


@given(world=worlds(), route=any_route, scope=any_scope)
def test_the_order_of_icss_and_of_procedures_changes_nothing_but_order(world, route, scope):
    turned = {"ics": [2, 0, 1], "procedure": [1, 0]}
    change = route_change(*(array.isel(turned) for array in world), route=route, scope=scope)
    assert_same(change, route_change(*world, route=route, scope=scope).isel(turned), atol=1e-9)


@given(world=worlds(), route=any_route, scope=any_scope)
def test_closing_half_the_gap_takes_half_the_change(world, route, scope):
    half = route_change(*world, route=route, scope=scope, closure=0.5)
    assert_same(half, 0.5 * route_change(*world, route=route, scope=scope))


@given(world=worlds(), route=any_route, scope=any_scope)
def test_changes_keep_the_dims_of_fitted_admissions(world, route, scope):
    assert route_change(*world, route=route, scope=scope).dims == world[0].dims


@given(world=tables(), scope=any_scope)
def test_budgets_shortfalls_and_growth_keep_the_order_of_dims_too(world, scope):
    fitted, expected = world[0].transpose("deprivation", "ics", ...), world[1]
    assert level_shortfall(fitted, expected, scope=scope).dims == fitted.dims
    assert constant_budget(fitted, expected, unit_cost=groups([2, 1]), scope=scope).dims == fitted.dims
    growth = label([10.0, 10, 20], ("ics",))
    assert growth_only(fitted - expected, growth)["change"].dims == fitted.dims


@pytest.mark.parametrize("route", ROUTES)
@pytest.mark.parametrize("scope", SCOPES)
def test_a_change_has_its_name_and_the_labels_of_fitted_admissions(route, scope):
    change = route_change(FITTED, EXPECTED, route=route, scope=scope)
    assert change.name == "change"
    assert set(change.coords) == set(FITTED.coords)


def test_what_is_no_change_has_the_name_of_what_it_is():
    fitted = FITTED.expand_dims(chain=1, draw=2)
    assert level_shortfall(fitted, EXPECTED).name == "shortfall"
    assert level_up_under_no_gap(fitted, EXPECTED).name == "level_up_under_no_gap"
    assert constant_budget(FITTED, EXPECTED, unit_cost=groups([2, 1])).name == "change"


@pytest.mark.parametrize("route", ROUTES)
def test_no_route_says_anything_of_a_procedure_that_is_not_offered(route):
    fitted = without(label(np.full((3, 2, 2), 10.0), ("ics", "deprivation", "procedure")), ics="Tyne", procedure="hip")
    change = route_change(fitted, 2 * fitted, route=route)
    assert change.isnull().equals(fitted.isnull())


def test_levelling_is_missing_where_the_group_to_aim_at_expects_nobody_whatever_is_fitted():
    expected = EXPECTED.where((EXPECTED["ics"] != "Tyne") | (EXPECTED["deprivation"] == 1), 0)
    change = route_change(FITTED, expected, route="level_up")
    assert change.isnull().values.tolist() == [[False, False], [False, False], [True, True]]


@pytest.mark.parametrize("wrong", [{"scope": "englnd"}, {"target": "natoinal"}])
@pytest.mark.parametrize("measure", [level_shortfall, level_up_under_no_gap])
def test_a_shortfall_of_an_unknown_scope_or_target_is_refused(measure, wrong):
    with pytest.raises(EquityModelError, match="Did you mean"):
        measure(FITTED.expand_dims(chain=1, draw=2), EXPECTED, **wrong)


@pytest.mark.parametrize(("closure", "left"), [(0, 0), (0.0, 0), (1, 1), (1.0, 1)])
def test_none_of_the_way_and_all_of_it_are_fractions_too(closure, left):
    whole = route_change(FITTED, EXPECTED, route="zero_sum")
    assert_same(route_change(FITTED, EXPECTED, route="zero_sum", closure=closure), left * whole)


@pytest.mark.parametrize("route", ["level_up", "level_down", "zero_sum"])
@pytest.mark.parametrize("scope", SCOPES)
def test_less_than_one_expected_admission_is_enough(route, scope):
    small = route_change(FITTED / 1000, EXPECTED / 1000, route=route, scope=scope)
    assert_same(1000 * small, route_change(FITTED, EXPECTED, route=route, scope=scope), atol=1e-9)


@given(world=worlds(), route=st.sampled_from(["level_up", "level_down"]), reference=st.sampled_from(list(REFERENCES)))
def test_a_named_target_is_the_reference_of_that_name(world, route, reference):
    gap = shortfall(*world, reference=reference)
    wanted = gap.clip(min=0) if route == "level_up" else gap.clip(max=0)
    assert_same(route_change(*world, route=route, target=reference), wanted, atol=1e-9)


@given(worlds())
def test_by_default_levelling_aims_at_the_least_deprived_group_of_the_scope(world):
    for scope, reference in (("ics", "least_deprived_ics"), ("england", "least_deprived_national")):
        assert_same(level_shortfall(*world, scope=scope), shortfall(*world, reference=reference), atol=1e-9)


def test_a_target_may_be_a_number_or_a_ratio_for_each_ics():
    change = route_change(FITTED, EXPECTED, route="level_up", target=0.9)
    np.testing.assert_allclose(change, [[30, 0], [10, 0], [15, 0]], atol=1e-12)
    each = xr.DataArray([1.0, 0.8, 0.5], dims="ics", coords={"ics": FITTED["ics"]})
    change = route_change(FITTED, EXPECTED, route="level_up", target=each)
    np.testing.assert_allclose(change, [[40, 0], [0, 0], [0, 0]], atol=1e-12)


def test_levelling_is_missing_in_an_ics_whose_least_deprived_group_has_nobody():
    expected = EXPECTED.where((EXPECTED["ics"] != "Tyne") | (EXPECTED["deprivation"] == 1))
    fitted = FITTED.where(expected.notnull())
    own = route_change(fitted, expected, route="level_up")
    assert own.isnull().values.tolist() == [[False, False], [False, False], [True, True]]
    england = route_change(fitted, expected, route="level_up", scope="england")
    assert float(england.sel(ics="Tyne", deprivation=1)) == pytest.approx(1.1 * 50 - 30)


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ({"route": "levelup"}, "no route 'levelup'. Did you mean 'level_up'?"),
        ({"route": "level_up", "scope": "englnd"}, "no scope 'englnd'. Did you mean 'england'?"),
        ({"route": "level_up", "target": "best_preforming"}, "Did you mean 'best_performing'?"),
        ({"route": "zero_sum", "closure": 1.5}, "closure is a fraction between 0 and 1, not 1.5"),
        ({"route": "zero_sum", "closure": -0.1}, "closure is a fraction between 0 and 1, not -0.1"),
        ({"route": "zero_sum", "target": 1.0}, "zero_sum .* takes no target"),
    ],
)
def test_what_has_no_meaning_is_refused(wrong, message):
    with pytest.raises(EquityModelError, match=message):
        route_change(FITTED, EXPECTED, **wrong)


def test_a_region_needs_its_coordinate():
    with pytest.raises(EquityModelError, match="needs a coordinate 'region'"):
        route_change(FITTED.drop_vars("region"), EXPECTED.drop_vars("region"), route="zero_sum", scope="region")


def noisy(spread, *, draws=2001):
    """Two equal groups whose log ratio is known to within a spread: draws at even steps of a normal."""
    gap = np.exp(spread * stats.norm.ppf((np.arange(draws) + 0.5) / draws))
    values = np.stack([np.full(draws, 100.0), 100 * gap], axis=1)[None, :, None]
    fitted = xr.DataArray(values, dims=("chain", "draw", "ics", "deprivation"))
    return fitted, xr.full_like(fitted.isel(chain=0, draw=0), 100.0)


@pytest.mark.parametrize(("spread", "percent"), [(0.1, 4.2), (0.2, 9.1)])
def test_levelling_up_shows_a_phantom_need_at_no_gap_as_large_as_published(spread, percent):
    fitted, expected = noisy(spread)
    phantom = route_change(fitted, expected, route="level_up").mean(["chain", "draw"])
    assert float(phantom.isel(deprivation=0).squeeze()) == pytest.approx(percent, abs=0.06)
    signed = level_shortfall(fitted, expected).mean(["chain", "draw"]).isel(deprivation=0).squeeze()
    assert float(signed) < percent / 4


def test_what_levelling_up_shows_under_no_gap_is_the_spread_of_the_shortfall_alone():
    fitted, expected = noisy(0.1)
    null = level_up_under_no_gap(fitted, expected).isel(ics=0)
    exact = 100 * np.exp(0.005) * (2 * stats.norm.cdf(0.05) - 1)  # mean positive part of a centred lognormal
    np.testing.assert_allclose(null, [exact, 0], rtol=2e-3, atol=1e-12)
    wide = fitted * xr.DataArray([0.5, 1.0], dims="deprivation")
    np.testing.assert_allclose(level_up_under_no_gap(wide, expected).isel(ics=0), [exact, 0], rtol=2e-3, atol=1e-12)


@given(world=worlds(draws=4), scope=any_scope)
def test_the_level_up_under_no_gap_is_as_a_plain_loop_gives(world, scope):
    by_draw = level_shortfall(*world, scope=scope).transpose(..., "draw").isel(chain=0)
    null = level_up_under_no_gap(*world, scope=scope).transpose(*by_draw.dims[:-1])
    values = by_draw.values
    noise = values - values.mean(axis=-1, keepdims=True)
    np.testing.assert_allclose(null, np.where(noise > 0, noise, 0).mean(axis=-1), atol=1e-8)


@given(world=worlds(), scope=any_scope, cost=some_costs, pooled=st.booleans())
def test_a_constant_budget_costs_the_same_in_every_draw(world, scope, cost, pooled):
    fitted, expected = world
    spent, change = cost * fitted, cost * constant_budget(fitted, expected, unit_cost=cost, scope=scope, pooled=pooled)
    if pooled:
        spent, change = spent.sum("procedure"), change.sum("procedure")
    assert_zero(total_in(scope, change), total_in(scope, spent))


@given(world=worlds(), scope=any_scope, pooled=st.booleans())
def test_a_constant_budget_with_dearer_groups_costs_the_same_in_every_draw(world, scope, pooled):
    fitted, expected = world
    cost = groups([5, 4, 3, 2, 1]) * label([100.0, 700.0], ("procedure",))
    change = cost * constant_budget(fitted, expected, unit_cost=cost, scope=scope, pooled=pooled)
    over = ["procedure"] if pooled else []
    assert_zero(total_in(scope, change.sum(over)), total_in(scope, (cost * fitted).sum(over)))


@given(world=worlds(), scope=any_scope)
def test_a_constant_budget_at_one_price_is_zero_sum(world, scope):
    one_price = label([250.0, 250.0], ("procedure",))
    change = constant_budget(*world, unit_cost=one_price, scope=scope)
    assert_same(change, route_change(*world, route="zero_sum", scope=scope), atol=1e-8)


@given(world=worlds(), cost=some_costs)
def test_the_level_of_prices_does_not_matter_to_a_constant_budget(world, cost):
    assert_same(constant_budget(*world, unit_cost=3 * cost), constant_budget(*world, unit_cost=cost), atol=1e-8)


def test_a_constant_budget_is_as_worked_out_by_hand():
    fitted, expected, cost = groups([60, 140]), groups([50, 50]), groups([2, 1])
    cells = (array.expand_dims(ics=["Avon"]) for array in (fitted, expected))
    change = constant_budget(*cells, unit_cost=cost)  # rate (120 + 140) / (100 + 50)
    np.testing.assert_allclose(change, [[260 / 3 - 60, 260 / 3 - 140]], rtol=1e-12)


def test_a_pooled_budget_moves_money_between_procedures_and_separate_budgets_do_not():
    fitted, expected = (label(np.array(values, float)[None], ("ics", "deprivation", "procedure"))
                        for values in ([[10, 30], [10, 50]], [[10, 10], [10, 10]]))  # fmt: skip
    cost = label([1000.0, 100.0], ("procedure",))
    apart, pooled = (
        constant_budget(fitted, expected, unit_cost=cost, pooled=choice) * cost for choice in (False, True)
    )
    assert_zero(apart.sum("deprivation"), 1000.0)
    assert float(pooled.sel(procedure="hip").sum()) == pytest.approx(1000 * (10 * 28_000 / 22_000 * 2 - 20))


@pytest.mark.parametrize("price", [0.0, -1.0, np.nan])
def test_a_price_that_is_not_above_zero_is_refused(price):
    with pytest.raises(EquityModelError, match="unit costs must all be above 0"):
        constant_budget(FITTED, EXPECTED, unit_cost=groups([price, 1.0]))


def test_a_constant_budget_of_an_unknown_scope_is_refused():
    with pytest.raises(EquityModelError, match=r"Did you mean 'region'\?"):
        constant_budget(FITTED, EXPECTED, unit_cost=groups([1.0, 1.0]), scope="regoin")


@given(world=worlds(), growth=st.floats(0.5, 2000))
def test_growth_alone_cuts_nobody_uses_at_most_the_growth_and_overshoots_nobody(world, growth):
    wanted = level_shortfall(*world)
    plan = growth_only(wanted, growth)
    assert bool((plan["change"] >= 0).all())
    assert bool((plan["change"] <= wanted.clip(min=0) * (1 + EXACT)).all())
    assert bool((plan["change"].sum("deprivation") <= growth * (1 + EXACT)).all())
    used = np.minimum(growth, wanted.clip(min=0).sum("deprivation"))
    assert_same(plan["change"].sum("deprivation"), used, atol=1e-8)
    assert_same(plan["years"], wanted.clip(min=0).sum("deprivation") / growth)


def test_growth_is_shared_in_proportion_to_what_is_missing():
    plan = growth_only(groups([60, 30, -50, 10, 0]), 25.0)
    np.testing.assert_allclose(plan["change"], [15, 7.5, 0, 2.5, 0], rtol=1e-12)
    assert float(plan["years"]) == 4


def test_growth_may_differ_between_icss_and_is_not_spent_where_nobody_falls_short():
    plan = growth_only(three_by_two([[40, 0], [-5, 0], [10, 0]]), label([10.0, 10, 20], ("ics",)))
    np.testing.assert_allclose(plan["change"], [[10, 0], [0, 0], [10, 0]], atol=1e-12)
    np.testing.assert_allclose(plan["years"], [4, 0, 0.5])


def test_growth_says_nothing_where_a_procedure_is_not_offered():
    plan = growth_only(three_by_two([[40, 0], [np.nan, np.nan], [10, 0]]), 10.0)
    assert plan["years"].isnull().values.tolist() == [False, True, False]
    assert plan["change"].isnull().values.tolist() == [[False, False], [True, True], [False, False]]


def test_growth_is_above_zero_in_every_ics():
    with pytest.raises(EquityModelError, match="growth must be above 0"):
        growth_only(three_by_two([[40, 0], [-5, 0], [10, 0]]), label([10.0, 0, 20], ("ics",)))


def test_growth_goes_where_less_than_one_admission_is_missing_too():
    plan = growth_only(groups([0.4, 0.1, -2]), 0.25)
    np.testing.assert_allclose(plan["change"], [0.2, 0.05, 0], rtol=1e-12)
    assert float(plan["years"]) == pytest.approx(2)


def test_growth_is_shared_by_the_groups_that_are_known():
    plan = growth_only(groups([30, np.nan, np.nan]), 10.0)
    np.testing.assert_allclose(plan["change"], [10, np.nan, np.nan])
    assert float(plan["years"]) == 3


@pytest.mark.parametrize("growth", [0.0, -3.0, np.nan])
def test_growth_that_is_not_above_zero_is_refused(growth):
    with pytest.raises(EquityModelError, match="growth must be above 0"):
        growth_only(groups([1, 2, 3]), growth)


@given(worlds())
def test_levelling_up_to_a_reference_meets_the_expected_admissions_of_those_who_fall_short(world):
    fitted, expected = world
    reached = fitted + route_change(fitted, expected, route="level_up", target="national")
    wanted = expected_at_reference(fitted, expected, reference="national")
    assert_same(reached, np.maximum(fitted, wanted), atol=1e-9)


@pytest.mark.parametrize("scope", SCOPES)
def test_a_fit_is_taken_for_its_admissions_and_its_regions(scope):
    fit = made_fit()
    pair = fit.fitted, fit.expected
    assert_same(route_change(fit, route="level_up", scope=scope), route_change(*pair, route="level_up", scope=scope))
    assert_same(level_shortfall(fit, scope=scope), level_shortfall(*pair, scope=scope))
    assert_same(level_up_under_no_gap(fit, scope=scope), level_up_under_no_gap(*pair, scope=scope))
    cost = groups([1.0, 1, 1, 2, 2])
    assert_same(constant_budget(fit, unit_cost=cost, scope=scope), constant_budget(*pair, unit_cost=cost, scope=scope))


def test_a_change_says_which_way_it_goes():
    change = route_change(made_fit(), route="zero_sum")
    assert (change.attrs["unit"], change.attrs["no_difference"]) == ("admissions", 0)
    assert change.attrs["above"] == "more admissions than now"
    plan = growth_only(level_shortfall(made_fit()), 5.0)
    assert plan["years"].attrs == {"unit": "years"}
