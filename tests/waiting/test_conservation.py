import numpy as np
import pytest

from equitymodel.waiting.conservation import (
    HOLDS,
    REMOVALS,
    SLOTS,
    only_reorders,
    only_waits_move,
    slots_waited_for,
    what_is_conserved,
)
from equitymodel.waiting.list_changes import combined, more_slots, reserve
from equitymodel.waiting.list_rules import accumulating, first_come
from equitymodel.waiting.weekly_course import run_rule
from tests.waiting_lists import by_group, flows_of

pytestmark = pytest.mark.unit
UNLIKE = [0.12, 0.1, 0.08, 0.06, 0.02]


def test_the_page_says_what_holds_where_it_holds_and_what_happens_elsewhere():
    assert what_is_conserved(flows_of()) == HOLDS
    assert what_is_conserved(flows_of(lost=0.1)) == HOLDS
    assert what_is_conserved(flows_of(removal=0.01)) == REMOVALS
    assert what_is_conserved(flows_of(lost=UNLIKE)) == SLOTS
    assert what_is_conserved(flows_of(removal=0.01, lost=UNLIKE)) == f"{REMOVALS} {SLOTS}"
    assert not only_waits_move(flows_of(lost=UNLIKE))


def test_slots_waited_for_are_the_same_under_every_order_even_where_treatments_take_unlike_slots():
    flows, lost = flows_of(draws=3, lost=UNLIKE), by_group(UNLIKE)
    orders = [first_come(), accumulating({"1": 3.0}), combined(first_come(), reserve({"5": 0.5}), name="kept")]
    courses = [run_rule(flows, rule, weeks=50) for rule in orders]
    usual, *others = [slots_waited_for(course, lost) for course in courses]
    for other in others:
        np.testing.assert_allclose(other, usual, rtol=1e-9)
    people = [float(course["on_list"].sum()) for course in courses]
    assert abs(people[1] - people[0]) > 10


def test_capacity_is_more_than_an_order():
    assert only_reorders(accumulating({"1": 2.0}))
    assert not only_reorders(combined(first_come(), more_slots(0.1), name="more"))
