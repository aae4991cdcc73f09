import numpy as np
import pytest

from equitymodel.errors import OptionError
from equitymodel.waiting.list_changes import combined, more_slots, prehabilitation, reminders, reserve
from equitymodel.waiting.list_rules import (
    ListRule,
    accumulating,
    as_now,
    clinical_priority,
    first_come,
    longest_first,
    own_rule,
)
from equitymodel.waiting.treatment_order import ByPattern, InOrder, Reserved

pytestmark = pytest.mark.unit
LABELS = (["1", "5"], [1, 2])


@pytest.mark.parametrize("rule", [first_come(), longest_first(52), clinical_priority(), as_now([1.0, 2.0]),
                                  accumulating(priority_rates={1: 3.0}), more_slots(0.1), reminders({"1": 0.5}),
                                  prehabilitation({"1": 0.5})])  # fmt: skip
def test_rules_that_place_nobody_by_group_are_not_contested(rule):
    assert not rule.contested(*LABELS)


@pytest.mark.parametrize("rule", [accumulating({"1": 1.2}), reserve({"1": 0.1}),
                                  own_rule(lambda group, *_: float(group == "1"), "own")])  # fmt: skip
def test_rules_that_place_people_by_group_are_contested(rule):
    assert rule.contested(*LABELS)


def test_equal_rates_are_in_the_order_of_first_come():
    one = accumulating({"1": 2.0, "5": 2.0}).choice(*LABELS, 30)
    other = first_come().choice(*LABELS, 30)
    work = np.random.default_rng(1).poisson(3, (4, 2, 2, 30)).astype(float)
    slots = np.array([10.0, 50, 100, 200])
    np.testing.assert_array_equal(one.shares(work, slots) + 0 * work, other.shares(work, slots) + 0 * work)


def test_rates_multiply_over_groups_and_priorities():
    scores = accumulating({"1": 2.0}, priority_rates={1: 3.0}).scores(*LABELS, 2)
    assert scores[:, :, 1].tolist() == [[9.0, 3.0], [4.5, 1.5]]


def test_a_breach_comes_before_urgency_and_urgency_before_the_rest():
    scores = longest_first(2).scores(["1"], [1, 2], 4)[0]
    assert scores[1, 2] > scores[0, 1] > scores[1, 1]


def test_a_rule_becomes_what_shares_slots():
    assert isinstance(first_come().choice(*LABELS, 3), InOrder)
    pattern = as_now([1.0, 2.0]).choice(*LABELS, 4)
    assert isinstance(pattern, ByPattern)
    assert pattern.pattern.tolist() == [1, 2, 2, 2]
    assert isinstance(combined(first_come(), reserve({"1": 0.2}), name="both").choice(*LABELS, 3), Reserved)


@pytest.mark.parametrize(
    ("make", "says"),
    [
        (lambda: combined(first_come(), clinical_priority(), name="x"), "has an order of its own"),
        (lambda: combined(first_come(), reserve({"1": 0.1}), reserve({"1": 0.2}), name="x"), "says two things"),
        (lambda: accumulating({"1": 0.0}), "above 0"),
        (lambda: longest_first(-1), "above 0"),
        (lambda: reserve({"1": 0.7, "2": 0.7}), "come to 1.4"),
        (lambda: reserve({"1": 1.2}), "from 0 to 1"),
        (lambda: reminders({"1": -0.1}), "from 0 to 1"),
        (lambda: prehabilitation({"1": 2}), "from 0 to 1"),
        (lambda: more_slots(-1), "above -1"),
        (lambda: as_now([]), "pattern"),
        (lambda: as_now([0.0]), "pattern"),
        (lambda: own_rule(lambda *_: float("nan"), "own").scores(*LABELS, 3), "no finite number"),
        (lambda: reserve({"6": 0.1}).choice(*LABELS, 3), "no group '6'"),
        (lambda: accumulating({"6": 2.0}).choice(*LABELS, 3), "no group '6'"),
        (lambda: combined(accumulating({"6": 2.0}), more_slots(0.1), name="x").choice(*LABELS, 3), "no group '6'"),
    ],
)
def test_rules_without_meaning_are_refused(make, says):
    with pytest.raises(OptionError, match=says):
        make()


def test_a_rule_says_what_it_is():
    for rule in (first_come(), longest_first(52), accumulating({"1": 2}), reserve({"1": 0.2}), more_slots(-0.1)):
        assert rule.says
    assert ListRule("bare").scores(["1"], [1], 2)[0, 0].tolist() == [0.5, 1.5]
