"""The frontier: worked numbers, its laws in every draw, today's place on it, and what is said of its price."""

import numpy as np
import pytest
import xarray as xr
from hypothesis import given, settings
from hypothesis import strategies as st

from equitymodel.decision.frontier import (
    AVERSIONS,
    bound_holds,
    frontier,
    place_on_frontier,
    price_bound,
    price_words,
    shared_between,
)
from equitymodel.errors import OptionError
from tests.decision.plans import FIVE, TWO, by_group

pytestmark = pytest.mark.unit
FEW = settings(max_examples=12)
CURVE = frontier(*TWO, aversions=(0, 0.5, 1, 2, float("inf")))
SIZES = st.lists(st.tuples(st.floats(1, 1000), st.floats(0.2, 5)), min_size=2, max_size=6)


def drawn(values, seed=1, sd=0.1, size=40):
    noise = np.exp(np.random.default_rng(seed).normal(0, sd, (2, size // 2, values.size)))
    return values * xr.DataArray(noise, {"deprivation": values.deprivation}, ("chain", "draw", "deprivation"))


def test_two_groups_by_hand():
    assert CURVE["total"].values == pytest.approx([100, 91.1111, 90, 89.4427, 88.8889], abs=1e-4)
    assert CURVE["ratio"].values == pytest.approx([0, 0.64, 0.8, 0.8944, 1], abs=1e-4)
    assert CURVE["price"].values == pytest.approx([0, 0.088889, 0.1, 0.105573, 0.111111], abs=1e-6)


def test_each_admission_for_the_most_deprived_costs_what_it_takes_over_what_others_take():
    assert CURVE["given_up"].values[1:] == pytest.approx([1.25] * 4)
    assert np.isnan(CURVE["given_up"].values[0])


def test_five_groups_are_nearly_flat():
    curve = frontier(*FIVE, aversions=(1, float("inf")))
    assert curve["ratio"].values[0] == pytest.approx(0.9434, abs=5e-5)
    assert curve["price"].values[-1] == pytest.approx(0.015, abs=2e-4)


@FEW
@given(SIZES, st.floats(0.1, 1.1))
def test_totals_fall_and_equality_rises(groups, share):
    need, per_admission = (by_group(values) for values in zip(*groups, strict=True))
    curve = frontier(need, per_admission, share * (need * per_admission).sum().item())
    assert (np.diff(curve["total"]) <= 1e-9 * need.sum().item()).all()
    assert (np.diff(curve["equality"].fillna(0.0)) >= -1e-9).all()


@FEW
@given(SIZES)
def test_groups_that_take_the_same_have_one_point_and_no_price(groups):
    need = by_group([size for size, _ in groups])
    curve = frontier(need, xr.ones_like(need), 0.6 * need.sum().item())
    assert np.ptp(curve["total"].values) <= 1e-9 * need.sum().item()
    assert curve["equality"].values == pytest.approx(1.0)
    assert curve["price"].values == pytest.approx(0.0, abs=1e-9)


def test_rounding_makes_no_price_below_nothing():
    need = by_group([0.1, 0.2, 0.3])
    assert (frontier(need, xr.ones_like(need), 0.31)["price"] >= 0).all()


@FEW
@given(st.lists(st.floats(0.2, 5), min_size=2, max_size=6), st.floats(1, 3), st.sampled_from(AVERSIONS[1:]))
def test_the_price_is_within_its_bound_where_best_outcomes_are_equal(used, more, aversion):
    need, per_admission = by_group([100.0] * len(used)), by_group(used)
    capacity = more * 100 * max(used)
    assert bound_holds(need, per_admission, capacity)
    price = frontier(need, per_admission, capacity, aversions=(aversion,))["price"].item()
    assert price <= price_bound(len(used), aversion) + 1e-9


def test_with_unequal_need_the_bound_is_said_not_to_hold_and_does_not():
    need, per_admission = by_group([100.0, 1000.0]), by_group([0.1, 1.0])
    assert not bound_holds(need, per_admission, 100.0)
    assert frontier(need, per_admission, 100.0)["price"].max() > price_bound(2, float("inf"))


def test_bounds_as_published():
    assert price_bound(5, 1.0) == pytest.approx(1 - (2 * 5**0.5 - 1) / 5)
    assert price_bound(5, np.inf) == pytest.approx(1 - 20 / 36)


def test_a_plan_on_the_frontier_is_not_inside_it_in_any_draw():
    need = drawn(FIVE[0])
    curve = frontier(need, *FIVE[1:], aversions=(0.5, 1.0, 10.95))
    place = place_on_frontier(curve["admissions"], need, *FIVE[1:])
    assert abs(place["inside"]).max() < 1e-6
    assert place["used"].values == pytest.approx(3090)


def test_today_is_as_far_inside_as_capacity_stands_idle():
    today = xr.concat([0.9 * frontier(*TWO, aversions=(1,))["admissions"].isel(aversion=0, drop=True), TWO[0]], "route")
    place = place_on_frontier(today, *TWO)
    assert place["inside"].values == pytest.approx([9.0, 88.8889 - 200], abs=1e-4)
    assert place["equality"].values == pytest.approx([0.8, 1.0])


def test_a_plan_that_favours_the_most_deprived_is_held_to_the_same_inequality():
    today = by_group([50.0, 37.5])
    assert place_on_frontier(today, *TWO)["inside"].item() == pytest.approx(
        frontier(*TWO, aversions=(np.log(1 / 1.25) / np.log(0.75),))["total"].item() - 87.5, abs=1e-6
    )


def test_procedures_share_the_capacity_and_are_compared_together():
    need = xr.DataArray(np.full((2, 2), 100.0), {"deprivation": [1, 5], "procedure": ["hip", "eye"]})
    per_admission = xr.DataArray([[1.25, 0.5], [1.0, 0.5]], need.coords)
    curve = frontier(need, per_admission, 150.0)
    assert shared_between(need) == ["deprivation", "procedure"]
    assert (curve["admissions"] * per_admission).sum(["deprivation", "procedure"]).values == pytest.approx(150)
    assert curve["ratio"].values[-1] == pytest.approx(1)
    assert abs(place_on_frontier(curve["admissions"], need, per_admission, 150.0)["inside"]).max() < 1e-6


def spread(low, high):
    return xr.DataArray(np.linspace(low, high, 201)[None], dims=("chain", "draw"))


@pytest.mark.parametrize(("price", "little"), [
    (spread(0.0, 0.03), True), (spread(0.0, 0.004), True), (spread(0.02, 0.03), False),
])  # fmt: skip
def test_the_words_say_so_where_the_interval_holds_one_per_cent_or_lies_below_it(price, little):
    assert price_words(price).startswith("Equity here costs little") == little


@pytest.mark.parametrize(("made", "says"), [
    (lambda: frontier(*TWO, aversions=(1.0, 0.5)), "from the least to the most"),
    (lambda: frontier(*TWO, aversions=()), "from the least to the most"),
    (lambda: price_bound(5, 0.0), "an aversion above 0"),
])  # fmt: skip
def test_numbers_without_a_meaning_are_refused(made, says):
    with pytest.raises(OptionError, match=says):
        made()
