import pytest

from equitymodel.waiting.list_changes import combined, more_slots, prehabilitation, reminders, reserve
from equitymodel.waiting.list_rules import clinical_priority, first_come

pytestmark = pytest.mark.unit


def test_combinations_keep_the_order_and_add_the_changes():
    rule = combined(clinical_priority(), more_slots(0.1), more_slots(0.1), reminders({"1": 0.5}), name="all")
    assert rule.slots == pytest.approx(1.21)
    assert rule.fewer_lost == {"1": 0.5}
    assert "10% more slots" in rule.says
    assert rule.says.startswith("the most urgent")


def test_changes_say_what_they_are():
    assert reserve({"1": 0.25}).says == "25% of slots for group 1 kept first"
    assert prehabilitation({"1": 0.3}).says == "30% fewer leave untreated in group 1"
    assert more_slots(-0.1).says == "10% fewer slots"


def test_a_combination_has_the_changes_of_all():
    rule = combined(
        first_come(), reserve({"1": 0.2}), prehabilitation({"1": 0.3}), prehabilitation({"2": 0.1}), name="x"
    )
    assert rule.reserved == {"1": 0.2}
    assert rule.fewer_removals == {"1": 0.3, "2": 0.1}
