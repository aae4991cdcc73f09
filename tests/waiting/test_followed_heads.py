import numpy as np
import pytest
import xarray as xr

from equitymodel.inference.queue_heads import follow_heads
from equitymodel.waiting.compare_rules import compare_rules
from equitymodel.waiting.followed_heads import heads_of, run_by_heads
from equitymodel.waiting.list_changes import combined, more_slots, prehabilitation, reminders, reserve
from equitymodel.waiting.list_flows import list_flows
from equitymodel.waiting.list_measures import pooled
from equitymodel.waiting.list_rules import accumulating, as_now, clinical_priority, first_come, longest_first, own_rule
from equitymodel.waiting.weekly_course import run_rule
from tests.waiting_lists import flows_of

pytestmark = pytest.mark.unit
UNEQUAL = [0.03, 0.02, 0.01, 0.004, 0.0]
RULES = {
    "first come": first_come(),
    "longest first": longest_first(20),
    "a breach at once": longest_first(1),
    "a breach that hardly anybody has": longest_first(44),
    "clinical": clinical_priority(),
    "accumulating": accumulating({"1": 2.0, "5": 0.7}, priority_rates={1: 4.0}),
    "ties between groups": accumulating({"1": 2.0, "3": 3.0}),
    "own": own_rule(lambda group, priority, weeks: weeks**2 + (group == "3") * 7 - priority, "own"),
    "reserved": combined(first_come(), reserve({"1": 0.4, "2": 0.3}), name="reserved"),
    "reserved and longest first": combined(longest_first(20), reserve({"1": 0.4, "5": 0.6}), name="both"),
    "more": combined(longest_first(20), more_slots(0.2), name="more"),
    "prepared": combined(accumulating({"1": 1.2}), prehabilitation({"1": 0.5}), name="prepared"),
    "reminded": combined(first_come(), reminders({"1": 0.5}), name="reminded"),
}
LISTS = {
    "one class": flows_of(draws=3, removal=UNEQUAL, lost=[0.1, 0.0, 0.05, 0.0, 0.02]),
    "two priorities": flows_of(draws=3, removal=UNEQUAL, priorities=(1, 2)),
    "nobody leaves": flows_of(draws=3),
    "too few slots": flows_of(slots=20.0, removal=0.01),
    "no slots": flows_of(slots=0.0, removal=0.01),
    "slots for all": flows_of(slots=2000.0, removal=0.01),
    "nearly all leave": flows_of(slots=5.0, removal=[0.999, 1.0, 0.9, 0.5, 0.0]),
    "nobody is added": flows_of(removal=0.01).assign(additions=lambda flows: flows["additions"] * 0),
}


def largest_difference(one, other):
    """Of every value that is kept, over the size of the list."""
    size = float(other["on_list"].max()) + 1
    return max(float(abs(one[name] - other[name]).max()) for name in one if name in other) / size


def both(flows, rule, **how):
    return run_by_heads(flows, rule, follow_heads, **how), pooled(run_rule(flows, rule, **how))


@pytest.mark.parametrize("rule", RULES)
@pytest.mark.parametrize("lists", LISTS)
def test_heads_give_what_all_cells_give(lists, rule):
    found, expected = both(LISTS[lists], RULES[rule], weeks=60)
    assert set(found) == set(expected)
    assert largest_difference(found, expected) < 1e-9


@pytest.mark.parametrize("rule", RULES)
@pytest.mark.parametrize("longest", [44, 60])
def test_waits_that_are_no_longer_told_apart_are_so_to_both(rule, longest):
    found, expected = both(LISTS["too few slots"], RULES[rule], weeks=70, longest=longest)
    assert found.sizes["weeks_waited"] == longest + 1
    assert largest_difference(found, expected) < 1e-9


def test_hidden_counts_that_differ_by_draw_and_many_lists_are_added_up():
    flows = LISTS["one class"]
    spread = xr.DataArray([1.0, 1.3, 0.8], dims="draw")
    lists = xr.concat([flows, 2 * flows.assign(lost=flows["lost"] / 2, removal=flows["removal"] / 2)], "procedure")
    lists = lists.assign(waiting=lists["waiting"] * spread).transpose("procedure", ...)
    found, expected = both(lists, RULES["accumulating"], weeks=30)
    assert largest_difference(found, expected) < 1e-9
    assert float(abs(found["start"] - expected["start"]).max()) < 1e-9
    assert float(found["on_list"].std("draw").min()) > 0


def test_a_common_scale_of_cohorts_is_multiplied_out_before_it_vanishes():
    waiting = xr.DataArray(np.full((2, 90), 4.0), dims=("deprivation", "weeks_waited"))
    added = xr.DataArray([8.0, 3.0], dims="deprivation")
    flows = list_flows(waiting, added, 1e-3, removal=xr.DataArray([0.9999, 0.0], dims="deprivation"))
    for rule in (first_come(), longest_first(30)):
        assert largest_difference(*both(flows, rule, weeks=200)) < 1e-9


@pytest.mark.parametrize(
    "rule",
    [
        as_now([1.0, 2.0]),
        own_rule(lambda _, __, weeks: -weeks, "last come"),
        own_rule(lambda _, __, weeks: weeks // 10, "by tens of weeks"),
        own_rule(lambda group, _, weeks: weeks if group == "1" else max(weeks, 9), "alike in some groups"),
    ],
    ids=lambda rule: rule.name,
)
def test_orders_in_which_longer_waits_may_come_later_are_left_to_all_cells(rule):
    flows = LISTS["one class"]
    assert run_by_heads(flows, rule, follow_heads, weeks=5) is None
    usual, same = (compare_rules(flows, [rule], weeks=5, engine=engine).table for engine in (None, follow_heads))
    assert usual.equals(same)


def test_an_order_is_laid_out_by_queues_of_groups_and_priorities():
    rule = longest_first(3)
    order = heads_of(rule.choice(["1", "5"], [1, 2], 6), 2, 2, 6)
    assert order.group.tolist() == [0, 0, 1, 1]
    assert order.place.tolist() == [[3, 3, 3, 2, 1, 0], [4, 4, 4, 2, 1, 0]] * 2
    assert order.alike == 3
    assert order.kept.tolist() == [0, 0]


def test_tables_of_rules_are_those_of_the_general_way():
    flows = xr.concat([LISTS["one class"]] * 3, "ics").assign_coords(ics=["E54000055", "E54000008", "E54000010"])
    rules = [RULES[name] for name in ("first come", "longest first", "accumulating", "reserved")]
    usual, fast = (compare_rules(flows, rules, weeks=20, engine=engine) for engine in (None, follow_heads))
    for name in ("estimate", "lower", "upper"):
        np.testing.assert_allclose(fast.table[name], usual.table[name], rtol=1e-7, atol=1e-7)
        np.testing.assert_allclose(fast.paths[name], usual.paths[name], rtol=1e-7, atol=1e-7)
    assert fast.rules.equals(usual.rules)
