import numpy as np
import pytest
import xarray as xr

from equitymodel.errors import OptionError
from equitymodel.waiting.list_changes import combined, more_slots, prehabilitation, reminders, reserve
from equitymodel.waiting.list_flows import list_flows
from equitymodel.waiting.list_rules import accumulating, as_now, clinical_priority, first_come, longest_first, own_rule
from equitymodel.waiting.weekly_course import run_rule
from tests.waiting_lists import flows_of

pytestmark = pytest.mark.unit
ORDERS = {
    "first come": first_come(),
    "longest first": longest_first(30),
    "clinical": clinical_priority(),
    "accumulating": accumulating({"1": 2.0, "5": 0.7}, priority_rates={1: 4.0}),
    "reserved": combined(first_come(), reserve({"1": 0.4, "2": 0.3}), name="reserved"),
    "as now": as_now(np.linspace(1, 3, 60)),
    "own": own_rule(lambda group, priority, weeks: -weeks + (group == "3") * 7 - priority, "own"),
}
CHANGED = {
    "more": combined(first_come(), more_slots(0.2), name="more"),
    "prepared": combined(first_come(), prehabilitation({"1": 0.5}), name="prepared"),
    "reminded": combined(first_come(), reminders({"1": 0.5}), name="reminded"),
}


def untold(course):
    """What the list at the end has more than that at the start and all flows."""
    flows = (course["added"] - course["removed"] - course["treated"]).sum("week")
    return float(abs(course["on_list"].isel(week=-1) - course["start"] - flows).max())


@pytest.mark.parametrize("seed", [None, 4])
@pytest.mark.parametrize("name", [*ORDERS, *CHANGED])
def test_the_list_at_the_end_is_that_at_the_start_and_all_flows(name, seed):
    flows = flows_of(draws=6, removal=[0.02, 0.015, 0.01, 0.008, 0.005], lost=0.05, priorities=(1, 2))
    course = run_rule(flows, {**ORDERS, **CHANGED}[name], weeks=30, seed=seed)
    assert untold(course) < 1e-9
    assert float(abs(course["waits"].sum("weeks_waited") - course["on_list"].isel(week=-1)).max()) < 1e-9
    assert float(course["waits"].min()) >= -1e-9


@pytest.mark.parametrize("name", ORDERS)
def test_no_order_changes_the_weeks_waited_in_all_where_nobody_leaves_untreated(name):
    flows = flows_of(draws=5, priorities=(1, 2))
    usual, other = (run_rule(flows, ORDERS[rule], weeks=60) for rule in ("first come", name))
    in_all = [course["on_list"].sum(["week", "deprivation"]).values for course in (usual, other)]
    np.testing.assert_allclose(in_all[1], in_all[0], rtol=1e-9)
    if name not in ("first come",):
        assert float(abs(usual["on_list"] - other["on_list"]).max()) > (
            0.5 if name in ("accumulating", "reserved") else -1
        )


@pytest.mark.parametrize("name", ["clinical", "accumulating", "own"])
def test_whole_people_wait_as_many_weeks_in_all_under_every_order_run_by_run(name):
    flows = flows_of(draws=5, priorities=(1, 2))
    usual, other = (run_rule(flows, ORDERS[rule], weeks=40, seed=8)["on_list"].sum(["week", "deprivation"])
                    for rule in ("first come", name))  # fmt: skip
    np.testing.assert_array_equal(usual, other)


def test_orders_change_who_leaves_where_people_leave_untreated():
    flows = flows_of(removal=[0.03, 0.02, 0.01, 0.005, 0.0])
    usual, faster = (
        run_rule(flows, ORDERS[name], weeks=60)["removed"].sum("week") for name in ("first come", "accumulating")
    )
    assert float(faster.sel(deprivation="1")) < float(usual.sel(deprivation="1"))
    assert abs(float(faster.sum() - usual.sum())) > 1


def test_equal_rates_are_first_come_to_the_last_digit():
    flows = flows_of(draws=3, removal=0.01)
    assert run_rule(flows, accumulating(dict.fromkeys("12345", 3.0)), weeks=50).identical(
        run_rule(flows, first_come(), weeks=50)
    )


def test_whole_people_are_the_expected_ones_on_average():
    flows = flows_of(removal=0.01, lost=0.05)
    whole = run_rule(flows.expand_dims(draw=300), first_come(), weeks=20, seed=1)
    expected = run_rule(flows, first_come(), weeks=20)
    for name in ("added", "treated", "removed"):
        found, mean = whole[name].sum("week"), expected[name].sum("week")
        error = 4 * found.std("draw") / np.sqrt(300)
        assert bool((abs(found.mean("draw") - mean) < error + 0.01 * mean).all()), name
    assert (whole["on_list"] == np.round(whole["on_list"])).all()


def test_lost_slots_are_paid_for_and_reminders_win_them_back():
    plain, lossy = (
        float(run_rule(flows_of(lost=lost), first_come(), weeks=10)["treated"].sum()) for lost in (0.0, 0.1)
    )
    assert lossy == pytest.approx(plain * 0.9)
    everyone = combined(first_come(), reminders(dict.fromkeys("12345", 1.0)), name="all")
    assert float(run_rule(flows_of(lost=0.1), everyone, weeks=10)["treated"].sum()) == pytest.approx(plain)


def test_weeks_of_those_treated_and_of_those_who_wait_are_added_up():
    waiting = xr.DataArray([[0.0, 0, 4]], dims=("deprivation", "weeks_waited"))
    course = run_rule(list_flows(waiting, xr.DataArray([1.0], dims="deprivation"), 2.0), first_come(), weeks=2)
    assert course["weeks_to_treatment"].values.tolist() == [[6.0, 8.0]]
    assert course["on_list"].values.tolist() == [[3.0, 2.0]]
    assert course["weeks_so_far"].values.tolist() == [[2 * 3.0, 1.0]]


def test_blocks_of_runs_do_not_change_the_numbers(monkeypatch):
    flows = flows_of(draws=7)
    whole = run_rule(flows, first_come(), weeks=12)
    monkeypatch.setattr("equitymodel.waiting.weekly_course.CELLS_AT_ONCE", 1000)
    xr.testing.assert_allclose(run_rule(flows, first_come(), weeks=12), whole, rtol=1e-12)


def test_waits_beyond_the_longest_are_kept_together_and_nobody_is_lost():
    flows = flows_of(slots=10.0)
    course = run_rule(flows, first_come(), weeks=30, longest=45)
    assert course.sizes["weeks_waited"] == 46
    assert untold(course) < 1e-9
    exact = run_rule(flows, first_come(), weeks=30)
    assert float(course["waits"].isel(weeks_waited=-1).sum()) == pytest.approx(
        float(exact["waits"].isel(weeks_waited=slice(45, None)).sum())
    )


def test_single_precision_is_good_to_six_digits():
    flows = flows_of(draws=2, removal=0.01)
    one, other = (run_rule(flows, first_come(), weeks=30, precision=name) for name in ("double", "single"))
    assert other["on_list"].dtype == np.float32
    np.testing.assert_allclose(other["on_list"], one["on_list"], rtol=2e-5)


def test_a_list_runs_for_a_week_or_more():
    with pytest.raises(OptionError, match="1 week or more"):
        run_rule(flows_of(), first_come(), weeks=0)
