"""Comparisons of rules of a list that tests share."""

from functools import cache

from equitymodel.report.content.published_waiting import published_waiting
from equitymodel.waiting.compare_rules import compare_rules
from equitymodel.waiting.learn_flows import Observed, learn_flows
from equitymodel.waiting.list_changes import combined, more_slots
from equitymodel.waiting.list_rules import accumulating, first_come
from equitymodel.waiting.read_waiting import read_waiting
from equitymodel.waiting.stated_share import StatedShare
from tests.waiting_lists import list_rows

FASTER, MORE = "Faster for the most deprived", "5 % more slots"
RULES = (
    first_come("First come"),
    accumulating({"1": 1.5}, name=FASTER),
    combined(first_come(), more_slots(0.05), name=MORE),
)


@cache
def compared_rules():
    """Three rules on a small list."""
    table = read_waiting(list_rows(procedures=("hip",)), small_numbers="exact")
    removal = StatedShare(0.008, "an assumption", 0.004, 0.016)
    return compare_rules(learn_flows(table, observed=Observed(52), removal=removal, draws=100), RULES, weeks=30)


@cache
def published_rules():
    """The same as it is published."""
    return published_waiting(compared_rules(), {"seed": 1, "made": "today"}, {MORE: "an assumption"})
